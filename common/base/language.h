// Every sentence a person reads is written twice, in Vietnamese and in English, at the place that knows what
// happened:  return absl::InvalidArgumentError(Say("Không có thủ tục X.", "There is no procedure X."));
//
// Threads: the language is per thread and starts as the process's; a service that answers callers of
// several languages sets it for the call with ScopedLanguage.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace motcua {

enum class Language { kVietnamese, kEnglish };

// What a program starts with: `--lang`, else LANG ("en…" is English), else Vietnamese.
Language LanguageFromEnvironment(absl::string_view flag, const char* lang_variable);
void SetProcessLanguage(Language language);
Language CurrentLanguage();

class ScopedLanguage {
 public:
  explicit ScopedLanguage(Language language);
  ~ScopedLanguage();
  ScopedLanguage(const ScopedLanguage&) = delete;
  ScopedLanguage& operator=(const ScopedLanguage&) = delete;

 private:
  int previous_;
};

inline std::string Say(std::string vietnamese, std::string english) {
  return CurrentLanguage() == Language::kVietnamese ? std::move(vietnamese) : std::move(english);
}

// 51378 as people write it: vi "51.378", en "51,378". Files use plain digits instead.
std::string GroupedNumber(int64_t value);
// A decimal in text form ("99.7206") with the language's decimal mark: vi "99,7206".
std::string LocalizedDecimal(std::string plain);

// What a person typed, in quotes and short enough for a sentence; what cannot be printed is shown as "?".
std::string Quoted(absl::string_view text);
// English: "1 row", "2,000 rows". Vietnamese nouns have one form.
std::string Counted(int64_t count, absl::string_view one, absl::string_view many);

}  // namespace motcua
