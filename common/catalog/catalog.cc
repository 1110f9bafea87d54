#include "common/catalog/catalog.h"

#include <algorithm>
#include <array>

#include "common/base/language.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

template <typename T>
const T* At(const std::map<std::string, std::size_t, std::less<>>& index, const std::vector<T>& items,
            absl::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &items[found->second];
}

}  // namespace

const std::string& Label::Text() const {
  return CurrentLanguage() == Language::kEnglish && !en.empty() ? en : vi;
}

bool IsDerivedMeasure(absl::string_view code) {
  constexpr std::array<absl::string_view, 6> kDerived = {
      "carried_over", "to_handle", "resolved", "pending", "pending_in_term", "late_by_system_only"};
  return std::find(kDerived.begin(), kDerived.end(), code) != kDerived.end();
}

bool IsDerivedFlow(absl::string_view code) { return code == "resolved" || code == "late_by_system_only"; }

const Quantity& QuantityAt(const FormRow& row, const FormColumn& column) {
  return row.quantity.empty() ? column.quantity : row.quantity;
}

FigureNature NatureOf(const FormRow& row, const FormColumn& column, const Measure* first) {
  if (row.heading || column.target) return FigureNature::kNothing;
  const Quantity& quantity = QuantityAt(row, column);
  if (quantity.empty()) return FigureNature::kRate;
  if (first == nullptr || quantity.terms.size() != 1 || quantity.terms[0].count != Count::kSum) {
    return FigureNature::kNumber;
  }
  if (first->kind == MeasureKind::kChoice) return FigureNature::kChoice;
  return first->kind == MeasureKind::kText ? FigureNature::kText : FigureNature::kNumber;
}

const Unit* Catalog::FindUnit(absl::string_view code) const {
  const auto [first, last] = units_.equal_range(code);
  return first == last ? nullptr : &data_.units[std::prev(last)->second];
}

const Unit* Catalog::FindUnit(absl::string_view code, Day day) const {
  const auto [first, last] = units_.equal_range(code);
  for (auto version = first; version != last; ++version) {
    const Unit& unit = data_.units[version->second];
    if (unit.ValidOn(day)) return &unit;
  }
  return nullptr;
}

const UnitKind* Catalog::KindOf(const Unit& unit) const {
  return At(unit_kinds_, data_.unit_kinds, unit.kind);
}
const Field* Catalog::FindField(absl::string_view id) const { return At(fields_, data_.fields, id); }
const Procedure* Catalog::FindProcedure(absl::string_view code) const {
  return At(procedures_, data_.procedures, code);
}
const Channel* Catalog::FindChannel(absl::string_view code) const {
  return At(channels_, data_.channels, code);
}
const Measure* Catalog::FindMeasure(absl::string_view code) const {
  return At(measures_, data_.measures, code);
}
const Calendar* Catalog::FindCalendar(absl::string_view id) const {
  return At(calendars_, data_.calendars, id);
}
const Form* Catalog::FindForm(absl::string_view id) const { return At(forms_, data_.forms, id); }
const Rate* Catalog::FindRate(absl::string_view id) const { return At(rates_, data_.rates, id); }

const Rate* Catalog::RateAt(const FormRow& row, const FormColumn& column) const {
  if (row.heading || column.target) return nullptr;
  return FindRate(row.rate.empty() ? column.rate : row.rate);
}

FigureNature Catalog::NatureAt(const FormRow& row, const FormColumn& column) const {
  const Quantity& quantity = QuantityAt(row, column);
  return NatureOf(row, column, quantity.empty() ? nullptr : FindMeasure(quantity.terms[0].measure));
}

const Measure* Catalog::WordsAt(const FormRow& row, const FormColumn& column) const {
  const FigureNature nature = NatureAt(row, column);
  const bool words = nature == FigureNature::kChoice || nature == FigureNature::kText;
  return words ? FindMeasure(QuantityAt(row, column).terms[0].measure) : nullptr;
}

const Period* Catalog::FindPeriod(absl::string_view calendar, absl::string_view id) const {
  const Calendar* found = FindCalendar(calendar);
  if (found == nullptr) return nullptr;
  for (const Period& period : found->periods) {
    if (period.id == id) return &period;
  }
  return nullptr;
}

std::vector<const Unit*> Catalog::RecordingUnits(absl::string_view code, Day from, Day to) const {
  // A child belongs to the area only while both it and the way up to `code` are valid, so the window narrows
  // on the way down. Of a unit with several versions in the window the newest stands for it: facts go by
  // code.
  struct Visit {
    const Unit* unit;
    Day from;
    Day to;
  };
  std::vector<Visit> open;
  const auto enter = [&](std::size_t index, Day window_from, Day window_to) {
    const Unit& unit = data_.units[index];
    const Day first = std::max(window_from, unit.valid_from);
    const Day last = std::min(window_to, unit.valid_to.value_or(kDayMax));
    if (first <= last) open.push_back({&unit, first, last});
  };
  const auto [own_first, own_last] = units_.equal_range(code);
  for (auto own = own_first; own != own_last; ++own) enter(own->second, from, to);

  std::map<absl::string_view, const Unit*> by_code;
  while (!open.empty()) {
    const Visit visit = open.back();
    open.pop_back();
    if (KindOf(*visit.unit)->records) {
      const Unit*& newest = by_code[visit.unit->code];
      if (newest == nullptr || newest->valid_from < visit.unit->valid_from) newest = visit.unit;
    }
    const auto [first, last] = children_.equal_range(visit.unit->code);
    for (auto child = first; child != last; ++child) enter(child->second, visit.from, visit.to);
  }
  std::vector<const Unit*> units;
  for (const auto& [unit_code, unit] : by_code) units.push_back(unit);
  return units;
}

std::vector<std::string> Catalog::SelfAndAncestors(absl::string_view code, Day day) const {
  std::vector<std::string> codes;
  for (const Unit* unit = FindUnit(code, day); unit != nullptr; unit = FindUnit(unit->parent, day)) {
    codes.push_back(unit->code);
  }
  return codes;
}

absl::StatusOr<std::pair<std::string, std::string>> SplitPeriod(absl::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != absl::string_view::npos) {
    const absl::string_view calendar = text.substr(0, slash);
    const absl::string_view id = text.substr(slash + 1);
    if (IsCode(calendar) && IsCode(id)) return std::pair(std::string(calendar), std::string(id));
  }
  return absl::InvalidArgumentError(Say("Kỳ báo cáo viết là LỊCH/KỲ, ví dụ vpcp/2020-9M.",
                                        "Write a period as CALENDAR/ID, for example vpcp/2020-9M."));
}

}  // namespace motcua
