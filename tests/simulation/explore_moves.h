// Moves: which steps there are from a state, what each does, and what must hold afterwards.
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/explore_desk.h"
#include "tests/simulation/explore_hub.h"
#include "tests/simulation/explore_state.h"

namespace motcua::explore {

struct Moved {
  State after;
  std::string problem;  // what must not be; empty when all is well
  std::string says;     // for a trace
};

class Moves {
 public:
  Moves(const Scope& scope, const Bounds& bounds);

  // The hub has its devices, every folder the catalog, and copies one entry behind which they part.
  State Start();
  std::vector<Action> Possible(const State& state);
  Moved Take(const State& state, const Action& action);

  // From here on no faults: every desk syncs in turn until a whole round changes nothing. Then all hold the same,
  // namely everything that any of them held, and each says that it is synced. Empty when all is well.
  const std::string& Heal(const State& state);
  // Would one more exchange of anyone change anything?
  bool Quiet(const State& state);

  std::string Show(const State& state) const;
  std::size_t desk_states() const { return desks_.size(); }
  std::size_t hub_states() const { return hubs_.size(); }
  std::size_t heals() const { return healed_.size(); }
  std::size_t rounds_most() const { return rounds_most_; }
  std::size_t bytes_kept() const { return desks_.bytes_kept() + hubs_.bytes_kept(); }

 private:
  using Pair = std::pair<HubId, DeskId>;
  State Synced(State state, int who);
  const HubStep& Ask(const State& state, int who);
  Moved Record(const State& state, const Action& action);
  Moved Exchange(const State& state, int who);
  Moved Faulty(const State& state, const Action& action);
  Moved Deliver(State state, int who, const HubStep& step, const DeskStep& received) const;
  std::string CheckReply(const State& state, const HubStep& step) const;
  State Spend(State state) const;
  int FreeSlot(const State& state) const;
  void AddFaults(const State& state, int who, std::vector<Action>* actions);
  std::string HealFrom(State state);
  std::string CheckHealed(const State& state, const EntrySet& expected) const;
  static void Keep(State* state, uint16_t kind, int who, uint32_t what);
  static std::optional<uint32_t> Kept(const State& state, uint16_t kind, int who);
  static void Unkeep(State* state, uint16_t kind, int who);

  const Scope& scope_;
  const Bounds bounds_;
  EntryBook book_;
  DeskParts desks_;
  HubStates hubs_;
  std::map<std::pair<HubId, std::vector<uint32_t>>, std::string> healed_;
  std::size_t rounds_most_ = 0;
};

}  // namespace motcua::explore
