#include "tests/simulation/explore_images.h"

namespace motcua {

uint32_t ImageShelf::NumberOf(std::string_view piece) {
  const auto known = numbers_.find(piece);
  if (known != numbers_.end()) return known->second;
  pieces_.emplace_back(piece);
  const auto number = static_cast<uint32_t>(pieces_.size() - 1);
  numbers_.emplace(pieces_.back(), number);
  return number;
}

ImageShelf::Id ImageShelf::Put(const FaultDisk::Image& image) {
  std::vector<File> files;
  for (const auto& [name, bytes] : image) {
    File file{name, bytes.size(), {}};
    for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes)
      file.pieces.push_back(NumberOf(std::string_view(bytes).substr(at, kPieceBytes)));
    files.push_back(std::move(file));
  }
  images_.push_back(std::move(files));
  return static_cast<Id>(images_.size() - 1);
}

FaultDisk::Image ImageShelf::Get(Id id) const {
  FaultDisk::Image image;
  for (const File& file : images_[id]) {
    std::string& bytes = image[file.name];
    bytes.reserve(file.bytes);
    for (const uint32_t piece : file.pieces) bytes += pieces_[piece];
  }
  return image;
}

}  // namespace motcua
