// Survives: a socket that a killed hub left, a data folder with a very long path, a hub that stops meanwhile.
#include "hub/adapters/grpc_admin.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "common/sync/limits.h"
#include "tests/exchange/fake_hub.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;

class GrpcAdminTest : public ::testing::Test {
 protected:
  GrpcAdminTest() {
    std::string name = (std::filesystem::temp_directory_path() / "motcua-admin-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~GrpcAdminTest() override { std::filesystem::remove_all(folder_); }

  void Serve(const std::string& folder) {
    absl::StatusOr<std::unique_ptr<AdminServer>> server = AdminServer::Start(&hub_, folder);
    ASSERT_THAT(server.status(), IsOk());
    server_ = *std::move(server);
  }

  SystemRandom random_;
  FakeHub hub_{&random_, 1'790'000'000};
  std::string folder_;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(GrpcAdminTest, CommandRunsInTheServingHubAndItsAnswerComesBack) {
  hub_.on_command = [](const std::vector<std::string>& arguments, Language language) {
    EXPECT_THAT(arguments, ElementsAre("report", "--unit", "Phường"));
    EXPECT_EQ(language, Language::kEnglish);
    EXPECT_EQ(CurrentLanguage(), Language::kEnglish);
    return CommandResult{1, std::string("out\0\xFF", 5), "err"};
  };
  Serve(folder_);
  const auto result = ForwardCommand(folder_, {"report", "--unit", "Phường"}, Language::kEnglish);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->exit_code, 1);
  EXPECT_EQ(result->out, std::string("out\0\xFF", 5));
  EXPECT_EQ(result->err, "err");
}

// A bundle of the largest size goes to the hub and a receipt of the largest size comes back.
TEST_F(GrpcAdminTest, FilesTravelWithTheCommandInBothDirections) {
  const std::string input(kBundleBytesMax, '\xFE');
  const std::string file = std::string("\0\xFF", 2) + std::string(kBundleBytesMax - 2, 'r');
  hub_.on_command = [&](const std::vector<std::string>&, Language) { return CommandResult{0, "out", "", file}; };
  Serve(folder_);
  const auto result = ForwardCommand(folder_, {"bundle", "import"}, Language::kEnglish, input);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(hub_.input() == input);
  EXPECT_TRUE(result->file == file);
  EXPECT_EQ(result->out, "out");
}

TEST_F(GrpcAdminTest, SocketIsTheOwnersAlone) {
  Serve(folder_);
  struct stat facts {};
  ASSERT_EQ(::stat((folder_ + "/hub.sock").c_str(), &facts), 0);
  EXPECT_TRUE(S_ISSOCK(facts.st_mode));
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(GrpcAdminTest, SocketLeftByAKilledHubIsReplaced) {
  std::ofstream(folder_ + "/hub.sock") << "left";
  Serve(folder_);
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish), IsOk());
}

TEST_F(GrpcAdminTest, DataFolderMayHaveAVeryLongPath) {
  const std::string deep = folder_ + "/" + std::string(150, 'd');
  std::filesystem::create_directory(deep);
  Serve(deep);
  EXPECT_THAT(ForwardCommand(deep, {}, Language::kEnglish), IsOk());
}

TEST_F(GrpcAdminTest, LongListingsComeThroughWhole) {
  const std::string listing(std::size_t{20} * 1024 * 1024, 'x');
  hub_.on_command = [&](const std::vector<std::string>&, Language) { return CommandResult{0, listing, ""}; };
  Serve(folder_);
  const auto result = ForwardCommand(folder_, {}, Language::kEnglish);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->out.size(), listing.size());
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST_F(GrpcAdminTest, WithoutAServingHubTheCommandDidNotRun) {
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ForwardCommand(folder_ + "/none", {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kUnavailable));
  std::ofstream(folder_ + "/hub.sock") << "left by a killed hub";
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kUnavailable));
  Serve(folder_);
  server_.reset();
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(GrpcAdminTest, OutputOverItsBoundIsRefusedInWords) {
  hub_.on_command = [](const std::vector<std::string>&, Language) {
    return CommandResult{0, std::string(kCommandOutputBytesMax + 1, 'x'), ""};
  };
  Serve(folder_);
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, "too long"));
}

TEST_F(GrpcAdminTest, CommandThatThrowsIsAnErrorAndTheHubGoesOn) {
  hub_.on_command = [](const std::vector<std::string>&, Language) -> CommandResult { throw 7; };
  Serve(folder_);
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish).status(),
              StatusIs(absl::StatusCode::kInternal));
  hub_.on_command = [](const std::vector<std::string>&, Language) { return CommandResult{}; };
  EXPECT_THAT(ForwardCommand(folder_, {}, Language::kEnglish), IsOk());
}

TEST_F(GrpcAdminTest, FolderThatIsMissingIsASentence) {
  EXPECT_THAT(AdminServer::Start(&hub_, folder_ + "/none").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "hub.sock"));
}

}  // namespace
}  // namespace motcua
