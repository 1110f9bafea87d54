// Ingest takes entries into one unit's ledger inside one transaction: log, causal skeleton, automatic
// exclusions, cells and roll-ups together, so that facts are the fold of the log at every commit.
//
//   Ingest ingest(services, "00019", unit_row, &log);
//   ingest.Take(run …);            // any number of runs
//   ingest.Exclude(first, last, reason);
//   ingest.Finish();               // cells, then roll-ups
//
// Threads: one; lives inside one transaction that its caller commits.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/base/random.h"
#include "common/ledger/canonical.h"
#include "hub/core/cell_coder.h"
#include "hub/core/cell_writer.h"
#include "hub/core/code_ids.h"
#include "hub/core/skeleton.h"
#include "hub/core/unit_log.h"

namespace motcua {

// What every ingest of a hub shares.
struct IngestServices {
  HubStore* store = nullptr;
  CodeIds* ids = nullptr;
  CatalogShelf* shelf = nullptr;
  CellCoder* coder = nullptr;
  RandomSource* random = nullptr;
  int64_t now_s = 0;
  // Units in whose hub log this process has written: the first entry of a process carries a nonce.
  const std::set<std::string>* written = nullptr;
};

struct TakenRun {
  Position parent;
  DeviceId device;
  std::span<const Entry> entries;  // verified: these hashes are theirs
  std::span<const Hash> hashes;
  // What the device may state. None: not judged (an entry of the hub's, or one that comes back after a loss).
  std::optional<Role> role;
  NumberedBook book;
  absl::string_view encoded;  // as UnitLog::Piece
};

class Ingest {
 public:
  Ingest(const IngestServices& services, std::string unit, UnitRow row, UnitLog* log);

  absl::Status Take(const TakenRun& run);
  // The hub's own entries, appended to its log of this unit; returns their names.
  absl::StatusOr<EntryName> Exclude(const EntryName& first, const EntryName& last, bool lifts,
                                    std::string reason, std::string author);
  absl::StatusOr<EntryName> Restate(const Cell& cell, Value value, Value shown, std::string note,
                                    std::string author);
  // An add or a restatement, behind what the hub has learned.
  absl::StatusOr<EntryName> WriteCell(EntryBody body, std::string note, std::string author);
  absl::StatusOr<EntryName> Review(ReviewBody review, std::string note, std::string author);
  absl::StatusOr<EntryName> Decide(PeriodBody period, std::string note, std::string author);
  // Automatic exclusions, cells, roll-ups, the unit's row. Last.
  absl::Status Finish();

  // Folds every cell of the unit anew from its log (the catalog changed), held entries that are known now
  // included. `roll_down`: the old cells are taken out of the roll-ups first; false when all roll-ups are
  // being made anew.
  absl::Status Rebuild(bool roll_down);

  // Folds every cell from its own postings: what cells say of themselves changed with the program.
  absl::Status RefoldAll() { return cells_.RefoldAll(row_.unit); }

  bool wrote_hub_log() const { return wrote_hub_log_; }

 private:
  struct Refusal {
    EntryName first;
    EntryName last;
    std::string reason;
  };
  absl::Status TakeEntry(LineId line, const Entry& entry, const Hash& hash, const std::optional<Role>& role);
  absl::Status TakePosting(LineId line, const Entry& entry, const Hash& hash,
                           const std::optional<Role>& role);
  absl::Status TakeSaw(LineId line, Seq seq, const SawBody& saw);
  absl::Status TakeImport(LineId line, Seq seq, const ImportBody& import);
  absl::Status TakeReview(LineId line, Seq seq, const ReviewBody& review);
  absl::Status TakePeriod(LineId line, const Entry& entry);
  absl::Status TakeExclude(LineId line, Seq seq, const ExcludeBody& exclude);
  absl::Status RefoldCovered(Position first, Position last);
  absl::Status ResolveDangling();
  absl::Status ResolveReviews(LineId line);
  absl::Status FindNames(const std::vector<EntryName>& names, Skeleton* skeleton);
  absl::Status RebuildEntry(LineId line, const Entry& entry, const Hash& hash, bool was_held,
                            const std::optional<Role>& role, const Causality& causality);
  void Refuse(const EntryName& name, std::string reason);
  absl::Status SawIfLearned();
  absl::StatusOr<EntryName> AppendHub(EntryBody body, std::string note, std::string author);

  IngestServices services_;
  std::string unit_;
  UnitRow row_;
  UnitRow stored_row_;
  UnitLog& log_;
  Rollups rollups_;
  CellWriter cells_;
  std::vector<Refusal> refusals_;
  Chain chain_;
  bool wrote_hub_log_ = false;
  bool arrived_ = false;  // entries that earlier ones may name
  bool fresh_;            // the unit's first entries: its row is not stored yet
};

}  // namespace motcua
