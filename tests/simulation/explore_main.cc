// motcua-explore: every interleaving of two installations, three entries each and up to two faults, over the real
// cores and stores (explore_search.h; tests/simulation/README.md).
//
//   motcua-explore [--scope NAME] [--faults-max N] [--faults crash,loss,…] [--entries N|A,B] [--disk yes|no] [--plant BUG]
//   motcua-explore --scope NAME --replay "rA sA cA rC sC"
//
// Exits with 0 when all is well, 1 when something was found that must not be, 2 for a line it cannot read.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/planted_bug.h"
#include "tests/simulation/explore_search.h"

namespace motcua::explore {
namespace {

struct Options {
  std::vector<const Scope*> scopes;
  Bounds bounds;
  bool replay = false;
  std::vector<Action> actions;
  std::string planted;
};

// One number for both people, or one each.
bool ReadEntries(const std::string& value, std::array<int, kScripts>* entries) {
  std::vector<std::string> words = absl::StrSplit(value, ',');
  if (words.size() == 1) words.resize(entries->size(), words.front());
  if (words.size() != entries->size()) return false;
  for (std::size_t script = 0; script < words.size(); ++script) {
    int& count = (*entries)[script];
    if (!absl::SimpleAtoi(words[script], &count) || count < 0 || count > kStepsOfScript) return false;
  }
  return true;
}

bool ReadValue(const std::string& name, const std::string& value, Options* options) {
  if (name == "--scope") {
    const Scope* scope = FindScope(value);
    if (scope != nullptr) options->scopes = {scope};
    return scope != nullptr;
  }
  if (name == "--faults-max") {
    return absl::SimpleAtoi(value, &options->bounds.faults_max) && options->bounds.faults_max >= 0 &&
           options->bounds.faults_max <= kKeptMax;
  }
  if (name == "--entries") {
    return ReadEntries(value, &options->bounds.entries);
  }
  if (name == "--disk") {
    options->bounds.quick = value == "no";
    return value == "no" || value == "yes";
  }
  if (name == "--faults") {
    const std::optional<unsigned> kinds = ParseFaults(value);
    options->bounds.kinds = kinds.value_or(0);
    return kinds.has_value();
  }
  if (name == "--replay") {
    options->replay = true;
    for (const absl::string_view word : absl::StrSplit(value, ' ', absl::SkipEmpty())) {
      const std::optional<Action> action = ParseAction(std::string(word));
      if (!action) return false;
      options->actions.push_back(*action);
    }
    return true;
  }
  if (name != "--plant") return false;
  options->planted = value;
#ifdef MOTCUA_PLANTED_BUGS
  return planted::Plant(value);
#else
  return false;  // this program's product has no mistakes to make
#endif
}

bool Read(int argc, char** argv, Options* options) {
  for (const Scope& scope : Scopes()) options->scopes.push_back(&scope);
  if (argc % 2 == 0) return false;
  for (int i = 1; i < argc; i += 2) {
    if (!ReadValue(argv[i], argv[i + 1], options)) return false;
  }
  return true;
}

int Usage() {
  std::fprintf(stderr,
               "motcua-explore [--scope NAME] [--faults-max 0..%d] [--faults %s] [--entries 0..%d|A,B] [--disk yes|no] [--plant BUG] "
               "[--replay \"rA sA …\"]\n",
               kKeptMax, ShowFaults(kAllFaults).c_str(), kStepsOfScript);
  for (const Scope& scope : Scopes()) std::fprintf(stderr, "  %s: %s\n", scope.name.c_str(), scope.says.c_str());
  return 2;
}

// The steps one by one, with what each said and what everyone holds then.
int Replay(const Scope& scope, const Options& options) {
  Moves moves(scope, options.bounds);
  State state = moves.Start();
  std::printf("%-5s %s\n", "", moves.Show(state).c_str());
  for (const Action& action : options.actions) {
    const std::vector<Action> possible = moves.Possible(state);
    if (std::find(possible.begin(), possible.end(), action) == possible.end()) {
      std::printf("%-5s cannot be done here\n", NameOf(action).c_str());
      return 2;
    }
    const Moved moved = moves.Take(state, action);
    state = moved.after;
    std::printf("%-5s %s\n      %s\n", NameOf(action).c_str(), moved.says.c_str(), moves.Show(state).c_str());
    if (!moved.problem.empty()) {
      std::printf("FOUND %s\n", moved.problem.c_str());
      return 1;
    }
  }
  const std::string problem = moves.Heal(state);
  std::printf("%s%s\n", problem.empty() ? "heals" : "FOUND ", problem.c_str());
  return problem.empty() ? 0 : 1;
}

void PrintCounts(const char* when, const Scope& scope, const Found& found, const Moves& moves) {
  std::printf("%s %s: %zu states, %zu steps (%zu into a known state), %zu terminal, healed from %zu worlds; "
              "%zu different desks, %zu different hubs, %zu MiB of disks\n",
              when, scope.name.c_str(), found.states, found.transitions, found.merged, found.terminal, found.healed,
              moves.desk_states(), moves.hub_states(), moves.bytes_kept() >> 20);
  std::fflush(stdout);
}

int Explore(const Scope& scope, const Options& options) {
  std::printf("%s: %s; %s entries, up to %d of %s\n", scope.name.c_str(), scope.says.c_str(),
              absl::StrJoin(options.bounds.entries, " and ").c_str(), options.bounds.faults_max, ShowFaults(options.bounds.kinds).c_str());
  Moves moves(scope, options.bounds);
  Search search(&moves, options.bounds);
  const Found found = search.Run([&](const Found& so_far) { PrintCounts("  …", scope, so_far, moves); });
  PrintCounts(found.problem.empty() ? "all of" : "stopped in", scope, found, moves);
  if (found.problem.empty()) {
    std::printf("  every world healed in at most %zu syncs\n", moves.syncs_most());
    return 0;
  }
  std::string steps;
  for (const Action& action : found.actions) absl::StrAppend(&steps, steps.empty() ? "" : " ", NameOf(action));
  std::printf("FOUND %s\n  %s --scope %s --faults-max %d%s --replay \"%s\"\n", found.problem.c_str(),
              options.planted.empty() ? "build/bin/motcua-explore" : "build/bin/motcua-explore-planted",
              scope.name.c_str(), options.bounds.faults_max,
              options.planted.empty() ? "" : absl::StrCat(" --plant ", options.planted).c_str(), steps.c_str());
  return 1;
}

int Main(int argc, char** argv) {
  Options options;
  if (!Read(argc, argv, &options)) return Usage();
  if (options.replay) return options.scopes.size() == 1 ? Replay(*options.scopes.front(), options) : Usage();
  for (const Scope* scope : options.scopes) {
    if (const int status = Explore(*scope, options); status != 0) return status;
  }
  return 0;
}

}  // namespace
}  // namespace motcua::explore

int main(int argc, char** argv) { return motcua::explore::Main(argc, argv); }
