#include "agent/core/outgoing.h"

#include <algorithm>

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

class Collector {
 public:
  Collector(const UnitLedger& ledger, std::size_t entries_max) : ledger_(ledger), left_(entries_max) {}

  // Entries first..last on the path that ends on `line`.
  void Take(LineId line, Seq first, Seq last) {
    if (first > last || left_ == 0 || chosen_.runs.size() == kBatchRunsMax) return;
    Run run;
    run.parent = NameBefore(ledger_, ledger_.tree().line(line).device, {line, first});
    for (Seq seq = first; seq <= last && left_ > 0; ++seq, --left_)
      run.entries.push_back(ledger_.EntryAt({line, seq}));
    chosen_.parent_hashes.push_back(first == 1 ? ChainRoot(run.parent.device)
                                               : ledger_.HashAt({line, first - 1}));
    chosen_.runs.push_back(std::move(run));
  }
  Outgoing& chosen() { return chosen_; }

 private:
  const UnitLedger& ledger_;
  std::size_t left_;
  Outgoing chosen_;
};

}  // namespace

Outgoing ChooseOutgoing(const DeskLog& log, const std::vector<EntryName>& hub_ends, std::size_t entries_max) {
  Collector collector(log.ledger(), std::min(entries_max, kBatchEntriesMax));
  collector.Take(log.own_position().line, log.UnsentBehind(hub_ends).hub_holds + 1, log.own_end().seq);
  collector.chosen().own_path = !collector.chosen().runs.empty();
  if (collector.chosen().own_path) return std::move(collector.chosen());
  for (const UnitLedger::LineRange& range : OtherLines(log, hub_ends)) {
    collector.Take(range.line, range.first, range.last);
  }
  return std::move(collector.chosen());
}

std::size_t CountLacking(const DeskLog& log, const std::vector<EntryName>& hub_ends) {
  std::size_t count = log.UnsentBehind(hub_ends).waiting;
  for (const UnitLedger::LineRange& range : OtherLines(log, hub_ends)) count += range.last - range.first + 1;
  return count;
}

}  // namespace motcua
