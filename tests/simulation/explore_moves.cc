#include "tests/simulation/explore_moves.h"

#include <algorithm>

#include "common/base/invariant.h"

namespace motcua::explore {
namespace {

// What is kept for later.
constexpr uint16_t kDeskImage = 1;
constexpr uint16_t kHubImage = 2;

// Sessions end and rounds end: an exchange that changes nothing is repeated by nobody.
constexpr int kExchangesOfSessionMax = 12;
constexpr int kRoundsMax = 8;

uint8_t Bit(bool set) { return set ? 1 : 0; }

}  // namespace

Moves::Moves(const Scope& scope, const Bounds& bounds)
    : scope_(scope), bounds_(bounds), desks_(&scope, &book_), hubs_(&scope, &book_) {}

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
  for (int i = 0; i < kExchangesOfSessionMax; ++i) {
    const Moved moved = Exchange(state, who);
    MOTCUA_INVARIANT(moved.problem.empty(), "a first sync is without fault");
    state.hub = moved.after.hub;
    state.desk = moved.after.desk;
  }
  return state;
}

const HubStep& Moves::Ask(const State& state, int who) {
  const DeskId desk = state.desk[static_cast<std::size_t>(who)];
  return hubs_.Answer(state.hub, desk, desks_.node(desk));
}

int Moves::FreeSlot(const State& state) const {
  for (int slot = 0; slot < kDesksMax; ++slot) {
    if (state.desk[static_cast<std::size_t>(slot)] == kNobody) return slot;
  }
  return -1;
}

std::vector<Action> Moves::Possible(const State& state) {
  std::vector<Action> actions;
  const bool fault_left = state.faults < bounds_.faults_max;
  for (int who = 0; who < kDesksMax; ++who) {
    const auto slot = static_cast<std::size_t>(who);
    if (state.desk[slot] == kNobody) continue;
    const auto me = static_cast<uint8_t>(who);
    if (state.recorded[state.script_of[slot]] < bounds_.entries) actions.push_back({Do::kRecord, me});
    actions.push_back({Do::kExchange, me});
    if (Kept(state, kDeskImage, who)) actions.push_back({Do::kPutBackDesk, me});
    if (fault_left) AddFaults(state, who, &actions);
  }
  if (Kept(state, kHubImage, 0)) {
    actions.push_back({Do::kPutBackHub});
  } else if (fault_left && (bounds_.kinds & kHubRestore) != 0) {
    actions.push_back({Do::kKeepHub});
  }
  return actions;
}

void Moves::AddFaults(const State& state, int who, std::vector<Action>* actions) {
  const auto slot = static_cast<std::size_t>(who);
  const auto me = static_cast<uint8_t>(who);
  const DeskId desk = state.desk[slot];
  const auto each = [&](Do what, std::size_t outcomes) {
    for (std::size_t which = 0; which < outcomes; ++which)
      actions->push_back({what, me, static_cast<uint8_t>(which)});
  };
  if ((bounds_.kinds & kCrash) != 0) {
    const uint8_t script = state.script_of[slot];
    if (state.recorded[script] < bounds_.entries) {
      const int entry = script * kStepsOfScript + state.recorded[script];
      each(Do::kRecordCut, desks_.RecordCut(desk, who, entry).size());
    }
    each(Do::kHubCut, hubs_.AnswerCut(state.hub, desk, desks_.node(desk)).size());
    const HubStep& step = Ask(state, who);
    each(Do::kDeskCut, desks_.ReceiveCut(desk, step.reply, hubs_.reply(step.reply)).size());
  }
  if ((bounds_.kinds & kLoss) != 0) {
    actions->push_back({Do::kRequestLost, me});
    actions->push_back({Do::kReplyLost, me});
  }
  if ((bounds_.kinds & kDuplicate) != 0) {
    actions->push_back({Do::kTwice, me});
    if (state.sent[slot] != kNobody) actions->push_back({Do::kLate, me});
  }
  if ((bounds_.kinds & kCloned) != 0 && FreeSlot(state) >= 0) actions->push_back({Do::kClone, me});
  if ((bounds_.kinds & kAgentRestore) != 0 && !Kept(state, kDeskImage, who)) actions->push_back({Do::kKeepDesk, me});
}

Moved Moves::Take(const State& state, const Action& action) {
  switch (action.what) {
    case Do::kRecord:
    case Do::kRecordCut:
      return Record(state, action);
    case Do::kExchange:
      return Exchange(state, action.who);
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

Moved Moves::Exchange(const State& state, int who) {
  const auto slot = static_cast<std::size_t>(who);
  const DeskId desk = state.desk[slot];
  const HubStep& step = Ask(state, who);
  Moved moved = Deliver(state, who, step, desks_.Receive(desk, step.reply, hubs_.reply(step.reply)));
  if (state.faults < bounds_.faults_max && (bounds_.kinds & kDuplicate) != 0) moved.after.sent[slot] = desk;
  return moved;
}

// The desk has got and applied the hub's answer.
Moved Moves::Deliver(State state, int who, const HubStep& step, const DeskStep& received) const {
  Moved moved{state, step.problem, ""};
  const auto slot = static_cast<std::size_t>(who);
  moved.after.hub = step.after;
  moved.after.desk[slot] = received.after;
  if (moved.problem.empty()) moved.problem = CheckReply(state, step);
  if (moved.problem.empty()) moved.problem = received.problem;
  const EntrySet& mine = desks_.node(received.after).held;
  if (moved.problem.empty() && received.status.ok() && !Includes(hubs_.node(step.after).held, mine)) {
    moved.problem = "the desk says that it is synced and holds what the hub does not";
  }
  const Reply& reply = hubs_.reply(step.reply);
  moved.says = reply.ok() ? absl::StrCat(VerdictName(step.verdict), step.hub_behind ? " HUB_BEHIND" : "")
                          : std::string(reply.status().message());
  if (!received.status.ok()) absl::StrAppend(&moved.says, " / ", received.status.message());
  return moved;
}

std::string Moves::CheckReply(const State& state, const HubStep& step) const {
  const bool alarm = step.verdict == Verdict::kForked || step.verdict == Verdict::kRegressed;
  if (alarm && state.copied == 0) return absl::StrCat("a false alarm: ", VerdictName(step.verdict));
  if (step.hub_behind && state.hub_lost == 0) return "a false alarm: HUB_BEHIND";
  return "";
}

State Moves::Spend(State state) const {
  ++state.faults;
  if (state.faults >= bounds_.faults_max) state.sent.fill(kNobody);
  return state;
}

Moved Moves::Faulty(const State& state, const Action& action) {
  const auto slot = static_cast<std::size_t>(action.who);
  const DeskId desk = state.desk[slot];
  Moved moved{state, "", ""};
  State& after = moved.after;
  switch (action.what) {
    case Do::kRequestLost:
      after.sent[slot] = desk;
      break;
    case Do::kReplyLost:
    case Do::kHubCut: {
      const HubStep& step = action.what == Do::kReplyLost
                                ? Ask(state, action.who)
                                : hubs_.AnswerCut(state.hub, desk, desks_.node(desk))[action.which];
      after.hub = step.after;
      after.sent[slot] = desk;
      moved.problem = step.problem;
      break;
    }
    case Do::kDeskCut: {
      const HubStep& step = Ask(state, action.who);
      const DeskStep& cut = desks_.ReceiveCut(desk, step.reply, hubs_.reply(step.reply))[action.which];
      after.hub = step.after;
      after.desk[slot] = cut.after;
      after.sent[slot] = desk;
      moved.problem = step.problem.empty() ? cut.problem : step.problem;
      break;
    }
    case Do::kTwice: {
      const HubStep& first = Ask(state, action.who);
      const HubStep& second = hubs_.Answer(first.after, desk, desks_.node(desk));
      moved = Deliver(state, action.who, second, desks_.Receive(desk, second.reply, hubs_.reply(second.reply)));
      if (moved.problem.empty()) moved.problem = first.problem;
      moved.after.sent[slot] = desk;
      break;
    }
    case Do::kLate: {
      const DeskId asked = state.sent[slot];
      const HubStep& step = hubs_.Answer(state.hub, asked, desks_.node(asked));
      after.hub = step.after;
      moved.problem = step.problem;
      break;
    }
    case Do::kClone: {
      const auto copy = static_cast<std::size_t>(FreeSlot(state));
      after.desk[copy] = desk;
      after.script_of[copy] = state.script_of[slot];
      after.copied = 1;
      break;
    }
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

bool Moves::Quiet(const State& state) {
  for (int who = 0; who < kDesksMax; ++who) {
    if (state.desk[static_cast<std::size_t>(who)] == kNobody) continue;
    const Moved moved = Exchange(state, who);
    if (moved.after.hub != state.hub || moved.after.desk != state.desk) return false;
  }
  return true;
}

const std::string& Moves::Heal(const State& state) {
  std::vector<uint32_t> rest(state.desk.begin(), state.desk.end());
  rest.push_back(static_cast<uint32_t>(state.copied * 2 + state.hub_lost));
  const auto [known, fresh] = healed_.try_emplace({state.hub, rest});
  if (fresh) known->second = HealFrom(state);
  return known->second;
}

std::string Moves::HealFrom(State state) {
  EntrySet expected = hubs_.node(state.hub).held;
  for (const DeskId desk : state.desk) {
    if (desk != kNobody) expected = Union(expected, desks_.node(desk).held);
  }
  for (int round = 1; round <= kRoundsMax; ++round) {
    const State before = state;
    for (int who = 0; who < kDesksMax; ++who) {
      if (state.desk[static_cast<std::size_t>(who)] == kNobody) continue;
      for (int asked = 0; asked < kExchangesOfSessionMax; ++asked) {
        const Moved moved = Exchange(state, who);
        if (!moved.problem.empty()) return absl::StrCat("while healing: ", moved.problem);
        const bool still = moved.after.hub == state.hub && moved.after.desk == state.desk;
        state.hub = moved.after.hub;
        state.desk = moved.after.desk;
        if (still) break;
      }
    }
    if (state.hub != before.hub || state.desk != before.desk) continue;
    rounds_most_ = std::max(rounds_most_, static_cast<std::size_t>(round));
    return CheckHealed(state, expected);
  }
  return absl::StrCat("after ", kRoundsMax, " rounds of syncs without faults there is still something new");
}

std::string Moves::CheckHealed(const State& state, const EntrySet& expected) const {
  const EntrySet& held = hubs_.node(state.hub).held;
  if (!Includes(held, expected)) {
    return absl::StrCat("after healing the hub lacks ", book_.Show(Minus(expected, held)));
  }
  for (std::size_t slot = 0; slot < state.desk.size(); ++slot) {
    if (state.desk[slot] == kNobody) continue;
    const DeskNode& desk = desks_.node(state.desk[slot]);
    if (desk.held == held) continue;
    return absl::StrCat("after healing desk ", std::string(1, "ABCD"[slot]), " lacks ",
                        book_.Show(Minus(held, desk.held)), " and has more by ",
                        book_.Show(Minus(desk.held, held)));
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
