#include "agent/adapters/sqlite_agent_store.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "agent/adapters/agent_state_codec.h"
#include "agent/core/desk_log.h"
#include "common/base/language.h"
#include "tests/agent/adapters/full_disk.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

class SqliteAgentStoreTest : public ::testing::Test {
 protected:
  SqliteAgentStoreTest() : language_(Language::kEnglish) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("motcua_store_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~SqliteAgentStoreTest() override {
    log_.reset();
    store_.reset();
    fs::remove_all(folder_);
  }
  std::string path() const { return folder_ / "agent.db"; }

  void Open(const std::string& vfs = "") {
    log_.reset();
    store_.reset();
    auto store = SqliteAgentStore::Open(path(), {vfs});
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    auto log = DeskLog::Load({DeviceId{0x11}, "00019", Role::kDesk}, store_.get());
    ASSERT_THAT(log, IsOk());
    log_ = *std::move(log);
  }
  absl::Status Add(int count) {
    std::vector<Entry> entries(static_cast<std::size_t>(count));
    for (Entry& entry : entries)
      entry.body = AddBody{{"00019", *ParseDay("2020-03-02"), "1.001193", "counter", "received"}, 1, {}, {}};
    return log_->AppendOwn(std::move(entries));
  }
  void Sql(const std::string& sql) {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }
  std::size_t entries() const { return log_->ledger().entry_count(); }

  ScopedLanguage language_;
  fs::path folder_;
  std::unique_ptr<SqliteAgentStore> store_;
  std::unique_ptr<DeskLog> log_;
};

TEST_F(SqliteAgentStoreTest, EntriesLinesAndStateAreThereAfterReopening) {
  Open();
  ASSERT_THAT(Add(3), IsOk());
  AgentState state = log_->state();
  state.receipt = std::string("bytes\0with zero", 15);
  state.proof = "proof";
  state.later_proofs = {"", std::string("a\0:b", 4), "17:"};
  state.hub_common = log_->own_end();
  state.catalog_wanted = Sha256("x");
  state.clock_offset_ms = -4000;
  state.batch_bytes = 512;
  state.last_sync = {17, false, "FORKED", {"câu", "a sentence"}};
  ASSERT_THAT(log_->SaveState(state), IsOk());
  StoreWrite catalog;
  catalog.catalog = "catalog";
  catalog.catalog_partial = "part";
  ASSERT_THAT(store_->Apply(catalog), IsOk());
  Open();
  EXPECT_EQ(entries(), 3u);
  EXPECT_EQ(log_->state(), state);
  EXPECT_EQ(*store_->LoadCatalog(), "catalog");
  EXPECT_EQ(*store_->LoadCatalogPartial(), "part");
  EXPECT_EQ(store_->set_aside(), "");
}

TEST(AgentStateCodec, ASentenceThatAnOlderProgramKeptInOneLanguageStillReadsInEither) {
  AgentState state;
  state.last_sync = {17, false, "", {"câu", "a sentence"}};
  std::map<std::string, std::string> rows = EncodeAgentState(state);
  rows["last_sync_sentence"] = "the hub is not there";
  ASSERT_EQ(rows.erase("last_sync_sentence_en"), 1u);
  const absl::StatusOr<AgentState> read = DecodeAgentState(rows);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->last_sync.sentence.vietnamese, "the hub is not there");
  EXPECT_EQ(read->last_sync.sentence.english, "the hub is not there");
}

TEST_F(SqliteAgentStoreTest, ALineThatForksKeepsItsShape) {
  Open();
  ASSERT_THAT(Add(3), IsOk());
  LogPlan plan(&log_->ledger());
  Entry other;
  other.device = DeviceId{0x11};
  other.seq = 2;
  other.nonce = 7;
  other.body = AddBody{{"00019", *ParseDay("2020-03-02"), "1.001193", "counter", "received"}, 9, {}, {}};
  ASSERT_THAT(plan.Add(log_->ledger().NameAt({0, 1}), other), IsOk());
  ASSERT_THAT(log_->ApplyExchange(plan, log_->state(), {}, {}), IsOk());
  const std::vector<EntryName> ends = log_->ledger().Ends();
  ASSERT_EQ(ends.size(), 2u);
  Open();
  EXPECT_EQ(log_->ledger().Ends(), ends);
  ASSERT_THAT(Add(1), IsOk());
  EXPECT_EQ(log_->own_end().seq, 4u) << "the own line goes on, not the other";
}

TEST_F(SqliteAgentStoreTest, WhatWasCommittedSurvivesAKillAndWhatWasNotLeavesNothing) {
  Open();
  ASSERT_THAT(Add(2), IsOk());
  // What a kill leaves: the files as they are now, with the log not written back and a transaction begun.
  Open();
  ASSERT_THAT(Add(2), IsOk());
  const fs::path killed = folder_ / "killed";
  fs::create_directories(killed);
  for (const char* suffix : {"", "-wal"}) {
    if (fs::exists(path() + suffix)) fs::copy(path() + suffix, killed / (std::string("agent.db") + suffix));
  }
  auto store = SqliteAgentStore::Open(killed / "agent.db");
  ASSERT_THAT(store, IsOk());
  auto log = DeskLog::Load({DeviceId{0x11}, "00019", Role::kDesk}, store->get());
  ASSERT_THAT(log, IsOk());
  EXPECT_EQ((*log)->ledger().entry_count(), 4u);
}

TEST_F(SqliteAgentStoreTest, AByteThatChangedInARowIsFoundAndTheFileIsSetAside) {
  Open();
  ASSERT_THAT(Add(3), IsOk());
  log_.reset();
  store_.reset();
  Sql("UPDATE entry SET bytes = CAST(substr(bytes, 1, 20) || X'00' || substr(bytes, 22) AS BLOB) WHERE key = "
      "2");
  Open();
  EXPECT_EQ(store_->set_aside(), path() + ".corrupt-1");
  EXPECT_TRUE(fs::exists(path() + ".corrupt-1"));
  EXPECT_EQ(entries(), 0u);
  ASSERT_THAT(Add(1), IsOk());
  Open();
  EXPECT_EQ(store_->set_aside(), "") << "the fresh file is whole";
  EXPECT_EQ(entries(), 1u);
}

TEST_F(SqliteAgentStoreTest, AMissingLastEntryIsFound) {
  Open();
  ASSERT_THAT(Add(3), IsOk());
  log_.reset();
  store_.reset();
  Sql("DELETE FROM entry WHERE key = 3");
  Open();
  EXPECT_EQ(store_->set_aside(), path() + ".corrupt-1");
}

TEST_F(SqliteAgentStoreTest, AFileOfGarbageIsSetAsideAndASecondOneBesideIt) {
  for (const char* suffix : {".corrupt-1", ".corrupt-2"}) {
    std::ofstream(path(), std::ios::binary) << std::string(8192, 'x');
    Open();
    EXPECT_EQ(store_->set_aside(), path() + suffix);
    EXPECT_EQ(fs::file_size(path() + suffix), 8192u) << "it is kept as it was";
    log_.reset();
    store_.reset();
    fs::remove(path());
  }
}

TEST_F(SqliteAgentStoreTest, NotesThatAreDamagedAreForgottenAndTheLogGoesOnWhereItEnded) {
  // One changed character each: what still reads well, what does not, and what says whose folder it is.
  for (const char* damage : {"value = CAST('00000011-2-' || substr(value, 12) AS BLOB) WHERE key = 'own_end'",
                             "value = CAST('x' AS BLOB) WHERE key = 'hub_common'",
                             "value = CAST('00018' AS BLOB) WHERE key = 'unit'",
                             "value = CAST('7' AS BLOB) WHERE key = 'digest'", "key = 'uxit' WHERE key = 'unit'"}) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Open();
    ASSERT_THAT(Add(3), IsOk());
    const EntryName end = log_->own_end();
    log_.reset();
    store_.reset();
    Sql(absl::StrCat("UPDATE meta SET ", damage));
    Open();
    EXPECT_EQ(store_->set_aside(), "") << "what no other machine may have stays";
    EXPECT_EQ(log_->own_end(), end) << damage;
    ASSERT_THAT(Add(1), IsOk());
    Open();
    EXPECT_EQ(log_->own_end().seq, 4u) << "on the same line: " << damage;
    EXPECT_EQ(log_->ledger().Ends().size(), 1u);
  }
}

TEST_F(SqliteAgentStoreTest, NotesOfAnOlderFileWithoutADigestAreTaken) {
  Open();
  ASSERT_THAT(Add(3), IsOk());
  AgentState state = log_->state();
  state.batch_bytes = 512;
  ASSERT_THAT(log_->SaveState(state), IsOk());
  log_.reset();
  store_.reset();
  Sql("DELETE FROM meta WHERE key = 'digest'");
  Open();
  EXPECT_EQ(log_->state(), state);
}

// Errors.

TEST_F(SqliteAgentStoreTest, ADatabaseFromANewerVersionIsLeftAlone) {
  Open();
  log_.reset();
  store_.reset();
  Sql("PRAGMA user_version=999");
  EXPECT_THAT(SqliteAgentStore::Open(path()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "newer version"));
  EXPECT_TRUE(fs::exists(path()));
  EXPECT_FALSE(fs::exists(path() + ".corrupt-1"));
  ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_THAT(SqliteAgentStore::Open(path()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "phiên bản mới hơn"));
}

TEST_F(SqliteAgentStoreTest, AFullDiskStoresNothingOfAWriteAndGoesOnWhenThereIsRoom) {
  FullDisk disk;
  Open(disk.name());
  ASSERT_THAT(Add(2), IsOk());
  disk.set_full(true);
  EXPECT_THAT(Add(500), StatusIs(absl::StatusCode::kResourceExhausted, "disk is full"));
  EXPECT_EQ(entries(), 2u);
  disk.set_full(false);
  ASSERT_THAT(Add(500), IsOk());
  Open();
  EXPECT_EQ(entries(), 502u);
}

TEST_F(SqliteAgentStoreTest, AFullDiskAfterAnyNumberOfWritesLeavesAllOrNothing) {
  for (int writes = 0; writes < 30; ++writes) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    FullDisk disk;
    Open(disk.name());
    ASSERT_THAT(Add(2), IsOk());
    disk.FullAfter(writes);
    const absl::Status status = Add(100);
    disk.set_full(false);
    Open();
    EXPECT_EQ(entries(), status.ok() ? 102u : 2u) << "full after " << writes << " writes: " << status;
    EXPECT_EQ(store_->set_aside(), "");
    log_.reset();
    store_.reset();
  }
}

}  // namespace
}  // namespace motcua
