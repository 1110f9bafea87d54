// AgentStore keeps what a desk holds: every entry of its unit's logs as canonical bytes, and the little the
// desk remembers beside them. Apply() is the one way in: everything of one write lands together or not at
// all.
//
// Threads:    one.
// Durability: when Apply() has returned OK, the write survives a power cut; after any other answer nothing of
// it
//             is stored. The caller moves its memory after that, never before.
// Errors:     kResourceExhausted when the disk is full (free space, then try again), kDataLoss when stored
// bytes
//             do not verify, kUnavailable when the disk refuses for now.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/base/told.h"
#include "common/ledger/log_tree.h"

namespace motcua {

// A line as stored. Ids count from 0 in the order in which lines began, so a parent is always below its
// child, and are the ids UnitLedger gives when the lines are loaded in that order.
struct StoredLine {
  LineId id = 0;
  DeviceId device;
  LineId parent = kNoLine;
  Seq fork_seq = 0;
  Seq end_seq = 0;
  Hash end_hash{};  // of the newest entry: what the chain check at start must arrive at
};

struct StoredEntry {
  Position at;
  std::string canonical;
};

// How the last sync ended, for `status`.
struct LastSync {
  int64_t at_s = 0;  // 0: never
  bool synced = false;
  std::string verdict;   // "APPEND"; empty when the hub did not answer
  Told sentence;         // why it failed; empty when it did not
  bool operator==(const LastSync&) const = default;
};

// What a desk remembers beside its entries.
struct AgentState {
  DeviceId device;  // whose folder this is; checked against the identity at start
  std::string unit;
  EntryName own_end;            // where the next own entry goes; seq 0: at the very beginning
  std::string proof;            // EncodeReceipt of the newest receipt the hub has not fallen behind
  // Receipts of exchanges in which the hub had fallen behind it, oldest first: what came then stands in no other.
  std::vector<std::string> later_proofs = {};
  std::string receipt;          // EncodeReceipt of the latest exchange
  bool hub_behind = false;      // what the latest exchange said: the hub has lost data
  std::vector<EntryName> returned = {};  // and how far it has come aside of others' lines that this desk returns
  EntryName hub_common;         // newest entry of the own path that the hub named in the latest exchange
  Hash catalog_wanted{};        // version being fetched; zero when none
  int64_t clock_offset_ms = 0;  // hub time − own time
  uint32_t batch_bytes = 0;     // batch size the line carried last; 0: not known yet
  LastSync last_sync;
  bool operator==(const AgentState&) const = default;
};

struct StoreWrite {
  std::vector<StoredLine> lines;  // new or grown; each replaces the stored one
  std::vector<StoredEntry> entries;
  std::optional<AgentState> state;
  std::optional<std::string> catalog;          // canonical bytes in force from now on
  std::optional<std::string> catalog_partial;  // bytes of catalog_wanted fetched so far
};

class AgentStore {
 public:
  virtual ~AgentStore() = default;

  virtual absl::StatusOr<AgentState> LoadState() = 0;
  virtual absl::StatusOr<std::string> LoadCatalog() = 0;         // empty when none
  virtual absl::StatusOr<std::string> LoadCatalogPartial() = 0;  // empty when none
  virtual absl::StatusOr<std::vector<StoredLine>> LoadLines() = 0;
  // Every entry, by (line, seq). The bytes hold during the call only.
  virtual absl::Status ForEachEntry(
      const std::function<absl::Status(Position at, absl::string_view canonical)>& visit) = 0;

  virtual absl::Status Apply(const StoreWrite& write) = 0;
};

}  // namespace motcua
