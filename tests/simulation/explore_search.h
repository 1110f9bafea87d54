// Search: visits every state that any history within the bounds can reach, nearest first, each once; heals from
// each; and stops at the first thing that must not be, with the shortest list of steps that leads there.
//
// One step is one whole thing: a person records an entry; a desk syncs, to the end or until something goes wrong at
// any of its exchanges; a folder is copied, an image put back, a file carried. Between two steps every program has
// ended. What is not cut finer: two desks' syncs do not interleave exchange by exchange (motcua-sim's do).
//
// Threads: one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/explore_moves.h"

namespace motcua::explore {

struct Found {
  std::string problem;  // empty: everything within the bounds was visited and all is well
  std::vector<Action> actions;
  std::size_t states = 0;
  std::size_t transitions = 0;   // steps taken
  std::size_t merged = 0;        // of them, into a state that was known
  std::size_t terminal = 0;      // states in which everything is recorded and no sync changes anything
  std::size_t healed = 0;        // different worlds healed from
};

class Search {
 public:
  Search(Moves* moves, const Bounds& bounds);
  // `tick` is called now and then, for a person who waits.
  Found Run(const std::function<void(const Found&)>& tick);

 private:
  struct Step {
    uint32_t from = 0;
    Action action;
  };
  std::size_t SlotOf(const State& state) const;
  bool KnownWithFewerFaults(State state) const;
  // The number of the state; `fresh` when it was met for the first time.
  uint32_t Number(const State& state, bool* fresh);
  void Grow();
  bool Expand(uint32_t number, Found* found);
  bool Terminal(const State& state);
  void Fail(uint32_t number, const Action* last, const std::string& problem, Found* found) const;

  Moves& moves_;
  const Bounds bounds_;
  std::vector<State> states_;
  std::vector<Step> steps_;
  std::vector<uint32_t> slots_;  // open addressing; kNobody: empty
};

}  // namespace motcua::explore
