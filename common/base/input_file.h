// A file that a person named on a command line.
//
// Errors: kNotFound when there is no such file or it may not be read, kInvalidArgument for a folder; one sentence that
// names the file.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/status.h"

namespace motcua {

// At most `bytes_max` + 1 bytes: one more than allowed is enough for whoever takes them to refuse them.
absl::StatusOr<std::string> ReadInputFile(const std::string& path, std::size_t bytes_max);

}  // namespace motcua
