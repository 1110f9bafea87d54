// Survives: slips of the pen in codes: other case, look-alike letters, lost and doubled characters, swapped
// ones.
#include "common/security/code.h"

#include <algorithm>
#include <cctype>

#include "common/base/language.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::MatchesRegex;

struct Sample {
  SeededRandom random{7};
  std::string secret = NewCodeSecret(random);
  std::string fingerprint = "0123456789abcdef";
  std::string text = FormatCode(secret, fingerprint);
};

TEST(CodeTest, IsNineGroupsOfFiveInCrockfordsAlphabet) {
  EXPECT_THAT(Sample().text, MatchesRegex("([0-9A-HJKMNP-TV-Z]{5}-){8}[0-9A-HJKMNP-TV-Z]{5}"));
}

TEST(CodeTest, ReadsBackBothParts) {
  const Sample sample;
  const absl::StatusOr<EnrollmentCode> code = ParseCode(sample.text);
  ASSERT_THAT(code, IsOk());
  EXPECT_EQ(code->secret, sample.secret);
  EXPECT_EQ(code->ca_fingerprint, sample.fingerprint);
}

TEST(CodeTest, EveryCodeReadsBack) {
  SeededRandom random(11);
  for (int i = 0; i < 500; ++i) {
    const std::string secret = NewCodeSecret(random);
    const std::string fingerprint =
        (NewCodeSecret(random) + NewCodeSecret(random)).substr(0, kCaFingerprintBytes);
    const absl::StatusOr<EnrollmentCode> code = ParseCode(FormatCode(secret, fingerprint));
    ASSERT_THAT(code, IsOk());
    ASSERT_EQ(code->secret, secret);
    ASSERT_EQ(code->ca_fingerprint, fingerprint);
  }
}

TEST(CodeTest, CaseSeparatorsAndLookAlikesDoNotMatter) {
  // Secret and fingerprint of zero bytes give a code that is mostly 0.
  std::string text = FormatCode(std::string(kCodeSecretBytes, '\0'), std::string(kCaFingerprintBytes, '\0'));
  std::replace(text.begin(), text.end(), '0', 'o');
  std::replace(text.begin(), text.end(), '-', ' ');
  std::replace(text.begin(), text.end(), '1', 'l');
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  EXPECT_THAT(ParseCode("  " + text + "\n"), IsOk());
  std::replace(text.begin(), text.end(), 'l', 'I');
  EXPECT_THAT(ParseCode(text), IsOk());
}

TEST(CodeTest, SecretsDiffer) {
  SystemRandom random;
  EXPECT_NE(NewCodeSecret(random), NewCodeSecret(random));
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST(CodeErrorTest, EverySingleWrongCharacterIsATypingMistake) {
  const Sample sample;
  for (std::size_t at = 0; at < sample.text.size(); ++at) {
    if (sample.text[at] == '-') continue;
    std::string wrong = sample.text;
    wrong[at] = wrong[at] == '7' ? '8' : '7';
    EXPECT_THAT(ParseCode(wrong), StatusIs(absl::StatusCode::kInvalidArgument, "gõ sai")) << wrong;
  }
}

TEST(CodeErrorTest, SwappedNeighboursAreATypingMistake) {
  const Sample sample;
  for (std::size_t at = 0; at + 1 < sample.text.size(); ++at) {
    std::string wrong = sample.text;
    if (wrong[at] == wrong[at + 1] || wrong[at] == '-' || wrong[at + 1] == '-') continue;
    std::swap(wrong[at], wrong[at + 1]);
    EXPECT_THAT(ParseCode(wrong), StatusIs(absl::StatusCode::kInvalidArgument, "gõ sai")) << wrong;
  }
}

TEST(CodeErrorTest, LostAndDoubledCharactersNameTheLength) {
  const std::string text = Sample().text;
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(ParseCode(text.substr(0, text.size() - 1)),
              StatusIs(absl::StatusCode::kInvalidArgument, "are 44"));
  EXPECT_THAT(ParseCode(text + "0"), StatusIs(absl::StatusCode::kInvalidArgument, "45 characters"));
  EXPECT_THAT(ParseCode(""), StatusIs(absl::StatusCode::kInvalidArgument, "are 0"));
  EXPECT_THAT(ParseCode(std::string(1 << 20, '0')), StatusIs(absl::StatusCode::kInvalidArgument, "more"));
}

TEST(CodeErrorTest, ForeignCharactersAreNamedAsSuch) {
  std::string text = Sample().text;
  text[0] = 'U';
  EXPECT_THAT(ParseCode(text), StatusIs(absl::StatusCode::kInvalidArgument, "ký tự không dùng"));
  text[0] = '!';
  EXPECT_THAT(ParseCode(text), StatusIs(absl::StatusCode::kInvalidArgument, "ký tự không dùng"));
}

}  // namespace
}  // namespace motcua
