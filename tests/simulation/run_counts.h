// RunCounts: what happened in one run; RangeCounts: in many of them, as the summary prints it.
//
// Threads: plain values without pointers; worker processes share them as memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/simulation/fault_mix.h"

namespace motcua {

// What faults are to bring about together; a run in which it never comes to that proves little.
enum class Scene {
  kHubLostWithForks,   // the hub is restored while copies of a device have parted
  kCopiesTogether,     // two copies of a device speak to the hub within one hour
  kRenewalAfterFork,   // a copy gets a certificate of its own
  kBundleAndLine,      // a bundle brings what the line has brought already
  kErrorInRecovery,    // an I/O error while a store opens after a power cut
  kListClosed,         // an operator closes the list of a fork
  kAcknowledged,       // a desk acknowledges decisions
  kUpgrade,            // an older program is upgraded in the middle of the storm
  kCount,
};
inline constexpr std::size_t kScenes = static_cast<std::size_t>(Scene::kCount);

struct RunCounts {
  int64_t steps = 0;
  int64_t entries = 0;
  int64_t exchanges = 0;       // answered by the hub
  int64_t power_cuts = 0;
  int64_t crash_states = 0;    // disks with something unsynced at stake that a store opened on and was judged on
  int64_t failed_calls = 0;    // full disks and I/O errors
  int64_t copies = 0;          // clones, restores, replacements of desks
  int64_t verdicts_of_copies = 0;
  int64_t heal_rounds = 0;     // the most any run took
  std::array<int64_t, kFaults> faults{};  // how often each class struck
  std::array<int64_t, kScenes> scenes{};

  void Add(const RunCounts& more);
  int64_t& of(Scene scene) { return scenes[static_cast<std::size_t>(scene)]; }
  // No desk was copied, restored or replaced: whoever is told of a copy is told a falsehood.
  bool clean() const { return copies == 0; }
};

struct RangeCounts {
  RunCounts sum;
  std::array<int64_t, kFaults> seeds_with{};        // in which the class struck
  std::array<int64_t, kScenes> seeds_with_scene{};
  int64_t clean_seeds = 0;
  int64_t false_alarms = 0;  // FORKED and REGRESSED told in clean seeds

  void AddSeed(const RunCounts& seed);
  void Add(const RangeCounts& more);
};

// Several lines; `seeds` for the averages.
std::string FormatCounts(const RangeCounts& counts, uint64_t seeds);

}  // namespace motcua
