// Units that report on paper. It should survive: the same paper typed twice, a cumulative figure over months that are
// partly known, a paper that says less than is known, a unit that gets its own device in between, a store that fails at
// any call, a hub that is opened again.
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {


class PaperTest : public ExchangeTest {
 protected:
  static Cell At(const std::string& day, const std::string& measure = "received") {
    Cell cell{"U1", *ParseDay(day), "P1", "counter", measure};
    if (measure == "remark") cell.procedure = cell.channel = "";
    return cell;
  }
  static PaperRecord Cumulative(const std::string& from, const std::string& to, int64_t number) {
    PaperRecord record;
    record.cell = At(to);
    record.cumulative = number;
    record.from = *ParseDay(from);
    record.note = "báo cáo giấy";
    record.author = "Vận hành";
    return record;
  }
  static PaperRecord Add(const std::string& day, int64_t number) {
    PaperRecord record;
    record.cell = At(day);
    record.add = number;
    return record;
  }
  // The fixture's Value() is a number; here a cell may be blank.
  motcua::Value Shown(const Cell& cell) { return world_.hub().CellValue(cell).value(); }
  absl::StatusOr<PaperAnswer> Record(const PaperRecord& record) { return world_.hub().RecordFromPaper(record); }
};

TEST_F(PaperTest, ACumulativeFigureIsStoredAsTheDifferenceToWhatIsKnown) {
  ASSERT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", 120)), IsOk());
  const auto second = Record(Cumulative("2019-01-01", "2019-06-30", 150));
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->known_before, 120);
  EXPECT_EQ(second->difference, 30);
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{120}));
  EXPECT_EQ(Shown(At("2019-06-30")), motcua::Value(int64_t{30}));
  EXPECT_THAT(world_.Findings(), testing::IsEmpty());
}

TEST_F(PaperTest, WhatLiesBeforeTheFirstDayIsNotPartOfTheFigure) {
  ASSERT_THAT(Record(Cumulative("2018-01-01", "2018-12-31", 900)), IsOk());
  const auto answer = Record(Cumulative("2019-01-01", "2019-03-31", 120));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->known_before, 0);
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{120}));
}

TEST_F(PaperTest, TheSamePaperTypedTwiceCountsOnce) {
  const PaperRecord paper = Cumulative("2019-01-01", "2019-03-31", 120);
  ASSERT_THAT(Record(paper), IsOk());
  const int64_t entries = world_.EntryCount();
  const auto again = Record(paper);
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE(again->entry.has_value());
  EXPECT_EQ(world_.EntryCount(), entries);
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{120}));
}

TEST_F(PaperTest, AZeroOnPaperIsAZeroAndNotABlank) {
  ASSERT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", 0)), IsOk());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{0}));
}

TEST_F(PaperTest, TheEntrySaysThatTheHubWroteItAndWhatThePaperSaid) {
  const auto answer = Record(Cumulative("2019-01-01", "2019-03-31", 120));
  ASSERT_THAT(answer, IsOk());
  bool found = false;
  world_.hub().LoadLedger("U1")->ForEach([&](Position, const EntryName& name, const Entry& entry) {
    if (name != *answer->entry) return;
    found = true;
    EXPECT_EQ(entry.device, kHubDevice);
    EXPECT_EQ(entry.role, Role::kHub);
    EXPECT_EQ(entry.author, "Vận hành");
    EXPECT_EQ(std::get<AddBody>(entry.body).typed, std::optional<int64_t>(120));
  });
  EXPECT_TRUE(found);
}

TEST_F(PaperTest, AddsAddUpAndAnObservationReplaces) {
  ASSERT_THAT(Record(Add("2019-03-31", 4)), IsOk());
  ASSERT_THAT(Record(Add("2019-03-31", 5)), IsOk());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{9}));
  PaperRecord stock;
  stock.cell = At("2019-03-31", "suspended");
  stock.observed = motcua::Value(int64_t{3});
  ASSERT_THAT(Record(stock), IsOk());
  EXPECT_EQ(Shown(stock.cell), motcua::Value(int64_t{3}));
}

// A desk that comes later may type in what was on the paper: both count, and a person is asked.

class PaperAndDeskTest : public PaperTest {
 protected:
  // What is open, as "cell value".
  std::vector<std::string> Open() {
    std::vector<std::string> open;
    const std::vector<OpenMatter> matters = world_.hub().OpenMatters({}).value();
    for (const OpenMatter& matter : matters) {
      EXPECT_EQ(matter.kind, MatterKind::kOverlap);
      open.push_back(absl::StrCat(FormatCell(matter.cell), " ", FormatValue(matter.value)));
    }
    return open;
  }
  static constexpr char kDoubled[] = "U1/2019-03-31/P1/counter/received 150";
};

TEST_F(PaperAndDeskTest, WhatIsBothOnPaperAndTypedAtADeskIsListedUntilAPersonDecides) {
  ASSERT_THAT(Record(Add("2019-03-31", 100)), IsOk());
  TestDesk desk = Desk();
  const EntryName typed = desk.Add(At("2019-03-31"), 50);
  desk.Add(At("2019-04-30"), 7);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{150}));
  EXPECT_THAT(Open(), testing::ElementsAre(kDoubled));
  EXPECT_TRUE(desk.ledger().Fold(At("2019-03-31"), MeasureNature::kCounter).overlap) << "the desk shows it too";
  EXPECT_THAT(world_.Findings(), testing::IsEmpty());
  // One of the two is taken out, or the number is said: each is a decision.
  ASSERT_THAT(world_.hub().Exclude("U1", typed, typed, false, "is on the paper", "op"), IsOk());
  EXPECT_THAT(Open(), testing::IsEmpty());
  ASSERT_THAT(world_.hub().Exclude("U1", typed, typed, true, "is not", "op"), IsOk());
  EXPECT_THAT(Open(), testing::ElementsAre(kDoubled));
  ASSERT_THAT(world_.hub().Restate(At("2019-03-31"), int64_t{150}, std::nullopt, "both are right", "op"), IsOk());
  EXPECT_THAT(Open(), testing::IsEmpty());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{150}));
  EXPECT_THAT(world_.Findings(), testing::IsEmpty());
}

TEST_F(PaperAndDeskTest, APaperRecordedWithWhatTheDeskHadTypedInViewIsNotListed) {
  TestDesk desk = Desk();
  desk.Add(At("2019-03-31"), 50);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", 150)), IsOk());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{150}));
  EXPECT_THAT(Open(), testing::IsEmpty());
  desk.Add(At("2019-03-31"), 5);  // without having seen the paper
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_THAT(Open(), testing::ElementsAre("U1/2019-03-31/P1/counter/received 155"));
  EXPECT_THAT(world_.Findings(), testing::IsEmpty());
}

TEST_F(PaperAndDeskTest, DatabaseOfAnOlderProgramLearnsOfItWhenOpened) {
  ASSERT_THAT(Record(Add("2019-03-31", 100)), IsOk());
  TestDesk desk = Desk();
  desk.Add(At("2019-03-31"), 50);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.store().database().Execute("UPDATE counter SET flags = 1; DELETE FROM meta WHERE key = 'cells_know_paper'"),
              IsOk());
  EXPECT_THAT(Open(), testing::IsEmpty());
  world_.Reopen();
  EXPECT_THAT(Open(), testing::ElementsAre(kDoubled));
  EXPECT_THAT(world_.Findings(), testing::IsEmpty());
}

TEST_F(PaperAndDeskTest, OtherCellsOfTheDayAndOtherDesksAreNoOverlap) {
  ASSERT_THAT(Record(Add("2019-03-31", 100)), IsOk());
  TestDesk desk = Desk(), neighbour = Desk();
  desk.Add(At("2019-03-31", "refused"), 1);
  desk.Add(At("2019-04-01"), 2);
  neighbour.Add(At("2019-04-01"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(neighbour.Sync(), IsOk());
  EXPECT_THAT(Open(), testing::IsEmpty());
}

// Section for what is refused; nothing is written by any of it.

TEST_F(PaperTest, DaysOnWhichTheUnitHasADeviceAreRefused) {
  world_.Enroll("U1");
  const std::string today = FormatDay(DayInVietnam(world_.clock.WallSeconds()));
  EXPECT_THAT(Record(Cumulative("2019-01-01", today, 5)), StatusIs(absl::StatusCode::kFailedPrecondition, "U1"));
  // Days before it came are the paper's.
  EXPECT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", 5)), IsOk());
}

TEST_F(PaperTest, ARevokedDeviceKeepsTheDaysUntilItWasLastSeen) {
  TestDesk desk = Desk();
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().RevokeDevice(desk.device()), IsOk());
  const Day seen = DayInVietnam(world_.clock.WallSeconds());
  world_.clock.now_ms += int64_t{10} * 86'400'000;
  EXPECT_THAT(Record(Add(FormatDay(seen), 5)), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Record(Add(FormatDay(seen + 1), 5)), IsOk());
}

TEST_F(PaperTest, APaperThatSaysLessThanIsKnownIsNotMadeToFit) {
  ASSERT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", 120)), IsOk());
  const int64_t entries = world_.EntryCount();
  EXPECT_THAT(Record(Cumulative("2019-01-01", "2019-06-30", 100)), StatusIs(absl::StatusCode::kFailedPrecondition, "120"));
  EXPECT_EQ(world_.EntryCount(), entries);
}

TEST_F(PaperTest, WhatDoesNotFitIsRefused) {
  PaperRecord late = Cumulative("2019-06-01", "2019-03-31", 5);
  EXPECT_THAT(Record(late), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Record(Cumulative("2019-01-01", "2019-03-31", -5)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Record(Add("2019-03-31", -5)), StatusIs(absl::StatusCode::kInvalidArgument));
  PaperRecord observed = Add("2019-03-31", 5);
  observed.add.reset();
  observed.observed = motcua::Value(int64_t{5});
  EXPECT_THAT(Record(observed), StatusIs(absl::StatusCode::kInvalidArgument, "received"));
  PaperRecord stock = Add("2019-03-31", 5);
  stock.cell = At("2019-03-31", "suspended");
  EXPECT_THAT(Record(stock), StatusIs(absl::StatusCode::kInvalidArgument, "suspended"));
  PaperRecord added = Add("2019-03-31", 5);
  added.from = *ParseDay("2019-01-01");
  EXPECT_THAT(Record(added), StatusIs(absl::StatusCode::kInvalidArgument, "--from"));
  PaperRecord unknown = Add("2019-03-31", 5);
  unknown.cell.measure = "nothing";
  EXPECT_THAT(Record(unknown), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(PaperTest, AStoreThatFailsAnywhereLeavesNothingHalfWritten) {
  const PaperRecord paper = Cumulative("2019-01-01", "2019-03-31", 120);
  int call = 1;
  for (; call < 200; ++call) {
    world_.faults().FailAt(call, absl::UnavailableError("the disk is gone"));
    const auto answer = Record(paper);
    const bool met = world_.faults().failed();
    world_.faults().Mend();
    if (!met) break;
    EXPECT_FALSE(answer.ok()) << call;
    EXPECT_EQ(world_.WhatIsStored()->LoadLedger("U1")->entry_count(), 0u) << call;
  }
  EXPECT_GT(call, 10) << "reads and writes were failed";
  EXPECT_THAT(Record(paper), IsOk());
  EXPECT_EQ(Shown(At("2019-03-31")), motcua::Value(int64_t{120}));
}

}  // namespace
}  // namespace motcua
