// What a command prints, put into a file that a person named with --out.
//
// A file appears whole or not at all: the text goes to a fresh file beside it, is synced, and takes the name in one
// rename. What is there and is no plain file (a device, a pipe, /dev/stdout) is written to as it stands,
// never replaced.
//
// What lies in the data folder is the program's own: a slip of the pen must not cost a database or a key. Nor is a database
// replaced anywhere else: it may be a backup, or another program's that is running.
//
// Errors: kInvalidArgument for a file inside `data_folder` and for a database, kResourceExhausted when the disk is full, else
// kFailedPrecondition; one sentence naming the file.
#pragma once

#include <string>

#include "common/base/status.h"

namespace motcua {

absl::Status WriteOutputFile(const std::string& path, const std::string& text, const std::string& data_folder);

}  // namespace motcua
