#include "tests/bench/plain_sqlite.h"

namespace motcua::bench {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE log(key INTEGER PRIMARY KEY, shape INTEGER NOT NULL, author INTEGER NOT NULL, clock_s INTEGER NOT NULL,
                 cell INTEGER, delta INTEGER, body BLOB);
CREATE TABLE cell(key INTEGER PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE rollup(key INTEGER PRIMARY KEY, value INTEGER NOT NULL);
)sql";

}  // namespace

absl::StatusOr<std::unique_ptr<PlainSqlite>> PlainSqlite::Open(const std::string& path, int cache_kib) {
  DatabaseOptions options;
  options.cache_kib = cache_kib;
  std::unique_ptr<PlainSqlite> plain(new PlainSqlite());
  MOTCUA_ASSIGN_OR_RETURN(plain->database_, Database::Open(path, options));
  MOTCUA_RETURN_IF_ERROR(plain->database_->Execute(kSchema));
  const auto prepare = [&](const char* sql) { return plain->database_->Prepare(sql); };
  MOTCUA_ASSIGN_OR_RETURN(plain->log_, prepare("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)"));
  MOTCUA_ASSIGN_OR_RETURN(plain->cell_,
                          prepare("INSERT INTO cell VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET "
                                  "value = value + excluded.value"));
  MOTCUA_ASSIGN_OR_RETURN(plain->rollup_,
                          prepare("INSERT INTO rollup VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET "
                                  "value = value + excluded.value"));
  return plain;
}

absl::Status PlainSqlite::Take(const std::vector<PlainEntry>& batch) {
  MOTCUA_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  for (const PlainEntry& entry : batch) {
    if (!entry.has_cell) {
      MOTCUA_RETURN_IF_ERROR(log_.Run(entry.log_key, entry.shape, entry.author, entry.clock_s, nullptr,
                                      nullptr, Blob(entry.body)));
      continue;
    }
    MOTCUA_RETURN_IF_ERROR(
        log_.Run(entry.log_key, entry.shape, entry.author, entry.clock_s, entry.cell, entry.delta, nullptr));
    MOTCUA_RETURN_IF_ERROR(cell_.Run(entry.cell, entry.delta));
    MOTCUA_RETURN_IF_ERROR(rollup_.Run(entry.rollup, entry.delta));
  }
  return transaction.Commit();
}

}  // namespace motcua::bench
