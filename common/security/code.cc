#include "common/security/code.h"

#include <array>
#include <optional>
#include <vector>

#include "common/base/hash.h"
#include "common/base/invariant.h"
#include "common/base/language.h"

namespace motcua {
namespace {

constexpr absl::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCheckBytes = 2;
constexpr std::size_t kCodeBytes = kCodeSecretBytes + kCaFingerprintBytes + kCheckBytes;
constexpr std::size_t kCharacters = (kCodeBytes * 8 + 4) / 5;
constexpr std::size_t kGroup = 5;
static_assert(kCharacters % kGroup == 0);

std::string CheckOf(absl::string_view secret, absl::string_view ca_fingerprint) {
  const Hash hash = Sha256(absl::StrCat("motcua code 1", secret, ca_fingerprint));
  return std::string(AsBytes(hash).substr(0, kCheckBytes));
}

std::optional<uint32_t> DigitOf(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const std::size_t at = kAlphabet.find(c);
  if (at == absl::string_view::npos) return std::nullopt;
  return static_cast<uint32_t>(at);
}

bool IsSeparator(char c) { return c == '-' || c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string Encode(absl::string_view bytes) {
  std::string out;
  uint32_t held = 0;
  int bits = 0;
  std::size_t written = 0;
  const auto write = [&](uint32_t digit) {
    if (written > 0 && written % kGroup == 0) out.push_back('-');
    out.push_back(kAlphabet[digit & 31]);
    ++written;
  };
  for (const char c : bytes) {
    held = (held << 8) | static_cast<uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5) write(held >> (bits - 5));
  }
  if (bits > 0) write(held << (5 - bits));
  return out;
}

// Bytes of exactly kCharacters digits; none when the padding is not zero.
std::optional<std::string> Decode(const std::vector<uint32_t>& digits) {
  std::string out;
  uint32_t held = 0;
  int bits = 0;
  for (const uint32_t digit : digits) {
    held = (held << 5) | digit;
    if (bits += 5; bits >= 8) {
      out.push_back(static_cast<char>(held >> (bits - 8)));
      bits -= 8;
    }
  }
  if ((held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return out;
}

absl::Status Mistyped() {
  return absl::InvalidArgumentError(Say(
      "Mã ghi danh bị gõ sai ở đâu đó: hãy so từng nhóm 5 ký tự với mã đã cấp rồi gõ lại.",
      "The enrolment code has a typing mistake somewhere: compare it group by group with the code you were "
      "given and type it again."));
}

absl::StatusOr<std::vector<uint32_t>> DigitsOf(absl::string_view text) {
  std::vector<uint32_t> digits;
  for (const char c : text) {
    if (IsSeparator(c)) continue;
    const std::optional<uint32_t> digit = DigitOf(c);
    if (!digit) {
      return absl::InvalidArgumentError(Say(
          "Mã ghi danh có ký tự không dùng trong mã: mã chỉ gồm chữ số và chữ cái (không có U). Hãy gõ lại.",
          "The enrolment code has a character that codes do not use: they are made of digits and letters "
          "(without U). Type it again."));
    }
    digits.push_back(*digit);
    if (digits.size() > kCharacters) break;
  }
  return digits;
}

}  // namespace

std::string NewCodeSecret(RandomSource& random) {
  std::array<uint8_t, kCodeSecretBytes> bytes;
  random.Fill(bytes);
  return std::string(bytes.begin(), bytes.end());
}

std::string FormatCode(absl::string_view secret, absl::string_view ca_fingerprint) {
  MOTCUA_INVARIANT(secret.size() == kCodeSecretBytes && ca_fingerprint.size() == kCaFingerprintBytes,
                   "a code has one length");
  return Encode(absl::StrCat(secret, ca_fingerprint, CheckOf(secret, ca_fingerprint)));
}

absl::StatusOr<EnrollmentCode> ParseCode(absl::string_view text) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<uint32_t> digits, DigitsOf(text));
  if (digits.size() != kCharacters) {
    const std::string found =
        digits.size() > kCharacters ? Say("nhiều hơn", "more") : absl::StrCat(digits.size());
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Mã ghi danh phải có ", kCharacters, " ký tự, đã gõ ", found, ": hãy gõ lại đủ cả ",
                         kCharacters / kGroup, " nhóm."),
            absl::StrCat("An enrolment code has ", kCharacters, " characters, here are ", found,
                         ": type all ", kCharacters / kGroup, " groups again.")));
  }
  const std::optional<std::string> bytes = Decode(digits);
  if (!bytes) return Mistyped();
  EnrollmentCode code;
  code.secret = bytes->substr(0, kCodeSecretBytes);
  code.ca_fingerprint = bytes->substr(kCodeSecretBytes, kCaFingerprintBytes);
  if (bytes->substr(kCodeSecretBytes + kCaFingerprintBytes) != CheckOf(code.secret, code.ca_fingerprint)) {
    return Mistyped();
  }
  return code;
}

}  // namespace motcua
