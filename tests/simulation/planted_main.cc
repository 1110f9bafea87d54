// motcua-sim-planted: is the simulator worth its time? Plants one known mistake after the other
// (common/base/planted_bug.h) and looks for a seed whose run finds it.
//
//   motcua-sim-planted                               all of them, seeds 1 to 1000
//   motcua-sim-planted --plant ack-before-commit     one of them
//   motcua-sim-planted --plant ack-before-commit --seed 12 --trace
//
// Prints "mistake: seed, what the judge said" and exits with 0 when each was found.
#include <CLI/CLI.hpp>

#include <cstdio>

#include "common/base/planted_bug.h"
#include "tests/simulation/seed_run.h"

namespace motcua {
namespace {

// A run that ends its process is found too.
bool Find(const std::string& bug, uint64_t seeds_max) {
  planted::Plant(bug);
  RunOptions options;
  options.prints = false;
  for (options.seed = 1; options.seed <= seeds_max; ++options.seed) {
    const RunOutcome outcome = RunSeedApart(options);
    if (outcome.ok) continue;
    std::printf("%s: seed %lu, %s\n", bug.c_str(), options.seed, outcome.invariant.c_str());
    std::fflush(stdout);
    return true;
  }
  std::printf("%s: NOT FOUND in %lu seeds\n", bug.c_str(), seeds_max);
  return false;
}

int RunOne(const std::string& bug, RunOptions options) {
  planted::Plant(bug);
  const RunOutcome outcome = RunSeed(options);
  std::printf("seed %lu: %s\n", options.seed, outcome.ok ? "ok" : "VIOLATION");
  if (!outcome.ok) std::printf("step %d: %s\n  %s\n", outcome.step, outcome.invariant.c_str(), outcome.what.c_str());
  return outcome.ok ? 1 : 0;
}

int Main(int argc, char** argv) {
  CLI::App app("Plants known mistakes in the product and looks for a seed that finds each.");
  std::vector<std::string> bugs;
  RunOptions options;
  options.seed = 0;
  uint64_t seeds_max = 1000;
  app.add_option("--plant", bugs, "Mistakes to plant (default: all)");
  app.add_option("--seeds-max", seeds_max, "Seeds to try for each");
  app.add_option("--seed", options.seed, "One run, with one mistake");
  app.add_flag("--trace", options.prints, "Print every event (with --seed)");
  CLI11_PARSE(app, argc, argv);
  for (const std::string& bug : bugs) {
    if (planted::Plant(bug)) continue;
    std::fprintf(stderr, "There is no mistake \"%s\".\n", bug.c_str());
    return 2;
  }
  if (options.seed > 0 && bugs.size() == 1) return RunOne(bugs.front(), options);
  if (bugs.empty()) {
    for (const std::string_view name : planted::Names()) bugs.emplace_back(name);
  }
  int missed = 0;
  for (const std::string& bug : bugs) missed += Find(bug, seeds_max) ? 0 : 1;
  return missed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace motcua

int main(int argc, char** argv) { return motcua::Main(argc, argv); }
