// FrozenFacts: what reports of a revision read. The stored pieces are believed when their digests are those that the
// ledger committed to; otherwise the unit's figures are folded from the log.
//
// Threads: the hub's mutex is held. Memory: a unit at a time. Nothing is read before it is asked for.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/core/frozen_figures.h"
#include "hub/core/hub_store.h"

namespace motcua {

class FrozenFacts final : public FactSource {
 public:
  struct OfUnit {
    UnitState state = UnitState::kNone;
    Hash figures{};
    std::function<absl::StatusOr<std::vector<FrozenFact>>()> fold;  // from the log; must outlive this
  };
  FrozenFacts(HubStore* store, std::string period) : store_(store), period_(std::move(period)) {}
  void Add(const std::string& unit, OfUnit of) { units_.insert_or_assign(unit, std::move(of)); }

  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override;
  absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const override;
  absl::StatusOr<UnitState> StateOf(const std::string& unit, const std::string& period, Day first,
                                    Day last) const override;

 private:
  // The stored facts of those months; an error when a piece is missing or is not what it should be.
  absl::StatusOr<std::vector<FrozenFact>> Stored(const Hash& figures, Day first, Day last) const;

  HubStore* store_;
  std::string period_;  // that the states are about
  std::map<std::string, OfUnit> units_;
};

// One stored piece, checked against its digest. kNotFound: not stored. kDataLoss: not what was stored.
absl::StatusOr<std::string> ReadFrozen(HubStore& store, const Hash& digest);

}  // namespace motcua
