#include "common/report/unit_counts.h"

#include <algorithm>

namespace motcua {

UnitCounts::UnitCounts(const Catalog* catalog, const FormPlan* plan)
    : catalog_(*catalog), plan_(*plan), resolver_(catalog) {
  const Form& form = *plan->form;
  for (std::size_t row = 0; row < form.rows.size(); ++row) {
    for (std::size_t column = 0; column < form.columns.size(); ++column) {
      if (!plan->Fills(column)) continue;
      Ask(QuantityAt(form.rows[row], form.columns[column]), row, column);
      const Rate* printed = catalog->RateAt(form.rows[row], form.columns[column]);
      for (const Rate& rate : catalog->data().rates) {
        if (printed == nullptr || (&rate != printed && (rate.family.empty() || rate.family != printed->family))) continue;
        Ask(rate.numerator, row, column);
        Ask(rate.denominator, row, column);
      }
    }
  }
}

void UnitCounts::Ask(const Quantity& quantity, std::size_t row, std::size_t column) {
  for (const Term& term : quantity.terms) {
    if (term.count != Count::kUnits) continue;
    Question question{&term, catalog_.FindMeasure(term.measure), plan_.column_windows[column], {}, {}};
    if (question.choice != nullptr && question.choice->kind != MeasureKind::kChoice) question.choice = nullptr;
    for (const Filter* filter : {&plan_.form->rows[row].filter, &plan_.form->columns[column].filter, &term.filter}) {
      question.selections.push_back(&resolver_.Of(*filter));
    }
    question.count.known = term.measure.empty();
    places_.emplace(std::make_tuple(&term, row, column), questions_.size());
    questions_.push_back(std::move(question));
  }
}

void UnitCounts::Absorb(const UnitFigures& figures, std::size_t window) {
  const FigureTable::Group& group = figures.table().groups().front();
  for (Question& question : questions_) {
    if (question.window != window || !figures.table().GroupPasses(group, question.selections)) continue;
    question.count.Add(AnswerOf(question, figures));
  }
}

// 1 or 0, known where the unit said anything.
Total UnitCounts::AnswerOf(const Question& question, const UnitFigures& figures) {
  if (question.term->measure.empty()) return {1, true, false};
  Total answer;
  if (question.choice == nullptr) {
    answer = figures.table().Sum(resolver_.Of(question.term->measure), question.selections);
    answer.value = answer.value > 0 ? 1 : 0;
    return answer;
  }
  for (const TextFigure& text : figures.texts()) {
    const bool asked = text.measure == question.choice &&
                       std::all_of(question.selections.begin(), question.selections.end(), [&](const Selection* selection) {
                         return selection->Passes(text.procedure, text.channel, 0);
                       });
    if (!asked) continue;
    answer.known = true;
    if (text.text == question.term->answer) answer.value = 1;
  }
  return answer;
}

Total UnitCounts::Of(const Term& term, std::size_t row, std::size_t column) const {
  const auto found = places_.find(std::make_tuple(&term, row, column));
  return found == places_.end() ? Total{} : questions_[found->second].count;
}

}  // namespace motcua
