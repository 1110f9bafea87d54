// What users of systems like this one complain about when data travels, each as a story that has to end well
// here (tests/README.md says which complaint is which). C01, C09, C10, C12, C13 and C15 are about figures:
// complaints_figures_test.cc.
//
// It should survive: a hub from a backup, a desk from an old file, clocks that are wrong by decades, a line
// that breaks at any exchange, an answer that covers less than it seems, a database with a changed byte, the
// same batch from many threads.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr char kBirth[] = "1.001193";
constexpr char kCopyOf[] = "2.000815";
constexpr int64_t kDayMs = 86'400'000;
constexpr Fault kFaults[] = {Fault::kRequestLost, Fault::kReplyLost, Fault::kDuplicated, Fault::kDeskKilled,
                             Fault::kHubRestarted};

void AddMany(DeskSide* desk, int entries) {
  for (int i = 0; i < entries; ++i) {
    ASSERT_THAT(desk->Add(i % 2 == 0 ? kBirth : kCopyOf, "counter", "received", 1 + i % 7), IsOk());
  }
}

bool HubHoldsEverythingOf(World& world, DeskSide* desk) {
  const UnitLedger held = *world.hub().LoadLedger(desk->identity().unit);
  const EntryName end = desk->desk().log().own_end();
  return end.seq == 0 || held.Holds(end);
}

// C02: "The upload checkpoint lived only on the client, so after a restore it never sent again."
TEST(Complaints, C02_HubRestoredFromBackupLosesNothingADeskHolds) {
  World world(102);
  DeskSide* desk = world.Enrol(Role::kDesk);
  DeskSide* gone = world.Enrol(Role::kDesk);
  world.Heal();
  AddMany(desk, 5);
  world.Heal();
  world.BackUpHub();
  AddMany(desk, 300);
  AddMany(gone, 40);
  ASSERT_THAT(gone->Sync({}).status, IsOk());
  ASSERT_THAT(desk->Sync({}).status, IsOk());  // everything is acknowledged, and `gone` never comes back
  world.RestoreHub();
  // Nothing is written at the desk; an ordinary night notices, returns both logs and says so to a person.
  const SyncResult night = desk->Sync({});
  ASSERT_THAT(night.status, IsOk());
  EXPECT_FALSE(night.notices.empty());
  EXPECT_TRUE(HubHoldsEverythingOf(world, desk));
  EXPECT_TRUE(HubHoldsEverythingOf(world, gone));
  world.Heal();
  world.ExpectAllAgree(true);
}

// C03: "A ledger discrepancy that is hard to fix correctly"; the advice is to set the device up anew.
TEST(Complaints, C03_DeskRestoredFromAnOldFileGoesOnWithoutBeingSetUpAnew) {
  World world(103);
  DeskSide* lost = world.Enrol(Role::kDesk);
  world.Heal();
  AddMany(lost, 3);
  DeskSide* restored = world.Copy(lost);  // the file of last month
  AddMany(lost, 20);
  ASSERT_THAT(lost->Sync({}).status, IsOk());
  lost->Close();         // its disk dies with everything acknowledged
  AddMany(restored, 4);  // and the restored machine goes on before it has met the hub
  const SyncResult first = restored->Sync({});
  ASSERT_THAT(first.status, IsOk());
  EXPECT_EQ(first.pulled, 20u) << "what the old file did not know comes back";
  EXPECT_FALSE(first.notices.empty()) << "a person is told";
  AddMany(restored, 5);
  ASSERT_THAT(restored->Sync({}).status, IsOk());
  lost->Open();
  world.Heal();
  world.ExpectAllAgree(true);
}

// C04: "Not reasonable to expect thousands of people to have the correct date"; a battery that ran out is in
// 1970, and the hub's own clock was thirteen days off.
TEST(Complaints, C04_WrongClocksNeitherOrderNorRefuseAnything) {
  World world(104);
  DeskSide* past = world.Enrol(Role::kSupervisor);
  DeskSide* future = world.Enrol(Role::kSupervisor);
  world.Heal();
  past->clock().SetWrongBy(-50 * 365 * kDayMs);
  future->clock().SetWrongBy(20 * 365 * kDayMs);
  RecordRequest request;
  request.day = kWorldDay;
  request.procedure = kBirth;
  request.channel = "counter";
  request.measure = "received";
  request.adds = true;
  request.value = int64_t{3};
  // The person is asked once, because the day lies after the machine's today, and is then believed.
  EXPECT_THAT(past->Record(request), StatusIs(absl::StatusCode::kFailedPrecondition));
  request.day_confirmed = true;
  ASSERT_THAT(past->Record(request), IsOk());
  ASSERT_THAT(future->Add(kBirth, "counter", "received", 4), IsOk());
  world.Heal();
  EXPECT_GT(past->desk().log().state().clock_offset_ms, 49 * 365 * kDayMs) << "the error is measured";
  // The one who saw the other's word has the last one, though its clock says fifty years before.
  ASSERT_THAT(future->Restate(kBirth, "counter", "received", 10), IsOk());
  world.Heal();
  request.adds = false;
  request.value = int64_t{8};
  ASSERT_THAT(past->desk().Restate(request), IsOk());
  ASSERT_THAT(past->Sync({}).status, IsOk());
  ASSERT_THAT(future->Sync({}).status, IsOk());
  const Cell cell{kWorldUnit, kWorldDay, kBirth, "counter", "received"};
  EXPECT_EQ(*world.hub().CellValue(cell), Value(int64_t{8}));
  EXPECT_FALSE(world.hub().LoadLedger(kWorldUnit)->Fold(cell, MeasureNature::kCounter).conflict);
  EXPECT_EQ(future->desk().Show(kWorldDay, kWorldDay).cells.at(0).view.value, Value(int64_t{8}));
}

// C05: "More than 25 rows with equal timestamps and the sync completes early"; a record dated in the future
// is never synced; rows that came while another transaction was open are skipped.
TEST(Complaints, C05_EntriesOfOneSecondAndOfOddClocksAllArrive) {
  World world(105);
  DeskSide* writer = world.Enrol(Role::kDesk);
  DeskSide* ahead = world.Enrol(Role::kDesk);
  DeskSide* reader = world.Enrol(Role::kDesk);
  world.Heal();
  AddMany(writer, 300);  // no time passes in between
  ahead->clock().SetWrongBy(300 * kDayMs);
  AddMany(ahead, 10);
  ASSERT_THAT(ahead->Sync({}).status, IsOk());
  ASSERT_THAT(writer->Sync({}).status, IsOk());
  // The reader takes them in small pieces and is interrupted; others write in between, behind and before.
  for (const std::size_t exchanges : {1, 2, 3}) {
    std::vector<Fault> faults(exchanges, Fault::kNone);
    faults.push_back(Fault::kDeskKilled);
    EXPECT_FALSE(reader->Sync(faults, kBatchBytesMin).status.ok());
    AddMany(writer, 3);
    AddMany(ahead, 3);
    ASSERT_THAT(writer->Sync({}).status, IsOk());
    ASSERT_THAT(ahead->Sync({}).status, IsOk());
  }
  ASSERT_THAT(reader->Sync({}, kBatchBytesMin).status, IsOk());
  EXPECT_EQ(reader->desk().Status().entries, 300u + 10 + 3 * 6);
  world.Heal();
  world.ExpectAllAgree(true);
}

// C06: "Reports done after 50 of 5,000"; a timeout reported as success; "connected, synced" with 200 queued.
TEST(Complaints, C06_SyncedIsSaidOnlyWhenTheHubHoldsEverything) {
  for (const Fault fault : kFaults) {
    for (std::size_t at = 0; at < 5; ++at) {
      World world(106);
      DeskSide* desk = world.Enrol(Role::kDesk);
      ASSERT_THAT(desk->Sync({}).status, IsOk());
      AddMany(desk, 300);
      std::vector<Fault> faults(at, Fault::kNone);
      faults.insert(faults.end(), 6, fault);
      const SyncResult result = desk->Sync(faults, kBatchBytesMin);
      const LastSync& told = desk->desk().log().state().last_sync;
      if (result.status.ok()) {
        EXPECT_TRUE(HubHoldsEverythingOf(world, desk));
        EXPECT_EQ(result.waiting, 0u);
        EXPECT_TRUE(told.synced);
      } else if (!absl::IsAborted(result.status)) {  // killed, nothing is said at all
        EXPECT_GT(result.waiting, 0u);
        EXPECT_FALSE(told.synced);
        EXPECT_FALSE(told.sentence.empty());
      }
      EXPECT_TRUE(desk->desk().Status().waiting > 0 || HubHoldsEverythingOf(world, desk));
    }
  }
}

// Something on the way that takes the batch out, so that the hub answers kindly to nothing.
class HollowLink final : public HubLink {
 public:
  explicit HollowLink(DeskSide* desk) : link_(desk->Link({})) {}
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override {
    ExchangeRequest hollow = request;
    hollow.batch.clear();
    return link_.Exchange(hollow, deadline_ms);
  }
  int64_t bytes_sent() const override { return link_.bytes_sent(); }
  int64_t bytes_received() const override { return link_.bytes_received(); }
  void Reconnect() override {}

 private:
  FaultyLink link_;
};

TEST(Complaints, C06_AKindAnswerWithoutAReceiptForTheEndIsNoSuccess) {
  World world(1106);
  DeskSide* desk = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  AddMany(desk, 50);
  HollowLink hollow(desk);
  const SyncResult result = desk->SyncOver(&hollow);
  EXPECT_FALSE(result.status.ok());
  EXPECT_EQ(result.waiting, 50u);
  EXPECT_FALSE(desk->desk().log().state().last_sync.synced);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  world.ExpectAllAgree(true);
}

// C08: "A failed upload is never retried until someone types again"; a crash in the middle of a write blocks
// every sync for ever.
TEST(Complaints, C08_AfterAnyFailureTheNextSyncGoesThroughWithoutANewEntry) {
  for (const Fault fault : kFaults) {
    for (std::size_t at = 0; at < 4; ++at) {
      World world(108);
      DeskSide* desk = world.Enrol(Role::kDesk);
      ASSERT_THAT(desk->Sync({}).status, IsOk());
      AddMany(desk, 300);
      std::vector<Fault> faults(at, Fault::kNone);
      faults.insert(faults.end(), 12, fault);
      desk->Sync(faults, kBatchBytesMin);
      const SyncResult next = desk->Sync({});
      ASSERT_THAT(next.status, IsOk());
      EXPECT_EQ(next.waiting, 0u);
      world.ExpectAllAgree(true);
    }
  }
}

void Overwrite(const std::string& path, uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.write(std::string(64, '\x5a').data(), 64);
}

// C11: "Local data wiped, silent by design; anything never uploaded is gone for good."
TEST(Complaints, C11_ADamagedDatabaseIsKeptSaidAndTheLogComesBack) {
  World world(111);
  DeskSide* desk = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  AddMany(desk, 500);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  desk->Close();
  const std::string database = desk->folder() + "/agent.db";
  const std::string whole = world.NewFolder() + "/whole.db";
  std::filesystem::copy_file(database, whole);
  const auto size = std::filesystem::file_size(whole);
  int found = 0;
  for (uint64_t at = 1'000; at < size; at += 4'096) {
    SCOPED_TRACE(absl::StrCat("damaged at byte ", at, " of ", size));
    std::filesystem::copy_file(whole, database, std::filesystem::copy_options::overwrite_existing);
    Overwrite(database, at);
    const std::string set_aside = desk->OpenDamaged();
    if (set_aside.empty()) {
      // Then nothing of the log was hit.
      EXPECT_EQ(desk->desk().Status().entries, 500u);
    } else {
      ++found;
      EXPECT_EQ(std::filesystem::file_size(set_aside), size) << "kept whole, for what only it may hold";
      std::filesystem::remove(set_aside);
    }
    ASSERT_THAT(desk->Sync({}).status, IsOk());
    world.ExpectAllAgree(true);
    desk->Close();
  }
  EXPECT_GT(found, 5) << "the log was to be hit";
  desk->Open();
  AddMany(desk, 5);  // behind what came back, not beside it
  world.Heal();
  world.ExpectAllAgree(true);
  EXPECT_EQ(world.hub().Status()->forks, 0);
}

// Keeps what is asked, so that it can be asked again.
class RememberingLink final : public HubLink {
 public:
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t) override {
    requests.push_back(request);
    return absl::UnavailableError("the request was lost");
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}

  std::vector<ExchangeRequest> requests;
};

// C14: "One submission became ten": look first, then insert, in two transactions; six years.
TEST(Complaints, C14_TheSameBatchFromManyThreadsAtOnceCountsOnce) {
  World world(114);
  DeskSide* desk = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  AddMany(desk, 200);
  RememberingLink lost;
  EXPECT_FALSE(desk->SyncOver(&lost).status.ok());
  ASSERT_FALSE(lost.requests.empty());
  std::vector<std::thread> resends;
  std::atomic<int> taken{0};
  for (int i = 0; i < 8; ++i) {
    resends.emplace_back([&] {
      FaultyLink line = desk->Link({});
      for (int again = 0; again < 5; ++again) {
        if (line.Exchange(lost.requests[0], 30'000).ok()) ++taken;
      }
    });
  }
  for (std::thread& resend : resends) resend.join();
  EXPECT_EQ(taken, 40) << "a repeat is answered kindly";
  world.Heal();
  world.ExpectAllAgree(true);
}

}  // namespace
}  // namespace motcua
