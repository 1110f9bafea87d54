#include "tests/simulation/explore_search.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace motcua::explore {
namespace {

constexpr std::size_t kFirstSlots = 1 << 16;
constexpr std::size_t kStatesPerTick = 1 << 16;

std::size_t HashOf(const State& state) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(&state), sizeof(state)});
}

}  // namespace

Search::Search(Moves* moves, const Bounds& bounds) : moves_(*moves), bounds_(bounds), slots_(kFirstSlots, kNobody) {}

uint32_t Search::Number(const State& state, bool* fresh) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = HashOf(state) & mask;
  while (slots_[slot] != kNobody && !(states_[slots_[slot]] == state)) slot = (slot + 1) & mask;
  *fresh = slots_[slot] == kNobody;
  if (!*fresh) return slots_[slot];
  const auto number = static_cast<uint32_t>(states_.size());
  slots_[slot] = number;
  states_.push_back(state);
  steps_.emplace_back();
  if (states_.size() * 2 > slots_.size()) Grow();
  return number;
}

void Search::Grow() {
  slots_.assign(slots_.size() * 2, kNobody);
  const std::size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < states_.size(); ++number) {
    std::size_t slot = HashOf(states_[number]) & mask;
    while (slots_[slot] != kNobody) slot = (slot + 1) & mask;
    slots_[slot] = number;
  }
}

Found Search::Run(const std::function<void(const Found&)>& tick) {
  Found found;
  bool fresh = false;
  Number(moves_.Start(), &fresh);
  for (uint32_t number = 0; number < states_.size(); ++number) {
    if (!Expand(number, &found)) break;
    if (number % kStatesPerTick == kStatesPerTick - 1) tick(found);
  }
  found.states = states_.size();
  found.healed = moves_.heals();
  return found;
}

bool Search::Expand(uint32_t number, Found* found) {
  const State state = states_[number];
  found->states = states_.size();
  found->healed = moves_.heals();
  if (const std::string& problem = moves_.Heal(state); !problem.empty()) {
    Fail(number, nullptr, problem, found);
    return false;
  }
  if (Terminal(state)) ++found->terminal;
  for (const Action& action : moves_.Possible(state)) {
    const Moved moved = moves_.Take(state, action);
    ++found->transitions;
    if (!moved.problem.empty()) {
      Fail(number, &action, moved.problem, found);
      return false;
    }
    bool fresh = false;
    const uint32_t next = Number(moved.after, &fresh);
    if (fresh) {
      steps_[next] = {number, action};
    } else {
      ++found->merged;
    }
  }
  return true;
}

bool Search::Terminal(const State& state) {
  for (const uint8_t recorded : state.recorded) {
    if (recorded < bounds_.entries) return false;
  }
  return moves_.Quiet(state);
}

void Search::Fail(uint32_t number, const Action* last, const std::string& problem, Found* found) const {
  found->problem = problem;
  found->actions.clear();
  if (last != nullptr) found->actions.push_back(*last);
  for (uint32_t at = number; at != 0; at = steps_[at].from) found->actions.push_back(steps_[at].action);
  std::reverse(found->actions.begin(), found->actions.end());
}

}  // namespace motcua::explore
