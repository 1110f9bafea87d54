#include "common/cli/checkup.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/day.h"
#include "common/base/language.h"

namespace motcua {
namespace {

constexpr uint64_t kMib = uint64_t{1024} * 1024;
// Below the one writing may fail tomorrow, below the other there is time.
constexpr uint64_t kFreeBytesLeast = 64 * kMib;
constexpr uint64_t kFreeBytesGood = 512 * kMib;
constexpr int64_t kDayS = 86'400;
constexpr int64_t kCertificateDaysGood = 90;

std::string Mark(Health health) {
  switch (health) {
    case Health::kFine:
      return Say("tốt ", "fine");
    case Health::kLook:
      return Say("xem ", "look");
    case Health::kAct:
      return Say("LÀM ", "ACT ");
  }
  return "";
}

const char* Name(Health health) {
  return health == Health::kFine ? "fine" : health == Health::kLook ? "look" : "act";
}

}  // namespace

void Checkup::Note(std::string check, Health health, std::string sentence) {
  lines_.push_back({std::move(check), health, std::move(sentence)});
}

void Checkup::Note(std::string check, const absl::Status& status, std::string sentence) {
  if (status.ok()) return Note(std::move(check), Health::kFine, std::move(sentence));
  Note(std::move(check), Health::kAct, std::string(status.message()));
}

void Checkup::NoteDisk(const std::string& folder, const std::string& database) {
  struct statvfs disk;
  if (::statvfs(folder.c_str(), &disk) != 0) {
    return Note("disk", Health::kLook, Say("Không xem được dung lượng trống.", "Free space cannot be told."));
  }
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  std::error_code error;
  const auto size = std::filesystem::file_size(database, error);
  // A check-point, a migration or a restore may need the database's own size once more.
  const uint64_t needed = std::max<uint64_t>(kFreeBytesLeast, error ? 0 : size);
  const std::string room = absl::StrCat(GroupedNumber(static_cast<int64_t>(free / kMib)), " MiB");
  const std::string says = Say(absl::StrCat("Ổ đĩa còn trống ", room), absl::StrCat("The disk has ", room, " free"));
  if (free >= std::max(needed * 2, kFreeBytesGood)) return Note("disk", Health::kFine, says + ".");
  Note("disk", free < needed ? Health::kAct : Health::kLook,
       says + Say("; hãy giải phóng dung lượng.", "; free some space."));
}

void Checkup::NotePrivate(const std::vector<std::string>& paths) {
  std::vector<std::string> open;
  for (const std::string& path : paths) {
    struct stat facts;
    if (::stat(path.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0) open.push_back(path);
  }
  if (open.empty()) {
    return Note("permissions", Health::kFine,
                Say("Khóa và số liệu chỉ chủ sở hữu đọc được.", "Keys and data are their owner's alone."));
  }
  const std::string list = absl::StrJoin(open, " ");
  Note("permissions", Health::kAct,
       Say(absl::StrCat("Người khác đọc được khóa hoặc số liệu; hãy chạy: chmod go= ", list),
           absl::StrCat("Others may read keys or data; run: chmod go= ", list)));
}

void Checkup::NoteEnd(std::string check, int64_t not_after_s, int64_t now_s, const std::string& renew) {
  const int64_t days = (not_after_s - now_s) / kDayS;
  const std::string end = FormatDayForPeople(DayInVietnam(not_after_s));
  if (days >= kCertificateDaysGood) {
    return Note(std::move(check), Health::kFine,
                Say(absl::StrCat("Chứng thư có hiệu lực đến ", end, "."),
                    absl::StrCat("The certificate holds until ", end, ".")));
  }
  Note(std::move(check), not_after_s <= now_s ? Health::kAct : Health::kLook,
       absl::StrCat(not_after_s <= now_s
                        ? Say(absl::StrCat("Chứng thư đã hết hạn ", end), absl::StrCat("The certificate ended on ", end))
                        : Say(absl::StrCat("Chứng thư hết hạn ", end), absl::StrCat("The certificate ends on ", end)),
                    "; ", renew));
}

bool Checkup::somebody_must_act() const {
  return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.health == Health::kAct; });
}

std::string Checkup::AsText() const {
  std::string text;
  for (const Line& line : lines_) absl::StrAppend(&text, Mark(line.health), "  ", line.sentence, "\n");
  return text;
}

std::string Checkup::AsJson() const {
  using Json = nlohmann::ordered_json;
  Json json = {{"healthy", !somebody_must_act()}, {"checks", Json::array()}};
  for (const Line& line : lines_)
    json["checks"].push_back({{"check", line.check}, {"state", Name(line.health)}, {"message", line.sentence}});
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace motcua
