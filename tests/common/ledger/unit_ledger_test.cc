// UnitLedger: all logs of one unit in memory. Faults it should survive: entries that come twice, before their
// parents, with a wrong seq or device; saws and excludes that come before what they name; copies; two replicas
// that number their lines differently.
#include "common/ledger/unit_ledger.h"

#include "tests/common/ledger/desks.h"
#include "tests/common/ledger/random_entry.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class UnitLedgerTest : public testing::Test {
 protected:
  Desk desk_{0xA, Role::kDesk};
  Desk other_{0xB, Role::kDesk};
  Desk head_{0xC, Role::kSupervisor};
  Desk hub_{0, Role::kHub};
};

TEST_F(UnitLedgerTest, EntriesOfEveryKindComeBackAsWritten) {
  SeededRandom random(3);
  UnitLedger ledger(kUnit);
  EntryName end{DeviceId{5}, 0, 0};
  std::vector<Entry> written;
  for (Seq seq = 1; seq <= 2000; ++seq) {
    Entry entry = RandomEntry(random);
    entry.device = end.device;
    entry.seq = seq;
    const absl::StatusOr<EntryName> name = ledger.Append(end, entry);
    ASSERT_THAT(name, IsOk());
    end = *name;
    written.push_back(entry);
  }
  ASSERT_EQ(ledger.entry_count(), written.size());
  Chain chain;
  Hash hash = ChainRoot(end.device);
  ledger.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
    const Entry& original = written[at.seq - 1];
    hash = chain.Next(hash, original);
    EXPECT_EQ(entry, original);
    EXPECT_EQ(ledger.EntryAt(at), original);
    EXPECT_EQ(ledger.HashAt(at), hash);
    EXPECT_EQ(name, (EntryName{original.device, original.seq, First8(hash)}));
    EXPECT_EQ(*ledger.Find(name), at);
  });
}

TEST_F(UnitLedgerTest, AppendingAgainNamesTheSameEntryAndChangesNothing) {
  const Entry entry = desk_.Next(AddBody{CounterCell(), 5, {}, {}});
  const EntryName name = desk_.Add(5);
  const absl::StatusOr<EntryName> again = desk_.ledger().Append({desk_.device(), 0, 0}, entry);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, name);
  EXPECT_EQ(desk_.ledger().entry_count(), 1u);
}

TEST_F(UnitLedgerTest, EntryBehindSomethingThatHasASuccessorBeginsALine) {
  const EntryName first = desk_.Add(1);
  Desk copy = desk_.Copy(9);
  desk_.Add(2);
  copy.Add(3);
  const UnitLedger merged = Merge(desk_, copy);
  EXPECT_EQ(merged.tree().size(), 2u);
  EXPECT_THAT(merged.Ends(), UnorderedElementsAre(desk_.end(), copy.end()));
  EXPECT_TRUE(merged.Holds(first));
}

TEST_F(UnitLedgerTest, ReviewByTheHubClosesTheForkOfTheBranchesItNames) {
  desk_.Add(1);
  const EntryName fork = desk_.end();
  EXPECT_FALSE(desk_.ledger().LoadForks().any());
  Desk copy = desk_.Copy(9);
  const EntryName here = desk_.Add(2);
  const EntryName there = copy.Add(3);
  const auto closed = [&](const UnitLedger& ledger) {
    const Forks forks = ledger.LoadForks();
    return forks.any() && forks.Closed(forks.all().front());
  };
  EXPECT_FALSE(closed(Merge(desk_, copy, hub_)));
  // Only the hub's word closes a list, and only when it speaks of every branch held here.
  const ReviewBody review{fork, {std::min(here, there), std::max(here, there)}};
  other_.Write(review);
  EntryName unheld = here;
  ++unheld.h8;
  hub_.Write(ReviewBody{fork, {std::min(here, unheld), std::max(here, unheld)}});
  EXPECT_FALSE(closed(Merge(desk_, copy, other_, hub_)));
  hub_.Write(review);
  EXPECT_TRUE(closed(Merge(desk_, copy, hub_)));
  EXPECT_TRUE(closed(Merge(hub_, copy, desk_)));
}

TEST_F(UnitLedgerTest, CopyMadeBeforeTheFirstEntryIsALineOfItsOwn) {
  Desk copy = desk_.Copy(9);
  desk_.Add(2);
  copy.Add(3);
  EXPECT_THAT(Merge(desk_, copy).Ends(), UnorderedElementsAre(desk_.end(), copy.end()));
}

TEST_F(UnitLedgerTest, CopyThatWroteNothingLeavesOneEnd) {
  desk_.Add(1);
  Desk copy = desk_.Copy(9);
  desk_.Add(2);
  EXPECT_THAT(Merge(copy, desk_).Ends(), ElementsAre(desk_.end()));
}

TEST_F(UnitLedgerTest, EndsAreSortedByName) {
  other_.Add(1);
  desk_.Add(1);
  hub_.Add(1);
  EXPECT_THAT(Merge(other_, desk_, hub_).Ends(), ElementsAre(hub_.end(), desk_.end(), other_.end()));
}

TEST_F(UnitLedgerTest, EmptyLogIsHeldByEveryone) {
  const UnitLedger ledger(kUnit);
  EXPECT_TRUE(ledger.Holds({DeviceId{1}, 0, 0}));
  EXPECT_FALSE(ledger.Holds({DeviceId{1}, 0, 5}));
  EXPECT_EQ(*ledger.Find({DeviceId{1}, 0, 0}), Position{});
  EXPECT_THAT(ledger.Ends(), IsEmpty());
  EXPECT_THAT(ledger.Cells(), IsEmpty());
}

TEST_F(UnitLedgerTest, SawThatNamesWhatComesLaterTellsItOnceItIsThere) {
  desk_.Add(25);
  head_.Hear(desk_);
  head_.Restate(int64_t{20});
  Desk head_alone(0xC, Role::kSupervisor);  // the head's log without the desk's
  for (Seq seq = 1; seq <= 2; ++seq) {
    const Position at = *head_.ledger().Find(head_.end());
    head_alone.Write(head_.ledger().EntryAt({at.line, seq}).body);
  }
  EXPECT_EQ(head_alone.ledger().causality().dangling(), 1u);
  EXPECT_EQ(head_alone.ledger().Fold(CounterCell(), MeasureNature::kCounter).value, Value{int64_t{20}});
  head_alone.Receive(desk_);
  EXPECT_EQ(head_alone.ledger().causality().dangling(), 0u);
  EXPECT_EQ(head_alone.ledger().Fold(CounterCell(), MeasureNature::kCounter).value, Value{int64_t{20}});
}

TEST_F(UnitLedgerTest, ExcludeThatNamesWhatComesLaterTakesItOutOnceItIsThere) {
  const EntryName doubled = desk_.Add(25);
  hub_.Exclude(doubled, doubled, "nhập hai lần");
  hub_.Receive(desk_);
  EXPECT_FALSE(hub_.ledger().Fold(CounterCell(), MeasureNature::kCounter).known);
}

TEST_F(UnitLedgerTest, LaterCopiesOfALineStayUnknownToAnEarlierSaw) {
  const EntryName shared = desk_.Add(1);
  desk_.Add(2);
  head_.Hear(desk_);
  head_.Restate(int64_t{10});
  Desk copy = desk_.Copy(shared, 9);
  copy.Add(4);
  EXPECT_EQ(Merge(copy, head_, desk_).Fold(CounterCell(), MeasureNature::kCounter).value, Value{int64_t{14}});
}

// ---- shipping

TEST_F(UnitLedgerTest, LackingIsExactlyWhatTheOtherDoesNotHoldParentsFirst) {
  desk_.Add(1);
  const EntryName theirs = desk_.Add(2);
  Desk copy = desk_.Copy(theirs, 9);
  desk_.Add(3);
  copy.Add(4);
  other_.Add(5);
  const UnitLedger merged = Merge(desk_, copy, other_);
  std::vector<EntryName> lacking;
  for (const UnitLedger::LineRange& range : merged.Lacking({theirs, {DeviceId{77}, 5, 5}})) {
    for (Seq seq = range.first; seq <= range.last; ++seq) lacking.push_back(merged.NameAt({range.line, seq}));
  }
  EXPECT_THAT(lacking, UnorderedElementsAre(desk_.end(), copy.end(), other_.end()));
  EXPECT_THAT(merged.Lacking(merged.Ends()), IsEmpty());
}

TEST_F(UnitLedgerTest, NamingASawDoesNotMeanHoldingWhatItNames) {
  desk_.Add(1);
  head_.Hear(desk_);
  const std::vector<UnitLedger::LineRange> ranges = head_.ledger().Lacking({head_.end()});
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(head_.ledger().NameAt({ranges[0].line, ranges[0].last}), desk_.end());
}

TEST_F(UnitLedgerTest, LocatorStepsBackByPowersOfTwoToTheFirstEntry) {
  std::vector<EntryName> names;
  for (int i = 0; i < 20; ++i) names.push_back(desk_.Add(i));
  std::vector<Seq> seqs;
  for (const EntryName& name : desk_.ledger().Locator(desk_.end())) {
    EXPECT_EQ(name, names[name.seq - 1]);
    seqs.push_back(name.seq);
  }
  EXPECT_THAT(seqs, ElementsAre(20, 19, 18, 16, 12, 4, 1));
  EXPECT_THAT(desk_.ledger().Locator(names[0]), ElementsAre(names[0]));
  EXPECT_THAT(desk_.ledger().Locator(names[1]), ElementsAre(names[1], names[0]));
  EXPECT_THAT(desk_.ledger().Locator(names[2]), ElementsAre(names[2], names[1], names[0]));
  EXPECT_THAT(desk_.ledger().Locator({desk_.device(), 0, 0}), IsEmpty());
}

TEST_F(UnitLedgerTest, LocatorFollowsThePathOfACopy) {
  const EntryName shared = desk_.Add(1);
  Desk copy = desk_.Copy(9);
  desk_.Add(2);
  const EntryName second = copy.Add(3);
  const EntryName third = copy.Add(4);
  EXPECT_THAT(Merge(desk_, copy).Locator(third), ElementsAre(third, second, shared));
}

// ---- what people are shown

TEST_F(UnitLedgerTest, CellsAreListedSortedWhateverTheFateOfTheirEntries) {
  const EntryName add = desk_.Add(1);
  desk_.Observe(int64_t{3});
  hub_.Exclude(add, add);
  EXPECT_THAT(Merge(desk_, hub_).Cells(), ElementsAre(RegisterCell(), CounterCell()));
}

TEST_F(UnitLedgerTest, CellNobodyWroteHasNoPostingsAndIsBlank) {
  desk_.Add(1);
  Cell elsewhere = CounterCell();
  elsewhere.day = elsewhere.day + 1;
  EXPECT_THAT(desk_.ledger().PostingsOf(elsewhere), IsEmpty());
  EXPECT_FALSE(desk_.ledger().Fold(elsewhere, MeasureNature::kCounter).known);
  elsewhere.procedure = "never.seen";
  EXPECT_THAT(desk_.ledger().PostingsOf(elsewhere), IsEmpty());
}

TEST_F(UnitLedgerTest, FateSaysWhatBecameOfEachEntry) {
  const EntryName known = desk_.Add(25);
  head_.Hear(desk_);
  const EntryName first = head_.Restate(int64_t{20});
  const EntryName second = head_.Restate(int64_t{21});
  const EntryName late = other_.Add(3);
  const EntryName doubled = other_.Add(4);
  hub_.Exclude(doubled, doubled, "nhập hai lần");
  const UnitLedger merged = Merge(desk_, head_, other_, hub_);
  const auto fate = [&](const EntryName& name) { return merged.FateOf(*merged.Find(name)); };
  EXPECT_EQ(fate(known).kind, UnitLedger::FateKind::kSuperseded);
  EXPECT_EQ(fate(first).kind, UnitLedger::FateKind::kSuperseded);
  EXPECT_EQ(fate(second).kind, UnitLedger::FateKind::kCounted);
  EXPECT_EQ(fate(late).kind, UnitLedger::FateKind::kCounted);
  EXPECT_EQ(fate(hub_.end()).kind, UnitLedger::FateKind::kCounted);
  EXPECT_EQ(fate(doubled).kind, UnitLedger::FateKind::kExcluded);
  EXPECT_EQ(fate(doubled).excluded_by, hub_.end());
  EXPECT_EQ(fate(doubled).reason, "nhập hai lần");
}

// What an auditor adds up.
int64_t SumOfWhatCounts(const UnitLedger& ledger) {
  int64_t sum = 0;
  ledger.ForEach([&](Position at, const EntryName&, const Entry& entry) {
    if (ledger.FateOf(at).kind != UnitLedger::FateKind::kCounted) return;
    if (const auto* add = std::get_if<AddBody>(&entry.body)) sum += add->delta;
    if (const auto* restate = std::get_if<RestateBody>(&entry.body)) sum += std::get<int64_t>(restate->value);
  });
  return sum;
}

TEST_F(UnitLedgerTest, WhatIsCountedAddsUpToTheNumberInAnOpenConflictAndBehindIt) {
  Desk second_head{0xE, Role::kSupervisor};
  desk_.Add(25);
  head_.Hear(desk_);
  const EntryName loses = head_.Restate(int64_t{20});  // the only one that knows the 25
  const EntryName wins = second_head.Restate(int64_t{30});
  other_.Add(3);
  UnitLedger merged = Merge(desk_, head_, second_head, other_);
  const auto value = [&] { return std::get<int64_t>(merged.Fold(CounterCell(), MeasureNature::kCounter).value); };
  ASSERT_EQ(value(), 33);
  EXPECT_EQ(SumOfWhatCounts(merged), 33);
  EXPECT_EQ(merged.FateOf(*merged.Find(wins)).kind, UnitLedger::FateKind::kCounted);
  EXPECT_EQ(merged.FateOf(*merged.Find(loses)).kind, UnitLedger::FateKind::kStanding);

  for (const Desk* heard : {&desk_, &head_, &second_head, &other_}) hub_.Receive(*heard);
  hub_.Saw();
  hub_.Restate(int64_t{28});
  merged = Merge(desk_, head_, second_head, other_, hub_);
  ASSERT_EQ(value(), 28);
  EXPECT_EQ(SumOfWhatCounts(merged), 28);
  EXPECT_EQ(merged.FateOf(*merged.Find(loses)).kind, UnitLedger::FateKind::kSuperseded);
}

TEST_F(UnitLedgerTest, OfSeveralExcludesTheSmallestNameIsShownOnEveryReplica) {
  const EntryName add = desk_.Add(1);
  Desk restored_hub = hub_.Copy(9);
  hub_.Exclude(add, add, "một");
  restored_hub.Exclude(add, add, "hai");
  const EntryName want = std::min(hub_.end(), restored_hub.end());
  for (const UnitLedger& merged : {Merge(desk_, hub_, restored_hub), Merge(restored_hub, hub_, desk_)}) {
    EXPECT_EQ(merged.FateOf(*merged.Find(add)).excluded_by, want);
  }
}

TEST_F(UnitLedgerTest, EntriesOfAKindAreListedByName) {
  other_.Saw();
  desk_.Saw();
  desk_.Add(1);
  const UnitLedger merged = Merge(other_, desk_);
  std::vector<EntryName> names;
  for (Position at : merged.OfKind(EntryKind::kSaw)) names.push_back(merged.NameAt(at));
  EXPECT_THAT(names, ElementsAre(EntryName{desk_.device(), 1, names[0].h8}, other_.end()));
  EXPECT_EQ(merged.OfKind(EntryKind::kAdd).size(), 1u);
  EXPECT_THAT(merged.OfKind(EntryKind::kRestate), IsEmpty());
  EXPECT_THAT(merged.OfKind(EntryKind::kSubmit), IsEmpty());
}

TEST_F(UnitLedgerTest, RestatementsAreListedByTheirKind) {
  head_.Restate(int64_t{5});
  ASSERT_EQ(head_.ledger().OfKind(EntryKind::kRestate).size(), 1u);
  EXPECT_EQ(head_.ledger().NameAt(head_.ledger().OfKind(EntryKind::kRestate).front()), head_.end());
}

TEST_F(UnitLedgerTest, KnownAtIsTheContextOfAnEnd) {
  desk_.Add(1);
  const EntryName seen = desk_.Add(2);
  head_.Hear(desk_);
  desk_.Add(3);
  head_.Receive(desk_);
  const Context context = head_.ledger().KnownAt(head_.end());
  EXPECT_EQ(context.KnownOf(head_.ledger().Find(seen)->line), 2u);
}

TEST_F(UnitLedgerTest, AnEndThatIsNotHeldKnowsNothing) {
  desk_.Add(1);
  const Context context = head_.ledger().KnownAt(desk_.end());
  EXPECT_EQ(context.KnownOf(0), 0u);
}

TEST_F(UnitLedgerTest, ARangeWhoseFirstEntryIsNotHeldCoversNothing) {
  const EntryName first = desk_.Add(1);
  const EntryName last = desk_.Add(2);
  hub_.Receive(desk_);
  EntryName unheard = first;
  unheard.h8 ^= 1;
  hub_.Exclude(unheard, last);
  EXPECT_EQ(hub_.ledger().Fold(CounterCell(), MeasureNature::kCounter).value, Value{int64_t{3}});
  hub_.Exclude(first, last);
  EXPECT_FALSE(hub_.ledger().Fold(CounterCell(), MeasureNature::kCounter).known);
}

TEST_F(UnitLedgerTest, DigestLeavesOutMeasuresTheCatalogDoesNotKnow) {
  desk_.Add(1);
  const auto nothing_known = [](const std::string&) { return std::optional<MeasureNature>(); };
  const auto register_only = [](const std::string&) { return std::optional(MeasureNature::kRegister); };
  const Hash known = desk_.ledger().Digest(NatureOfMeasure);
  EXPECT_NE(known, desk_.ledger().Digest(nothing_known));
  EXPECT_NE(known, desk_.ledger().Digest(register_only));
}

TEST_F(UnitLedgerTest, LedgerMovesWithItsEntries) {
  desk_.Add(1);
  head_.Hear(desk_);
  head_.Restate(int64_t{4});
  UnitLedger merged = Merge(desk_, head_);
  const UnitLedger moved = std::move(merged);
  EXPECT_EQ(moved.unit(), kUnit);
  EXPECT_EQ(moved.Fold(CounterCell(), MeasureNature::kCounter).value, Value{int64_t{4}});
}

// ---- errors

TEST_F(UnitLedgerTest, EntryWhoseParentIsNotHeldIsNotFound) {
  const EntryName parent{desk_.device(), 1, 12345};
  Entry entry = desk_.Next(AddBody{CounterCell(), 1, {}, {}});
  entry.seq = 2;
  EXPECT_THAT(desk_.ledger().Append(parent, entry), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(desk_.ledger().entry_count(), 0u);
}

TEST_F(UnitLedgerTest, EntryOfWrongSeqDeviceOrBoundsIsRefused) {
  const EntryName root{desk_.device(), 0, 0};
  const Entry good = desk_.Next(AddBody{CounterCell(), 1, {}, {}});
  Entry gap = good;
  gap.seq = 2;
  Entry foreign = good;
  foreign.device = other_.device();
  Entry huge = good;
  std::get<AddBody>(huge.body).delta = INT64_MAX;
  for (const Entry& entry : {gap, foreign, huge}) {
    EXPECT_THAT(desk_.ledger().Append(root, entry), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_EQ(desk_.ledger().entry_count(), 0u);
}

TEST_F(UnitLedgerTest, NamesNotHeldAreNotFound) {
  desk_.Add(1);
  EntryName wrong_hash = desk_.end();
  wrong_hash.h8 ^= 1;
  EXPECT_FALSE(desk_.ledger().Holds(wrong_hash));
  EXPECT_THAT(desk_.ledger().Find(wrong_hash), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(desk_.ledger().Find({desk_.device(), 2, 0}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(desk_.ledger().Find(other_.end()), IsOk());  // its empty log
  const EntryName no_empty_log{other_.device(), 0, 5};
  EXPECT_FALSE(desk_.ledger().Holds(no_empty_log));
  EXPECT_THAT(desk_.ledger().Find(no_empty_log), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace motcua
