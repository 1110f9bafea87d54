#include "tests/fuzz/damaged_image.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/base/bytes.h"
#include "common/base/invariant.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteAll(const std::string& bytes, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  MOTCUA_INVARIANT(out.flush().good(), "a scratch file is written");
}

struct Scratch {
  Scratch() {
    const fs::path memory = "/dev/shm";
    std::string pattern =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "motcua-fuzz-XXXXXX").string();
    MOTCUA_INVARIANT(mkdtemp(pattern.data()) != nullptr, "a scratch folder");
    path = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

}  // namespace

DatabaseImage ReadImage(const std::string& path) { return {ReadAll(path), ReadAll(path + "-wal")}; }

void WriteImage(const DatabaseImage& image, const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  fs::remove_all(folder);
  fs::create_directories(folder);
  WriteAll(image.database, path);
  if (!image.wal.empty()) WriteAll(image.wal, path + "-wal");
}

DatabaseImage Damage(const DatabaseImage& image, absl::string_view damage) {
  std::string all = image.database + image.wal;
  ByteReader in(damage);
  const uint32_t cut = in.Fixed32();
  if (in.ok() && cut < all.size()) all.resize(cut);
  while (in.left() >= 4 && !all.empty()) {
    const uint32_t edit = in.Fixed32();
    all[(edit >> 8) % all.size()] = static_cast<char>(edit & 0xFF);
  }
  const std::size_t database = std::min(image.database.size(), all.size());
  return {all.substr(0, database), all.substr(database)};
}

std::string EditDamage(std::size_t offset, char byte) {
  std::string damage;
  ByteWriter out(&damage);
  out.Fixed32(UINT32_MAX);
  out.Fixed32(static_cast<uint32_t>(offset << 8 | static_cast<uint8_t>(byte)));
  return damage;
}

std::string CutDamage(std::size_t cut) {
  std::string damage;
  ByteWriter(&damage).Fixed32(static_cast<uint32_t>(cut));
  return damage;
}

const std::string& ScratchFolder() {
  static const Scratch scratch;
  return scratch.path;
}

}  // namespace motcua
