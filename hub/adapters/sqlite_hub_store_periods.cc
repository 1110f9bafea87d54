// What was decided about periods, and frozen figures.
#include "hub/adapters/sqlite_hub_rows.h"
#include "hub/adapters/sqlite_hub_store.h"

namespace motcua {
namespace {

absl::StatusOr<std::vector<PeriodRow>> PeriodsFrom(Query& query) {
  std::vector<PeriodRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({LineOfKey(query.Int(0)), SeqOfKey(query.Int(0)), static_cast<uint32_t>(query.Int(1)),
                    std::string(query.Text(2)), std::string(query.Text(3)), std::string(query.Bytes(4))});
  }
}

}  // namespace

absl::Status SqliteHubStore::AddPeriod(const PeriodRow& row) {
  return Run(HubSql::kAddPeriod, PlaceKey(row.line, row.seq), row.unit, row.period, row.area, Blob(row.entry));
}

absl::StatusOr<std::vector<PeriodRow>> SqliteHubStore::PeriodsOf(uint32_t line) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kPeriodsOfLine));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  return PeriodsFrom(query);
}

absl::StatusOr<std::vector<PeriodRow>> SqliteHubStore::Periods(const std::string& period) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kPeriods));
  Query query(*statement, period);
  return PeriodsFrom(query);
}

absl::Status SqliteHubStore::PutFrozen(const Hash& digest, absl::string_view bytes) {
  return Run(HubSql::kPutFrozen, Blob(AsBytes(digest)), Blob(bytes));
}

absl::StatusOr<std::string> SqliteHubStore::Frozen(const Hash& digest) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kFrozen));
  Query query(*statement, Blob(AsBytes(digest)));
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("số liệu đã chốt", "frozen figures");
  return std::string(query.Bytes(0));
}

}  // namespace motcua
