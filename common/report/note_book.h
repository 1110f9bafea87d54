// NoteBook collects, unit by unit, what is said beside a form's figures: which units make up a figure and why, how
// many did not observe a stock, what choices and texts they gave. The units themselves need not be kept: a country
// has thousands.
//
// Threads: one. Lifetime: catalog and form must outlive it. Notes are in the current language.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/report/report.h"
#include "common/report/unit_figures.h"

namespace motcua {

class NoteBook {
 public:
  NoteBook(const Catalog* catalog, const Form* form);

  void Absorb(const UnitFigures& figures);

  // The note beside form row `row`, column `column`; `total` is the area. Empty when there is nothing to say.
  std::string NoteAt(std::size_t row, std::size_t column, const FigureTable& total) const;
  // A figure of choices or texts: the one answer, or "unit: answer" each; empty when nobody answered.
  std::string TextAt(std::size_t row, std::size_t column) const;

  // The quantity of a figure: the row's or the column's.
  static const Quantity& QuantityAt(const FormRow& row, const FormColumn& column);
  // The measure when the figure is a choice or text, else null.
  const Measure* TextMeasureAt(const FormRow& row, const FormColumn& column) const;

 private:
  using Place = std::pair<std::size_t, std::size_t>;  // form row, form column
  struct PerUnit {
    std::size_t measure;  // index into the row's note_measures
    std::string text;     // "Phường Giảng Võ: 19 (…)"
    bool plain;           // the number alone
  };
  struct Unobserved {
    int units = 0;
    int with_data = 0;
  };
  struct Answer {
    std::string unit;
    std::string text;
  };

  std::size_t ColumnOfNote(const FormRow& row, const std::string& measure) const;
  std::vector<std::string> UnobservableAt(const FormRow& row, const FormColumn& column) const;
  void AbsorbPerUnit(const UnitFigures& figures, std::size_t row);
  void AbsorbUnobserved(const UnitFigures& figures, std::size_t row, std::size_t column);
  void AbsorbTexts(const UnitFigures& figures, std::size_t row, std::size_t column);
  std::string PerUnitText(const Place& place) const;
  std::string UnobservedText(const Place& place) const;
  std::string LateCauses(const UnitFigures& figures, FigureTable::Filters filters, int64_t late) const;

  const Catalog* catalog_;
  const Form* form_;
  std::map<Place, std::vector<PerUnit>> per_unit_;
  std::map<Place, std::map<std::string, Unobserved>> unobserved_;  // by measure
  std::map<Place, std::vector<Answer>> answers_;
  std::map<std::size_t, int> units_passing_;  // by form row: units its levels let through
};

}  // namespace motcua
