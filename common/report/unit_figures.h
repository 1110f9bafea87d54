// UnitFigures: one recording unit's figures for one period, per (procedure, channel), with every derived one.
//
// The rules: the first `opening` of a (procedure, channel) counts when nothing was recorded for it
// on an earlier day; carried_over = what was in hand the evening before the period, plus such an opening inside
// it; pending = carried_over + received − resolved − refused − withdrawn − stopped; stocks are the last
// observation in the period and never carry over.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/catalog/catalog.h"
#include "common/report/fact_source.h"

namespace motcua {

class UnitFigures {
 public:
  // Reads everything of `unit` dated up to `to`.
  static absl::StatusOr<UnitFigures> Read(const Catalog& catalog, const FactSource& facts, const Unit& unit, Day from,
                                          Day to);

  const Unit& unit() const { return *unit_; }
  bool has_data() const { return has_data_; }  // any known cell dated inside the period
  bool provisional() const { return provisional_; }

  // Σ over the (procedure, channel) pairs the filter lets through. Levels in the filter are checked against this
  // unit. `measure` is a base flow, amount or stock code, or a derived one.
  int64_t Sum(const std::string& measure, const Filter& filter) const;
  int64_t Evaluate(const Quantity& quantity, const Filter& filter) const;
  // Stocks observed in the period for any pair the filter lets through.
  bool Observed(const std::string& measure, const Filter& filter) const;
  // Channels and fields in which anything is known.
  std::set<std::string> Channels() const;
  std::set<std::string> Fields() const;

 private:
  using Pair = std::pair<std::string, std::string>;  // procedure, channel
  struct PairFigures {
    std::map<std::string, int64_t> flows;  // summed over the period
    std::map<std::string, int64_t> stocks;  // last observation in the period
    int64_t carried_over = 0;
    bool any = false;
  };
  bool Passes(const Pair& pair, const Filter& filter) const;
  int64_t Derive(const PairFigures& figures, const std::string& measure) const;

  const Catalog* catalog_ = nullptr;
  const Unit* unit_ = nullptr;
  bool has_data_ = false;
  bool provisional_ = false;
  std::map<Pair, PairFigures> pairs_;
};

}  // namespace motcua
