#include "agent/adapters/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "agent/adapters/serve_mark.h"
#include "common/base/language.h"
#include "common/base/system_reason.h"
#include "common/security/private_file.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kIdentityFormat = 1;
constexpr char kEnrolling[] = "enrolling.pem";
constexpr char kRenewing[] = "renewing.pem";
constexpr char kRenewed[] = "renewed.pem";
constexpr char kRequestBegins[] = "-----BEGIN CERTIFICATE REQUEST-----";
constexpr char kCertificateBegins[] = "-----BEGIN CERTIFICATE-----";
constexpr int kLockTries = 20;
// A sync of a serving process ends by itself, within its budget.
constexpr int kLockTriesBesideServe = 500;
constexpr auto kLockPause = std::chrono::milliseconds(40);

std::string IdentityPath(const std::string& path, const char* file) {
  return absl::StrCat(path, "/identity/", file);
}

absl::Status CannotUse(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(Say(absl::StrCat("Không dùng được thư mục dữ liệu ", path, " (", why,
                                                        "); hãy kiểm tra đường dẫn và quyền."),
                                           absl::StrCat("The data folder ", path, " cannot be used (", why,
                                                        "); check the path and its permissions.")));
}

absl::Status NotEnrolled(const std::string& path) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Thư mục ", path, " chưa ghi danh; hãy chạy: motcua-agent enroll --data ", path,
                       " --hub … --token …"),
          absl::StrCat("The folder ", path, " is not enrolled; run: motcua-agent enroll --data ", path,
                       " --hub … --token …")));
}

absl::Status BadIdentity(const std::string& path) {
  return absl::DataLossError(
      Say(absl::StrCat("Tệp ", path, " không đọc được; hãy khôi phục nó từ bản sao lưu hoặc ghi danh lại."),
          absl::StrCat("The file ", path, " cannot be read; restore it from a backup or enrol anew.")));
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  // A folder that was there keeps its owner's permissions: it may hold more than a desk.
  if (fs::is_directory(path, error)) return absl::OkStatus();
  fs::create_directories(path, error);
  if (error) return CannotUse(path, SystemReason(error.value()));
  fs::permissions(path, fs::perms::owner_all, error);  // numbers of people are in it
  return absl::OkStatus();
}

// Whether the open file still bears this name.
bool IsAt(int fd, const std::string& path) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

const char* RoleName(Role role) { return role == Role::kSupervisor ? "supervisor" : "desk"; }

// The fields of identity.json; anything missing or of another kind is a fault.
absl::StatusOr<FolderIdentity> Decode(const std::string& path, const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto field = [&](const char* key) {
    const bool there = json.is_object() && json.contains(key) && json[key].is_string();
    return there ? json[key].get<std::string>() : std::string();
  };
  if (json.is_object() && json.contains("format") && json["format"].is_number_integer() &&
      json["format"].get<int>() > kIdentityFormat) {
    return absl::FailedPreconditionError(
        Say(absl::StrCat("Tệp ", path, " do phiên bản mới hơn tạo; hãy cài phiên bản mới hơn."),
            absl::StrCat("The file ", path, " was made by a newer version; install the newer version.")));
  }
  FolderIdentity identity;
  absl::StatusOr<DeviceId> device = ParseDevice(field("device"));
  identity.desk.unit = field("unit");
  const std::string role = field("role");
  identity.unit_name = field("unit_name");
  identity.name = field("name");
  identity.hub_address = field("hub");
  identity.receipt_key = absl::HexStringToBytes(field("receipt_key"));
  const bool whole = device.ok() && !identity.desk.unit.empty() && (role == "desk" || role == "supervisor") &&
                     !identity.hub_address.empty() && identity.receipt_key.size() == 32 &&
                     absl::SimpleHexAtoi(field("incarnation"), &identity.incarnation);
  if (!whole) return BadIdentity(path);
  identity.desk.device = *device;
  identity.desk.role = role == "supervisor" ? Role::kSupervisor : Role::kDesk;
  return identity;
}

// A key and what follows it, from one file; none when there is no such file or it is not whole.
std::optional<std::pair<std::string, std::string>> ReadPair(const std::string& path, const char* second) {
  const absl::StatusOr<std::string> bytes = ReadPrivateFile(path);
  const std::size_t at = bytes.ok() ? bytes->find(second) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  return std::pair(bytes->substr(0, at), bytes->substr(at));
}

std::optional<DeviceKey> KeptKey(const std::string& path) {
  std::optional<std::pair<std::string, std::string>> kept = ReadPair(path, kRequestBegins);
  if (!kept) return std::nullopt;
  return DeviceKey{std::move(kept->first), std::move(kept->second)};
}

absl::StatusOr<DeviceKey> NewKey(const std::string& path) {
  MOTCUA_ASSIGN_OR_RETURN(DeviceKey key, GenerateKeyAndCsr());
  MOTCUA_RETURN_IF_ERROR(WritePrivateFile(path, key.key_pem + key.csr_pem));
  return key;
}

// The renewed pair when there is one that is whole. What it replaced still works should it be damaged.
std::optional<TlsIdentity> ReadRenewed(const std::string& path) {
  std::optional<std::pair<std::string, std::string>> pair = ReadPair(path, kCertificateBegins);
  if (!pair || !CheckKeyBelongs(pair->first, pair->second).ok()) return std::nullopt;
  return TlsIdentity{std::move(pair->first), std::move(pair->second)};
}

}  // namespace

absl::Status DataFolder::CheckEnrolled(const std::string& path) {
  std::error_code error;
  return fs::exists(IdentityPath(path, "identity.json"), error) ? absl::OkStatus() : NotEnrolled(path);
}

absl::StatusOr<DataFolder> DataFolder::Lock(const std::string& path, bool create) {
  std::error_code error;
  const bool made = create && !fs::exists(path, error);
  if (!create) MOTCUA_RETURN_IF_ERROR(CheckEnrolled(path));
  // One command of a script may begin while the one before it still ends; more patience would only hide the
  // answer.
  const int tries_max = SomebodyServes(path) ? kLockTriesBesideServe : kLockTries;
  for (int tries = 0; tries < tries_max; ++tries) {
    // Opened anew each time: an enrolment that is refused takes its lock file away (Abandon), perhaps the one that was
    // being waited for, and perhaps the folder.
    if (create) MOTCUA_RETURN_IF_ERROR(MakeFolder(path));
    const std::string lock_path = path + "/lock";
    const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return CannotUse(path, SystemReason(errno));
    DataFolder folder(path, lock, made);
    if (flock(lock, LOCK_EX | LOCK_NB) == 0 && IsAt(lock, lock_path)) return folder;
    std::this_thread::sleep_for(kLockPause);
  }
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Một chương trình motcua-agent khác đang dùng thư mục ", path,
                       "; hãy đóng nó hoặc chờ nó xong."),
          absl::StrCat("Another motcua-agent is using the folder ", path,
                       "; close it or wait until it is done.")));
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) close(lock_);
}

bool DataFolder::enrolled() const {
  std::error_code error;
  return fs::exists(IdentityPath(path_, "identity.json"), error);
}

absl::StatusOr<DeviceKey> DataFolder::EnrolmentKey() const {
  const std::string path = IdentityPath(path_, kEnrolling);
  if (std::optional<DeviceKey> kept = KeptKey(path)) return *std::move(kept);
  MOTCUA_RETURN_IF_ERROR(MakeFolder(path_ + "/identity"));
  return NewKey(path);
}

bool DataFolder::has_enrolment_key() const { return KeptKey(IdentityPath(path_, kEnrolling)).has_value(); }

void DataFolder::Abandon() const {
  std::error_code ignored;  // remove() takes empty folders only
  fs::remove(IdentityPath(path_, kEnrolling), ignored);
  fs::remove(path_ + "/identity", ignored);
  const auto entries = std::distance(fs::directory_iterator(path_, ignored), fs::directory_iterator());
  if (entries != 1) return;
  fs::remove(path_ + "/lock", ignored);
  if (made_) fs::remove(path_, ignored);
}

absl::StatusOr<DeviceKey> DataFolder::RenewalKey(const TlsIdentity& current) const {
  const std::string path = IdentityPath(path_, kRenewing);
  std::optional<DeviceKey> kept = KeptKey(path);
  // One that is in use already was answered and only left behind.
  if (kept && !CheckKeyBelongs(kept->key_pem, current.certificate_pem).ok()) return *std::move(kept);
  return NewKey(path);
}

absl::Status DataFolder::WriteRenewed(const TlsIdentity& renewed) const {
  MOTCUA_RETURN_IF_ERROR(
      WritePrivateFile(IdentityPath(path_, kRenewed), renewed.key_pem + renewed.certificate_pem));
  std::error_code ignored;
  fs::remove(IdentityPath(path_, kRenewing), ignored);
  return absl::OkStatus();
}

absl::StatusOr<FolderIdentity> DataFolder::ReadIdentity() const {
  if (!enrolled()) return NotEnrolled(path_);
  const std::string json_path = IdentityPath(path_, "identity.json");
  MOTCUA_ASSIGN_OR_RETURN(std::string text, ReadPrivateFile(json_path));
  MOTCUA_ASSIGN_OR_RETURN(FolderIdentity identity, Decode(json_path, text));
  if (std::optional<TlsIdentity> renewed = ReadRenewed(IdentityPath(path_, kRenewed))) {
    identity.tls = *std::move(renewed);
  } else {
    MOTCUA_ASSIGN_OR_RETURN(identity.tls.key_pem, ReadPrivateFile(IdentityPath(path_, "key.pem")));
    MOTCUA_ASSIGN_OR_RETURN(identity.tls.certificate_pem, ReadPrivateFile(IdentityPath(path_, "cert.pem")));
  }
  MOTCUA_ASSIGN_OR_RETURN(identity.ca_pem, ReadPrivateFile(IdentityPath(path_, "ca.pem")));
  return identity;
}

absl::Status DataFolder::WriteIdentity(const FolderIdentity& identity) const {
  MOTCUA_RETURN_IF_ERROR(MakeFolder(path_ + "/identity"));
  std::error_code ignored;
  fs::remove(IdentityPath(path_, kRenewed), ignored);  // of an identity that somebody took away
  MOTCUA_RETURN_IF_ERROR(WritePrivateFile(IdentityPath(path_, "key.pem"), identity.tls.key_pem));
  MOTCUA_RETURN_IF_ERROR(WritePrivateFile(IdentityPath(path_, "cert.pem"), identity.tls.certificate_pem));
  MOTCUA_RETURN_IF_ERROR(WritePrivateFile(IdentityPath(path_, "ca.pem"), identity.ca_pem));
  const Json json = {
      {"format", kIdentityFormat},
      {"device", FormatDevice(identity.desk.device)},
      {"unit", identity.desk.unit},
      {"unit_name", identity.unit_name},
      {"role", RoleName(identity.desk.role)},
      {"name", identity.name},
      {"hub", identity.hub_address},
      {"receipt_key", ToHex(identity.receipt_key)},
      {"incarnation", absl::StrCat(absl::Hex(identity.incarnation, absl::kZeroPad16))},
  };
  // Last: from here on the folder is enrolled, and everything it needs is there.
  MOTCUA_RETURN_IF_ERROR(WritePrivateFile(IdentityPath(path_, "identity.json"),
                                          json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
  fs::remove(IdentityPath(path_, kEnrolling), ignored);
  return absl::OkStatus();
}

}  // namespace motcua
