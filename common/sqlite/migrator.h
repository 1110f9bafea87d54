// Migrate() brings a database to the newest numbered step, each step in a transaction of its own together
// with its number (PRAGMA user_version), so that a power cut leaves it at one step or the next.
//
// Steps are permanent: a released one never changes, a new one is appended.
#pragma once

#include <span>

#include "common/base/status.h"
#include "common/sqlite/database.h"

namespace motcua {

struct Migration {
  int number;       // 1, 2, 3 … without gaps
  const char* sql;  // one or several statements
};

// kFailedPrecondition: the file is from a newer version of the program; nothing is touched. kDataLoss: it is not what
// its number says; it stays at the last step that could be taken.
absl::Status Migrate(Database& database, std::span<const Migration> steps);

}  // namespace motcua
