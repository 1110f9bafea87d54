#include "hub/core/hub_facts.h"

#include <algorithm>

#include "hub/core/cell_row.h"
#include "hub/core/fact_key.h"

namespace motcua {
namespace {

constexpr Day kDayKeyMax{kDayMin.number + (1 << 16) - 1};  // the last day a key has room for (DayFits)

// Keys of counters of `unit` dated first..last.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};
Range CountersBetween(uint32_t unit, Day first, Day last) {
  Range range;
  if (last < kDayMin || first > kDayKeyMax || last < first) return range;
  FactKey key;
  key.owner = unit;
  key.day = std::max(first, kDayMin);
  range.begin = PackCounter(key);
  key.day = std::min(last, kDayKeyMax);
  range.end = PackCounter(key) + (uint64_t{1} << 30);  // the next day's first key
  return range;
}

}  // namespace

absl::Status HubFacts::ForEachFact(const std::string& unit, Day first, Day last,
                                   const std::function<void(const Fact&)>& visit) const {
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0) return absl::OkStatus();
  absl::Status damaged;
  const auto text = [&](CodeKind kind, uint32_t number) {
    const absl::StatusOr<absl::string_view> code = ids_.Text(kind, number);
    damaged.Update(code.status());
    return code.value_or(absl::string_view());
  };
  const auto show = [&](const FactKey& key, const Value& value, uint32_t flags) {
    if (std::holds_alternative<std::monostate>(value) || key.day < first || key.day > last) return;
    const Fact fact{key.day,
                    text(CodeKind::kProcedure, key.procedure),
                    text(CodeKind::kChannel, key.channel),
                    text(CodeKind::kMeasure, key.measure),
                    &value,
                    (flags & kCellProvisional) != 0,
                    key.procedure,
                    key.channel,
                    key.measure};
    if (damaged.ok()) visit(fact);
  };
  const Range counters = CountersBetween(id, first, last);
  MOTCUA_RETURN_IF_ERROR(store_.ForEachValue(
      CellTable::kCounters, counters.begin, counters.end,
      [&](uint64_t key, const Value& value, uint32_t flags) { show(UnpackCounter(key), value, flags); }));
  MOTCUA_RETURN_IF_ERROR(store_.ForEachValue(
      CellTable::kRegisters, OwnerBegin(id), OwnerBegin(id + 1),
      [&](uint64_t key, const Value& value, uint32_t flags) { show(UnpackRegister(key), value, flags); }));
  return damaged;
}

absl::StatusOr<bool> HubFacts::HasEntries(const std::string& unit, Day first, Day last) const {
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0) return false;
  const Range counters = CountersBetween(id, first, last);
  MOTCUA_ASSIGN_OR_RETURN(const bool any, store_.AnyCell(CellTable::kCounters, counters.begin, counters.end));
  if (any) return true;
  bool found = false;
  MOTCUA_RETURN_IF_ERROR(store_.ForEachValue(CellTable::kRegisters, OwnerBegin(id), OwnerBegin(id + 1),
                                             [&](uint64_t key, const Value&, uint32_t) {
                                               const Day day = UnpackRegister(key).day;
                                               found = found || (first <= day && day <= last);
                                             }));
  return found;
}

absl::StatusOr<UnitState> HubFacts::StateOf(const std::string& unit, const std::string& period, Day first,
                                            Day last) const {
  MOTCUA_ASSIGN_OR_RETURN(const UnitPeriod there, periods_.Read({unit, period, first, last, {}}, *this));
  return there.state;
}

}  // namespace motcua
