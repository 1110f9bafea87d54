// Moves: which steps there are from a state, what each does, and what must hold afterwards.
//
// Threads: one.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "tests/simulation/explore_session.h"
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

  // From here on no faults: always the first desk for which a sync changes anything has one, until there is
  // none. Then each says that it is synced and all hold the same. No step ever loses an entry (HubStep, DeskStep),
  // so that is everything that any of them held. Empty when all is well.
  std::string Heal(const State& state);
  // Would no sync of anyone change anything?
  bool Quiet(const State& state) { return NextToHeal(state) < 0; }

  std::string Show(const State& state) const;
  std::size_t desk_states() const { return desks_.size(); }
  std::size_t hub_states() const { return hubs_.size(); }
  std::size_t heals() const { return healed_.size(); }
  std::size_t syncs_most() const { return syncs_most_; }
  std::size_t bytes_kept() const { return desks_.bytes_kept() + hubs_.bytes_kept(); }

 private:
  State Synced(State state, int who);
  Moved Record(const State& state, const Action& action);
  Moved Sync(const State& state, int who, const Mishap& mishap);
  const std::vector<Mishap>& MishapsOf(const State& state, const Action& action);
  Moved Faulty(const State& state, const Action& action);
  Moved Import(const State& state, int who);
  Moved TakeAnswer(const State& state, int who);
  static std::string FalseAlarm(const State& state, bool copy_told, bool loss_told);
  static State Spend(State state);
  bool MayRecord(const State& state, std::size_t slot) const;
  int FreeSlot(const State& state) const;
  void AddFaults(const State& state, int who, std::vector<Action>* actions);
  void AddCuts(const State& state, int who, std::vector<Action>* actions);
  // The desk whose turn it is; -1: none.
  int NextToHeal(const State& state);
  std::string CheckHealed(const State& state);
  static void Keep(State* state, uint16_t kind, int who, uint32_t what);
  static std::optional<uint32_t> Kept(const State& state, uint16_t kind, int who);
  static void Unkeep(State* state, uint16_t kind, int who);

  const Scope& scope_;
  const Bounds bounds_;
  EntryBook book_;
  DeskParts desks_;
  HubStates hubs_;
  Sessions sessions_;
  // What hub and desks hold, and whether copies and losses are to be expected.
  using World = std::array<uint32_t, kDesksMax + 2>;
  struct WorldHash {
    std::size_t operator()(const World& world) const;
  };
  static World WorldOf(const State& state);

  std::unordered_map<World, uint8_t, WorldHash> healed_;  // worlds from which all was well: in how many syncs
  std::size_t syncs_most_ = 0;
};

}  // namespace motcua::explore
