// One Vietnamese word for one idea, in everything that a program says and in what is read beside it.
//
// It should survive: a sentence that is broken over two lines of source, a capital at its beginning.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace motcua {
namespace {

namespace fs = std::filesystem;

// What is not said, and what is said instead. The beginning of a word may be a capital.
const std::map<std::string, std::string>& Avoided() {
  static const std::map<std::string, std::string> words = {
      {"iám sát", "người phụ trách (supervisor)"},
      {"uản trị viên", "người quản trị (administrator)"},
      {"iấy chứng nhận", "chứng thư (certificate)"},
  };
  return words;
}

// Without the breaks that the source has in its sentences.
std::string TextOf(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream all;
  all << in.rdbuf();
  return std::regex_replace(all.str(), std::regex("\"\\s*\n\\s*\""), "");
}

std::vector<fs::path> WhatPeopleRead() {
  const fs::path root = MOTCUA_SOURCE_DIR;
  std::vector<fs::path> files = {root / "README.md", root / "deploy/quickstart"};
  for (const char* top : {"agent", "hub", "common"}) {
    for (const auto& item : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = item.path().extension();
      if (extension == ".h" || extension == ".cc" || extension == ".md") files.push_back(item.path());
    }
  }
  return files;
}

TEST(WordsTest, OneVietnameseWordForOneIdea) {
  const std::vector<fs::path> files = WhatPeopleRead();
  ASSERT_GT(files.size(), 50u) << "the walk did not find the sources";
  for (const fs::path& file : files) {
    const std::string text = TextOf(file);
    ASSERT_NE(text, "") << file;
    for (const auto& [avoided, instead] : Avoided())
      EXPECT_EQ(text.find(avoided), std::string::npos) << file << " says " << avoided << "; here it is " << instead;
  }
}

}  // namespace
}  // namespace motcua
