// LogTree: the shape of a unit's logs as one replica holds them. A copied or restored installation makes a
// device's log a tree; each copy continues its own line.
//
// A line is a maximal run of entries written by one copy. It either begins at 1 (parent kNoLine) or forks off
// its parent line behind `fork_seq`. Line numbers are local to a replica and never travel; EntryNames do.
//
// Threads: one. Errors: broken references are programmer errors (invariants), outside input is checked before.
#pragma once

#include <cstdint>
#include <vector>

#include "common/ledger/entry.h"

namespace motcua {

using LineId = uint32_t;
inline constexpr LineId kNoLine = 0xFFFFFFFF;

// An entry by place. seq > the line's fork_seq (Normalize makes it so); seq 0 on kNoLine is "nothing".
struct Position {
  LineId line = kNoLine;
  Seq seq = 0;
  auto operator<=>(const Position&) const = default;
};

struct Line {
  DeviceId device;
  LineId parent = kNoLine;
  Seq fork_seq = 0;  // last entry shared with the parent line; 0 without parent
  Seq end_seq = 0;   // the line's newest entry
};

class LogTree {
 public:
  LineId AddLine(DeviceId device, LineId parent, Seq fork_seq);
  // Extends `line` by `count` entries.
  void Extend(LineId line, Seq count);

  std::size_t size() const { return lines_.size(); }
  const Line& line(LineId id) const { return lines_[id]; }
  // The position of entry `seq` on the path that ends on `line` (walks up to the parent that owns it).
  Position Normalize(LineId line, Seq seq) const;
  // True when `a` is `b` or lies on the path from the root to `b`. "Nothing" is an ancestor of everything.
  bool IsAncestorOrSelf(Position a, Position b) const;
  // True when some entry lies directly or indirectly behind `a` (on its line or on one forked off at or after it).
  bool HasSuccessor(Position a) const;

 private:
  std::vector<Line> lines_;
};

}  // namespace motcua
