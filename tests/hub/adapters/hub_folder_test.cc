// The data folder and the commands: init, one process at a time, what operators type and get.
#include "hub/adapters/hub_folder.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/rpc/catalog_text.h"
#include "common/security/code.h"
#include "common/security/device_key.h"
#include "hub/adapters/hub_cli.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::json;

class HubFolderTest : public testing::Test {
 protected:
  struct Ran {
    int exit_code = 0;
    std::string out;
    std::string err;
  };

  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "motcua-folder-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Data() const { return (folder_ / "hub").string(); }
  static std::string CatalogPath() { return std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020"; }
  // Runs the program in this process; --data and --lang are added.
  Ran Run(std::vector<std::string> arguments) {
    for (const char* more : {"--lang", "en", "--data"}) arguments.push_back(more);
    arguments.push_back(Data());
    std::ostringstream out, err;
    Ran ran;
    ran.exit_code = RunHubProgram(arguments, out, err);
    ran.out = out.str();
    ran.err = err.str();
    return ran;
  }
  void Init() { ASSERT_EQ(Run({"init", "--catalog", CatalogPath()}).exit_code, 0); }

  std::filesystem::path folder_;
};

TEST_F(HubFolderTest, InitMakesAHubThatOnlyItsOwnerCanRead) {
  const Ran ran = Run({"init", "--catalog", CatalogPath()});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("badinh-2020"));
  EXPECT_EQ(std::filesystem::status(Data()).permissions(), std::filesystem::perms::owner_all);
  for (const auto& file : std::filesystem::directory_iterator(Data())) {
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(file.status().permissions() & others, std::filesystem::perms::none) << file.path();
  }
  const Ran status = Run({"status", "--json"});
  EXPECT_EQ(Json::parse(status.out)["catalog"], "badinh-2020");
  EXPECT_EQ(Json::parse(status.out)["entries"], 0);
}

TEST_F(HubFolderTest, InitLeavesTheRightsOfAFolderThatWasThere) {
  std::filesystem::create_directories(Data());
  std::filesystem::permissions(Data(), std::filesystem::perms(0755));
  Init();
  EXPECT_EQ(std::filesystem::status(Data()).permissions(), std::filesystem::perms(0755));
}

TEST_F(HubFolderTest, OutNeverTakesThePlaceOfADevice) {
  Init();
  const std::string link = (folder_ / "device").string();
  std::filesystem::create_symlink("/dev/null", link);
  EXPECT_EQ(Run({"report", "--form", "vpcp-06", "--rows", "--out", link}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(HubFolderTest, CodeEnrolsAndTheDeviceIsListedAndRevoked) {
  Init();
  const Ran token = Run({"token", "create", "--unit", "00019", "--ttl", "30m"});
  ASSERT_EQ(token.exit_code, 0);
  const std::string code = token.out.substr(token.out.find(":\n") + 2);
  std::string device;
  {
    auto folder = HubFolder::Lock(Data());
    ASSERT_THAT(folder, IsOk());
    auto running = OpenHub(*folder);
    ASSERT_THAT(running, IsOk());
    const auto read = ParseCode(code);
    ASSERT_THAT(read, IsOk());
    EXPECT_EQ(read->ca_fingerprint, (*running)->ca->fingerprint());
    const auto answer = (*running)->hub->Enroll({read->secret, GenerateKeyAndCsr()->csr_pem, "máy 1"});
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(answer->unit, "00019");
    const auto facts = InspectCertificate(answer->certificate_pem);
    ASSERT_THAT(facts, IsOk());
    EXPECT_EQ(facts->names, (DeviceNames{answer->device, "00019", Role::kDesk}));
    EXPECT_THAT((*running)->hub->Authorise(
                    {facts->names->device, facts->names->unit, facts->names->role, facts->serial, facts->issued_s}),
                IsOk());
    device = FormatDevice(answer->device);
  }
  Json list = Json::parse(Run({"device", "list", "--json"}).out);
  ASSERT_EQ(list["devices"].size(), 1u);
  EXPECT_EQ(list["devices"][0]["device"], device);
  EXPECT_EQ(list["devices"][0]["name"], "máy 1");
  EXPECT_EQ(list["devices"][0]["state"], "active");
  EXPECT_EQ(list["devices"][0]["last_seen"], "");
  EXPECT_EQ(Run({"device", "revoke", device}).exit_code, 0);
  list = Json::parse(Run({"device", "list", "--json"}).out);
  EXPECT_EQ(list["devices"][0]["state"], "revoked");
}

TEST_F(HubFolderTest, OperatorRestatesAndSeesItEverywhere) {
  Init();
  const Ran restate =
      Run({"restate", "--unit", "00019", "--day", "2020-03-02", "--procedure", "1.001193", "--channel",
           "counter", "--measure", "received", "--set", "25", "--note", "counted again", "--json"});
  ASSERT_EQ(restate.exit_code, 0) << restate.err;
  const std::string entry = Json::parse(restate.out)["entry"];
  const Ran facts = Run({"facts", "--unit", "001", "--from", "2020-03-01", "--to", "2020-03-31", "--measure",
                         "received", "--format", "csv"});
  EXPECT_EQ(facts.out, "measure,value\nreceived,25\n");
  const Json ledger = Json::parse(
      Run({"ledger", "show", "--cell", "00019/2020-03-02/1.001193/counter/received", "--json"}).out);
  ASSERT_EQ(ledger["entries"].size(), 1u);
  EXPECT_EQ(ledger["entries"][0]["entry"], entry);
  EXPECT_EQ(ledger["entries"][0]["value"], 25);
  EXPECT_EQ(ledger["entries"][0]["note"], "counted again");
  EXPECT_EQ(ledger["entries"][0]["fate"], "counted");
  EXPECT_EQ(
      Run({"exclude", "--unit", "00019", "--entries", entry + ".." + entry, "--note", "wrong"}).exit_code, 0);
  const Json after = Json::parse(Run({"ledger", "show", "--unit", "00019", "--json"}).out);
  EXPECT_EQ(after["entries"][0]["fate"], "excluded");
  EXPECT_EQ(after["entries"][0]["reason"], "wrong");
  EXPECT_EQ(
      Run({"include", "--unit", "00019", "--entries", entry + ".." + entry, "--note", "right"}).exit_code, 0);
  EXPECT_EQ(Run({"ledger", "verify"}).exit_code, 0);
}

TEST_F(HubFolderTest, ReportGoesToTheScreenOrAFile) {
  Init();
  const Ran json =
      Run({"report", "--form", "vpcp-06", "--unit", "001", "--period", "2020-9M", "--format", "json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(Json::parse(json.out)["form"], "vpcp-06");
  const std::string file = (folder_ / "out.csv").string();
  const Ran csv = Run({"report", "--form", "vpcp-06", "--unit", "001", "--period", "2020-9M", "--format",
                       "csv", "--out", file});
  EXPECT_EQ(csv.exit_code, 0);
  EXPECT_THAT(csv.out, IsEmpty());
  std::ifstream in(file);
  std::string header;
  std::getline(in, header);
  EXPECT_EQ(header, "row,column,value,label,note");
  EXPECT_THAT(Run({"report", "--form", "badinh-2020", "--rows"}).out, HasSubstr("2.3.6/"));
  EXPECT_EQ(Run({"check", "--unit", "001", "--period", "badinh-2020/2020-9M", "--json"}).exit_code, 0);
}

TEST_F(HubFolderTest, FiguresTypedFromPaperAreJudgedOrRefusedWhole) {
  Init();
  const std::string typed = MOTCUA_SOURCE_DIR "/deploy/sample/badinh-2020-9m/published-form.csv";
  const Ran found = Run({"check", "--form", "badinh-2020", "--values", typed, "--json"});
  ASSERT_EQ(found.exit_code, 0) << found.err;
  EXPECT_EQ(Json::parse(found.out)["violations"].size(), 18u);
  EXPECT_EQ(Run({"check", "--form", "badinh-2020", "--values", typed, "--strict"}).exit_code, 1);
  const std::string file = (folder_ / "typed.csv").string();
  std::ofstream(file) << "row,column,value\n2.3.6/pending,value,Tỷ lệ %\nnowhere,value,1\n";
  const Ran refused = Run({"check", "--form", "badinh-2020", "--values", file});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("2: "));
  EXPECT_THAT(refused.err, HasSubstr("3: "));
  EXPECT_EQ(Run({"check", "--form", "badinh-2020", "--values", "/nowhere.csv"}).exit_code, 1);
  for (const std::vector<std::string>& half :
       {std::vector<std::string>{"check"}, {"check", "--form", "badinh-2020"}, {"check", "--unit", "001"},
        {"check", "--form", "badinh-2020", "--values", typed, "--unit", "001"}}) {
    EXPECT_EQ(Run(half).exit_code, 2);
  }
}

TEST_F(HubFolderTest, TheDefinitionsOfARateStandSideBySideWhenAsked) {
  Init();
  const auto rows = [&](bool compare) {
    std::vector<std::string> arguments = {"report", "--form", "badinh-2020", "--unit", "001", "--period", "2020-9M", "--json"};
    if (compare) arguments.push_back("--compare-rates");
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return Json::parse(ran.out)["rows"];
  };
  EXPECT_EQ(rows(false).dump().find("@on_time"), std::string::npos);
  EXPECT_NE(rows(true).dump().find("@on_time"), std::string::npos);
}

TEST_F(HubFolderTest, VerifyEndsWithOneWhenAFactDiffers) {
  Init();
  ASSERT_EQ(Run({"restate", "--unit", "00019", "--day", "2020-03-02", "--procedure", "1.001193", "--channel",
                 "counter", "--measure", "received", "--set", "25", "--note", "n"})
                .exit_code,
            0);
  {
    auto store = SqliteHubStore::Open(Data() + "/hub.db", {});
    ASSERT_THAT((*store)->database().Execute("UPDATE counter SET value = 24"), IsOk());
  }
  const Ran ran = Run({"ledger", "verify"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, HasSubstr("00019/2020-03-02/1.001193/counter/received"));
}

TEST_F(HubFolderTest, EveryCommandHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> commands = {{"init"},
                                                          {"serve"},
                                                          {"catalog", "check"},
                                                          {"catalog", "apply"},
                                                          {"token", "create"},
                                                          {"device", "list"},
                                                          {"device", "revoke"},
                                                          {"report"},
                                                          {"facts"},
                                                          {"check"},
                                                          {"restate"},
                                                          {"exclude"},
                                                          {"include"},
                                                          {"status"},
                                                          {"token"},
                                                          {"catalog"},
                                                          {"device"},
                                                          {"ledger"},
                                                          {"ledger", "show"},
                                                          {"ledger", "verify"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    std::ostringstream out, err;
    EXPECT_EQ(RunHubProgram(command, out, err), 0) << command[0];
    EXPECT_THAT(out.str(), HasSubstr("motcua-hub " + command[0])) << command[0];
    EXPECT_THAT(out.str(), testing::AnyOf(HasSubstr("Ví dụ:\n"), HasSubstr("Example:\n"))) << command[0];
  }
}

TEST_F(HubFolderTest, TimesForProgramsCarryTheirZoneAndScreensSpeakTheReadersLanguage) {
  Init();
  const Json token = Json::parse(Run({"token", "create", "--unit", "00019", "--json"}).out);
  EXPECT_THAT(token["expires"].get<std::string>(),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\+07:00"));
  ASSERT_EQ(Run({"restate", "--unit", "00019", "--day", "2020-03-02", "--measure", "desk_staff", "--set", "4",
                 "--note", "counted\nagain"})
                .exit_code,
            0);
  const Json shown = Json::parse(Run({"ledger", "show", "--unit", "00019", "--json"}).out);
  EXPECT_THAT(shown["entries"][0]["time"].get<std::string>(), testing::EndsWith("+07:00"));
  EXPECT_EQ(shown["entries"][0]["fate"], "counted");
  std::ostringstream out, err;
  RunHubProgram({"ledger", "show", "--data", Data(), "--unit", "00019", "--lang", "vi"}, out, err);
  EXPECT_THAT(out.str(), HasSubstr("ấn định  00019/2020-03-02///desk_staff  = 4"));
  EXPECT_THAT(out.str(), HasSubstr("được tính"));
  EXPECT_THAT(out.str(), HasSubstr("counted again\n"));
}

// Errors.

TEST_F(HubFolderTest, LedgerOfAUnitThatIsNoneIsRefused) {
  Init();
  const Ran unknown = Run({"ledger", "show", "--unit", "99999", "--json"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_EQ(unknown.out, "");
  EXPECT_THAT(unknown.err, HasSubstr("no unit \"99999\""));
  EXPECT_THAT(Run({"ledger", "show", "--unit", "001"}).err, HasSubstr("only consolidates"));
  const Ran fresh = Run({"ledger", "show", "--unit", "00019"});
  EXPECT_EQ(fresh.exit_code, 0);
  EXPECT_EQ(fresh.out, "There are no entries.\n");
}

TEST_F(HubFolderTest, ServeRefusesAnAddressThatIsNoneInOneSentence) {
  Init();
  for (const char* address : {"127.0.0.1", "127.0.0.1:99999", ":7443", "x y:1", "127.0.0.1:"}) {
    const Ran ran = Run({"serve", "--grpc", address});
    EXPECT_EQ(ran.exit_code, 1) << address;
    EXPECT_THAT(ran.err, HasSubstr("write HOST:PORT")) << address;
  }
  EXPECT_EQ(Run({"serve", "--grpc", "127.0.0.1:0", "--http", "zzz"}).exit_code, 1);
}

TEST_F(HubFolderTest, FaultyCatalogIsRefusedAndLeavesNothingBehind) {
  std::filesystem::create_directories(folder_ / "faulty");
  std::ofstream(folder_ / "faulty" / "units.txtpb") << "unit { code: \"x\" colour: \"red\" }\n";
  const Ran ran = Run({"init", "--catalog", (folder_ / "faulty").string()});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("units.txtpb:1"));
  EXPECT_FALSE(std::filesystem::exists(Data()));
}

TEST_F(HubFolderTest, FailedInitTakesAwayWhatItMadeAndNothingElse) {
  std::filesystem::create_directories(Data() + "/hub.db.new/in the way");
  EXPECT_EQ(Run({"init", "--catalog", CatalogPath()}).exit_code, 1);
  std::vector<std::string> left;
  for (const auto& file : std::filesystem::directory_iterator(Data())) left.push_back(file.path().filename());
  EXPECT_THAT(left, testing::ElementsAre("hub.db.new"));
}

TEST_F(HubFolderTest, ExistingHubIsNotOverwritten) {
  Init();
  const std::string before = Run({"status", "--json"}).out;
  EXPECT_EQ(Run({"init", "--catalog", CatalogPath()}).exit_code, 1);
  EXPECT_EQ(Run({"status", "--json"}).out, before);
}

TEST_F(HubFolderTest, FolderHasOneUserAtATime) {
  Init();
  const auto held = HubFolder::Lock(Data());
  ASSERT_THAT(held, IsOk());
  EXPECT_THAT(HubFolder::Lock(Data()), StatusIs(absl::StatusCode::kAborted));
}

TEST_F(HubFolderTest, WrongUsageIsTwoAndRefusalsAreOneSentence) {
  EXPECT_EQ(Run({"no-such-command"}).exit_code, 2);
  EXPECT_EQ(Run({"token", "create"}).exit_code, 2);
  EXPECT_EQ(Run({"report", "--form", "vpcp-06", "--unit", "001"}).exit_code, 2);
  EXPECT_EQ(Run({"ledger", "show"}).exit_code, 2);
  EXPECT_EQ(Run({"report", "--form", "vpcp-06", "--unit", "001", "--period", "2020-9M", "--format", "xlsx"}).exit_code, 2)
      << "a workbook is not for a terminal";
  Ran ran = Run({"device", "list"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("motcua-hub init"));
  Init();
  for (const std::vector<std::string>& refused : std::vector<std::vector<std::string>>{
           {"token", "create", "--unit", "12345"},
           {"token", "create", "--unit", "001"},
           {"token", "create", "--unit", "00019", "--ttl", "forever"},
           {"token", "create", "--unit", "00019", "--role", "viewer"},
           {"device", "revoke", "deadbeef"},
           {"report", "--form", "none", "--unit", "001", "--period", "2020-9M"},
           {"facts", "--unit", "001", "--from", "2020-01-32", "--to", "2020-02-01"},
           {"check", "--unit", "001", "--period", "2020-9M"},
           {"restate", "--unit", "00019", "--day", "2020-03-02", "--procedure", "9.9", "--channel", "counter",
            "--measure", "received", "--set", "1", "--note", "n"},
           {"restate", "--unit", "00019", "--day", "2020-03-02", "--procedure", "1.001193", "--channel",
            "counter", "--measure", "received", "--set", "-1", "--note", "n"},
           {"exclude", "--unit", "00019", "--entries", "x", "--note", "n"},
           {"exclude", "--unit", "00019", "--entries",
            "00000001-1-0000000000000001..00000001-1-0000000000000001", "--note", "n"},
           {"catalog", "apply", "/nowhere"},
           {"serve", "--store", "postgresql://x"}}) {
    ran = Run(refused);
    EXPECT_EQ(ran.exit_code, 1) << refused[0] << " " << refused[1];
    EXPECT_THAT(ran.out, IsEmpty()) << refused[0];
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_EQ(Json::parse(Run({"status", "--json"}).out)["entries"], 0);
}

}  // namespace
}  // namespace motcua
