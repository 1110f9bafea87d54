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

NoteBook::NoteBook(const Catalog* catalog, const Form* form) : catalog_(catalog), form_(form) {}

const Quantity& NoteBook::QuantityAt(const FormRow& row, const FormColumn& column) {
  return row.quantity.empty() ? column.quantity : row.quantity;
}

const Measure* NoteBook::TextMeasureAt(const FormRow& row, const FormColumn& column) const {
  const Quantity& quantity = QuantityAt(row, column);
  if (quantity.terms.size() != 1) return nullptr;
  const Measure* measure = catalog_->FindMeasure(quantity.terms[0].measure);
  if (measure == nullptr) return nullptr;
  return measure->kind == MeasureKind::kChoice || measure->kind == MeasureKind::kText ? measure : nullptr;
}

void NoteBook::Absorb(const UnitFigures& figures) {
  for (std::size_t row = 0; row < form_->rows.size(); ++row) {
    const Filter* const filters[] = {&form_->rows[row].filter};
    if (!figures.table().LevelPasses(figures.table().levels().front(), filters)) continue;
    ++units_passing_[row];
    AbsorbPerUnit(figures, row);
    for (std::size_t column = 0; column < form_->columns.size(); ++column) {
      AbsorbUnobserved(figures, row, column);
      AbsorbTexts(figures, row, column);
    }
  }
}

// The list stands beside the column that prints this very measure, else one that has it in its sum.
std::size_t NoteBook::ColumnOfNote(const FormRow& row, const std::string& measure) const {
  const auto& columns = form_->columns;
  for (const auto fits : {&Is, &Mentions}) {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      if (fits(QuantityAt(row, columns[column]), measure)) return column;
    }
  }
  return 0;
}

void NoteBook::AbsorbPerUnit(const UnitFigures& figures, std::size_t row) {
  const FormRow& form_row = form_->rows[row];
  for (std::size_t i = 0; i < form_row.note_measures.size(); ++i) {
    const std::string& measure = form_row.note_measures[i];
    const std::size_t column = ColumnOfNote(form_row, measure);
    const Filter* const filters[] = {&form_row.filter, &form_->columns[column].filter};
    const int64_t value = figures.table().Sum(measure, filters).value;
    if (value == 0) continue;
    const std::string causes = measure == kLate ? LateCauses(figures, filters, value) : std::string();
    per_unit_[{row, column}].push_back(
        {i, absl::StrCat(figures.unit().name, ": ", GroupedNumber(value), causes), causes.empty()});
  }
}

// " (Lỗi đường truyền 23, không rõ nguyên nhân 1)", or nothing when no cause is known.
std::string NoteBook::LateCauses(const UnitFigures& figures, FigureTable::Filters filters, int64_t late) const {
  std::vector<std::string> causes;
  int64_t explained = 0;
  for (const Measure& measure : catalog_->data().measures) {
    if (!absl::StartsWith(measure.code, kLateCause)) continue;
    const int64_t count = figures.table().Sum(measure.code, filters).value;
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

// Which stocks of a figure would count 0 without an observation.
std::vector<std::string> NoteBook::UnobservableAt(const FormRow& row, const FormColumn& column) const {
  std::set<std::string> found;
  for (const Term& term : QuantityAt(row, column).terms) {
    for (const SignedMeasure& part : PartsOf(term.measure)) {
      if (CountsZeroUnobserved(part.measure) && catalog_->FindMeasure(part.measure) != nullptr) {
        found.emplace(part.measure);
      }
    }
  }
  return {found.begin(), found.end()};
}

void NoteBook::AbsorbUnobserved(const UnitFigures& figures, std::size_t row, std::size_t column) {
  const FormRow& form_row = form_->rows[row];
  const FormColumn& form_column = form_->columns[column];
  if (!figures.has_data()) return;
  const Filter* const filters[] = {&form_row.filter, &form_column.filter};
  for (const std::string& measure : UnobservableAt(form_row, form_column)) {
    Unobserved& seen = unobserved_[{row, column}][measure];
    ++seen.with_data;
    if (!figures.table().Observed(measure, filters)) ++seen.units;
  }
}

void NoteBook::AbsorbTexts(const UnitFigures& figures, std::size_t row, std::size_t column) {
  const FormRow& form_row = form_->rows[row];
  const Measure* measure = TextMeasureAt(form_row, form_->columns[column]);
  if (measure == nullptr) return;
  const Filter* const filters[] = {&form_row.filter, &form_->columns[column].filter};
  for (const TextFigure& text : figures.texts()) {
    PairFigures place;
    place.procedure = text.procedure;
    place.channel = text.channel;
    if (text.measure == measure && figures.table().Passes(place, filters)) {
      answers_[{row, column}].push_back({figures.unit().name, text.text});
    }
  }
}

std::string NoteBook::TextAt(std::size_t row, std::size_t column) const {
  const auto found = answers_.find({row, column});
  if (found == answers_.end()) return "";
  const std::vector<Answer>& answers = found->second;
  const auto passing = units_passing_.find(row);
  if (answers.size() == 1 && passing != units_passing_.end() && passing->second == 1) return answers[0].text;
  return absl::StrJoin(answers, "; ", [](std::string* out, const Answer& answer) {
    absl::StrAppend(out, answer.unit, ": ", answer.text);
  });
}

// One unit alone whose number is the figure itself needs no list.
std::string NoteBook::PerUnitText(const Place& place) const {
  const auto found = per_unit_.find(place);
  if (found == per_unit_.end()) return "";
  const std::vector<PerUnit>& entries = found->second;
  const auto passing = units_passing_.find(place.first);
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

std::string NoteBook::NoteAt(std::size_t row, std::size_t column, const FigureTable& total) const {
  const FormRow& form_row = form_->rows[row];
  const FormColumn& form_column = form_->columns[column];
  const Filter* const filters[] = {&form_row.filter, &form_column.filter};
  std::vector<std::string> parts;
  const auto add = [&](std::string text) {
    if (!text.empty()) parts.push_back(std::move(text));
  };
  const auto add_quantity = [&](const Quantity& quantity, const Label& label) {
    const Total part = total.Evaluate(quantity, filters);
    if (part.value != 0) add(absl::StrCat(label.Text(), ": ", GroupedNumber(part.value)));
  };
  if (column == 0) add(form_row.note.Text());
  add(PerUnitText({row, column}));
  if (column == 0) add_quantity(form_row.note_quantity, form_row.note_label);
  add_quantity(form_column.note_quantity, form_column.note_label);
  add(UnobservedText({row, column}));
  return absl::StrJoin(parts, ". ");
}

}  // namespace motcua
