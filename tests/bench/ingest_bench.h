// The ingest bench: the same synthetic entries, batch by batch in turn, through
//
//   plain   prepared SQLite statements (plain_sqlite.h)
//   accept  Hub::Exchange on a real data folder
//   grpc    the same over gRPC with mutual TLS on loopback, on a second data folder
//
// and what a night costs on the line. Every answer is checked, and afterwards the sums of plain and accept must
// agree, so that no path was fast by leaving something out.
#pragma once

#include <string>

#include "common/base/status.h"
#include "nlohmann/json.hpp"

namespace motcua::bench {

struct IngestOptions {
  // Units of the catalog; each has one recording desk here and three others whose logs it knows. Default: the
  // country's communes.
  std::size_t units = 3300;
  // Batches sent; they go round the units. More than `units` makes desks send again.
  std::size_t batches = 1000;
  std::size_t entries_per_batch = 200;
  // Where databases are made and removed again. On the disk to be measured, not in memory.
  std::string folder;
  // Folder of motcua-agent, for the figures of a real desk.
  std::string programs;
};

absl::StatusOr<nlohmann::ordered_json> RunIngestBench(const IngestOptions& options);

}  // namespace motcua::bench
