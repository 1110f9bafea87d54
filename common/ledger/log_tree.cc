#include "common/ledger/log_tree.h"

#include "common/base/invariant.h"

namespace motcua {

LineId LogTree::AddLine(DeviceId device, LineId parent, Seq fork_seq) {
  if (parent == kNoLine) {
    MOTCUA_INVARIANT(fork_seq == 0, "a line without parent begins at 1");
  } else {
    MOTCUA_INVARIANT(parent < lines_.size() && lines_[parent].device == device, "a fork stays within one device's log");
    MOTCUA_INVARIANT(fork_seq > lines_[parent].fork_seq && fork_seq <= lines_[parent].end_seq,
                     "a fork names the line that owns the shared entry");
  }
  lines_.push_back({device, parent, fork_seq, fork_seq});
  return static_cast<LineId>(lines_.size() - 1);
}

void LogTree::Extend(LineId line, Seq count) {
  MOTCUA_INVARIANT(line < lines_.size() && count <= kSeqMax - lines_[line].end_seq, "a line that exists, within kSeqMax");
  lines_[line].end_seq += count;
}

Position LogTree::Normalize(LineId line, Seq seq) const {
  if (seq == 0) return {};
  MOTCUA_INVARIANT(line < lines_.size() && seq <= lines_[line].end_seq, "a position names an entry that is held");
  while (seq <= lines_[line].fork_seq) line = lines_[line].parent;
  return {line, seq};
}

bool LogTree::IsAncestorOrSelf(Position a, Position b) const {
  if (a.seq == 0) return true;
  if (a.seq > b.seq) return false;
  return Normalize(b.line, a.seq) == Normalize(a.line, a.seq);
}

bool LogTree::HasSuccessor(Position a) const {
  const Position owner = Normalize(a.line, a.seq);
  if (owner.seq > 0 && lines_[owner.line].end_seq > owner.seq) return true;
  for (const Line& line : lines_) {
    if (line.parent == owner.line && line.fork_seq >= owner.seq && line.end_seq > line.fork_seq) return true;
  }
  return false;
}

}  // namespace motcua
