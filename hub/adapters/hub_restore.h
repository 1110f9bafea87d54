// RestoreHub puts a backup in the place of a hub, or makes a hub of it in a new folder.
//
//   hub.db.restoring    the copy of the backup that is checked and prepared; a crash leaves the old hub
//   hub.db.restored     its name once it is complete and synced: from this rename on the restore is decided
//   hub.db.restoring.txt         what only the present database has, written before the restore is decided
//   hub.db.before-restore-TIME   the database that was there, and keys that were others; with .txt the list of what
//                                only it had, for whom a killed restore could not answer any more
//
// What follows the rename (setting the old one aside, the keys, the last rename) is done by FinishRestore(),
// which may be repeated from any point; HubFolder::Lock() does so before anybody else reads the folder. So a
// kill at any moment leaves either the old hub or the new one.
//
// Threads: one. Errors: kAborted: a hub serves the folder. kInvalidArgument, kDataLoss, kFailedPrecondition: the
// file is no backup, is damaged, or is newer than this program; the folder is as before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hub/adapters/hub_difference.h"

namespace motcua {

inline constexpr char kRestoredName[] = "hub.db.restored";

struct RestoredHub {
  int64_t made_s = 0;  // when the backup was made
  uint64_t incarnation = 0;
  int64_t units = 0;
  int64_t entries = 0;
  std::string set_aside;                    // path of the database that was there; empty: none
  std::optional<HubDifference> only_there;  // what only that one had; none when it could not be read
  std::string unreadable;                   // why not
};

// `describe` says in words what only the present database has.
using DescribeLoss = std::function<std::string(const RestoredHub&)>;
absl::StatusOr<RestoredHub> RestoreHub(const std::string& folder, const std::string& file,
                                       const DescribeLoss& describe);
// Nothing to do when no restore was interrupted. The caller holds the folder's lock.
absl::Status FinishRestore(const std::string& folder);

}  // namespace motcua
