// Locks, amendments and revisions. It should survive: units that are missing, entries that arrive after the lock,
// corrections, exclusions and their lifting, another catalog, a hub that restarts, one that is restored and gets the
// locks back from its desks, two revisions of one number, areas that overlap, a store that fails at any call, a stored
// figure that somebody changed.
#include "tests/hub/core/locks_fixture.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(LocksTest, RevisionOnePrintsWhatWasThereAtTheLockWhateverComesAfter) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  const std::string first = Printed(1);
  EXPECT_THAT(first, HasSubstr("locked revision 1"));
  EXPECT_EQ(FigureOf("received", 1), "20");
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_EQ(FigureOf("received", 0), "25");
  EXPECT_THAT(Printed(0), HasSubstr("locked at revision 1; 1 cell differs"));
  EXPECT_EQ(Printed(1), first);
  CatalogShape shape;
  shape.form_version = 2;
  shape.version = "two";
  ASSERT_THAT(world_.hub().ApplyCatalog(MakeCatalog(shape)), IsOk());
  EXPECT_EQ(FigureOf("received", 0), "50");
  EXPECT_EQ(Printed(1), first);
  world_.Reopen();
  EXPECT_EQ(Printed(1), first);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(LocksTest, LateEntryIsAnAmendmentWithItsCauseAndBecomesTheNextRevision) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  const EntryName late = a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  const auto found = Amended();
  ASSERT_THAT(found, IsOk());
  ASSERT_THAT(found->cells, SizeIs(1));
  EXPECT_EQ(found->cells[0].cell, a_->At("received", kAugust));
  EXPECT_EQ(found->cells[0].frozen, motcua::Value(int64_t{10}));
  EXPECT_EQ(found->cells[0].now, motcua::Value(int64_t{15}));
  ASSERT_THAT(found->cells[0].causes, SizeIs(1));
  EXPECT_EQ(found->cells[0].causes[0].kind, AmendmentKind::kLateArrival);
  EXPECT_EQ(found->cells[0].causes[0].name, late);
  EXPECT_EQ(found->cells[0].causes[0].entry.author, "An");
  ASSERT_THAT(found->figures, SizeIs(2));  // received and pending
  EXPECT_EQ(found->figures[1].frozen, "20");
  EXPECT_EQ(found->figures[1].now, "25");
  const std::string first = Printed(1);
  const auto accepted = Accept("D1", ToHex(AsBytes(found->digest)).substr(0, 16));
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ(accepted->lock.revision, 2);
  EXPECT_EQ(FigureOf("received", 2), "25");
  EXPECT_EQ(FigureOf("received", 1), "20");
  EXPECT_EQ(Printed(1), first);
  EXPECT_THAT(Amended()->cells, IsEmpty());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(LocksTest, ACodeTooShortToTellAmendmentsApartIsRefused) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  const std::string digest = ToHex(AsBytes(Amended()->digest));
  const int64_t entries = world_.EntryCount();
  for (const std::size_t length : {0, 1, 7}) {
    EXPECT_THAT(Accept("D1", digest.substr(0, length)), StatusIs(absl::StatusCode::kInvalidArgument, "--shown"));
  }
  EXPECT_EQ(world_.EntryCount(), entries);
  EXPECT_THAT(Accept("D1", digest.substr(0, 8)), IsOk());
}

TEST_F(LocksTest, EveryKindOfCauseIsToldApart) {
  TestDesk desk = Desk("U1", Role::kSupervisor);
  const EntryName taken_out = desk.Add(desk.At("received", kAugust), 3);
  const EntryName let_in = desk.Add(desk.At("refused", kAugust), 1);
  desk.Write(AddBody{desk.At("visits", kAugust), 4, 4, 0});
  desk.Add({"U1", Day{18484}, "P1", "counter", "late"}, 7);  // no catalog knows it yet
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", let_in, let_in, false, "doubled", "op"), IsOk());
  ASSERT_THAT(Lock("U1", true), IsOk());
  desk.Restate(desk.At("suspended", kAugust), int64_t{2});
  desk.Write(AddBody{desk.At("visits", kAugust), 2, 6, 4});
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", taken_out, taken_out, false, "wrong day", "op"), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", let_in, let_in, true, "was right", "op"), IsOk());
  CatalogShape shape;
  shape.late_measure = true;
  shape.version = "two";
  ASSERT_THAT(world_.hub().ApplyCatalog(MakeCatalog(shape)), IsOk());
  const auto found = Amended("U1");
  ASSERT_THAT(found, IsOk());
  std::vector<std::string> told;
  for (const AmendedCell& cell : found->cells)
    told.push_back(absl::StrCat(cell.cell.measure, " ", AmendmentKindName(cell.causes[0].kind)));
  EXPECT_THAT(told, ElementsAre("late definition", "received exclusion", "refused inclusion", "suspended correction",
                                "visits correction"));
}

TEST_F(LocksTest, AnAreaWithoutUnitsIsNotLocked) {
  CatalogShape shape;
  shape.empty_district = true;
  shape.version = "two";
  ASSERT_THAT(world_.hub().ApplyCatalog(MakeCatalog(shape)), IsOk());
  const int64_t entries = world_.EntryCount();
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(Lock("D3", /*accept_missing=*/true),
              StatusIs(absl::StatusCode::kFailedPrecondition, "no unit of Unit D3 (D3) records"));
  EXPECT_THAT(world_.hub().PeriodStatusOf(kPeriod, "D3"), StatusIs(absl::StatusCode::kFailedPrecondition, "no unit of"));
  EXPECT_EQ(world_.EntryCount(), entries);
}

TEST_F(LocksTest, AnExemptUnitIsInNoCountOfAReportAndNamedAsExempt) {
  MakeAugust();
  ASSERT_TRUE(*world_.hub().ExemptUnit(Order("U3"), true));
  const auto without_spaces = [&](int64_t revision) {
    std::string text = Printed(revision, "0");
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
  };
  const std::string said = "\"units_expected\":2,\"units_with_data\":2,\"units_submitted\":2,\"missing\":[],\"exempt\":[\"U3\"]";
  EXPECT_THAT(without_spaces(0), HasSubstr(said));
  EXPECT_THAT(Printed(0, "0"), HasSubstr("2 of 2 units"));
  ASSERT_THAT(Lock("0"), IsOk());
  // The revision goes on saying it when the unit owes again.
  ASSERT_TRUE(*world_.hub().ExemptUnit(Order("U3"), false));
  EXPECT_THAT(without_spaces(0), HasSubstr("\"units_expected\":3"));
  EXPECT_THAT(without_spaces(1), HasSubstr(said));
}

TEST_F(LocksTest, MissingUnitsAreNamedAndNothingIsLocked) {
  a_.emplace(Desk("U1"));
  a_->Add(a_->At("received", kAugust), 10);
  Submit(*a_);
  ASSERT_THAT(a_->Sync(), IsOk());
  const int64_t entries = world_.EntryCount();
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(Lock("0"), StatusIs(absl::StatusCode::kFailedPrecondition,
                                  "1 of 3 units have submitted; missing are Unit U2 (U2), Unit U3 (U3)"));
  EXPECT_EQ(world_.EntryCount(), entries);
  const auto locked = Lock("0", /*accept_missing=*/true);
  ASSERT_THAT(locked, IsOk());
  EXPECT_EQ(locked->lock.units_expected, 3);
  EXPECT_EQ(locked->lock.units_submitted, 1);
  EXPECT_THAT(Printed(1, "0"), HasSubstr("1 of 3 units submitted; missing: Unit U2 (U2), Unit U3 (U3)."));
}

TEST_F(LocksTest, LockingAgainSaysWhatStandsAndWritesNothing) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  const int64_t entries = world_.EntryCount();
  const auto again = Lock();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->already);
  EXPECT_EQ(again->lock.revision, 1);
  EXPECT_EQ(world_.EntryCount(), entries);
}

TEST_F(LocksTest, AcceptingTwiceOrSomethingElseThanWasShownIsRefusedAndWritesNothing) {
  MakeAugust();
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(Accept(), StatusIs(absl::StatusCode::kFailedPrecondition, "is not locked"));
  EXPECT_THAT(Amended().status(), StatusIs(absl::StatusCode::kFailedPrecondition, "is not locked"));
  ASSERT_THAT(Lock(), IsOk());
  EXPECT_THAT(Accept(), StatusIs(absl::StatusCode::kFailedPrecondition, "Nothing differs from revision 1"));
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  const std::string shown = ToHex(AsBytes(Amended()->digest));
  b_->Add(b_->At("received", kAugust), 1);
  ASSERT_THAT(b_->Sync(), IsOk());
  int64_t entries = world_.EntryCount();
  EXPECT_THAT(Accept("D1", shown), StatusIs(absl::StatusCode::kAborted, "look again"));
  EXPECT_EQ(world_.EntryCount(), entries);
  ASSERT_THAT(Accept("D1", ToHex(AsBytes(Amended()->digest))), IsOk());
  entries = world_.EntryCount();
  EXPECT_THAT(Accept(), StatusIs(absl::StatusCode::kFailedPrecondition, "Nothing differs from revision 2"));
  EXPECT_EQ(world_.EntryCount(), entries);
}

TEST_F(LocksTest, UnknownNamesAndAreasWithoutUnitsAreRefused) {
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(world_.hub().LockPeriod(Order("D1", "month/2020-13"), true), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(world_.hub().LockPeriod(Order("D1", "year/2020"), true), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(world_.hub().LockPeriod(Order("D1", "2020"), true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Lock("D9", true), StatusIs(absl::StatusCode::kNotFound, "no unit"));
  EXPECT_THAT(world_.hub().PeriodStatusOf(kPeriod, "D9").status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Printed(1), HasSubstr("is not locked and has no revision 1"));
  CatalogShape shape;
  shape.version = "emptied";
  shape.parent_of_u1 = "D1";
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  EXPECT_THAT(Printed(2), HasSubstr("has no revision 2; the newest is 1"));
  EXPECT_EQ(world_.EntryCount(), 4 + 3);
}

TEST_F(LocksTest, ProvinceAndDistrictEachLockTheirOwn) {
  MakeAugust();
  ASSERT_THAT(Lock("D1"), IsOk());
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(Lock("0", true), IsOk());
  EXPECT_EQ(FigureOf("received", 1, "D1"), "20");
  EXPECT_EQ(FigureOf("received", 1, "0"), "25");
  EXPECT_THAT(Amended("0")->cells, IsEmpty());
  EXPECT_THAT(Amended("D1")->cells, SizeIs(1));
}

TEST_F(LocksTest, ALockIsUnlockedAndNotExcluded) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  const ScopedLanguage english(Language::kEnglish);
  const int64_t entries = world_.EntryCount();
  const UnitLedger ledger = *world_.hub().LoadLedger("U1");
  for (const Position& at : ledger.OfKind(EntryKind::kPeriod)) {
    const EntryName lock = ledger.NameAt(at);
    EXPECT_THAT(world_.hub().Exclude("U1", lock, lock, false, "mistake", "op"),
                StatusIs(absl::StatusCode::kFailedPrecondition, "unlock"));
  }
  EXPECT_THAT(ledger.OfKind(EntryKind::kPeriod), SizeIs(1));
  EXPECT_EQ(world_.EntryCount(), entries);
}

TEST_F(LocksTest, UnlockHoldsUntilItsTimeAndNeedsOneToCome) {
  MakeAugust();
  const ScopedLanguage english(Language::kEnglish);
  const int64_t now_s = world_.clock.WallSeconds();
  EXPECT_THAT(world_.hub().UnlockPeriod(Order("D1"), now_s + 60), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Lock(), IsOk());
  EXPECT_THAT(world_.hub().UnlockPeriod(Order("D1"), now_s), StatusIs(absl::StatusCode::kInvalidArgument, "is past"));
  ASSERT_THAT(world_.hub().UnlockPeriod(Order("D1"), now_s + 60), IsOk());
  EXPECT_EQ(world_.hub().PeriodStatusOf(kPeriod, "D1")->lock->open_until_s, now_s + 60);
  EXPECT_THAT(Printed(0), HasSubstr("unlocked until"));
  a_->Add(a_->At("received", kAugust), 5);
  Submit(*a_);
  ASSERT_THAT(a_->Sync(), IsOk());
  world_.clock.now_ms += 61'000;
  EXPECT_EQ(world_.hub().PeriodStatusOf(kPeriod, "D1")->lock->open_until_s, 0);
  EXPECT_TRUE(Lock()->already);
  EXPECT_THAT(Amended()->cells, SizeIs(1));
  EXPECT_EQ(FigureOf("received", 1), "20");
}

TEST_F(LocksTest, LockingWhileUnlockedEndsItAtTheSameRevision) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  ASSERT_THAT(world_.hub().UnlockPeriod(Order("D1"), world_.clock.WallSeconds() + 3600), IsOk());
  const auto again = Lock();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->relocked);
  EXPECT_EQ(again->lock.revision, 1);
  EXPECT_EQ(world_.hub().PeriodStatusOf(kPeriod, "D1")->lock->open_until_s, 0);
  EXPECT_TRUE(Lock()->already);
}

TEST_F(LocksTest, HubRestoredFromBeforeTheLockHasItBackFromItsDesks) {
  MakeAugust();
  world_.Backup();
  ASSERT_THAT(Lock("0", true), IsOk());
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  ASSERT_THAT(b_->Sync(), IsOk());
  const std::string first = Printed(1, "0");
  world_.RestoreBackup();
  EXPECT_THAT(Printed(1, "0"), HasSubstr("no revision 1"));
  ReturnHubLog(*a_);
  EXPECT_THAT(Printed(1, "0"), HasSubstr("has lost the parts of"));
  ReturnHubLog(*b_);
  // U3 has no desk and never said anything; the seal tells that nothing is lost with its part.
  EXPECT_EQ(Printed(1, "0"), first);
  EXPECT_THAT(Amended("0")->cells, SizeIs(1));
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(LocksTest, TwoRevisionsOfOneNumberAreBothKeptAndToldApart) {
  MakeAugust();
  world_.Backup();
  ASSERT_THAT(Lock("U1"), IsOk());
  ASSERT_THAT(a_->Sync(), IsOk());
  const std::string first = Printed(1, "U1");
  world_.RestoreBackup();
  world_.clock.now_ms += 1'000'000;
  ASSERT_THAT(Lock("U1"), IsOk());
  const std::string other = Printed(1, "U1");
  ReturnHubLog(*a_);
  EXPECT_THAT(Printed(1, "U1"), HasSubstr("2 revisions bear this number"));
  const auto listed = world_.hub().ListPeriods(kPeriod);
  ASSERT_THAT(listed, IsOk());
  const std::vector<Revision>& revisions = listed->front().locks.front().revisions;
  ASSERT_THAT(revisions, SizeIs(2));
  std::vector<std::string> printed;
  for (const Revision& revision : revisions) printed.push_back(Printed(1, "U1", "2020-08", RevisionSeal(revision)));
  EXPECT_THAT(printed, testing::UnorderedElementsAre(first, other));
  EXPECT_NE(first, other);
}

// The hub that was restored locks again with more of the logs before it, and its clock stands a year back.
TEST_F(LocksTest, OfTwoRevisionsOfOneNumberTheOneThatCoversMoreIsTheNewestWhateverTheClockSays) {
  MakeAugust();
  world_.Backup();
  ASSERT_THAT(Lock("U1"), IsOk());
  ASSERT_THAT(a_->Sync(), IsOk());
  world_.RestoreBackup();
  world_.clock.now_ms -= int64_t{365} * 86'400'000;
  a_->Add(a_->At("received", kAugust), 7);
  ExchangeRequest request = a_->Request();
  ASSERT_THAT(world_.hub().Exchange(request, a_->device()), IsOk());
  ASSERT_THAT(Lock("U1", /*accept_missing=*/true), IsOk());
  ReturnHubLog(*a_);
  const auto listed = world_.hub().ListPeriods(kPeriod);
  ASSERT_THAT(listed, IsOk());
  const std::vector<Revision>& revisions = listed->front().locks.front().revisions;
  ASSERT_THAT(revisions, SizeIs(2));
  ASSERT_GT(revisions[0].at_s, revisions[1].at_s) << "the clock says otherwise";
  EXPECT_THAT(Printed(1, "U1", "2020-08", RevisionSeal(revisions[0])), HasSubstr("received,value,10,"));
  EXPECT_THAT(Printed(1, "U1", "2020-08", RevisionSeal(revisions[1])), HasSubstr("received,value,17,"));
  EXPECT_THAT(Amended("U1")->cells, IsEmpty()) << "amendments are to the newest";
}

TEST_F(LocksTest, AUnitWithMoreEndsThanAnEntryHasNamesForIsFrozenWhole) {
  MakeAugust();
  int64_t received = 10;
  for (const uint64_t device : {0, 1, 2}) {
    TestDesk desk = device == 0 ? a_->Copy(7) : Desk("U1");
    if (device != 0) {
      desk.Add(desk.At("received", kAugust), 1);
      ASSERT_THAT(desk.Exchange(), IsOk());
      ++received;
    }
    for (uint64_t copy = 0; copy < 100; ++copy) {
      TestDesk branch = desk.Copy(1000 * (device + 1) + copy);
      branch.Add(branch.At("received", kAugust), 1);
      ASSERT_THAT(branch.Exchange(), IsOk());
      ++received;
    }
  }
  ASSERT_THAT(Lock("U1", /*accept_missing=*/true), IsOk());
  const UnitLedger ledger = world_.hub().LoadLedger("U1").value();
  ASSERT_GT(ledger.Ends().size(), kNamesMax);
  EXPECT_THAT(ledger.OfKind(EntryKind::kPeriod), SizeIs(2)) << "one entry for so many names as it has room for";
  EXPECT_EQ(FigureOf("received", 1, "U1"), absl::StrCat(received));
  const std::string first = Printed(1, "U1");
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Exchange(), IsOk());
  EXPECT_THAT(Amended("U1")->cells, SizeIs(1));
  world_.Reopen();
  EXPECT_EQ(Printed(1, "U1"), first);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(LocksTest, CarriedOverShowsBothNumbersWhereTheClosingWasAnother) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  EXPECT_THAT(Printed(0, "D1", "2020-09"), Not(HasSubstr("was locked at revision")));
  a_->Add(a_->At("received", kAugust), 5);
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_THAT(Printed(0, "D1", "2020-09"),
              HasSubstr("The period before (2020-08) was locked at revision 1 with 20; by the ledger it is 25 now"));
  ASSERT_THAT(Accept(), IsOk());
  EXPECT_THAT(Printed(0, "D1", "2020-09"), Not(HasSubstr("was locked at revision")));
}

// What came after the lock is not read when it is known to be about other days; a run about August is, wherever it stands.
TEST_F(LocksTest, WhatIsAboutOtherDaysIsNotReadToSayThatNothingMoved) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  for (int i = 0; i < 5; ++i) {
    a_->Add(a_->At("received", kSeptember + i), 1);
    ASSERT_THAT(a_->Sync(), IsOk());
  }
  const auto reads = [&] {
    const int before = world_.faults().segment_reads();
    EXPECT_THAT(Printed(0), HasSubstr("locked at revision 1"));
    return world_.faults().segment_reads() - before;
  };
  const int without_days = [&] {
    Database& database = world_.store().database();
    EXPECT_THAT(database.Execute("CREATE TEMP TABLE kept AS SELECT * FROM span; DELETE FROM span"), IsOk());
    const int all = reads();
    EXPECT_THAT(database.Execute("INSERT INTO span SELECT * FROM kept"), IsOk());
    return all;
  }();
  EXPECT_LE(reads() + 5, without_days);
  EXPECT_EQ(StatusOf("U1").there.state, UnitState::kSubmitted);
  a_->Add(a_->At("received", kSeptember), 1);
  a_->Add(a_->At("received", kAugust), 5);
  a_->Add(a_->At("received", kSeptember), 1);
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_EQ(StatusOf("U1").there.state, UnitState::kChanged);
  EXPECT_THAT(Printed(0), HasSubstr("1 cell differs"));
  EXPECT_THAT(world_.Findings(), IsEmpty());
  ASSERT_THAT(world_.store().database().Execute("UPDATE span SET day_first = day_first + 1"), IsOk());
  EXPECT_THAT(world_.Findings(), Not(IsEmpty()));
}

TEST_F(LocksTest, FrozenFiguresThatNoLongerComeFromTheLogAreFound) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  const std::string first = Printed(1);
  Database& database = world_.store().database();
  ASSERT_THAT(database.Execute("UPDATE frozen SET bytes = x'01' WHERE length(bytes) > 0"), IsOk());
  EXPECT_THAT(world_.Findings(), Not(IsEmpty()));
  EXPECT_EQ(Printed(1), first) << "the log still has it";
  ASSERT_THAT(database.Execute("DELETE FROM frozen"), IsOk());
  EXPECT_THAT(world_.Findings(), IsEmpty());
  EXPECT_EQ(Printed(1), first);
  ASSERT_THAT(database.Execute("DELETE FROM period WHERE unit = (SELECT min(unit) FROM period)"), IsOk());
  EXPECT_THAT(world_.Findings(), Not(IsEmpty()));
}

TEST_F(LocksTest, DesksOfAnOlderProgramGetTheHubsLogOnlyUpToTheLock) {
  MakeAugust();
  ASSERT_THAT(Lock(), IsOk());
  ExchangeRequest request = a_->Request();
  request.protocol = 1;
  const auto answer = world_.hub().Exchange(request, a_->device());
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->batch, IsEmpty());
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_THAT(a_->ledger().OfKind(EntryKind::kPeriod), SizeIs(1));
}

TEST_F(LocksTest, DeskThatWritesALockIsRefused) {
  MakeAugust();
  PeriodBody body;
  body.period = kPeriod;
  body.area = "U1";
  body.revision = 1;
  a_->Write(body);
  ASSERT_THAT(a_->Sync(), IsOk());
  EXPECT_THAT(Reasons(*a_), SizeIs(1));
  EXPECT_THAT(Printed(1, "U1"), HasSubstr("no revision 1"));
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

}  // namespace
}  // namespace motcua
