// Day is a business day (ngày phát sinh): a calendar date without time or zone.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace motcua {

struct Day {
  int32_t number = 0;  // days since 1970-01-01; years 1900 to 2199 are valid

  auto operator<=>(const Day&) const = default;
  Day operator+(int32_t days) const { return {number + days}; }
  Day operator-(int32_t days) const { return {number - days}; }
};

inline constexpr Day kDayMin{-25567};  // 1900-01-01
inline constexpr Day kDayMax{84005};   // 2199-12-31

// Reads YYYY-MM-DD and nothing else; kInvalidArgument otherwise.
absl::StatusOr<Day> ParseDay(absl::string_view text);
std::string FormatDay(Day day);
// 1 Monday … 7 Sunday.
int WeekdayOf(Day day);
// "31/08/2020" in Vietnamese; in English, where that could be read in two ways, "2020-08-31".
std::string FormatDayForPeople(Day day);
// The day in Vietnam (UTC+7, no summer time) at a moment given in seconds since 1970 UTC.
Day DayInVietnam(int64_t wall_s);
// "2026-11-20 21:04:05" in Vietnam's time, for screens.
std::string FormatTimeInVietnam(int64_t wall_s);
// "2026-11-20T21:04:05+07:00" (RFC 3339), for programs that read our answers.
std::string FormatTimeRfc3339(int64_t wall_s);

}  // namespace motcua
