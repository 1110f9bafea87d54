// JudgeFold: the merge semantics once more, on sets of numbers, written from DESIGN section 3 and sharing nothing
// with common/ledger but the plain values of entries. One object answers for one replica: the set it holds.
//
// Threads: one. Lifetime: the book must outlive it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tests/simulation/book.h"

namespace motcua {

struct JudgedCell {
  bool known = false;
  Value value;
  bool conflict = false;
  bool overlap = false;
  bool provisional = false;
  std::optional<EntryName> winner;
  std::vector<EntryName> survivors;  // by falling precedence
  std::set<EntryName> counted;
  std::set<EntryName> overlapping;
};
std::string FormatJudged(const JudgedCell& cell);

class JudgeFold {
 public:
  JudgeFold(const UnitBook* book, const Bits& held);

  // Every entry a saw or an exclude of the set names is in the set.
  bool closed() const { return closed_; }
  const Bits& excluded() const { return excluded_; }
  JudgedCell Fold(const Cell& cell, bool counter) const;
  // Forks at which what the cell is made of stands on branches that no single review names together.
  std::vector<EntryName> OpenForks(const Cell& cell, bool counter) const;
  bool Knows(std::size_t x, std::size_t y) const { return x != y && Context(x).Has(y); }

 private:
  const Bits& Context(std::size_t x) const;
  Bits Covered(const ExcludeBody& exclude) const;
  void FindExcluded();

  const UnitBook& book_;
  const Bits& held_;
  bool closed_ = true;
  Bits excluded_;
  mutable std::map<std::size_t, Bits> contexts_;
};

}  // namespace motcua
