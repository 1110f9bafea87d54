// UnitLedger: all logs of one unit in memory, as one replica holds them, and every cell folded from them.
// The desk works on it, the hub uses it to rebuild and verify, and tests hold every other path against it.
//
//   UnitLedger ledger("00019");
//   MOTCUA_ASSIGN_OR_RETURN(EntryName end, ledger.Append({device, 0, 0}, entry));   // first entry of a line
//   CellState state = ledger.Fold(cell, MeasureNature::kCounter);
//
// Append order does not matter beyond "parents first": two ledgers that hold the same entries answer equally.
// Threads: one. Memory: about 150 bytes an entry, codes and texts interned.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/status.h"
#include "common/ledger/canonical.h"
#include "common/ledger/causality.h"
#include "common/ledger/fold.h"
#include "common/ledger/forks.h"
#include "common/ledger/log_tree.h"

namespace motcua {

// A run of consecutive entries of one line: what is shipped, stored and acknowledged together.
struct Run {
  EntryName parent;  // the entry before the first; seq 0 when the run begins a log
  std::vector<Entry> entries;
};

class UnitLedger {
 public:
  explicit UnitLedger(std::string unit);
  ~UnitLedger();
  UnitLedger(UnitLedger&&) noexcept;
  UnitLedger& operator=(UnitLedger&&) noexcept;

  const std::string& unit() const;

  // Puts `entry` behind `parent` (its seq must be parent.seq + 1, its device the parent's) and returns its name.
  // Holding it already is no error: the name is returned and nothing changes. An entry behind something that has
  // another successor begins a new line.
  // kNotFound: the parent is not held (ask for what lies between). kInvalidArgument: wrong seq, device or bounds.
  absl::StatusOr<EntryName> Append(const EntryName& parent, const Entry& entry);

  std::size_t entry_count() const;
  bool Holds(const EntryName& name) const;
  // Where an entry is, and what is there.
  absl::StatusOr<Position> Find(const EntryName& name) const;
  EntryName NameAt(Position position) const;
  const Hash& HashAt(Position position) const;
  Entry EntryAt(Position position) const;
  const LogTree& tree() const;
  const Causality& causality() const;

  // The last entry of every line, sorted: what this replica knows of the unit's logs. An end that lies inside
  // another line's path is not an end.
  std::vector<EntryName> Ends() const;
  // The runs a replica lacks that holds the closure of `theirs` (names not held here are ignored), parents
  // before children, each run within one line.
  struct LineRange {
    LineId line;
    Seq first;
    Seq last;
  };
  std::vector<LineRange> Lacking(const std::vector<EntryName>& theirs) const;
  // `end`, then its ancestors 1, 2, 4, 8 … entries behind it, down to the first entry.
  std::vector<EntryName> Locator(const EntryName& end) const;

  // Cells. A cell is listed when any add or restatement of it is held, whatever its fate.
  std::vector<Cell> Cells() const;  // sorted
  std::vector<Posting> PostingsOf(const Cell& cell) const;  // sorted by name; Fold's indices point into it
  CellState Fold(const Cell& cell, MeasureNature nature) const;

  enum class FateKind { kCounted, kStanding, kSuperseded, kExcluded };
  // What became of an entry: counted (for entries without a cell: in force), known to a restatement of its cell or
  // superseded by one, or excluded (with the exclude entry's name and reason). A restatement that survives without
  // being the winner stands: the conflict shows it, and the number has nothing of it. So the value of a counter cell is
  // the sum of what is counted of it.
  struct Fate {
    FateKind kind = FateKind::kCounted;
    EntryName excluded_by;
    std::string reason;
  };
  Fate FateOf(Position position) const;

  // Where the devices' logs part, and which of it the hub's log says a person has gone through. Valid until the next
  // Append.
  Forks LoadForks() const;

  // Calls `visit` for every entry, lines in an order in which parents come first, seq ascending. The order of lines
  // is this replica's own; what people see is sorted by name.
  void ForEach(const std::function<void(Position, const EntryName&, const Entry&)>& visit) const;
  // Positions of the entries of one kind, sorted by name.
  std::vector<Position> OfKind(EntryKind kind) const;
  // The newest saw-relevant state: what the path that ends at `end` knows of each line.
  Context KnownAt(const EntryName& end) const;

  // Digest over the ends and over every cell's folded state; equal for equal entry sets. `nature_of` tells a
  // measure's nature (nullopt: unknown to the catalog, the cell is held and left out).
  Hash Digest(const std::function<std::optional<MeasureNature>(const std::string& measure)>& nature_of) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace motcua
