// SimWorld: one run. Units with their desks, one hub, a network between them, people who record and operate, and
// faults by the seed; after the storm everything is mended and all must agree.
//
//   SimWorld world(options, &trace);
//   world.Run();                       // throws Violation
//
// Threads: one, and one world in a process at a time (SQLite's randomness is the process's).
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/fault_mix.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/run_counts.h"
#include "tests/simulation/sim_machines.h"
#include "tests/simulation/trace.h"

namespace motcua {

struct RunOptions {
  uint64_t seed = 0;
  int steps = 0;            // of the storm; 0: as the seed says
  std::set<Fault> without = {};  // classes that stay off
  bool prints = false;      // the trace
};

// Thrown through a session when its desk's process ends in the middle.
struct DeskEnds {};

class SimWorld {
 public:
  SimWorld(const RunOptions& options, Trace* trace);
  ~SimWorld();

  void Run();
  RunCounts counts() const;
  std::string Faults() const { return mix_.Names(); }

  // For the link: the hub gets these bytes from this desk and answers with bytes. `waits`: somebody reads the answer.
  absl::StatusOr<std::string> Deliver(const std::string& request, SimDesk& from, bool waits);
  // A desk asks for a new certificate over its line.
  absl::Status Renew(SimDesk& desk);
  // Others act while one waits; among them now and then a copy of the machine that waits.
  void Crowd();
  void HoldBack(const std::string& request, SimDesk& from);
  void Remember(const std::string& request, SimDesk& from);
  FaultMix& mix() { return mix_; }
  SimTime& time() { return time_; }
  Trace& trace() { return trace_; }
  std::size_t line_bytes_max() const { return mix_.stopped() ? SIZE_MAX : line_bytes_max_; }

 private:
  // sim_world.cc: the course of a run.
  void SetUp();
  void Storm();
  void Act();
  void Heal();
  SimDesk* Enrol(const std::string& unit, Role role);
  SimDesk* AddDesk(const DeskIdentity& identity, const std::string& certificate);

  // sim_people.cc: what people do.
  void PersonActs(SimDesk& desk);
  void RecordOne(SimDesk& desk);
  void ImportFile(SimDesk& desk);
  void SubmitPeriod(SimDesk& desk);
  void OperatorActs();
  void OperatorRestates(const std::string& unit);
  void OperatorExcludes(const std::string& unit);
  void OperatorClosesList();
  void AcknowledgeDecisions(SimDesk& desk);
  void AfterWriting(SimDesk& desk, const absl::Status& status, std::size_t expected, const char* what);

  // sim_machinery.cc: syncs, and machines that end and begin.
  void Sync(SimDesk& desk);
  void AfterDesk(SimDesk& desk);
  void CrashDesk(SimDesk& desk);
  void OpenDesk(SimDesk& desk, bool same_disk);
  void CrashHub();
  void OpenHub(bool same_disk);
  void AfterHub();
  // Around an act: what a power cut in its middle would have left is opened on a disk of its own and judged.
  void BeginProbe(FaultDisk& disk, Fault fault);
  void ProbeDesk(SimDesk& desk, const Bits& held_before);
  void ProbeHub(const std::string& unit, const Bits& held_before);
  void CheckStatus(const absl::Status& status, const char* what);
  // The power comes back. What it finds may refuse a call at once.
  void SwitchOn(FaultDisk& disk, Fault crash, const std::string& whose);
  void AfterRecovery(const FaultDisk& disk, int64_t failures_before);

  // sim_faults.cc: what goes wrong.
  void FaultsStrike();
  void StrikeDisks();
  void StrikeDesks();
  void StrikeHub();
  void StrikeClocks(SimClock& clock);
  void CopyMade(Fault fault);
  void CloneDesk(SimDesk& desk);
  void RestoreDesk(SimDesk& desk);
  void ReplaceDesk(SimDesk& desk);
  void FinishReplacing();
  void DeliverOld();
  // Programs of the newest version on all machines, or as far as the seed says.
  void UpgradeSome();
  void UpgradeDesk(SimDesk& desk);
  void UpgradeHub();

  // sim_sticks.cc: what travels in files.
  void SticksMove();
  void ExportStick();
  void ImportStick();
  void ApplyAnswer();

  std::vector<SimDesk*> Desks() const;
  SimDesk* AnyDesk();  // that is up and not busy; null when none is
  SimDesk* CopyOfABusyDesk();  // the same
  bool CopiesOf(const SimDesk& desk, const std::function<bool(const SimDesk&)>& is) const;
  void CountExchange(SimDesk& desk, const ExchangeRequest& request);
  Cell AnyCell(const SimDesk& desk);
  uint64_t Below(uint64_t bound) { return random_.Below(bound); }
  bool Chance(uint64_t percent) { return random_.Below(100) < percent; }

  RunOptions options_;
  Trace& trace_;
  FaultMix mix_;
  SeededRandom random_;  // what people do
  SimTime time_;
  SimHub hub_;
  std::vector<std::string> units_;
  std::vector<std::unique_ptr<SimDesk>> desks_;
  SimJudge judge_;
  RunCounts counts_;
  int depth_ = 0;
  std::set<const FaultDisk*> recovers_;  // the next opening is the first one since the power came back
  int catalog_ = 1;
  std::size_t line_bytes_max_ = SIZE_MAX;
  struct Message {
    std::string bytes;
    SimDesk* from = nullptr;
    bool imported = false;  // of a bundle: once, at least
  };
  std::set<DeviceId> half_replaced_;  // whose new machine got no answer
  std::deque<Message> held_back_;  // on their way
  std::deque<Message> old_;        // delivered once, may come again
  std::deque<Message> sticks_;     // bundles on their way to the hub
  std::deque<Message> answers_;    // and their receipts on the way back
};

}  // namespace motcua
