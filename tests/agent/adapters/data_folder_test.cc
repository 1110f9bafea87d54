// The folder's lock is the file that bears its name: one that was taken away while somebody waited for it is not.
#include "agent/adapters/data_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

class DataFolderTest : public ::testing::Test {
 protected:
  DataFolderTest() {
    std::string pattern = testing::TempDir() + "folder.XXXXXX";
    home_ = ::mkdtemp(pattern.data());
  }
  ~DataFolderTest() override { fs::remove_all(home_); }
  std::string Folder() const { return (home_ / "desk").string(); }
  std::string LockPath() const { return Folder() + "/lock"; }

  fs::path home_;
};

TEST_F(DataFolderTest, OneAtATime) {
  const absl::StatusOr<DataFolder> first = DataFolder::Lock(Folder(), /*create=*/true);
  ASSERT_THAT(first.status(), IsOk());
  EXPECT_THAT(DataFolder::Lock(Folder(), /*create=*/true), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DataFolderTest, WhoWaitedForALockThatWasTakenAwayDoesNotHoldTheFolder) {
  fs::create_directory(Folder());
  const int first = ::open(LockPath().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::flock(first, LOCK_EX | LOCK_NB), 0);
  absl::Status waited;
  std::thread waiting([&] { waited = DataFolder::Lock(Folder(), /*create=*/true).status(); });
  // Refused, the first takes its lock file away, and another comes before the one that waits.
  fs::remove(LockPath());
  const int second = ::open(LockPath().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::flock(second, LOCK_EX | LOCK_NB), 0);
  ::close(first);
  waiting.join();
  EXPECT_THAT(waited, StatusIs(absl::StatusCode::kFailedPrecondition));
  ::close(second);
  EXPECT_THAT(DataFolder::Lock(Folder(), /*create=*/true), IsOk());
}

TEST_F(DataFolderTest, ARefusedEnrolmentLeavesNothing) {
  for (const bool there : {false, true}) {
    if (there) fs::create_directory(Folder());
    const absl::StatusOr<DataFolder> folder = DataFolder::Lock(Folder(), /*create=*/true);
    ASSERT_THAT(folder.status(), IsOk());
    ASSERT_THAT(folder->EnrolmentKey().status(), IsOk());
    folder->Abandon();
    EXPECT_EQ(fs::exists(Folder()), there);
    EXPECT_TRUE(!there || fs::is_empty(Folder()));
  }
}

TEST_F(DataFolderTest, AFolderThatIsNotEnrolledIsNotMade) {
  EXPECT_THAT(DataFolder::CheckEnrolled(Folder()), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(DataFolder::Lock(Folder(), /*create=*/false), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(fs::exists(Folder()));
}

}  // namespace
}  // namespace motcua
