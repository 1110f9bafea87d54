#include "tests/simulation/explore_digest.h"

#include <vector>

#include "absl/strings/match.h"
#include "common/base/bytes.h"
#include "common/sqlite/database.h"
#include "tests/simulation/fault_vfs.h"

namespace motcua::explore {
namespace {

absl::StatusOr<std::vector<std::string>> TablesOf(Database& database) {
  MOTCUA_ASSIGN_OR_RETURN(Statement list,
                          database.Prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"));
  std::vector<std::string> tables;
  Query query(list);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return tables;
    tables.emplace_back(query.Text(0));
  }
}

bool Matters(absl::string_view table, absl::string_view first_column) {
  if (table == "heartbeat") return false;
  return table != "meta" || (first_column != "batch_bytes" && !absl::StartsWith(first_column, "last_sync_"));
}

// Rows come by primary key.
absl::Status WriteTable(Database& database, const std::string& table, std::string* out) {
  MOTCUA_ASSIGN_OR_RETURN(const int64_t columns, database.QueryInt(absl::StrCat(
                                                     "SELECT count(*) FROM pragma_table_info('", table, "')")));
  MOTCUA_ASSIGN_OR_RETURN(Statement select, database.Prepare(absl::StrCat("SELECT * FROM ", table)));
  ByteWriter writer(out);
  writer.Text(table);
  Query query(select);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    if (!Matters(table, query.Bytes(0))) continue;
    for (int column = 0; column < static_cast<int>(columns); ++column) writer.Text(query.Bytes(column));
  }
}

}  // namespace

absl::StatusOr<Hash> DigestOfDatabase(const std::string& path) {
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  MOTCUA_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path, options));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> tables, TablesOf(*database));
  std::string content;
  for (const std::string& table : tables) MOTCUA_RETURN_IF_ERROR(WriteTable(*database, table, &content));
  return Sha256(content);
}

}  // namespace motcua::explore
