#include "tests/simulation/explore_digest.h"

#include "absl/strings/match.h"
#include "common/base/bytes.h"
#include "tests/simulation/fault_vfs.h"

namespace motcua::explore {

bool MattersToOutcomes(absl::string_view table, absl::string_view first_column) {
  if (table == "heartbeat") return false;
  return table != "meta" || (first_column != "batch_bytes" && !absl::StartsWith(first_column, "last_sync_"));
}

absl::StatusOr<TableDigest> TableDigest::Of(Database& database) {
  TableDigest digest;
  MOTCUA_ASSIGN_OR_RETURN(Statement list,
                          database.Prepare("SELECT name, (SELECT count(*) FROM pragma_table_info(s.name)) "
                                           "FROM sqlite_master AS s WHERE type = 'table' ORDER BY name"));
  Query query(list);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return digest;
    Table table{std::string(query.Text(0)), static_cast<int>(query.Int(1)), {}};
    // Rows come by primary key.
    MOTCUA_ASSIGN_OR_RETURN(table.select, database.Prepare(absl::StrCat("SELECT * FROM ", table.name)));
    digest.tables_.push_back(std::move(table));
  }
}

absl::Status TableDigest::Write(Table& table, std::string* out) {
  ByteWriter writer(out);
  writer.Text(table.name);
  Query query(table.select);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    if (!MattersToOutcomes(table.name, query.Bytes(0))) continue;
    for (int column = 0; column < table.columns; ++column) writer.Text(query.Bytes(column));
  }
}

absl::StatusOr<Hash> TableDigest::Now() {
  std::string content;
  for (Table& table : tables_) MOTCUA_RETURN_IF_ERROR(Write(table, &content));
  return Sha256(content);
}

absl::StatusOr<Hash> DigestOfDatabase(const std::string& path) {
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  MOTCUA_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path, options));
  MOTCUA_ASSIGN_OR_RETURN(TableDigest digest, TableDigest::Of(*database));
  return digest.Now();
}

}  // namespace motcua::explore
