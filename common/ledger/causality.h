// Causality answers the two questions the merge asks about entries: who knew what, and what is excluded.
//
// Context. An entry's context is its own line's prefix and everything any `saw` there names, closed: it
// includes the contexts of the entries in it. x knows y when y (other than x) lies in x's context. Contexts are
// closed under ancestors, so one is the newest known seq per line.
//
// A saw may name an entry that is not held yet; it then contributes nothing until it is (see dangling()).
//
// Exclusion. An entry is excluded when some exclude covers it and no lifting entry that knows that exclude
// covers it too. Exclusion changes what counts, never what was known: an excluded `saw` still tells context.
// Excludes count only when they come from the hub's log, and are undone by lifting alone: an exclude entry is
// never itself excluded.
//
// A range first..last covers the entries on the path to `last` that have `first` on theirs; it covers nothing
// while one of the two is not held.
//
// Threads: one, for questions too. Lifetime: `tree` must outlive it. Cost: a context walks the saws it contains, once
// each; the contexts of some saws are remembered, so that the next one walks only what lies behind them. Whether an
// entry is excluded costs what covers it, however much else is excluded.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "common/ledger/intervals.h"
#include "common/ledger/log_tree.h"

namespace motcua {

// Newest known seq per line, indexed by LineId (0: nothing of that line); closed.
class Context {
 public:
  bool Includes(const LogTree& tree, Position position) const;
  Seq KnownOf(LineId line) const { return line < known_.size() ? known_[line] : 0; }
  // Raises what is known of a line and, with it, of its ancestors. Returns whether anything rose.
  bool Raise(const LogTree& tree, Position position);
  void Merge(const LogTree& tree, const Context& other);

 private:
  std::vector<Seq> known_;
};

struct Exclusion {
  Position by;  // the exclude entry
  Position first;
  Position last;
  bool lifts = false;
};

class Causality {
 public:
  explicit Causality(const LogTree* tree) : tree_(tree) {}
  const LogTree& tree() const { return *tree_; }

  // Registers a saw entry at `at` naming held entries; `unresolved` counts the names not held (yet).
  void AddSaw(Position at, std::vector<Position> ends, std::size_t unresolved);
  // Both ends are held, so the path between them is what it will always be.
  void AddExclusion(const Exclusion& exclusion);
  // Names that could not be resolved when their saw was added; after the missing entries arrive the caller
  // builds a new Causality.
  std::size_t dangling() const { return dangling_; }

  Context ContextOf(Position x) const;
  bool Knows(Position x, Position y) const;
  // The standing exclude that takes `x` out, if any (the first by (line, seq) when several do).
  std::optional<Position> ExcludedBy(Position x) const;
  // All of them. Their order is this replica's own; who shows one to a person picks by name.
  std::vector<Position> ExcludersOf(Position x) const;
  bool AnyExclusions() const { return !exclusions_.empty(); }

 private:
  struct Saw {
    Seq seq;
    std::vector<Position> ends;
    mutable std::optional<Context> context;  // of this saw, once somebody needed it
  };
  // The saws of one line in (from, through].
  std::span<const Saw> SawsOf(LineId line, Seq from, Seq through) const;
  Context Closure(Position x) const;
  void Remember(Position x) const;
  void Forget();

  std::vector<std::size_t> Covering(Position x) const;

  const LogTree* tree_;
  std::map<LineId, std::vector<Saw>> saws_;  // by line, ascending seq
  mutable Context remembered_;               // what any remembered context includes
  std::vector<Exclusion> exclusions_;
  std::map<LineId, Intervals> covered_;  // by line, what of it which exclusion covers
  std::set<Position> excludes_;          // the exclude entries themselves
  std::size_t dangling_ = 0;
};

}  // namespace motcua
