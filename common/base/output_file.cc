#include "common/base/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/database_file.h"
#include "common/base/language.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

absl::Status CannotWrite(const std::string& path, int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return absl::ResourceExhaustedError(
        Say(absl::StrCat("Ổ đĩa đã đầy nên không ghi được tệp \"", path,
                         "\"; hãy giải phóng dung lượng rồi thử lại."),
            absl::StrCat("The disk is full and the file \"", path,
                         "\" cannot be written; free some space and try again.")));
  }
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không ghi được tệp \"", path, "\"; hãy kiểm tra đường dẫn và quyền ghi."),
          absl::StrCat("The file \"", path, "\" cannot be written; check its path and permissions.")));
}

// 0, or what went wrong.
int Write(const std::string& path, const std::string& text, std::ios::openmode mode) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | mode);
  file << text;
  file.close();
  if (file.good()) return 0;
  return errno == 0 ? EIO : errno;
}

// 0, or what went wrong: what was written is on the disk, also of a stick that is pulled out the next moment.
int Sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return error;
}

// A fresh name beside `target`, so that no file of somebody else is in the way.
int WriteBesideAndRename(const std::string& target, const std::string& text) {
  const std::string fresh = absl::StrCat(target, ".", ::getpid(), ".new");
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  ::close(descriptor);
  int error = Write(fresh, text, std::ios::trunc);
  if (error == 0) error = Sync(fresh);
  if (error == 0 && ::rename(fresh.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(fresh.c_str());
  // The name's own durability is asked for and not insisted on: some file systems do not sync folders.
  if (error == 0) Sync(fs::path(target).parent_path().string());
  return error;
}

// Links are followed on both sides.
bool LiesIn(const std::string& path, const std::string& folder) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path around = fs::weakly_canonical(fs::absolute(folder, error), error);
  const auto parted = std::mismatch(around.begin(), around.end(), whole.begin(), whole.end());
  return !folder.empty() && parted.first == around.end();
}

absl::Status InDataFolder(const std::string& path, const std::string& folder) {
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Tệp \"", path, "\" nằm trong thư mục dữ liệu \"", folder, "\"; hãy ghi ra chỗ khác."),
          absl::StrCat("The file \"", path, "\" lies in the data folder \"", folder, "\"; write it elsewhere.")));
}

// Data files and backups, of whichever program and folder.
absl::Status WouldReplaceADatabase(const std::string& path) {
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Tệp \"", path, "\" là một tệp dữ liệu hoặc bản sao lưu nên không bị ghi đè; hãy chọn tên khác."),
          absl::StrCat("The file \"", path, "\" is a data file or a backup and is not replaced; choose another name.")));
}

}  // namespace

absl::Status WriteOutputFile(const std::string& path, const std::string& text, const std::string& data_folder) {
  if (LiesIn(path, data_folder)) return InDataFolder(path, data_folder);
  std::error_code unreadable;
  const fs::file_status there = fs::status(path, unreadable);
  int error = 0;
  if (fs::is_directory(there)) {
    error = EISDIR;
  } else if (fs::exists(there) && !fs::is_regular_file(there)) {
    error = Write(path, text, std::ios::app);
  } else if (IsDatabaseFile(path)) {
    return WouldReplaceADatabase(path);
  } else {
    // Through a link the file it names is replaced, not the link.
    const fs::path target = fs::weakly_canonical(path, unreadable);
    error = WriteBesideAndRename(unreadable ? path : target.string(), text);
  }
  return error == 0 ? absl::OkStatus() : CannotWrite(path, error);
}

}  // namespace motcua
