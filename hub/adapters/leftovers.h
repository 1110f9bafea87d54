// Removes what a failed command made, newest first, and nothing that was there before.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace motcua {

class Leftovers {
 public:
  Leftovers() = default;
  ~Leftovers() {
    std::error_code ignored;
    for (auto path = paths_.rbegin(); path != paths_.rend(); ++path) std::filesystem::remove(*path, ignored);
  }
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  void Made(std::string path) { paths_.push_back(std::move(path)); }
  void Keep() { paths_.clear(); }

 private:
  std::vector<std::string> paths_;
};

}  // namespace motcua
