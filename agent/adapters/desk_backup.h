// A desk's backup: its database in one file. The identity (key, certificate) is not in it: it stays in the folder,
// so that a backup that gets lost gives nobody a way in, and a restored folder is still the machine it was.
//
// After a restore the hub finds that this device stands behind what it holds (REGRESSED) and gives back what came
// since; what is written next goes behind that.
//
// Threads: one; the caller holds the folder's lock.
#pragma once

#include <cstdint>
#include <string>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/sqlite_agent_store.h"

namespace motcua {

struct DeskBackup {
  int64_t bytes = 0;
  int64_t entries = 0;  // of all lines held
  EntryName end;        // of the own line
};
// The file appears complete and synced or not at all, and replaces one of its name. kInvalidArgument: it would lie
// in the data folder, or is no plain file.
absl::StatusOr<DeskBackup> BackUpDesk(SqliteAgentStore& store, const std::string& target);

struct RestoredDesk {
  int64_t entries = 0;
  EntryName end;
  std::string set_aside;   // where the data that was there is kept; empty when there was none
  std::string unreadable;  // why it could not be read; empty when it could
};
// kFailedPrecondition: entries wait here that the hub does not hold. kInvalidArgument: the file is no backup of a
// desk, or is another device's. kDataLoss: it is damaged. The folder is then as before.
absl::StatusOr<RestoredDesk> RestoreDesk(const DataFolder& folder, const DeskIdentity& identity,
                                         const std::string& file);

}  // namespace motcua
