#include "agent/adapters/agent_cli.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/sqlite_agent_store.h"
#include "common/base/language.h"
#include "common/rpc/catalog_text.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A folder as enrolment and a first sync leave it, without a hub behind it.
class AgentCliTest : public ::testing::Test {
 protected:
  AgentCliTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("motcua_cli_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    data_ = folder_ / "desk";
    Enroll(data_);
  }
  ~AgentCliTest() override { fs::remove_all(folder_); }

  static void Enroll(const std::string& data) {
    auto folder = DataFolder::Lock(data, /*create=*/true);
    ASSERT_THAT(folder, IsOk());
    FolderIdentity identity;
    identity.desk = {DeviceId{0x11}, "00019", Role::kDesk};
    identity.unit_name = "Phường \"Ngọc Khánh\"";
    identity.hub_address = "127.0.0.1:1";
    identity.receipt_key = std::string(32, 'k');
    identity.tls = {"no key", "no certificate"};
    identity.ca_pem = "no ca";
    ASSERT_THAT(folder->WriteIdentity(identity), IsOk());
    auto files = ReadCatalogFiles(std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020");
    ASSERT_THAT(files, IsOk());
    auto catalog = LoadCatalog(*files);
    ASSERT_THAT(catalog, IsOk());
    auto store = SqliteAgentStore::Open(folder->database_path());
    ASSERT_THAT(store, IsOk());
    StoreWrite write;
    write.catalog = (*catalog)->canonical();
    ASSERT_THAT((*store)->Apply(write), IsOk());
  }

  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", data_, "--lang", lang_});
    out_.str("");
    err_.str("");
    return RunAgent(arguments, out_, err_);
  }
  int Record(std::vector<std::string> action) {
    std::vector<std::string> arguments = {"record",    "--day",   "2020-03-02", "--procedure", "1.001193",
                                          "--channel", "counter", "--measure",  "received"};
    arguments.insert(arguments.end(), action.begin(), action.end());
    return Run(arguments);
  }
  nlohmann::json Json() const { return nlohmann::json::parse(out_.str()); }

  fs::path folder_;
  std::string data_;
  std::string lang_ = "en";
  std::ostringstream out_, err_;
};

TEST_F(AgentCliTest, RecordAnswersOwnPartAndUnitTotal) {
  ASSERT_EQ(Record({"--add", "3"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("this machine 3, whole unit 3"));
  ASSERT_EQ(Record({"--set", "25", "--json"}), 0);
  EXPECT_EQ(Json()["own_part"], 25);
  EXPECT_EQ(Json()["unit_total"], 25);
  EXPECT_EQ(Json()["cell"], "00019/2020-03-02/1.001193/counter/received");
  EXPECT_EQ(Json()["provisional"], false);
  EXPECT_EQ(err_.str(), "");
}

// The folder may hold more than a desk, and the numbers in it are nobody else's.
TEST_F(AgentCliTest, FolderThatWasThereKeepsItsRightsAndTheDatabaseIsItsOwners) {
  const fs::path shared = folder_ / "shared";
  fs::create_directories(shared);
  fs::permissions(shared, fs::perms(0755));
  Enroll(shared);
  fs::remove(shared / "agent.db");
  ASSERT_EQ(RunAgent({"status", "--data", shared}, out_, err_), 0) << err_.str();
  EXPECT_EQ(fs::status(shared).permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(shared / "agent.db").permissions(), fs::perms(0600));
}

// A script whose variable is empty must not record for today.
TEST_F(AgentCliTest, AnEmptyOrReversedDayIsRefused) {
  EXPECT_EQ(Run({"record", "--day", "", "--measure", "desk_staff", "--set", "3"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--day: must not be empty"));
  EXPECT_EQ(Run({"show", "--from", "2020-03-02", "--to", "2020-03-01", "--json"}), 1);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("must not be after the last"));
}

TEST_F(AgentCliTest, ShowAndStatusAreOneJsonObjectEach) {
  ASSERT_EQ(Record({"--add", "3"}), 0);
  ASSERT_EQ(Run({"show", "--day", "2020-03-02", "--json"}), 0);
  ASSERT_EQ(Json()["cells"].size(), 1u);
  EXPECT_EQ(Json()["cells"][0]["unit_total"], 3);
  ASSERT_EQ(Run({"status", "--json"}), 0);
  EXPECT_EQ(Json()["unit"], "00019");
  EXPECT_EQ(Json()["device"], "00000011");
  EXPECT_EQ(Json()["waiting"], 1);
  EXPECT_EQ(Json()["receipt"], nullptr);
  EXPECT_EQ(Json()["last_sync"]["at"], "");
  EXPECT_EQ(Json()["last_sync"]["error"], "");
}

TEST_F(AgentCliTest, MessagesFollowTheLanguage) {
  lang_ = "vi";
  ASSERT_EQ(Record({"--add", "1234"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("máy này 1.234, cả đơn vị 1.234"));
  ASSERT_EQ(Run({"show", "--day", "2020-03-02"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Cả đơn vị"));
  for (const char* words : {"(1.001193)", "Trực tiếp (counter)", "Tiếp nhận (received)"})
    EXPECT_THAT(out_.str(), HasSubstr(words)) << "a code without words is nothing to a person";
  ASSERT_EQ(Run({"status"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Lượt ghi chờ gửi"));
}

TEST_F(AgentCliTest, ALeadingZeroIsNotOctal) {
  ASSERT_EQ(Record({"--add", "010", "--json"}), 0);
  EXPECT_EQ(Json()["own_part"], 10);
}

TEST_F(AgentCliTest, ImportReportAndCheckWorkOffline) {
  ASSERT_EQ(
      Run({"import", std::string(MOTCUA_SOURCE_DIR) + "/deploy/sample/badinh-2020-9m/entries/00019.csv"}), 0)
      << err_.str();
  ASSERT_EQ(Run({"report", "--form", "vpcp-06", "--period", "2020-9M", "--json"}), 0) << err_.str();
  EXPECT_EQ(Json()["unit"], "00019");
  EXPECT_EQ(Json()["form"], "vpcp-06");
  const std::string file = folder_ / "form.csv";
  ASSERT_EQ(Run({"report", "--form", "badinh-2020", "--period", "2020-9M", "--format", "csv", "--out", file}),
            0)
      << err_.str();
  EXPECT_GT(fs::file_size(file), 100u);
  ASSERT_EQ(Run({"check", "--period", "badinh-2020/2020-9M", "--json"}), 0) << err_.str();
  EXPECT_TRUE(Json().contains("violations"));
  ASSERT_EQ(Run({"submit", "--period", "badinh-2020/2020-9M", "--signer", "Nguyễn Văn A", "--json"}), 0)
      << err_.str();
  EXPECT_EQ(Json()["covers"].size(), 1u);
}

TEST_F(AgentCliTest, EveryCommandHasAHelpWithAnExample) {
  for (const char* command :
       {"enroll", "record", "restate", "import", "show", "check", "report", "submit", "sync", "status"}) {
    std::ostringstream out, err;
    EXPECT_EQ(RunAgent({command, "--help", "--lang", "en"}, out, err), 0);
    EXPECT_THAT(out.str(), HasSubstr(absl::StrCat("Example:\n  motcua-agent ", command)));
    EXPECT_EQ(err.str(), "");
  }
}

TEST_F(AgentCliTest, TheIdentityIsForItsOwnerOnly) {
  for (const char* file : {"key.pem", "cert.pem", "ca.pem", "identity.json"}) {
    struct stat info {};
    ASSERT_EQ(stat((data_ + "/identity/" + file).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file;
  }
  auto folder = DataFolder::Lock(data_, false);
  ASSERT_THAT(folder, IsOk());
  auto identity = folder->ReadIdentity();
  ASSERT_THAT(identity, IsOk());
  EXPECT_EQ(identity->unit_name, "Phường \"Ngọc Khánh\"");
  EXPECT_EQ(identity->receipt_key, std::string(32, 'k'));
  EXPECT_EQ(identity->desk.device, DeviceId{0x11});
}

TEST_F(AgentCliTest, ADamagedDatabaseIsSetAsideSaidAndTheIdentityStays) {
  ASSERT_EQ(Record({"--add", "3"}), 0);
  std::ofstream(data_ + "/agent.db", std::ios::binary) << std::string(4096, 'x');
  ASSERT_EQ(Run({"status", "--json"}), 0) << err_.str();
  EXPECT_THAT(err_.str(), HasSubstr("agent.db.corrupt-1"));
  EXPECT_EQ(Json()["device"], "00000011");
  EXPECT_EQ(Json()["entries"], 0);
}

// Errors.

TEST_F(AgentCliTest, WrongUsageIsTwoAndARefusalIsOne) {
  EXPECT_EQ(Record({}), 2);
  EXPECT_EQ(Record({"--add", "1", "--set", "2"}), 2);
  EXPECT_EQ(Record({"--add", "one"}), 2);
  EXPECT_EQ(Run({"sync", "--timeout", "soon"}), 2);
  EXPECT_EQ(Run({"no-such-command"}), 2);
  EXPECT_NE(err_.str(), "");
  EXPECT_EQ(Record({"--add", "-1"}), 1);
  EXPECT_EQ(Run({"record", "--day", "2020-02-30", "--procedure", "1.001193", "--channel", "counter",
                 "--measure", "received", "--add", "1"}),
            1);
  EXPECT_EQ(Run({"import", folder_ / "no-such-file.csv"}), 1);
  EXPECT_EQ(Run({"report", "--form", "no-such-form", "--period", "2020-9M"}), 1);
  EXPECT_EQ(Run({"check", "--period", "2020-9M"}), 1);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(AgentCliTest, ASecondProcessOnTheFolderIsRefused) {
  auto held = DataFolder::Lock(data_, false);
  ASSERT_THAT(held, IsOk());
  EXPECT_EQ(Run({"status"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("Another motcua-agent is using the folder"));
  lang_ = "vi";
  EXPECT_EQ(Run({"status"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("đang dùng thư mục"));
}

TEST_F(AgentCliTest, AFolderThatWasNeverEnrolledSaysSo) {
  data_ = folder_ / "nobody";
  EXPECT_EQ(Record({"--add", "1"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("enroll"));
  EXPECT_FALSE(fs::exists(data_)) << "a mistyped path leaves nothing behind";
}

TEST_F(AgentCliTest, AnEnrolledFolderIsNotEnrolledAgain) {
  EXPECT_EQ(Run({"enroll", "--hub", "127.0.0.1:1", "--token", "x"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("enrolled already"));
}

TEST_F(AgentCliTest, ADamagedIdentityIsNamed) {
  std::ofstream(data_ + "/identity/identity.json") << "{\"format\": 1}";
  EXPECT_EQ(Run({"status"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("identity.json"));
  std::ofstream(data_ + "/identity/identity.json") << "{\"format\": 2}";
  EXPECT_EQ(Run({"status"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("newer version"));
}

}  // namespace
}  // namespace motcua
