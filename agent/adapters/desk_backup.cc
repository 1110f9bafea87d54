#include "agent/adapters/desk_backup.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "agent/core/desk_log.h"
#include "common/base/clock.h"
#include "common/base/day.h"
#include "common/base/durable_file.h"
#include "common/base/language.h"
#include "common/sqlite/backup.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLogs[] = {"-wal", "-shm", "-journal"};

bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The copy grows here; it goes again unless it took the database's place.
class Growing {
 public:
  explicit Growing(std::string path) : path_(std::move(path)) { Remove(); }
  ~Growing() { Remove(); }
  Growing(const Growing&) = delete;
  Growing& operator=(const Growing&) = delete;
  const std::string& path() const { return path_; }

 private:
  void Remove() const {
    RemoveFile(path_).IgnoreError();
    for (const char* log : kLogs) RemoveFile(path_ + log).IgnoreError();
  }
  std::string path_;
};

absl::Status CheckIsDesks(const std::string& path) {
  MOTCUA_RETURN_IF_ERROR(CheckIsDatabase(path));
  DatabaseOptions options;
  options.create = false;
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(path, options));
  MOTCUA_ASSIGN_OR_RETURN(
      const int64_t tables,
      database->QueryInt("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name IN ('line', 'entry', 'meta')"));
  if (tables == 3) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say("Tệp này không phải là bản sao lưu của bàn tiếp nhận; hãy chọn tệp do motcua-agent backup tạo.",
          "This file is no backup of a desk; choose one made by motcua-agent backup."));
}

absl::Status CheckOwner(const AgentState& state, const DeskIdentity& identity) {
  if (state.device == identity.device && state.unit == identity.unit) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Bản sao lưu là của máy ", FormatDevice(state.device), " đơn vị ", state.unit,
                       ", không phải của máy này (", FormatDevice(identity.device), ", ", identity.unit,
                       "); hãy chọn bản sao lưu của máy này."),
          absl::StrCat("The backup is of machine ", FormatDevice(state.device), " of unit ", state.unit,
                       ", not of this one (", FormatDevice(identity.device), ", ", identity.unit,
                       "); choose a backup of this machine.")));
}

absl::Status CheckNothingWaits(const DeskLog& log) {
  const DeskLog::Unsent unsent = log.UnsentBehind(log.HubHolds());
  // An acknowledgement waits for nobody's work, and is a person's word all the same.
  const uint32_t waiting = unsent.waiting + unsent.acknowledgements;
  if (waiting == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Máy này còn ", GroupedNumber(waiting),
                       " lượt ghi mà máy chủ chưa xác nhận nên chưa khôi phục; hãy đồng bộ (sync) hoặc xuất gói "
                       "(bundle export) trước."),
          absl::StrCat("This machine has ", Counted(waiting, "entry", "entries"),
                       " that no receipt covers and nothing was restored; sync or export a bundle first.")));
}

// What is there may go: the hub holds all of it. Data that cannot be read is set aside like any other.
absl::Status CheckPresent(const std::string& path, const DeskIdentity& identity, RestoredDesk* result) {
  const absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store = SqliteAgentStore::OpenWhole(path);
  if (store.status().code() == absl::StatusCode::kDataLoss) {
    result->unreadable = std::string(store.status().message());
    return absl::OkStatus();
  }
  MOTCUA_RETURN_IF_ERROR(store.status());
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<DeskLog> log, DeskLog::Load(identity, store->get()));
  return CheckNothingWaits(*log);
}

std::string FreshName(const std::string& path) {
  std::string time = FormatTimeRfc3339(SystemClock().WallSeconds()).substr(0, sizeof "2020-11-21T07:06:51" - 1);
  time.erase(std::remove_if(time.begin(), time.end(), [](char c) { return c == '-' || c == ':'; }), time.end());
  std::string fresh = absl::StrCat(path, ".before-restore-", time);
  for (int copy = 2; Exists(fresh); ++copy) fresh = absl::StrCat(path, ".before-restore-", time, "-", copy);
  return fresh;
}

// A second name for the present file first: then one rename decides, and a crash leaves the old data or the new.
// Logs are there only beside a file that could not be read; they go with it.
absl::Status TakePlace(const std::string& growing, const std::string& path, const std::string& aside) {
  if (!aside.empty()) {
    for (const char* log : kLogs) {
      if (Exists(path + log)) MOTCUA_RETURN_IF_ERROR(RenameDurably(path + log, aside + log));
    }
    // Some file systems know no second names; the moment without a database is then empty, not wrong: the
    // log would come back from the hub.
    if (::link(path.c_str(), aside.c_str()) != 0) MOTCUA_RETURN_IF_ERROR(RenameDurably(path, aside));
  }
  return RenameDurably(growing, path);
}

}  // namespace

absl::StatusOr<DeskBackup> BackUpDesk(SqliteAgentStore& store, const std::string& target) {
  MOTCUA_RETURN_IF_ERROR(CheckBackupTarget(target, store.database().path()));
  MOTCUA_ASSIGN_OR_RETURN(const AgentState state, store.LoadState());
  MOTCUA_ASSIGN_OR_RETURN(const int64_t entries, store.database().QueryInt("SELECT COUNT(*) FROM entry"));
  MOTCUA_RETURN_IF_ERROR(BackUpDatabase(store.database(), target, {}));
  std::error_code ignored;
  return DeskBackup{static_cast<int64_t>(fs::file_size(target, ignored)), entries, state.own_end};
}

absl::StatusOr<RestoredDesk> RestoreDesk(const DataFolder& folder, const DeskIdentity& identity,
                                         const std::string& file) {
  const std::string path = folder.database_path();
  MOTCUA_RETURN_IF_ERROR(CheckIsDatabase(file));
  const Growing growing(path + ".restoring");
  MOTCUA_RETURN_IF_ERROR(CopyPrivately(file, growing.path()));
  MOTCUA_RETURN_IF_ERROR(CheckIsDesks(growing.path()));
  RestoredDesk result;
  {
    MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteAgentStore> store,
                            SqliteAgentStore::OpenWhole(growing.path()));
    MOTCUA_ASSIGN_OR_RETURN(const AgentState state, store->LoadState());
    MOTCUA_RETURN_IF_ERROR(CheckOwner(state, identity));
    MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<DeskLog> log, DeskLog::Load(identity, store.get()));
    result.entries = static_cast<int64_t>(log->ledger().entry_count());
    result.end = log->own_end();
  }
  if (Exists(path)) {
    MOTCUA_RETURN_IF_ERROR(CheckPresent(path, identity, &result));
    result.set_aside = FreshName(path);
  }
  MOTCUA_RETURN_IF_ERROR(SyncFile(growing.path()));
  MOTCUA_RETURN_IF_ERROR(TakePlace(growing.path(), path, result.set_aside));
  return result;
}

}  // namespace motcua
