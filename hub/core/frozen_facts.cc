#include "hub/core/frozen_facts.h"

#include <iterator>

#include "common/base/language.h"

namespace motcua {

absl::StatusOr<std::string> ReadFrozen(HubStore& store, const Hash& digest) {
  MOTCUA_ASSIGN_OR_RETURN(std::string bytes, store.Frozen(digest));
  if (Sha256(bytes) == digest) return bytes;
  return absl::DataLossError(Say("Số liệu đã chốt lưu trên máy chủ tổng hợp bị hỏng; hãy chạy ledger verify.",
                                 "The hub's stored frozen figures are damaged; run ledger verify."));
}

absl::StatusOr<std::vector<FrozenFact>> FrozenFacts::Stored(const Hash& figures, Day first, Day last) const {
  MOTCUA_ASSIGN_OR_RETURN(const std::string list, ReadFrozen(*store_, figures));
  MOTCUA_ASSIGN_OR_RETURN(const FrozenFigures listed, DecodeList(list));
  std::vector<FrozenFact> facts;
  for (const FrozenPart& part : listed.parts) {
    if (part.month < MonthOf(first) || part.month > MonthOf(last)) continue;
    MOTCUA_ASSIGN_OR_RETURN(const std::string bytes, ReadFrozen(*store_, part.digest));
    MOTCUA_ASSIGN_OR_RETURN(std::vector<FrozenFact> month, DecodePart(bytes));
    facts.insert(facts.end(), std::make_move_iterator(month.begin()), std::make_move_iterator(month.end()));
  }
  return facts;
}

absl::Status FrozenFacts::ForEachFact(const std::string& unit, Day first, Day last,
                                      const std::function<void(const Fact&)>& visit) const {
  const auto found = units_.find(unit);
  if (found == units_.end() || last < first) return absl::OkStatus();
  absl::StatusOr<std::vector<FrozenFact>> facts = Stored(found->second.figures, first, last);
  if (absl::IsNotFound(facts.status()) || absl::IsDataLoss(facts.status())) facts = found->second.fold();
  MOTCUA_RETURN_IF_ERROR(facts.status());
  for (const FrozenFact& fact : *facts) {
    if (fact.day < first || fact.day > last) continue;
    visit({fact.day, fact.procedure, fact.channel, fact.measure, &fact.value, fact.provisional});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FrozenFacts::HasEntries(const std::string& unit, Day first, Day last) const {
  bool any = false;
  MOTCUA_RETURN_IF_ERROR(ForEachFact(unit, first, last, [&](const Fact&) { any = true; }));
  return any;
}

// What was said of other periods is not part of a revision; their columns show the figures that were there.
absl::StatusOr<UnitState> FrozenFacts::StateOf(const std::string& unit, const std::string& period, Day first,
                                               Day last) const {
  const auto found = units_.find(unit);
  if (period == period_ && found != units_.end()) return found->second.state;
  MOTCUA_ASSIGN_OR_RETURN(const bool any, HasEntries(unit, first, last));
  return any ? UnitState::kOpen : UnitState::kNotStarted;
}

}  // namespace motcua
