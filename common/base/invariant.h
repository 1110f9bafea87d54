// MOTCUA_INVARIANT(condition, "why it must hold"): an assertion that stays on in every build. An operating
// error is a value (status.h); a broken promise of our own code stops the process before it can write more.
#pragma once

namespace motcua {
[[noreturn]] void InvariantBroken(const char* condition, const char* why, const char* file, int line);
}  // namespace motcua

#define MOTCUA_INVARIANT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::motcua::InvariantBroken(#condition, why, __FILE__, __LINE__))
