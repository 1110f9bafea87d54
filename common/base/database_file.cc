#include "common/base/database_file.h"

#include <fstream>

#include "absl/strings/string_view.h"

namespace motcua {

bool IsDatabaseFile(const std::string& path) {
  constexpr absl::string_view kMagic("SQLite format 3\0", 16);
  std::string head(kMagic.size(), ' ');
  std::ifstream file(path, std::ios::binary);
  return file.read(head.data(), static_cast<std::streamsize>(head.size())) && head == kMagic;
}

}  // namespace motcua
