// Convergence (I1) over random histories: equal entry sets give equal answers, and the answers are those of an
// independent oracle. Faults it should survive: entries in any order that keeps parents first, twice, by way of
// any replica, saws and excludes that arrive before what they name, copies of copies, exclusions written by
// desks, saws of entries that never existed.
//
// A failure prints the seed; repeat it with MOTCUA_SEED=<seed>.
#include <cstdlib>

#include "tests/common/ledger/scenario.h"

namespace motcua {
namespace {

using testing::ElementsAreArray;

constexpr int kHistories = 1500;

// The seeds to run: one given by hand, or a fixed series.
std::vector<uint64_t> Seeds(int count) {
  if (const char* given = std::getenv("MOTCUA_SEED")) return {std::strtoull(given, nullptr, 10)};
  std::vector<uint64_t> seeds;
  for (int i = 0; i < count; ++i) seeds.push_back(1000 + static_cast<uint64_t>(i));
  return seeds;
}

UnitLedger Apply(const std::vector<Written>& entries) {
  UnitLedger ledger(kUnit);
  for (const Written& written : entries) {
    const absl::StatusOr<EntryName> name = ledger.Append(written.parent, written.entry);
    EXPECT_THAT(name, IsOk());
    EXPECT_EQ(*name, written.name);
  }
  return ledger;
}

UnitLedger MergeInto(UnitLedger into, const UnitLedger& from) {
  Ship(from, &into);
  return into;
}

std::vector<EntryName> InOrder(const std::vector<Posting>& postings, std::vector<std::size_t> chosen) {
  std::vector<EntryName> names = Names(postings, chosen);
  std::sort(names.begin(), names.end());
  return names;
}

void ExpectLikeOracle(const UnitLedger& ledger, const Oracle& oracle, const Cell& cell) {
  const bool counter = NatureOf(cell) == MeasureNature::kCounter;
  const std::vector<Posting> postings = ledger.PostingsOf(cell);
  const CellState state = ledger.Fold(cell, NatureOf(cell));
  const OracleState want = oracle.Fold(cell, counter);
  EXPECT_EQ(state.known, want.known);
  EXPECT_EQ(FormatValue(state.value), FormatValue(want.value));
  EXPECT_EQ(state.conflict, want.conflict);
  EXPECT_EQ(state.overlap, want.overlap);
  EXPECT_EQ(state.provisional, want.provisional);
  EXPECT_EQ(state.winner ? std::optional(postings[*state.winner].name) : std::nullopt, want.winner);
  EXPECT_THAT(Names(postings, state.survivors), ElementsAreArray(want.survivors));
  EXPECT_THAT(InOrder(postings, state.counted), ElementsAreArray(want.counted));
  EXPECT_THAT(InOrder(postings, state.overlapping), ElementsAreArray(want.overlapping));
}

// The fate of every entry follows from what the oracle says of it and of its cell.
void ExpectFates(const UnitLedger& ledger, const Oracle& oracle, const std::vector<Written>& held) {
  for (const Written& written : held) {
    const UnitLedger::Fate fate = ledger.FateOf(*ledger.Find(written.name));
    ASSERT_EQ(fate.kind == UnitLedger::FateKind::kExcluded, oracle.Excluded(written.name)) << FormatEntryName(written.name);
    if (fate.kind == UnitLedger::FateKind::kExcluded) {
      EXPECT_EQ(fate.reason, "because");
      continue;
    }
    bool superseded = false;
    for (const Written& other : held) {
      if (written.entry.cell() == nullptr || other.entry.kind() != EntryKind::kRestate) continue;
      if (*other.entry.cell() != *written.entry.cell() || oracle.Excluded(other.name)) continue;
      superseded = superseded || oracle.Knows(other.name, written.name);
    }
    ASSERT_EQ(fate.kind == UnitLedger::FateKind::kSuperseded, superseded) << FormatEntryName(written.name);
    if (superseded) continue;
    const bool restates = written.entry.kind() == EntryKind::kRestate;
    const bool wins = restates && oracle.Fold(*written.entry.cell(), false).winner == written.name;
    ASSERT_EQ(fate.kind == UnitLedger::FateKind::kStanding, restates && !wins) << FormatEntryName(written.name);
  }
}

void ExpectEqual(const UnitLedger& a, const UnitLedger& b, const std::vector<Cell>& cells) {
  EXPECT_EQ(a.entry_count(), b.entry_count());
  EXPECT_EQ(a.Ends(), b.Ends());
  EXPECT_EQ(a.Cells(), b.Cells());
  EXPECT_EQ(a.Digest(NatureOfMeasure), b.Digest(NatureOfMeasure));
  for (const Cell& cell : cells) {
    const std::vector<Posting> postings_a = a.PostingsOf(cell);
    const std::vector<Posting> postings_b = b.PostingsOf(cell);
    const CellState state_a = a.Fold(cell, NatureOf(cell));
    const CellState state_b = b.Fold(cell, NatureOf(cell));
    EXPECT_EQ(state_a.value, state_b.value);
    EXPECT_EQ(state_a.provisional, state_b.provisional);
    EXPECT_EQ(Names(postings_a, state_a.survivors), Names(postings_b, state_b.survivors));
    EXPECT_EQ(Names(postings_a, state_a.counted), Names(postings_b, state_b.counted));
    EXPECT_EQ(Names(postings_a, state_a.overlapping), Names(postings_b, state_b.overlapping));
  }
  a.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
    const absl::StatusOr<Position> there = b.Find(name);
    ASSERT_THAT(there, IsOk());
    EXPECT_EQ(b.EntryAt(*there), entry);
    const UnitLedger::Fate fate_a = a.FateOf(at);
    const UnitLedger::Fate fate_b = b.FateOf(*there);
    EXPECT_EQ(fate_a.kind, fate_b.kind);
    EXPECT_EQ(fate_a.excluded_by, fate_b.excluded_by);
  });
}

#define STOP_AT_FIRST_FAILURE(seed) \
  if (testing::Test::HasFailure()) GTEST_FAIL() << "repeat with MOTCUA_SEED=" << (seed)

TEST(ConvergenceTest, EveryReplicaAgreesWithAnIndependentOracle) {
  for (uint64_t seed : Seeds(kHistories)) {
    Scenario scenario(seed, 20 + static_cast<int>(seed % 50));
    const std::vector<Written> held = seed % 2 == 0 ? scenario.all() : scenario.Part();
    const UnitLedger ledger = Apply(held);
    const Oracle oracle(held);
    EXPECT_THAT(ledger.Ends(), ElementsAreArray(oracle.Ends()));
    for (const Cell& cell : scenario.cells()) ExpectLikeOracle(ledger, oracle, cell);
    if (seed % 8 == 0) ExpectFates(ledger, oracle, held);
    STOP_AT_FIRST_FAILURE(seed);
  }
}

TEST(ConvergenceTest, OrderOfArrivalDoesNotMatter) {
  for (uint64_t seed : Seeds(kHistories / 4)) {
    Scenario scenario(seed, 60);
    const UnitLedger first = Apply(scenario.Shuffled());
    ExpectEqual(first, Apply(scenario.Shuffled()), scenario.cells());
    STOP_AT_FIRST_FAILURE(seed);
  }
}

TEST(ConvergenceTest, AskingBetweenArrivalsDoesNotChangeTheAnswers) {
  for (uint64_t seed : Seeds(kHistories / 10)) {
    Scenario scenario(seed, 60);
    UnitLedger asked(kUnit);
    for (const Written& written : scenario.Shuffled()) {
      ASSERT_THAT(asked.Append(written.parent, written.entry), IsOk());
      for (const Cell& cell : scenario.cells()) asked.Fold(cell, NatureOf(cell));
    }
    ExpectEqual(asked, Apply(scenario.Shuffled()), scenario.cells());
    STOP_AT_FIRST_FAILURE(seed);
  }
}

TEST(ConvergenceTest, HavingEverythingTwiceDoesNotMatter) {
  for (uint64_t seed : Seeds(kHistories / 10)) {
    Scenario scenario(seed, 60);
    const UnitLedger once = Apply(scenario.Shuffled());
    std::vector<Written> twice = scenario.Shuffled();
    for (const Written& written : scenario.Shuffled()) twice.push_back(written);
    ExpectEqual(once, Apply(twice), scenario.cells());
    STOP_AT_FIRST_FAILURE(seed);
  }
}

TEST(ConvergenceTest, MergingIsAssociativeCommutativeAndIdempotent) {
  for (uint64_t seed : Seeds(kHistories / 4)) {
    Scenario scenario(seed, 60);
    const std::vector<Written> a = scenario.Part();
    const std::vector<Written> b = scenario.Part();
    const std::vector<Written> c = scenario.Part();
    const UnitLedger left = MergeInto(MergeInto(Apply(a), Apply(b)), Apply(c));
    const UnitLedger right = MergeInto(Apply(a), MergeInto(Apply(b), Apply(c)));
    const UnitLedger crossed = MergeInto(MergeInto(Apply(c), Apply(a)), Apply(b));
    ExpectEqual(left, right, scenario.cells());
    ExpectEqual(left, crossed, scenario.cells());
    ExpectEqual(left, MergeInto(MergeInto(Apply(c), left), Apply(a)), scenario.cells());
    STOP_AT_FIRST_FAILURE(seed);
  }
}

TEST(ConvergenceTest, OneEntryMoreOrLessShowsInTheDigest) {
  for (uint64_t seed : Seeds(kHistories / 10)) {
    Scenario scenario(seed, 40);
    std::vector<Written> entries = scenario.Shuffled();
    const Hash whole = Apply(entries).Digest(NatureOfMeasure);
    entries.pop_back();
    EXPECT_NE(whole, Apply(entries).Digest(NatureOfMeasure));
    STOP_AT_FIRST_FAILURE(seed);
  }
}

// The histories must contain what the tests claim to survive; without this they could pass on empty ones.
TEST(ConvergenceTest, TheHistoriesAreWildEnough) {
  int forks = 0, forks_of_forks = 0, conflicts = 0, overlaps = 0, excluded = 0, superseded = 0;
  for (int i = 0; i < 200; ++i) {
    Scenario scenario(1000 + static_cast<uint64_t>(i), 60);
    const UnitLedger ledger = Apply(scenario.all());
    for (LineId id = 0; id < ledger.tree().size(); ++id) {
      const Line& line = ledger.tree().line(id);
      if (line.parent == kNoLine) continue;
      ++forks;
      if (ledger.tree().line(line.parent).parent != kNoLine) ++forks_of_forks;
    }
    for (const Cell& cell : scenario.cells()) {
      const CellState state = ledger.Fold(cell, NatureOf(cell));
      conflicts += state.conflict ? 1 : 0;
      overlaps += state.overlap ? 1 : 0;
    }
    ledger.ForEach([&](Position at, const EntryName&, const Entry&) {
      const UnitLedger::FateKind kind = ledger.FateOf(at).kind;
      excluded += kind == UnitLedger::FateKind::kExcluded ? 1 : 0;
      superseded += kind == UnitLedger::FateKind::kSuperseded ? 1 : 0;
    });
  }
  EXPECT_GT(forks, 100);
  EXPECT_GT(forks_of_forks, 20);
  EXPECT_GT(conflicts, 100);
  EXPECT_GT(overlaps, 50);
  EXPECT_GT(excluded, 100);
  EXPECT_GT(superseded, 500);
}

}  // namespace
}  // namespace motcua
