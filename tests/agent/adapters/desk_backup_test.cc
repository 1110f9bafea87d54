// Backup, restore and doctor of a desk's folder.
//
// It should survive: a present file that is damaged, one that is missing, a second restore in the same second, keys
// that others may read.
#include "agent/adapters/desk_backup.h"

#include <filesystem>
#include <fstream>

#include "agent/adapters/desk_doctor.h"
#include "common/base/clock.h"
#include "common/security/ca.h"
#include "common/security/device_key.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DeskBackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "motcua-desk-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
    data_ = (home_ / "desk").string();
    absl::StatusOr<DataFolder> folder = DataFolder::Lock(data_, /*create=*/true);
    ASSERT_THAT(folder, IsOk());
    folder_.emplace(*std::move(folder));
    FolderIdentity identity;
    identity.desk = identity_;
    identity.hub_address = "127.0.0.1:1";
    identity.receipt_key = std::string(32, 'k');
    SystemRandom random;
    const int64_t now_s = SystemClock().WallSeconds();
    const auto ca = *CertificateAuthority::Create(&random, now_s);
    const DeviceKey key = *GenerateKeyAndCsr();
    identity.tls = {key.key_pem, ca->IssueDevice(key.csr_pem, {identity_.device, identity_.unit, identity_.role}, now_s)->pem};
    identity.ca_pem = ca->certificate_pem();
    ASSERT_THAT(folder_->WriteIdentity(identity), IsOk());
    absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store = SqliteAgentStore::Open(Database());
    ASSERT_THAT(store, IsOk());
    ASSERT_THAT(DeskLog::Load(identity_, store->get()), IsOk());
    fs::permissions(Database(), fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_THAT(BackUpDesk(**store, File("backup.db")), IsOk());
  }
  void TearDown() override {
    folder_.reset();
    fs::remove_all(home_);
  }
  std::string Database() const { return folder_->database_path(); }
  std::string File(const std::string& name) const { return (home_ / name).string(); }
  void Damage(const std::string& path) { std::ofstream(path, std::ios::trunc) << "ruined"; }
  absl::StatusOr<RestoredDesk> Restore(const std::string& file) { return RestoreDesk(*folder_, identity_, file); }

  fs::path home_;
  std::string data_;
  DeskIdentity identity_{DeviceId{0x11}, "00019", Role::kDesk};
  std::optional<DataFolder> folder_;
};

TEST_F(DeskBackupTest, ADamagedFileIsSetAsideAndTheBackupTakesItsPlace) {
  Damage(Database());
  const absl::StatusOr<RestoredDesk> restored = Restore(File("backup.db"));
  ASSERT_THAT(restored, IsOk());
  EXPECT_NE(restored->unreadable, "");
  EXPECT_EQ(fs::file_size(restored->set_aside), 6u);
  EXPECT_THAT(SqliteAgentStore::OpenWhole(Database()), IsOk());
  EXPECT_FALSE(fs::exists(Database() + ".restoring"));
}

TEST_F(DeskBackupTest, TwoRestoresInOneSecondKeepBothFiles) {
  const absl::StatusOr<RestoredDesk> first = Restore(File("backup.db"));
  const absl::StatusOr<RestoredDesk> second = Restore(File("backup.db"));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(first->set_aside, second->set_aside);
  EXPECT_TRUE(fs::exists(first->set_aside));
  EXPECT_TRUE(fs::exists(second->set_aside));
}

TEST_F(DeskBackupTest, WithoutADatabaseThereIsNothingToSetAside) {
  fs::remove(Database());
  const absl::StatusOr<RestoredDesk> restored = Restore(File("backup.db"));
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(restored->set_aside, "");
}

TEST_F(DeskBackupTest, WhatIsNoBackupOfThisDeskIsRefusedAndChangesNothing) {
  Damage(File("ruined.db"));
  fs::copy(File("backup.db"), File("other.db"));
  {
    auto other = Database::Open(File("other.db"), {});
    ASSERT_THAT((*other)->Execute("UPDATE meta SET value=CAST('34' AS BLOB) WHERE key='device'"), IsOk());
  }
  EXPECT_THAT(Restore(File("ruined.db")), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Restore(File("other.db")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(Restore(File("missing.db")).ok());
  for (const auto& file : fs::directory_iterator(data_))
    EXPECT_EQ(file.path().filename().string().find("restor"), std::string::npos) << file.path();
}

TEST_F(DeskBackupTest, DoctorFindsAHealthyDeskFine) {
  const Checkup checkup = ExamineDesk(*folder_, data_);
  EXPECT_FALSE(checkup.somebody_must_act()) << checkup.AsText();
}

TEST_F(DeskBackupTest, DoctorTellsOfDamageAndLeavesItWhereItIs) {
  Damage(Database());
  const Checkup checkup = ExamineDesk(*folder_, data_);
  EXPECT_TRUE(checkup.somebody_must_act());
  EXPECT_EQ(fs::file_size(Database()), 6u);
}

TEST_F(DeskBackupTest, DoctorTellsOfKeysThatOthersMayRead) {
  fs::permissions(data_ + "/identity/key.pem", fs::perms(0644));
  const Checkup checkup = ExamineDesk(*folder_, data_);
  EXPECT_TRUE(checkup.somebody_must_act());
  EXPECT_THAT(checkup.AsText(), HasSubstr("chmod go= " + data_ + "/identity/key.pem"));
}

TEST_F(DeskBackupTest, DoctorTellsOfAKeyThatIsNotTheCertificates) {
  std::ofstream(data_ + "/identity/key.pem") << GenerateKeyAndCsr()->key_pem;
  EXPECT_TRUE(ExamineDesk(*folder_, data_).somebody_must_act());
}

}  // namespace
}  // namespace motcua
