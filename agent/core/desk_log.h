// DeskLog: the unit's logs and what the desk remembers beside them, in memory and in the store, moved
// together: the store commits first, memory follows. After an error neither has moved.
//
// Threads: one. Lifetime: `store` must outlive it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/core/agent_store.h"
#include "agent/core/log_plan.h"
#include "common/ledger/unit_ledger.h"

namespace motcua {

struct DeskIdentity {
  DeviceId device;
  std::string unit;
  Role role = Role::kDesk;
};

class DeskLog {
 public:
  // Reads everything. kFailedPrecondition: the store is another device's. kDataLoss: stored bytes do not
  // verify.
  static absl::StatusOr<std::unique_ptr<DeskLog>> Load(const DeskIdentity& identity, AgentStore* store);

  const DeskIdentity& identity() const { return identity_; }
  const UnitLedger& ledger() const { return ledger_; }
  const AgentState& state() const { return state_; }
  const EntryName& own_end() const { return state_.own_end; }
  // Where the own end stands; "nothing" (kNoLine, 0) for an empty log.
  Position own_position() const { return own_position_; }
  // What the own path knows of every line.
  Context Known() const;

  // Appends own entries behind the own end, which moves to the last. Device and seq are filled in here.
  absl::Status AppendOwn(std::vector<Entry> entries);
  // Stores what an exchange brought: planned entries, a new state (its own_end may have moved to an entry
  // that is held or planned) and catalog bytes, all or nothing. The plan is used up.
  absl::Status ApplyExchange(LogPlan& plan, const AgentState& state, std::optional<std::string> catalog,
                             std::optional<std::string> catalog_partial);
  absl::Status SaveState(const AgentState& state);
  // What an interrupted sync fetched of state().catalog_wanted.
  absl::StatusOr<std::string> LoadCatalogPartial() { return store_.LoadCatalogPartial(); }

  // Own entries (of the own path) behind the newest one the hub is known to hold.
  struct Unsent {
    Seq hub_holds = 0;     // seq on the own path up to which the hub holds it
    uint32_t waiting = 0;  // entries behind that, `saw` not counted: a person has nothing to do with them
    int64_t oldest_clock_s = 0;  // of the waiting ones
    uint32_t acknowledgements = 0;  // `saw` that a person signed, behind that too
  };
  Unsent UnsentBehind(const std::vector<EntryName>& hub_ends) const;
  // What the hub said it holds in the latest exchange: the receipt's ends and the common entry.
  std::vector<EntryName> HubHolds() const;
  Entry OwnEntryAt(Seq seq) const;
  Position OwnPositionAt(Seq seq) const;

 private:
  DeskLog(DeskIdentity identity, AgentStore* store)
      : identity_(std::move(identity)), store_(*store), ledger_(identity_.unit) {}
  absl::Status LoadEntries();
  absl::Status BeginState();
  void MoveMemory(const std::vector<PlannedEntry>& planned, const AgentState& state);

  DeskIdentity identity_;
  AgentStore& store_;
  UnitLedger ledger_;
  AgentState state_;
  Position own_position_;
};

}  // namespace motcua
