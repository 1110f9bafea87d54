// RunRange: many seeds over several worker processes.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/seed_run.h"

namespace motcua {

struct FailedSeed {
  uint64_t seed = 0;
  std::string text;  // seed, step, invariant, faults, what was expected and seen
};

struct RangeOutcome {
  std::vector<FailedSeed> failed;  // by seed; the first ones met
  uint64_t violations = 0;         // all of them
  uint64_t seeds = 0;
  RangeCounts counts;
};

// Seeds first..last with `options` otherwise. A worker that ends before its time costs the seed it was on, which
// counts as failed, and is replaced.
RangeOutcome RunRange(uint64_t first, uint64_t last, int jobs, const RunOptions& options);

}  // namespace motcua
