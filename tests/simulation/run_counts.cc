#include "tests/simulation/run_counts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace motcua {
namespace {

constexpr std::array<const char*, kScenes> kSceneNames = {
    "hub restored while a device is forked",
    "two copies on the line within an hour",
    "certificate renewed after a fork",
    "bundle brings what the line brought",
    "I/O error while recovering",
    "list of a fork closed",
    "decisions acknowledged",
    "upgrade in the storm",
};

template <std::size_t kSize>
void AddAll(const std::array<int64_t, kSize>& more, std::array<int64_t, kSize>* sum) {
  for (std::size_t i = 0; i < kSize; ++i) (*sum)[i] += more[i];
}

template <std::size_t kSize>
void CountSeed(const std::array<int64_t, kSize>& seed, std::array<int64_t, kSize>* seeds) {
  for (std::size_t i = 0; i < kSize; ++i) (*seeds)[i] += seed[i] > 0 ? 1 : 0;
}

std::string Row(absl::string_view name, int64_t seeds, int64_t events) {
  return absl::StrFormat("  %-38s %8d seeds %10d times\n", name, seeds, events);
}

}  // namespace

void RunCounts::Add(const RunCounts& more) {
  steps += more.steps;
  entries += more.entries;
  exchanges += more.exchanges;
  power_cuts += more.power_cuts;
  crash_states += more.crash_states;
  failed_calls += more.failed_calls;
  copies += more.copies;
  verdicts_of_copies += more.verdicts_of_copies;
  heal_rounds = std::max(heal_rounds, more.heal_rounds);
  AddAll(more.faults, &faults);
  AddAll(more.scenes, &scenes);
}

void RangeCounts::AddSeed(const RunCounts& seed) {
  sum.Add(seed);
  CountSeed(seed.faults, &seeds_with);
  CountSeed(seed.scenes, &seeds_with_scene);
  clean_seeds += seed.clean() ? 1 : 0;
  false_alarms += seed.clean() ? seed.verdicts_of_copies : 0;
}

void RangeCounts::Add(const RangeCounts& more) {
  sum.Add(more.sum);
  AddAll(more.seeds_with, &seeds_with);
  AddAll(more.seeds_with_scene, &seeds_with_scene);
  clean_seeds += more.clean_seeds;
  false_alarms += more.false_alarms;
}

std::string FormatCounts(const RangeCounts& counts, uint64_t seeds) {
  const RunCounts& sum = counts.sum;
  std::string text = absl::StrFormat(
      "steps %d, entries %d, exchanges %d, power cuts %d, failed disk calls %d, copies %d, verdicts of copies %d, heal "
      "rounds at most %d\n",
      sum.steps, sum.entries, sum.exchanges, sum.power_cuts, sum.failed_calls, sum.copies, sum.verdicts_of_copies,
      sum.heal_rounds);
  absl::StrAppendFormat(&text, "crash states %d, %.1f a seed\n", sum.crash_states,
                        seeds == 0 ? 0.0 : static_cast<double>(sum.crash_states) / static_cast<double>(seeds));
  absl::StrAppendFormat(&text, "false alarms of copies: %d in %d clean seeds\n", counts.false_alarms,
                        counts.clean_seeds);
  for (std::size_t i = 0; i < kFaults; ++i)
    absl::StrAppend(&text, Row(FaultName(static_cast<Fault>(i)), counts.seeds_with[i], sum.faults[i]));
  for (std::size_t i = 0; i < kScenes; ++i)
    absl::StrAppend(&text, Row(kSceneNames[i], counts.seeds_with_scene[i], sum.scenes[i]));
  return text;
}

}  // namespace motcua
