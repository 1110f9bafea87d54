#include "hub/adapters/sqlite_hub_store.h"

#include <fstream>

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
