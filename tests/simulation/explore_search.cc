#include "tests/simulation/explore_search.h"

#include <algorithm>
#include <numeric>
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

std::size_t Search::SlotOf(const State& state) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = HashOf(state) & mask;
  while (slots_[slot] != kNobody && !(states_[slots_[slot]] == state)) slot = (slot + 1) & mask;
  return slot;
}

// With more faults left everything is possible that is possible with fewer: a fault that made no difference in the
// end, like a lost reply that was asked for again, leads nowhere new.
bool Search::KnownWithFewerFaults(State state) const {
  while (state.faults > 0) {
    --state.faults;
    if (slots_[SlotOf(state)] != kNobody) return true;
  }
  return false;
}

uint32_t Search::Number(const State& state, bool* fresh) {
  const std::size_t slot = SlotOf(state);
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
  std::size_t expanded = 0;
  for (std::vector<uint32_t> layer{0}; !layer.empty() && found.problem.empty();) {
    const auto first_of_next = static_cast<uint32_t>(states_.size());
    for (const uint32_t number : layer) {
      if (!Expand(number, &found)) break;
      if (++expanded % kStatesPerTick == 0) tick(found);
    }
    // Neighbours share their hub, so that its database is opened once.
    layer.resize(states_.size() - first_of_next);
    std::iota(layer.begin(), layer.end(), first_of_next);
    std::sort(layer.begin(), layer.end(), [this](uint32_t a, uint32_t b) {
      return std::pair(states_[a].hub, a) < std::pair(states_[b].hub, b);
    });
  }
  found.states = states_.size();
  found.healed = moves_.heals();
  return found;
}

bool Search::Expand(uint32_t number, Found* found) {
  const State state = states_[number];
  found->states = states_.size();
  found->healed = moves_.heals();
  if (const std::string problem = moves_.Heal(state); !problem.empty()) {
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
    if (KnownWithFewerFaults(moved.after)) {
      ++found->merged;
      continue;
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
  for (std::size_t script = 0; script < state.recorded.size(); ++script) {
    if (state.recorded[script] < bounds_.entries[script]) return false;
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
