// Rollups gathers what a transaction changes above its unit, and writes it once, in key order, at the end:
// units share these rows, and writers that take them in one order never wait for each other in a ring.
//
// A roll-up's owner is a scope: (ancestor, level of the recording unit), because forms group by level.
//
// Threads: one; lives inside one transaction.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/catalog/catalog.h"
#include "hub/core/cell_row.h"
#include "hub/core/code_ids.h"

namespace motcua {

class Rollups {
 public:
  Rollups(const Catalog* catalog, CodeIds* ids) : catalog_(*catalog), ids_(*ids) {}

  // A counter cell (packed key of a unit) contributes `now` instead of `before`.
  absl::Status Change(const std::string& unit, uint64_t key, const Contribution& before,
                      const Contribution& now);
  absl::Status Flush(HubStore& store);

  // The sums gathered so far by packed key, for a rebuild in memory.
  std::map<uint64_t, RollupRow> Sums() const;

 private:
  struct Step {
    uint64_t key;
    int64_t value;
    int64_t units;
  };
  absl::StatusOr<const std::vector<uint32_t>*> ScopesAbove(const std::string& unit, Day day);
  void Coalesce();

  const Catalog& catalog_;
  CodeIds& ids_;
  std::string unit_;                                           // whose scopes are remembered below
  std::unordered_map<int32_t, std::vector<uint32_t>> scopes_;  // by day
  std::vector<Step> steps_;
};

}  // namespace motcua
