#include "common/base/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/base/system_reason.h"

namespace motcua {
namespace {

absl::Status FileError(int error, const std::string& path) {
  const std::string why = SystemReason(error);
  if (error == ENOENT || error == ENOTDIR) {
    return absl::NotFoundError(
        Say(absl::StrCat("Không có tệp \"", path, "\"; hãy kiểm tra đường dẫn."),
            absl::StrCat("There is no file \"", path, "\"; check the path.")));
  }
  if (error == ENOSPC || error == EDQUOT) {
    return absl::ResourceExhaustedError(
        Say(absl::StrCat("Ổ đĩa đã đầy nên không ghi được tệp \"", path,
                         "\"; hãy giải phóng dung lượng rồi thử lại."),
            absl::StrCat("The disk is full and the file \"", path,
                         "\" cannot be written; free some space and try again.")));
  }
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không đọc hoặc ghi được tệp \"", path, "\" (", why,
                       "); hãy kiểm tra đường dẫn và quyền truy cập."),
          absl::StrCat("The file \"", path, "\" cannot be read or written (", why,
                       "); check its path and permissions.")));
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)), error_(fd_ < 0 ? errno : 0) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int error() const { return error_; }

 private:
  int fd_;
  int error_;
};

int Sync(const std::string& path, int flags) {
  const Descriptor file(path, flags);
  if (file.get() < 0) return file.error();
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

int WriteAll(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return 0;
}

int CopyBytes(int from, int to) {
  static constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
  std::array<char, kChunkBytes> chunk;
  while (true) {
    const ssize_t read = ::read(from, chunk.data(), chunk.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return errno;
    if (read == 0) return ::fsync(to) == 0 ? 0 : errno;
    if (const int error = WriteAll(to, chunk.data(), static_cast<std::size_t>(read)); error != 0)
      return error;
  }
}

}  // namespace

absl::Status SyncFile(const std::string& path) {
  const int error = Sync(path, O_RDONLY);
  return error == 0 ? absl::OkStatus() : FileError(error, path);
}

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return FileError(errno, errno == ENOENT ? from : to);
  // The rename itself is durable only once its folder is.
  const int error = Sync(FolderOf(to), O_RDONLY | O_DIRECTORY);
  return error == 0 ? absl::OkStatus() : FileError(error, to);
}

absl::Status CopyPrivately(const std::string& from, const std::string& to) {
  const Descriptor source(from, O_RDONLY);
  if (source.get() < 0) return FileError(source.error(), from);
  MOTCUA_RETURN_IF_ERROR(RemoveFile(to));
  const Descriptor copy(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
  if (copy.get() < 0) return FileError(copy.error(), to);
  const int error = CopyBytes(source.get(), copy.get());
  if (error == 0) return absl::OkStatus();
  ::unlink(to.c_str());
  return FileError(error, to);
}

absl::Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return FileError(errno, path);
}

}  // namespace motcua
