// ImageShelf keeps disk images by the hundred thousand: neighbours differ in a few pieces, and equal pieces are
// kept once.
//
// Threads: one.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/simulation/fault_disk.h"

namespace motcua {

class ImageShelf {
 public:
  using Id = uint32_t;

  Id Put(const FaultDisk::Image& image);
  FaultDisk::Image Get(Id id) const;

  std::size_t size() const { return images_.size(); }
  std::size_t bytes_kept() const { return pieces_.size() * static_cast<std::size_t>(kPieceBytes); }

 private:
  struct File {
    std::string name;
    std::size_t bytes = 0;
    std::vector<uint32_t> pieces;
  };
  uint32_t NumberOf(std::string_view piece);

  std::deque<std::string> pieces_;  // stay where they are: the index looks at them
  std::unordered_map<std::string_view, uint32_t> numbers_;
  std::vector<std::vector<File>> images_;
};

}  // namespace motcua
