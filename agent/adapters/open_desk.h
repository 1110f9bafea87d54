// OpenDesk: everything behind --data, opened and checked together: lock, identity, store, desk.
#pragma once

#include <memory>
#include <string>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/grpc_hub_link.h"
#include "agent/adapters/sqlite_agent_store.h"
#include "agent/core/desk.h"
#include "agent/core/sync_session.h"
#include "common/base/clock.h"
#include "common/base/random.h"

namespace motcua {

// Threads: one. Members are in the order in which they depend on each other.
struct OpenedDesk {
  explicit OpenedDesk(DataFolder opened) : folder(std::move(opened)) {}
  DataFolder folder;
  FolderIdentity identity;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<SqliteAgentStore> store;
  std::unique_ptr<Desk> desk;
};

// kFailedPrecondition: not enrolled, used by another program, newer version. One sentence each.
absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenDesk(const std::string& path);
absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenDeskIn(DataFolder folder);

// One sync session with the hub of the folder's identity; `stopper` may end it from another thread.
SyncResult SyncDesk(OpenedDesk& opened, const SyncOptions& options, CallStopper* stopper = nullptr);

}  // namespace motcua
