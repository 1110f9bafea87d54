// One seed decides everything, and a run that fails says how to repeat it.
#include "tests/simulation/seed_run.h"

#include <gtest/gtest.h>

#include <fstream>

namespace motcua {
namespace {

TEST(SeedRunTest, OneSeedGivesTheSameRunWhateverRanBefore) {
  std::vector<uint64_t> digests;
  for (uint64_t seed = 1; seed <= 12; ++seed) digests.push_back(RunSeed({seed}).digest);
  for (uint64_t seed = 12; seed >= 1; --seed)
    EXPECT_EQ(RunSeed({seed}).digest, digests[seed - 1]) << "seed " << seed << " went another way";
  EXPECT_EQ(std::set<uint64_t>(digests.begin(), digests.end()).size(), digests.size());
}

TEST(SeedRunTest, ASeedWithoutAnyFaultMeetsNone) {
  RunOptions options{7};
  for (std::size_t i = 0; i < kFaults; ++i) options.without.insert(static_cast<Fault>(i));
  const RunOutcome outcome = RunSeed(options);
  EXPECT_TRUE(outcome.ok) << outcome.invariant << ": " << outcome.what;
  EXPECT_EQ(outcome.faults, "none");
  EXPECT_EQ(outcome.counts.power_cuts + outcome.counts.failed_calls + outcome.counts.copies, 0);
  EXPECT_EQ(outcome.counts.verdicts_of_copies, 0);
}

TEST(SeedRunTest, TheCommandRepeatsTheRun) {
  RunOptions options{31};
  options.steps = 9;
  options.without = {Fault::kLoss, Fault::kHubRestore};
  EXPECT_EQ(CommandFor(options), "motcua-sim --seed 31 --steps 9 --without loss hub-restore");
  EXPECT_EQ(RunSeed(options).digest, RunSeed(options).digest);
}

// regressions.txt: runs that broke something once, one a line: seed, steps (0: as the seed says), classes left out.
TEST(SeedRunTest, RunsThatFailedOnceHold) {
  std::ifstream file(MOTCUA_SOURCE_DIR "/tests/simulation/regressions.txt");
  int runs = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    RunOptions options;
    words >> options.seed >> options.steps;
    for (std::string name; words >> name;) {
      ASSERT_TRUE(FaultNamed(name)) << line;
      options.without.insert(*FaultNamed(name));
    }
    const RunOutcome outcome = RunSeed(options);
    EXPECT_TRUE(outcome.ok) << CommandFor(options) << "\n" << outcome.invariant << ": " << outcome.what;
    ++runs;
  }
  EXPECT_GT(runs, 0) << "the list was not found";
}

}  // namespace
}  // namespace motcua
