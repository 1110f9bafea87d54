#include "common/base/day.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/language.h"

namespace motcua {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int64_t kVietnamOffsetSeconds = 7 * 3600;
constexpr int64_t kDaySeconds = 86400;

year_month_day Civil(Day day) { return year_month_day{sys_days{days{day.number}}}; }

bool AllDigits(absl::string_view text) {
  for (char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

int Number(absl::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }

// "21:04:05" in Vietnam.
std::string TimeOfDay(int64_t wall_s) {
  const int64_t local = wall_s + kVietnamOffsetSeconds;
  const int64_t second = local - FloorDiv(local, kDaySeconds) * kDaySeconds;
  return absl::StrFormat("%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
}

}  // namespace

absl::StatusOr<Day> ParseDay(absl::string_view text) {
  const auto fault = [&] {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Ngày ", Quoted(text), " không đúng; hãy viết năm-tháng-ngày, ví dụ 2020-08-31."),
            absl::StrCat("The day ", Quoted(text),
                         " cannot be read; write YYYY-MM-DD, for example 2020-08-31.")));
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return fault();
  if (!AllDigits(text.substr(0, 4)) || !AllDigits(text.substr(5, 2)) || !AllDigits(text.substr(8, 2)))
    return fault();
  const year_month_day civil{std::chrono::year{Number(text.substr(0, 4))},
                             std::chrono::month{static_cast<unsigned>(Number(text.substr(5, 2)))},
                             std::chrono::day{static_cast<unsigned>(Number(text.substr(8, 2)))}};
  if (!civil.ok()) return fault();
  const Day day{static_cast<int32_t>(sys_days{civil}.time_since_epoch().count())};
  if (day < kDayMin || day > kDayMax) return fault();
  return day;
}

std::string FormatDay(Day day) {
  const year_month_day civil = Civil(day);
  return absl::StrFormat("%04d-%02d-%02d", static_cast<int>(civil.year()),
                         static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
}

int WeekdayOf(Day day) { return ((day.number + 3) % 7 + 7) % 7 + 1; }  // 1 January 1970 was a Thursday

std::string FormatDayForPeople(Day day) {
  if (CurrentLanguage() == Language::kEnglish) return FormatDay(day);
  const year_month_day civil = Civil(day);
  return absl::StrFormat("%02d/%02d/%04d", static_cast<unsigned>(civil.day()),
                         static_cast<unsigned>(civil.month()), static_cast<int>(civil.year()));
}

Day DayInVietnam(int64_t wall_s) {
  return {static_cast<int32_t>(FloorDiv(wall_s + kVietnamOffsetSeconds, kDaySeconds))};
}

std::string FormatTimeInVietnam(int64_t wall_s) {
  return absl::StrCat(FormatDay(DayInVietnam(wall_s)), " ", TimeOfDay(wall_s));
}

std::string FormatTimeRfc3339(int64_t wall_s) {
  return absl::StrCat(FormatDay(DayInVietnam(wall_s)), "T", TimeOfDay(wall_s), "+07:00");
}

}  // namespace motcua
