#include "common/report/note_book.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/measures.h"

namespace motcua {
namespace {

constexpr absl::string_view kLate = "resolved_late";
constexpr absl::string_view kLateCause = "late_cause_";

bool Mentions(const Quantity& quantity, const std::string& measure) {
  return std::any_of(quantity.terms.begin(), quantity.terms.end(),
                     [&](const Term& term) { return term.measure == measure; });
}

bool Is(const Quantity& quantity, const std::string& measure) {
  return quantity.terms.size() == 1 && quantity.terms[0].measure == measure;
}

}  // namespace

std::string WordsOf(const Measure& measure, const std::string& text) {
  for (std::size_t i = 0; i < measure.choice_names.size(); ++i) {
    if (measure.choices[i] == text) return measure.choice_names[i].Text();
  }
  return text;
}

NoteBook::NoteBook(const Catalog* catalog, const FormPlan* plan, const Unit* area)
    : catalog_(catalog), plan_(*plan), form_(plan->form), area_(area), resolver_(catalog) {
  for (std::size_t row = 0; row < form_->rows.size(); ++row) {
    const FormRow& form_row = form_->rows[row];
    RowNotes notes{plan_.column_windows[plan_.note_column], &resolver_.Of(form_row.filter), {},
                   catalog->FindMeasure(form_row.note_text)};
    for (const std::string& measure : form_row.note_measures) notes.columns.push_back(ColumnOfNote(form_row, measure));
    rows_.push_back(std::move(notes));
    for (std::size_t column = 0; column < form_->columns.size(); ++column) {
      if (!plan_.Fills(column)) continue;
      Figure figure = Look(row, column);
      if (!figure.empty()) figures_.push_back(std::move(figure));
    }
  }
}

NoteBook::Figure NoteBook::Look(std::size_t row, std::size_t column) {
  const FormRow& form_row = form_->rows[row];
  const FormColumn& form_column = form_->columns[column];
  Figure figure{row, column, plan_.column_windows[column], &resolver_.Of(form_column.filter),
                catalog_->WordsAt(form_row, form_column), {}};
  if (catalog_->NatureAt(form_row, form_column) != FigureNature::kNumber) return figure;
  std::set<const Measure*> found;
  for (const Term& term : QuantityAt(form_row, form_column).terms) {
    if (!term.row.empty() || term.count != Count::kSum) continue;
    for (const SignedMeasure& part : PartsOf(term.measure)) {
      const Measure* stock = CountsZeroUnobserved(part.measure) ? catalog_->FindMeasure(part.measure) : nullptr;
      if (stock != nullptr && found.insert(stock).second) figure.unobservable.push_back(stock);
    }
  }
  return figure;
}

void NoteBook::Absorb(const UnitFigures& figures, std::size_t window) {
  std::vector<bool> passes;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    passes.push_back(rows_[row].selection->PassesKind(figures.kind()));
    if (!passes.back()) continue;
    ++units_passing_[{row, window}];
    if (rows_[row].window != window) continue;
    AbsorbPerUnit(figures, row);
    const Selection* const selections[] = {rows_[row].selection};
    if (rows_[row].text != nullptr) AbsorbTexts(figures, rows_[row].text, selections, &row_texts_[row]);
  }
  for (const Figure& figure : figures_) {
    if (figure.window != window || !passes[figure.row]) continue;
    AbsorbUnobserved(figures, figure);
    const Selection* const selections[] = {rows_[figure.row].selection, figure.column_selection};
    if (figure.words != nullptr) {
      AbsorbTexts(figures, figure.words, selections, &answers_[{figure.row, figure.column}]);
    }
  }
}

void NoteBook::AbsorbOwn(const UnitFigures& figures, std::size_t window) {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const Measure* text = rows_[row].text;
    if (text != nullptr && text->once && rows_[row].window == window) AbsorbTexts(figures, text, {}, &row_texts_[row]);
  }
  for (const Figure& figure : figures_) {
    if (figure.window != window || figure.words == nullptr || !figure.words->once) continue;
    AbsorbTexts(figures, figure.words, {}, &answers_[{figure.row, figure.column}]);
  }
}

// The list stands beside the column that prints this very measure, else one that has it in its sum.
std::size_t NoteBook::ColumnOfNote(const FormRow& row, const std::string& measure) const {
  const auto& columns = form_->columns;
  for (const auto fits : {&Is, &Mentions}) {
    if (fits(QuantityAt(row, columns[plan_.note_column]), measure)) return plan_.note_column;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (fits(QuantityAt(row, columns[column]), measure)) return column;
    }
  }
  return plan_.note_column;
}

void NoteBook::AbsorbPerUnit(const UnitFigures& figures, std::size_t row) {
  const FormRow& form_row = form_->rows[row];
  for (std::size_t i = 0; i < form_row.note_measures.size(); ++i) {
    const std::string& measure = form_row.note_measures[i];
    const std::size_t column = rows_[row].columns[i];
    const Selection* const selections[] = {rows_[row].selection, &resolver_.Of(form_->columns[column].filter)};
    const int64_t value = figures.table().Sum(resolver_.Of(measure), selections).value;
    if (value == 0) continue;
    const std::string causes = measure == kLate ? LateCauses(figures, selections, value) : std::string();
    per_unit_[{row, column}].push_back(
        {i, absl::StrCat(figures.unit().name, ": ", GroupedNumber(value), causes), causes.empty()});
  }
}

// " (Lỗi đường truyền 23, không rõ nguyên nhân 1)", or nothing when no cause is known.
std::string NoteBook::LateCauses(const UnitFigures& figures, FigureTable::Selections selections, int64_t late) {
  std::vector<std::string> causes;
  int64_t explained = 0;
  for (const Measure& measure : catalog_->data().measures) {
    if (!absl::StartsWith(measure.code, kLateCause)) continue;
    const int64_t count = figures.table().Sum(resolver_.Of(measure.code), selections).value;
    if (count == 0) continue;
    explained = SaturatingAdd(explained, count);
    causes.push_back(absl::StrCat(measure.name.Text(), " ", GroupedNumber(count)));
  }
  if (causes.empty()) return "";
  if (explained < late) {
    causes.push_back(absl::StrCat(Say("không rõ nguyên nhân", "no cause given"), " ", GroupedNumber(late - explained)));
  }
  return absl::StrCat(" (", absl::StrJoin(causes, ", "), ")");
}

void NoteBook::AbsorbUnobserved(const UnitFigures& figures, const Figure& figure) {
  if (!figures.has_data()) return;
  const Selection* const selections[] = {rows_[figure.row].selection, figure.column_selection};
  for (const Measure* stock : figure.unobservable) {
    Unobserved& seen = unobserved_[{figure.row, figure.column}][stock->code];
    ++seen.with_data;
    if (!figures.table().Observed(stock, selections)) ++seen.units;
  }
}

void NoteBook::AbsorbTexts(const UnitFigures& figures, const Measure* words, FigureTable::Selections selections,
                           std::vector<Answer>* answers) const {
  if (words->once && figures.unit().code != area_->code) return;
  for (const TextFigure& text : figures.texts()) {
    const bool asked = text.measure == words && std::all_of(selections.begin(), selections.end(), [&](const Selection* s) {
      return s->PassesKind(figures.kind()) && s->Passes(text.procedure, text.channel, 0);
    });
    if (asked) answers->push_back({figures.unit().name, WordsOf(*words, text.text)});
  }
}

// One unit that could have answered needs no name.
std::string NoteBook::Joined(const std::vector<Answer>& answers, bool alone) const {
  if (answers.size() == 1 && alone) return answers[0].text;
  return absl::StrJoin(answers, "; ", [](std::string* out, const Answer& answer) {
    absl::StrAppend(out, answer.unit, ": ", answer.text);
  });
}

std::string NoteBook::TextAt(std::size_t row, std::size_t column) const {
  const auto found = answers_.find({row, column});
  if (found == answers_.end()) return "";
  const auto passing = units_passing_.find({row, plan_.column_windows[column]});
  const Measure* words = catalog_->WordsAt(form_->rows[row], form_->columns[column]);
  return Joined(found->second, words->once || (passing != units_passing_.end() && passing->second == 1));
}

// One unit alone whose number is the figure itself needs no list.
std::string NoteBook::PerUnitText(const Place& place) const {
  const auto found = per_unit_.find(place);
  if (found == per_unit_.end()) return "";
  const std::vector<PerUnit>& entries = found->second;
  const auto passing = units_passing_.find({place.first, plan_.column_windows[place.second]});
  const std::vector<std::string>& measures = form_->rows[place.first].note_measures;
  if (passing != units_passing_.end() && passing->second == 1 && measures.size() == 1 && entries[0].plain) return "";
  std::vector<std::string> lists;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    std::vector<std::string> units;
    for (const PerUnit& entry : entries) {
      if (entry.measure == i) units.push_back(entry.text);
    }
    if (units.empty()) continue;
    const std::string heading = measures.size() > 1 ? MeasureName(*catalog_, measures[i]) + " – " : std::string();
    lists.push_back(heading + absl::StrJoin(units, "; "));
  }
  return absl::StrJoin(lists, ". ");
}

std::string NoteBook::UnobservedText(const Place& place) const {
  const auto found = unobserved_.find(place);
  if (found == unobserved_.end()) return "";
  std::vector<std::string> stocks;
  for (const auto& [measure, seen] : found->second) {
    if (seen.units == 0) continue;
    stocks.push_back(absl::StrCat(MeasureName(*catalog_, measure), " ", seen.units, "/", seen.with_data));
  }
  if (stocks.empty()) return "";
  const std::string list = absl::StrJoin(stocks, ", ");
  return Say(absl::StrCat("Đơn vị chưa ghi, tính là 0: ", list), absl::StrCat("Units that recorded none, counted 0: ", list));
}

std::string NoteBook::NoteAt(std::size_t row, std::size_t column, const FigureTable& total, Resolver& resolver) const {
  const FormRow& form_row = form_->rows[row];
  const FormColumn& form_column = form_->columns[column];
  const Selection* const selections[] = {&resolver.Of(form_row.filter), &resolver.Of(form_column.filter)};
  std::vector<std::string> parts;
  const auto add = [&](std::string text) {
    if (!text.empty()) parts.push_back(std::move(text));
  };
  const auto add_quantity = [&](const Quantity& quantity, const Label& label) {
    if (quantity.empty()) return;
    const Total part = total.Evaluate(quantity, resolver, selections);
    if (part.value != 0) add(absl::StrCat(label.Text(), ": ", GroupedNumber(part.value)));
  };
  const bool of_row = column == plan_.note_column;
  if (of_row) add(form_row.note.Text());
  add(PerUnitText({row, column}));
  if (of_row) add_quantity(form_row.note_quantity, form_row.note_label);
  add_quantity(form_column.note_quantity, form_column.note_label);
  add(UnobservedText({row, column}));
  const auto texts = row_texts_.find(row);
  if (of_row && texts != row_texts_.end()) {
    const auto passing = units_passing_.find({row, plan_.column_windows[column]});
    add(Joined(texts->second, rows_[row].text->once || (passing != units_passing_.end() && passing->second == 1)));
  }
  return absl::StrJoin(parts, ". ");
}

}  // namespace motcua
