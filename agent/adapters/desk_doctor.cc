#include "agent/adapters/desk_doctor.h"

#include <cstdlib>
#include <filesystem>

#include "agent/adapters/serve_mark.h"
#include "agent/adapters/sqlite_agent_store.h"
#include "common/base/clock.h"
#include "common/base/day.h"
#include "common/base/language.h"
#include "common/security/device_key.h"

namespace motcua {
namespace {

constexpr int64_t kClockGoodMs = int64_t{5} * 60 * 1000;
constexpr int64_t kSilentDaysGood = 7;
constexpr int64_t kDayS = 86'400;

void NoteIdentity(const FolderIdentity& identity, int64_t now_s, Checkup& checkup) {
  checkup.Note("identity", CheckKeyBelongs(identity.tls.key_pem, identity.tls.certificate_pem),
               Say(absl::StrCat("Máy ", FormatDevice(identity.desk.device), " của đơn vị ", identity.desk.unit, "."),
                   absl::StrCat("Machine ", FormatDevice(identity.desk.device), " of unit ", identity.desk.unit, ".")));
  const absl::StatusOr<CertificateFacts> facts = InspectCertificate(identity.tls.certificate_pem);
  if (!facts.ok()) return checkup.Note("certificate", facts.status(), "");
  checkup.NoteEnd("certificate", facts->not_after_s, now_s,
                  Say("hãy xin mã và ghi danh lại.", "ask for a code and enrol again."));
}

void NoteSync(const DeskLog& log, int64_t now_s, Checkup& checkup) {
  const DeskLog::Unsent unsent = log.UnsentBehind(log.HubHolds());
  const LastSync& last = log.state().last_sync;
  const bool old = unsent.waiting > 0 && now_s - unsent.oldest_clock_s > kSilentDaysGood * kDayS;
  const std::string waits = Say(absl::StrCat(GroupedNumber(unsent.waiting), " lượt ghi chờ gửi"),
                                absl::StrCat(Counted(unsent.waiting, "entry waits", "entries wait")));
  if (old) {
    return checkup.Note("sync", Health::kAct,
                        Say(absl::StrCat(waits, " đã quá 7 ngày; hãy đồng bộ hoặc gửi bằng gói (bundle export)."),
                            absl::StrCat(waits, " for more than 7 days; sync, or send a bundle (bundle export).")));
  }
  if (last.at_s != 0 && !last.synced) {
    return checkup.Note("sync", Health::kLook,
                        Say(absl::StrCat(waits, "; lần đồng bộ gần nhất không xong: ", last.sentence.vietnamese),
                            absl::StrCat(waits, "; the last sync failed: ", last.sentence.english)));
  }
  checkup.Note("sync", Health::kFine,
               absl::StrCat(waits, "; ",
                            last.at_s == 0 ? Say("chưa đồng bộ lần nào", "never synced")
                                           : Say("đồng bộ lúc ", "synced at ") + FormatTimeInVietnam(last.at_s),
                            "."));
}

void NoteClock(const AgentState& state, int64_t now_s, Checkup& checkup) {
  const std::string now = FormatTimeInVietnam(now_s);
  const int64_t off_ms = state.clock_offset_ms;
  if (std::llabs(off_ms) <= kClockGoodMs) {
    return checkup.Note("clock", Health::kFine,
                        Say(absl::StrCat("Giờ của máy: ", now, "."), absl::StrCat("This machine's clock: ", now, ".")));
  }
  const int64_t minutes = std::llabs(off_ms) / 60'000;
  checkup.Note("clock", Health::kAct,
               Say(absl::StrCat("Giờ của máy (", now, ") ", off_ms > 0 ? "chậm" : "nhanh", " hơn máy chủ ",
                                GroupedNumber(minutes), " phút ở lần đồng bộ gần nhất; hãy chỉnh lại."),
                   absl::StrCat("This machine's clock (", now, ") was ", Counted(minutes, "minute", "minutes"),
                                off_ms > 0 ? " behind" : " ahead of", " the hub at the last sync; set it.")));
}

void NoteData(const DataFolder& folder, const DeskIdentity& identity, int64_t now_s, Checkup& checkup) {
  const std::string path = folder.database_path();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return checkup.Note("data", Health::kLook,
                        Say("Chưa có số liệu; hãy đồng bộ (sync) để lấy về.", "There is no data yet; sync to get it."));
  }
  const absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store = SqliteAgentStore::OpenWhole(path);
  if (!store.ok()) return checkup.Note("data", store.status(), "");
  const absl::StatusOr<std::unique_ptr<DeskLog>> log = DeskLog::Load(identity, store->get());
  if (!log.ok()) return checkup.Note("data", log.status(), "");
  const auto entries = static_cast<int64_t>((*log)->ledger().entry_count());
  checkup.Note("data", Health::kFine,
               Say(absl::StrCat("Tệp số liệu nguyên vẹn, chuỗi của ", GroupedNumber(entries), " lượt ghi khớp."),
                   absl::StrCat("The data file is whole and the chain of ", Counted(entries, "entry", "entries"),
                                " agrees.")));
  NoteSync(**log, now_s, checkup);
  NoteClock((*log)->state(), now_s, checkup);
}

}  // namespace

Checkup ExamineDesk(const DataFolder& folder, const std::string& path) {
  const int64_t now_s = SystemClock().WallSeconds();
  Checkup checkup;
  const absl::StatusOr<FolderIdentity> identity = folder.ReadIdentity();
  if (!identity.ok()) {
    checkup.Note("identity", identity.status(), "");
  } else {
    NoteIdentity(*identity, now_s, checkup);
    NoteData(folder, identity->desk, now_s, checkup);
  }
  checkup.NoteDisk(path, folder.database_path());
  checkup.NotePrivate({folder.database_path(), path + "/identity/key.pem", path + "/identity/identity.json"});
  const bool serves = SomebodyServes(path);
  checkup.Note("serve", serves ? Health::kFine : Health::kLook,
               serves ? Say("serve đang chạy và tự đồng bộ.", "serve is running and syncs by itself.")
                      : Say("serve không chạy: chỉ đồng bộ khi có người chạy sync.",
                            "serve is not running: nothing is synced unless somebody runs sync."));
  return checkup;
}

}  // namespace motcua
