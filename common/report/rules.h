// Rules: what does not add up, said in a sentence. Units are judged one by one (an area lists its units' findings,
// it does not recompute them); forms are judged on the figures they print, wherever those come from: computed, or typed
// from paper.
//
// Threads: UnitRules belongs to one thread; the rest are pure functions.
#pragma once

#include <string>
#include <vector>

#include "common/report/report.h"
#include "common/report/unit_figures.h"

namespace motcua {

// The rules of scope kUnit and kUnitChannel, with what they name looked up once for all units. The catalog must
// outlive it.
class UnitRules {
 public:
  explicit UnitRules(const Catalog* catalog);

  // Appends what does not hold for the unit. `period` is "CALENDAR/ID".
  void Check(const UnitFigures& figures, const std::string& period, std::vector<Finding>* findings);

 private:
  void CheckWithin(const Rule& rule, const UnitFigures& figures, const Channel* channel, const Selection& selection,
                   const std::string& period, std::vector<Finding>* findings);
  void CheckOpenings(const Rule& rule, const UnitFigures& figures, const std::string& period,
                     std::vector<Finding>* findings);

  const Catalog& catalog_;
  Resolver resolver_;
  const Filter everything_;
  std::vector<Selection> by_channel_;  // in the catalog's order
};

// Appends what the rules of scope kForm find in the rows of a filled form.
void CheckForm(const Catalog& catalog, const Report& report, std::vector<Finding>* findings);

// By unit, rule, channel, procedure, row, column.
void SortFindings(std::vector<Finding>* findings);

}  // namespace motcua
