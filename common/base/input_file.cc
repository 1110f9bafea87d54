#include "common/base/input_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/base/language.h"

namespace motcua {

absl::StatusOr<std::string> ReadInputFile(const std::string& path, std::size_t bytes_max) {
  constexpr std::size_t kStepBytes = std::size_t{1024} * 1024;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat(Quoted(path), " là một thư mục; hãy nêu tên tệp trong đó."),
            absl::StrCat(Quoted(path), " is a folder; name the file in it.")));
  }
  std::ifstream file(path, std::ios::binary);
  // The size is not asked for: what is read may be a pipe, or grow meanwhile.
  std::string bytes;
  while (file.good() && bytes.size() <= bytes_max) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min(kStepBytes, bytes_max + 1 - before));
    file.read(bytes.data() + before, static_cast<std::streamsize>(bytes.size() - before));
    bytes.resize(before + static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  }
  if (file.is_open() && !file.bad()) return bytes;
  return absl::NotFoundError(Say(absl::StrCat("Không đọc được tệp ", Quoted(path), "; hãy kiểm tra tên tệp và quyền đọc."),
                                 absl::StrCat("The file ", Quoted(path), " cannot be read; check its name and permissions.")));
}

}  // namespace motcua
