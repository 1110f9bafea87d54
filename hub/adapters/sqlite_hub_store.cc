// Opening, transactions, named values, codes and catalogs.
#include "hub/adapters/sqlite_hub_store.h"

#include <utility>

#include "common/base/planted_bug.h"
#include "hub/adapters/sqlite_hub_rows.h"
#include "hub/adapters/sqlite_hub_schema.h"

namespace motcua {

absl::StatusOr<std::unique_ptr<SqliteHubStore>> SqliteHubStore::Open(const std::string& path,
                                                                     DatabaseOptions options) {
  MOTCUA_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path, options));
  MOTCUA_RETURN_IF_ERROR(Migrate(*database, kHubSchema));
  return std::unique_ptr<SqliteHubStore>(new SqliteHubStore(std::move(database)));
}

absl::StatusOr<Statement*> SqliteHubStore::Use(HubSql sql) {
  const auto slot = static_cast<std::size_t>(sql);
  Statement& statement = statements_[slot];
  if (!statement.prepared()) {
    MOTCUA_ASSIGN_OR_RETURN(statement, database_->Prepare(kHubSql[slot]));
  }
  return &statement;
}

absl::Status SqliteHubStore::Begin() {
  MOTCUA_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  transaction_.emplace(std::move(transaction));
  return absl::OkStatus();
}

// SQLite has one writer, so BEGIN IMMEDIATE has locked every unit's row already.
absl::StatusOr<UnitRow> SqliteHubStore::BeginUnit(uint32_t unit) {
  MOTCUA_RETURN_IF_ERROR(Begin());
  return Unit(unit);
}

absl::Status SqliteHubStore::Commit() {
  MOTCUA_RETURN_IF_ERROR(transaction_->Commit());
  transaction_.reset();
#ifdef MOTCUA_PLANTED_BUGS
  planted::Kept().clear();
#endif
  return absl::OkStatus();
}

void SqliteHubStore::Rollback() {
  transaction_.reset();
#ifdef MOTCUA_PLANTED_BUGS
  for (const auto& put : std::exchange(planted::Kept(), {})) put();
#endif
}

absl::StatusOr<std::string> SqliteHubStore::Meta(const std::string& key) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kMeta));
  Query query(*statement, key);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("giá trị", "value");
  return std::string(query.Bytes(0));
}

absl::Status SqliteHubStore::PutMeta(const std::string& key, absl::string_view value) {
  return Run(HubSql::kPutMeta, key, Blob(value));
}

absl::Status SqliteHubStore::ForEachCode(
    const std::function<void(CodeKind, uint32_t, const std::string&)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kCodes));
  Query query(*statement);
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    visit(static_cast<CodeKind>(query.Int(0)), static_cast<uint32_t>(query.Int(1)),
          std::string(query.Text(2)));
  }
}

absl::Status SqliteHubStore::AddCode(CodeKind kind, uint32_t id, const std::string& text) {
  return Run(HubSql::kAddCode, kind, id, text);
}

absl::Status SqliteHubStore::AddCatalog(const CatalogRow& row) {
  return Run(HubSql::kAddCatalog, row.number, Blob(AsBytes(row.version)), Blob(row.canonical));
}

absl::StatusOr<CatalogRow> SqliteHubStore::OneCatalog(Query& query) {
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) return NotStored("danh mục", "catalog");
  return CatalogRow{static_cast<uint32_t>(query.Int(0)), HashFrom(query.Bytes(1)),
                    std::string(query.Bytes(2))};
}

absl::StatusOr<CatalogRow> SqliteHubStore::NewestCatalog() {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kNewestCatalog));
  Query query(*statement);
  return OneCatalog(query);
}

absl::StatusOr<CatalogRow> SqliteHubStore::FindCatalog(const Hash& version) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kCatalogByVersion));
  Query query(*statement, Blob(AsBytes(version)));
  return OneCatalog(query);
}

absl::StatusOr<CatalogRow> SqliteHubStore::FindCatalog(uint32_t number) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kCatalogByNumber));
  Query query(*statement, number);
  return OneCatalog(query);
}

}  // namespace motcua
