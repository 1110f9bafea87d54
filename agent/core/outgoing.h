// Outgoing: what to send next. The hub lacks whatever is not behind the ends it says it holds; there is no
// other mark, so a first sync, a lost reply, a copy and a hub that lost its newest week are all the same
// case.
//
// Own entries go before all others, in batches of their own: a hub that refuses to take others' back must not
// keep a desk's own from arriving.
//
// Entries of other devices go back only as the hub can check them: towards the ends that a receipt of the desk's
// names, one after the other, each in as many pieces as the line needs. The hub keeps pieces aside until
// the end is there and says how far they got (`returned`). What no receipt covers waits for the machine that
// wrote it.
//
// Other lines are looked at only when every end the hub names is held here. Before that some of them may have
// come in part, their ends are unknown, and what came from the hub would look as if the hub lacked it.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "agent/core/desk_log.h"

namespace motcua {

// What the hub has said in this session.
struct HubState {
  std::vector<EntryName> holds;     // ends, and the newest entry of the own path
  std::vector<EntryName> returned;  // how far runs of other devices have come; held only for choosing what is next
  // Before its first answer nobody knows what it has aside, unless the session before ended while it was behind.
  bool answered = false;
  std::vector<DeviceId> left_out = {};  // their lines it refuses to take back from this desk
  bool one_at_a_time = false;           // it refused several: one device's lines in a batch, to find out whose
};

struct Outgoing {
  // One of the own path, or several of other lines of this device, or several of other devices; parents
  // before children.
  std::vector<Run> runs;
  std::vector<Hash> parent_hashes;  // one per run
  std::vector<LineId> lines;        // one per run: it lies on the path to this line's end
  bool own_path = false;
  std::string proof;  // EncodeReceipt of the receipt to send along: it names the ends that runs of others lead to
};
// Collects entries that the hub lacks, at most `entries_max`.
Outgoing ChooseOutgoing(const DeskLog& log, const HubState& hub, std::size_t entries_max);

// Entries the hub lacks and can be sent, `saw` not counted on the own path.
std::size_t CountLacking(const DeskLog& log, const HubState& hub);

}  // namespace motcua
