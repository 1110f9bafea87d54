#include "hub/adapters/hub_doctor.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_join.h"
#include "common/base/clock.h"
#include "common/base/day.h"
#include "common/base/language.h"
#include "common/security/device_key.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kClockGoodMs = int64_t{5} * 60 * 1000;
constexpr std::size_t kNamesShown = 5;

// Beside the writer, on a connection of its own: reading every page takes its time.
absl::Status CheckDatabase(const std::string& path) {
  DatabaseOptions options;
  options.read_only = true;
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(path, options));
  return database->CheckIntegrity();
}

absl::Status CheckLedger(Hub& hub) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> findings, hub.Verify());
  if (findings.empty()) return absl::OkStatus();
  const auto count = static_cast<int64_t>(findings.size());
  return absl::DataLossError(
      Say(absl::StrCat("Nhật ký và số liệu có ", GroupedNumber(count),
                       " điểm không khớp; xem ledger verify rồi khôi phục từ bản sao lưu: ", findings.front()),
          absl::StrCat("The log and the facts differ in ", Counted(count, "place", "places"),
                       "; see ledger verify, then restore from a backup: ", findings.front())));
}

// What desks tell about the hub's clock: the hub said "now" to each of them. One desk that is off is that desk's
// matter; most of them off the same way is the hub's.
void NoteClock(const std::vector<DeviceInfo>& devices, int64_t now_ms, Checkup& checkup) {
  std::vector<std::string> off;
  std::size_t seen = 0, ahead = 0, behind = 0;
  int64_t last_seen_ms = 0;
  for (const DeviceInfo& info : devices) {
    const HeartbeatRow& heartbeat = info.heartbeat;
    if (heartbeat.seen_ms == 0 || info.device.state == DeviceState::kRevoked) continue;
    ++seen;
    last_seen_ms = std::max(last_seen_ms, heartbeat.seen_ms);
    if (std::llabs(heartbeat.clock_offset_ms) <= kClockGoodMs) continue;
    off.push_back(FormatDevice(info.device.device));
    ++(heartbeat.clock_offset_ms > 0 ? ahead : behind);
  }
  const std::string now = FormatTimeInVietnam(now_ms / 1000);
  if (last_seen_ms > now_ms + kClockGoodMs || (seen >= 3 && std::max(ahead, behind) * 2 > seen)) {
    return checkup.Note("clock", Health::kAct,
                        Say(absl::StrCat("Giờ của máy chủ (", now, ") có vẻ sai; hãy chỉnh lại."),
                            absl::StrCat("The hub's clock (", now, ") seems wrong; set it.")));
  }
  if (off.empty()) {
    return checkup.Note("clock", Health::kFine,
                        Say(absl::StrCat("Giờ của máy chủ: ", now, "."), absl::StrCat("The hub's clock: ", now, ".")));
  }
  const std::size_t count = off.size();
  if (count > kNamesShown) off.resize(kNamesShown);
  checkup.Note("clock", Health::kLook,
               Say(absl::StrCat(count, " thiết bị lệch giờ quá 5 phút (", absl::StrJoin(off, ", "),
                                "); hãy nhắc đơn vị chỉnh giờ."),
                   absl::StrCat("The clock of ", Counted(static_cast<int64_t>(count), "device", "devices"),
                                " is off by more than 5 minutes (", absl::StrJoin(off, ", "),
                                "); have it set there.")));
}

void NoteCertificate(const HubKeys& keys, int64_t now_s, Checkup& checkup) {
  const absl::StatusOr<CertificateFacts> facts = InspectCertificate(keys.ca_certificate_pem);
  if (!facts.ok()) return checkup.Note("certificate", facts.status(), "");
  checkup.NoteEnd("certificate", facts->not_after_s, now_s,
                  Say("mọi thiết bị phải ghi danh lại với máy chủ mới trước ngày đó.",
                      "every device must enrol at a new hub before that day."));
}

// Kept by restores until somebody is sure.
void NoteSetAside(const std::string& folder, Checkup& checkup) {
  std::vector<std::string> kept;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(folder, ignored)) {
    const std::string name = file.path().filename();
    if (name.rfind("hub.db.before-restore-", 0) == 0) kept.push_back(name);
  }
  if (kept.empty()) return;
  std::sort(kept.begin(), kept.end());
  const std::string list = absl::StrJoin(kept, ", ");
  checkup.Note("set_aside", Health::kLook,
               Say(absl::StrCat("Còn giữ dữ liệu trước khi khôi phục (", list,
                                "); khi đã chắc chắn không cần nữa, hãy chuyển đi nơi khác."),
                   absl::StrCat("Data from before a restore are kept (", list,
                                "); move them away once they are surely not needed.")));
}

}  // namespace

absl::StatusOr<Checkup> ExamineHub(const HubContext& context) {
  const std::string& database = context.store->database().path();
  const std::string folder = fs::path(database).parent_path().string();
  const int64_t now_ms = SystemClock().WallMs();
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> devices, context.hub->ListDevices());
  Checkup checkup;
  checkup.Note("database", CheckDatabase(database), Say("Tệp cơ sở dữ liệu nguyên vẹn.", "The database file is whole."));
  checkup.Note("ledger", CheckLedger(*context.hub),
               Say("Nhật ký và mọi số liệu đều khớp.", "The log and every fact agree."));
  checkup.NoteDisk(folder, database);
  checkup.NotePrivate({database, folder + "/ca.key.pem", folder + "/receipt.key.pem"});
  NoteCertificate(*context.keys, now_ms / 1000, checkup);
  NoteClock(devices, now_ms, checkup);
  NoteSetAside(folder, checkup);
  return checkup;
}

}  // namespace motcua
