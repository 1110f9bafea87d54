// What a person should look at, how it is settled, and how the decision comes down. It should survive: desks that
// restate at the same time, a number that moves while somebody decides, three copies of one folder, a copy that
// appears after the list was closed, a hub that loses its newest days, a store that fails at any call, a file
// imported by two desks, names of forks that never were.
#include <algorithm>

#include "common/sync/batch.h"
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class ConflictTest : public ExchangeTest {
 protected:
  std::vector<OpenMatter> Matters(const MatterFilter& filter = {}) { return world_.hub().OpenMatters(filter).value(); }
  // "kind cell" of everything open.
  std::vector<std::string> Open(const MatterFilter& filter = {}) {
    constexpr const char* kNames[] = {"", "conflict", "overlap", "negative", "fork", "import"};
    std::vector<std::string> open;
    for (const OpenMatter& matter : Matters(filter)) {
      const std::string cell = matter.kind == MatterKind::kImport ? "" : FormatCell(matter.cell);
      open.push_back(absl::StrCat(kNames[static_cast<int>(matter.kind)], " ", cell));
    }
    return open;
  }
  static std::string Name(const Cell& cell, const std::string& kind) { return absl::StrCat(kind, " ", FormatCell(cell)); }
  // Two supervisors of U1 that restate one cell without knowing of each other.
  void MakeConflict() {
    a_.emplace(Desk("U1", Role::kSupervisor));
    b_.emplace(Desk("U1", Role::kSupervisor));
    first_ = a_->Restate(a_->At("received"), int64_t{20});
    second_ = b_->Restate(b_->At("received"), int64_t{30});
    ASSERT_THAT(a_->Sync(), IsOk());
    ASSERT_THAT(b_->Sync(), IsOk());
    ASSERT_THAT(a_->Sync(), IsOk());
  }
  // A desk and its copy that both add to one cell; returns the last common entry.
  void MakeFork() {
    a_.emplace(Desk());
    first_ = a_->Add(a_->At("received"), 10);
    ASSERT_THAT(a_->Sync(), IsOk());
    b_.emplace(a_->Copy(7));
    second_ = a_->Add(a_->At("received"), 1);
    third_ = b_->Add(b_->At("received"), 2);
    b_->Add(b_->At("refused"), 5);
    ASSERT_THAT(a_->Sync(), IsOk());
    ASSERT_THAT(b_->Sync(), IsOk());
  }
  absl::StatusOr<EntryName> Close(const EntryName& fork) {
    return world_.hub().CloseFork("U1", fork, "went through the papers", "op");
  }

  std::optional<TestDesk> a_, b_;
  EntryName first_, second_, third_;
};

TEST_F(ConflictTest, NothingIsOpenWhereNothingHappenedAtOnce) {
  TestDesk desk = Desk(), neighbour = Desk();
  desk.Add(desk.At("received"), 3);
  neighbour.Add(desk.At("received"), 4);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(neighbour.Sync(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ConflictTest, RestatementsWithoutKnowledgeOfEachOtherAreShownWithAllTheirValues) {
  MakeConflict();
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_EQ(matters[0].kind, MatterKind::kConflict);
  ASSERT_THAT(matters[0].postings, SizeIs(2));
  std::vector<motcua::Value> values;
  for (const MatterPosting& posting : matters[0].postings) {
    values.push_back(std::get<RestateBody>(posting.content.body).value);
    EXPECT_EQ(posting.content.author, "An");
    EXPECT_EQ(posting.content.role, Role::kSupervisor);
    EXPECT_EQ(posting.content.clock_s, world_.clock.WallSeconds());
    EXPECT_THAT(posting.knew, IsEmpty());
    // The one that the cell shows is counted; the other one stands, and the number has nothing of it.
    const bool shown = values.back() == matters[0].value;
    EXPECT_EQ(posting.fate, shown ? UnitLedger::FateKind::kCounted : UnitLedger::FateKind::kStanding);
  }
  EXPECT_THAT(values, UnorderedElementsAre(motcua::Value(int64_t{20}), motcua::Value(int64_t{30})));
}

TEST_F(ConflictTest, WhatEachHadSeenIsTold) {
  MakeConflict();
  a_->Saw();
  const EntryName knowing = a_->Restate(a_->At("received"), int64_t{25});
  const EntryName blind = b_->Restate(b_->At("received"), int64_t{26});
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  for (const MatterPosting& posting : matters[0].postings) {
    if (posting.entry == knowing) {
      EXPECT_THAT(posting.knew, UnorderedElementsAre(first_, second_));
    }
    if (posting.entry == blind) {
      EXPECT_THAT(posting.knew, ElementsAre(second_));
    }
    const bool superseded = posting.entry == first_ || posting.entry == second_;
    EXPECT_EQ(posting.fate == UnitLedger::FateKind::kSuperseded, superseded);
  }
}

TEST_F(ConflictTest, DecisionOfTheHubLeavesTheCellCleanThereAndOnEveryDesk) {
  MakeConflict();
  ASSERT_THAT(world_.hub().Restate(a_->At("received"), int64_t{25}, motcua::Value(Value(a_->At("received"))), "count", "op"),
              IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  for (TestDesk* desk : {&*a_, &*b_}) {
    ASSERT_THAT(desk->Sync(), IsOk());
    const CellState state = desk->ledger().Fold(desk->At("received"), MeasureNature::kCounter);
    EXPECT_EQ(state.value, motcua::Value(int64_t{25}));
    EXPECT_FALSE(state.provisional);
  }
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, NumberThatMovedSinceItWasShownIsNotDecided) {
  MakeConflict();
  const int64_t shown = Value(a_->At("received"));
  a_->Add(a_->At("received"), 1);
  b_->Add(b_->At("received"), 2);
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  const std::string before = Everything();
  EXPECT_THAT(world_.hub().Restate(a_->At("received"), int64_t{25}, motcua::Value(shown), "count", "op"),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Everything(), before);
}

TEST_F(ConflictTest, AddBesideARestatementIsAnOverlapUntilSomebodyKnowsBoth) {
  TestDesk desk = Desk();
  TestDesk boss = Desk("U1", Role::kSupervisor);
  const EntryName add = desk.Add(desk.At("received"), 5);
  const EntryName restated = boss.Restate(boss.At("received"), int64_t{20});
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(boss.Sync(), IsOk());
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_EQ(matters[0].kind, MatterKind::kOverlap);
  EXPECT_EQ(matters[0].value, motcua::Value(int64_t{25}));
  ASSERT_THAT(matters[0].postings, SizeIs(2));
  EXPECT_EQ(matters[0].postings[0].entry, restated);
  EXPECT_EQ(matters[0].postings[1].entry, add);
  boss.Saw();
  boss.Restate(boss.At("received"), int64_t{22});
  ASSERT_THAT(boss.Sync(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ConflictTest, NegativeCountIsOpenUntilItIsNot) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), -3);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_THAT(Open(), ElementsAre(Name(desk.At("received"), "negative")));
  desk.Add(desk.At("received"), 4);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ConflictTest, ListCanBeOfOneUnitOrAnAreaAndOfOnePeriod) {
  TestDesk one = Desk("U1"), two = Desk("U3");
  one.Add(one.At("received", 5), -1);
  two.Add(two.At("received", 9), -1);
  ASSERT_THAT(one.Sync(), IsOk());
  ASSERT_THAT(two.Sync(), IsOk());
  EXPECT_THAT(Open(), SizeIs(2));
  EXPECT_THAT(Open({"U1"}), ElementsAre(Name(one.At("received", 5), "negative")));
  EXPECT_THAT(Open({"D2"}), ElementsAre(Name(two.At("received", 9), "negative")));
  EXPECT_THAT(Open({"0"}), SizeIs(2));
  EXPECT_THAT(Open({"", Day{18006}, Day{18010}}), ElementsAre(Name(two.At("received", 9), "negative")));
}

// Forks.

TEST_F(ConflictTest, CellsBothCopiesWroteAreListedAndEntriesOfEitherCountOnce) {
  MakeFork();
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_EQ(matters[0].kind, MatterKind::kFork);
  EXPECT_EQ(matters[0].cell, a_->At("received"));
  EXPECT_EQ(matters[0].fork, first_);
  EXPECT_THAT(matters[0].branches, UnorderedElementsAre(second_, third_));
  EXPECT_EQ(matters[0].value, motcua::Value(int64_t{13}));
  for (const MatterPosting& posting : matters[0].postings) {
    EXPECT_EQ(posting.branch.has_value(), posting.entry != first_);
  }
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, ClosedListStaysClosedWhateverItsTwoCopiesWriteAndEveryDeskHearsOfIt) {
  MakeFork();
  ASSERT_THAT(Close(first_), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  a_->Add(a_->At("refused"), 1);
  b_->Add(b_->At("refused"), 1);
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(a_->ledger().OfKind(EntryKind::kReview), SizeIs(1));
  EXPECT_THAT(world_.Findings(), IsEmpty());
  world_.Reopen();
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ConflictTest, ThirdCopyOpensWhatItTouches) {
  a_.emplace(Desk());
  first_ = a_->Add(a_->At("received"), 10);
  ASSERT_THAT(a_->Sync(), IsOk());
  b_.emplace(a_->Copy(7));
  TestDesk third = a_->Copy(8);
  for (TestDesk* desk : {&*a_, &*b_}) {
    desk->Add(desk->At("received"), 1);
    desk->Add(desk->At("refused"), 1);
    ASSERT_THAT(desk->Sync(), IsOk());
  }
  ASSERT_THAT(Close(first_), IsOk());
  ASSERT_THAT(Open(), IsEmpty());
  third.Add(third.At("refused"), 4);
  ASSERT_THAT(third.Sync(), IsOk());
  EXPECT_THAT(Open(), ElementsAre(Name(third.At("refused"), "fork")));
  EXPECT_THAT(world_.Findings(), IsEmpty());
  ASSERT_THAT(Close(first_), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, CopiesThatShareNothingAreClosedAtTheEmptyLog) {
  a_.emplace(Desk());
  b_.emplace(a_->Copy(7));
  a_->Add(a_->At("received"), 1);
  b_->Add(b_->At("received"), 2);
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_EQ(matters[0].fork, (EntryName{a_->device(), 0, 0}));
  ASSERT_THAT(Close({a_->device(), 0, 0}), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, BranchTakenOutAndNumberDecidedSettleTheirCellByThemselves) {
  MakeFork();
  ASSERT_THAT(world_.hub().Exclude("U1", third_, third_, false, "written twice", "op"), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(world_.hub().Exclude("U1", third_, third_, true, "was not", "op"), IsOk());
  EXPECT_THAT(Open(), SizeIs(1));
  ASSERT_THAT(world_.hub().Restate(a_->At("received"), int64_t{11}, std::nullopt, "count", "op"), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, RestoredHubTakesTheClosedListBackFromADesk) {
  MakeFork();
  world_.Backup();
  ASSERT_THAT(Close(first_), IsOk());
  ASSERT_THAT(a_->Sync(), IsOk());
  world_.RestoreBackup();
  EXPECT_THAT(Open(), SizeIs(1));
  ExchangeRequest request = a_->Request();
  const EntryName hub_end = a_->ledger().NameAt(a_->ledger().OfKind(EntryKind::kReview).front());
  request.batch = EncodePath(a_->ledger(), hub_end, 1, hub_end.seq, *a_->catalog_);
  ASSERT_THAT(a_->Send(request), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, RestoredHubLiftsAnExclusionThatADeskBroughtBack) {
  a_.emplace(Desk());
  first_ = a_->Add(a_->At("received"), 10);
  const EntryName second = a_->Add(a_->At("received"), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  world_.Backup();
  ASSERT_THAT(world_.hub().Exclude("U1", first_, first_, false, "doubled", "op"), IsOk());
  const EntryName exclusion = world_.hub().Exclude("U1", first_, second, false, "both doubled", "op")->entry;
  ASSERT_THAT(a_->Sync(), IsOk());
  world_.RestoreBackup();
  // The restored hub writes beside what it has forgotten, which then comes back.
  ASSERT_THAT(world_.hub().Restate(a_->At("refused"), int64_t{1}, std::nullopt, "count", "op"), IsOk());
  ExchangeRequest request = a_->Request();
  request.batch = EncodePath(a_->ledger(), exclusion, 1, exclusion.seq, *a_->catalog_);
  ASSERT_THAT(a_->Send(request), IsOk());
  ASSERT_EQ(Value(a_->At("received")), -999);
  ASSERT_THAT(world_.hub().Exclude("U1", first_, second, true, "was not", "op"), IsOk());
  EXPECT_EQ(Value(a_->At("received")), 15);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, WhatCountsAlreadyIsNotTakenBackIn) {
  a_.emplace(Desk());
  first_ = a_->Add(a_->At("received"), 10);
  ASSERT_THAT(a_->Sync(), IsOk());
  const std::string before = Everything();
  EXPECT_THAT(world_.hub().Exclude("U1", first_, first_, true, "was not", "op"),
              StatusIs(absl::StatusCode::kFailedPrecondition, "đang được tính"));
  EXPECT_EQ(Everything(), before);
}

TEST_F(ConflictTest, WhatIsExcludedAlreadyIsSaidAndNotWrittenAgain) {
  a_.emplace(Desk());
  first_ = a_->Add(a_->At("received"), 10);
  second_ = a_->Add(a_->At("received"), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  const auto one = world_.hub().Exclude("U1", first_, first_, false, "doubled", "op");
  ASSERT_THAT(one, IsOk());
  EXPECT_FALSE(one->already);
  const int64_t entries = world_.EntryCount();
  const auto again = world_.hub().Exclude("U1", first_, first_, false, "doubled", "op");
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->already);
  EXPECT_EQ(again->entry, one->entry);
  EXPECT_EQ(world_.EntryCount(), entries);
  // A range with something that still counts is another matter, and so is one that was taken back in.
  const auto more = world_.hub().Exclude("U1", first_, second_, false, "both", "op");
  ASSERT_THAT(more, IsOk());
  EXPECT_FALSE(more->already);
  EXPECT_TRUE(world_.hub().Exclude("U1", first_, second_, false, "both", "op")->already);
  ASSERT_THAT(world_.hub().Exclude("U1", first_, second_, true, "was not", "op"), IsOk());
  EXPECT_FALSE(world_.hub().Exclude("U1", first_, second_, false, "it was", "op")->already);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, AnExclusionIsLiftedAndNotExcluded) {
  a_.emplace(Desk());
  first_ = a_->Add(a_->At("received"), 10);
  ASSERT_THAT(a_->Sync(), IsOk());
  const EntryName exclusion = world_.hub().Exclude("U1", first_, first_, false, "doubled", "op")->entry;
  const std::string before = Everything();
  EXPECT_THAT(world_.hub().Exclude("U1", exclusion, exclusion, false, "mistake", "op"),
              StatusIs(absl::StatusCode::kFailedPrecondition, "include"));
  EXPECT_EQ(Everything(), before);
  ASSERT_THAT(world_.hub().Exclude("U1", first_, first_, true, "mistake", "op"), IsOk());
  EXPECT_EQ(Value(a_->At("received")), 10);
}

// It never gets the end of the line, and must be able to prove what it has when the hub loses it.
TEST_F(ConflictTest, EveryReceiptForAnOldProgramNamesWhatItHasOfALineThatGoesOn) {
  MakeFork();
  const EntryName restated = *world_.hub().Restate(a_->At("suspended"), int64_t{1}, std::nullopt, "count", "op");
  ASSERT_THAT(Close(first_), IsOk());
  for (int exchange = 0; exchange < 3; ++exchange) {
    ExchangeRequest request = a_->Request();
    request.protocol = 1;
    const auto answer = a_->Send(request);
    ASSERT_THAT(answer, IsOk());
    EXPECT_THAT(answer->receipt.ends, testing::Contains(restated)) << exchange;
  }
}

TEST_F(ConflictTest, DatabaseOfAnOlderProgramLearnsOfItsForksWhenOpened) {
  MakeFork();
  // As an older program left it: the cells say nothing of forks, and nothing says that they were asked.
  ASSERT_THAT(world_.store().database().Execute("UPDATE counter SET flags = flags & ~64;"
                                                "DELETE FROM meta WHERE key = 'cells_know_paper'"),
              IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  world_.Reopen();
  EXPECT_THAT(Open(), ElementsAre(Name(a_->At("received"), "fork")));
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

// Imports.

TEST_F(ConflictTest, FileOnTwoLinesIsListedUntilOneIsTakenOut) {
  TestDesk desk = Desk(), neighbour = Desk(), elsewhere = Desk("U3");
  const ImportBody file{Sha256("file"), 2, "august.csv"};
  EntryName first, last;
  for (TestDesk* importer : {&desk, &neighbour, &elsewhere}) {
    first = importer->Write(file);
    importer->Add(importer->At("received", 1), 5);
    last = importer->Add(importer->At("received", 2), 6);
    importer->Add(importer->At("received", 3), 7);
    ASSERT_THAT(importer->Sync(), IsOk());
    if (importer == &desk) {
      EXPECT_THAT(Open(), IsEmpty());
    }
    if (importer == &neighbour) break;
  }
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_EQ(matters[0].kind, MatterKind::kImport);
  ASSERT_THAT(matters[0].imports, SizeIs(2));
  const auto theirs = std::find_if(matters[0].imports.begin(), matters[0].imports.end(),
                                   [&](const DoubledImport& import) { return import.first == first; });
  ASSERT_NE(theirs, matters[0].imports.end());
  EXPECT_EQ(theirs->last, last);
  EXPECT_THAT(Open({"U1", Day{18001}, Day{18001}}), SizeIs(1));
  EXPECT_THAT(Open({"U1", Day{18003}, Day{18009}}), IsEmpty());  // the third is no row of the file
  ASSERT_THAT(world_.hub().Exclude("U1", theirs->first, theirs->last, false, "twice", "op"), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(Value(desk.At("received", 3)), 14);
  EXPECT_EQ(Value(desk.At("received", 1)), 5);
}

TEST_F(ConflictTest, SameFileInTwoUnitsOrTwiceOnPurposeOnOneLineIsNobodysBusiness) {
  TestDesk desk = Desk("U1"), elsewhere = Desk("U3");
  const ImportBody file{Sha256("file"), 1, "august.csv"};
  for (TestDesk* importer : {&desk, &elsewhere, &desk}) {
    importer->Write(file);
    importer->Add(importer->At("received", 1), 5);
    ASSERT_THAT(importer->Sync(), IsOk());
  }
  EXPECT_THAT(Open(), IsEmpty());
}

// Decisions.

TEST_F(ConflictTest, WhoHoldsADecisionAndWhoAcknowledgedItIsKnown) {
  MakeConflict();
  ASSERT_THAT(world_.hub().Restate(a_->At("received"), int64_t{25}, std::nullopt, "count", "op"), IsOk());
  const auto of_the_hub = [&] {
    const std::vector<Decision> decisions = world_.hub().Decisions({"U1"}).value();
    EXPECT_THAT(decisions, SizeIs(3));  // two supervisors and the hub
    for (const Decision& decision : decisions) {
      if (decision.entry.device == kHubDevice) return decision;
    }
    return Decision{};
  };
  const auto holder = [&](const Decision& decision, const TestDesk& desk) {
    for (const DecisionHolder& there : decision.devices) {
      if (there.device == desk.device()) return there;
    }
    return DecisionHolder{};
  };
  EXPECT_FALSE(holder(of_the_hub(), *a_).holds);
  ASSERT_THAT(a_->Sync(), IsOk());  // brings it
  ASSERT_THAT(a_->Sync(), IsOk());  // tells of it
  EXPECT_TRUE(holder(of_the_hub(), *a_).holds);
  EXPECT_FALSE(holder(of_the_hub(), *a_).acknowledged);
  EXPECT_FALSE(holder(of_the_hub(), *b_).holds);
  world_.clock.SleepMs(60'000);
  a_->Saw();  // signed "An"
  const EntryName saw = a_->end();
  ASSERT_THAT(a_->Sync(), IsOk());
  const DecisionHolder there = holder(of_the_hub(), *a_);
  EXPECT_EQ(there.acknowledged, saw);
  EXPECT_EQ(there.author, "An");
  EXPECT_EQ(there.clock_s, world_.clock.WallSeconds());
}

// Versions.

TEST_F(ConflictTest, OlderAgentGetsTheHubsLogUpToBeforeTheFirstReviewAndIsDone) {
  MakeFork();
  ASSERT_THAT(world_.hub().Restate(a_->At("refused"), int64_t{5}, std::nullopt, "count", "op"), IsOk());
  ASSERT_THAT(Close(first_), IsOk());
  ASSERT_THAT(world_.hub().Restate(a_->At("refused"), int64_t{6}, std::nullopt, "count", "op"), IsOk());
  ExchangeRequest request = a_->Request();
  request.protocol = 1;
  const auto response = a_->Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_FALSE(response->more);
  EXPECT_EQ(response->common, a_->end());
  const CodeBook book(a_->catalog_->version(), a_->catalog_->codes());
  const auto runs = DecodeBatch(response->batch, book, NewestKind(1));
  ASSERT_THAT(runs, IsOk());
  std::size_t from_the_hub = 0;
  for (const DecodedRun& run : *runs) {
    if (run.last.device == kHubDevice) from_the_hub += run.run.entries.size();
  }
  EXPECT_EQ(from_the_hub, 2u);  // what it had seen, and the restatement
  // The same desk after an upgrade gets the rest.
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_EQ(a_->ledger().Ends(), a_->receipt_.ends);
}

TEST_F(ConflictTest, HubOfAnotherVersionSaysTooOldOrTooNewAndStoresNothing) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  world_.protocol = 1;
  world_.Reopen();
  request.protocol = 2;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kTooNew);
  EXPECT_EQ(world_.EntryCount(), 0);
  world_.protocol = 3;
  world_.Reopen();
  request.protocol = 1;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kTooOld);
  request.protocol = 2;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kAppend);
}

TEST_F(ConflictTest, OlderHubTakesNoEntryItDoesNotKnow) {
  TestDesk desk = Desk();
  desk.Write(ReviewBody{{desk.device(), 0, 0}, {{desk.device(), 1, 1}, {desk.device(), 1, 2}}});
  world_.protocol = 1;
  world_.Reopen();
  ExchangeRequest request = desk.Request();
  request.protocol = 1;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kTooNew);
  EXPECT_EQ(world_.EntryCount(), 0);
}

// ---- errors

TEST_F(ConflictTest, OnlyAForkThatIsThereAndOpenCanBeClosed) {
  MakeFork();
  EXPECT_THAT(Close(second_), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Close({a_->device(), 0, 0}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Close({a_->device(), 1, 99}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(world_.hub().CloseFork("U2", first_, "n", ""), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(Close(first_), IsOk());
  EXPECT_THAT(Close(first_), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ConflictTest, ReviewWrittenByADeskIsExcludedAndClosesNothing) {
  MakeFork();
  a_->Write(ReviewBody{first_, {std::min(second_, third_), std::max(second_, third_)}});
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_THAT(Open(), SizeIs(1));
  ASSERT_THAT(Reasons(*a_), SizeIs(1));
  EXPECT_THAT(Reasons(*a_)[0], testing::HasSubstr("Only the hub may write"));
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ConflictTest, CellOfVeryManyPostingsIsListedInPart) {
  TestDesk desk = Desk();
  TestDesk boss = Desk("U1", Role::kSupervisor);
  for (int i = 0; i < 300; ++i) desk.Add(desk.At("received"), 1);
  const EntryName restated = boss.Restate(boss.At("received"), int64_t{20});
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(boss.Sync(), IsOk());
  const std::vector<OpenMatter> matters = Matters();
  ASSERT_THAT(matters, SizeIs(1));
  EXPECT_THAT(matters[0].postings, SizeIs(kPostingsListedMax));
  EXPECT_EQ(matters[0].postings_left_off, 301 - kPostingsListedMax);
  EXPECT_EQ(matters[0].postings[0].entry, restated);
}

}  // namespace
}  // namespace motcua
