#include "tests/kills/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "common/base/invariant.h"

namespace motcua::kills {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Between fork and exec: only what is allowed there.
[[noreturn]] void BecomeProgram(char* const* words, const char* out, const char* err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out_file = ::open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int err_file = ::open(err, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (::dup2(nothing, 0) < 0 || ::dup2(out_file, 1) < 0 || ::dup2(err_file, 2) < 0) ::_exit(126);
  ::execv(words[0], words);
  ::_exit(127);
}

}  // namespace

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Child::Child(const std::vector<std::string>& words, std::string output)
    : output_(std::move(output)), began_us_(NowUs()) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string out = output_ + ".out";
  const std::string err = output_ + ".err";
  // What an earlier program left there must not be read as this one's.
  ::unlink(out.c_str());
  ::unlink(err.c_str());
  pid_ = ::fork();
  MOTCUA_INVARIANT(pid_ >= 0, "a harness that cannot start programs has nothing to say");
  if (pid_ == 0) BecomeProgram(arguments.data(), out.c_str(), err.c_str());
}

Child::~Child() {
  if (Ended()) return;
  Send(SIGKILL);
  Await(INT64_MAX);
}

void Child::Send(int signal) {
  // Until it has been waited for, the number belongs to nobody else.
  if (!ended_) ::kill(pid_, signal);
}

bool Child::Ended() {
  if (ended_) return true;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  ended_ = true;
  ended_us_ = NowUs();
  if (WIFSIGNALED(status)) signal_ = WTERMSIG(status);
  if (WIFEXITED(status)) exit_code_ = WEXITSTATUS(status);
  return true;
}

bool Child::Await(int64_t patience_us) {
  const int64_t from_us = NowUs();
  while (!Ended()) {
    if (NowUs() - from_us > patience_us) {
      Send(SIGKILL);
      Await(INT64_MAX);
      return false;
    }
    ::usleep(300);
  }
  return true;
}

bool Child::killed() const { return signal_ == SIGKILL; }
std::string Child::Out() const { return ReadAll(output_ + ".out"); }
std::string Child::Err() const { return ReadAll(output_ + ".err"); }

}  // namespace motcua::kills
