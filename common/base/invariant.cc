#include "common/base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace motcua {

// stderr and not the log: the log may be what broke, and nothing may be allocated here.
void InvariantBroken(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "broken promise at %s:%d: %s (%s)\n", file, line, why, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace motcua
