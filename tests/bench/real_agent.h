// RealAgent drives the motcua-agent program in a folder of its own and says what each command took.
//
// Threads: one. Errors: kInternal with the program's own words when a command fails.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"

namespace motcua::bench {

struct CommandOutcome {
  std::string out;
  int64_t resident_kib_max = 0;  // the process's high-water mark as the kernel counts it
};

class RealAgent {
 public:
  RealAgent(std::string program, std::string folder)
      : program_(std::move(program)), folder_(std::move(folder)) {}

  // Runs `motcua-agent COMMAND --data FOLDER ARGUMENTS…` to its end.
  absl::StatusOr<CommandOutcome> Run(const std::string& command,
                                     const std::vector<std::string>& arguments) const;

 private:
  std::string program_;
  std::string folder_;
};

}  // namespace motcua::bench
