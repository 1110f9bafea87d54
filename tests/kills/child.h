// Child: one real program that this one started, with what it prints in two files beside each other.
//
// It dies with its parent, so a harness that is killed itself leaves nothing running.
//
// Threads: one. Lifetime: a child that still runs when its object goes is killed and waited for.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace motcua::kills {

// Microseconds since an arbitrary start.
int64_t NowUs();

class Child {
 public:
  // Runs `words[0]` with the rest as its arguments; what it prints goes to `output`.out and `output`.err.
  Child(const std::vector<std::string>& words, std::string output);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void Send(int signal);
  // Whether it has ended; never waits.
  bool Ended();
  // Waits; one that does not end in `patience_us` is killed, and false is returned.
  bool Await(int64_t patience_us);

  // Of one that ended: by which signal, or with which code.
  int signal() const { return signal_; }
  bool killed() const;
  int exit_code() const { return exit_code_; }  // -1: by a signal
  int64_t lived_us() const { return ended_us_ - began_us_; }
  int64_t began_us() const { return began_us_; }

  std::string Out() const;
  std::string Err() const;

 private:
  std::string output_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int signal_ = 0;
  int exit_code_ = -1;
  int64_t began_us_ = 0;
  int64_t ended_us_ = 0;
};

}  // namespace motcua::kills
