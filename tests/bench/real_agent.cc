#include "tests/bench/real_agent.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>

extern char** environ;

namespace motcua::bench {
namespace {

constexpr int kLookEveryMs = 1;

absl::StatusOr<pid_t> Spawn(std::vector<std::string> words, int out) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return absl::InternalError(absl::StrCat(words.front(), ": ", std::strerror(error)));
  return pid;
}

// The kernel's high-water mark, 0 once the process has ended. (What wait4 tells instead contains the memory
// of the process that spawned it.)
int64_t ResidentKibMax(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  int64_t kib = 0;
  for (std::string line; std::getline(status, line);) {
    if (std::sscanf(line.c_str(), "VmHWM: %" SCNd64, &kib) == 1) return kib;
  }
  return 0;
}

// Reads what the program prints until it closes its output, looking at its memory meanwhile: the mark only
// rises, so the last look tells the most.
void Watch(pid_t pid, int out, CommandOutcome* outcome) {
  char buffer[4096];
  for (;;) {
    outcome->resident_kib_max = std::max(outcome->resident_kib_max, ResidentKibMax(pid));
    pollfd readable{out, POLLIN, 0};
    if (poll(&readable, 1, kLookEveryMs) == 0) continue;
    const ssize_t got = read(out, buffer, sizeof buffer);
    if (got <= 0) return;
    outcome->out.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

absl::StatusOr<CommandOutcome> RealAgent::Run(const std::string& command,
                                              const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {program_, command, "--data", folder_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError(std::strerror(errno));
  const absl::StatusOr<pid_t> pid = Spawn(words, ends[1]);
  close(ends[1]);
  CommandOutcome outcome;
  if (pid.ok()) Watch(*pid, ends[0], &outcome);
  close(ends[0]);
  if (!pid.ok()) return pid.status();
  int exit_status = 0;
  waitpid(*pid, &exit_status, 0);
  if (!WIFEXITED(exit_status) || WEXITSTATUS(exit_status) != 0) {
    return absl::InternalError(absl::StrCat("motcua-agent ", command, " failed: ", outcome.out));
  }
  return outcome;
}

}  // namespace motcua::bench
