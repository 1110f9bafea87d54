// State: one moment of one history, in a few words: what the hub and each desk hold (numbers of explore_hub.h and
// explore_desk.h), what is kept for later, what was recorded, how many faults there were. Equal states have equal
// futures, so each is visited once.
//
// Action: one step from a state to the next, with a short name for a command line: "rA", "sB", "cA".
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
  // Images, questions and files set aside, each with its kind and owner; sorted, unused ones last.
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
  std::array<uint8_t, 3> unused{};
  bool operator==(const State&) const = default;
};
static_assert(sizeof(State) == 48, "no padding: states are hashed as they lie");

enum class Do : uint8_t {
  kRecord,       // rA   a person records the next entry
  kSync,         // sA   the desk syncs, to the end
  kRecordCut,    // xrA  the power is cut while recording
  kSyncCut,      // xsA  the desk's or the hub's power is cut during a sync
  kLoss,         // lA   an answer is lost, or the line behind one, and the sync ends
  kTwice,        // dA   the hub gets a question twice, the desk the second answer
  kHold,         // hA   a question is held up on its way, and asked again by the next sync …
  kLate,         // fA   … and arrives after all (no fault of its own)
  kClone,        // cA   the folder is copied to another machine
  kKeepDesk,     // kA   an image of the folder is made …
  kPutBackDesk,  // bA   … and put back (no fault of its own)
  kKeepHub,      // kH
  kPutBackHub,   // bH
  kExport,       // wA   the desk writes a bundle …
  kImport,       // iA   … which reaches the hub (no fault of its own) …
  kTakeAnswer,   // tA   … whose receipt file reaches the desk (no fault of its own)
};
struct Action {
  Do what = Do::kRecord;
  uint8_t who = 0;    // desk
  uint8_t which = 0;  // of several things that may go wrong
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
  kBundle = 64,
};
inline constexpr unsigned kAllFaults = 127;
std::optional<unsigned> ParseFaults(const std::string& names);  // "crash,loss"
std::string ShowFaults(unsigned kinds);

struct Bounds {
  int faults_max = 2;
  unsigned kinds = kAllFaults;
  std::array<int, kScripts> entries{kStepsOfScript, kStepsOfScript};  // of each script
  bool quick = false;            // without a disk: a cut leaves what was there before the step or after it
};

}  // namespace motcua::explore
