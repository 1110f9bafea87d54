#include "hub/adapters/hub_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "common/base/language.h"
#include "common/base/system_reason.h"
#include "common/rpc/catalog_text.h"
#include "common/security/private_file.h"
#include "hub/adapters/hub_backup.h"
#include "hub/adapters/hub_commands.h"
#include "hub/adapters/hub_restore.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr char kDatabase[] = "/hub.db";
// A hub keeps the pages of many units at hand.
constexpr int kCacheKib = 64 * 1024;

absl::Status AlreadyAHub(const std::string& path) {
  return absl::AlreadyExistsError(
      Say(absl::StrCat("Thư mục ", path, " đã có dữ liệu của một máy chủ tổng hợp; hãy chọn thư mục khác."),
          absl::StrCat("The folder ", path, " holds a hub already; choose another.")));
}

// A folder that may not be looked into holds nothing for us: what is done next says so.
bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

absl::Status CannotOpen(const std::string& path) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không mở được ", path, "; hãy kiểm tra đường dẫn và quyền truy cập."),
          absl::StrCat(path, " cannot be opened; check the path and its permissions.")));
}

absl::Status MakeFolder(const std::string& path, Leftovers& leftovers) {
  // A folder that was there keeps its owner's permissions: it may hold more than a hub.
  std::error_code error;
  if (fs::is_directory(path, error)) return absl::OkStatus();
  fs::create_directories(path, error);
  if (!error) leftovers.Made(path);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (!error) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không tạo được thư mục ", path, " (", SystemReason(error.value()),
                       "); hãy chọn thư mục khác."),
          absl::StrCat("The folder ", path, " cannot be made (", SystemReason(error.value()),
                       "); choose another.")));
}

absl::Status WriteKeys(const std::string& path, Leftovers& leftovers) {
  MOTCUA_ASSIGN_OR_RETURN(HubKeys keys, MakeHubKeys());
  absl::Status status;
  ForEachKeyFile(keys, [&](const std::string& name, const std::string& pem) {
    if (!status.ok()) return;
    leftovers.Made(absl::StrCat(path, "/", name));
    status = WritePrivateFile(absl::StrCat(path, "/", name), pem);
  });
  return status;
}

// The database appears under its name only when it is complete.
absl::Status WriteDatabase(const std::string& path, const Catalog& catalog, uint64_t incarnation,
                           Leftovers& leftovers) {
  const std::string growing = absl::StrCat(path, kDatabase, ".new");
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    fs::remove(growing + suffix, error);
    leftovers.Made(growing + suffix);
  }
  {
    MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<SqliteHubStore> store, SqliteHubStore::Open(growing, {}));
    MOTCUA_RETURN_IF_ERROR(Hub::Initialise(*store, catalog, incarnation));
    MOTCUA_RETURN_IF_ERROR(store->database().Checkpoint());
  }
  fs::permissions(growing, fs::perms::owner_read | fs::perms::owner_write, error);
  if (!error) fs::rename(growing, path + kDatabase, error);
  if (!error) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không ghi được cơ sở dữ liệu trong ", path, " (", SystemReason(error.value()),
                       "); hãy kiểm tra ổ đĩa."),
          absl::StrCat("The database in ", path, " cannot be written (", SystemReason(error.value()),
                       "); check the disk.")));
}

}  // namespace

absl::StatusOr<HubFolder> HubFolder::TakeLock(const std::string& path) {
  const std::string file = path + "/lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return CannotOpen(file);
  HubFolder folder(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return folder;
  return absl::AbortedError(Say(
      absl::StrCat("Một chương trình khác đang dùng thư mục ", path, "; hãy dừng nó hoặc chọn thư mục khác."),
      absl::StrCat("Another program uses the folder ", path, "; stop it or choose another.")));
}

absl::StatusOr<HubFolder> HubFolder::Lock(const std::string& path) {
  std::error_code error;
  const bool there = fs::exists(path + kDatabase, error) || Exists(absl::StrCat(path, "/", kRestoredName));
  if (error && error != std::errc::not_a_directory) return CannotOpen(path);
  if (!there) {
    return absl::FailedPreconditionError(
        Say(absl::StrCat("Trong ", path, " chưa có máy chủ tổng hợp nào; hãy chạy motcua-hub init trước."),
            absl::StrCat("There is no hub in ", path, " yet; run motcua-hub init first.")));
  }
  absl::StatusOr<HubFolder> folder = TakeLock(path);
  if (folder.ok()) MOTCUA_RETURN_IF_ERROR(FinishRestore(path));
  return folder;
}

absl::StatusOr<HubFolder> HubFolder::LockOrMake(const std::string& path, Leftovers& leftovers) {
  MOTCUA_RETURN_IF_ERROR(MakeFolder(path, leftovers));
  const bool had_lock = Exists(path + "/lock");
  absl::StatusOr<HubFolder> folder = TakeLock(path);
  if (folder.ok() && !had_lock) leftovers.Made(path + "/lock");
  return folder;
}

HubFolder::~HubFolder() {
  if (lock_ >= 0) ::close(lock_);
}

absl::Status HubFolder::Initialise(const std::string& path, const Catalog& catalog, uint64_t incarnation) {
  if (Exists(path + kDatabase)) return AlreadyAHub(path);
  Leftovers leftovers;
  MOTCUA_ASSIGN_OR_RETURN(const HubFolder folder, LockOrMake(path, leftovers));
  if (Exists(path + kDatabase) || Exists(absl::StrCat(path, "/", kRestoredName))) return AlreadyAHub(path);
  MOTCUA_RETURN_IF_ERROR(WriteKeys(path, leftovers));
  MOTCUA_RETURN_IF_ERROR(WriteDatabase(path, catalog, incarnation, leftovers));
  leftovers.Keep();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RunningHub>> OpenHub(const HubFolder& folder) {
  MOTCUA_ASSIGN_OR_RETURN(const HubKeys keys, ReadHubKeys(folder.path()));
  return OpenHub(folder.path() + kDatabase, keys);
}

absl::StatusOr<std::unique_ptr<RunningHub>> OpenHub(const std::string& database, const HubKeys& keys) {
  auto running = std::make_unique<RunningHub>();
  MOTCUA_ASSIGN_OR_RETURN(running->ca, CertificateAuthority::Load({keys.ca_key_pem, keys.ca_certificate_pem},
                                                                  &running->random));
  MOTCUA_ASSIGN_OR_RETURN(running->receipt_key, ReceiptKey::Load(keys.receipt_key_pem));
  MOTCUA_ASSIGN_OR_RETURN(running->receipt_checker,
                          ReceiptChecker::Create(running->receipt_key->public_key()));
  running->issuer = std::make_unique<CaIssuer>(running->ca.get(), &running->clock);
  DatabaseOptions options;
  options.create = false;
  options.cache_kib = kCacheKib;
  MOTCUA_ASSIGN_OR_RETURN(running->store, SqliteHubStore::Open(database, options));
  HubParts parts;
  parts.store = running->store.get();
  parts.clock = &running->clock;
  parts.random = &running->random;
  parts.signer = running->receipt_key.get();
  parts.verifier = running->receipt_checker.get();
  parts.receipt_key = running->receipt_key->public_key();
  parts.issuer = running->issuer.get();
  parts.parse_catalog = ParseCatalogBytes;
  parts.commands = [fingerprint = running->ca->fingerprint(), store = running->store.get(), keys,
                    signer = running->receipt_key.get()](Hub& hub, const std::vector<std::string>& arguments,
                                                         const std::string& input, Language language) {
    return RunHubCommand({&hub, fingerprint, store, &keys, signer}, arguments, input, language);
  };
  MOTCUA_ASSIGN_OR_RETURN(running->hub, Hub::Open(std::move(parts)));
  return running;
}

}  // namespace motcua
