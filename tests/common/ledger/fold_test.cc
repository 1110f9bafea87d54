// FoldCell, sentence by sentence of the merge semantics (common/ledger/DESIGN.md). Faults it should survive: two
// desks counting at once, corrections that cross each other on a slow line, a correction made without having
// seen the newest counts, copies of one installation, exclusions that come late or are taken back, an entry
// given twice, and a number so large that sums overflow.
#include "common/ledger/fold.h"

#include <limits>

#include "tests/common/ledger/desks.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FoldTest : public testing::Test {
 protected:
  // What every replica that holds all of these shows.
  template <typename... Desks>
  CellState Fold(const Cell& cell, const Desks&... desks) {
    UnitLedger merged = Merge(desks...);
    postings_ = merged.PostingsOf(cell);
    return merged.Fold(cell, NatureOf(cell));
  }
  template <typename... Desks>
  CellState Count(const Desks&... desks) {
    return Fold(CounterCell(), desks...);
  }
  template <typename... Desks>
  CellState Stock(const Desks&... desks) {
    return Fold(RegisterCell(), desks...);
  }
  EntryName Winner(const CellState& state) const { return state.winner ? postings_[*state.winner].name : EntryName{}; }
  std::vector<EntryName> Named(const std::vector<std::size_t>& chosen) const { return Names(postings_, chosen); }

  static void ExpectSettled(const CellState& state, int64_t value) {
    EXPECT_TRUE(state.known);
    EXPECT_EQ(state.value, Value{value});
    EXPECT_FALSE(state.conflict);
    EXPECT_FALSE(state.overlap);
    EXPECT_FALSE(state.provisional);
  }

  Desk desk_{0x0000000A, Role::kDesk};
  Desk other_{0x0000000B, Role::kDesk};
  Desk head_{0x0000000C, Role::kSupervisor};
  Desk second_head_{0x0000000D, Role::kSupervisor};
  Desk hub_{0, Role::kHub};
  std::vector<Posting> postings_;
};

// ---- counters without restatement

TEST_F(FoldTest, AddsOfTwoDesksAddUp) {
  desk_.Add(25);
  other_.Add(17);
  ExpectSettled(Count(desk_, other_), 42);
}

TEST_F(FoldTest, AddsOfTwoCopiesOfOneInstallationAddUpAndWhatTheyShareCountsOnce) {
  desk_.Add(10);
  Desk copy = desk_.Copy(77);
  desk_.Add(1);
  copy.Add(2);
  ExpectSettled(Count(desk_, copy), 13);
}

TEST_F(FoldTest, BlankIsNotZero) {
  const CellState blank = Count(desk_);
  EXPECT_FALSE(blank.known);
  EXPECT_EQ(blank.value, Value{});
  desk_.Add(0);
  ExpectSettled(Count(desk_), 0);
}

TEST_F(FoldTest, NegativeTotalIsShownAndProvisional) {
  desk_.Add(5);
  other_.Add(-8);
  const CellState state = Count(desk_, other_);
  EXPECT_EQ(state.value, Value{int64_t{-3}});
  EXPECT_TRUE(state.provisional);
  EXPECT_FALSE(state.conflict);
  EXPECT_FALSE(state.overlap);
}

// ---- one restatement

TEST_F(FoldTest, RestatementStandsForTheAddsItKnows) {
  desk_.Add(25);
  other_.Add(17);
  head_.Receive(desk_);
  head_.Hear(other_);
  head_.Restate(int64_t{40});
  const CellState state = Count(desk_, other_, head_);
  ExpectSettled(state, 40);
  EXPECT_THAT(state.counted, IsEmpty());
}

TEST_F(FoldTest, ReceivingWithoutWritingItDownIsNotKnowing) {
  desk_.Add(25);
  head_.Receive(desk_);
  head_.Restate(int64_t{40});
  EXPECT_EQ(Count(desk_, head_).value, Value{int64_t{65}});
}

TEST_F(FoldTest, AddsThatNoRestatementKnowsCountOnTop) {
  desk_.Add(25);
  head_.Hear(desk_);
  head_.Restate(int64_t{20});
  const EntryName late = other_.Add(3);
  const CellState state = Count(desk_, head_, other_);
  EXPECT_EQ(state.value, Value{int64_t{23}});
  EXPECT_THAT(Named(state.counted), ElementsAre(late));
}

TEST_F(FoldTest, AddConcurrentWithTheRestatementIsAnOverlap) {
  head_.Restate(int64_t{20});
  const EntryName add = other_.Add(3);
  const CellState state = Count(head_, other_);
  EXPECT_TRUE(state.overlap);
  EXPECT_TRUE(state.provisional);
  EXPECT_FALSE(state.conflict);
  EXPECT_THAT(Named(state.overlapping), ElementsAre(add));
}

TEST_F(FoldTest, AddThatKnowsTheRestatementCountsOnTopAndIsNoOverlap) {
  head_.Restate(int64_t{20});
  desk_.Hear(head_);
  desk_.Add(3);
  ExpectSettled(Count(head_, desk_), 23);
}

TEST_F(FoldTest, AddOnTheRestatersOwnLineCountsOnTop) {
  head_.Add(9);
  head_.Restate(int64_t{20});
  head_.Add(3);
  ExpectSettled(Count(head_), 23);
}

TEST_F(FoldTest, RestatementOfZeroIsKnown) {
  desk_.Add(4);
  head_.Hear(desk_);
  head_.Restate(int64_t{0});
  ExpectSettled(Count(desk_, head_), 0);
}

TEST_F(FoldTest, NegativeTotalOnTopOfARestatementIsProvisional) {
  head_.Restate(int64_t{2});
  desk_.Hear(head_);
  desk_.Add(-5);
  const CellState state = Count(head_, desk_);
  EXPECT_EQ(state.value, Value{int64_t{-3}});
  EXPECT_TRUE(state.provisional);
  EXPECT_FALSE(state.overlap);
}

TEST_F(FoldTest, RestatementOfOneCellLeavesOthersAlone) {
  Cell elsewhere = CounterCell();
  elsewhere.channel = "post";
  desk_.Add(5);
  desk_.Add(7, elsewhere);
  head_.Hear(desk_);
  head_.Restate(int64_t{1});
  ExpectSettled(Count(desk_, head_), 1);
  ExpectSettled(Fold(elsewhere, desk_, head_), 7);
}

TEST_F(FoldTest, RestateNoneTakesTheNumberBackAndLeavesTheAddsItDidNotKnow) {
  desk_.Add(5);
  head_.Hear(desk_);
  head_.Restate(int64_t{9});
  head_.Restate(Value{});
  EXPECT_FALSE(Count(desk_, head_).known);
  desk_.Hear(head_);
  desk_.Add(2);
  ExpectSettled(Count(desk_, head_), 2);
}

// ---- several restatements

TEST_F(FoldTest, RestatementKnownToAnotherIsSupersededWhateverItsAuthority) {
  hub_.Restate(int64_t{50});
  head_.Hear(hub_);
  const EntryName later = head_.Restate(int64_t{48});
  const CellState state = Count(hub_, head_);
  ExpectSettled(state, 48);
  EXPECT_THAT(Named(state.survivors), ElementsAre(later));
}

TEST_F(FoldTest, HigherAuthorityWinsAmongSurvivors) {
  const EntryName by_desk = desk_.Restate(int64_t{1});
  const EntryName by_head = head_.Restate(int64_t{2});
  const EntryName by_hub = hub_.Restate(int64_t{3});
  EXPECT_EQ(Winner(Count(desk_, head_)), by_head);
  const CellState state = Count(desk_, head_, hub_);
  EXPECT_EQ(Winner(state), by_hub);
  EXPECT_EQ(state.value, Value{int64_t{3}});
  EXPECT_THAT(Named(state.survivors), ElementsAre(by_hub, by_head, by_desk));
}

TEST_F(FoldTest, AmongEqualAuthorityTheLargerDeviceWins) {
  head_.Add(1);
  head_.Add(1);
  head_.Restate(int64_t{7});  // seq 3 of the smaller device
  const EntryName winner = second_head_.Restate(int64_t{8});
  EXPECT_EQ(Winner(Count(head_, second_head_)), winner);
}

TEST_F(FoldTest, AmongCopiesOfOneDeviceTheLargerSeqWins) {
  Desk copy = head_.Copy(5);
  head_.Restate(int64_t{7});
  copy.Add(1);
  const EntryName winner = copy.Restate(int64_t{8});
  EXPECT_EQ(Winner(Count(head_, copy)), winner);
}

TEST_F(FoldTest, AtEqualSeqTheLargerHashWins) {
  Desk copy = head_.Copy(5);
  const EntryName a = head_.Restate(int64_t{7});
  const EntryName b = copy.Restate(int64_t{8});
  EXPECT_EQ(Winner(Count(head_, copy)), std::max(a, b));
}

TEST_F(FoldTest, SurvivorsWithDifferentValuesAreAConflict) {
  head_.Restate(int64_t{7});
  second_head_.Restate(int64_t{8});
  const CellState state = Count(head_, second_head_);
  EXPECT_TRUE(state.conflict);
  EXPECT_TRUE(state.provisional);
}

TEST_F(FoldTest, SurvivorsWithEqualValuesAgree) {
  head_.Restate(int64_t{7});
  second_head_.Restate(int64_t{7});
  ExpectSettled(Count(head_, second_head_), 7);
}

TEST_F(FoldTest, AddsKnownToALosingRestatementDoNotCount) {
  desk_.Add(25);
  head_.Hear(desk_);
  head_.Restate(int64_t{20});
  hub_.Restate(int64_t{100});
  const CellState state = Count(desk_, head_, hub_);
  EXPECT_EQ(state.value, Value{int64_t{100}});
  EXPECT_TRUE(state.conflict);
  // The hub's number was given without knowing the 25, and that is said.
  EXPECT_TRUE(state.overlap);
}

TEST_F(FoldTest, AddsKnownToASupersededRestatementDoNotCount) {
  desk_.Add(25);
  head_.Hear(desk_);
  head_.Restate(int64_t{20});
  hub_.Hear(head_);
  hub_.Restate(int64_t{21});
  ExpectSettled(Count(desk_, head_, hub_), 21);
}

TEST_F(FoldTest, RestatementThatKnowsBothEndsConflictAndOverlap) {
  head_.Restate(int64_t{7});
  second_head_.Restate(int64_t{8});
  desk_.Add(3);
  ASSERT_TRUE(Count(head_, second_head_, desk_).overlap);
  hub_.Receive(head_);
  hub_.Receive(desk_);
  hub_.Hear(second_head_);
  hub_.Restate(int64_t{11});
  ExpectSettled(Count(head_, second_head_, desk_, hub_), 11);
}

TEST_F(FoldTest, KnowledgePassesThroughSawsOfSaws) {
  desk_.Add(25);
  other_.Hear(desk_);
  head_.Receive(other_);
  head_.Write(SawBody{{other_.end()}});  // names the other's saw alone
  head_.Restate(int64_t{30});
  ExpectSettled(Count(desk_, other_, head_), 30);
}

TEST_F(FoldTest, OverlapIsFoundForEveryAddBetweenKnownAndKnowing) {
  desk_.Add(1);
  head_.Hear(desk_);
  head_.Restate(int64_t{10});
  const EntryName first = desk_.Add(2);
  const EntryName second = desk_.Add(3);
  desk_.Hear(head_);
  desk_.Add(4);
  const CellState state = Count(desk_, head_);
  EXPECT_EQ(state.value, Value{int64_t{19}});
  EXPECT_THAT(Named(state.overlapping), ElementsAre(first, second));
}

TEST_F(FoldTest, CopiesThatRestateAtOnceConflictLikeStrangers) {
  head_.Add(1);
  Desk copy = head_.Copy(9);
  head_.Restate(int64_t{4});
  copy.Restate(int64_t{5});
  const CellState state = Count(head_, copy);
  EXPECT_TRUE(state.conflict);
  EXPECT_THAT(state.counted, IsEmpty());
}

// ---- registers

TEST_F(FoldTest, NewerObservationThatKnowsTheOlderReplacesIt) {
  desk_.Observe(int64_t{100});
  other_.Hear(desk_);
  other_.Observe(int64_t{90});
  ExpectSettled(Stock(desk_, other_), 90);
}

TEST_F(FoldTest, ObservationsThatCrossAreAConflict) {
  desk_.Observe(int64_t{100});
  other_.Observe(int64_t{90});
  const CellState state = Stock(desk_, other_);
  EXPECT_TRUE(state.conflict);
  EXPECT_EQ(state.value, Value{int64_t{90}});  // the larger device
  EXPECT_FALSE(state.overlap);
}

TEST_F(FoldTest, RestateNoneTakesAnObservationBack) {
  desk_.Observe(int64_t{100});
  desk_.Observe(Value{});
  const CellState state = Stock(desk_);
  EXPECT_FALSE(state.known);
  EXPECT_EQ(state.value, Value{});
  EXPECT_FALSE(state.provisional);
}

TEST_F(FoldTest, TakingBackAgainstAConcurrentObservationIsAConflict) {
  desk_.Observe(Value{});
  other_.Observe(int64_t{90});
  EXPECT_TRUE(Stock(desk_, other_).conflict);
}

TEST_F(FoldTest, TextIsARegisterValue) {
  desk_.Observe(std::string("Đạt"));
  EXPECT_EQ(Stock(desk_).value, Value{std::string("Đạt")});
  other_.Observe(std::string("Không đạt"));
  EXPECT_TRUE(Stock(desk_, other_).conflict);
}

TEST_F(FoldTest, NegativeObservationIsNotProvisional) {
  desk_.Observe(int64_t{-1});
  ExpectSettled(Stock(desk_), -1);
}

TEST_F(FoldTest, AddsDoNotEnterARegister) {
  desk_.Add(5, RegisterCell());
  EXPECT_FALSE(Stock(desk_).known);
  other_.Observe(int64_t{3});
  ExpectSettled(Stock(desk_, other_), 3);
}

// ---- exclusion

TEST_F(FoldTest, ExcludedAddCountsAsAbsentAndNothingBehindItWaits) {
  const EntryName doubled = desk_.Add(25);
  desk_.Add(4);
  hub_.Receive(desk_);
  hub_.Exclude(doubled, doubled);
  ExpectSettled(Count(desk_, hub_), 4);
}

TEST_F(FoldTest, CellWhoseOnlyEntryIsExcludedIsBlank) {
  const EntryName add = desk_.Add(25);
  hub_.Exclude(add, add);
  EXPECT_FALSE(Count(desk_, hub_).known);
}

TEST_F(FoldTest, LiftedExclusionCountsAgainAndMayBeExcludedAgain) {
  const EntryName add = desk_.Add(25);
  hub_.Exclude(add, add);
  EXPECT_FALSE(Count(desk_, hub_).known);
  hub_.Lift(add, add);
  ExpectSettled(Count(desk_, hub_), 25);
  hub_.Exclude(add, add);
  EXPECT_FALSE(Count(desk_, hub_).known);
}

TEST_F(FoldTest, LiftThatDoesNotKnowTheExcludeLeavesItStanding) {
  const EntryName add = desk_.Add(25);
  Desk restored_hub = hub_.Copy(3);
  hub_.Exclude(add, add);
  restored_hub.Lift(add, add);
  EXPECT_FALSE(Count(desk_, hub_, restored_hub).known);
  restored_hub.Hear(hub_);
  restored_hub.Lift(add, add);
  ExpectSettled(Count(desk_, hub_, restored_hub), 25);
}

TEST_F(FoldTest, ExcludedRestatementIsAsIfAbsent) {
  desk_.Add(25);
  head_.Hear(desk_);
  const EntryName wrong = head_.Restate(int64_t{9});
  hub_.Exclude(wrong, wrong);
  ExpectSettled(Count(desk_, head_, hub_), 25);
}

TEST_F(FoldTest, ExcludedRestatementGivesBackTheOneItSuperseded) {
  desk_.Add(25);
  head_.Hear(desk_);
  head_.Restate(int64_t{24});
  const EntryName wrong = head_.Restate(int64_t{9});
  hub_.Exclude(wrong, wrong);
  ExpectSettled(Count(desk_, head_, hub_), 24);
}

TEST_F(FoldTest, ExcludedSawStillTellsWhatWasKnown) {
  desk_.Add(25);
  head_.Receive(desk_);
  const EntryName saw = head_.Saw();
  head_.Restate(int64_t{9});
  hub_.Exclude(saw, saw);
  ExpectSettled(Count(desk_, head_, hub_), 9);
}

TEST_F(FoldTest, ExcludeWrittenByADeskIsWithoutEffect) {
  const EntryName add = desk_.Add(25);
  other_.Exclude(add, add);
  ExpectSettled(Count(desk_, other_), 25);
}

TEST_F(FoldTest, ExcludingABranchLeavesTheOtherCopyAlone) {
  desk_.Add(10);
  Desk copy = desk_.Copy(8);
  desk_.Add(1);
  const EntryName first = copy.Add(2);
  const EntryName last = copy.Add(3);
  hub_.Exclude(first, last);
  ExpectSettled(Count(desk_, copy, hub_), 11);
}

// ---- commutative, idempotent, total

TEST_F(FoldTest, OrderAndRepetitionOfPostingsDoNotMatter) {
  desk_.Add(1);
  head_.Hear(desk_);
  head_.Restate(int64_t{9});
  head_.Restate(int64_t{10});
  desk_.Add(2);
  second_head_.Restate(int64_t{12});
  UnitLedger merged = Merge(desk_, head_, second_head_);
  std::vector<Posting> postings = merged.PostingsOf(CounterCell());
  const CellState once = FoldCell(postings, merged.causality(), MeasureNature::kCounter);
  std::vector<Posting> shuffled(postings.rbegin(), postings.rend());
  shuffled.insert(shuffled.end(), postings.begin(), postings.end());
  const CellState twice = FoldCell(shuffled, merged.causality(), MeasureNature::kCounter);
  EXPECT_EQ(once.value, twice.value);
  EXPECT_EQ(Names(postings, once.survivors), Names(shuffled, twice.survivors));
  std::vector<EntryName> counted = Names(shuffled, twice.counted);
  std::sort(counted.begin(), counted.end());
  EXPECT_EQ(Names(postings, once.counted), counted);
  EXPECT_EQ(once.overlap, twice.overlap);
  EXPECT_EQ(once.conflict, twice.conflict);
}

TEST_F(FoldTest, RestatementsThatClaimToKnowEachOtherAreNobodysNumber) {
  // No chain of hashes has such a circle; rows that a disk changed may.
  LogTree tree;
  for (uint32_t device : {1u, 2u}) tree.Extend(tree.AddLine(DeviceId{device}, kNoLine, 0), 2);
  Causality causality(&tree);
  causality.AddSaw({0, 1}, {{1, 2}}, 0);
  causality.AddSaw({1, 1}, {{0, 2}}, 0);
  std::vector<Posting> postings;
  for (LineId line : {0u, 1u}) {
    postings.push_back({{line, 2}, {DeviceId{line + 1}, 2, line}, Role::kSupervisor, true, 0, Value{int64_t{line}}});
  }
  const CellState state = FoldCell(postings, causality, MeasureNature::kCounter);
  EXPECT_FALSE(state.known);
  EXPECT_FALSE(state.winner);
  EXPECT_THAT(state.survivors, IsEmpty());
  EXPECT_THAT(PlacesThatCount(postings, state), IsEmpty());
}

TEST_F(FoldTest, OnlyWhatIsInTheNumberCountsAtAPlace) {
  const EntryName known = desk_.Add(10);
  head_.Hear(desk_);
  const EntryName restated = head_.Restate(int64_t{12});
  const EntryName later = desk_.Add(3);
  const EntryName doubled = other_.Add(4);
  hub_.Exclude(doubled, doubled);
  const UnitLedger merged = Merge(desk_, other_, head_, hub_);
  const std::vector<Posting> postings = merged.PostingsOf(CounterCell());
  const CellState state = merged.Fold(CounterCell(), MeasureNature::kCounter);
  std::vector<EntryName> names;
  for (const Position& place : PlacesThatCount(postings, state)) names.push_back(merged.NameAt(place));
  EXPECT_EQ(state.value, Value{int64_t{15}});
  EXPECT_THAT(names, ElementsAre(later, restated)) << FormatEntryName(known);
}

TEST_F(FoldTest, SumsSaturateWhateverTheirOrder) {
  LogTree tree;
  const LineId line = tree.AddLine(DeviceId{1}, kNoLine, 0);
  tree.Extend(line, 3);
  const Causality causality(&tree);
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  std::vector<Posting> postings;
  for (Seq seq = 1; seq <= 3; ++seq) postings.push_back({{line, seq}, {DeviceId{1}, seq, seq}, Role::kDesk, false, seq == 3 ? -5 : kMax, {}});
  std::sort(postings.begin(), postings.end(), [](const Posting& a, const Posting& b) { return a.at < b.at; });
  EXPECT_EQ(FoldCell(postings, causality, MeasureNature::kCounter).value, Value{kMax});
  std::swap(postings[1], postings[2]);
  EXPECT_EQ(FoldCell(postings, causality, MeasureNature::kCounter).value, Value{kMax});
}

TEST(SaturatingAddTest, StopsAtBothEnds) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(SaturatingAdd(kMax, 1), kMax);
  EXPECT_EQ(SaturatingAdd(kMin, -1), kMin);
  EXPECT_EQ(SaturatingAdd(kMax, kMin), -1);
  EXPECT_EQ(SaturatingAdd(2, 3), 5);
}

// ---- the writer's own part

TEST_F(FoldTest, OwnPartIsTheSumOfTheAddsOnTheWritersLine) {
  desk_.Add(10);
  Desk copy = desk_.Copy(8);
  desk_.Add(1);
  copy.Add(2);
  const EntryName out = copy.Add(50);
  other_.Add(100);
  head_.Restate(int64_t{7});
  hub_.Exclude(out, out);
  UnitLedger merged = Merge(desk_, copy, other_, head_, hub_);
  const std::vector<Posting> postings = merged.PostingsOf(CounterCell());
  const auto own = [&](const Desk& desk) {
    return OwnPart(postings, merged.causality(), merged.tree(), *merged.Find(desk.end()));
  };
  EXPECT_EQ(own(desk_), 11);
  EXPECT_EQ(own(copy), 12);
  EXPECT_EQ(own(other_), 100);
  EXPECT_EQ(own(head_), 0);
}

}  // namespace
}  // namespace motcua
