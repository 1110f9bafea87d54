// PlainSqlite is what one would write without this project: prepared statements, integer keys, one
// transaction per batch, a log row, an upsert of the cell and one of its roll-up for every entry. It checks
// nothing, hashes nothing and knows no merge; it is the speed the hub's accept path is held against.
//
// Same file settings as the hub (WAL, synchronous=FULL, page cache). Its input is already integers: it is not
// charged for decoding.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/sqlite/database.h"

namespace motcua::bench {

struct PlainEntry {
  int64_t log_key = 0;  // local number of the device << 32 | seq
  int64_t shape = 0;    // kind and role
  int64_t author = 0;
  int64_t clock_s = 0;
  bool has_cell = false;
  int64_t cell = 0;    // packed like the hub's keys: unit, day, procedure, channel, measure
  int64_t rollup = 0;  // the same with the province for the unit
  int64_t delta = 0;
  std::string body;  // what has no column: a saw's names
};

class PlainSqlite {
 public:
  static absl::StatusOr<std::unique_ptr<PlainSqlite>> Open(const std::string& path, int cache_kib);
  // One transaction; durable when it returns OK.
  absl::Status Take(const std::vector<PlainEntry>& batch);
  absl::Status Checkpoint() { return database_->Checkpoint(); }

 private:
  PlainSqlite() = default;

  std::unique_ptr<Database> database_;
  Statement log_, cell_, rollup_;
};

}  // namespace motcua::bench
