// UnitCounts counts the recording units of an area for the terms of a form that ask for it: how many there are, how many
// answered so, how many have a figure above zero. Units pass by one after the other, so every question is asked of each
// as it passes.
//
// Threads: one. Lifetime: catalog, form and plan must outlive it.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "common/report/form_plan.h"
#include "common/report/selection.h"
#include "common/report/unit_figures.h"

namespace motcua {

class UnitCounts {
 public:
  UnitCounts(const Catalog* catalog, const FormPlan* plan);

  // A unit's figures in the plan's window `window`.
  void Absorb(const UnitFigures& figures, std::size_t window);
  // What a term that counts units comes to where form row and column meet. Without a measure it is always known; else
  // where some unit answered, or some unit has data.
  Total Of(const Term& term, std::size_t row, std::size_t column) const;

 private:
  struct Question {
    const Term* term;
    const Measure* choice;  // null: counted by a number, or all
    std::size_t window;
    std::vector<const Selection*> selections;  // of row, column and term
    Total count;
  };
  void Ask(const Quantity& quantity, std::size_t row, std::size_t column);
  Total AnswerOf(const Question& question, const UnitFigures& figures);

  const Catalog& catalog_;
  const FormPlan& plan_;
  Resolver resolver_;
  std::vector<Question> questions_;
  std::map<std::tuple<const Term*, std::size_t, std::size_t>, std::size_t> places_;
};

}  // namespace motcua
