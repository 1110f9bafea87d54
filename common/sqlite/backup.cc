#include "common/sqlite/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/base/database_file.h"
#include "common/base/durable_file.h"
#include "common/base/language.h"
#include "common/sqlite/sqlite_status.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

using Serialise = std::function<absl::Status(const std::function<absl::Status()>&)>;

void RemoveWithLogs(const std::string& path) {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) RemoveFile(path + suffix).IgnoreError();
}

// The file grows here; it goes again unless it was given its name.
class GrowingFile {
 public:
  explicit GrowingFile(std::string path) : path_(std::move(path)) { RemoveWithLogs(path_); }
  ~GrowingFile() { RemoveWithLogs(path_); }
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  // Its owner's from the first moment: SQLite opens what it finds.
  absl::Status Make() const {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return SqliteStatus(SQLITE_CANTOPEN, path_, "cannot be made");
    ::close(fd);
    return absl::OkStatus();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The handle that the copy is written through. It is thrown away after a crash, so it keeps no journal.
class CopyHandle {
 public:
  ~CopyHandle() { sqlite3_close_v2(handle_); }
  CopyHandle() = default;
  CopyHandle(const CopyHandle&) = delete;
  CopyHandle& operator=(const CopyHandle&) = delete;

  absl::Status Open(const std::string& path) {
    const int code = sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
                                     nullptr);
    if (code == SQLITE_OK)
      sqlite3_exec(handle_, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
    return SqliteStatus(code, path, "cannot be opened");
  }
  sqlite3* get() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

absl::Status CopyPages(sqlite3* source, const std::string& target, int pages_per_step,
                       const Serialise& serialise) {
  CopyHandle copy;
  MOTCUA_RETURN_IF_ERROR(copy.Open(target));
  sqlite3_backup* backup = nullptr;
  int code = SQLITE_OK;
  absl::Status ran = serialise([&] {
    backup = sqlite3_backup_init(copy.get(), "main", source, "main");
    return absl::OkStatus();
  });
  while (ran.ok() && backup != nullptr && code == SQLITE_OK) {
    ran = serialise([&] {
      code = sqlite3_backup_step(backup, pages_per_step);
      return absl::OkStatus();
    });
  }
  const absl::Status ended = serialise([&] {
    sqlite3_backup_finish(backup);
    return absl::OkStatus();
  });
  MOTCUA_RETURN_IF_ERROR(ran);
  MOTCUA_RETURN_IF_ERROR(ended);
  if (backup == nullptr) code = sqlite3_extended_errcode(copy.get());
  return code == SQLITE_DONE ? absl::OkStatus() : SqliteStatus(code, target, sqlite3_errstr(code));
}

absl::Status FinishCopy(const std::string& path, const BackupOptions& options) {
  DatabaseOptions open;
  open.create = false;
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> copy, Database::Open(path, open));
  if (options.finish) MOTCUA_RETURN_IF_ERROR(options.finish(*copy));
  MOTCUA_RETURN_IF_ERROR(copy->CheckIntegrity());
  // Not a write-ahead log any more: the one file is all there is, and a read-only medium will do.
  MOTCUA_ASSIGN_OR_RETURN(const std::string mode, copy->QueryText("PRAGMA journal_mode=DELETE"));
  if (mode == "delete") return absl::OkStatus();
  return SqliteStatus(SQLITE_BUSY, path, "still in use");
}

}  // namespace

absl::Status BackUpDatabase(Database& source, const std::string& target, const BackupOptions& options) {
  const Serialise serialise =
      options.serialise ? options.serialise : [](const std::function<absl::Status()>& step) { return step(); };
  const GrowingFile growing(target + ".new");
  MOTCUA_RETURN_IF_ERROR(growing.Make());
  MOTCUA_RETURN_IF_ERROR(CopyPages(source.handle_, growing.path(), options.pages_per_step, serialise));
  MOTCUA_RETURN_IF_ERROR(FinishCopy(growing.path(), options));
  MOTCUA_RETURN_IF_ERROR(SyncFile(growing.path()));
  return RenameDurably(growing.path(), target);
}

absl::Status CheckBackupTarget(const std::string& target, const std::string& database) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(target, ignored);
  if (fs::exists(whole, ignored) && !fs::is_regular_file(whole, ignored)) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("\"", target, "\" không phải là tệp thường; hãy chọn tên tệp khác."),
            absl::StrCat("\"", target, "\" is not a plain file; choose another name.")));
  }
  if (whole.parent_path() == fs::weakly_canonical(database, ignored).parent_path()) {
    return absl::InvalidArgumentError(
        Say("Bản sao lưu không được nằm trong thư mục dữ liệu; hãy chọn một thư mục khác, tốt nhất trên ổ đĩa "
            "khác.",
            "A backup must not lie in the data folder; choose another folder, best on another disk."));
  }
  if (whole.filename() == "hub.db" || whole.filename() == "agent.db") {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("\"", target, "\" là tên của tệp dữ liệu đang dùng; hãy đặt tên khác cho bản sao lưu."),
            absl::StrCat("\"", target, "\" is the name of a data file in use; give the backup another one.")));
  }
  return absl::OkStatus();
}

absl::Status CheckIsDatabase(const std::string& path) {
  if (!std::ifstream(path, std::ios::binary)) return SqliteStatus(SQLITE_CANTOPEN, path, "cannot be opened");
  if (IsDatabaseFile(path)) return absl::OkStatus();
  return SqliteStatus(SQLITE_NOTADB, path, "not a database");
}

}  // namespace motcua
