#include "hub/adapters/sqlite_hub_store.h"

#include <fstream>
#include <span>

#include "hub/adapters/sqlite_hub_schema.h"
#include "tests/hub/adapters/store_conformance.h"

namespace motcua {
namespace {

std::unique_ptr<HubStore> OpenSqlite(const std::string& folder) {
  auto opened = SqliteHubStore::Open(folder + "/hub.db", {});
  return opened.ok() ? *std::move(opened) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, HubStoreTest, testing::Values(StoreMaker(OpenSqlite)));

class SqliteHubStoreTest : public HubStoreTest {};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteHubStoreTest, testing::Values(StoreMaker(OpenSqlite)));

TEST_P(SqliteHubStoreTest, DatabaseOfANewerVersionIsRefusedUntouched) {
  auto& database = static_cast<SqliteHubStore&>(*store_).database();
  ASSERT_THAT(database.Execute("PRAGMA user_version=999"), IsOk());
  store_.reset();
  EXPECT_THAT(SqliteHubStore::Open(folder_ + "/hub.db", {}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_P(SqliteHubStoreTest, CertificatesOfADatabaseThatKeptOnePerDeviceGoOnWorking) {
  const std::string path = folder_ + "/old.db";
  {
    auto database = *Database::Open(path, {});
    ASSERT_THAT(Migrate(*database, std::span(kHubSchema).first(2)), IsOk());
    ASSERT_THAT(database->Execute("INSERT INTO device VALUES(5, '00019', 1, 1, 'máy', '0a', 1600000000)"), IsOk());
  }
  const auto store = *SqliteHubStore::Open(path, {});
  const DeviceRow device = store->Device(DeviceId{5}).value();
  EXPECT_EQ(device.name, "máy");
  EXPECT_EQ(device.enrolled_s, 1'600'000'000);
  EXPECT_EQ(device.machine, 1u) << "older ones were forgotten because they were replaced";
  const CertificateRow certificate = store->Certificate("0a").value();
  EXPECT_EQ(certificate.device, DeviceId{5});
  EXPECT_EQ(certificate.issued_s, 1'600'000'000);
  EXPECT_EQ(certificate.state, CertificateState::kActive);
}

TEST_P(SqliteHubStoreTest, MachinesOfADatabaseThatCountedNoneAreCountedFromTheReplacementsItKnows) {
  const std::string path = folder_ + "/old.db";
  {
    auto database = *Database::Open(path, {});
    ASSERT_THAT(Migrate(*database, std::span(kHubSchema).first(6)), IsOk());
    ASSERT_THAT(database->Execute("INSERT INTO device VALUES(5, '00019', 1, 1, 'máy', 12, 0)"), IsOk());
    ASSERT_THAT(database->Execute("INSERT INTO device VALUES(6, '00019', 1, 1, 'máy', 12, 34)"), IsOk());
  }
  const auto store = *SqliteHubStore::Open(path, {});
  EXPECT_EQ(store->Device(DeviceId{5})->machine, 0u);
  EXPECT_EQ(store->Device(DeviceId{6})->machine, 1u);
}

TEST_P(SqliteHubStoreTest, ForeignFileIsRefused) {
  store_.reset();
  std::ofstream(folder_ + "/other.db") << std::string(10000, 'x');
  EXPECT_THAT(SqliteHubStore::Open(folder_ + "/other.db", {}), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_P(SqliteHubStoreTest, FullDiskIsSaidAndTheTransactionCanBeGivenUp) {
  auto& database = static_cast<SqliteHubStore&>(*store_).database();
  const int64_t pages = database.QueryInt("PRAGMA page_count").value();
  ASSERT_THAT(database.Execute(absl::StrCat("PRAGMA max_page_count=", pages)), IsOk());
  ASSERT_THAT(store_->Begin(), IsOk());
  ASSERT_THAT(store_->PutMeta("small", "v"), IsOk());
  EXPECT_THAT(store_->PutMeta("big", std::string(100000, 'v')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  store_->Rollback();
  EXPECT_THAT(store_->Meta("small"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace motcua
