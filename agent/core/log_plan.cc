#include "agent/core/log_plan.h"

#include "common/base/language.h"

namespace motcua {

absl::StatusOr<Hash> LogPlan::HashOf(const EntryName& name) const {
  if (name.seq == 0) return ChainRoot(name.device);
  if (auto place = places_.find(name); place != places_.end()) return place->second.hash;
  MOTCUA_ASSIGN_OR_RETURN(Position at, ledger_.Find(name));
  return ledger_.HashAt(at);
}

Seq LogPlan::EndOf(LineId line) const {
  if (auto planned = lines_.find(line); planned != lines_.end()) return planned->second.end_seq;
  return ledger_.tree().line(line).end_seq;
}

StoredLine& LogPlan::LineFor(const EntryName& parent, Position parent_at) {
  if (parent.seq != 0 && EndOf(parent_at.line) == parent_at.seq) {
    auto [line, is_new] = lines_.try_emplace(parent_at.line);
    if (is_new) {
      const Line& held = ledger_.tree().line(parent_at.line);
      line->second = {parent_at.line, held.device, held.parent, held.fork_seq, held.end_seq, Hash{}};
    }
    return line->second;
  }
  // Lines are numbered as the ledger will number them: in the order in which they begin.
  const LineId id = std::max<LineId>(static_cast<LineId>(ledger_.tree().size()),
                                     lines_.empty() ? 0 : lines_.rbegin()->first + 1);
  const bool root = parent.seq == 0;
  return lines_[id] = {id, parent.device, root ? kNoLine : parent_at.line, parent.seq, parent.seq, Hash{}};
}

absl::StatusOr<EntryName> LogPlan::Add(const EntryName& parent, Entry entry) {
  MOTCUA_RETURN_IF_ERROR(CheckBounds(entry));
  if (entry.device != parent.device || entry.seq != parent.seq + 1) {
    return absl::InvalidArgumentError(Say("Lượt ghi không nối tiếp lượt ghi đứng trước nó.",
                                          "The entry does not continue the one before it."));
  }
  MOTCUA_ASSIGN_OR_RETURN(Hash parent_hash, HashOf(parent));
  StoredEntry stored;
  AppendCanonical(entry, &stored.canonical);
  const Hash hash = chain_.NextCanonical(parent_hash, stored.canonical);
  const EntryName name{entry.device, entry.seq, First8(hash)};
  if (places_.count(name) > 0 || ledger_.Holds(name)) return name;

  Position parent_at;
  if (auto place = places_.find(parent); place != places_.end()) {
    parent_at = place->second.at;
  } else if (parent.seq != 0) {
    MOTCUA_ASSIGN_OR_RETURN(parent_at, ledger_.Find(parent));
  }
  StoredLine& line = LineFor(parent, parent_at);
  line.end_seq = entry.seq;
  line.end_hash = hash;
  stored.at = {line.id, entry.seq};
  places_[name] = {stored.at, hash};
  planned_.push_back({parent, std::move(entry), stored.at, name});
  stored_.push_back(std::move(stored));
  return name;
}

std::vector<StoredLine> LogPlan::lines() const {
  std::vector<StoredLine> lines;
  for (const auto& [id, line] : lines_) lines.push_back(line);
  return lines;
}

}  // namespace motcua
