#include "common/sqlite/sqlite_status.h"

#include <sqlite3.h>

#include "common/base/language.h"

namespace motcua {

absl::Status DamagedFile(absl::string_view path, absl::string_view detail) {
  return SqliteStatus(SQLITE_CORRUPT, path, detail);
}

absl::Status SqliteStatus(int code, absl::string_view path, absl::string_view detail) {
  const std::string tail = absl::StrCat(" (", path, ": ", detail, ")");
  switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::OkStatus();
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat(Say("Đĩa đã đầy nên chưa ghi được gì; hãy giải phóng chỗ trống rồi làm lại.",
                           "The disk is full and nothing was stored; free some space and try again."),
                       tail));
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(
          absl::StrCat(Say("Máy không còn đủ bộ nhớ nên chưa ghi được gì; hãy đóng bớt chương trình rồi làm lại.",
                           "The machine is out of memory and nothing was stored; close other programs and try again."),
                       tail));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat(
          Say("Một chương trình khác đang giữ tệp dữ liệu; hãy đóng chương trình đó hoặc thử lại sau.",
              "Another program holds the data file; close it or try again later."),
          tail));
    case SQLITE_IOERR:
      return absl::UnavailableError(
          absl::StrCat(Say("Đĩa từ chối đọc hoặc ghi; hãy kiểm tra đĩa rồi thử lại.",
                           "The disk refused to read or write; check the disk and try again."),
                       tail));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(absl::StrCat(
          Say("Tệp dữ liệu bị hỏng hoặc không phải của chương trình này; hãy cất nó sang chỗ khác "
              "(đừng xóa) rồi khôi phục.",
              "The data file is damaged or not one of this program's; set it aside (do not delete it) "
              "and restore."),
          tail));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::FailedPreconditionError(
          absl::StrCat(Say("Không mở được tệp dữ liệu để dùng; hãy kiểm tra đường dẫn và quyền truy cập.",
                           "The data file cannot be opened for use; check its path and permissions."),
                       tail));
    case SQLITE_CONSTRAINT:
      return absl::AlreadyExistsError(absl::StrCat(
          Say("Dữ liệu đã có hoặc trái ràng buộc.", "The data exists already or breaks a constraint."),
          tail));
    default:
      return absl::InternalError(absl::StrCat(
          Say("Cơ sở dữ liệu báo lỗi ngoài dự kiến.", "The database reported an unexpected error."), tail));
  }
}

}  // namespace motcua
