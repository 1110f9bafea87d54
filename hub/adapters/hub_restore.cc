#include "hub/adapters/hub_restore.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_join.h"
#include "common/base/day.h"
#include "common/base/durable_file.h"
#include "common/base/language.h"
#include "common/rpc/catalog_text.h"
#include "common/security/private_file.h"
#include "common/sqlite/backup.h"
#include "hub/adapters/hub_backup.h"
#include "hub/adapters/hub_folder.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFindingsShown = 5;
constexpr char kLossName[] = "hub.db.restoring.txt";

bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string In(const std::string& folder, const std::string& name) {
  return absl::StrCat(folder, "/", name);
}

absl::StatusOr<std::unique_ptr<Database>> OpenExisting(const std::string& path) {
  DatabaseOptions options;
  options.create = false;
  return Database::Open(path, options);
}

// So that the file alone is the whole database.
absl::Status EndWithoutLog(Database& database) {
  return database.QueryText("PRAGMA journal_mode=DELETE").status();
}

// "before-restore-20201121T070651", a name that nothing in the folder bears yet.
std::string FreshSuffix(const std::string& folder, int64_t now_s) {
  std::string time = FormatTimeRfc3339(now_s).substr(0, sizeof "2020-11-21T07:06:51" - 1);
  time.erase(std::remove_if(time.begin(), time.end(), [](char c) { return c == '-' || c == ':'; }),
             time.end());
  const std::string suffix = absl::StrCat("before-restore-", time);
  for (int copy = 1;; ++copy) {
    const std::string fresh = copy == 1 ? suffix : absl::StrCat(suffix, "-", copy);
    if (!Exists(In(folder, absl::StrCat("hub.db.", fresh)))) return fresh;
  }
}

absl::Status Damaged(const std::vector<std::string>& findings) {
  const std::vector<std::string> shown(findings.begin(),
                                       findings.begin() + std::min(findings.size(), kFindingsShown));
  return absl::DataLossError(absl::StrCat(
      Say("Bản sao lưu không khớp với nhật ký trong đó nên chưa khôi phục gì; hãy dùng bản sao lưu khác. ",
          "The backup does not agree with the log in it and nothing was restored; use another one. "),
      absl::StrJoin(shown, " ")));
}

// The copy of the backup while it is looked at: everything there is to know before the present hub is touched.
class Candidate {
 public:
  // Opens `path`, which is ours to change.
  static absl::StatusOr<Candidate> Check(const std::string& path) {
    Candidate candidate;
    {
      MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, OpenExisting(path));
      MOTCUA_RETURN_IF_ERROR(database->CheckIntegrity());
      MOTCUA_ASSIGN_OR_RETURN(candidate.facts_, ReadBackupFacts(*database));
    }
    MOTCUA_ASSIGN_OR_RETURN(candidate.hub_, OpenHub(path, candidate.facts_.keys));
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> findings, candidate.hub_->hub->Verify());
    if (!findings.empty()) return Damaged(findings);
    return candidate;
  }
  int64_t made_s() const { return facts_.made_s; }
  Hub& hub() { return *hub_->hub; }
  SqliteHubStore& store() { return *hub_->store; }

  // The last words: another incarnation, and the name under which the present hub is set aside, so that an
  // interrupted restore goes on under the same one. The candidate cannot be used any more.
  absl::Status Prepare(uint64_t incarnation, const std::string& suffix) {
    MOTCUA_RETURN_IF_ERROR(Hub::RenewIncarnation(store(), incarnation));
    MOTCUA_ASSIGN_OR_RETURN(Statement put, store().database().Prepare("INSERT INTO backup VALUES('aside',?)"));
    return put.Run(Blob(suffix));
  }

 private:
  BackupFacts facts_;
  std::unique_ptr<RunningHub> hub_;
};

// The present database needs no keys to be read.
absl::StatusOr<HubDifference> OnlyInPresent(const std::string& database, Candidate& candidate) {
  DatabaseOptions options;
  options.create = false;
  MOTCUA_RETURN_IF_ERROR(CheckIsDatabase(database));
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteHubStore> store,
                          SqliteHubStore::Open(database, options));
  MOTCUA_RETURN_IF_ERROR(store->database().CheckIntegrity());
  SystemClock clock;
  SystemRandom random;
  HubParts parts;
  parts.store = store.get();
  parts.clock = &clock;
  parts.random = &random;
  parts.parse_catalog = ParseCatalogBytes;
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Hub> hub, Hub::Open(std::move(parts)));
  return OnlyIn({hub.get(), store.get()}, {&candidate.hub(), &candidate.store()});
}

absl::Status SetAside(const std::string& path, const std::string& suffix) {
  return Exists(path) ? RenameDurably(path, absl::StrCat(path, ".", suffix)) : absl::OkStatus();
}

// Keys that are the same stay; others are set aside and replaced.
absl::Status PutKeys(const std::string& folder, HubKeys keys, const std::string& suffix) {
  absl::Status status;
  ForEachKeyFile(keys, [&](const std::string& name, const std::string& pem) {
    const std::string path = In(folder, name);
    const absl::StatusOr<std::string> there = ReadPrivateFile(path);
    if (!status.ok() || (there.ok() && *there == pem)) return;
    status = SetAside(path, suffix);
    if (status.ok()) status = WritePrivateFile(path, pem);
  });
  return status;
}

absl::Status FinishWith(const std::string& folder, Database& restored) {
  MOTCUA_ASSIGN_OR_RETURN(
      const int64_t waits,
      restored.QueryInt("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name='backup'"));
  if (waits == 0) return absl::OkStatus();  // interrupted just before the last rename
  MOTCUA_ASSIGN_OR_RETURN(const BackupFacts facts, ReadBackupFacts(restored));
  MOTCUA_ASSIGN_OR_RETURN(const std::string suffix,
                          restored.QueryText("SELECT CAST(value AS TEXT) FROM backup WHERE name='aside'"));
  // The logs of the old database go with it: beside another one they would be read as its own.
  const std::string aside = In(folder, absl::StrCat("hub.db.", suffix));
  for (const char* log : {"", "-wal", "-shm"}) {
    const std::string name = In(folder, absl::StrCat("hub.db", log));
    if (Exists(name)) MOTCUA_RETURN_IF_ERROR(RenameDurably(name, aside + log));
  }
  const std::string loss = In(folder, kLossName);
  if (Exists(loss)) MOTCUA_RETURN_IF_ERROR(RenameDurably(loss, aside + ".txt"));
  MOTCUA_RETURN_IF_ERROR(PutKeys(folder, facts.keys, suffix));
  MOTCUA_RETURN_IF_ERROR(RemoveBackupFacts(restored));
  return EndWithoutLog(restored);
}

}  // namespace

absl::Status FinishRestore(const std::string& folder) {
  const std::string path = In(folder, kRestoredName);
  if (!Exists(path)) return absl::OkStatus();
  {
    MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> restored, OpenExisting(path));
    MOTCUA_RETURN_IF_ERROR(FinishWith(folder, *restored));
    MOTCUA_RETURN_IF_ERROR(EndWithoutLog(*restored));
  }
  return RenameDurably(path, In(folder, "hub.db"));
}

namespace {

// Copies, checks, compares and prepares; leaves a complete database under `growing`.
absl::StatusOr<RestoredHub> PrepareCopy(const std::string& folder, const std::string& file,
                                        const std::string& growing) {
  RestoredHub result;
  MOTCUA_RETURN_IF_ERROR(CopyPrivately(file, growing));
  {
    MOTCUA_ASSIGN_OR_RETURN(Candidate candidate, Candidate::Check(growing));
    MOTCUA_ASSIGN_OR_RETURN(const HubStatus status, candidate.hub().Status());
    result.made_s = candidate.made_s();
    result.units = status.units;
    result.entries = status.entries;
    result.incarnation = SystemRandom().Next64();
    const std::string suffix = FreshSuffix(folder, SystemClock().WallSeconds());
    const std::string present = In(folder, "hub.db");
    if (Exists(present)) {
      result.set_aside = absl::StrCat(present, ".", suffix);
      absl::StatusOr<HubDifference> only_there = OnlyInPresent(present, candidate);
      if (!only_there.ok()) result.unreadable = std::string(only_there.status().message());
      if (only_there.ok()) result.only_there = *std::move(only_there);
    }
    MOTCUA_RETURN_IF_ERROR(candidate.Prepare(result.incarnation, suffix));
  }
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, OpenExisting(growing));
  MOTCUA_RETURN_IF_ERROR(EndWithoutLog(*database));
  return result;
}

}  // namespace

absl::StatusOr<RestoredHub> RestoreHub(const std::string& folder, const std::string& file,
                                       const DescribeLoss& describe) {
  MOTCUA_RETURN_IF_ERROR(CheckIsDatabase(file));
  Leftovers leftovers;
  MOTCUA_ASSIGN_OR_RETURN(const HubFolder locked, HubFolder::LockOrMake(folder, leftovers));
  MOTCUA_RETURN_IF_ERROR(FinishRestore(folder));
  const std::string growing = In(folder, "hub.db.restoring");
  for (const char* part : {"", "-wal", "-shm", "-journal", ".txt"}) {
    MOTCUA_RETURN_IF_ERROR(RemoveFile(growing + part));
    leftovers.Made(growing + part);
  }
  MOTCUA_ASSIGN_OR_RETURN(RestoredHub result, PrepareCopy(folder, file, growing));
  MOTCUA_RETURN_IF_ERROR(SyncFile(growing));
  // Before it is decided: whoever is killed after that answers nobody, and the next restore finds nothing missing.
  if (!result.set_aside.empty()) {
    MOTCUA_RETURN_IF_ERROR(WritePrivateFile(In(folder, kLossName), describe(result)));
  }
  MOTCUA_RETURN_IF_ERROR(RenameDurably(growing, In(folder, kRestoredName)));
  leftovers.Keep();
  MOTCUA_RETURN_IF_ERROR(FinishRestore(folder));
  return result;
}

}  // namespace motcua
