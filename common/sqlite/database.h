// Database, Statement and Query: SQLite behind three small classes.
//
//   MOTCUA_ASSIGN_OR_RETURN(auto db, Database::Open("/data/hub.db", {}));
//   MOTCUA_ASSIGN_OR_RETURN(Statement insert, db->Prepare("INSERT INTO t(a, b) VALUES (?, ?)"));
//   MOTCUA_RETURN_IF_ERROR(insert.Run(17, Blob(bytes)));
//   Query query(select, 17);
//   while (true) {
//     MOTCUA_ASSIGN_OR_RETURN(bool row, query.Next());
//     if (!row) break;
//     Use(query.Int(0), query.Text(1));
//   }
//
// Threads:    one per Database (the caller serialises); statements belong to their database's thread.
// Lifetime:   statements and queries must be gone before their Database.
// Durability: a committed transaction survives a power cut: write-ahead log with synchronous=FULL, set at
//             opening and read back. One read-write connection per file and process: Debian's 3.40.1 can
//             lose a commit when two writers meet a WAL reset, so a second opening is refused.
// Errors:     sqlite_status.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "common/base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace motcua {

struct DatabaseOptions {
  bool read_only = false;      // for looking beside a writer; default false
  bool create = true;          // make the file when it is missing; ignored when read_only
  int busy_timeout_ms = 5000;  // how long another process may hold the file before kUnavailable
  int cache_kib = 2048;        // page cache; a hub wants more, a desk less
  int page_bytes = 4096;       // of a new file only
  std::string vfs = {};        // empty: the default one; simulations name theirs
};

// Marks bytes bound as a BLOB rather than TEXT.
struct Blob {
  explicit Blob(absl::string_view b) : bytes(b) {}
  absl::string_view bytes;
};

class Database;
struct BackupOptions;

// A prepared statement. Movable; finalised at the end of its life.
class Statement {
 public:
  Statement() = default;
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  // Binds, runs to the end (rows are ignored) and resets.
  template <typename... Args>
  absl::Status Run(const Args&... args) {
    int index = 0;
    (BindOne(++index, args, /*copy=*/false), ...);
    return Finish();
  }
  bool prepared() const { return statement_ != nullptr; }

 private:
  friend class Database;
  friend class Query;

  template <typename T>
  void BindOne(int index, const T& value, bool copy) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      BindNull(index);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      BindInt(index, static_cast<int64_t>(value));
    } else if constexpr (std::is_same_v<T, Blob>) {
      BindBlob(index, value.bytes, copy);
    } else if constexpr (std::is_same_v<T, std::optional<int64_t>>) {
      if (value) {
        BindInt(index, *value);
      } else {
        BindNull(index);
      }
    } else {
      BindText(index, value, copy);
    }
  }
  void BindNull(int index);
  void BindInt(int index, int64_t value);
  void BindText(int index, absl::string_view text, bool copy);
  void BindBlob(int index, absl::string_view bytes, bool copy);
  absl::StatusOr<bool> Step();
  absl::Status Finish();
  void Reset();

  sqlite3_stmt* statement_ = nullptr;
  Database* database_ = nullptr;
};

// One use of a statement that gives rows; the statement is reset when the query's scope ends. What is bound
// is copied, so temporaries may be given.
class Query {
 public:
  template <typename... Args>
  explicit Query(Statement& statement, const Args&... args) : statement_(statement) {
    int index = 0;
    (statement_.BindOne(++index, args, /*copy=*/true), ...);
  }
  ~Query() { statement_.Reset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // True with a row, false at the end.
  absl::StatusOr<bool> Next() { return statement_.Step(); }

  // Columns count from 0. Views hold until the next Next().
  int64_t Int(int column) const;
  absl::string_view Text(int column) const;
  absl::string_view Bytes(int column) const;
  bool IsNull(int column) const;
  bool IsText(int column) const;  // the stored value is text rather than a number or bytes

 private:
  Statement& statement_;
};

class Database {
 public:
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  absl::StatusOr<Statement> Prepare(absl::string_view sql);
  // Runs one or several statements without parameters.
  absl::Status Execute(const std::string& sql);
  // The single integer or text a query without parameters gives; kNotFound without a row.
  absl::StatusOr<int64_t> QueryInt(const std::string& sql);
  absl::StatusOr<std::string> QueryText(const std::string& sql);
  // The file is whole as far as SQLite can tell; kDataLoss with its first finding otherwise, kUnavailable when
  // the disk refuses to read. Reads everything.
  absl::Status CheckIntegrity();
  // Writes the log back into the file and cuts it to nothing, so that the file alone is complete.
  absl::Status Checkpoint();

  const std::string& path() const { return path_; }
  bool in_transaction() const;
  int64_t last_insert_id() const;
  int64_t changes() const;

 private:
  friend class Statement;
  friend absl::Status BackUpDatabase(Database& source, const std::string& target,
                                     const BackupOptions& options);
  Database(std::string path, bool read_only) : path_(std::move(path)), read_only_(read_only) {}
  absl::Status Configure(const DatabaseOptions& options);
  absl::Status ReadSchema();
  absl::Status StatusFor(int code) const;

  std::string path_;
  bool read_only_ = false;
  bool readable_ = false;  // header and schema were understood
  std::string registered_;  // key in the set of files this process writes
  sqlite3* handle_ = nullptr;
};

// A transaction that is undone unless Commit() returned OK.
class Transaction {
 public:
  // BEGIN IMMEDIATE: the write lock is taken now, so that nothing read inside can be overtaken.
  static absl::StatusOr<Transaction> Begin(Database& database);
  ~Transaction() { Rollback(); }
  Transaction(Transaction&& other) noexcept : database_(other.database_) { other.database_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;

  absl::Status Commit();
  // May be called twice, and after a failed Commit().
  void Rollback();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace motcua
