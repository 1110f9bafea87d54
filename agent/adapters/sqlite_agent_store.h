// SqliteAgentStore: a desk's log in one SQLite file, with one connection that holds the file alone.
//
//   line(id, device, parent, fork_seq, end_seq, end_hash)      as StoredLine
//   entry(key, bytes)                                          key = line << 32 | seq, canonical bytes
//   meta(key, value)                                           the fields of AgentState with `digest` over
//                                                              them, catalog, catalog_partial
//   digest   := SHA-256({key:text value:text}), by key         older files have none
//
// Opening reads everything once: SQLite's own check, then the hash chain of every line. A file that does not
// verify is renamed to NAME.corrupt-N (with its -wal), never deleted, and a fresh one takes its place; the
// log comes back from the hub with the next sync. Where only the fields of AgentState are damaged they are
// forgotten and the log stays: everything in them can be worked out or asked for again.
//
// Threads, durability, errors: agent_store.h. kFailedPrecondition: the file is from a newer version.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "agent/core/agent_store.h"
#include "common/sqlite/database.h"

namespace motcua {

struct SqliteAgentStoreOptions {
  std::string vfs;  // empty: the real disk; tests and simulations name theirs
};

class SqliteAgentStore final : public AgentStore {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteAgentStore>> Open(const std::string& path,
                                                                const SqliteAgentStoreOptions& options = {});
  // The same for a file that is to be looked at: a damaged one stays where it is. kDataLoss: it is damaged.
  static absl::StatusOr<std::unique_ptr<SqliteAgentStore>> OpenWhole(
      const std::string& path, const SqliteAgentStoreOptions& options = {});

  absl::StatusOr<AgentState> LoadState() override;
  absl::StatusOr<std::string> LoadCatalog() override;
  absl::StatusOr<std::string> LoadCatalogPartial() override;
  absl::StatusOr<std::vector<StoredLine>> LoadLines() override;
  absl::Status ForEachEntry(const std::function<absl::Status(Position, absl::string_view)>& visit) override;
  absl::Status Apply(const StoreWrite& write) override;

  // Where a damaged file was put when this one was opened; empty when there was none.
  const std::string& set_aside() const { return set_aside_; }
  // For copies of the whole file.
  Database& database() { return *database_; }

 private:
  SqliteAgentStore() = default;
  absl::Status Prepare();
  absl::Status CheckChains();
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta();
  absl::Status ForgetDamagedMeta();
  absl::StatusOr<std::string> LoadBlob(absl::string_view key);
  absl::Status PutMeta(const std::map<std::string, std::string>& changed);

  std::unique_ptr<Database> database_;
  Statement put_line_, put_entry_, put_meta_, get_meta_;
  std::map<std::string, std::string>
      meta_;  // small values as stored, so that a write touches only what changed
  std::string set_aside_;
};

}  // namespace motcua
