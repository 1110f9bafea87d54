// DigestOfDatabase: what a database says, whatever its file looks like: every row of every table except what no
// outcome depends on. Two histories that end in equal digests are one from there on.
//
// Left out: the desk's `batch_bytes` and `last_sync_*` (each step begins with whole batches; how the last one
// ended is for people) and the hub's `heartbeat` (the same at the hub).
#pragma once

#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace motcua::explore {

// Opens the file on a simulated disk, which also recovers it, and closes it again.
absl::StatusOr<Hash> DigestOfDatabase(const std::string& path);

}  // namespace motcua::explore
