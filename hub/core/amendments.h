// Amendments: how a locked period reads now, beside what its newest revision froze, with what moved it. They become the
// next revision only as a whole and only as they were shown; their digest says whether anything moved since.
//
// A figure is what a form of the period's calendar prints. A cell is what figures are made of: every cell dated up to
// the period's end, because what came before is carried over. A unit that has submitted since is told apart from one
// that has not, because coverage prints it.
//
// Threads: the hub's mutex is held; plain values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/core/period_book.h"

namespace motcua {

enum class AmendmentKind : uint8_t {
  kLateArrival = 1,  // written or arrived after the lock
  kCorrection = 2,   // a number set again or restated
  kExclusion = 3,
  kInclusion = 4,
  kDefinition = 5,  // another catalog version knows it, reads or sums it differently
};
const char* AmendmentKindName(AmendmentKind kind);  // "late_arrival" …
std::string AmendmentKindForPeople(AmendmentKind kind);

struct AmendmentCause {
  AmendmentKind kind = AmendmentKind::kLateArrival;
  EntryName name;          // none for a definition
  Entry entry;
  std::string device_name;
  int64_t arrived_s = 0;   // at this hub
};

struct AmendedCell {
  Cell cell;
  Value frozen;
  Value now;
  bool frozen_provisional = false;
  bool now_provisional = false;
  std::vector<AmendmentCause> causes;  // by name
};

struct AmendedFigure {
  std::string form;
  std::string row;
  std::string column;
  std::string label;
  std::string frozen;  // plain
  std::string now;
};

struct AmendedState {
  std::string unit;
  std::string name;
  UnitState frozen = UnitState::kNone;
  UnitState now = UnitState::kNone;
};

struct Amendments {
  Revision base;
  Hash catalog_now{};
  std::vector<AmendedFigure> figures;
  std::vector<AmendedCell> cells;    // sorted
  std::vector<AmendedState> states;  // by unit
  Hash digest{};
  bool none() const { return figures.empty() && cells.empty() && states.empty(); }
};

// What the comparison asks the hub for.
class AmendmentFinder {
 public:
  AmendmentFinder(HubStore* store, const CodeIds* ids, CatalogShelf* shelf, const FactSource* living)
      : store_(*store), ids_(*ids), shelf_(*shelf), living_(*living), book_(store, ids, shelf) {}

  absl::StatusOr<Amendments> Find(const Revision& revision);
  // Only the number of cells that differ; what has not moved since the lock is not read.
  absl::StatusOr<int64_t> CountCells(const Revision& revision);

 private:
  class Uncovered;
  struct Sides {
    PeriodArea frozen;
    PeriodArea now;
  };
  absl::StatusOr<Sides> Areas(const Revision& base);
  absl::StatusOr<bool> MayHaveMoved(const std::string& unit, const std::vector<EntryName>& covers, Day to);
  absl::StatusOr<bool> MayDiffer(const Sides& sides, const Revision& base, const std::string& unit);
  absl::Status CompareCells(const Sides& sides, const Revision& base, const FrozenFacts& frozen, const std::string& unit,
                            std::vector<AmendedCell>* cells);
  absl::Status FindCauses(const Revision& base, const std::string& unit, std::vector<AmendedCell>* cells);
  absl::Status CompareStates(const Sides& sides, const Revision& base, Amendments* found);
  absl::Status CompareFigures(const Sides& sides, const FrozenFacts& frozen, Amendments* found);

  HubStore& store_;
  const CodeIds& ids_;
  CatalogShelf& shelf_;
  const FactSource& living_;
  PeriodBook book_;
};

}  // namespace motcua
