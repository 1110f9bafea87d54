// Survives: a file left by a crash, a missing folder, a file larger than it may be.
#include "common/security/private_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class PrivateFileTest : public ::testing::Test {
 protected:
  PrivateFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "motcua-private-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/key.pem";
  }
  ~PrivateFileTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
};

mode_t ModeOf(const std::string& path) {
  struct stat facts {};
  ::stat(path.c_str(), &facts);
  return facts.st_mode & 0777;
}

TEST_F(PrivateFileTest, IsReadBackAndOnlyTheOwners) {
  ASSERT_THAT(WritePrivateFile(path_, "secret"), IsOk());
  const absl::StatusOr<std::string> read = ReadPrivateFile(path_);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, "secret");
  EXPECT_EQ(ModeOf(path_), 0600u);
}

TEST_F(PrivateFileTest, ReplacesTheOldFileWholeAndLeavesNothingBeside) {
  ASSERT_THAT(WritePrivateFile(path_, std::string(10'000, 'a')), IsOk());
  ASSERT_THAT(WritePrivateFile(path_, "b"), IsOk());
  EXPECT_EQ(*ReadPrivateFile(path_), "b");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(PrivateFileTest, WhatACrashLeftBesideIsNeitherReadNorInTheWay) {
  std::ofstream(path_ + ".new") << "half";
  ::chmod((path_ + ".new").c_str(), 0644);
  ASSERT_THAT(WritePrivateFile(path_, "whole"), IsOk());
  EXPECT_EQ(*ReadPrivateFile(path_), "whole");
  EXPECT_EQ(ModeOf(path_), 0600u);
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST_F(PrivateFileTest, MissingFileAndFolderAreNamed) {
  EXPECT_THAT(ReadPrivateFile(path_), StatusIs(absl::StatusCode::kNotFound, "key.pem"));
  EXPECT_THAT(WritePrivateFile(folder_ + "/none/key.pem", "x"),
              StatusIs(absl::StatusCode::kNotFound, "none"));
}

TEST_F(PrivateFileTest, FileOverItsBoundIsNotRead) {
  ASSERT_THAT(WritePrivateFile(path_, std::string(101, 'a')), IsOk());
  EXPECT_THAT(ReadPrivateFile(path_, 100), StatusIs(absl::StatusCode::kFailedPrecondition, "key.pem"));
  EXPECT_THAT(ReadPrivateFile(folder_), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace motcua
