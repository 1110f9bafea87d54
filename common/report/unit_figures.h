// UnitFigures: one recording unit's figures for one period, per (procedure, channel), with every derived one.
//
// The rules: an `opening` of a (procedure, channel) counts when nothing was recorded for it on an earlier day, and
// is a check otherwise; carried_over = what was in hand the evening before the period, plus such an opening inside
// it; pending = carried_over + received − resolved − refused − withdrawn − stopped; stocks are the last observation
// in the period and never carry over; texts and stocks counted once too, unless the catalog says that they hold until
// changed.
//
// Threads: const after Read. Lifetime: the catalog must outlive it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/fact_source.h"
#include "common/report/figure_table.h"

namespace motcua {

// An opening that does not count, because the (procedure, channel) already had entries: what the ledger says was
// in hand the evening before, against what was observed.
struct OpeningCheck {
  const Procedure* procedure = nullptr;
  const Channel* channel = nullptr;
  Day day;
  int64_t pending_before = 0;
  int64_t observed = 0;
};

// Days, first and last.
struct Window {
  Day from;
  Day to;
  bool operator==(const Window&) const = default;
};

// The last observation of a choice or text.
struct TextFigure {
  const Measure* measure = nullptr;
  const Procedure* procedure = nullptr;
  const Channel* channel = nullptr;
  Day day;
  std::string text;
};

// Which observations of a stock count: forms ask for those in the period, listings for the last one ever.
enum class Stocks : uint8_t { kInPeriod, kLastEver };

struct Reading {
  Stocks stocks = Stocks::kInPeriod;
  bool by_weekday = false;  // keep the flows of each weekday apart; costs up to eight times the pairs
};

class UnitFigures {
 public:
  // Reads everything of `unit` dated up to `to`.
  static absl::StatusOr<UnitFigures> Read(const Catalog& catalog, const FactSource& facts, const Unit& unit, Day from,
                                          Day to, Reading reading = {});
  // The same for several periods in one pass over the facts.
  static absl::StatusOr<std::vector<UnitFigures>> ReadEach(const Catalog& catalog, const FactSource& facts,
                                                           const Unit& unit, const std::vector<Window>& windows,
                                                           Reading reading = {});

  const Unit& unit() const { return *unit_; }
  const UnitKind* kind() const { return table_.groups().front().kind; }
  bool has_data() const { return has_data_; }  // any known cell dated inside the period
  bool provisional() const { return provisional_; }

  // Σ over the (procedure, channel) pairs the filter lets through. Levels in the filter are checked against this
  // unit. `measure` is a base flow, amount or stock code, or a derived one.
  int64_t Sum(const std::string& measure, const Filter& filter) const;
  int64_t Evaluate(const Quantity& quantity, const Filter& filter) const;
  // Stocks observed in the period for any pair the filter lets through.
  bool Observed(const std::string& measure, const Filter& filter) const;
  // Channels and fields in which anything is known, up to the period's end.
  std::set<const Channel*> Channels() const;
  std::set<std::string> Fields() const;

  const FigureTable& table() const { return table_; }
  // Sorted by procedure, channel and day.
  const std::vector<OpeningCheck>& opening_checks() const { return opening_checks_; }
  const std::vector<TextFigure>& texts() const { return texts_; }
  // The unit said that it has nothing to report: its flows are 0 from now on, not unknown.
  void MarkNothingToReport();

 private:
  friend class UnitReader;
  UnitFigures(const Catalog* catalog, const Unit* unit);

  const Unit* unit_;
  bool has_data_ = false;
  bool provisional_ = false;
  FigureTable table_;
  std::vector<OpeningCheck> opening_checks_;
  std::vector<TextFigure> texts_;
};

}  // namespace motcua
