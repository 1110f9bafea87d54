// The report bench: what every form of the shipped catalogs costs for a year of daily entries of 22 units, read from a
// real hub's data folder. Communes are added to a catalog that has fewer; the entries are made up and come in through
// Hub::Exchange like any others.
#pragma once

#include <string>

#include "common/base/status.h"
#include "nlohmann/json.hpp"

namespace motcua::bench {

struct ReportBenchOptions {
  std::string catalogs = "deploy/catalog";  // the folder of catalog folders
  std::string catalog;                      // one of them; empty: all
  std::size_t units = 22;
  std::size_t cells_per_day = 17;  // of a unit; the sample of Ba Đình has that many on a working day
  // Every unit submits every period when it is over, and those that end before the year does are locked then. Measured are
  // then also the revisions, and who has submitted.
  bool locks = false;
  // Of each report; medians are printed, of wall time and of the processor's, which a busy machine does not stretch.
  int repeats = 9;
  std::string folder;              // where databases are made and removed again
};

absl::StatusOr<nlohmann::ordered_json> RunReportBench(const ReportBenchOptions& options);

}  // namespace motcua::bench
