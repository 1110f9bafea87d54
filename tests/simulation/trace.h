// Trace: one line per event. Every line goes into the digest; printing is a matter of the command line. Two runs of
// one seed have equal digests, else something outside the seed had a say.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"

namespace motcua {

class Trace {
 public:
  explicit Trace(bool prints) : prints_(prints) {}

  template <typename... Parts>
  void Line(const Parts&... parts) {
    Put(absl::StrCat(step_, " ", parts..., "\n"));
  }
  void set_step(int step) { step_ = step; }
  int step() const { return step_; }
  uint64_t digest() const { return digest_; }

 private:
  void Put(const std::string& line) {
    for (const char c : line) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;  // FNV-1a
    if (prints_) std::fputs(line.c_str(), stdout);
  }

  bool prints_;
  int step_ = 0;
  uint64_t digest_ = 0xcbf29ce484222325ULL;
};

}  // namespace motcua
