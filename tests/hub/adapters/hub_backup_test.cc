// Backup and restore of a hub's folder.
//
// It should survive: writes while the copy is made, a disk that refuses the copy, files that are no backup or a
// damaged one, a present hub that cannot be read, and a power cut between any two steps of a restore.
#include "hub/adapters/hub_backup.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/durable_file.h"
#include "common/sqlite/backup.h"
#include "hub/adapters/hub_cli.h"
#include "hub/adapters/hub_folder.h"
#include "hub/adapters/hub_restore.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::json;

class HubBackupTest : public testing::Test {
 protected:
  struct Ran {
    int exit_code = 0;
    std::string out;
    std::string err;
  };

  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "motcua-backup-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    ASSERT_EQ(Run({"init", "--catalog", std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020"}).exit_code,
              0);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Data() const { return (folder_ / "hub").string(); }
  std::string File(const std::string& name) const { return (folder_ / name).string(); }
  Ran Run(std::vector<std::string> arguments, const std::string& data = "hub") {
    for (const char* more : {"--lang", "en", "--data"}) arguments.push_back(more);
    arguments.push_back(File(data));
    std::ostringstream out, err;
    Ran ran;
    ran.exit_code = RunHubProgram(arguments, out, err);
    ran.out = out.str();
    ran.err = err.str();
    return ran;
  }
  // Says what the unit's number is; the only way an operator writes.
  void Restate(int value, const std::string& note) {
    ASSERT_EQ(Run({"restate", "--unit", "00019", "--day", "2020-03-02", "--procedure", "1.001193", "--channel",
                   "counter", "--measure", "received", "--set", std::to_string(value), "--note", note})
                  .exit_code,
              0);
  }
  std::string Received(const std::string& data = "hub") {
    const std::string out = Run({"facts", "--unit", "001", "--from", "2020-03-01", "--to", "2020-03-31",
                                 "--measure", "received", "--format", "csv"},
                                data)
                                .out;
    const std::size_t comma = out.find("received,");
    return comma == std::string::npos ? "" : out.substr(comma + 9, out.find('\n', comma) - comma - 9);
  }
  void BackUp() { ASSERT_EQ(Run({"backup", "--out", File("backup.db")}).exit_code, 0); }
  // The data file set aside, not the list of what it lost, which lies beside it as .txt.
  std::string SetAside() {
    for (const auto& file : fs::directory_iterator(Data())) {
      const std::string name = file.path().filename();
      if (name.rfind("hub.db.before-restore-", 0) == 0 && file.path().extension() != ".txt") return name;
    }
    return "";
  }

  fs::path folder_;
};

TEST_F(HubBackupTest, BackupIsOneCompleteFileOfItsOwnersAlone) {
  Restate(5, "first");
  BackUp();
  struct stat facts;
  ASSERT_EQ(::stat(File("backup.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_FALSE(fs::exists(File("backup.db.new")));
  EXPECT_FALSE(fs::exists(File("backup.db-wal")));
  // It makes a hub where none was, with the same keys.
  ASSERT_EQ(Run({"restore", File("backup.db")}, "new").exit_code, 0);
  EXPECT_EQ(Received("new"), "5");
  const auto old_keys = ReadHubKeys(Data());
  const auto new_keys = ReadHubKeys(File("new"));
  ASSERT_THAT(old_keys, IsOk());
  ASSERT_THAT(new_keys, IsOk());
  EXPECT_EQ(old_keys->ca_key_pem, new_keys->ca_key_pem);
  EXPECT_EQ(old_keys->receipt_key_pem, new_keys->receipt_key_pem);
  for (const auto& file : fs::directory_iterator(File("new"))) {
    const auto others = fs::perms::group_all | fs::perms::others_all;
    EXPECT_EQ(file.status().permissions() & others, fs::perms::none) << file.path();
  }
}

TEST_F(HubBackupTest, WhatIsWrittenBetweenTheStepsIsInTheCopyOrNotButNeverInPart) {
  Restate(1, "seed");
  auto folder = HubFolder::Lock(Data());
  ASSERT_THAT(folder, IsOk());
  auto running = OpenHub(*folder);
  ASSERT_THAT(running, IsOk());
  Hub& hub = *(*running)->hub;
  BackupOptions options;
  options.pages_per_step = 1;
  int steps = 0;
  options.serialise = [&](const std::function<absl::Status()>& step) {
    const absl::Status status = hub.WithStore(step);
    const Cell cell{"00019", *ParseDay("2020-03-02"), "1.001193", "counter", "received"};
    EXPECT_THAT(hub.Restate(cell, Value(int64_t{++steps}), std::nullopt, "while copying", "op"), IsOk());
    return status;
  };
  ASSERT_THAT(BackUpDatabase((*running)->store->database(), File("copy.db"), options), IsOk());
  EXPECT_GT(steps, 10);
  const auto keys = ReadHubKeys(Data());
  auto copy = OpenHub(File("copy.db"), *keys);
  ASSERT_THAT(copy, IsOk());
  const auto findings = (*copy)->hub->Verify();
  ASSERT_THAT(findings, IsOk());
  EXPECT_THAT(*findings, IsEmpty());
  // As of the last steps, not of the first one.
  const Cell cell{"00019", *ParseDay("2020-03-02"), "1.001193", "counter", "received"};
  EXPECT_GT(std::get<int64_t>(*(*copy)->hub->CellValue(cell)), steps - 4);
}

TEST_F(HubBackupTest, RestoreNamesWhatOnlyThePresentHubHad) {
  Restate(5, "before");
  BackUp();
  Restate(9, "only here");
  ASSERT_EQ(Run({"token", "create", "--unit", "00031"}).exit_code, 0);
  const Ran ran = Run({"restore", File("backup.db"), "--json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const Json json = Json::parse(ran.out);
  const Json& only = json["only_there"];
  ASSERT_EQ(only["hub_entries"].size(), 1u) << only;
  EXPECT_EQ(only["hub_entries"][0]["note"], "only here");
  EXPECT_EQ(only["hub_entries"][0]["value"], 9);
  EXPECT_EQ(only["hub_entries"][0]["needs_person"], true);
  ASSERT_EQ(only["entries"].size(), 1u);
  EXPECT_EQ(only["entries"][0]["unit"], "00019");
  ASSERT_EQ(only["tokens"].size(), 1u);
  EXPECT_EQ(only["tokens"][0]["unit"], "00031");
  EXPECT_THAT(only["devices"], IsEmpty());
  EXPECT_EQ(Received(), "5");
  EXPECT_TRUE(fs::exists(json["set_aside"].get<std::string>()));
  EXPECT_EQ(Json::parse(Run({"status", "--json"}).out)["incarnation"], json["incarnation"]);
}

TEST_F(HubBackupTest, RestoreSaysInWordsThatNothingIsLost) {
  Restate(5, "before");
  BackUp();
  const Ran ran = Run({"restore", File("backup.db")});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("nothing that the backup does not have"));
}

TEST_F(HubBackupTest, RestoreGivesAFolderTheKeysOfTheBackupAndKeepsTheOthers) {
  BackUp();
  ASSERT_EQ(
      Run({"init", "--catalog", std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020"}, "other").exit_code,
      0);
  const auto keys = ReadHubKeys(Data());
  const auto replaced = ReadHubKeys(File("other"));
  ASSERT_EQ(Run({"restore", File("backup.db")}, "other").exit_code, 0);
  EXPECT_EQ(ReadHubKeys(File("other"))->ca_key_pem, keys->ca_key_pem);
  bool kept = false;
  for (const auto& file : fs::directory_iterator(File("other"))) {
    if (file.path().filename().string().rfind("ca.key.pem.before-restore-", 0) != 0) continue;
    std::ifstream in(file.path());
    kept = std::string(std::istreambuf_iterator<char>(in), {}) == replaced->ca_key_pem;
  }
  EXPECT_TRUE(kept);
}

// Errors.

TEST_F(HubBackupTest, WhatIsNoWholeBackupIsRefusedAndChangesNothing) {
  Restate(5, "before");
  BackUp();
  std::ofstream(File("text.db")) << "no database at all";
  std::ofstream(File("empty.db"));
  fs::copy(File("backup.db"), File("damaged.db"));
  {
    std::fstream file(File("damaged.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(File("damaged.db")) / 2));
    file << std::string(8192, '\x5a');
  }
  fs::copy(Data() + "/hub.db", File("live.db"));
  fs::copy(File("backup.db"), File("newer.db"));
  {
    DatabaseOptions options;
    auto newer = Database::Open(File("newer.db"), options);
    ASSERT_THAT(newer, IsOk());
    ASSERT_THAT((*newer)->Execute("UPDATE backup SET value=CAST('2' AS BLOB) WHERE name='format'"), IsOk());
  }
  for (const char* name : {"text.db", "empty.db", "damaged.db", "live.db", "newer.db", "missing.db"}) {
    const Ran ran = Run({"restore", File(name)});
    EXPECT_EQ(ran.exit_code, 1) << name;
    EXPECT_THAT(ran.err, Not(IsEmpty())) << name;
    EXPECT_EQ(Run({"restore", File(name)}, "never").exit_code, 1) << name;
    EXPECT_FALSE(fs::exists(File("never"))) << name;
  }
  EXPECT_EQ(Received(), "5");
  EXPECT_EQ(SetAside(), "");
  EXPECT_FALSE(fs::exists(Data() + "/hub.db.restoring"));
}

TEST_F(HubBackupTest, ABackupWhoseLogDoesNotVerifyIsRefused) {
  Restate(5, "before");
  BackUp();
  {
    auto backup = Database::Open(File("backup.db"), {});
    ASSERT_THAT(backup, IsOk());
    ASSERT_THAT((*backup)->Execute("UPDATE counter SET value=6"), IsOk());
  }
  const Ran ran = Run({"restore", File("backup.db")});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("does not agree with the log"));
}

TEST_F(HubBackupTest, APresentHubThatCannotBeReadIsSetAsideUnread) {
  Restate(5, "before");
  BackUp();
  std::ofstream(Data() + "/hub.db", std::ios::trunc) << "ruined";
  const Ran ran = Run({"restore", File("backup.db"), "--json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(Json::parse(ran.out)["unreadable"], "");
  EXPECT_EQ(Received(), "5");
  std::ifstream aside(Data() + "/" + SetAside());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(aside), {}), "ruined");
}

TEST_F(HubBackupTest, BackupNeverTakesThePlaceOfAFileOfTheHubOrOfADevice) {
  EXPECT_EQ(Run({"backup", "--out", Data() + "/hub.db"}).exit_code, 1);
  EXPECT_EQ(Run({"backup", "--out", Data() + "/../hub/backup.db"}).exit_code, 1);
  EXPECT_EQ(Run({"backup", "--out", File("agent.db")}).exit_code, 1) << "a desk may be using it";
  EXPECT_EQ(Run({"backup", "--out", "/dev/null"}).exit_code, 1);
  EXPECT_EQ(Run({"backup", "--out", File("no/such/folder.db")}).exit_code, 1);
  EXPECT_EQ(Run({"status"}).exit_code, 0);
}

TEST_F(HubBackupTest, AFailedBackupLeavesTheOneBefore) {
  Restate(5, "before");
  BackUp();
  const auto size = fs::file_size(File("backup.db"));
  fs::create_directory(File("backup.db.new"));  // in the way of the growing file
  fs::create_directory(File("backup.db.new/full"));
  EXPECT_EQ(Run({"backup", "--out", File("backup.db")}).exit_code, 1);
  EXPECT_EQ(fs::file_size(File("backup.db")), size);
}

// doctor.

TEST_F(HubBackupTest, DoctorFindsAHealthyHubFine) {
  Restate(5, "any");
  const Ran ran = Run({"doctor", "--json"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out;
  EXPECT_EQ(Json::parse(ran.out)["healthy"], true);
}

TEST_F(HubBackupTest, DoctorAsksForAPersonWhereKeysLieOpenAndFactsDiffer) {
  Restate(5, "any");
  fs::permissions(Data() + "/ca.key.pem", fs::perms(0644));
  {
    auto database = Database::Open(Data() + "/hub.db", {});
    ASSERT_THAT((*database)->Execute("UPDATE counter SET value=6"), IsOk());
  }
  const Ran ran = Run({"doctor", "--json"});
  EXPECT_EQ(ran.exit_code, 1);
  std::map<std::string, std::string> states;
  const Json answer = Json::parse(ran.out);
  for (const Json& check : answer["checks"]) states[check["check"]] = check["state"];
  EXPECT_EQ(states["permissions"], "act");
  EXPECT_EQ(states["ledger"], "act");
  EXPECT_EQ(states["database"], "fine");
}

// A power cut between any two steps: the states it leaves are made by hand.

class InterruptedRestoreTest : public HubBackupTest {
 protected:
  // The folder as it is right after the decision: everything behind it is still to be done.
  void SetUp() override {
    HubBackupTest::SetUp();
    Restate(5, "in the backup");
    BackUp();
    Restate(9, "in the old hub");
    fs::copy(File("backup.db"), Data() + "/hub.db.restored");
    auto restored = Database::Open(Data() + "/hub.db.restored", {});
    ASSERT_THAT(restored, IsOk());
    ASSERT_THAT((*restored)->Execute("INSERT INTO backup VALUES('aside', CAST('before-restore-T' AS BLOB)); "
                                     "PRAGMA journal_mode=DELETE"),
                IsOk());
  }
  void ExpectRestored() {
    EXPECT_EQ(Received(), "5");
    EXPECT_FALSE(fs::exists(Data() + "/hub.db.restored"));
    EXPECT_TRUE(fs::exists(Data() + "/hub.db.before-restore-T"));
    auto database = Database::Open(Data() + "/hub.db", {});
    ASSERT_THAT(database, IsOk());
    EXPECT_EQ(*(*database)->QueryInt("SELECT COUNT(*) FROM sqlite_master WHERE name='backup'"), 0)
        << "the keys stayed in the database";
  }
};

TEST_F(InterruptedRestoreTest, BeforeTheDecisionTheOldHubIsThere) {
  fs::rename(Data() + "/hub.db.restored", Data() + "/hub.db.restoring");
  EXPECT_EQ(Received(), "9");
  EXPECT_EQ(Run({"restore", File("backup.db")}).exit_code, 0);
  EXPECT_EQ(Received(), "5");
  EXPECT_FALSE(fs::exists(Data() + "/hub.db.restoring"));
}

TEST_F(InterruptedRestoreTest, RightAfterTheDecisionAnyCommandFinishesIt) { ExpectRestored(); }

TEST_F(InterruptedRestoreTest, WithTheOldDatabaseSetAsideItIsFinished) {
  fs::rename(Data() + "/hub.db", Data() + "/hub.db.before-restore-T");
  std::ofstream(Data() + "/hub.db-wal") << "belongs to the old one";
  ExpectRestored();
  EXPECT_TRUE(fs::exists(Data() + "/hub.db.before-restore-T-wal"));
}

TEST_F(InterruptedRestoreTest, WithOneOfTheKeysGoneItIsFinished) {
  fs::rename(Data() + "/hub.db", Data() + "/hub.db.before-restore-T");
  const auto keys = ReadHubKeys(Data());
  ASSERT_THAT(keys, IsOk());
  fs::remove(Data() + "/receipt.key.pem");
  ExpectRestored();
  EXPECT_EQ(ReadHubKeys(Data())->receipt_key_pem, keys->receipt_key_pem);
}

TEST_F(InterruptedRestoreTest, BeforeTheLastRenameItIsFinished) {
  fs::rename(Data() + "/hub.db", Data() + "/hub.db.before-restore-T");
  {
    auto restored = Database::Open(Data() + "/hub.db.restored", {});
    ASSERT_THAT(RemoveBackupFacts(**restored), IsOk());
  }
  ExpectRestored();
}

TEST_F(InterruptedRestoreTest, InitDoesNotTakeTheFolderMeanwhile) {
  fs::rename(Data() + "/hub.db", Data() + "/hub.db.before-restore-T");
  EXPECT_EQ(Run({"init", "--catalog", std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020"}).exit_code,
            1);
  ExpectRestored();
}

}  // namespace
}  // namespace motcua
