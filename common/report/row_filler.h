// RowFiller makes the rows of a report from the figures of an area: one table for each period the form's columns are
// about, the notes, and the counts of units.
//
// Threads: one. Lifetime: everything given must outlive it. Labels and notes are in the current language.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "common/report/form_plan.h"
#include "common/report/note_book.h"
#include "common/report/report.h"
#include "common/report/unit_counts.h"

namespace motcua {

class RowFiller {
 public:
  // `totals`: the area's figures, one table per window of the plan. `notes` may be null: then nothing is said beside the
  // figures, and choices and texts stay blank.
  RowFiller(const Catalog* catalog, const FormPlan* plan, const UnitKind* area, const std::vector<FigureTable>* totals,
            const UnitCounts* counts, const NoteBook* notes, const FormOptions& options);

  std::vector<ReportRow> Rows();

 private:
  // The form row, and the field when it is one of its repeats.
  struct At {
    std::size_t row;
    const Field* field;
  };
  const FormRow& RowOf(const At& at) const { return form_.rows[at.row]; }

  void AppendRow(const At& at, std::vector<ReportRow>* rows);
  void AppendOtherRates(const At& at, const ReportRow& row, std::vector<ReportRow>* rows);
  std::vector<const Field*> FieldsShown(const FormRow& row);
  bool HasFigures(const FormRow& row, const Field& field);
  bool InRemit(const FormRow& row, const Field& field);
  bool Concerns(const FormRow& row) const;

  Figure FigureAt(const At& at, std::size_t column);
  Figure WordsAt(const At& at, std::size_t column) const;
  Figure RateFigureOf(const Rate& rate, const At& at, std::size_t column);
  Total Evaluate(const Quantity& quantity, const At& at, std::size_t column);
  Total OfRow(const std::string& row, const At& at, std::size_t column);

  const Catalog& catalog_;
  const FormPlan& plan_;
  const Form& form_;
  const UnitKind* area_;
  const std::vector<FigureTable>& totals_;
  const UnitCounts& counts_;
  const NoteBook* notes_;
  const FormOptions options_;
  std::vector<std::unique_ptr<Resolver>> resolvers_;  // by window
  std::map<const Field*, std::unique_ptr<Selection>> of_field_;
  std::map<std::string, std::size_t, std::less<>> rows_;
  // Rows that other rows sum, by row, column and field: they may share parts many times over.
  std::map<std::tuple<std::size_t, std::size_t, const Field*>, Total> known_;
};

}  // namespace motcua
