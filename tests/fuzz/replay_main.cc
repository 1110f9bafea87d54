// Runs a fuzz target over given inputs without libFuzzer:
//
//   fuzz_replay_<target> FILE|FOLDER…      its own seeds and these inputs; a broken property stops it
//   fuzz_replay_<target> --seeds FOLDER    writes its seeds as files there
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

// Says which input it was before running it, since a broken property ends the process.
void RunFile(const fs::path& path) {
  std::fprintf(stderr, "%s\n", path.c_str());
  std::ifstream in(path, std::ios::binary);
  Run({std::istreambuf_iterator<char>(in), {}});
}

int WriteSeeds(const fs::path& folder) {
  fs::create_directories(folder);
  int count = 0;
  for (const std::string& seed : motcua::FuzzSeeds()) {
    std::ofstream out(folder / ("seed-" + std::to_string(count++)), std::ios::binary);
    out << seed;
    if (!out.flush()) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--seeds") return WriteSeeds(argv[2]);
  int seed_number = 0;
  for (const std::string& seed : motcua::FuzzSeeds()) {
    std::fprintf(stderr, "seed %d\n", seed_number++);
    Run(seed);
  }
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      RunFile(argv[i]);
      continue;
    }
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(argv[i])) files.push_back(item.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) RunFile(file);
  }
  return 0;
}
