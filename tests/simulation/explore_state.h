// State: one moment of one history, in a few words: what the hub and each desk hold (numbers of explore_hub.h and
// explore_desk.h), what is kept for later, what was recorded, how many faults there were. Equal states have equal
// futures, so each is visited once.
//
// Action: one step from a state to the next, with a short name for a command line: "rA", "eB", "cA".
//
// Threads: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/explore_scope.h"

namespace motcua::explore {

inline constexpr uint32_t kNobody = 0xFFFFFFFF;
inline constexpr int kKeptMax = 2;  // as many as faults

struct State {
  uint32_t hub = 0;
  std::array<uint32_t, kDesksMax> desk{kNobody, kNobody, kNobody, kNobody};
  // The desk whose question went out last, for one that arrives late; kNobody when no fault is left.
  std::array<uint32_t, kDesksMax> sent{kNobody, kNobody, kNobody, kNobody};
  // Images and files set aside, each with its kind and owner; sorted, unused ones last.
  struct Kept {
    uint32_t what = kNobody;
    uint16_t kind = 0xFFFF;
    uint16_t who = 0xFFFF;
    auto operator<=>(const Kept&) const = default;
  };
  std::array<Kept, kKeptMax> kept{};
  std::array<uint8_t, kScripts> recorded{};   // entries of each script that were tried
  std::array<uint8_t, kDesksMax> script_of{};  // whose person sits there
  uint8_t faults = 0;
  uint8_t copied = 0;    // a folder was copied or put back
  uint8_t hub_lost = 0;  // the hub's database was put back
  bool operator==(const State&) const = default;
};
static_assert(sizeof(State) == 64, "no padding: states are hashed as they lie");

enum class Do : uint8_t {
  kRecord,       // rA   a person records the next entry
  kExchange,     // eA   one question, its answer, and the desk has applied it
  kRecordCut,    // xrA  the power is cut while recording
  kRequestLost,  // lqA
  kReplyLost,    // lrA
  kHubCut,       // xhA  the hub's power is cut while answering
  kDeskCut,      // xdA  the desk's power is cut while applying the answer
  kTwice,        // dnA  the hub gets the question twice, the desk the second answer
  kLate,         // dlA  the desk's last question arrives (again)
  kClone,        // cA   the folder is copied to another machine
  kKeepDesk,     // kA   an image of the folder is made …
  kPutBackDesk,  // bA   … and put back (no fault of its own)
  kKeepHub,      // kH
  kPutBackHub,   // bH
};
struct Action {
  Do what = Do::kRecord;
  uint8_t who = 0;    // desk
  uint8_t which = 0;  // of several outcomes of a cut
  bool operator==(const Action&) const = default;
};
std::string NameOf(const Action& action);
std::optional<Action> ParseAction(const std::string& name);

// The seven kinds of fault; a set of them is a mask.
enum FaultKind : unsigned {
  kCrash = 1,
  kDuplicate = 2,
  kLoss = 4,
  kCloned = 8,
  kAgentRestore = 16,
  kHubRestore = 32,
};
inline constexpr unsigned kAllFaults = 63;
std::optional<unsigned> ParseFaults(const std::string& names);  // "crash,loss"
std::string ShowFaults(unsigned kinds);

struct Bounds {
  int faults_max = 2;
  unsigned kinds = kAllFaults;
  int entries = kStepsOfScript;  // of each script
};

}  // namespace motcua::explore
