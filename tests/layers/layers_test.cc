// Link lines do not stop a wrong #include: once one target exports the source root, every header resolves.
// This test reads the includes of every product file and holds them against the layers of the design.
//
// It should survive: a file in a folder nobody listed, an include that climbs, SQLite or protobuf or gRPC in
// a core file, agent and hub meeting outside tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// Folder -> folders of this project it may include besides itself.
const std::map<std::string, std::set<std::string>>& Layers() {
  static const std::map<std::string, std::set<std::string>> layers = {
      {"common/base", {}},
      {"common/ledger", {"common/base"}},
      {"common/catalog", {"common/base", "common/ledger"}},
      {"common/sync", {"common/base", "common/ledger"}},
      {"common/report", {"common/base", "common/ledger", "common/catalog"}},
      {"common/sqlite", {"common/base"}},
      {"common/cli", {"common/base"}},
      {"common/security", {"common/base", "common/ledger", "common/sync"}},
      {"common/rpc",
       {"common/base", "common/ledger", "common/sync", "common/catalog", "common/security", "motcua/v1"}},
      {"agent/core", {"common/base", "common/ledger", "common/sync", "common/catalog", "common/report"}},
      {"agent/adapters",
       {"agent/core", "common/base", "common/ledger", "common/sync", "common/catalog", "common/report",
        "common/sqlite", "common/security", "common/rpc", "common/cli", "motcua/v1"}},
      {"agent", {"agent/core", "agent/adapters", "common/base", "common/rpc"}},
      {"hub/core", {"common/base", "common/ledger", "common/sync", "common/catalog", "common/report"}},
      {"hub/adapters",
       {"hub/core", "common/base", "common/ledger", "common/sync", "common/catalog", "common/report",
        "common/sqlite", "common/security", "common/rpc", "common/cli", "motcua/v1"}},
      {"hub", {"hub/core", "hub/adapters", "common/base", "common/rpc"}},
  };
  return layers;
}

// Outside headers that only some files may see: beginning of the include -> beginnings of allowed paths.
const std::map<std::string, std::vector<std::string>>& Restricted() {
  static const std::map<std::string, std::vector<std::string>> restricted = {
      {"sqlite3", {"common/sqlite/", "agent/adapters/sqlite_", "hub/adapters/sqlite_"}},
      {"google/protobuf", {"common/rpc/"}},
      {"grpc", {"common/rpc/", "agent/adapters/grpc_", "hub/adapters/grpc_"}},
      {"motcua/v1", {"common/rpc/", "agent/adapters/grpc_", "hub/adapters/grpc_"}},
      {"openssl", {"common/base/hash.cc", "common/security/", "common/rpc/", "agent/adapters/grpc_", "hub/adapters/grpc_"}},
      {"spdlog", {"common/base/log.cc"}},
      {"xlsxwriter", {"hub/adapters/xlsx_"}},
      {"CLI/", {"common/cli/", "agent/adapters/", "hub/adapters/", "agent/main.cc", "hub/main.cc"}},
  };
  return restricted;
}

std::vector<std::string> IncludesOf(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> includes;
  for (std::string line; std::getline(in, line);) {
    const std::size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line.compare(hash, 8, "#include") != 0) continue;
    const std::size_t open = line.find_first_of("<\"", hash);
    const std::size_t close = open == std::string::npos ? open : line.find_first_of(">\"", open + 1);
    if (close != std::string::npos) includes.push_back(line.substr(open + 1, close - open - 1));
  }
  return includes;
}

struct SourceFile {
  std::string path;    // "common/ledger/fold.cc"
  std::string folder;  // "common/ledger"
  std::vector<std::string> includes;
};

std::vector<SourceFile> ProductFiles() {
  const fs::path root = MOTCUA_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const char* top : {"agent", "hub", "common"}) {
    for (const auto& item : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = item.path().extension();
      if (extension != ".h" && extension != ".cc") continue;
      const fs::path relative = fs::relative(item.path(), root);
      files.push_back({relative.generic_string(), relative.parent_path().generic_string(), IncludesOf(item.path())});
    }
  }
  return files;
}

bool BeginsWith(const std::string& text, const std::string& beginning) { return text.rfind(beginning, 0) == 0; }

TEST(LayersTest, EveryProductFileLiesInAListedFolder) {
  const std::vector<SourceFile> files = ProductFiles();
  ASSERT_GT(files.size(), 50u) << "the walk did not find the sources";
  for (const SourceFile& file : files) EXPECT_TRUE(Layers().count(file.folder)) << file.path;
}

TEST(LayersTest, IncludesPointDownwardsOnly) {
  for (const SourceFile& file : ProductFiles()) {
    const auto layer = Layers().find(file.folder);
    if (layer == Layers().end()) continue;  // told by the test above
    for (const std::string& include : file.includes) {
      const bool ours = BeginsWith(include, "common/") || BeginsWith(include, "agent/") ||
                        BeginsWith(include, "hub/") || BeginsWith(include, "tests/") || BeginsWith(include, "motcua/");
      if (!ours) continue;
      const std::string folder = fs::path(include).parent_path().generic_string();
      EXPECT_TRUE(folder == file.folder || layer->second.count(folder)) << file.path << " includes " << include;
    }
  }
}

TEST(LayersTest, OutsideLibrariesStayBehindTheirAdapters) {
  for (const SourceFile& file : ProductFiles()) {
    for (const std::string& include : file.includes) {
      for (const auto& [library, allowed] : Restricted()) {
        if (!BeginsWith(include, library)) continue;
        bool fine = false;
        for (const std::string& place : allowed) fine = fine || BeginsWith(file.path, place);
        EXPECT_TRUE(fine) << file.path << " includes " << include;
      }
    }
  }
}

}  // namespace
