// Clock hands time in, so that tests and the simulator decide when it moves. Wall time is evidence shown to
// people and never an order; waiting and deadlines use the monotonic reading only.
//
// Threads: any.
#pragma once

#include <cstdint>

namespace motcua {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC; may jump in either direction.
  virtual int64_t WallMs() const = 0;
  // Milliseconds since an arbitrary start; never goes back.
  virtual int64_t MonotonicMs() const = 0;
  virtual void SleepMs(int64_t duration_ms) = 0;

  int64_t WallSeconds() const { return WallMs() / 1000; }
};

class SystemClock final : public Clock {
 public:
  int64_t WallMs() const override;
  int64_t MonotonicMs() const override;
  void SleepMs(int64_t duration_ms) override;
};

}  // namespace motcua
