#include "tests/simulation/book.h"

#include "tests/simulation/violation.h"

namespace motcua {

void Bits::Add(std::size_t i) {
  if (words_.size() <= i / 64) words_.resize(i / 64 + 1);
  words_[i / 64] |= uint64_t{1} << (i % 64);
}

void Bits::Remove(std::size_t i) {
  if (i / 64 < words_.size()) words_[i / 64] &= ~(uint64_t{1} << (i % 64));
}

void Bits::Add(const Bits& other) {
  if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
  for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

void Bits::Remove(const Bits& other) {
  for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i) words_[i] &= ~other.words_[i];
}

void Bits::Keep(const Bits& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= i < other.words_.size() ? other.words_[i] : 0;
}

bool Bits::Includes(const Bits& other) const {
  for (std::size_t i = 0; i < other.words_.size(); ++i) {
    if ((other.words_[i] & ~(i < words_.size() ? words_[i] : 0)) != 0) return false;
  }
  return true;
}

bool Bits::Empty() const {
  for (const uint64_t word : words_) {
    if (word != 0) return false;
  }
  return true;
}

std::size_t Bits::Count() const {
  std::size_t count = 0;
  for (const uint64_t word : words_) count += static_cast<std::size_t>(__builtin_popcountll(word));
  return count;
}

std::vector<std::size_t> Bits::Members() const {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (uint64_t word = words_[i]; word != 0; word &= word - 1)
      members.push_back(i * 64 + static_cast<std::size_t>(__builtin_ctzll(word)));
  }
  return members;
}

std::size_t UnitBook::Note(const EntryName& parent, const EntryName& name, const Entry& entry) {
  if (const auto known = numbers_.find(name); known != numbers_.end()) {
    const BookEntry& before = entries_[known->second];
    if (before.parent != parent || !(before.entry == entry))
      Accuse("I3 one name, one entry", FormatEntryName(name), " stands for two entries");
    return known->second;
  }
  BookEntry noted{name, parent, entry, {}};
  if (parent.seq > 0) {
    const auto before = numbers_.find(parent);
    if (before == numbers_.end()) Accuse("I1 logs without holes", FormatEntryName(name), " without its parent");
    noted.path = entries_[before->second].path;
  }
  if (entry.device != name.device || entry.seq != name.seq || name.seq != parent.seq + 1)
    Accuse("I3 one name, one entry", FormatEntryName(name), " does not fit its entry");
  const std::size_t number = entries_.size();
  noted.path.Add(number);
  entries_.push_back(std::move(noted));
  numbers_[name] = number;
  children_[parent.seq > 0 ? parent : EntryName{name.device, 0, 0}].push_back(number);
  if (entry.kind() == EntryKind::kSaw) saws_.push_back(number);
  if (entry.kind() == EntryKind::kExclude) excludes_.push_back(number);
  if (entry.kind() == EntryKind::kReview) reviews_.push_back(number);
  if (const Cell* cell = entry.cell()) cells_[*cell].push_back(number);
  return number;
}

std::optional<std::size_t> UnitBook::Find(const EntryName& name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::optional<Bits> UnitBook::Behind(const std::vector<EntryName>& ends) const {
  Bits behind;
  for (const EntryName& end : ends) {
    if (end.seq == 0) continue;
    const std::optional<std::size_t> number = Find(end);
    if (!number) return std::nullopt;
    behind.Add(entries_[*number].path);
  }
  return behind;
}

bool UnitBook::Continues(const Bits& held, const EntryName& name) const {
  const auto children = children_.find(name.seq > 0 ? name : EntryName{name.device, 0, 0});
  if (children == children_.end()) return false;
  for (const std::size_t child : children->second) {
    if (held.Has(child)) return true;
  }
  return false;
}

std::vector<std::size_t> UnitBook::Branches(const Bits* held, const EntryName& point) const {
  std::vector<std::size_t> branches;
  const auto children = children_.find(point);
  if (children == children_.end()) return branches;
  for (const std::size_t child : children->second) {
    if (held == nullptr || held->Has(child)) branches.push_back(child);
  }
  return branches;
}

std::vector<EntryName> UnitBook::ForkPoints(const Bits* held) const {
  std::vector<EntryName> points;
  for (const auto& [point, children] : children_) {
    if (children.size() > 1 && Branches(held, point).size() > 1) points.push_back(point);
  }
  return points;
}

}  // namespace motcua
