// SimJudge: holds every replica against the invariants of DESIGN section 8, at each step and once more after the heal.
// It knows entries as it first saw them, folds them by its own rules (judge_fold.h), and remembers what each replica
// held: nothing a replica held may be gone unless the world itself took that replica's disk away.
//
// Every method throws Violation when something does not hold.
//
// Threads: one. Lifetime: the trace must outlive it.
#pragma once

#include <map>
#include <string>

#include "agent/core/sync_session.h"
#include "tests/simulation/judge_fold.h"
#include "tests/simulation/sim_machines.h"
#include "tests/simulation/trace.h"

namespace motcua {

class SimJudge {
 public:
  // A desk was copied or set back: from now on some may be told so.
  void ExpectCopies() { expect_copies_ = true; }
  bool expects_copies() const { return expect_copies_; }

  void Enrolled(DeviceId device, const std::string& unit) { unit_of_[device] = unit; }
  UnitBook& book(const std::string& unit);
  // What the hub was last seen to hold of a unit.
  const Bits& HubHeld(const std::string& unit) { return hub_held_[unit]; }

  // A desk did something, or was opened: what is new is written down, what it shows of it must be right. Returns how
  // many entries are new, `saw` not counted.
  std::size_t DeskSees(SimDesk& desk);
  // It was opened after its process ended, its disk untouched by the world.
  void DeskReopened(SimDesk& desk);
  // Its disk now holds something else (an older state, nothing).
  void DeskDiskChanged(SimDesk& desk);
  // Everything excluded is shown with its reason.
  void DeskShowsExclusions(SimDesk& desk);

  // The hub answered. `reaches_desk`: not a stale request that nobody waits for.
  void Exchanged(SimHub& hub, const ExchangeRequest& request, const ExchangeResponse& response, bool reaches_desk);
  // The hub did something by itself, was opened after a crash, or is to be looked at closely.
  void HubSees(SimHub& hub, const std::string& unit);
  void HubDiskChanged(SimHub& hub);
  // An operator was told that the hub wrote this.
  void HubPromised(const std::string& unit, const EntryName& name) { promised_[unit].insert(name); }
  // Another hub opened on what a power cut would have left of this one's disk.
  void HubProbed(SimHub& probe, const std::string& unit, const Bits& held_before);
  // Where copies of a device have parted, by all that was ever met of the unit.
  bool Forked(const std::string& unit, DeviceId device);
  // An operator closed a list, or was told that there is none or that it is closed.
  void ForkClosed(const std::string& unit, const EntryName& fork, const absl::Status& status);
  // `ledger verify` of every unit.
  void HubVerifies(SimHub& hub);

  // What this set of replicas does not hold may be gone from now on; it is called when a disk was taken away.
  void Survivors(const std::string& unit, const std::vector<SimDesk*>& desks);
  // Everything is well and everybody has synced: all replicas of a unit hold the same, nothing is missing.
  void Converged(SimHub& hub, const std::string& unit, const std::vector<SimDesk*>& desks);
  bool Agree(const std::string& unit, const std::vector<SimDesk*>& desks);

  int64_t verdicts_of_copies = 0;  // FORKED and REGRESSED told

 private:
  void CheckVerdict(const UnitBook& book, const Bits& before, const Bits& after, const ExchangeRequest& request,
                    const ExchangeResponse& response, bool reaches_desk);
  void CheckDeskCell(SimDesk& desk, const JudgeFold& fold, const Cell& cell);
  void CheckFacts(SimHub& hub, const std::string& unit, const Bits& before);
  Bits NoteLedger(const UnitLedger& ledger, const std::string& unit, std::vector<Seq>* seen, const Bits& held);
  void CheckIsolation(const UnitBook& book, const Bits& news);
  // The lists of cells that copies both wrote are the same everywhere, and those that the entries give.
  void CheckOpenLists(SimHub& hub, const std::string& unit, const std::vector<SimDesk*>& desks);

  bool expect_copies_ = false;
  std::map<std::string, UnitBook> books_;
  std::map<DeviceId, std::string> unit_of_;
  std::map<std::string, Bits> hub_held_;
  std::map<std::string, std::set<EntryName>> promised_;
  std::map<std::string, Bits> may_be_gone_;
  // Facts by hub and unit as judged last.
  struct JudgedFact {
    Value value;
    bool provisional = false;
    bool operator==(const JudgedFact&) const = default;
  };
  std::map<std::string, std::map<Cell, JudgedFact>> facts_;
  std::map<std::string, bool> closed_;
};

}  // namespace motcua
