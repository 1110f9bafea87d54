#include "agent/core/outgoing.h"

#include <algorithm>
#include <map>

#include "common/base/planted_bug.h"
#include "common/sync/exchange.h"
#include "common/sync/limits.h"

namespace motcua {
namespace {

EntryName NameBefore(const UnitLedger& ledger, DeviceId device, Position first) {
  return first.seq == 1 ? EntryName{device, 0, 0} : ledger.NameAt({first.line, first.seq - 1});
}

// What the hub holds, and the own path besides: the rest are other lines. While the hub names an end that is
// not held here yet, what lies before that end cannot be told from what the hub lacks: it came from the hub a
// moment ago, in the part that fitted. Other lines wait until everything the hub has is here.
std::vector<UnitLedger::LineRange> OtherLines(const DeskLog& log, std::vector<EntryName> hub_ends) {
  const auto held = [&](const EntryName& end) { return log.ledger().Holds(end); };
  if (!std::all_of(hub_ends.begin(), hub_ends.end(), held)) return {};
  if (log.own_end().seq > 0) hub_ends.push_back(log.own_end());
  return log.ledger().Lacking(hub_ends);
}

// The last entry of `range` that the receipt `proof` names; 0 when it names none.
Seq ProvenThrough(const DeskLog& log, const Receipt& proof, const UnitLedger::LineRange& range) {
  Seq last = 0;
  for (const EntryName& end : proof.ends) {
    if (end.seq < range.first || end.seq > range.last) continue;
    const absl::StatusOr<Position> at = log.ledger().Find(end);
    if (at.ok() && at->line == range.line) last = std::max(last, end.seq);
  }
  return last;
}

// What of other lines the hub lacks and would take.
std::vector<UnitLedger::LineRange> Returnable(const DeskLog& log, const std::vector<EntryName>& hub_ends,
                                              const std::set<LineId>& too_long) {
  Receipt proof;
  if (absl::StatusOr<Receipt> newest = DecodeReceipt(log.state().proof); newest.ok())
    proof = *std::move(newest);
  std::vector<UnitLedger::LineRange> returnable;
  std::map<LineId, Seq> cut;  // lines that do not go to their end, and how far they do
  for (UnitLedger::LineRange range : OtherLines(log, hub_ends)) {
    const Line& line = log.ledger().tree().line(range.line);
    const auto parent = cut.find(line.parent);
    const bool orphan = parent != cut.end() && line.fork_seq > parent->second;
    Seq last = range.last;
    if (line.device != log.identity().device) last = ProvenThrough(log, proof, range);
    const bool fits = line.device == log.identity().device || last - range.first < kBatchEntriesMax;
    if (orphan || !fits || too_long.contains(range.line)) last = 0;
    if (last < range.last) cut[range.line] = std::max(last, range.first - 1);
    range.last = last;
    if (range.first <= range.last) returnable.push_back(range);
  }
  return returnable;
}

class Collector {
 public:
  Collector(const UnitLedger& ledger, std::size_t entries_max) : ledger_(ledger), left_(entries_max) {}

  // Entries first..last on the path that ends on `line`, or as many of them as there is room for.
  void Take(const UnitLedger::LineRange& range) {
    if (range.first > range.last || left_ == 0 || chosen_.runs.size() == kBatchRunsMax) return;
    Run run;
    run.parent = NameBefore(ledger_, ledger_.tree().line(range.line).device, {range.line, range.first});
    for (Seq seq = range.first; seq <= range.last && left_ > 0; ++seq, --left_)
      run.entries.push_back(ledger_.EntryAt({range.line, seq}));
    chosen_.parent_hashes.push_back(range.first == 1 ? ChainRoot(run.parent.device)
                                                     : ledger_.HashAt({range.line, range.first - 1}));
    chosen_.lines.push_back(range.line);
    chosen_.runs.push_back(std::move(run));
  }
  // The same, when there is room for all of them; false when there is not.
  bool TakeWhole(const UnitLedger::LineRange& range) {
    if (range.last - range.first >= left_ || chosen_.runs.size() == kBatchRunsMax) return false;
    Take(range);
    return true;
  }
  Outgoing& chosen() { return chosen_; }

 private:
  const UnitLedger& ledger_;
  std::size_t left_;
  Outgoing chosen_;
};

}  // namespace

Outgoing ChooseOutgoing(const DeskLog& log, const std::vector<EntryName>& hub_ends, std::size_t entries_max,
                        const std::set<LineId>& too_long) {
  if (MOTCUA_PLANTED(kExcludedBlocks) && log.ledger().causality().AnyExclusions()) return {};
  Collector own(log.ledger(), std::min(entries_max, kBatchEntriesMax));
  own.Take({log.own_position().line, log.UnsentBehind(hub_ends).hub_holds + 1, log.own_end().seq});
  own.chosen().own_path = !own.chosen().runs.empty();
  if (own.chosen().own_path) return std::move(own.chosen());
  const std::vector<UnitLedger::LineRange> others = Returnable(log, hub_ends, too_long);
  const auto is_own = [&](const UnitLedger::LineRange& range) {
    return log.ledger().tree().line(range.line).device == log.identity().device;
  };
  for (const UnitLedger::LineRange& range : others) {
    if (is_own(range)) own.Take(range);
  }
  if (!own.chosen().runs.empty()) return std::move(own.chosen());
  Collector foreign(log.ledger(), kBatchEntriesMax);
  foreign.chosen().whole = true;
  for (const UnitLedger::LineRange& range : others) {
    if (!foreign.TakeWhole(range)) break;
  }
  return std::move(foreign.chosen());
}

std::size_t CountLacking(const DeskLog& log, const std::vector<EntryName>& hub_ends,
                         const std::set<LineId>& too_long) {
  std::size_t count = log.UnsentBehind(hub_ends).waiting;
  for (const UnitLedger::LineRange& range : Returnable(log, hub_ends, too_long))
    count += range.last - range.first + 1;
  return count;
}

}  // namespace motcua
