// A hub's backup: one SQLite file from which another machine can be the hub.
//
//   the hub's database as it was at one moment, and beside its tables
//   backup(name, value)       format            1
//                             made_s            when, as text
//                             ca.key.pem, ca.cert.pem, receipt.key.pem
//
// Whoever has the file can be the hub, so it is its owner's alone (0600) and is to be kept like the keys.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/clock.h"
#include "hub/adapters/hub_keys.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"

namespace motcua {

struct MadeBackup {
  int64_t made_s = 0;
  int64_t bytes = 0;
  int64_t entries = 0;
  int64_t units = 0;
  int64_t longest_wait_ms = 0;  // for which the hub answered nobody
};

// The hub goes on serving meanwhile. The file appears complete or not at all, and replaces one of its name.
// kInvalidArgument: the path lies in the data folder, or is no plain file's.
absl::StatusOr<MadeBackup> BackUpHub(Hub& hub, SqliteHubStore& store, const HubKeys& keys,
                                     const std::string& target);

struct BackupFacts {
  int64_t made_s = 0;
  HubKeys keys;
};
// kInvalidArgument: a database, and no backup of a hub. kFailedPrecondition: of a newer format.
absl::StatusOr<BackupFacts> ReadBackupFacts(Database& backup);
// The keys leave the copy, which is then a hub's database like any other.
absl::Status RemoveBackupFacts(Database& backup);

}  // namespace motcua
