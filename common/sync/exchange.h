// The exchange between a desk and the hub as plain values: what SyncService.Exchange carries, what the
// simulator passes, what a bundle repeats. See DESIGN section 5 for the conversation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/ledger/entry.h"
#include "common/sync/limits.h"

namespace motcua {

enum class Verdict : uint8_t {
  kAppend = 1,     // the batch continues what the hub holds
  kDuplicate = 2,  // the hub holds the agent's end and nothing behind it
  kRegressed = 3,  // the hub holds entries behind the agent's end: restored or copied
  kForked = 4,     // another copy of this device has written behind the common entry; both lines are kept
  kGap = 5,        // the batch begins behind what the hub lacks: send again from common + 1
  kUnknown = 6,    // the hub does not know this device
  kRevoked = 7,
  kTooOld = 8,
  kTooNew = 9,
  kRetryLater = 10,
};
absl::string_view VerdictName(Verdict verdict);  // "APPEND"

// The newest kind of entry that a protocol version knows; what it does not know is never sent to it.
inline constexpr EntryKind NewestKind(uint32_t protocol) {
  return protocol >= 2 ? EntryKind::kPeriod : EntryKind::kSubmit;
}

// The hub's signature over the ends it durably holds of all logs of a unit.
struct Receipt {
  std::string unit;
  uint64_t incarnation = 0;  // a label for people: changes when the hub is restored
  int64_t hub_time_ms = 0;
  std::vector<EntryName> ends;  // sorted
  std::string signature;        // Ed25519 over ReceiptPayload()

  bool empty() const { return signature.empty(); }
};
// What is signed:  "motcua receipt 1" unit:text incarnation:fixed64 hub_time_ms:zigzag count:varint {name}
// (name as in common/ledger/canonical.h).
std::string ReceiptPayload(const Receipt& receipt);
// payload ‖ signature:text, as stored by the agent and printed by tools.
std::string EncodeReceipt(const Receipt& receipt);
// Reads the bytes back; whether the hub signed them is for a ReceiptVerifier to say. kInvalidArgument: not a receipt
// (or unsigned, ends not sorted, over a bound). kUnimplemented: a format from a newer version.
absl::StatusOr<Receipt> DecodeReceipt(absl::string_view bytes);

struct ExchangeRequest {
  uint32_t protocol = kProtocolVersion;
  Hash catalog{};              // version whose numbers the batch uses; zero: none, every code is spelled out
  DeviceId device;
  std::string unit;
  std::vector<EntryName> locator;  // the agent's own end, then 1, 2, 4, 8 … behind it; empty for an empty log
  std::vector<EntryName> ends;     // ends held of all lines of the unit
  std::string newest_receipt;      // EncodeReceipt; empty when none: proof of what the hub once held
  std::string batch;               // EncodeBatch; may be empty
  uint32_t waiting = 0;            // entries the agent still holds that no receipt covers, this batch not counted
  int64_t oldest_waiting_s = 0;    // clock of the oldest of them
  std::size_t batch_bytes_max = kBatchBytesMax;  // how much the agent wants back
  uint32_t catalog_offset = 0;     // bytes of the newer catalog it already has, while fetching one
  Hash catalog_wanted{};           // the version being fetched; zero when none
  int64_t agent_time_ms = 0;
  std::string agent_version;
};

struct ExchangeResponse {
  Verdict verdict = Verdict::kAppend;
  bool hub_behind = false;   // a receipt or an end names an entry the hub lacks
  EntryName common;          // c: the newest entry of the agent's line that the hub holds, after this batch
  Receipt receipt;
  std::string batch;         // what the agent lacks, in numbers of the request's catalog
  bool more = false;         // the hub has more for the agent
  int64_t hub_time_ms = 0;
  std::size_t batch_bytes_max = kBatchBytesMax;
  Hash catalog{};            // the hub's current version
  std::string catalog_chunk; // bytes from catalog_offset of it, when the agent's version differs
  uint32_t catalog_size = 0;
  std::string message;       // one sentence for a person when something needs one
  // Where runs of other devices that this desk returns in pieces have got to: their newest entries. The hub does
  // not hold them yet, no receipt names them, and they may be gone in the next answer; the desk goes on behind
  // them.
  std::vector<EntryName> returned;
  bool renew = false;        // the caller's certificate is to be renewed with a new key
};

}  // namespace motcua
