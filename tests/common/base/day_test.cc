// Days and times. Faults they should survive: days that do not exist, other ways to write a day, a moment close to
// midnight in Vietnam, clocks before 1970.
#include "common/base/day.h"

#include "common/base/language.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

TEST(DayTest, DaysCountFrom1970) {
  EXPECT_EQ(*ParseDay("1970-01-01"), Day{0});
  EXPECT_EQ(*ParseDay("2020-08-31"), Day{18505});
  EXPECT_EQ(*ParseDay("1969-12-31"), Day{-1});
  EXPECT_EQ(*ParseDay("1900-01-01"), kDayMin);
  EXPECT_EQ(*ParseDay("2199-12-31"), kDayMax);
}

TEST(DayTest, EveryDayReadsBackAndFollowsTheOneBefore) {
  std::string previous;
  for (Day day = kDayMin; day <= kDayMax; day = day + 1) {
    const std::string text = FormatDay(day);
    ASSERT_EQ(*ParseDay(text), day) << text;
    ASSERT_LT(previous, text);
    previous = text;
  }
}

TEST(DayTest, TheWeekBeginsOnMondayAndRunsThroughTheWholeCalendar) {
  EXPECT_EQ(WeekdayOf(*ParseDay("2020-08-31")), 1);
  EXPECT_EQ(WeekdayOf(*ParseDay("1970-01-01")), 4);
  EXPECT_EQ(WeekdayOf(*ParseDay("1969-12-28")), 7);
  for (Day day = kDayMin; day < kDayMax; day = day + 1) ASSERT_EQ(WeekdayOf(day + 1), WeekdayOf(day) % 7 + 1);
}

TEST(DayTest, LeapYearsFollowTheGregorianCalendar) {
  for (const char* day : {"2020-02-29", "2024-02-29", "2000-02-29"}) EXPECT_THAT(ParseDay(day), IsOk()) << day;
  for (const char* day : {"2021-02-29", "1900-02-29", "2100-02-29"}) EXPECT_THAT(ParseDay(day), StatusIs(absl::StatusCode::kInvalidArgument)) << day;
  EXPECT_EQ(FormatDay(*ParseDay("2020-02-28") + 1), "2020-02-29");
  EXPECT_EQ(FormatDay(*ParseDay("2021-02-28") + 1), "2021-03-01");
}

TEST(DayTest, PeopleReadDaysAsTheirLanguageWritesThem) {
  const Day day = *ParseDay("2020-08-05");
  const ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_EQ(FormatDayForPeople(day), "05/08/2020");
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(FormatDayForPeople(day), "2020-08-05");
}

TEST(DayTest, DayInVietnamTurnsAtSevenHoursBeforeUtcMidnight) {
  EXPECT_EQ(FormatDay(DayInVietnam(1598893199)), "2020-08-31");  // 23:59:59 in Vietnam
  EXPECT_EQ(FormatDay(DayInVietnam(1598893200)), "2020-09-01");
  EXPECT_EQ(DayInVietnam(0), Day{0});
  EXPECT_EQ(DayInVietnam(-7 * 3600), Day{0});
  EXPECT_EQ(DayInVietnam(-7 * 3600 - 1), Day{-1});
}

TEST(DayTest, TimeInVietnamPrintsToTheSecond) {
  EXPECT_EQ(FormatTimeInVietnam(1598893199), "2020-08-31 23:59:59");
  EXPECT_EQ(FormatTimeInVietnam(0), "1970-01-01 07:00:00");
  EXPECT_EQ(FormatTimeInVietnam(-7 * 3600 - 1), "1969-12-31 23:59:59");
}

TEST(DayTest, ProgramsReadAMomentWithItsZone) {
  EXPECT_EQ(FormatTimeRfc3339(1598893199), "2020-08-31T23:59:59+07:00");
  EXPECT_EQ(FormatTimeRfc3339(0), "1970-01-01T07:00:00+07:00");
}

// ---- errors

TEST(DayTest, OtherFormsAreRefused) {
  for (const char* text : {"", "31/08/2020", "2020-8-31", "2020-08-31 ", " 2020-08-31", "20200831", "2020/08/31", "2020-08-3a",
                           "-020-08-31", "+020-08-31", "2020-08-+1", "2020--8-31", "2020-08-31T00:00", "２０２０-08-31"}) {
    EXPECT_THAT(ParseDay(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(DayTest, DaysThatDoNotExistOrLieOutsideTheCalendarAreRefused) {
  for (const char* text : {"2020-00-10", "2020-13-01", "2020-04-31", "2020-01-00", "2020-01-32", "1899-12-31", "2200-01-01", "0000-01-01"}) {
    EXPECT_THAT(ParseDay(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace motcua
