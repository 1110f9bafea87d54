// Staging: runs of other devices' entries that a desk returns in pieces, after the hub lost them. A piece proves
// nothing about who wrote it; only the end of its run stands in a receipt. So pieces wait outside the log, chained
// to it and to each other, and no receipt, fact or end knows them until the last one is there: then the whole run
// goes into the log in one transaction.
//
//   staged_run    one per sender and first entry: from an entry that the log holds up to the newest one come
//   staged_piece  a batch of one run each
//
// What goes on behind nothing that is held or staged is left out without a word: the answer's `returned` says
// where the sender goes on. Runs of one sender, bytes of one run and of one unit are bounded; over the unit's
// bound the runs that nobody has touched for longest make room.
//
// Threads: one; lives inside one transaction. Errors: the store's.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "common/sync/batch.h"
#include "hub/core/unit_log.h"

namespace motcua {

class Staging {
 public:
  // Drops what `log` holds by now and what was not touched for kStagedLifeS.
  static absl::StatusOr<Staging> Load(HubStore* store, CatalogShelf* shelf, UnitLog* log, uint32_t unit,
                                      DeviceId sender, int64_t now_s);

  // The sender's run whose newest entry is `name`; null when there is none.
  const StagedRunRow* EndingAt(const EntryName& name) const;

  // Keeps verified entries behind `parent`, which is the end of a run of the sender's or held in the log.
  // kFailedPrecondition: the run is longer than the hub keeps.
  struct Piece {
    EntryName parent;
    Hash parent_hash{};
    std::span<const Entry> entries;
    std::span<const Hash> hashes;
    NumberedBook book;
    absl::string_view encoded;  // a batch of exactly these entries; empty to have them encoded here
  };
  absl::Status Keep(const Piece& piece);

  // Calls `visit` for every piece of the run, in order, and drops the run.
  using Visit =
      std::function<absl::Status(const DecodedRun& run, const NumberedBook& book, absl::string_view encoded)>;
  absl::Status Release(const StagedRunRow& run, const Visit& visit);

  // The newest entries of the sender's runs.
  std::vector<EntryName> Returned() const;

 private:
  Staging(HubStore* store, CatalogShelf* shelf, uint32_t unit, DeviceId sender, int64_t now_s)
      : store_(store), shelf_(shelf), unit_(unit), sender_(sender), now_s_(now_s) {}
  absl::StatusOr<StagedRunRow*> RunFor(const Piece& piece);
  absl::Status AddPieces(const Piece& piece, StagedRunRow* run);
  absl::Status MakeRoom(uint32_t keep);
  absl::Status Drop(uint32_t run);

  HubStore* store_;
  CatalogShelf* shelf_;
  uint32_t unit_;
  DeviceId sender_;
  int64_t now_s_;
  std::vector<StagedRunRow> runs_;  // of all senders of the unit, by id
};

}  // namespace motcua
