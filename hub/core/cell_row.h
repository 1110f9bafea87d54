// What a stored cell is made of: its flags, and its postings as compact bytes, so that one cell can be folded
// again from itself.
//
//   postings := {posting}
//   posting  := line:varint seq:varint kind:byte (add: delta:zigzag | restatement: h8:fixed64 value)
//   kind     := role(2 bits) | restates << 2          line: the hub's number of the line
//   value    := 0 | 1 number:zigzag | 2 text:text
//
// Postings stand in the order in which they arrived; a cell's value does not depend on it.
#pragma once

#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/ledger/fold.h"
#include "hub/core/hub_store.h"

namespace motcua {

// A plain known counter is exactly kCellKnown: SQLite stores 1 in no bytes at all.
enum CellFlag : uint32_t {
  kCellKnown = 1,
  kCellProvisional = 2,
  kCellConflict = 4,
  kCellOverlap = 8,
  kCellRestated = 16,  // has a restatement: its value is never just a sum
  kCellExcluded = 32,  // has an excluded posting
  kCellForked = 64,    // copies of a device both wrote it, and nobody has closed their list (forks.h)
};
// A person should look at the cell.
inline constexpr uint32_t kCellOpen = kCellProvisional | kCellForked;

// A posting by the hub's own line numbers.
struct StoredPosting {
  uint32_t line = 0;
  Seq seq = 0;
  Role role = Role::kDesk;
  bool restates = false;
  int64_t delta = 0;
  uint64_t h8 = 0;  // restatements only: part of what breaks ties
  Value value;
  bool operator==(const StoredPosting&) const = default;
};

void AppendPosting(const StoredPosting& posting, std::string* out);
// kDataLoss when the bytes are not postings.
absl::StatusOr<std::vector<StoredPosting>> ReadPostings(absl::string_view bytes);

// What a counter cell adds to the roll-ups above it. Bounded so that the sum over every unit a hub can have
// stays within 64 bits, whatever a desk typed: 2^46 is seventy thousand billion, in one cell of one day.
struct Contribution {
  int64_t value = 0;
  int64_t units = 0;
};
Contribution ContributionOf(const Value& value);

}  // namespace motcua
