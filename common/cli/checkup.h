// Checkup: what `doctor` looked at, line by line: what is fine, what deserves a look, and where a person must act.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace motcua {

enum class Health { kFine, kLook, kAct };

class Checkup {
 public:
  // `check` is the same in every language ("disk", "clock"); the sentence says how it is and what to do.
  void Note(std::string check, Health health, std::string sentence);
  // Fine with `sentence`, or the status's own sentence and somebody must act.
  void Note(std::string check, const absl::Status& status, std::string sentence);

  // Free space beside `folder`'s files, of which the database is the largest.
  void NoteDisk(const std::string& folder, const std::string& database);
  // Files that only their owner may read; those that are not there are not looked at.
  void NotePrivate(const std::vector<std::string>& paths);
  // When a certificate ends; `renew` says how to get another.
  void NoteEnd(std::string check, int64_t not_after_s, int64_t now_s, const std::string& renew);

  bool somebody_must_act() const;
  std::string AsText() const;
  std::string AsJson() const;

 private:
  struct Line {
    std::string check;
    Health health;
    std::string sentence;
  };
  std::vector<Line> lines_;
};

}  // namespace motcua
