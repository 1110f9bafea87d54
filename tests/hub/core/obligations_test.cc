// Who owes a period and where it stands. It should survive: units that never began, that recorded and did not sync, that
// submitted and went on, that said there was nothing and then had something; exemptions, clocks that are wrong, two
// desks of one unit, exclusions.
#include "tests/hub/core/locks_fixture.h"

namespace motcua {
namespace {

using testing::IsEmpty;

class ObligationsTest : public LocksTest {
 protected:
  UnitState StateOfU1() { return StatusOf("U1").there.state; }
  static constexpr int64_t kDueS = 1599325200;  // 5 September 24:00 in Vietnam
};

TEST_F(ObligationsTest, UnitGoesFromNotStartedToSubmittedAndBack) {
  EXPECT_EQ(StateOfU1(), UnitState::kNotStarted);
  TestDesk desk = Desk();
  desk.Add(desk.At("received", kAugust), 3);
  ExchangeRequest only_says_so = desk.Request(0);
  only_says_so.batch.clear();
  only_says_so.waiting = 1;
  ASSERT_THAT(world_.hub().Exchange(only_says_so, desk.device()), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kWaiting);
  EXPECT_EQ(StatusOf("U1").there.waiting, 1u);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kOpen);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmitted);
  desk.Add(desk.At("received", kSeptember), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmitted) << "another month's";
  desk.Add(desk.At("received", kAugust), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kChanged);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmitted);
}

TEST_F(ObligationsTest, WhatAnotherDeskBringsLaterChangesTheSubmission) {
  TestDesk desk = Desk(), neighbour = Desk();
  desk.Add(desk.At("received", kAugust), 3);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmitted);
  const EntryName late = neighbour.Add(neighbour.At("received", kAugust), 4);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kChanged);
  ASSERT_THAT(world_.hub().Exclude("U1", late, late, false, "not ours", "op"), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmitted) << "it counts as absent";
}

TEST_F(ObligationsTest, ExclusionOfWhatWasSubmittedIsAChange) {
  TestDesk desk = Desk();
  const EntryName entry = desk.Add(desk.At("received", kAugust), 3);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", entry, entry, false, "doubled", "op"), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kChanged);
}

TEST_F(ObligationsTest, NothingToReportStandsUntilSomethingComes) {
  TestDesk desk = Desk();
  Submit(desk, kPeriod, /*nothing=*/true);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kSubmittedZero);
  desk.Add(desk.At("received", kAugust), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StateOfU1(), UnitState::kChanged);
}

TEST_F(ObligationsTest, ExemptUnitIsInNoCountUntilTheExemptionIsLifted) {
  ASSERT_TRUE(*world_.hub().ExemptUnit(Order("U1"), true));
  EXPECT_FALSE(*world_.hub().ExemptUnit(Order("U1"), true));
  const PeriodStatus status = world_.hub().PeriodStatusOf(kPeriod, "0").value();
  EXPECT_EQ(status.expected, 2);
  EXPECT_EQ(status.exempt, 1);
  EXPECT_EQ(StateOfU1(), UnitState::kExempt);
  EXPECT_EQ(world_.hub().PeriodStatusOf("month/2020-09", "U1")->units[0].there.state, UnitState::kNotStarted);
  ASSERT_TRUE(*world_.hub().ExemptUnit(Order("U1"), false));
  EXPECT_EQ(StateOfU1(), UnitState::kNotStarted);
  EXPECT_THAT(world_.hub().ExemptUnit(Order("D1"), true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ObligationsTest, SubmissionThatArrivedByTheDueTimeIsOnTimeWhateverTheDeskSays) {
  world_.clock.now_ms = kDueS * 1000;
  TestDesk desk = Desk();
  world_.clock.now_ms += 7'200'000;  // the desk's clock
  desk.Add(desk.At("received", kAugust), 1);
  Submit(desk);
  world_.clock.now_ms -= 7'200'000;
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StatusOf("U1").there.on_time, OnTime::kYes);
  EXPECT_THAT(world_.hub().JudgeSubmission(Order("U1"), false), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ObligationsTest, SubmissionSealedBeforeAndArrivedAfterIsAClaimThatAnOperatorDecides) {
  TestDesk desk = Desk();
  world_.clock.now_ms = (kDueS - 3600) * 1000;
  desk.Add(desk.At("received", kAugust), 1);
  Submit(desk);
  world_.clock.now_ms = (kDueS + 1) * 1000;
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StatusOf("U1").there.on_time, OnTime::kClaimed);
  const auto decided = world_.hub().JudgeSubmission(Order("U1"), true);
  ASSERT_THAT(decided, IsOk());
  EXPECT_EQ(decided->on_time, OnTime::kYes);
  EXPECT_TRUE(StatusOf("U1").there.on_time_decided);
  ASSERT_THAT(world_.hub().JudgeSubmission(Order("U1"), false), IsOk());
  EXPECT_EQ(StatusOf("U1").there.on_time, OnTime::kNo);
}

TEST_F(ObligationsTest, SubmissionThatKnowsWhatTheHubWroteAfterTheDueTimeIsLate) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received", kAugust), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.clock.now_ms = (kDueS + 60) * 1000;
  ASSERT_THAT(world_.hub().Restate(desk.At("suspended", kAugust), int64_t{1}, std::nullopt, "seen", "op"), IsOk());
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.clock.now_ms = (kDueS - 60) * 1000;  // the desk's clock is wrong, or somebody set it back
  Submit(desk);
  world_.clock.now_ms = (kDueS + 120) * 1000;
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(StatusOf("U1").there.on_time, OnTime::kNo);
}

TEST_F(ObligationsTest, CorrectionAfterTheDueTimeDoesNotMakeAUnitLate) {
  world_.clock.now_ms = (kDueS - 3600) * 1000;
  TestDesk desk = Desk();
  desk.Add(desk.At("received", kAugust), 1);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.clock.now_ms = (kDueS + 3600) * 1000;
  desk.Add(desk.At("received", kAugust), 1);
  Submit(desk);
  ASSERT_THAT(desk.Sync(), IsOk());
  const UnitPeriod there = StatusOf("U1").there;
  EXPECT_EQ(there.on_time, OnTime::kYes);
  EXPECT_EQ(there.state, UnitState::kSubmitted);
  EXPECT_NE(there.first->name, there.newest->name);
  EXPECT_EQ(there.newest->body().document, "12/BC");
}

TEST_F(ObligationsTest, UnitWithoutASubmissionIsNeitherOnTimeNorLate) {
  EXPECT_EQ(StatusOf("U1").there.on_time, OnTime::kNotSaid);
  EXPECT_THAT(world_.hub().JudgeSubmission(Order("U1"), true), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace motcua
