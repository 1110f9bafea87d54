#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/sqlite/database.h"
#include "common/sqlite/migrator.h"
#include "common/sqlite/sqlite_status.h"
#include "tests/simulation/fault_disk.h"
#include "tests/simulation/fault_vfs.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr Migration kSteps[] = {
    {1, "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c)"},
    {2, "ALTER TABLE t ADD COLUMN d; INSERT INTO t(a, b) VALUES (1, 'from step 2')"}};

class SqliteTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "motcua-sqlite-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string Path() const { return (folder_ / "data.db").string(); }
  void Open(const DatabaseOptions& options = {}) {
    database_.reset();
    auto opened = Database::Open(Path(), options);
    ASSERT_THAT(opened, IsOk());
    database_ = *std::move(opened);
  }
  int64_t Ask(const std::string& sql) { return database_->QueryInt(sql).value_or(-1); }

  std::filesystem::path folder_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteTest, OpeningSetsWriteAheadLogAndFullSync) {
  Open();
  EXPECT_EQ(database_->QueryText("PRAGMA journal_mode").value(), "wal");
  EXPECT_EQ(Ask("PRAGMA synchronous"), 2);
}

TEST_F(SqliteTest, EveryTypeComesBackAsItWasBound) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  auto insert = database_->Prepare("INSERT INTO t(a, b, c, d) VALUES (?, ?, ?, ?)").value();
  const std::string bytes("\0x\xff", 3);
  ASSERT_THAT(insert.Run(int64_t{1} << 62, "đơn vị", Blob(bytes), nullptr), IsOk());
  ASSERT_THAT(insert.Run(7, "", Blob(""), std::optional<int64_t>(-3)), IsOk());
  auto select = database_->Prepare("SELECT a, b, c, d FROM t WHERE a = ?").value();
  {
    Query query(select, int64_t{1} << 62);
    ASSERT_TRUE(query.Next().value());
    EXPECT_EQ(query.Int(0), int64_t{1} << 62);
    EXPECT_EQ(query.Text(1), "đơn vị");
    EXPECT_EQ(query.Bytes(2), bytes);
    EXPECT_TRUE(query.IsNull(3));
    EXPECT_FALSE(query.Next().value());
  }
  Query query(select, 7);
  ASSERT_TRUE(query.Next().value());
  EXPECT_FALSE(query.IsNull(1));
  EXPECT_EQ(query.Text(1), "");
  EXPECT_FALSE(query.IsNull(2));
  EXPECT_EQ(query.Int(3), -3);
}

TEST_F(SqliteTest, TransactionIsUndoneUnlessCommitted) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT(database_->Execute("INSERT INTO t(a) VALUES (2)"), IsOk());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), 1);
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT(database_->Execute("INSERT INTO t(a) VALUES (2)"), IsOk());
    ASSERT_THAT(transaction->Commit(), IsOk());
  }
  Open();
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), 2);
}

TEST_F(SqliteTest, MigrationRunsEachStepOnceAndGoesOnFromAnOlderFile) {
  Open();
  ASSERT_THAT(Migrate(*database_, std::span(kSteps).first(1)), IsOk());
  EXPECT_EQ(Ask("PRAGMA user_version"), 1);
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), 1);
  EXPECT_EQ(Ask("PRAGMA user_version"), 2);
}

TEST_F(SqliteTest, ReaderSeesWhatTheWriterCommitted) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  auto reader = Database::Open(Path(), {.read_only = true});
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ((*reader)->QueryInt("SELECT count(*) FROM t").value(), 1);
  EXPECT_THAT((*reader)->Execute("INSERT INTO t(a) VALUES (9)"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// Errors.

TEST_F(SqliteTest, FailedMigrationLeavesTheFileAtTheStepBefore) {
  Open();
  constexpr Migration kBroken[] = {kSteps[0],
                                   {2, "INSERT INTO t(a) VALUES (5); INSERT INTO nowhere VALUES (1)"}};
  EXPECT_FALSE(Migrate(*database_, kBroken).ok());
  EXPECT_EQ(Ask("PRAGMA user_version"), 1);
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), 0);
}

// Found by the fuzzer.
TEST_F(SqliteTest, AFileThatIsNotWhatItsNumberSaysIsDataLoss) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  for (const char* number : {"0", "1", "-3"}) {
    ASSERT_THAT(database_->Execute(absl::StrCat("PRAGMA user_version=", number)), IsOk());
    EXPECT_THAT(Migrate(*database_, kSteps), StatusIs(absl::StatusCode::kDataLoss)) << number;
    EXPECT_EQ(absl::StrCat(Ask("PRAGMA user_version")), number);
  }
}

TEST_F(SqliteTest, NewerFileIsRefusedUntouched) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  EXPECT_THAT(Migrate(*database_, std::span(kSteps).first(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Ask("PRAGMA user_version"), 2);
}

TEST_F(SqliteTest, SecondWriterInOneProcessIsRefused) {
  Open();
  EXPECT_THAT(Database::Open(Path(), {}), StatusIs(absl::StatusCode::kFailedPrecondition));
  database_.reset();
  EXPECT_THAT(Database::Open(Path(), {}), IsOk());
}

TEST_F(SqliteTest, ForeignFileIsDataLossAndMissingFileIsNotMadeWhenNotAsked) {
  std::ofstream(Path()) << std::string(8192, 'x');
  EXPECT_THAT(Database::Open(Path(), {}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Database::Open((folder_ / "none.db").string(), {.create = false}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.db"));
}

// Found by the fuzzer: SQLite tells of these with its error without a name, and a desk did not set the file aside.
TEST_F(SqliteTest, AHeaderOrASchemaThatCannotBeReadIsDataLoss) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  database_.reset();
  const auto with_byte = [&](std::streamoff offset, char byte) {
    const std::string path = (folder_ / "damaged.db").string();
    std::filesystem::copy_file(Path(), path, std::filesystem::copy_options::overwrite_existing);
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(offset).put(byte);
    for (const bool read_only : {true, false}) {
      DatabaseOptions options;
      options.read_only = read_only;
      EXPECT_THAT(Database::Open(path, options), StatusIs(absl::StatusCode::kDataLoss)) << offset;
    }
  };
  with_byte(0, 's');    // the name of the format
  with_byte(47, 'w');   // the version of the schema's format
  with_byte(100, 'w');  // the kind of the schema's first page
}

TEST_F(SqliteTest, FullDiskRefusesTheTransactionAndTheNextOneWorks) {
  Open();
  ASSERT_THAT(Migrate(*database_, kSteps), IsOk());
  ASSERT_THAT(database_->Execute("PRAGMA max_page_count=4"), IsOk());
  {
    auto transaction = Transaction::Begin(*database_);
    ASSERT_THAT(transaction, IsOk());
    ASSERT_THAT(database_->Execute("INSERT INTO t(a) VALUES (2)"), IsOk());
    EXPECT_THAT(database_->Execute("INSERT INTO t(a, b) VALUES (3, zeroblob(100000))"),
                StatusIs(absl::StatusCode::kResourceExhausted));
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM t"), 1);
  ASSERT_THAT(database_->Execute("PRAGMA max_page_count=1000"), IsOk());
  EXPECT_THAT(database_->Execute("INSERT INTO t(a, b) VALUES (3, zeroblob(100000))"), IsOk());
}

TEST_F(SqliteTest, ADiskThatRefusesToReadHasDamagedNothing) {
  RegisterFaultVfs(/*as_default=*/false);
  FaultDisk disk("refuses");
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  options.cache_kib = 1;  // so that the check reads
  std::unique_ptr<Database> database = *Database::Open(disk.Path("a.db"), options);
  ASSERT_THAT(database->Execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t(b) VALUES "
                                "(zeroblob(30000)), (zeroblob(3000)), (zeroblob(30000)), (zeroblob(3000))"),
              IsOk());
  ASSERT_THAT(database->Checkpoint(), IsOk());
  int refused = 0;
  for (int64_t call = 1; call < 40; ++call) {
    disk.FailAfter(call, /*for_good=*/call % 2 == 0);
    const absl::Status status = database->CheckIntegrity();
    refused += status.ok() ? 0 : 1;
    EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status << " at call " << call;
    disk.Mend();
  }
  EXPECT_GT(refused, 5);
  EXPECT_THAT(database->CheckIntegrity(), IsOk());
}

TEST_F(SqliteTest, CodesTellTheCallerWhatToDoNext) {
  EXPECT_THAT(SqliteStatus(5, "x", "busy"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(SqliteStatus(10 | (3 << 8), "x", "io"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(SqliteStatus(11, "x", "corrupt"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(SqliteStatus(19, "x", "constraint"), StatusIs(absl::StatusCode::kAlreadyExists));
}

}  // namespace
}  // namespace motcua
