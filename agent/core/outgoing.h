// Outgoing: what to send next. The hub lacks whatever is not behind the ends it says it holds; there is no
// other mark, so a first sync, a lost reply, a copy and a hub that lost its newest week are all the same
// case.
//
// Own entries go before all others, in batches of their own: a hub that refuses to take others' back must not
// keep a desk's own from arriving.
//
// Other lines are looked at only when every end the hub names is held here. Before that some of them may have
// come in part, their ends are unknown, and what came from the hub would look as if the hub lacked it.
//
// Threads: pure functions.
#pragma once

#include <vector>

#include "agent/core/desk_log.h"

namespace motcua {

struct Outgoing {
  std::vector<Run> runs;            // one of the own path, or several of other lines, parents before children
  std::vector<Hash> parent_hashes;  // one per run
  bool own_path = false;
};
// Collects at most `entries_max` entries that a hub with `hub_ends` lacks.
Outgoing ChooseOutgoing(const DeskLog& log, const std::vector<EntryName>& hub_ends, std::size_t entries_max);

// Entries the hub lacks, `saw` not counted: of the own path and of every other line held here.
std::size_t CountLacking(const DeskLog& log, const std::vector<EntryName>& hub_ends);

}  // namespace motcua
