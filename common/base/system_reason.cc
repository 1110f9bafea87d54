#include "common/base/system_reason.h"

#include <cerrno>
#include <system_error>

#include "common/base/language.h"

namespace motcua {

std::string SystemReason(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return Say("không có quyền", "permission denied");
    case EROFS:
      return Say("ổ đĩa chỉ đọc", "the disk is read-only");
    case ENOSPC:
    case EDQUOT:
      return Say("ổ đĩa đã đầy", "the disk is full");
    case ENOENT:
      return Say("đường dẫn không có", "there is no such path");
    case ENOTDIR:
      return Say("đường dẫn đi qua một tệp", "the path leads through a file");
    case EEXIST:
      return Say("đã có tệp trùng tên", "a file has that name");
    default:
      return std::generic_category().message(error);
  }
}

}  // namespace motcua
