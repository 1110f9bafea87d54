#include "hub/adapters/hub_backup.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "absl/strings/numbers.h"
#include "common/base/language.h"
#include "common/sqlite/backup.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kFormat = 1;

absl::Status PutFact(Database& copy, const std::string& name, const std::string& value) {
  MOTCUA_ASSIGN_OR_RETURN(Statement put, copy.Prepare("INSERT INTO backup VALUES(?,?)"));
  return put.Run(name, Blob(value));
}

absl::StatusOr<std::string> Kept(Database& copy, const std::string& name) {
  MOTCUA_ASSIGN_OR_RETURN(Statement get, copy.Prepare("SELECT value FROM backup WHERE name=?"));
  Query query(get, name);
  MOTCUA_ASSIGN_OR_RETURN(const bool found, query.Next());
  if (found) return std::string(query.Bytes(0));
  return absl::DataLossError(
      Say(absl::StrCat("Bản sao lưu thiếu \"", name, "\"; hãy dùng bản sao lưu khác."),
          absl::StrCat("The backup lacks \"", name, "\"; use another one.")));
}

absl::Status PutFacts(Database& copy, HubKeys keys, int64_t made_s) {
  MOTCUA_RETURN_IF_ERROR(
      copy.Execute("CREATE TABLE backup(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"));
  MOTCUA_RETURN_IF_ERROR(PutFact(copy, "format", absl::StrCat(kFormat)));
  absl::Status status = PutFact(copy, "made_s", absl::StrCat(made_s));
  ForEachKeyFile(keys, [&](const std::string& name, const std::string& pem) {
    if (status.ok()) status = PutFact(copy, name, pem);
  });
  return status;
}

}  // namespace

absl::StatusOr<MadeBackup> BackUpHub(Hub& hub, SqliteHubStore& store, const HubKeys& keys,
                                     const std::string& target) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  MOTCUA_RETURN_IF_ERROR(CheckBackupTarget(target, store.database().path()));
  SystemClock clock;
  MadeBackup made;
  made.made_s = clock.WallSeconds();
  Milliseconds longest{};
  BackupOptions options;
  options.serialise = [&](const std::function<absl::Status()>& step) {
    Milliseconds took{};
    const absl::Status status = hub.WithStore([&] {
      const auto begin = std::chrono::steady_clock::now();
      const absl::Status ran = step();
      took = std::chrono::steady_clock::now() - begin;
      return ran;
    });
    longest = std::max(longest, took);
    // The lock is not a fair one: without a breath whoever waits for it might wait for the whole copy.
    std::this_thread::sleep_for(took);
    return status;
  };
  options.finish = [&](Database& copy) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(made.units, copy.QueryInt("SELECT COUNT(*) FROM unit"));
    MOTCUA_ASSIGN_OR_RETURN(made.entries,
                            copy.QueryInt("SELECT COALESCE(SUM(end_seq - fork_seq), 0) FROM line"));
    return PutFacts(copy, keys, made.made_s);
  };
  MOTCUA_RETURN_IF_ERROR(BackUpDatabase(store.database(), target, options));
  std::error_code ignored;
  made.bytes = static_cast<int64_t>(fs::file_size(target, ignored));
  made.longest_wait_ms = static_cast<int64_t>(longest.count());
  return made;
}

absl::StatusOr<BackupFacts> ReadBackupFacts(Database& backup) {
  MOTCUA_ASSIGN_OR_RETURN(const int64_t tables,
                          backup.QueryInt("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name IN "
                                          "('backup', 'segment', 'line')"));
  if (tables != 3) {
    return absl::InvalidArgumentError(
        Say("Tệp này không phải là bản sao lưu của máy chủ tổng hợp; hãy chọn tệp do motcua-hub backup tạo.",
            "This file is no backup of a hub; choose one made by motcua-hub backup."));
  }
  MOTCUA_ASSIGN_OR_RETURN(const std::string format, Kept(backup, "format"));
  if (format != absl::StrCat(kFormat)) {
    return absl::FailedPreconditionError(
        Say("Bản sao lưu do phiên bản mới hơn của chương trình tạo; hãy cài phiên bản mới hơn.",
            "The backup was made by a newer version of this program; install the newer version."));
  }
  BackupFacts facts;
  MOTCUA_ASSIGN_OR_RETURN(const std::string made, Kept(backup, "made_s"));
  if (!absl::SimpleAtoi(made, &facts.made_s)) facts.made_s = 0;
  absl::Status status;
  ForEachKeyFile(facts.keys, [&](const std::string& name, std::string& pem) {
    absl::StatusOr<std::string> read = Kept(backup, name);
    if (read.ok()) {
      pem = *std::move(read);
    } else if (status.ok()) {
      status = read.status();
    }
  });
  if (!status.ok()) return status;
  MOTCUA_RETURN_IF_ERROR(CheckHubKeys(facts.keys));
  return facts;
}

absl::Status RemoveBackupFacts(Database& backup) {
  return backup.Execute("PRAGMA secure_delete=ON; DROP TABLE IF EXISTS backup");
}

}  // namespace motcua
