#include "common/base/told.h"

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

absl::Status Failure(int entries) {
  return KeepBothLanguages([entries] {
    return absl::UnavailableError(Say(absl::StrCat("Còn ", GroupedNumber(entries), " lượt ghi."),
                                      absl::StrCat(Counted(entries, "entry waits", "entries wait"), ".")));
  });
}

TEST(ToldTest, AStatusSaysItsSentenceNowAndKeepsItInEitherLanguage) {
  for (const Language now : {Language::kVietnamese, Language::kEnglish}) {
    const ScopedLanguage scope(now);
    const absl::Status status = Failure(1234);
    EXPECT_EQ(status.message(), Say("Còn 1.234 lượt ghi.", "1,234 entries wait."));
    EXPECT_EQ(SentenceOf(status), (Told{"Còn 1.234 lượt ghi.", "1,234 entries wait."}));
    EXPECT_EQ(CurrentLanguage(), now) << "asking in the other one leaves no trace";
  }
}

// absl prints several payloads in an order that differs from one status to the next, and traces are compared.
TEST(ToldTest, AStatusIsPrintedAlikeEveryTime) {
  const std::string first = Failure(3).ToString();
  for (int times = 0; times < 100; ++times) EXPECT_EQ(Failure(3).ToString(), first);
}

TEST(ToldTest, TextIsInTheLanguageOfWhoeverAsks) {
  const Told told = SentenceOf(Failure(1));
  const ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_EQ(told.Text(), "Còn 1 lượt ghi.");
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(told.Text(), "1 entry waits.");
}

TEST(ToldTest, AMessageInOneLanguageIsReadInBoth) {
  const Told told = SentenceOf(absl::InternalError("somebody else's words"));
  EXPECT_EQ(told, (Told{"somebody else's words", "somebody else's words"}));
}

TEST(ToldTest, NothingIsKeptOfWhatWentWell) {
  EXPECT_TRUE(SentenceOf(absl::OkStatus()).empty());
  EXPECT_THAT(KeepBothLanguages([] { return absl::OkStatus(); }), IsOk());
}

}  // namespace
}  // namespace motcua
