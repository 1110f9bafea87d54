// What every fuzz target has. A target is one file, <target>_fuzz.cc, that defines the two functions below. It is
// linked twice: with libFuzzer as fuzz_<target> (clang, preset `fuzz`), and with replay_main.cc as
// fuzz_replay_<target>, which every compiler builds and which the suite runs over tests/fuzz/corpus/<target>.
//
// A property that does not hold stops the process (MOTCUA_INVARIANT), which libFuzzer and ctest both notice.
// Nothing here depends on time or chance: the same input takes the same way, whatever ran before it.
//
// Inputs that hold hashes would never get past the first check and would rot with the first changed format. Where
// that matters an input begins with a byte that says whether the target repairs the hashes before it uses the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/invariant.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace motcua {

// Inputs that take the target's good path, made from the formats as they are today; the fuzzer starts from them.
std::vector<std::string> FuzzSeeds();

inline absl::string_view AsInput(const uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace motcua
