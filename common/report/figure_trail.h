// FigureTrail: the cells behind a printed figure, so that an auditor can ask for their entries. Flows of the period, what
// moved the stock before it where something is carried over, the observation that counts of each stock, choice and
// text; for a rate both of its sides.
//
//   MOTCUA_ASSIGN_OR_RETURN(const FigureTrail trail,
//                           TraceFigure(catalog, facts, {"badinh-2020", "001", "2020-9M", "2.3.6/received/online", "value"}));
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/report.h"

namespace motcua {

struct FigureQuestion {
  std::string form;
  std::string unit;  // the area
  std::string period;
  std::string row;   // as printed, "commune/FIELD" and "ROW@RATE" included
  std::string column;
};

struct FigureTrail {
  std::string label;  // of the row
  Figure figure;
  std::vector<Cell> cells;  // sorted, none twice; every one is known
};

// Errors as MakeReport's; kNotFound in a sentence for a row or column the report does not have.
absl::StatusOr<FigureTrail> TraceFigure(const Catalog& catalog, const FactSource& facts, const FigureQuestion& question);

}  // namespace motcua
