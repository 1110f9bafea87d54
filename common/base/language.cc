#include "common/base/language.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

std::atomic<Language> process_language{Language::kVietnamese};
constexpr int kUnset = -1;
thread_local int thread_language = kUnset;

}  // namespace

Language LanguageFromEnvironment(absl::string_view flag, const char* lang_variable) {
  if (flag == "en") return Language::kEnglish;
  if (flag == "vi") return Language::kVietnamese;
  const absl::string_view lang = lang_variable == nullptr ? "" : lang_variable;
  return absl::AsciiStrToLower(lang.substr(0, 2)) == "en" ? Language::kEnglish : Language::kVietnamese;
}

void SetProcessLanguage(Language language) { process_language = language; }

Language CurrentLanguage() {
  return thread_language == kUnset ? process_language.load() : static_cast<Language>(thread_language);
}

ScopedLanguage::ScopedLanguage(Language language) : previous_(thread_language) {
  thread_language = static_cast<int>(language);
}

ScopedLanguage::~ScopedLanguage() { thread_language = previous_; }

std::string GroupedNumber(int64_t value) {
  const char mark = CurrentLanguage() == Language::kVietnamese ? '.' : ',';
  const bool negative = value < 0;
  std::string digits =
      absl::StrCat(negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, mark);
  return negative ? "-" + digits : digits;
}

std::string LocalizedDecimal(std::string plain) {
  if (CurrentLanguage() == Language::kVietnamese) {
    for (char& c : plain) c = c == '.' ? ',' : c;
  }
  return plain;
}

std::string Quoted(absl::string_view text) {
  constexpr std::size_t kBytesShown = 48;
  std::size_t end = std::min(text.size(), kBytesShown);
  if (end < text.size()) {
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      --end;  // not inside a character
  }
  std::string shown(text.substr(0, end));
  if (!IsValidUtf8(shown)) {
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }, '?');
  }
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); },
      '?');
  return absl::StrCat("\"", shown, end < text.size() ? "…\"" : "\"");
}

std::string Counted(int64_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(GroupedNumber(count), " ", count == 1 ? one : many);
}

}  // namespace motcua
