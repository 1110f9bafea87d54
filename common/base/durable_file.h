// Small moves of whole files that a power cut leaves done or not done, never half.
//
// Errors: kResourceExhausted when the disk is full, kNotFound, else kFailedPrecondition; one sentence naming
// the file.
#pragma once

#include <string>

#include "common/base/status.h"

namespace motcua {

// What was written to the file is on the disk.
absl::Status SyncFile(const std::string& path);
// `to` is replaced whole when it is there; when OK is returned the new name survives a power cut.
absl::Status RenameDurably(const std::string& from, const std::string& to);
// A copy that only its owner may read, synced; replaces a file of that name. A failure leaves none.
absl::Status CopyPrivately(const std::string& from, const std::string& to);
// Not being there is fine.
absl::Status RemoveFile(const std::string& path);

}  // namespace motcua
