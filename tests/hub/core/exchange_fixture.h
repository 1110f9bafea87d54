// The fixture of the exchange tests: a hub, desks of it, and what the hub shows.
#pragma once

#include <string>
#include <vector>

#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {

class ExchangeTest : public testing::Test {
 protected:
  TestDesk Desk(const std::string& unit = "U1", Role role = Role::kDesk) {
    return TestDesk(&world_, world_.Enroll(unit, role), unit, role, ++seed_);
  }
  int64_t Value(const Cell& cell) {
    const auto value = world_.hub().CellValue(cell).value();
    return std::holds_alternative<int64_t>(value) ? std::get<int64_t>(value) : -999;
  }
  // Everything the hub shows, to see that nothing changed.
  std::string Everything() {
    return absl::StrCat(world_.Facts(), world_.Rollups(), world_.EntryCount(), " entries\n");
  }
  // The fates of the unit's entries with a reason, as "seq: reason" lines.
  std::vector<std::string> Reasons(const TestDesk& desk) {
    const UnitLedger ledger = world_.hub().LoadLedger(desk.unit()).value();
    std::vector<std::string> reasons;
    ledger.ForEach([&](Position at, const EntryName& name, const Entry&) {
      const UnitLedger::Fate fate = ledger.FateOf(at);
      if (!fate.reason.empty()) reasons.push_back(absl::StrCat(name.seq, ": ", fate.reason));
    });
    return reasons;
  }

  uint64_t seed_ = 100;
  HubWorld world_;
};

}  // namespace motcua
