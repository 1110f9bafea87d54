// BackUpDatabase: a whole and consistent copy of a database that is in use, as one file.
//
// The pages are copied through the connection that writes, a few at a time; what is committed between two steps
// is carried into the copy by SQLite itself. So the copy shows the database as it was at the last step, and
// nobody waits longer than one step takes. (A second connection would hold back the write-ahead log; VACUUM
// INTO would keep the writer for as long as the whole copy takes.)
//
// The file appears under its name only when it is complete, checked and synced, readable by its owner alone and
// without a log beside it. Whatever fails, what stood under the name stands there still.
//
// Threads: `source` is used inside `serialise` only. Errors: sqlite_status.h, durable_file.h.
#pragma once

#include <functional>
#include <string>

#include "common/sqlite/database.h"

namespace motcua {

struct BackupOptions {
  // Runs one step of the copy. Whoever shares the database between threads takes its lock here and lets others
  // in between; without it the steps are simply run.
  std::function<absl::Status(const std::function<absl::Status()>& step)> serialise = {};
  // Pages of a step: 1 MiB, about two milliseconds on a slow disk's cache. More copies faster and holds others
  // up longer.
  int pages_per_step = 256;
  // Puts last rows into the copy before it is checked.
  std::function<absl::Status(Database& copy)> finish = {};
};

absl::Status BackUpDatabase(Database& source, const std::string& target, const BackupOptions& options);

// A backup may lie at `target`: kInvalidArgument when that is in the folder of `database`, which would be lost
// with it (or be destroyed), when it has the name of a data file (of whichever folder: that program may be running), or
// when something is there that is no plain file.
absl::Status CheckBackupTarget(const std::string& target, const std::string& database);

// The header of a file says that it is an SQLite database; kDataLoss with a sentence otherwise. Opening alone
// would take an empty file for an empty database.
absl::Status CheckIsDatabase(const std::string& path);

}  // namespace motcua
