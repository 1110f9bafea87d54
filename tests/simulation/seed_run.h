// RunSeed: one run from its seed to its verdict.
//
// Threads: one run at a time in a process.
#pragma once

#include <string>

#include "tests/simulation/sim_world.h"

namespace motcua {

struct RunOutcome {
  bool ok = true;
  std::string invariant;  // of the violation
  std::string what;
  int step = 0;  // of the storm, where it was found
  std::string faults;
  uint64_t digest = 0;  // of everything that happened
  RunCounts counts;
};

RunOutcome RunSeed(const RunOptions& options);
// "motcua-sim --seed 7 --steps 31 --without loss clone": what repeats it.
std::string CommandFor(const RunOptions& options);
// Fewer classes and fewer steps that still break the same invariant; each try is a process of its own.
RunOptions Minimise(const RunOptions& failing, const std::string& invariant);
// In a process of its own, so that a broken assertion is an outcome too.
RunOutcome RunSeedApart(const RunOptions& options);

}  // namespace motcua
