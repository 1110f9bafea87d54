// Batch codec: runs of entries as columns, about 6.5 bytes an entry of a typical night without compression. The
// grammar stands in batch_format.h, next to the one writer and the one reader of it.
//
// A batch is self-checking: every run names its parent and its last entry, and the reader recomputes the chain,
// so an altered, shortened or re-ordered run is refused (kDataLoss). Codes that the agreed catalog lacks are
// spelled out. The reader checks every size and count before it allocates.
//
// Threads: any; plain functions. Errors leave nothing behind: a batch is taken whole or not at all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/ledger/unit_ledger.h"
#include "common/sync/code_book.h"
#include "common/sync/limits.h"

namespace motcua {

// Encodes runs in order until the next entry would take the batch past `bytes_max` or kBatchBytesMax; one entry
// always fits. Entries must be within CheckBounds, runs without a hole. The writer hashes as it goes, run i
// starting from `parent_hashes[i]`, and goes over what it takes once, so a long log costs no more than its batch.
struct EncodedBatch {
  std::string bytes;  // empty when there was no entry
  std::size_t entries = 0;
  bool complete = true;  // everything given is inside
};
EncodedBatch EncodeBatch(const std::vector<Run>& runs, const std::vector<Hash>& parent_hashes, const CodeBook& book,
                         std::size_t bytes_max);

// A run as read, before its chain is checked: the reader does not hold the parent's full hash, its store does.
struct DecodedRun {
  Run run;
  EntryName last;  // claimed name of the last entry
};
// No bytes are no runs. Entries come back within CheckBounds. kInvalidArgument: not a batch, or over a bound. kUnimplemented: an entry
// kind (behind `newest`, for a side that speaks an older protocol) or batch format from a newer version.
absl::StatusOr<std::vector<DecodedRun>> DecodeBatch(absl::string_view bytes, const CodeBook& book,
                                                    EntryKind newest = EntryKind::kPeriod);
// Recomputes the chain of `run` from its parent's hash (ChainRoot for a log's first run); returns the hash of every
// entry in order. kDataLoss: the hash is not the parent's, or the claimed last name does not come out.
absl::StatusOr<std::vector<Hash>> VerifyChain(const DecodedRun& run, const Hash& parent_hash);

}  // namespace motcua
