// A real hub that was restored from a backup, and real desks that return what it lost.
//
// It should survive: lines that carry little at a time, desks that hold others' entries in part, entries that
// no desk but their writer can prove, copies, an operator's exclusion among what was lost.
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

TEST_F(LostHubTest, WhatADeskHoldsInPartWaitsForItsWriterAndKeepsNobodyFromSyncing) {
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
  ExpectSynced(other);
  ExpectSynced(writer);
  world_.Heal();
  world_.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(LostHubTest, MoreThanABatchOfAnothersEntriesWaitsForItsWriterWithANotice) {
  DeskSide* writer = world_.Enrol(Role::kDesk);
  DeskSide* other = world_.Enrol(Role::kDesk);
  DeskSide* third = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  AddMany(writer, 4500);
  AddMany(third, 10);
  ExpectSynced(writer);
  ExpectSynced(third);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  ASSERT_THAT(other->Add(kProcedure, "counter", "received", 5), IsOk());
  const SyncResult result = other->Sync({});
  ASSERT_THAT(result.status, IsOk());
  EXPECT_FALSE(result.notices.empty());
  EXPECT_EQ(EntriesAtHub(), entries - 4500 + 1) << "the third desk's came back";
  ExpectSynced(writer);
  world_.Heal();
  EXPECT_EQ(EntriesAtHub(), entries + 1);
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

TEST_F(LostHubTest, ADeskEnrolledAfterTheBackupIsToldToEnrolAndItsEntriesComeBackThroughAnother) {
  DeskSide* other = world_.Enrol(Role::kDesk);
  world_.Heal();
  world_.BackUpHub();
  DeskSide* late = world_.Enrol(Role::kDesk);
  ExpectSynced(late);
  AddMany(late, 20);
  ExpectSynced(late);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  world_.RestoreHub();
  EXPECT_EQ(late->Sync({}).verdict, "UNKNOWN");
  ExpectSynced(other);
  EXPECT_EQ(EntriesAtHub(), entries);
}

}  // namespace
}  // namespace motcua
