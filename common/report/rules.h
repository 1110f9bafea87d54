// Rules: what does not add up, said in a sentence. Units are judged one by one (an area lists its units' findings,
// it does not recompute them); forms are judged on the figures they print, wherever those come from.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "common/report/report.h"
#include "common/report/unit_figures.h"

namespace motcua {

// Appends what the rules of scope kUnit and kUnitChannel find. `period` is "CALENDAR/ID".
void CheckUnit(const Catalog& catalog, const UnitFigures& figures, const std::string& period,
               std::vector<Finding>* findings);

// Appends what the rules of scope kForm find in the rows of a filled form.
void CheckForm(const Catalog& catalog, const Report& report, std::vector<Finding>* findings);

// By unit, rule, channel, procedure, row, column.
void SortFindings(std::vector<Finding>* findings);

}  // namespace motcua
