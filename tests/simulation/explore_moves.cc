#include "tests/simulation/explore_moves.h"

#include <algorithm>

#include "common/base/invariant.h"

namespace motcua::explore {
namespace {

// What is kept for later.
constexpr uint16_t kDeskImage = 1;
constexpr uint16_t kHubImage = 2;
constexpr uint16_t kQuestion = 3;
constexpr uint16_t kStick = 4;   // with a bundle
constexpr uint16_t kAnswer = 5;  // a stick with its receipt file

// Far above what was ever seen; who needs more goes round in circles.
constexpr int kSyncsToHealMax = 100;

uint8_t Bit(bool set) { return set ? 1 : 0; }

}  // namespace

Moves::Moves(const Scope& scope, const Bounds& bounds)
    : scope_(scope), bounds_(bounds), desks_(&scope, &book_, bounds.quick), hubs_(&scope, &book_, bounds.quick),
      sessions_(&desks_, &hubs_, &book_, bounds.quick) {}

State Moves::Start() {
  State state;
  state.hub = hubs_.Fresh();
  state.script_of = {0, 1, 0, 0};
  state.copied = Bit(scope_.copies);
  for (const int who : {0, 1}) {
    const auto slot = static_cast<std::size_t>(who);
    if (who == 1 && scope_.copies) break;
    state.desk[slot] = desks_.Fresh(who);
    state = Synced(state, who);
  }
  if (scope_.copies) {
    const Moved first = Record(state, {Do::kRecord, 0});
    MOTCUA_INVARIANT(first.problem.empty(), "a first entry is without fault");
    state = Synced(first.after, 0);
    state.desk[1] = state.desk[0];
  }
  return state;
}

State Moves::Synced(State state, int who) {
  const Moved moved = Sync(state, who, {});
  MOTCUA_INVARIANT(moved.problem.empty(), "a first sync is without fault");
  return moved.after;
}

int Moves::FreeSlot(const State& state) const {
  for (int slot = 0; slot < kDesksMax; ++slot) {
    if (state.desk[static_cast<std::size_t>(slot)] == kNobody) return slot;
  }
  return -1;
}

bool Moves::MayRecord(const State& state, std::size_t slot) const {
  const uint8_t script = state.script_of[slot];
  return state.recorded[script] < bounds_.entries[script];
}

std::vector<Action> Moves::Possible(const State& state) {
  std::vector<Action> actions;
  const bool fault_left = state.faults < bounds_.faults_max;
  for (int who = 0; who < kDesksMax; ++who) {
    const auto slot = static_cast<std::size_t>(who);
    if (state.desk[slot] == kNobody) continue;
    const auto me = static_cast<uint8_t>(who);
    if (MayRecord(state, slot)) actions.push_back({Do::kRecord, me});
    actions.push_back({Do::kSync, me});
    if (Kept(state, kDeskImage, who)) actions.push_back({Do::kPutBackDesk, me});
    if (Kept(state, kQuestion, who)) actions.push_back({Do::kLate, me});
    if (Kept(state, kStick, who)) actions.push_back({Do::kImport, me});
    if (Kept(state, kAnswer, who)) actions.push_back({Do::kTakeAnswer, me});
    if (fault_left) AddFaults(state, who, &actions);
  }
  if (Kept(state, kHubImage, 0)) {
    actions.push_back({Do::kPutBackHub});
  } else if (fault_left && (bounds_.kinds & kHubRestore) != 0) {
    actions.push_back({Do::kKeepHub});
  }
  return actions;
}

// A question that is lost and never arrives changes nothing anywhere (DeskParts holds every desk against that), so
// losing one is no step.
void Moves::AddFaults(const State& state, int who, std::vector<Action>* actions) {
  const auto me = static_cast<uint8_t>(who);
  if ((bounds_.kinds & kCrash) != 0) AddCuts(state, who, actions);
  const auto each = [&](enum Do what) {
    const std::size_t mishaps = MishapsOf(state, {what, me}).size();
    for (std::size_t which = 0; which < mishaps; ++which) actions->push_back({what, me, static_cast<uint8_t>(which)});
  };
  if ((bounds_.kinds & kLoss) != 0) each(Do::kLoss);
  if ((bounds_.kinds & kDuplicate) != 0) {
    each(Do::kTwice);
    if (!Kept(state, kQuestion, who)) actions->push_back({Do::kHold, me});
  }
  const bool stick = Kept(state, kStick, who) || Kept(state, kAnswer, who);
  if ((bounds_.kinds & kBundle) != 0 && !stick && desks_.node(state.desk[static_cast<std::size_t>(who)]).bundle.ok()) {
    actions->push_back({Do::kExport, me});
  }
  if ((bounds_.kinds & kCloned) != 0 && FreeSlot(state) >= 0) actions->push_back({Do::kClone, me});
  if ((bounds_.kinds & kAgentRestore) != 0 && !Kept(state, kDeskImage, who)) actions->push_back({Do::kKeepDesk, me});
}

void Moves::AddCuts(const State& state, int who, std::vector<Action>* actions) {
  const auto slot = static_cast<std::size_t>(who);
  const auto each = [&](enum Do what, std::size_t outcomes) {
    for (std::size_t which = 0; which < outcomes; ++which)
      actions->push_back({what, static_cast<uint8_t>(who), static_cast<uint8_t>(which)});
  };
  if (MayRecord(state, slot)) {
    const uint8_t script = state.script_of[slot];
    const int entry = script * kStepsOfScript + state.recorded[script];
    each(Do::kRecordCut, desks_.RecordCut(state.desk[slot], who, entry).size());
  }
  // Without a disk these are what losses leave already.
  if (!bounds_.quick || (bounds_.kinds & kLoss) == 0) {
    each(Do::kSyncCut, sessions_.Cuts(state.desk[slot], state.hub).size());
  }
}

Moved Moves::Take(const State& state, const Action& action) {
  switch (action.what) {
    case Do::kRecord:
    case Do::kRecordCut:
      return Record(state, action);
    case Do::kSync:
      return Sync(state, action.who, {});
    case Do::kImport:
      return Import(state, action.who);
    case Do::kTakeAnswer:
      return TakeAnswer(state, action.who);
    default:
      return Faulty(state, action);
  }
}

Moved Moves::Record(const State& state, const Action& action) {
  Moved moved{state, "", ""};
  const auto slot = static_cast<std::size_t>(action.who);
  const uint8_t script = state.script_of[slot];
  const int entry = script * kStepsOfScript + state.recorded[script];
  const bool cut = action.what == Do::kRecordCut;
  const DeskStep& step = cut ? desks_.RecordCut(state.desk[slot], action.who, entry)[action.which]
                             : desks_.Record(state.desk[slot], action.who, entry);
  moved.after.desk[slot] = step.after;
  ++moved.after.recorded[script];
  if (cut) moved.after = Spend(moved.after);
  moved.problem = step.problem;
  moved.says = absl::StrCat(NoteOf(entry), step.status.ok() ? " written" : absl::StrCat(": ", step.status.message()));
  return moved;
}

const std::vector<Mishap>& Moves::MishapsOf(const State& state, const Action& action) {
  const DeskId desk = state.desk[static_cast<std::size_t>(action.who)];
  if (action.what == Do::kLoss) return sessions_.Losses(desk, state.hub);
  if (action.what == Do::kTwice) return sessions_.Doubles(desk, state.hub);
  return sessions_.Cuts(desk, state.hub);
}

Moved Moves::Sync(const State& state, int who, const Mishap& mishap) {
  const auto slot = static_cast<std::size_t>(who);
  const SessionStep& step = sessions_.Run(state.desk[slot], state.hub, mishap);
  Moved moved{state, step.problem, step.says};
  moved.after.hub = step.hub;
  moved.after.desk[slot] = step.desk;
  if (moved.problem.empty()) moved.problem = FalseAlarm(state, step.copy_told, step.loss_told);
  return moved;
}

Moved Moves::Import(const State& state, int who) {
  const DeskId wrote = *Kept(state, kStick, who);
  const HubStep& step = hubs_.Import(state.hub, wrote, desks_.node(wrote));
  Moved moved{state, step.problem, ""};
  moved.after.hub = step.after;
  Unkeep(&moved.after, kStick, who);
  if (step.reply != kNoReply) Keep(&moved.after, kAnswer, who, step.reply);
  moved.says = step.reply == kNoReply ? "not taken" : "taken";
  return moved;
}

// What the file says may have been overtaken, and then the desk must leave it.
Moved Moves::TakeAnswer(const State& state, int who) {
  const auto slot = static_cast<std::size_t>(who);
  const uint32_t number = *Kept(state, kAnswer, who);
  const BundleReceipt& answer = hubs_.answer(number);
  const DeskStep& step = desks_.TakeAnswer(state.desk[slot], number, answer);
  Moved moved{state, step.problem, std::string(step.status.message())};
  moved.after.desk[slot] = step.after;
  Unkeep(&moved.after, kAnswer, who);
  if (moved.problem.empty()) moved.problem = FalseAlarm(state, step.copy_told, step.loss_told);
  return moved;
}

std::string Moves::FalseAlarm(const State& state, bool copy_told, bool loss_told) {
  if (copy_told && state.copied == 0) return "a false alarm: a copy is told of, and there is none";
  if (loss_told && state.hub_lost == 0) return "a false alarm: the hub is told to have lost entries, and has not";
  return "";
}

State Moves::Spend(State state) {
  ++state.faults;
  return state;
}

Moved Moves::Faulty(const State& state, const Action& action) {
  const auto slot = static_cast<std::size_t>(action.who);
  const DeskId desk = state.desk[slot];
  Moved moved{state, "", ""};
  State& after = moved.after;
  switch (action.what) {
    case Do::kLoss:
    case Do::kTwice:
    case Do::kSyncCut:
      moved = Sync(state, action.who, MishapsOf(state, action)[action.which]);
      break;
    case Do::kHold:
      Keep(&after, kQuestion, action.who, hubs_.Number(desks_.node(desk).request));
      break;
    case Do::kLate: {
      const HubStep& step = hubs_.Answer(state.hub, *Kept(state, kQuestion, action.who));
      after.hub = step.after;
      moved.problem = step.problem;
      Unkeep(&after, kQuestion, action.who);
      return moved;
    }
    case Do::kClone: {
      const auto copy = static_cast<std::size_t>(FreeSlot(state));
      after.desk[copy] = desk;
      after.script_of[copy] = state.script_of[slot];
      after.copied = 1;
      break;
    }
    case Do::kExport:
      Keep(&after, kStick, action.who, desk);
      break;
    case Do::kKeepDesk:
      Keep(&after, kDeskImage, action.who, desk);
      break;
    case Do::kKeepHub:
      Keep(&after, kHubImage, 0, state.hub);
      break;
    case Do::kPutBackDesk:
      after.desk[slot] = *Kept(state, kDeskImage, action.who);
      after.copied = 1;
      Unkeep(&after, kDeskImage, action.who);
      return moved;
    case Do::kPutBackHub:
      after.hub = hubs_.Restore(state.hub, *Kept(state, kHubImage, 0));
      after.hub_lost = 1;
      Unkeep(&after, kHubImage, 0);
      return moved;
    default:
      break;
  }
  moved.after = Spend(moved.after);
  return moved;
}

void Moves::Keep(State* state, uint16_t kind, int who, uint32_t what) {
  state->kept.back() = {what, kind, static_cast<uint16_t>(who)};
  std::sort(state->kept.begin(), state->kept.end());
}
std::optional<uint32_t> Moves::Kept(const State& state, uint16_t kind, int who) {
  for (const State::Kept& kept : state.kept) {
    if (kept.kind == kind && kept.who == who) return kept.what;
  }
  return std::nullopt;
}
void Moves::Unkeep(State* state, uint16_t kind, int who) {
  for (State::Kept& kept : state->kept) {
    if (kept.kind == kind && kept.who == who) kept = {};
  }
  std::sort(state->kept.begin(), state->kept.end());
}

Moves::World Moves::WorldOf(const State& state) {
  World world{};
  std::copy(state.desk.begin(), state.desk.end(), world.begin());
  world[kDesksMax] = state.hub;
  world[kDesksMax + 1] = static_cast<uint32_t>(state.copied * 2 + state.hub_lost);
  return world;
}

std::size_t Moves::WorldHash::operator()(const World& world) const {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(world.data()), sizeof(world)});
}

int Moves::NextToHeal(const State& state) {
  for (int who = 0; who < kDesksMax; ++who) {
    if (state.desk[static_cast<std::size_t>(who)] == kNobody) continue;
    const Moved moved = Sync(state, who, {});
    if (!moved.problem.empty() || moved.after.hub != state.hub || moved.after.desk != state.desk) return who;
  }
  return -1;
}

std::string Moves::Heal(const State& from) {
  State state = from;
  std::vector<World> passed;
  std::size_t left = 0;
  while (true) {
    const World world = WorldOf(state);
    if (const auto known = healed_.find(world); known != healed_.end()) {
      left = known->second;
      break;
    }
    passed.push_back(world);
    const int who = NextToHeal(state);
    if (who < 0) {
      if (std::string problem = CheckHealed(state); !problem.empty()) return problem;
      break;
    }
    const Moved moved = Sync(state, who, {});
    if (!moved.problem.empty()) return absl::StrCat("while healing: ", moved.problem);
    if (passed.size() > kSyncsToHealMax) return "without faults there is always something new to sync";
    state = moved.after;
  }
  for (std::size_t back = passed.size(); back-- > 0; ++left) healed_[passed[back]] = static_cast<uint8_t>(left);
  syncs_most_ = std::max(syncs_most_, left);
  return "";
}

std::string Moves::CheckHealed(const State& state) {
  const EntrySet& held = hubs_.node(state.hub).held;
  for (std::size_t slot = 0; slot < state.desk.size(); ++slot) {
    if (state.desk[slot] == kNobody) continue;
    const DeskNode& desk = desks_.node(state.desk[slot]);
    const std::string name(1, "ABCD"[slot]);
    if (desk.held != held) {
      return absl::StrCat("after healing ", name, " lacks {", book_.Show(Minus(held, desk.held)), "}, the hub {",
                          book_.Show(Minus(desk.held, held)), "}");
    }
    const absl::Status& status = sessions_.Run(state.desk[slot], state.hub).status;
    if (!status.ok()) return absl::StrCat("after healing ", name, " says ", status.message());
  }
  return "";
}

std::string Moves::Show(const State& state) const {
  std::string text = absl::StrCat("hub{", book_.Show(hubs_.node(state.hub).held), "}");
  for (std::size_t slot = 0; slot < state.desk.size(); ++slot) {
    if (state.desk[slot] == kNobody) continue;
    absl::StrAppend(&text, " ", std::string(1, "ABCD"[slot]), "{", book_.Show(desks_.node(state.desk[slot]).held),
                    "}");
  }
  return text;
}

}  // namespace motcua::explore
