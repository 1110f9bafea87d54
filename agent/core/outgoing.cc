#include "agent/core/outgoing.h"

#include <algorithm>

#include "common/base/planted_bug.h"
#include "common/ledger/causality.h"
#include "common/sync/exchange.h"
#include "common/sync/limits.h"

namespace motcua {
namespace {

// Entries behind `parent_seq` up to `last` on the path that ends there.
struct Path {
  Seq parent_seq = 0;
  Position last;
  std::size_t size() const { return last.seq - parent_seq; }
};

bool EverythingOfTheHubIsHere(const DeskLog& log, const HubState& hub) {
  return std::all_of(hub.holds.begin(), hub.holds.end(),
                     [&](const EntryName& end) { return log.ledger().Holds(end); });
}

// Other lines of this device: copies of it, which the certificate speaks for.
std::vector<Path> OwnOtherLines(const DeskLog& log, const HubState& hub) {
  if (!EverythingOfTheHubIsHere(log, hub)) return {};
  std::vector<EntryName> held = hub.holds;
  if (log.own_end().seq > 0) held.push_back(log.own_end());
  std::vector<Path> paths;
  for (const UnitLedger::LineRange& range : log.ledger().Lacking(held)) {
    if (log.ledger().tree().line(range.line).device != log.identity().device) continue;
    paths.push_back({range.first - 1, {range.line, range.last}});
  }
  return paths;
}

// The newest entry on the path to `at` that is known.
Seq KnownOnPath(const LogTree& tree, const Context& known, Position at) {
  while (at.seq > 0) {
    const Line& line = tree.line(at.line);
    const Seq newest = std::min(known.KnownOf(at.line), at.seq);
    if (newest > line.fork_seq || line.parent == kNoLine) return newest;
    at = tree.Normalize(line.parent, line.fork_seq);
  }
  return 0;
}

// What of other devices the hub lacks and would take under one receipt.
struct Returnable {
  std::string proof;
  std::vector<Path> paths;
};

// Path by path towards the ends that the receipts name; what an earlier one proves is not in a later one's.
std::vector<Returnable> WhatToReturn(const DeskLog& log, const HubState& hub) {
  if (!hub.answered || !EverythingOfTheHubIsHere(log, hub)) return {};
  const LogTree& tree = log.ledger().tree();
  Context known;
  const auto raise = [&](const EntryName& name) {
    const absl::StatusOr<Position> at = log.ledger().Find(name);
    if (name.seq > 0 && at.ok()) known.Raise(tree, *at);
  };
  std::for_each(hub.holds.begin(), hub.holds.end(), raise);
  std::for_each(hub.returned.begin(), hub.returned.end(), raise);
  std::vector<std::string> proofs = {log.state().proof};
  proofs.insert(proofs.end(), log.state().later_proofs.begin(), log.state().later_proofs.end());
  std::vector<Returnable> returnables;
  for (std::string& bytes : proofs) {
    const absl::StatusOr<Receipt> proof = DecodeReceipt(bytes);
    if (!proof.ok()) continue;
    Returnable returnable{std::move(bytes), {}};
    for (const EntryName& end : proof->ends) {
      const absl::StatusOr<Position> at = log.ledger().Find(end);
      const bool left_out = std::count(hub.left_out.begin(), hub.left_out.end(), end.device) > 0;
      if (end.device == log.identity().device || left_out || end.seq == 0 || !at.ok()) continue;
      const Path path{KnownOnPath(tree, known, *at), *at};
      if (path.size() == 0) continue;
      returnable.paths.push_back(path);
      known.Raise(tree, *at);
    }
    if (!returnable.paths.empty()) returnables.push_back(std::move(returnable));
  }
  return returnables;
}

class Collector {
 public:
  Collector(const UnitLedger& ledger, std::size_t entries_max) : ledger_(ledger), left_(entries_max) {}

  // The path's entries, or as many of them as there is room for.
  void Take(const Path& path) {
    if (path.size() == 0 || left_ == 0 || chosen_.runs.size() == kBatchRunsMax) return;
    const LogTree& tree = ledger_.tree();
    const DeviceId device = tree.line(path.last.line).device;
    Run run{{device, 0, 0}, {}};
    Hash parent_hash = ChainRoot(device);
    if (path.parent_seq > 0) {
      const Position parent = tree.Normalize(path.last.line, path.parent_seq);
      run.parent = ledger_.NameAt(parent);
      parent_hash = ledger_.HashAt(parent);
    }
    for (Seq seq = path.parent_seq + 1; seq <= path.last.seq && left_ > 0; ++seq, --left_)
      run.entries.push_back(ledger_.EntryAt(tree.Normalize(path.last.line, seq)));
    chosen_.parent_hashes.push_back(parent_hash);
    chosen_.lines.push_back(path.last.line);
    chosen_.runs.push_back(std::move(run));
  }
  void TakeAll(const std::vector<Path>& paths) {
    for (const Path& path : paths) Take(path);
  }
  bool empty() const { return chosen_.runs.empty(); }
  Outgoing& chosen() { return chosen_; }

 private:
  const UnitLedger& ledger_;
  std::size_t left_;
  Outgoing chosen_;
};

}  // namespace

Outgoing ChooseOutgoing(const DeskLog& log, const HubState& hub, std::size_t entries_max) {
  if (MOTCUA_PLANTED(kExcludedBlocks) && log.ledger().causality().AnyExclusions()) return {};
  Collector collector(log.ledger(), std::min(entries_max, kBatchEntriesMax));
  if (log.own_end().seq > 0) collector.Take({log.UnsentBehind(hub.holds).hub_holds, log.own_position()});
  collector.chosen().own_path = !collector.empty();
  if (collector.empty()) collector.TakeAll(OwnOtherLines(log, hub));
  collector.chosen().proof = log.state().proof;
  if (collector.empty()) {
    if (std::vector<Returnable> back = WhatToReturn(log, hub); !back.empty()) {
      std::vector<Path>& paths = back.front().paths;
      const auto device = [&](const Path& path) { return log.ledger().tree().line(path.last.line).device; };
      const DeviceId first = device(paths.front());
      if (hub.one_at_a_time) std::erase_if(paths, [&](const Path& path) { return device(path) != first; });
      collector.TakeAll(paths);
      collector.chosen().proof = std::move(back.front().proof);
    }
  }
  return std::move(collector.chosen());
}

std::size_t CountLacking(const DeskLog& log, const HubState& hub) {
  std::size_t count = log.UnsentBehind(hub.holds).waiting;
  for (const Path& path : OwnOtherLines(log, hub)) count += path.size();
  for (const Returnable& returnable : WhatToReturn(log, hub)) {
    for (const Path& path : returnable.paths) count += path.size();
  }
  return count;
}

}  // namespace motcua
