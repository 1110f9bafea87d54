// The merge semantics once more, written straight from DESIGN section 3 with sets of names and recursion, slow and
// plain, so that the ledger can be held against something that shares no code and no idea with it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/ledger/entry.h"

namespace motcua {

struct Written {
  EntryName parent;
  EntryName name;
  Entry entry;
};
using NameSet = std::set<EntryName>;

struct OracleState {
  bool known = false;
  Value value;
  bool conflict = false;
  bool overlap = false;
  bool provisional = false;
  std::optional<EntryName> winner;
  std::vector<EntryName> survivors;  // by falling precedence
  NameSet counted;
  NameSet overlapping;
};

class Oracle {
 public:
  explicit Oracle(const std::vector<Written>& held);

  NameSet Ends() const;
  bool Excluded(const EntryName& name) const;
  bool Knows(const EntryName& x, const EntryName& y) const { return x != y && Context(x).count(y) > 0; }
  OracleState Fold(const Cell& cell, bool counter) const;

 private:
  const NameSet& Context(const EntryName& name) const;
  NameSet Prefix(const EntryName& name) const;
  bool Covers(const ExcludeBody& exclude, const EntryName& name) const;

  std::map<EntryName, Written> held_;
  mutable std::map<EntryName, NameSet> contexts_;
};

}  // namespace motcua
