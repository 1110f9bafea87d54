// DeskParts: everything a desk can be in, and every step from there, each computed once: the real core over the real
// store on a simulated disk.
//
//   a step = the program starts on the folder as it lies, does one thing, and the power is cut at once;
//   what comes back is opened, recovered, checked (EntryBook::Check) and given a number.
//
// So what a step confirmed is looked for behind a power cut, every time.
//
// Threads: one.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/adapters/sqlite_agent_store.h"
#include "agent/core/desk.h"
#include "agent/core/sync_session.h"
#include "tests/simulation/explore_entries.h"
#include "tests/simulation/explore_images.h"
#include "tests/simulation/explore_scope.h"

namespace motcua::explore {

using DeskId = uint32_t;  // a folder's whole content
using ReplyId = uint32_t;

struct DeskNode {
  ImageShelf::Id image = 0;
  int script = 0;  // whose machine it was enrolled as
  EntrySet held;
  EntryName own_end;
  ExchangeRequest request;  // what it asks the hub next
};

// An answer of the hub, or why there was none.
using Reply = absl::StatusOr<ExchangeResponse>;

struct DeskStep {
  DeskId after = 0;
  absl::Status status;  // what the person was told
  std::string problem;  // what must not be
};

class DeskParts {
 public:
  DeskParts(const Scope* scope, EntryBook* book);

  // A folder that was just enrolled.
  DeskId Fresh(int script);
  const DeskNode& node(DeskId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  std::size_t bytes_kept() const { return images_.bytes_kept(); }

  // A person at installation `slot` (its randomness is its own) records the scope's entry number `entry`.
  const DeskStep& Record(DeskId desk, int slot, int entry);
  // The power is cut meanwhile, at each of a few changes of the disk: what can be left, without repeats.
  const std::vector<DeskStep>& RecordCut(DeskId desk, int slot, int entry);
  // The desk asks, gets this answer and no other. OK: it says that it is synced.
  const DeskStep& Receive(DeskId desk, ReplyId id, const Reply& reply);
  const std::vector<DeskStep>& ReceiveCut(DeskId desk, ReplyId id, const Reply& reply);

 private:
  struct Open;
  using Act = std::function<absl::Status(Desk&)>;
  struct Ran {
    DeskStep step;
    int64_t changes = 0;  // of the disk, by the act alone
  };
  // `cut_at`: the power goes at that change of the act; 0: right behind it.
  Ran Run(DeskId desk, uint64_t randomness, int64_t cut_at, const Act& act);
  std::vector<DeskStep> RunCut(DeskId desk, uint64_t randomness, const Act& act);
  DeskStep Settle(int script, const EntrySet& before);
  DeskNode Examine(int script, std::string* problem);
  absl::Status RecordEntry(Desk& desk, int entry) const;
  absl::Status TakeReply(Desk& desk, const Reply& reply);

  const Scope& scope_;
  EntryBook& book_;
  FaultDisk disk_{"desk"};
  StillClock clock_;
  ScopeSigner signer_;
  ImageShelf images_;
  std::vector<DeskNode> nodes_;
  std::map<std::pair<int, Hash>, DeskId> numbers_;
  std::map<std::tuple<DeskId, int, int>, DeskStep> recorded_;
  std::map<std::tuple<DeskId, int, int>, std::vector<DeskStep>> recorded_cut_;
  std::map<std::pair<DeskId, ReplyId>, DeskStep> received_;
  std::map<std::pair<DeskId, ReplyId>, std::vector<DeskStep>> received_cut_;
};

// The changes at which the power is cut of an act that makes `changes`: the first, the middle one and the last.
std::set<int64_t> CutsOf(int64_t changes);

}  // namespace motcua::explore
