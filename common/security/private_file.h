// Small files that only their owner may read: keys, certificates, configuration.
//
// A write is atomic and durable: the bytes go to a new file (mode 0600 from its first moment), are synced,
// take the old file's place in one rename, and the folder is synced. A crash leaves the old file or the new
// one.
//
// Errors: kResourceExhausted when the disk is full, kNotFound, kPermissionDenied, else kFailedPrecondition;
// the sentence names the file.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/status.h"

namespace motcua {

absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes);
// Refuses a file above `bytes_max` before reading it.
absl::StatusOr<std::string> ReadPrivateFile(const std::string& path, std::size_t bytes_max = 64 * 1024);

}  // namespace motcua
