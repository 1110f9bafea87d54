// Cells and roll-ups.
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/cell_row.h"

#include "common/base/planted_bug.h"
#include "hub/adapters/sqlite_hub_rows.h"

namespace motcua {
namespace {

HubSql Pick(CellTable table, HubSql counters, HubSql registers) {
  return table == CellTable::kCounters ? counters : registers;
}

}  // namespace

absl::StatusOr<std::optional<CellRow>> SqliteHubStore::Cell(CellTable table, uint64_t key) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(Pick(table, HubSql::kCounter, HubSql::kRegister)));
  Query query(*statement, key);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return std::optional<CellRow>();
  return std::optional<CellRow>(
      CellRow{ValueFrom(query, 0), static_cast<uint32_t>(query.Int(1)), std::string(query.Bytes(2))});
}

absl::Status SqliteHubStore::PutCell(CellTable table, uint64_t key, const CellRow& row) {
#ifdef MOTCUA_PLANTED_BUGS
  if (MOTCUA_PLANTED(kFactsKeptOnRollback)) {
    planted::Kept().push_back([=, this] { (void)PutCell(table, key, row); });
  }
#endif
  const HubSql sql = Pick(table, HubSql::kPutCounter, HubSql::kPutRegister);
  if (const auto* number = std::get_if<int64_t>(&row.value))
    return Run(sql, key, *number, row.flags, Blob(row.postings));
  if (const auto* text = std::get_if<std::string>(&row.value))
    return Run(sql, key, *text, row.flags, Blob(row.postings));
  return Run(sql, key, nullptr, row.flags, Blob(row.postings));
}

absl::Status SqliteHubStore::RemoveCells(CellTable table, uint64_t begin, uint64_t end) {
  return Run(Pick(table, HubSql::kRemoveCounters, HubSql::kRemoveRegisters), begin, end);
}

absl::Status SqliteHubStore::VisitCells(HubSql sql, uint64_t begin, uint64_t end,
                                        const std::function<void(uint64_t, const CellRow&)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(sql));
  Query query(*statement, begin, end);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    visit(static_cast<uint64_t>(query.Int(0)),
          {ValueFrom(query, 1), static_cast<uint32_t>(query.Int(2)), std::string(query.Bytes(3))});
  }
}

absl::Status SqliteHubStore::ForEachCell(CellTable table, uint64_t begin, uint64_t end,
                                         const std::function<void(uint64_t, const CellRow&)>& visit) {
  return VisitCells(Pick(table, HubSql::kCounters, HubSql::kRegisters), begin, end, visit);
}

absl::Status SqliteHubStore::ForEachOpenCell(CellTable table, uint64_t begin, uint64_t end,
                                             const std::function<void(uint64_t, const CellRow&)>& visit) {
  static_assert(kCellOpen == 66, "the number in the schema's indexes and in the statements that use them");
  return VisitCells(Pick(table, HubSql::kOpenCounters, HubSql::kOpenRegisters), begin, end, visit);
}

absl::Status SqliteHubStore::ForEachValue(
    CellTable table, uint64_t begin, uint64_t end,
    const std::function<void(uint64_t, const Value&, uint32_t flags)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement,
                          Use(Pick(table, HubSql::kCounterValues, HubSql::kRegisterValues)));
  Query query(*statement, begin, end);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    visit(static_cast<uint64_t>(query.Int(0)), ValueFrom(query, 1), static_cast<uint32_t>(query.Int(2)));
  }
}

absl::StatusOr<bool> SqliteHubStore::AnyCell(CellTable table, uint64_t begin, uint64_t end) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(Pick(table, HubSql::kAnyCounter, HubSql::kAnyRegister)));
  Query query(*statement, begin, end);
  return query.Next();
}

absl::Status SqliteHubStore::AddToRollup(uint64_t key, int64_t value, int64_t units) {
  MOTCUA_RETURN_IF_ERROR(Run(HubSql::kAddToRollup, key, value, units));
  return units < 0 ? Run(HubSql::kRemoveRollup, key) : absl::OkStatus();
}

absl::Status SqliteHubStore::ForEachRollup(uint64_t begin, uint64_t end,
                                           const std::function<void(uint64_t, const RollupRow&)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kRollups));
  Query query(*statement, begin, end);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    visit(static_cast<uint64_t>(query.Int(0)), {query.Int(1), query.Int(2)});
  }
}

absl::Status SqliteHubStore::RemoveRollups() { return Run(HubSql::kRemoveRollups); }

}  // namespace motcua
