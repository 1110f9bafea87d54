// A sentence kept to be read later, perhaps by somebody who reads the other language: why the last sync failed is said
// by `status` in the language of whoever asks, not of the program that tried at night.
//
// Threads: any.
#pragma once

#include <functional>
#include <string>

#include "common/base/language.h"
#include "common/base/status.h"

namespace motcua {

struct Told {
  std::string vietnamese;
  std::string english;

  bool empty() const { return vietnamese.empty() && english.empty(); }
  std::string Text() const { return Say(vietnamese, english); }
  bool operator==(const Told&) const = default;
};

// What `say` says in either language.
Told InBothLanguages(const std::function<std::string()>& say);
// The status that `make` makes, in the current language, keeping its sentence in both. `make` is called several times
// and must be a pure function.
absl::Status KeepBothLanguages(const std::function<absl::Status()>& make);
// What KeepBothLanguages() kept; of any other status its message, which has one language only. Empty for OK.
Told SentenceOf(const absl::Status& status);

}  // namespace motcua
