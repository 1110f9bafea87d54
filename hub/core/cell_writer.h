// CellWriter brings the cells that a transaction touches up to date, and the roll-ups above them.
//
// The usual cell has nothing but adds that count: its value moves by their sum and nothing else is read. A
// cell with a restatement, or with an excluded entry, is folded again from its own postings (FoldCell); the
// causality it needs is loaded once per transaction, by the first such cell. A cell that copies of a device may
// both have written, or the hub from paper and a desk, is folded too, to know whether a person should look at it. Either way the cost follows what
// changed.
//
// Threads: one; lives inside one transaction.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hub/core/cell_row.h"
#include "hub/core/rollups.h"
#include "hub/core/unit_log.h"

namespace motcua {

class CellWriter {
 public:
  CellWriter(HubStore* store, std::string unit, UnitLog* log, Rollups* rollups)
      : store_(*store), unit_(std::move(unit)), log_(*log), rollups_(*rollups) {}

  // A new posting of a cell.
  void Add(CellTable table, uint64_t key, StoredPosting posting) {
    added_.push_back({table, key, std::move(posting)});
  }
  // The cell's value may differ although it has no new posting: what is known or excluded changed.
  void Refold(CellTable table, uint64_t key) { refold_.insert({table, key}); }
  // Every cell of the unit for which it matters who knew what: restated ones, and those from paper and a desk at once.
  absl::Status RefoldByKnowledge(uint32_t unit);
  // Every cell of the unit that is listed behind a fork: a review closed some.
  absl::Status RefoldForked(uint32_t unit);
  // Every cell of the unit.
  absl::Status RefoldAll(uint32_t unit);

  absl::Status Write();

 private:
  struct Added {
    CellTable table;
    uint64_t key;
    StoredPosting posting;
  };
  absl::Status RefoldWhere(uint32_t unit, const std::function<bool(uint32_t flags)>& wanted);
  absl::Status WriteCell(CellTable table, uint64_t key, std::size_t begin, std::size_t end, bool refold);
  absl::StatusOr<bool> AddsPlainly(const CellRow& row, std::size_t begin, std::size_t end) const;
  absl::StatusOr<const Causality*> CausalityFor(const std::vector<StoredPosting>& postings, const CellRow& row,
                                                bool refold);
  absl::Status Fold(CellTable table, CellRow* row, bool refold);

  HubStore& store_;
  std::string unit_;
  UnitLog& log_;
  Rollups& rollups_;
  std::vector<Added> added_;
  std::set<std::pair<CellTable, uint64_t>> refold_;
  std::optional<Forks> forks_;
  std::optional<Causality> causality_;
  std::optional<Causality> nothing_known_;  // for cells whose value no saw and no exclusion decides
};

// A cell's row from its postings: what Write() stores when it folds, and what a rebuild expects to find.
absl::StatusOr<CellRow> FoldRow(std::vector<Posting> postings, const Causality& causality, const Forks& forks,
                                CellTable table);

}  // namespace motcua
