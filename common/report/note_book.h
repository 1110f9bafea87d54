// NoteBook collects, unit by unit, what is said beside a form's figures: which units make up a figure and why, how
// many did not observe a stock, what choices and texts they gave. The units themselves need not be kept: a country
// has thousands.
//
// Threads: one. Lifetime: catalog and plan must outlive it. Notes are in the current language.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/report/form_plan.h"
#include "common/report/selection.h"
#include "common/report/unit_figures.h"

namespace motcua {

class NoteBook {
 public:
  // `area`: the reported unit; what is counted once is taken from it alone.
  NoteBook(const Catalog* catalog, const FormPlan* plan, const Unit* area);

  // A recording unit's figures in the plan's window `window`.
  void Absorb(const UnitFigures& figures, std::size_t window);
  // The reported unit's own, where it records but has no desk.
  void AbsorbOwn(const UnitFigures& figures, std::size_t window);

  // The note beside form row `row`, column `column`; `total` is the area, asked through `resolver`. Empty when there is
  // nothing to say.
  std::string NoteAt(std::size_t row, std::size_t column, const FigureTable& total, Resolver& resolver) const;
  // A figure of choices or texts: the one answer, or "unit: answer" each; empty when nobody answered.
  std::string TextAt(std::size_t row, std::size_t column) const;

 private:
  using Place = std::pair<std::size_t, std::size_t>;  // form row, form column
  // What is to be looked at where a row and a column meet.
  struct Figure {
    std::size_t row;
    std::size_t column;
    std::size_t window;
    const Selection* column_selection;
    const Measure* words = nullptr;
    std::vector<const Measure*> unobservable;  // stocks that count 0 without an observation
    bool empty() const { return words == nullptr && unobservable.empty(); }
  };
  struct RowNotes {
    std::size_t window;
    const Selection* selection;
    std::vector<std::size_t> columns;  // of each note measure
    const Measure* text = nullptr;
  };
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

  Figure Look(std::size_t row, std::size_t column);
  std::size_t ColumnOfNote(const FormRow& row, const std::string& measure) const;
  void AbsorbPerUnit(const UnitFigures& figures, std::size_t row);
  void AbsorbUnobserved(const UnitFigures& figures, const Figure& figure);
  void AbsorbTexts(const UnitFigures& figures, const Measure* words, FigureTable::Selections selections,
                   std::vector<Answer>* answers) const;
  std::string Joined(const std::vector<Answer>& answers, bool alone) const;
  std::string PerUnitText(const Place& place) const;
  std::string UnobservedText(const Place& place) const;
  std::string LateCauses(const UnitFigures& figures, FigureTable::Selections selections, int64_t late);

  const Catalog* catalog_;
  const FormPlan& plan_;
  const Form* form_;
  const Unit* area_;
  Resolver resolver_;
  std::vector<Figure> figures_;  // those with anything to look at
  std::vector<RowNotes> rows_;
  std::map<Place, std::vector<PerUnit>> per_unit_;
  std::map<Place, std::map<std::string, Unobserved>> unobserved_;  // by measure
  std::map<Place, std::vector<Answer>> answers_;
  std::map<std::size_t, std::vector<Answer>> row_texts_;
  std::map<Place, int> units_passing_;  // by form row and window: units its filter lets through
};

// A choice as forms print it, a text as it is.
std::string WordsOf(const Measure& measure, const std::string& text);

}  // namespace motcua
