// A real hub that was restored from a backup, and real desks that return what it lost.
//
// It should survive: lines that carry little at a time and break at any step, more entries than a batch holds,
// two desks that return the same, desks that hold others' entries in part, entries that no desk but their writer
// can prove, copies, an operator's exclusion among what was lost, desks enrolled since the backup.
#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr char kProcedure[] = "2.000815";

// Numbers that take room on the line: 4,000 of them and more are longer than a batch.
void AddMany(DeskSide* desk, int entries) {
  for (int i = 0; i < entries; ++i) {
    ASSERT_THAT(desk->Add(kProcedure, "counter", i % 2 == 0 ? "received" : "resolved_on_time",
                          (i + 1) * int64_t{1'000'000}),
                IsOk());
  }
}

class LostHubTest : public testing::Test {
 protected:
  void ExpectSynced(DeskSide* desk, std::size_t batch_bytes_max = kBatchBytesMax) {
    const SyncResult result = desk->Sync({}, batch_bytes_max);
    ASSERT_THAT(result.status, IsOk());
    EXPECT_EQ(result.waiting, 0u);
  }
  int64_t StagedPieces() { return *world_.store().database().QueryInt("SELECT count(*) FROM staged_piece"); }
  int64_t EntriesAtHub() { return world_.hub().Status()->entries; }

  World world_{7};
};

TEST_F(LostHubTest, OneDeskReturnsAnothersEntriesWholeWhateverTheLineCarries) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 300);
  ExpectSynced(writer);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  ASSERT_THAT(other->Add(kProcedure, "counter", "received", 5), IsOk());
  ExpectSynced(other, kBatchBytesMin);  // far less than the other desk's night
  EXPECT_EQ(EntriesAtHub(), entries + 1);
  ExpectSynced(writer);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, WhatADeskHoldsInPartComesBackInPart) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 300);
  ExpectSynced(writer);
  // The line breaks while the writer's entries come down: the receipt names an end that is not held here.
  EXPECT_FALSE(other
                   ->Sync({Fault::kNone, Fault::kRequestLost, Fault::kRequestLost, Fault::kRequestLost,
                           Fault::kRequestLost},
                          kBatchBytesMin)
                   .status.ok());
  world_.RestoreHub();
  ASSERT_THAT(other->Add(kProcedure, "counter", "received", 5), IsOk());
  const std::size_t held = other->desk().log().ledger().entry_count();
  ASSERT_LT(held, 300u);
  ExpectSynced(other);
  EXPECT_EQ(EntriesAtHub(), static_cast<int64_t>(held)) << "the part came back, proven by the receipt it came with";
  ExpectSynced(writer);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

// What a desk got from a hub that was still behind stands in no receipt of a whole hub.
TEST_F(LostHubTest, AHubLostTwiceGetsBackWhatItWroteInBetween) {
  DeskSide* desk = world_.Enrol(Role::kDesk);
  world_.Heal();
  const Cell cell{kWorldUnit, kWorldDay, kProcedure, "counter", "received"};
  world_.BackUpHub();
  ASSERT_THAT(world_.hub().Restate(cell, int64_t{7}, std::nullopt, "before the first loss", "").status(), IsOk());
  ExpectSynced(desk);
  world_.RestoreHub();
  ASSERT_THAT(world_.hub().Restate(cell, int64_t{9}, std::nullopt, "between the losses", "").status(), IsOk());
  EXPECT_FALSE(desk
                   ->Sync({Fault::kNone, Fault::kRequestLost, Fault::kRequestLost, Fault::kRequestLost,
                           Fault::kRequestLost})
                   .status.ok());
  world_.RestoreHub();
  ExpectSynced(desk);
  world_.Heal();
  EXPECT_EQ(world_.hub().Status()->lines, 2) << "both lines of the hub's own log came back";
  EXPECT_EQ(EntriesAtHub(), static_cast<int64_t>(desk->desk().log().ledger().entry_count()));
  EXPECT_TRUE(world_.hub().Verify()->empty());
}

TEST_F(LostHubTest, ADeskThatHoldsMoreOfALineThanTheHubGetsItsOtherBranchInSmallBatches) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  AddMany(writer, 300);
  ExpectSynced(writer);
  DeskSide* copy = world_.Copy(writer);
  world_.BackUpHub();
  AddMany(writer, 150);
  ExpectSynced(writer);
  ExpectSynced(other);
  world_.RestoreHub();
  AddMany(copy, 100);
  ExpectSynced(copy);
  // The hub knows none of the ends this desk names; what it sends begins with what is held here.
  ExpectSynced(other, kBatchBytesMin);
  EXPECT_EQ(EntriesAtHub(), 550);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, TenThousandEntriesOfOthersAndTheHubsOwnComeBackThroughAnotherDesk) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* third = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 9'600);
  AddMany(third, 200);
  ExpectSynced(writer);
  ExpectSynced(third);
  const EntryName end = third->desk().log().own_end();
  const std::string reason(500, 'x');
  for (int i = 0; i < 200; ++i)
    ASSERT_THAT(world_.hub().Exclude(kWorldUnit, end, end, i % 2 == 1, absl::StrCat(reason, i), "op"), IsOk());
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  ASSERT_EQ(entries, 10'001) << "what the hub had learned when it first lifted is one more";
  world_.RestoreHub();
  ASSERT_THAT(other->Add(kProcedure, "counter", "received", 5), IsOk());
  ExpectSynced(other);
  EXPECT_EQ(EntriesAtHub(), entries + 1);
  EXPECT_EQ(StagedPieces(), 0);
  ExpectSynced(writer);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, AThinLineThatBreaksAtAnyStepStillBringsEverythingBack) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 250);
  ExpectSynced(writer);
  const EntryName end = writer->desk().log().own_end();
  for (int i = 0; i < 10; ++i)
    ASSERT_THAT(world_.hub().Exclude(kWorldUnit, end, end, i % 2 == 1, std::string(300, 'x'), "op"), IsOk());
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  const Fault breaks[] = {Fault::kRequestLost, Fault::kReplyLost, Fault::kDuplicated, Fault::kDeskKilled,
                          Fault::kHubRestarted};
  for (const Fault fault : breaks) {
    bool broke = true;
    for (std::size_t step = 0; broke; ++step) {
      SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at call ", step));
      world_.RestoreHub();
      std::vector<Fault> faults(step, Fault::kNone);
      faults.push_back(fault);
      const SyncResult result = other->Sync(faults, kBatchBytesMin);
      broke = !result.status.ok() || static_cast<std::size_t>(result.exchanges) > step;
      if (!result.status.ok()) ExpectSynced(other, kBatchBytesMin);
      ASSERT_EQ(EntriesAtHub(), entries);
      ASSERT_EQ(StagedPieces(), 0);
      ASSERT_LT(step, 500u);
    }
  }
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, ALineThatCarriesOneExchangeASessionBringsOthersEntriesBackToo) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 100);
  ExpectSynced(writer);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  const Fault lost = Fault::kRequestLost;
  for (int night = 0; night < 60 && EntriesAtHub() < entries; ++night)
    EXPECT_LE(other->Sync({Fault::kNone, lost, lost, lost, lost}, kBatchBytesMin).exchanges, 1);
  EXPECT_EQ(EntriesAtHub(), entries);
  EXPECT_EQ(StagedPieces(), 0);
  ExpectSynced(other);
  EXPECT_FALSE(other->desk().log().state().hub_behind);
  // Remembered once more, and the hub is whole before the next session: nothing comes of it.
  world_.RestoreHub();
  EXPECT_FALSE(other->Sync({Fault::kNone, lost, lost, lost, lost}, kBatchBytesMin).status.ok());
  ASSERT_TRUE(other->desk().log().state().hub_behind);
  ExpectSynced(writer);
  ExpectSynced(other);
  EXPECT_EQ(EntriesAtHub(), entries);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, ALineThatTheHubCannotTakeBackIsLeftOutInWordsAndTheRestGoesOn) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* third = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 300);
  AddMany(third, 5);
  ExpectSynced(writer);
  ExpectSynced(third);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  const Fault lost = Fault::kRequestLost;
  EXPECT_FALSE(other->Sync({Fault::kNone, Fault::kNone, Fault::kNone, lost, lost, lost, lost}, kBatchBytesMin).status.ok());
  ASSERT_GT(StagedPieces(), 0);
  ASSERT_THAT(world_.store().database().Execute(absl::StrCat("UPDATE staged_run SET bytes=", kStagedRunBytesMax)),
              IsOk());
  ASSERT_THAT(other->Add(kProcedure, "counter", "received", 5), IsOk());
  const SyncResult result = other->Sync({});
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.waiting, 0u);
  EXPECT_THAT(result.notices, testing::Contains(testing::HasSubstr("chính máy đó")));
  EXPECT_THAT(other->desk().log().state().last_sync.sentence.vietnamese, testing::HasSubstr("chính máy đó"));
  EXPECT_EQ(EntriesAtHub(), entries - 300 + 1) << "the third desk's are back";
  ExpectSynced(writer);
  ExpectSynced(other);
  EXPECT_EQ(other->desk().log().state().last_sync.sentence.Text(), "");
  EXPECT_EQ(EntriesAtHub(), entries + 1);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, TwoDesksReturnOneLineAtTheSameTime) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* one = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 400);
  ExpectSynced(writer);
  ExpectSynced(one);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  // One exchange of the other desk between any two of this one; its line breaks after each.
  class Between final : public HubLink {
   public:
    Between(HubLink* link, DeskSide* other) : link_(*link), other_(*other) {}
    absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override {
      std::vector<Fault> faults(2, Fault::kNone);
      faults.resize(6, Fault::kRequestLost);
      (void)other_.Sync(faults, kBatchBytesMin);
      return link_.Exchange(request, deadline_ms);
    }
    int64_t bytes_sent() const override { return link_.bytes_sent(); }
    int64_t bytes_received() const override { return link_.bytes_received(); }
    void Reconnect() override {}

   private:
    HubLink& link_;
    DeskSide& other_;
  };
  FaultyLink line(&world_, one->certificate(), {});
  Between link(&line, other);
  SyncOptions options;
  options.batch_bytes_max = kBatchBytesMin;
  options.budget_ms = 3'600'000;  // the other desk's waiting passes on the same clock
  const SyncResult result = one->SyncOver(&link, options);
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(EntriesAtHub(), entries);
  ExpectSynced(other);
  EXPECT_EQ(StagedPieces(), 0);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, CopiesAndTheHubsOwnLogComeBackThroughOneDesk) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 5);
  DeskSide* copy = world_.Copy(writer);
  AddMany(writer, 5);
  AddMany(copy, 7);
  ExpectSynced(writer);
  ExpectSynced(copy);
  const EntryName end = copy->desk().log().own_end();
  ASSERT_THAT(world_.hub().Exclude(kWorldUnit, end, end, false, "twice", "op"), IsOk());
  ASSERT_THAT(world_.hub().Exclude(kWorldUnit, end, end, true, "not twice", "op"), IsOk());
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  ExpectSynced(other, kBatchBytesMin);
  EXPECT_EQ(EntriesAtHub(), entries);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

// A line that loses replies makes the desk send the beginning of what the hub took already.
TEST_F(LostHubTest, ACopysLineSentAgainInPartMakesItsSenderNoRestoredMachine) {
  const ScopedLanguage english(Language::kEnglish);
  DeskSide* writer = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 5);
  DeskSide* copy = world_.Copy(writer);
  AddMany(writer, 5);
  AddMany(copy, 2000);
  ExpectSynced(writer);
  ExpectSynced(copy);
  ExpectSynced(writer);
  world_.RestoreHub();
  const SyncResult result = writer->Sync({Fault::kNone, Fault::kNone, Fault::kReplyLost, Fault::kNone,
                                          Fault::kReplyLost, Fault::kNone, Fault::kReplyLost}, 8192);
  ASSERT_THAT(result.status, IsOk());
  EXPECT_THAT(result.notices, testing::Contains(testing::HasSubstr("Another copy")));
  EXPECT_THAT(result.notices, testing::Not(testing::Contains(testing::HasSubstr("seems restored"))));
  ExpectSynced(copy);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, ADeskEnrolledAfterTheBackupIsTakenBackWithItsEntries) {
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  DeskSide* late = world_.Enrol(Role::kSupervisor);
  ExpectSynced(late);
  AddMany(late, 20);
  ExpectSynced(late);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  ExpectSynced(late);
  EXPECT_EQ(EntriesAtHub(), entries);
  ASSERT_THAT(late->Restate(kProcedure, "counter", "received", 7), IsOk()) << "its role came back too";
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/false);
}

}  // namespace
}  // namespace motcua
