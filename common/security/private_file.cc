#include "common/security/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/base/language.h"

namespace motcua {
namespace {

absl::Status FileError(int error, const std::string& path) {
  const std::string why = std::strerror(error);
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(Say(
          absl::StrCat("Ổ đĩa đã đầy nên không ghi được ", path, ": hãy giải phóng dung lượng rồi thử lại."),
          absl::StrCat("The disk is full, ", path, " could not be written: free some space and try again.")));
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(Say(absl::StrCat("Không có tệp ", path, ": hãy kiểm tra thư mục --data."),
                                     absl::StrCat("There is no file ", path, ": check the --data folder.")));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(Say(
          absl::StrCat("Không có quyền mở ", path, ": hãy chạy bằng tài khoản sở hữu thư mục này."),
          absl::StrCat("No permission to open ", path, ": run this as the account that owns the folder.")));
    default:
      return absl::FailedPreconditionError(
          Say(absl::StrCat("Không đọc hoặc ghi được ", path, " (", why, "): hãy kiểm tra ổ đĩa."),
              absl::StrCat(path, " could not be read or written (", why, "): check the disk.")));
  }
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

int WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int WriteNewFile(const std::string& path, absl::string_view bytes) {
  ::unlink(path.c_str());  // left by a crash; its mode may be anything
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return errno;
  if (const int error = WriteAll(file.get(), bytes); error != 0) return error;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

// The rename itself is durable only once its folder is.
int SyncFolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return errno;
  return ::fsync(directory.get()) == 0 ? 0 : errno;
}

}  // namespace

absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes) {
  const std::string fresh = absl::StrCat(path, ".new");
  if (const int error = WriteNewFile(fresh, bytes); error != 0) {
    ::unlink(fresh.c_str());
    return FileError(error, path);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(fresh.c_str());
    return FileError(error, path);
  }
  if (const int error = SyncFolderOf(path); error != 0) return FileError(error, path);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPrivateFile(const std::string& path, std::size_t bytes_max) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts;
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return FileError(errno, path);
  if (!S_ISREG(facts.st_mode)) return FileError(EINVAL, path);
  if (facts.st_size < 0 || static_cast<std::size_t>(facts.st_size) > bytes_max) return FileError(EFBIG, path);
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t now = ::read(file.get(), bytes.data() + read, bytes.size() - read);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return FileError(errno, path);
    if (now == 0) break;
    read += static_cast<std::size_t>(now);
  }
  bytes.resize(read);
  return bytes;
}

}  // namespace motcua
