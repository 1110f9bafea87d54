// FigureTable: figures per (level, procedure, channel), and the one place where quantities over them are
// evaluated. A unit fills one, an area is the sum of its units' tables: every quantity is linear in them, so
// the order of adding does not matter.
//
// Blank is not zero: a flow is known (and 0 without entries) where some unit of a level the filters let through
// has data in the period; a stock only where it was observed, except pending_overdue and suspended, which count 0
// when nobody observed them; carried_over wherever anything that moves the stock is recorded at all.
//
// Threads: plain values. Lifetime: the catalog must outlive it (procedures, channels and measures are pointers
// into it, which makes comparing them cheap).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/catalog/catalog.h"

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

// One (procedure, channel) of one level; desk-wide figures have neither.
struct PairFigures {
  std::size_t level = 0;  // index into FigureTable::levels()
  const Procedure* procedure = nullptr;
  const Channel* channel = nullptr;
  bool moves = false;  // anything known up to the period's end that moves the stock in hand, or an opening
  Total carried_over;
  std::vector<Amount> amounts;  // flows of the period, stocks as last observed; absent = not known

  Amount& At(const Measure* measure);  // adds it as 0 when it is new
};

// A measure, base or derived, as what it is made of: carried_over and base measures with signs.
struct LinearForm {
  int carried_over = 0;
  std::vector<std::pair<const Measure*, int>> parts;
};
LinearForm Expand(const Catalog& catalog, const std::string& measure);

class FigureTable {
 public:
  using Filters = std::span<const Filter* const>;
  struct Level {
    std::string level;
    bool has_data = false;
  };

  explicit FigureTable(const Catalog* catalog) : catalog_(catalog) {}

  const std::vector<Level>& levels() const { return levels_; }
  const std::vector<PairFigures>& pairs() const { return pairs_; }

  std::size_t LevelIndex(const std::string& level);  // adds the level when it is new
  void MarkData(std::size_t level) { levels_[level].has_data = true; }
  // The index of a pair, which is added when it is new.
  std::size_t PairIndex(std::size_t level, const Procedure* procedure, const Channel* channel);
  PairFigures& PairAt(std::size_t index) { return pairs_[index]; }
  void Add(const FigureTable& other);

  // Σ over the pairs that every filter lets through. `measure` is a base or derived code.
  Total Sum(const std::string& measure, Filters filters) const;
  Total Evaluate(const Quantity& quantity, Filters filters) const;
  // A stock was observed for some pair the filters let through.
  bool Observed(const std::string& measure, Filters filters) const;
  bool LevelPasses(const Level& level, Filters filters) const;
  bool Passes(const PairFigures& pair, Filters filters) const;

 private:
  struct Key {
    std::size_t level;
    const Procedure* procedure;
    const Channel* channel;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  const Catalog* catalog_;
  std::vector<Level> levels_;
  std::vector<PairFigures> pairs_;
  std::unordered_map<Key, std::size_t, KeyHash> index_;
};

// The figures of one pair, for listings: known where a part of the form is.
Total Evaluate(const LinearForm& form, const PairFigures& pair);

}  // namespace motcua
