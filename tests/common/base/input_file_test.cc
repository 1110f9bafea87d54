// A file named on a command line may be missing, a folder, endless, or larger than anyone wants.
#include "common/base/input_file.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class InputFileTest : public ::testing::Test {
 protected:
  InputFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "motcua-input-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~InputFileTest() override { std::filesystem::remove_all(folder_); }
  std::string Write(const std::string& bytes) {
    const std::string path = folder_ + "/file";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string folder_;
};

TEST_F(InputFileTest, BytesComeAsTheyAre) {
  const std::string bytes = std::string("a\0\r\n\xFF", 5) + std::string(3'000'000, 'x');
  EXPECT_EQ(ReadInputFile(Write(bytes), 4'000'000).value(), bytes);
  EXPECT_EQ(ReadInputFile(Write(""), 10).value(), "");
  EXPECT_EQ(ReadInputFile(Write("12345"), 5).value(), "12345");
}

TEST_F(InputFileTest, OneByteMoreThanAllowedIsReadAndNoMore) {
  EXPECT_EQ(ReadInputFile(Write(std::string(5'000'000, 'x')), 10)->size(), 11u);
  EXPECT_EQ(ReadInputFile("/dev/zero", 10)->size(), 11u);
}

TEST_F(InputFileTest, WhatIsNoFileIsNamed) {
  EXPECT_THAT(ReadInputFile(folder_ + "/none", 10), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(ReadInputFile(folder_, 10), StatusIs(absl::StatusCode::kInvalidArgument, folder_));
}

}  // namespace
}  // namespace motcua
