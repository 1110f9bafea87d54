// Violation: what the judge throws when an invariant of the design does not hold. It ends the run.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"

namespace motcua {

struct Violation {
  std::string invariant;  // "I2 durability"
  std::string what;       // what was expected and what was seen
};

template <typename... Parts>
[[noreturn]] void Accuse(const char* invariant, const Parts&... parts) {
  throw Violation{invariant, absl::StrCat(parts...)};
}

}  // namespace motcua
