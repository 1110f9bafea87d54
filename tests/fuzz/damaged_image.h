// A database file and its write-ahead log as a damaged disk gives them back.
//
//   damage := cut:fixed32 {offset:fixed24 byte:byte}
//
// The two files count as one row of bytes, the database first. `cut` (when it is less) is how many of them are left,
// and every edit overwrites one byte of what is left. Shorter pieces at the end of the input are ignored.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace motcua {

struct DatabaseImage {
  std::string database;
  std::string wal;
};

// Files that are missing are empty. Both as they stand on the disk, also while the database is open.
DatabaseImage ReadImage(const std::string& path);
// Nothing of an earlier database stays at `path`.
void WriteImage(const DatabaseImage& image, const std::string& path);
DatabaseImage Damage(const DatabaseImage& image, absl::string_view damage);
// Damage that changes one byte, and one that cuts.
std::string EditDamage(std::size_t offset, char byte);
std::string CutDamage(std::size_t cut);

// A folder in memory, where there is one, that goes with the process.
const std::string& ScratchFolder();

}  // namespace motcua
