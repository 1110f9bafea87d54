// Stopwatch adds up wall time and the process's CPU time over the pieces it is started for.
#pragma once

#include <cstdint>
#include <ctime>

namespace motcua::bench {

class Stopwatch {
 public:
  void Start() {
    wall_began_ns_ = Now(CLOCK_MONOTONIC);
    cpu_began_ns_ = Now(CLOCK_PROCESS_CPUTIME_ID);
  }
  void Stop() {
    cpu_ns_ += Now(CLOCK_PROCESS_CPUTIME_ID) - cpu_began_ns_;
    wall_ns_ += Now(CLOCK_MONOTONIC) - wall_began_ns_;
  }
  double wall_s() const { return static_cast<double>(wall_ns_) / 1e9; }
  double cpu_s() const { return static_cast<double>(cpu_ns_) / 1e9; }

 private:
  static int64_t Now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  int64_t wall_began_ns_ = 0;
  int64_t cpu_began_ns_ = 0;
  int64_t wall_ns_ = 0;
  int64_t cpu_ns_ = 0;
};

}  // namespace motcua::bench
