// TableDigest: what a database says, whatever its file looks like: every row of every table except what no outcome
// depends on. Two histories that end in equal digests are one from there on.
//
// Left out: the desk's `batch_bytes` and `last_sync_*` (each step begins with whole batches; how the last one
// ended is for people) and the hub's `heartbeat` (the same at the hub).
//
// Threads: one. Lifetime: gone before its database.
#pragma once

#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/sqlite/database.h"

namespace motcua::explore {

class TableDigest {
 public:
  static absl::StatusOr<TableDigest> Of(Database& database);
  // Of the rows as they are now, an open transaction's included.
  absl::StatusOr<Hash> Now();

 private:
  struct Table {
    std::string name;
    int columns = 0;
    Statement select;
  };
  static absl::Status Write(Table& table, std::string* out);

  std::vector<Table> tables_;
};

// Opens the file on a simulated disk, which also recovers it, and closes it again.
absl::StatusOr<Hash> DigestOfDatabase(const std::string& path);

// Is a row of `table` with this in its first column part of a digest?
bool MattersToOutcomes(absl::string_view table, absl::string_view first_column);

}  // namespace motcua::explore
