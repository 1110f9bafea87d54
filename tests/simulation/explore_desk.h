// DeskParts: everything a desk can be in, and every step from there, each computed once: the real core over the real
// store on a simulated disk.
//
//   a step = the program starts on the folder as it lies, does one thing, and the power is cut at once;
//   what comes back is opened, recovered, checked (EntryBook::Check) and given a number.
//
// So what a step confirmed is looked for behind a power cut, every time. Quick ones leave the disk out
// (explore_quick.h).
//
// Threads: one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/core/desk_bundle.h"
#include "agent/core/sync_session.h"
#include "tests/simulation/explore_entries.h"
#include "tests/simulation/explore_folder.h"
#include "tests/simulation/explore_scope.h"

namespace motcua::explore {

using DeskId = uint32_t;  // a folder's whole content

struct DeskNode {
  uint32_t image = 0;
  int script = 0;  // whose machine it was enrolled as
  EntrySet held;
  EntryName own_end;
  ExchangeRequest request;  // what it asks the hub first
  absl::StatusOr<Bundle> bundle = absl::UnavailableError("not written");  // what it would write on a stick
};

struct DeskStep {
  DeskId after = 0;
  absl::Status status;     // what the person was told
  bool copy_told = false;  // and that there is a copy (of a receipt file)
  bool loss_told = false;  // or that the hub lost entries
  std::string problem;     // what must not be
};

class DeskParts {
 public:
  DeskParts(const Scope* scope, EntryBook* book, bool quick);

  // A folder that was just enrolled.
  DeskId Fresh(int script);
  const DeskNode& node(DeskId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  std::size_t bytes_kept() const { return folder_->bytes_kept(); }

  // A person at installation `slot` (its randomness is its own) records the scope's entry number `entry`.
  const DeskStep& Record(DeskId desk, int slot, int entry);
  // The power is cut meanwhile, at each of a few changes of the disk: what can be left, without repeats.
  const std::vector<DeskStep>& RecordCut(DeskId desk, int slot, int entry);
  // A sync over `link`; `cut_at`: the power goes at that change of the disk (0: not). OK: the desk says that it is synced.
  DeskStep Sync(DeskId desk, HubLink* link, int64_t cut_at, int64_t* changes);
  // The receipt file of a bundle, by its number.
  const DeskStep& TakeAnswer(DeskId desk, uint32_t id, const BundleReceipt& answer);

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

  const Scope& scope_;
  EntryBook& book_;
  StillClock clock_;
  ScopeSigner signer_;
  const bool quick_;
  const std::unique_ptr<Folder<AgentStore>> folder_;
  std::vector<DeskNode> nodes_;
  std::map<std::pair<int, Hash>, DeskId> numbers_;
  std::map<std::tuple<DeskId, int, int>, DeskStep> recorded_;
  std::map<std::tuple<DeskId, int, int>, std::vector<DeskStep>> recorded_cut_;
  std::map<std::pair<DeskId, uint32_t>, DeskStep> answered_;
};

// The first (point 1), the middle (2) and the last (3) of `changes`: where the power is cut.
inline int64_t ChangeAt(int point, int64_t changes) {
  return point == 1 ? 1 : point == 2 ? (changes + 1) / 2 : changes;
}

}  // namespace motcua::explore
