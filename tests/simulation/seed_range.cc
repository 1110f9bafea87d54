#include "tests/simulation/seed_range.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <new>

#include "common/base/invariant.h"

namespace motcua {
namespace {

constexpr std::size_t kFailuresMax = 64;  // kept with their text; more are counted
constexpr std::size_t kTextMax = 2000;

// What workers and their parent share.
struct Shared {
  std::atomic<uint64_t> next{0};
  std::atomic<uint64_t> failures{0};
  struct Worker {
    uint64_t seed = 0;
    bool running = false;
    uint64_t done = 0;
    RangeCounts counts;
  } workers[64];
  struct Failure {
    uint64_t seed = 0;
    char text[kTextMax] = {};
  } failed[kFailuresMax];
};

void AddFailure(Shared* shared, uint64_t seed, const std::string& text) {
  const uint64_t place = shared->failures.fetch_add(1);
  if (place >= kFailuresMax) return;
  shared->failed[place].seed = seed;
  std::strncpy(shared->failed[place].text, text.c_str(), kTextMax - 1);
}

void Work(Shared* shared, Shared::Worker* worker, uint64_t last, RunOptions options) {
  while (true) {
    const uint64_t seed = shared->next.fetch_add(1);
    if (seed > last) return;
    worker->seed = seed;
    worker->running = true;
    options.seed = seed;
    const RunOutcome outcome = RunSeed(options);
    worker->counts.AddSeed(outcome.counts);
    ++worker->done;
    worker->running = false;
    if (outcome.ok) continue;
    AddFailure(shared, seed,
               absl::StrCat("seed ", seed, ", step ", outcome.step, ": ", outcome.invariant, "\n  faults: ",
                            outcome.faults, "\n  ", outcome.what));
  }
}

pid_t Begin(Shared* shared, Shared::Worker* worker, uint64_t last, const RunOptions& options) {
  const pid_t child = ::fork();
  MOTCUA_INVARIANT(child >= 0, "a worker");
  if (child != 0) return child;
  Work(shared, worker, last, options);
  ::_exit(0);
}

}  // namespace

RangeOutcome RunRange(uint64_t first, uint64_t last, int jobs, const RunOptions& options) {
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  MOTCUA_INVARIANT(memory != MAP_FAILED, "memory for the workers");
  auto* shared = new (memory) Shared;
  shared->next = first;
  std::map<pid_t, Shared::Worker*> running;
  for (int i = 0; i < std::clamp(jobs, 1, 64); ++i) {
    Shared::Worker* worker = &shared->workers[i];
    running[Begin(shared, worker, last, options)] = worker;
  }
  while (!running.empty()) {
    int status = 0;
    const pid_t ended = ::wait(&status);
    const auto found = running.find(ended);
    if (found == running.end()) continue;
    Shared::Worker* worker = found->second;
    running.erase(found);
    if (!worker->running) continue;
    AddFailure(shared, worker->seed,
               absl::StrCat("seed ", worker->seed, ": the program ends, ",
                            WIFSIGNALED(status) ? absl::StrCat("signal ", WTERMSIG(status)) : "by itself"));
    worker->running = false;
    ++worker->done;
    running[Begin(shared, worker, last, options)] = worker;
  }
  RangeOutcome outcome;
  for (const Shared::Worker& worker : shared->workers) {
    outcome.seeds += worker.done;
    outcome.counts.Add(worker.counts);
  }
  outcome.violations = shared->failures;
  const uint64_t kept = std::min<uint64_t>(shared->failures, kFailuresMax);
  for (uint64_t i = 0; i < kept; ++i) outcome.failed.push_back({shared->failed[i].seed, shared->failed[i].text});
  std::sort(outcome.failed.begin(), outcome.failed.end(),
            [](const FailedSeed& a, const FailedSeed& b) { return a.seed < b.seed; });
  ::munmap(memory, sizeof(Shared));
  return outcome;
}

}  // namespace motcua
