#include "common/base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "common/base/invariant.h"

namespace motcua {

uint64_t RandomSource::Next64() {
  uint8_t bytes[8];
  Fill(bytes);
  uint64_t value = 0;
  for (uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

uint64_t RandomSource::Below(uint64_t bound) {
  MOTCUA_INVARIANT(bound > 0, "an empty range has no member");
  // Rejection keeps it uniform: the tail that does not divide evenly is drawn again.
  const uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  uint64_t value = Next64();
  while (value >= limit) value = Next64();
  return value % bound;
}

void SystemRandom::Fill(std::span<uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = getrandom(out.data() + done, out.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    MOTCUA_INVARIANT(got > 0, "the kernel always has randomness once the system is up");
    done += static_cast<std::size_t>(got);
  }
}

// SplitMix64: tiny, full period, and every seed (0 too) gives a good stream.
void SeededRandom::Fill(std::span<uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    for (std::size_t i = 0; i < 8 && done < out.size(); ++i, ++done) out[done] = static_cast<uint8_t>(z >> (8 * i));
  }
}

}  // namespace motcua
