#include "agent/core/desk.h"

#include "common/sync/exchange.h"
#include "tests/agent/core/desk_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

// Runs one refusal in both languages and expects a part of the sentence in each; nothing may be written.
template <typename Act>
void ExpectRefused(DeskWorld& world, absl::StatusCode code, const std::string& vi, const std::string& en,
                   Act act) {
  const std::size_t before = world.entry_count();
  const EntryName end = world.desk->log().own_end();
  {
    ScopedLanguage language(Language::kVietnamese);
    EXPECT_THAT(act(), StatusIs(code, vi));
  }
  {
    ScopedLanguage language(Language::kEnglish);
    EXPECT_THAT(act(), StatusIs(code, en));
  }
  EXPECT_EQ(world.entry_count(), before);
  EXPECT_EQ(world.store.entries.size(), before);
  EXPECT_EQ(world.desk->log().own_end(), end);
}

// Puts another desk's entry into `world`, as a sync would.
EntryName Receive(DeskWorld& world, uint32_t device, const EntryName& parent, EntryBody body,
                  Role role = Role::kDesk) {
  LogPlan plan(&world.desk->log().ledger());
  Entry entry;
  entry.device = DeviceId{device};
  entry.seq = parent.seq + 1;
  entry.role = role;
  entry.body = std::move(body);
  const EntryName name = *plan.Add(parent, entry);
  EXPECT_THAT(world.desk->log().ApplyExchange(plan, world.desk->log().state(), {}, {}), IsOk());
  return name;
}

EntryName Root(uint32_t device) { return {DeviceId{device}, 0, 0}; }

TEST(DeskTest, AddGoesToTheOwnPartAndTheUnitsTotal) {
  DeskWorld world;
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  absl::StatusOr<RecordAnswer> answer = world.Add(3);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->view.own_part, 3);
  EXPECT_EQ(answer->view.value, Value(int64_t{10}));
  EXPECT_FALSE(answer->view.provisional);
  EXPECT_EQ(answer->entry, world.desk->log().own_end());
}

TEST(DeskTest, SetOfAFlowWritesTheDeltaOfTheOwnPartAndKeepsWhatWasTyped) {
  DeskWorld world;
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Add(3), IsOk());
  absl::StatusOr<RecordAnswer> answer = world.Set(Value(int64_t{25}));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->view.own_part, 25);
  EXPECT_EQ(answer->view.value, Value(int64_t{32}));
  const Entry entry = world.desk->log().OwnEntryAt(answer->entry.seq);
  EXPECT_EQ(std::get<AddBody>(entry.body), (AddBody{DeskWorld::CellOf("received"), 22, 25, 3}));
}

TEST(DeskTest, StockChoiceAndTextAreTheUnitsAndAnyDeskRestatesThem) {
  DeskWorld world;
  ASSERT_THAT(world.Set(Value(int64_t{40}), "opening"), IsOk());
  ASSERT_THAT(world.Set(Value(std::string("good")), "mood"), IsOk());
  ASSERT_THAT(world.Set(Value(std::string("nghỉ lễ")), "remark"), IsOk());
  EXPECT_EQ(world.Shown("opening"), Value(int64_t{40}));
  EXPECT_EQ(world.Shown("mood"), Value(std::string("good")));
  absl::StatusOr<RecordAnswer> again = world.Set(Value(int64_t{41}), "opening");
  ASSERT_THAT(again, IsOk());
  const Entry entry = world.desk->log().OwnEntryAt(again->entry.seq);
  EXPECT_EQ(std::get<RestateBody>(entry.body).shown, Value(int64_t{40}))
      << "the value shown stands in the entry";
}

TEST(DeskTest, AnObservationCanBeTakenBack) {
  DeskWorld world;
  ASSERT_THAT(world.Set(Value(int64_t{40}), "opening"), IsOk());
  ASSERT_THAT(world.Restate(Value(), "opening"), IsOk());
  EXPECT_EQ(world.Shown("opening"), Value());
}

TEST(DeskTest, SupervisorRestatesTheUnitsNumberOfAFlow) {
  DeskWorld world(0x11, Role::kSupervisor);
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Restate(Value(int64_t{12})), IsOk());
  EXPECT_EQ(world.Shown(), Value(int64_t{12}));
  ASSERT_THAT(world.Add(2), IsOk());
  EXPECT_EQ(world.Shown(), Value(int64_t{14}));
}

TEST(DeskTest, ARestatementIsPrecededByASawThatNamesWhatItsWriterKnew) {
  DeskWorld world(0x11, Role::kSupervisor);
  const EntryName other = Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Restate(Value(int64_t{12})), IsOk());
  ASSERT_EQ(world.desk->log().own_end().seq, 2u);
  EXPECT_EQ(std::get<SawBody>(world.desk->log().OwnEntryAt(1).body).ends, std::vector<EntryName>{other});
  // Nothing new was learned, so the next restatement needs none.
  ASSERT_THAT(world.Restate(Value(int64_t{13})), IsOk());
  EXPECT_EQ(world.desk->log().own_end().seq, 3u);
}

TEST(DeskTest, TheFirstEntryAfterARestatementArrivedIsPrecededByASaw) {
  DeskWorld world;
  ASSERT_THAT(world.Add(3), IsOk());
  const EntryName restated =
      Receive(world, 0x22, Root(0x22), RestateBody{DeskWorld::CellOf("received"), int64_t{10}, {}},
              Role::kSupervisor);
  ASSERT_THAT(world.Add(1), IsOk());
  EXPECT_EQ(std::get<SawBody>(world.desk->log().OwnEntryAt(2).body).ends, std::vector<EntryName>{restated});
  // The add knows the restatement, so it counts on top of it; the one before is concurrent: both show.
  EXPECT_EQ(world.Shown(), Value(int64_t{14}));
  ASSERT_THAT(world.Add(1), IsOk());
  EXPECT_EQ(world.desk->log().own_end().seq, 4u) << "a saw is written once";
}

TEST(DeskTest, NoSawBeforeAnAddWhenOnlyAddsArrived) {
  DeskWorld world;
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Add(1), IsOk());
  EXPECT_EQ(world.desk->log().own_end().seq, 1u);
}

TEST(DeskTest, TheFirstEntryOfEachProcessCarriesANonce) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  ASSERT_THAT(world.Add(1), IsOk());
  world.Reopen();
  ASSERT_THAT(world.Add(1), IsOk());
  EXPECT_TRUE(world.desk->log().OwnEntryAt(1).nonce.has_value());
  EXPECT_FALSE(world.desk->log().OwnEntryAt(2).nonce.has_value());
  EXPECT_TRUE(world.desk->log().OwnEntryAt(3).nonce.has_value());
}

TEST(DeskTest, TwoCopiesOfAFolderNeverWriteTheSameBytes) {
  DeskWorld original;
  ASSERT_THAT(original.Add(1), IsOk());
  DeskWorld copy(original, /*seed=*/2);
  original.Reopen();
  ASSERT_THAT(original.Add(5), IsOk());
  ASSERT_THAT(copy.Add(5), IsOk());
  EXPECT_NE(original.desk->log().own_end(), copy.desk->log().own_end());
}

TEST(DeskTest, EverythingIsThereAfterANewStart) {
  DeskWorld world(0x11, Role::kSupervisor);
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Add(3), IsOk());
  ASSERT_THAT(world.Restate(Value(int64_t{40}), "opening"), IsOk());
  const EntryName end = world.desk->log().own_end();
  world.Reopen();
  EXPECT_EQ(world.desk->log().own_end(), end);
  EXPECT_EQ(world.Shown(), Value(int64_t{10}));
  EXPECT_EQ(world.Shown("opening"), Value(int64_t{40}));
  absl::StatusOr<RecordAnswer> answer = world.Add(1);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->view.own_part, 4);
}

TEST(DeskTest, WithoutADayItIsTodayInVietnam) {
  DeskWorld world;
  RecordRequest request = DeskWorld::RequestFor("received");
  request.day.reset();
  request.adds = true;
  request.value = int64_t{1};
  world.clock.wall_ms = int64_t{1583341200 + 60} * 1000;  // 2020-03-04 17:01 UTC is the 5th in Vietnam
  absl::StatusOr<RecordAnswer> answer = world.desk->Record(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(FormatDay(answer->cell.day), "2020-03-05");
}

TEST(DeskTest, ADayAfterTodayIsTakenWhenConfirmed) {
  DeskWorld world;
  RecordRequest request = DeskWorld::RequestFor("received");
  request.day = *ParseDay("2020-03-06");
  request.day_confirmed = true;
  request.adds = true;
  request.value = int64_t{1};
  EXPECT_THAT(world.desk->Record(request), IsOk());
}

TEST(DeskTest, AClockThatWentBackIsNoObstacleWhenTheDayIsGiven) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  world.clock.wall_ms -= 3'600'000;
  EXPECT_THAT(world.Add(1), IsOk());
}

TEST(DeskTest, AddingZeroMakesAZero) {
  DeskWorld world;
  ASSERT_THAT(world.Add(0), IsOk());
  EXPECT_EQ(world.Shown(), Value(int64_t{0}));
}

TEST(DeskTest, SubmissionNamesWhatItCoversAndWhatItLacks) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  const EntryName own = world.desk->log().own_end();
  Receipt receipt{kUnit, 1, 2, {own, {DeviceId{0x33}, 4, 5}}, "signature"};
  AgentState state = world.desk->log().state();
  state.receipt = EncodeReceipt(receipt);
  ASSERT_THAT(world.desk->log().SaveState(state), IsOk());
  absl::StatusOr<SubmitAnswer> answer =
      world.desk->Submit({"vpcp/2020-Q1", false, "Nguyễn Văn A", "12/BC", {{"late_causes", "đường truyền"}}});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->covers, std::vector<EntryName>{own});
  EXPECT_EQ(answer->lacks, std::vector<DeviceId>{DeviceId{0x33}});
  const auto body = std::get<SubmitBody>(world.desk->log().OwnEntryAt(answer->entry.seq).body);
  EXPECT_EQ(body.totals, Sha256("00019/2020-03-02/1.001193/counter/received=1\n"));
  EXPECT_EQ(body.signer, "Nguyễn Văn A");
}

TEST(DeskTest, SubmissionIsRefusedUntilWhatIsWrongHasAReasonWhichTravels) {
  const ScopedLanguage english(Language::kEnglish);
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  const EntryName before = world.desk->log().own_end();
  EXPECT_THAT(world.desk->Submit({"vpcp/2020-Q1", false, "An", "", {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, "must be equal"));
  EXPECT_THAT(world.desk->Submit({"vpcp/2020-Q1", false, "An", "", {{"late_causes", ""}}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, "late_causes"));
  EXPECT_EQ(world.desk->log().own_end(), before);
  const auto answer = world.desk->Submit({"vpcp/2020-Q1", false, "An", "", {{"late_causes", "the line was cut"}}});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->findings.size(), 1u);
  const auto body = std::get<SubmitBody>(world.desk->log().OwnEntryAt(answer->entry.seq).body);
  ASSERT_EQ(body.reasons.size(), 1u);
  EXPECT_EQ(body.reasons[0].text, "the line was cut");
}

TEST(DeskTest, NothingToReportIsASubmission) {
  DeskWorld world;
  EXPECT_THAT(world.desk->Submit({"vpcp/2020-Q2", true, "", "", {}}), IsOk());
}

TEST(DeskTest, WhatTheHubExcludedIsShownWithItsReason) {
  DeskWorld world;
  ASSERT_THAT(world.Add(5), IsOk());
  const EntryName own = world.desk->log().own_end();
  LogPlan plan(&world.desk->log().ledger());
  Entry exclude;
  exclude.device = kHubDevice;
  exclude.seq = 1;
  exclude.role = Role::kHub;
  exclude.note = "nhập hai lần";
  exclude.body = ExcludeBody{false, own, own};
  ASSERT_THAT(plan.Add({kHubDevice, 0, 0}, exclude), IsOk());
  ASSERT_THAT(world.desk->log().ApplyExchange(plan, world.desk->log().state(), {}, {}), IsOk());
  const ShowAnswer answer = world.desk->Show(kDay, kDay);
  ASSERT_EQ(answer.excluded.size(), 1u);
  EXPECT_EQ(answer.excluded[0].reason, "nhập hai lần");
  EXPECT_EQ(answer.excluded[0].entry, own);
  EXPECT_EQ(world.Shown(), Value());
  EXPECT_EQ(world.desk->Status().excluded, 1u);
}

TEST(DeskTest, AConflictIsShownAsProvisional) {
  DeskWorld world;
  ASSERT_THAT(world.Set(Value(int64_t{40}), "opening"), IsOk());
  Receive(world, 0x22, Root(0x22), RestateBody{DeskWorld::CellOf("opening"), int64_t{41}, {}});
  EXPECT_EQ(world.desk->Status().conflicts, std::vector<Cell>{DeskWorld::CellOf("opening")});
  ASSERT_THAT(world.Set(Value(int64_t{42}), "opening"), IsOk());
  EXPECT_TRUE(world.desk->Status().conflicts.empty()) << "a restatement that knows both settles it";
}

// Errors.

TEST(DeskErrorTest, UnknownCodesAreRefusedByName) {
  DeskWorld world;
  const auto record = [&](const std::string& procedure, const std::string& channel,
                          const std::string& measure) {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.procedure = procedure;
    request.channel = channel;
    request.measure = measure;
    request.adds = true;
    request.value = int64_t{1};
    return world.desk->Record(request);
  };
  ExpectRefused(world, absl::StatusCode::kNotFound, "thủ tục \"9.9\"", "procedure \"9.9\"",
                [&] { return record("9.9", "counter", "received"); });
  ExpectRefused(world, absl::StatusCode::kNotFound, "\"by_owl\"", "channel \"by_owl\"",
                [&] { return record(kProcedure, "by_owl", "received"); });
  ExpectRefused(world, absl::StatusCode::kNotFound, "chỉ tiêu \"receivedd\"", "measure \"receivedd\"",
                [&] { return record(kProcedure, "counter", "receivedd"); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "thẩm quyền", "remit",
                [&] { return record("1.001612", "counter", "received"); });
}

TEST(DeskErrorTest, OwnPartBelowZeroIsRefused) {
  DeskWorld world;
  Receive(world, 0x22, Root(0x22), AddBody{DeskWorld::CellOf("received"), 7, {}, {}});
  ASSERT_THAT(world.Add(2), IsOk());
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "Phần của máy này", "own part",
                [&] { return world.Add(-3); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "không âm", "not negative",
                [&] { return world.Set(Value(int64_t{-1})); });
  EXPECT_THAT(world.Add(-2), IsOk());
}

TEST(DeskErrorTest, AnEntryThatMakesTheUnitsNumberNegativeIsRefused) {
  DeskWorld world(0x11, Role::kSupervisor);
  ASSERT_THAT(world.Add(10), IsOk());
  ASSERT_THAT(world.Restate(Value(int64_t{4})), IsOk());
  // The own part (10) would allow it; the unit's number (4) does not.
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "cả đơn vị", "whole unit",
                [&] { return world.Add(-5); });
  EXPECT_THAT(world.Add(-4), IsOk());
}

TEST(DeskErrorTest, SetOfAFlowIsRefusedWhereARestatementStands) {
  DeskWorld world;
  Receive(world, 0x22, Root(0x22), RestateBody{DeskWorld::CellOf("received"), int64_t{10}, {}},
          Role::kSupervisor);
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "--add", "restated here",
                [&] { return world.Set(Value(int64_t{5})); });
}

TEST(DeskErrorTest, ARestatementOfAFlowNeedsASupervisorsMachine) {
  DeskWorld world;
  ExpectRefused(world, absl::StatusCode::kPermissionDenied, "người phụ trách", "supervisor",
                [&] { return world.Restate(Value(int64_t{5})); });
}

TEST(DeskErrorTest, NothingIsWrittenWhenTheNumberIsAnotherThanShown) {
  DeskWorld world(0x11, Role::kSupervisor);
  ASSERT_THAT(world.Add(3), IsOk());
  ExpectRefused(world, absl::StatusCode::kAborted, "đã hiện là 2 nhưng nay là 3", "was 2 and is now 3",
                [&] { return world.Set(Value(int64_t{5}), "received", Value(int64_t{2})); });
  ExpectRefused(world, absl::StatusCode::kAborted, "nay là 3", "is now 3",
                [&] { return world.Restate(Value(int64_t{5}), "received", Value(int64_t{2})); });
  EXPECT_THAT(world.Set(Value(int64_t{5}), "received", Value(int64_t{3})), IsOk());
}

TEST(DeskErrorTest, DaysOutsideTheUnitsValidityAreRefused) {
  DeskWorld world;
  for (const char* day : {"2009-12-31", "2025-07-01"}) {
    const auto record = [&] {
      RecordRequest request = DeskWorld::RequestFor("received");
      request.day = *ParseDay(day);
      request.day_confirmed = true;
      request.adds = true;
      request.value = int64_t{1};
      return world.desk->Record(request);
    };
    ExpectRefused(world, absl::StatusCode::kInvalidArgument, "thời gian hoạt động", "validity", record);
  }
}

TEST(DeskErrorTest, ADayAfterTodayNeedsAConfirmation) {
  DeskWorld world;
  const auto record = [&] {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.day = *ParseDay("2020-03-06");
    request.adds = true;
    request.value = int64_t{1};
    return world.desk->Record(request);
  };
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "--day-confirmed", "--day-confirmed", record);
}

TEST(DeskErrorTest, AClockBehindTheNewestEntryNeedsADay) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  world.clock.wall_ms -= 1000;
  const auto record = [&] {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.day.reset();
    request.adds = true;
    request.value = int64_t{1};
    return world.desk->Record(request);
  };
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "Đồng hồ máy", "--day", record);
}

TEST(DeskErrorTest, ActionAndMeasureMustFit) {
  DeskWorld world;
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "--set", "not added up",
                [&] { return world.Add(1, "opening"); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "--set-text", "takes text",
                [&] { return world.Set(Value(int64_t{1}), "remark"); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "số nguyên", "whole number",
                [&] { return world.Set(Value(std::string("x"))); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "good, bad", "good, bad",
                [&] { return world.Set(Value(std::string("so-so")), "mood"); });
  ExpectRefused(world, absl::StatusCode::kInvalidArgument, "quá lớn", "too large",
                [&] { return world.Add(kTypedNumberMax + 1); });
}

TEST(DeskErrorTest, WithoutACatalogNothingIsRecorded) {
  DeskWorld world;
  world.store.catalog.clear();
  world.Reopen();
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "chưa có danh mục", "no catalog yet",
                [&] { return world.Add(1); });
}

TEST(DeskErrorTest, SubmittingNothingIsRefusedWhileThereIsSomethingAndTheOtherWayRound) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "đã có số liệu", "Numbers are recorded", [&] {
    return world.desk->Submit({"vpcp/2020-Q1", true, "", "", {}});
  });
  ExpectRefused(world, absl::StatusCode::kFailedPrecondition, "chưa có số liệu", "--nothing-to-report", [&] {
    return world.desk->Submit({"vpcp/2020-Q2", false, "", "", {}});
  });
  ExpectRefused(world, absl::StatusCode::kNotFound,
                "không có kỳ \"2021-Q1\"; hãy chọn trong 2020-Q1, 2020-Q2",
                "has no period \"2021-Q1\"; choose one of 2020-Q1, 2020-Q2", [&] {
                  return world.desk->Submit({"vpcp/2021-Q1", false, "", "", {}});
                });
}

TEST(DeskErrorTest, AWriteThatFailsLeavesDiskAndMemoryAsTheyWere) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  world.store.fail_next = absl::ResourceExhaustedError("đĩa đầy");
  EXPECT_THAT(world.Add(2), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(world.Shown(), Value(int64_t{1}));
  EXPECT_EQ(world.entry_count(), 1u);
  ASSERT_THAT(world.Add(2), IsOk());
  world.Reopen();
  EXPECT_EQ(world.Shown(), Value(int64_t{3}));
}

TEST(DeskErrorTest, TheFolderOfAnotherDeviceIsRefused) {
  DeskWorld world;
  DeskIdentity other = world.identity;
  other.device = DeviceId{0x99};
  EXPECT_THAT(Desk::Open(other, &world.store, &world.clock, &world.random, ParseSmallCatalog),
              StatusIs(absl::StatusCode::kFailedPrecondition, "00000011"));
}

TEST(DeskErrorTest, AReasonForARuleThatIsNotThereIsRefused) {
  DeskWorld world;
  ASSERT_THAT(world.Add(1), IsOk());
  ExpectRefused(
      world, absl::StatusCode::kNotFound, "không có quy tắc \"late_cause\"; hãy chọn trong late_causes",
      "has no rule \"late_cause\"; choose one of late_causes", [&] {
        return world.desk->Submit({"vpcp/2020-Q1", false, "", "", {{"late_cause", "đường truyền"}}});
      });
}

}  // namespace
}  // namespace motcua
