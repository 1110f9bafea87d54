#include "common/base/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public ::testing::Test {
 protected:
  OutputFileTest() {
    std::string pattern = testing::TempDir() + "output.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~OutputFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t Files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(OutputFileTest, FileHoldsTheTextAndNothingStandsBesideIt) {
  EXPECT_THAT(WriteOutputFile(Path("a.csv"), "một\n", ""), IsOk());
  EXPECT_THAT(WriteOutputFile(Path("a.csv"), "hai\n", ""), IsOk());
  EXPECT_EQ(Read(Path("a.csv")), "hai\n");
  EXPECT_EQ(Files(), 1u);
}

TEST_F(OutputFileTest, LinkStaysAndTheFileItNamesIsReplaced) {
  fs::create_directory(folder_ / "real");
  std::ofstream(Path("real/a.csv")) << "old";
  fs::create_symlink(folder_ / "real" / "a.csv", folder_ / "link.csv");
  EXPECT_THAT(WriteOutputFile(Path("link.csv"), "x", ""), IsOk());
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.csv"));
  EXPECT_EQ(Read(Path("real/a.csv")), "x");
}

// A rename onto /dev/null would leave the whole machine without it.
TEST_F(OutputFileTest, PipeIsWrittenToAndNotReplaced) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  std::fstream reader(Path("pipe"), std::ios::in | std::ios::out);
  EXPECT_THAT(WriteOutputFile(Path("pipe"), "x\n", ""), IsOk());
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe"));
  std::string line;
  std::getline(reader, line);
  EXPECT_EQ(line, "x");
  EXPECT_EQ(Files(), 1u);
}

// Errors.

TEST_F(OutputFileTest, FolderOrMissingFolderIsNamedAndNothingIsLeft) {
  EXPECT_THAT(WriteOutputFile(folder_.string(), "x", ""), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(WriteOutputFile(Path("none/a.csv"), "x", ""), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Files(), 0u);
}

TEST_F(OutputFileTest, FullDeviceIsRefusedAndStaysADevice) {
  if (!fs::is_character_file("/dev/full")) return;  // not every sandbox has one
  EXPECT_FALSE(WriteOutputFile("/dev/full", "x", "").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(OutputFileTest, TheDataFolderIsNeverWrittenInto) {
  const std::string data = Path("data");
  fs::create_directories(data + "/identity");
  ASSERT_THAT(WriteOutputFile(data + "/agent.db", "whole", ""), IsOk());
  fs::create_symlink(data, Path("link"));
  fs::create_symlink(data + "/agent.db", Path("innocent.csv"));
  for (const std::string& target : {data + "/agent.db", data + "/identity/new.json", Path("link/agent.db"), Path("innocent.csv"), Path("other/../data/agent.db"), data}) {
    EXPECT_THAT(WriteOutputFile(target, "x", data), StatusIs(absl::StatusCode::kInvalidArgument)) << target;
    EXPECT_THAT(WriteOutputFile(target, "x", Path("link")), StatusIs(absl::StatusCode::kInvalidArgument)) << target;
  }
  EXPECT_EQ(Read(data + "/agent.db"), "whole");
  // A folder beside it that only begins with the same letters is not it.
  fs::create_directories(Path("data-of-last-year"));
  EXPECT_THAT(WriteOutputFile(Path("data-of-last-year/a.csv"), "x", data), IsOk());
}

TEST_F(OutputFileTest, ADatabaseIsNeverReplacedWhereverItLies) {
  const std::string head("SQLite format 3\0", 16);
  ASSERT_THAT(WriteOutputFile(Path("hub.db"), head + "whole", ""), IsOk());
  fs::create_symlink(Path("hub.db"), Path("innocent.csv"));
  for (const std::string& target : {Path("hub.db"), Path("innocent.csv")}) {
    EXPECT_THAT(WriteOutputFile(target, "x", ""), StatusIs(absl::StatusCode::kInvalidArgument)) << target;
  }
  EXPECT_EQ(Read(Path("hub.db")), head + "whole");
}

}  // namespace
}  // namespace motcua
