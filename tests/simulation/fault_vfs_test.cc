// SQLite over the disk that faults: what the simulator's verdicts rest on.
#include "tests/simulation/fault_vfs.h"

#include <gtest/gtest.h>

#include "common/sqlite/database.h"
#include "tests/simulation/fault_disk.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class FaultVfsTest : public testing::Test {
 protected:
  FaultVfsTest() {
    RegisterFaultVfs();
    SeedFaultVfs(1);
  }
  std::unique_ptr<Database> Open() { return *TryOpen(); }
  absl::StatusOr<std::unique_ptr<Database>> TryOpen() {
    DatabaseOptions options;
    options.vfs = kFaultVfs;
    return Database::Open(disk_.Path("a.db"), options);
  }
  static absl::Status Put(Database& database, int64_t number) {
    MOTCUA_ASSIGN_OR_RETURN(Statement insert, database.Prepare("INSERT INTO t(n, pad) VALUES (?, zeroblob(300))"));
    return insert.Run(number);
  }
  static int64_t Count(Database& database) { return *database.QueryInt("SELECT count(*) FROM t"); }
  std::unique_ptr<Database> OpenWithTable() {
    std::unique_ptr<Database> database = Open();
    EXPECT_THAT(database->Execute("CREATE TABLE t(n INTEGER PRIMARY KEY, pad BLOB)"), IsOk());
    return database;
  }

  FaultDisk disk_{"machine"};
  SeededRandom random_{7};
};

TEST_F(FaultVfsTest, EveryCommitSurvivesAPowerCutAtEveryChangeAndNothingLandsInHalf) {
  for (int64_t cut = 1; cut < 60; ++cut) {
    disk_.Put({});
    std::unique_ptr<Database> database = OpenWithTable();
    disk_.CutPowerAfter(cut);
    int64_t confirmed = 0;
    for (int64_t n = 1; n <= 20; ++n) {
      if (n % 7 == 0 && !disk_.dead()) (void)database->Checkpoint();
      if (!Put(*database, n).ok()) break;
      confirmed = n;
    }
    database.reset();
    disk_.Restart(&random_);
    database = Open();
    EXPECT_THAT(database->CheckIntegrity(), IsOk());
    EXPECT_GE(Count(*database), confirmed) << "power cut at change " << cut;
    EXPECT_LE(Count(*database), confirmed + 1);
  }
}

TEST_F(FaultVfsTest, WithoutSyncsConfirmedRowsGetLost) {
  int lost = 0;
  for (int64_t cut = 1; cut < 60; ++cut) {
    disk_.Put({});
    std::unique_ptr<Database> database = OpenWithTable();
    ASSERT_THAT(database->Execute("PRAGMA synchronous=OFF"), IsOk());
    disk_.CutPowerAfter(cut);
    int64_t confirmed = 0;
    while (confirmed < 20 && Put(*database, confirmed + 1).ok()) ++confirmed;
    database.reset();
    disk_.Restart(&random_);
    absl::StatusOr<std::unique_ptr<Database>> opened = TryOpen();
    const absl::StatusOr<int64_t> rows =
        opened.ok() ? (*opened)->QueryInt("SELECT count(*) FROM t") : opened.status();
    lost += !rows.ok() || *rows < confirmed ? 1 : 0;  // or the whole file is damaged
  }
  EXPECT_GT(lost, 10);
}

TEST_F(FaultVfsTest, APowerCutDuringRecoveryChangesNothing) {
  std::unique_ptr<Database> database = OpenWithTable();
  for (int64_t n = 1; n <= 10; ++n) ASSERT_THAT(Put(*database, n), IsOk());
  disk_.CutPowerAfter(1);
  EXPECT_FALSE(Put(*database, 11).ok());
  database.reset();
  for (int64_t cut = 1; cut < 12; ++cut) {
    disk_.Restart(&random_);
    disk_.CutPowerAfter(cut);
    absl::StatusOr<std::unique_ptr<Database>> opened = TryOpen();
    if (opened.ok()) (void)(*opened)->Checkpoint();
  }
  disk_.Restart(&random_);
  database = Open();
  EXPECT_GE(Count(*database), 10);
  EXPECT_THAT(database->CheckIntegrity(), IsOk());
}

TEST_F(FaultVfsTest, AFullDiskAndAnIoErrorLeaveTheDatabaseUsable) {
  std::unique_ptr<Database> database = OpenWithTable();
  disk_.set_bytes_max(disk_.bytes_used());
  absl::Status status;
  int64_t confirmed = 0;
  while ((status = Put(*database, confirmed + 1)).ok()) ++confirmed;
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  disk_.Mend();
  for (int64_t call = 1; call < 8; ++call) {
    disk_.FailAfter(call, /*for_good=*/false);
    while (Put(*database, confirmed + 1).ok()) ++confirmed;
  }
  disk_.Mend();
  EXPECT_THAT(Put(*database, confirmed + 1), IsOk());
  EXPECT_EQ(Count(*database), confirmed + 1);
  EXPECT_GT(disk_.failures(), 0);
}

// A sync that fails may have dropped what it should have written, while processes go on seeing it. A commit that rests on
// such bytes is gone with the next power cut, though it was synced itself.
TEST_F(FaultVfsTest, WhatIsConfirmedAfterAFailedSyncAndANewProcessSurvivesAPowerCut) {
  for (const bool drops : {false, true}) {
    for (int64_t call = 1; call < 40; ++call) {
      disk_.Put({});
      if ((disk_.failures() % 2 == 1) != drops) {
        disk_.FailAfter(1, false);
        (void)TryOpen();
        disk_.Mend();
        disk_.Put({});
      }
      std::unique_ptr<Database> database = OpenWithTable();
      ASSERT_THAT(Put(*database, 1), IsOk());
      disk_.FailAfter(call, false);
      int64_t next = 2;
      for (; next < 6 && Put(*database, next).ok(); ++next) continue;
      disk_.Mend();
      disk_.KillProcesses();  // the machine goes on
      database.reset();
      database = Open();
      ASSERT_THAT(Put(*database, 100), IsOk());
      disk_.CutPowerAfter(1);
      disk_.KillProcesses();
      database.reset();
      disk_.Restart(&random_);
      database = Open();
      for (int64_t confirmed = 1; confirmed < next; ++confirmed) {
        EXPECT_EQ(*database->QueryInt(absl::StrCat("SELECT count(*) FROM t WHERE n = ", confirmed)), 1) << call << " " << drops;
      }
      EXPECT_EQ(*database->QueryInt("SELECT count(*) FROM t WHERE n = 100"), 1) << call << " " << drops;
    }
  }
}

TEST_F(FaultVfsTest, AKilledProcessLeavesWhatItWroteToTheNextOne) {
  std::unique_ptr<Database> database = OpenWithTable();
  ASSERT_THAT(Put(*database, 1), IsOk());
  disk_.KillProcesses();
  EXPECT_THAT(Put(*database, 2), StatusIs(absl::StatusCode::kUnavailable));
  database.reset();
  EXPECT_EQ(Count(*Open()), 1);
}

TEST_F(FaultVfsTest, ASavedStateComesBackWithItsUnsyncedWrites) {
  std::unique_ptr<Database> database = OpenWithTable();
  ASSERT_THAT(database->Execute("PRAGMA synchronous=OFF"), IsOk());
  for (int64_t n = 1; n <= 5; ++n) ASSERT_THAT(Put(*database, n), IsOk());
  const FaultDisk::State state = disk_.Save();
  database.reset();
  std::set<int64_t> outcomes;
  for (int i = 0; i < 40; ++i) {
    disk_.Load(state);
    EXPECT_GT(disk_.Restart(&random_), 0u);
    absl::StatusOr<std::unique_ptr<Database>> opened = TryOpen();
    const absl::StatusOr<int64_t> rows =
        opened.ok() ? (*opened)->QueryInt("SELECT count(*) FROM t") : opened.status();
    outcomes.insert(rows.value_or(-1));
  }
  EXPECT_GT(outcomes.size(), 2u) << "one past, several futures";
}

TEST_F(FaultVfsTest, ASnapshotShowsTheMiddleOfACommitThatThenSucceeds) {
  std::unique_ptr<Database> database = OpenWithTable();
  ASSERT_THAT(Put(*database, 1), IsOk());
  disk_.SnapshotBefore(2);
  ASSERT_THAT(Put(*database, 2), IsOk());
  const std::optional<FaultDisk::State> middle = disk_.TakeSnapshot();
  ASSERT_TRUE(middle.has_value());
  EXPECT_FALSE(disk_.TakeSnapshot().has_value());
  EXPECT_EQ(Count(*database), 2);
  database.reset();
  disk_.Load(*middle);
  EXPECT_GT(disk_.Restart(&random_), 0u);
  EXPECT_EQ(Count(*Open()), 1);
}

TEST_F(FaultVfsTest, ACopyIsADatabaseOfItsOwn) {
  std::unique_ptr<Database> database = OpenWithTable();
  ASSERT_THAT(Put(*database, 1), IsOk());
  FaultDisk other("other");
  other.Put(disk_.Copy());
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  std::unique_ptr<Database> copy = *Database::Open(other.Path("a.db"), options);
  ASSERT_THAT(Put(*copy, 2), IsOk());
  EXPECT_EQ(Count(*copy), 2);
  EXPECT_EQ(Count(*database), 1);
}

TEST_F(FaultVfsTest, TheSameSeedWritesTheSameBytes) {
  const auto run = [&] {
    SeedFaultVfs(99);
    disk_.Put({});
    std::unique_ptr<Database> database = OpenWithTable();
    for (int64_t n = 1; n <= 5; ++n) EXPECT_THAT(Put(*database, n), IsOk());
    FaultDisk::Image image = disk_.Copy();
    database.reset();
    return image;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace motcua
