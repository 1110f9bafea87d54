// Why the operating system refused, in the reader's language: "không có quyền", "permission denied".
#pragma once

#include <string>

namespace motcua {

// `error` is an errno or the value of a std::error_code of the system. Rare ones are in the system's own
// words.
std::string SystemReason(int error);

}  // namespace motcua
