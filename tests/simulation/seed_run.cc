#include "tests/simulation/seed_run.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "common/base/invariant.h"
#include "common/base/language.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

// What Minimise needs of a run, through a pipe.
std::string Pack(const RunOutcome& outcome) {
  return absl::StrCat(outcome.ok ? "ok" : outcome.invariant, "\n", outcome.step);
}

RunOutcome Unpack(const std::string& text, int wait_status) {
  RunOutcome outcome;
  outcome.ok = false;
  const std::size_t end = text.find('\n');
  if (end == std::string::npos || !WIFEXITED(wait_status)) {
    outcome.invariant = "the program ends";
    outcome.what = WIFSIGNALED(wait_status) ? absl::StrCat("by signal ", WTERMSIG(wait_status)) : "by itself";
    return outcome;
  }
  outcome.invariant = text.substr(0, end);
  outcome.ok = outcome.invariant == "ok";
  outcome.step = std::atoi(text.c_str() + end + 1);
  return outcome;
}

}  // namespace

RunOutcome RunSeed(const RunOptions& options) {
  const ScopedLanguage english(Language::kEnglish);
  RunOutcome outcome;
  Trace trace(options.prints);
  SimWorld world(options, &trace);
  outcome.faults = world.Faults();
  try {
    world.Run();
  } catch (const Violation& violation) {
    outcome.ok = false;
    outcome.invariant = violation.invariant;
    outcome.what = violation.what;
  }
  outcome.step = trace.step();
  outcome.digest = trace.digest();
  outcome.counts = world.counts();
  return outcome;
}

RunOutcome RunSeedApart(const RunOptions& options) {
  int ends[2];
  MOTCUA_INVARIANT(::pipe(ends) == 0, "a pipe");
  const pid_t child = ::fork();
  MOTCUA_INVARIANT(child >= 0, "a process");
  if (child == 0) {
    ::close(ends[0]);
    const std::string packed = Pack(RunSeed(options));
    const bool sent = ::write(ends[1], packed.data(), packed.size()) == static_cast<ssize_t>(packed.size());
    ::_exit(sent ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[256];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof(buffer))) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return Unpack(text, status);
}

std::string CommandFor(const RunOptions& options) {
  std::string command = absl::StrCat("motcua-sim --seed ", options.seed);
  if (options.steps > 0) absl::StrAppend(&command, " --steps ", options.steps);
  if (!options.without.empty()) absl::StrAppend(&command, " --without");
  for (const Fault fault : options.without) absl::StrAppend(&command, " ", FaultName(fault));
  return command;
}

RunOptions Minimise(const RunOptions& failing, const std::string& invariant) {
  RunOptions best = failing;
  best.prints = false;
  const auto still_fails = [&](RunOptions tried) {
    const RunOutcome outcome = RunSeedApart(tried);
    if (outcome.ok || outcome.invariant != invariant) return false;
    if (outcome.step > 0 && (tried.steps == 0 || outcome.step < tried.steps)) tried.steps = outcome.step;
    best = tried;
    return true;
  };
  still_fails(best);
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t i = 0; i < kFaults; ++i) {
      RunOptions tried = best;
      if (tried.without.insert(static_cast<Fault>(i)).second) smaller = still_fails(tried) || smaller;
    }
    for (int steps = 1; steps < best.steps; steps += std::max(1, best.steps / 12)) {
      RunOptions tried = best;
      tried.steps = steps;
      if (!still_fails(tried)) continue;
      smaller = true;
      break;
    }
  }
  return best;
}

}  // namespace motcua
