// Whole files moved, copied and removed: done or not done, private, and said in one sentence when they cannot be.
#include "common/base/durable_file.h"

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
using absl::StatusCode;

class DurableFileTest : public ::testing::Test {
 protected:
  DurableFileTest() {
    std::string pattern = testing::TempDir() + "durable.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~DurableFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static unsigned Mode(const std::string& path) {
    struct stat facts = {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 07777U;
  }
  std::size_t FilesThere() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(DurableFileTest, ARenameReplacesTheOtherFileWhole) {
  const std::string from = Write("new", "new bytes");
  const std::string to = Write("old", "something longer that was there");
  ASSERT_THAT(RenameDurably(from, to), IsOk());
  EXPECT_EQ(Read(to), "new bytes");
  EXPECT_FALSE(fs::exists(from));
}

TEST_F(DurableFileTest, ACopyIsWholeAndItsOwnersAloneWhateverTheOriginalWas) {
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes.push_back(static_cast<char>(i * 7));  // several chunks, and zeros
  const std::string from = Write("from", bytes);
  fs::permissions(from, fs::perms::all);
  const std::string to = Write("to", "what was there");
  fs::permissions(to, fs::perms::all);
  ASSERT_THAT(CopyPrivately(from, to), IsOk());
  EXPECT_EQ(Read(to), bytes);
  EXPECT_EQ(Mode(to), 0600U);
  EXPECT_EQ(Read(from), bytes);
}

TEST_F(DurableFileTest, AnEmptyFileIsCopiedToo) {
  ASSERT_THAT(CopyPrivately(Write("from", ""), Path("to")), IsOk());
  EXPECT_EQ(fs::file_size(Path("to")), 0u);
}

// Nobody who planted a link gets a private file written elsewhere.
TEST_F(DurableFileTest, ACopyReplacesALinkAndWritesNothingThroughIt) {
  const std::string elsewhere = Write("elsewhere", "theirs");
  fs::create_symlink(elsewhere, Path("to"));
  ASSERT_THAT(CopyPrivately(Write("from", "ours"), Path("to")), IsOk());
  EXPECT_EQ(Read(elsewhere), "theirs");
  EXPECT_FALSE(fs::is_symlink(Path("to")));
  EXPECT_EQ(Read(Path("to")), "ours");
}

TEST_F(DurableFileTest, RemovingTwiceIsFine) {
  const std::string path = Write("a", "x");
  EXPECT_THAT(RemoveFile(path), IsOk());
  EXPECT_THAT(RemoveFile(path), IsOk());
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DurableFileTest, SyncingWhatIsThereSucceeds) { EXPECT_THAT(SyncFile(Write("a", "x")), IsOk()); }

// Errors name the file that is the matter.

TEST_F(DurableFileTest, WhatIsNotThereIsNamed) {
  EXPECT_THAT(SyncFile(Path("none")), StatusIs(StatusCode::kNotFound, Path("none")));
  EXPECT_THAT(RenameDurably(Path("none"), Path("to")), StatusIs(StatusCode::kNotFound, Path("none")));
  EXPECT_THAT(CopyPrivately(Path("none"), Path("to")), StatusIs(StatusCode::kNotFound, Path("none")));
  EXPECT_EQ(FilesThere(), 0u);
}

TEST_F(DurableFileTest, AFailedCopyLeavesNoneAndAFailedRenameLeavesBoth) {
  fs::create_directory(Path("folder"));
  Write("folder/inside", "x");
  const std::string from = Write("from", "bytes");
  // A folder can be opened and not read.
  EXPECT_THAT(CopyPrivately(Path("folder"), Path("to")), StatusIs(StatusCode::kFailedPrecondition, Path("to")));
  EXPECT_FALSE(fs::exists(Path("to")));
  EXPECT_THAT(CopyPrivately(from, Path("folder")), StatusIs(StatusCode::kFailedPrecondition, Path("folder")));
  EXPECT_THAT(RenameDurably(from, Path("folder")), StatusIs(StatusCode::kFailedPrecondition, Path("folder")));
  EXPECT_THAT(CopyPrivately(from, Path("none/to")), StatusIs(StatusCode::kNotFound, Path("none/to")));
  EXPECT_THAT(RemoveFile(Path("folder")), StatusIs(StatusCode::kFailedPrecondition, Path("folder")));
  EXPECT_EQ(Read(from), "bytes");
  EXPECT_EQ(Read(Path("folder/inside")), "x");
}

}  // namespace
}  // namespace motcua
