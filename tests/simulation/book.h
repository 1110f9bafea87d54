// UnitBook: every entry of one unit that any replica was ever seen to hold, in the order in which they were met, and
// sets of them. It shares no code with the product's merge: an entry is a number here, a log its path of parents, a
// replica a set of numbers.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/ledger/entry.h"

namespace motcua {

// A set of small numbers.
class Bits {
 public:
  bool Has(std::size_t i) const { return i / 64 < words_.size() && (words_[i / 64] >> (i % 64) & 1) != 0; }
  void Add(std::size_t i);
  void Remove(std::size_t i);
  void Add(const Bits& other);
  void Remove(const Bits& other);
  void Keep(const Bits& other);
  bool Includes(const Bits& other) const;
  bool Empty() const;
  std::size_t Count() const;
  std::vector<std::size_t> Members() const;
  bool operator==(const Bits& other) const { return Includes(other) && other.Includes(*this); }

 private:
  std::vector<uint64_t> words_;
};

struct BookEntry {
  EntryName name;
  EntryName parent;
  Entry entry;
  Bits path;  // itself and everything before it in its log
};

class UnitBook {
 public:
  explicit UnitBook(std::string unit) : unit_(std::move(unit)) {}

  // Writes an entry down (again is harmless) and returns its number. Its parent was written down before. Throws
  // Violation when the same name stood for something else.
  std::size_t Note(const EntryName& parent, const EntryName& name, const Entry& entry);
  std::optional<std::size_t> Find(const EntryName& name) const;
  const BookEntry& at(std::size_t number) const { return entries_[number]; }
  std::size_t size() const { return entries_.size(); }
  const std::string& unit() const { return unit_; }

  // Everything behind these ends; nullopt when one of them was never met.
  std::optional<Bits> Behind(const std::vector<EntryName>& ends) const;
  // Does the set hold an entry right behind this one (seq 0: a first entry of the device)?
  bool Continues(const Bits& held, const EntryName& name) const;

  // Entries (seq 0: empty logs) behind which a device's log goes on in two ways or more within the set, or, without a
  // set, within all that was ever met.
  std::vector<EntryName> ForkPoints(const Bits* held) const;
  // Those ways' first entries.
  std::vector<std::size_t> Branches(const Bits* held, const EntryName& point) const;

  const std::vector<std::size_t>& saws() const { return saws_; }
  const std::vector<std::size_t>& excludes() const { return excludes_; }
  const std::vector<std::size_t>& reviews() const { return reviews_; }
  // Adds and restatements by cell.
  const std::map<Cell, std::vector<std::size_t>>& cells() const { return cells_; }

 private:
  std::string unit_;
  std::vector<BookEntry> entries_;
  std::map<EntryName, std::size_t> numbers_;
  std::map<EntryName, std::vector<std::size_t>> children_;
  std::vector<std::size_t> saws_;
  std::vector<std::size_t> excludes_;
  std::vector<std::size_t> reviews_;
  std::map<Cell, std::vector<std::size_t>> cells_;
};

}  // namespace motcua
