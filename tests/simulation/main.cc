// motcua-sim: runs of the simulator from the command line. README.md says what they mean.
#include <CLI/CLI.hpp>

#include <cstdio>

#include "tests/simulation/seed_range.h"

namespace motcua {
namespace {

int RunOne(RunOptions options, bool minimises) {
  const RunOutcome outcome = RunSeed(options);
  std::printf("seed %lu: %s\nfaults: %s\ndigest %016lx\n", options.seed, outcome.ok ? "ok" : "VIOLATION",
              outcome.faults.c_str(), outcome.digest);
  if (outcome.ok) {
    RangeCounts counts;
    counts.AddSeed(outcome.counts);
    std::printf("%s", FormatCounts(counts, 1).c_str());
    return 0;
  }
  std::printf("step %d: %s\n  %s\n", outcome.step, outcome.invariant.c_str(), outcome.what.c_str());
  if (minimises) std::printf("smallest: %s\n", CommandFor(Minimise(options, outcome.invariant)).c_str());
  return 1;
}

int RunMany(uint64_t first, uint64_t last, int jobs, const RunOptions& options, bool minimises) {
  const RangeOutcome outcome = RunRange(first, last, jobs, options);
  for (const FailedSeed& failed : outcome.failed) std::printf("%s\n", failed.text.c_str());
  if (minimises && !outcome.failed.empty()) {
    RunOptions failing = options;
    failing.seed = outcome.failed.front().seed;
    const RunOutcome again = RunSeedApart(failing);
    if (!again.ok) std::printf("smallest: %s\n", CommandFor(Minimise(failing, again.invariant)).c_str());
  }
  std::printf("%lu seeds, %lu violations\n", outcome.seeds, outcome.violations);
  std::printf("%s", FormatCounts(outcome.counts, outcome.seeds).c_str());
  return outcome.failed.empty() ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Runs desks and hub in a simulated world and judges every step.");
  RunOptions options;
  std::string range;
  int jobs = 1;
  std::vector<std::string> without;
  bool minimises = true;
  app.add_option("--seed", options.seed, "One run");
  app.add_option("--seeds", range, "Many runs: FIRST..LAST");
  app.add_option("--jobs", jobs, "Worker processes");
  app.add_option("--steps", options.steps, "Length of the storm (default: as the seed says)");
  app.add_option("--without", without, "Classes of faults that stay off");
  app.add_flag("--trace", options.prints, "Print every event (with --seed)");
  app.add_flag("!--no-minimise", minimises, "Do not look for the smallest run that fails");
  CLI11_PARSE(app, argc, argv);
  for (const std::string& name : without) {
    const std::optional<Fault> fault = FaultNamed(name);
    if (!fault) {
      std::fprintf(stderr, "There is no class of faults \"%s\".\n", name.c_str());
      return 2;
    }
    options.without.insert(*fault);
  }
  if (range.empty()) return RunOne(options, minimises);
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) {
    std::fprintf(stderr, "--seeds takes FIRST..LAST.\n");
    return 2;
  }
  options.prints = false;
  return RunMany(std::stoull(range.substr(0, dots)), std::stoull(range.substr(dots + 2)), jobs, options, minimises);
}

}  // namespace
}  // namespace motcua

int main(int argc, char** argv) { return motcua::Main(argc, argv); }
