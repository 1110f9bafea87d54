// Language and numbers as people read them. Faults they should survive: a call in one language inside another,
// threads of different languages, the smallest number there is.
#include "common/base/language.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace motcua {
namespace {

TEST(LanguageTest, FlagComesBeforeTheEnvironmentAndVietnameseIsTheDefault) {
  EXPECT_EQ(LanguageFromEnvironment("", nullptr), Language::kVietnamese);
  EXPECT_EQ(LanguageFromEnvironment("", "C.UTF-8"), Language::kVietnamese);
  EXPECT_EQ(LanguageFromEnvironment("", "vi_VN.UTF-8"), Language::kVietnamese);
  EXPECT_EQ(LanguageFromEnvironment("", "en_GB.UTF-8"), Language::kEnglish);
  EXPECT_EQ(LanguageFromEnvironment("", "EN"), Language::kEnglish);
  EXPECT_EQ(LanguageFromEnvironment("vi", "en_GB.UTF-8"), Language::kVietnamese);
  EXPECT_EQ(LanguageFromEnvironment("en", "vi_VN.UTF-8"), Language::kEnglish);
}

TEST(LanguageTest, ScopedLanguageHoldsForTheScopeAndNests) {
  const Language before = CurrentLanguage();
  {
    const ScopedLanguage english(Language::kEnglish);
    EXPECT_EQ(Say("vâng", "yes"), "yes");
    {
      const ScopedLanguage vietnamese(Language::kVietnamese);
      EXPECT_EQ(Say("vâng", "yes"), "vâng");
    }
    EXPECT_EQ(Say("vâng", "yes"), "yes");
  }
  EXPECT_EQ(CurrentLanguage(), before);
}

TEST(LanguageTest, OtherThreadsKeepTheProcessLanguage) {
  const ScopedLanguage english(Language::kEnglish);
  Language elsewhere = Language::kEnglish;
  std::thread([&] { elsewhere = CurrentLanguage(); }).join();
  EXPECT_EQ(elsewhere, Language::kVietnamese);
}

TEST(LanguageTest, NumbersAreGroupedAsTheLanguageDoes) {
  const ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_EQ(GroupedNumber(0), "0");
  EXPECT_EQ(GroupedNumber(999), "999");
  EXPECT_EQ(GroupedNumber(1000), "1.000");
  EXPECT_EQ(GroupedNumber(51378), "51.378");
  EXPECT_EQ(GroupedNumber(-999), "-999");
  EXPECT_EQ(GroupedNumber(-1234567), "-1.234.567");
  EXPECT_EQ(GroupedNumber(INT64_MIN), "-9.223.372.036.854.775.808");
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(GroupedNumber(51378), "51,378");
}

TEST(LanguageTest, DecimalMarkIsTheLanguages) {
  const ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_EQ(LocalizedDecimal("99.72"), "99,72");
  EXPECT_EQ(LocalizedDecimal("100"), "100");
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(LocalizedDecimal("99.72"), "99.72");
}

TEST(LanguageTest, EnglishCountsOneAndMany) {
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(Counted(1, "row", "rows"), "1 row");
  EXPECT_EQ(Counted(0, "row", "rows"), "0 rows");
  EXPECT_EQ(Counted(2000, "row", "rows"), "2,000 rows");
}

TEST(LanguageTest, WhatWasTypedIsQuotedShortAndHarmless) {
  EXPECT_EQ(Quoted("31/08/2020"), "\"31/08/2020\"");
  EXPECT_EQ(Quoted(""), "\"\"");
  EXPECT_EQ(Quoted(absl::string_view("a\x1b[2J\0b\n", 8)), "\"a?[2J?b?\"");
  EXPECT_EQ(Quoted("\xff"), "\"?\"");
  const std::string long_text(1000, 'x');
  EXPECT_EQ(Quoted(long_text), "\"" + std::string(48, 'x') + "…\"");
  // Cut between characters, not inside one.
  std::string phrase(47, 'x');
  EXPECT_EQ(Quoted(phrase + "ộng"), "\"" + phrase + "…\"");
}

}  // namespace
}  // namespace motcua
