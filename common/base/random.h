// RandomSource hands randomness in. The real one is the kernel's; a seeded one makes a run repeatable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace motcua {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(std::span<uint8_t> out) = 0;

  uint64_t Next64();
  uint32_t Next32() { return static_cast<uint32_t>(Next64() >> 32); }
  // Uniform in [0, bound); `bound` must be positive.
  uint64_t Below(uint64_t bound);
};

// Kernel randomness, good for keys and codes. Threads: any.
class SystemRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> out) override;
};

// Repeatable, for tests and simulation only. Threads: one.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void Fill(std::span<uint8_t> out) override;

 private:
  uint64_t state_;
};

}  // namespace motcua
