// Outgoing: what to send next. The hub lacks whatever is not behind the ends it says it holds; there is no
// other mark, so a first sync, a lost reply, a copy and a hub that lost its newest week are all the same
// case.
//
// Own entries go before all others, in batches of their own: a hub that refuses to take others' back must not
// keep a desk's own from arriving.
//
// Entries of other devices go back only as the hub can check them: in runs that end where the desk's newest
// receipt says, each whole, because a part proves nothing about who wrote it. What no receipt covers, and
// what is longer than a batch, waits for the machine that wrote it.
//
// Other lines are looked at only when every end the hub names is held here. Before that some of them may have
// come in part, their ends are unknown, and what came from the hub would look as if the hub lacked it.
//
// Threads: pure functions.
#pragma once

#include <set>
#include <vector>

#include "agent/core/desk_log.h"

namespace motcua {

struct Outgoing {
  // One of the own path, or several of other lines of this device, or several of other devices; parents
  // before children.
  std::vector<Run> runs;
  std::vector<Hash> parent_hashes;  // one per run
  std::vector<LineId> lines;        // one per run
  bool own_path = false;
  bool whole = false;  // other devices': a run goes whole or not at all
};
// Collects entries that a hub with `hub_ends` lacks, at most `entries_max` where a run may be cut. Lines of
// other devices in `too_long` are left out, and with them what forks off them.
Outgoing ChooseOutgoing(const DeskLog& log, const std::vector<EntryName>& hub_ends, std::size_t entries_max,
                        const std::set<LineId>& too_long);

// Entries the hub lacks and can be sent, `saw` not counted on the own path.
std::size_t CountLacking(const DeskLog& log, const std::vector<EntryName>& hub_ends,
                         const std::set<LineId>& too_long);

}  // namespace motcua
