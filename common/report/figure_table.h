// FigureTable: figures per (unit kind, procedure, channel), and the one place where quantities over them are
// evaluated. A unit fills one, an area is the sum of its units' tables: sums are linear in them and counts of
// procedures ask the summed table, so the order of adding does not matter.
//
// Blank is not zero: a flow is known (and 0 without entries) where some unit of a kind the filters let through
// has data in the period; a stock only where it was observed, except pending_overdue and suspended, which count 0
// when nobody observed them; carried_over wherever anything that moves the stock is recorded at all. What is counted
// once for an area is not part of any sum: a table holds what was recorded for its own unit.
//
// Threads: plain values. Lifetime: the catalog must outlive it (kinds, procedures, channels and measures are pointers
// into it, which makes comparing them cheap).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/selection.h"

namespace motcua {

// A sum and what is to be said about it.
struct Total {
  int64_t value = 0;
  bool known = false;
  bool provisional = false;

  void Add(const Total& part, int64_t coefficient = 1);
};

struct Amount {
  const Measure* measure = nullptr;
  int64_t value = 0;
  bool provisional = false;
};

// One (procedure, channel) of one unit kind; desk-wide figures have neither.
struct PairFigures {
  std::size_t group = 0;  // index into FigureTable::groups()
  const Procedure* procedure = nullptr;
  const Channel* channel = nullptr;
  int weekday = 0;     // 1 to 7: flows of these days, where a form asks for weekdays; 0: everything else
  bool moves = false;  // anything known up to the period's end that moves the stock in hand, or an opening
  Total carried_over;
  std::vector<Amount> amounts;  // flows of the period, stocks as last observed; absent = not known

  Amount& At(const Measure* measure);  // adds it as 0 when it is new
};

class FigureTable {
 public:
  // Every one of them must let a figure through.
  using Selections = std::span<const Selection* const>;
  // The recording units of one kind.
  struct Group {
    const UnitKind* kind = nullptr;
    bool has_data = false;
    int units = 0;
    int units_with_data = 0;  // or submitted with nothing to report
  };

  explicit FigureTable(const Catalog* catalog) : catalog_(catalog) {}

  const Catalog& catalog() const { return *catalog_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<PairFigures>& pairs() const { return pairs_; }
  const std::vector<Amount>& once() const { return once_; }

  std::size_t GroupIndex(const UnitKind* kind);  // adds the group when it is new
  void CountUnit(std::size_t group) { ++groups_[group].units; }
  void MarkData(std::size_t group);
  // The index of a pair, which is added when it is new.
  std::size_t PairIndex(std::size_t group, const Procedure* procedure, const Channel* channel, int weekday = 0);
  PairFigures& PairAt(std::size_t index) { return pairs_[index]; }
  Amount& OnceAt(const Measure* measure);
  void Add(const FigureTable& other);
  // What is counted once for the area, from the table of the unit that stands for it.
  void TakeOnce(const FigureTable& own) { once_ = own.once_; }

  // Σ over the pairs that every selection lets through.
  Total Sum(const LinearForm& form, Selections selections) const;
  // A term over measures. Rows and counts of units are not known here: they are the form's.
  Total Evaluate(const Term& term, Resolver& resolver, Selections selections) const;
  Total Evaluate(const Quantity& quantity, Resolver& resolver, Selections selections) const;
  // A stock was observed for some pair the selections let through.
  bool Observed(const Measure* stock, Selections selections) const;
  bool GroupPasses(const Group& group, Selections selections) const;
  bool Passes(const PairFigures& pair, Selections selections) const;
  // The sum of each procedure of the catalog, by its place there.
  std::vector<int64_t> ByProcedure(const LinearForm& form, const Selection& selection) const;

 private:
  struct Key {
    std::size_t group;
    const Procedure* procedure;
    const Channel* channel;
    int weekday;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  Total Count(const LinearForm& form, Selections selections) const;
  bool HasData(Selections selections) const;

  const Catalog* catalog_;
  std::vector<Group> groups_;
  std::vector<PairFigures> pairs_;
  std::vector<Amount> once_;
  std::unordered_map<Key, std::size_t, KeyHash> index_;
};

// The figures of one pair: known where a part of the form is.
Total Evaluate(const Catalog& catalog, const LinearForm& form, const PairFigures& pair);

}  // namespace motcua
