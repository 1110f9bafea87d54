#include "common/sqlite/database.h"

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "absl/strings/numbers.h"
#include "common/base/language.h"
#include "common/base/mutex.h"
#include "common/base/planted_bug.h"
#include "common/sqlite/sqlite_status.h"

namespace motcua {
namespace {

struct WrittenFiles {
  Mutex mutex;
  std::set<std::string> paths ABSL_GUARDED_BY(mutex);
};
WrittenFiles& Written() {
  static auto* written = new WrittenFiles;
  return *written;
}

bool RegisterWriter(const std::string& key) {
  WrittenFiles& written = Written();
  MutexLock lock(&written.mutex);
  return written.paths.insert(key).second;
}

void UnregisterWriter(const std::string& key) {
  WrittenFiles& written = Written();
  MutexLock lock(&written.mutex);
  written.paths.erase(key);
}

std::string WriterKey(const std::string& path, const std::string& vfs) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(path, error);
  return absl::StrCat(vfs, ":", error ? path : whole.string());
}

// SQLite's check lists a page that could not be read beside the damaged ones ("Page 3: unable to get the page. error
// code=266", "failed to get page 7"). A disk that refuses for a moment has damaged nothing.
bool DiskRefused(absl::string_view finding) {
  constexpr absl::string_view kCode = "unable to get the page. error code=";
  const std::size_t at = finding.find(kCode);
  if (at == absl::string_view::npos) return finding.find("failed to get page") != absl::string_view::npos;
  int code = 0;
  return absl::SimpleAtoi(finding.substr(at + kCode.size()), &code) && (code & 0xFF) == SQLITE_IOERR;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                         const DatabaseOptions& options) {
  std::unique_ptr<Database> database(new Database(path, options.read_only));
  if (!options.read_only) {
    const std::string key = WriterKey(path, options.vfs);
    if (!RegisterWriter(key)) {
      return absl::FailedPreconditionError(Say(
          absl::StrCat("Tệp ", path, " đang được chính chương trình này ghi; mỗi tệp chỉ mở để ghi một lần."),
          absl::StrCat("This program is already writing ", path, "; a file is opened for writing once.")));
    }
    database->registered_ = key;
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (!options.read_only && options.create) flags |= SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &database->handle_, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (code != SQLITE_OK) {
    return SqliteStatus(code, path, database->handle_ ? sqlite3_errmsg(database->handle_) : "out of memory");
  }
  MOTCUA_RETURN_IF_ERROR(database->Configure(options));
  database->readable_ = true;
  return database;
}

absl::Status Database::Configure(const DatabaseOptions& options) {
  sqlite3_busy_timeout(handle_, options.busy_timeout_ms);
  MOTCUA_RETURN_IF_ERROR(Execute(absl::StrCat("PRAGMA cache_size=-", options.cache_kib)));
  MOTCUA_RETURN_IF_ERROR(Execute("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY"));
  if (read_only_) return ReadSchema();
  MOTCUA_RETURN_IF_ERROR(Execute(absl::StrCat("PRAGMA page_size=", options.page_bytes)));
  MOTCUA_ASSIGN_OR_RETURN(std::string mode, QueryText("PRAGMA journal_mode=WAL"));
  MOTCUA_RETURN_IF_ERROR(Execute("PRAGMA synchronous=FULL"));
  MOTCUA_ASSIGN_OR_RETURN(int64_t synchronous, QueryInt("PRAGMA synchronous"));
  if (MOTCUA_PLANTED(kAckBeforeCommit)) MOTCUA_RETURN_IF_ERROR(Execute("PRAGMA synchronous=OFF"));
  if (mode != "wal" || synchronous != 2) {
    return absl::FailedPreconditionError(Say(
        absl::StrCat("Thư mục chứa ", path_, " không cho ghi bền (WAL, FULL); hãy dùng một đĩa trong máy."),
        absl::StrCat("The folder of ", path_,
                     " does not allow durable writes (WAL, FULL); use a local disk.")));
  }
  MOTCUA_RETURN_IF_ERROR(ReadSchema());
  // A process that ended after a failed sync may have left a log whose bytes processes see and the disk has not: the kernel
  // gives up on pages that it could not write. A commit behind them would be confirmed and gone with the power. So
  // whatever is there goes into the database, written and synced anew, and the log begins again.
  return Checkpoint();
}

// What cannot be understood is found at once, and not by whoever asks first.
absl::Status Database::ReadSchema() { return Execute("SELECT 1 FROM sqlite_schema LIMIT 1"); }

Database::~Database() {
  if (handle_ != nullptr) sqlite3_close_v2(handle_);
  if (!registered_.empty()) UnregisterWriter(registered_);
}

absl::Status Database::StatusFor(int code) const {
  // SQLite has no code of its own for a header or a schema that it cannot read. What Configure() asks is always right,
  // so an error without a name is the file's.
  if (!readable_ && code == SQLITE_ERROR) code = SQLITE_CORRUPT;
  return SqliteStatus(code, path_, sqlite3_errmsg(handle_));
}

absl::StatusOr<Statement> Database::Prepare(absl::string_view sql) {
  Statement statement;
  statement.database_ = this;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement.statement_, nullptr);
  if (code != SQLITE_OK) return StatusFor(code);
  return statement;
}

absl::Status Database::Execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : StatusFor(code);
}

absl::StatusOr<int64_t> Database::QueryInt(const std::string& sql) {
  MOTCUA_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  Query query(statement);
  MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
  if (!row) return absl::NotFoundError(sql);
  return query.Int(0);
}

absl::StatusOr<std::string> Database::QueryText(const std::string& sql) {
  MOTCUA_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  Query query(statement);
  MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
  if (!row) return absl::NotFoundError(sql);
  return std::string(query.Text(0));
}

absl::Status Database::CheckIntegrity() {
  MOTCUA_ASSIGN_OR_RETURN(std::string finding, QueryText("PRAGMA quick_check(1)"));
  if (finding == "ok") return absl::OkStatus();
  return SqliteStatus(DiskRefused(finding) ? SQLITE_IOERR : SQLITE_CORRUPT, path_, finding);
}

absl::Status Database::Checkpoint() { return Execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
int64_t Database::changes() const { return sqlite3_changes64(handle_); }

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept : statement_(other.statement_), database_(other.database_) {
  other.statement_ = nullptr;
}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  std::swap(database_, other.database_);
  return *this;
}

void Statement::BindNull(int index) { sqlite3_bind_null(statement_, index); }
void Statement::BindInt(int index, int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void Statement::BindText(int index, absl::string_view text, bool copy) {
  // A null pointer would bind NULL; empty text stays text.
  sqlite3_bind_text64(statement_, index, text.data() ? text.data() : "", text.size(),
                      copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}
void Statement::BindBlob(int index, absl::string_view bytes, bool copy) {
  sqlite3_bind_blob64(statement_, index, bytes.data() ? bytes.data() : "", bytes.size(),
                      copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->StatusFor(code);
}

absl::Status Statement::Finish() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  absl::Status status = code == SQLITE_DONE ? absl::OkStatus() : database_->StatusFor(code);
  sqlite3_reset(statement_);
  return status;
}

void Statement::Reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

int64_t Query::Int(int column) const { return sqlite3_column_int64(statement_.statement_, column); }
absl::string_view Query::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column))};
}
absl::string_view Query::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column))};
}
bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}
bool Query::IsText(int column) const {
  return sqlite3_column_type(statement_.statement_, column) == SQLITE_TEXT;
}

absl::StatusOr<Transaction> Transaction::Begin(Database& database) {
  MOTCUA_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(&database);
}

absl::Status Transaction::Commit() {
  absl::Status status = database_->Execute("COMMIT");
  if (status.ok()) database_ = nullptr;
  return status;
}

void Transaction::Rollback() {
  // SQLite undoes some failed transactions by itself; then there is nothing left to undo.
  if (database_ != nullptr && database_->in_transaction()) database_->Execute("ROLLBACK").IgnoreError();
  database_ = nullptr;
}

}  // namespace motcua
