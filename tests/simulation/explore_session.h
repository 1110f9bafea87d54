// Sessions: one desk's whole sync, exchange by exchange, over the real cores; whole, or with one thing that goes wrong
// on the way and ends it.
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulation/explore_desk.h"
#include "tests/simulation/explore_hub.h"

namespace motcua::explore {

// What goes wrong. `at` counts exchanges from 1. A power cut comes at the first, the middle or the last change of the
// disk that the desk's session or the hub's answer makes (`point` 1, 2, 3).
struct Mishap {
  enum What : uint8_t {
    kNone,
    kLineCut,    // after answer `at`, which the desk has applied
    kReplyLost,  // answer `at`
    kTwice,      // the hub gets question `at` twice, the desk the second answer; the session goes on
    kHubCut,     // the hub's power, while it answers question `at`
    kDeskCut,    // the desk's power
  };
  What what = kNone;
  int at = 0;
  int point = 0;
  auto operator<=>(const Mishap&) const = default;
};

struct SessionStep {
  DeskId desk = 0;
  HubId hub = 0;
  absl::Status status;      // OK: the desk says that it is synced
  std::string problem;      // what must not be
  int exchanges = 0;        // questions that went out
  int64_t changes = 0;      // of the desk's disk
  bool copy_told = false;   // FORKED or REGRESSED reached the desk
  bool loss_told = false;   // HUB_BEHIND did
  std::string says;         // for a trace
};

class Sessions {
 public:
  Sessions(DeskParts* desks, HubStates* hubs, const EntryBook* book, bool quick)
      : desks_(*desks), hubs_(*hubs), book_(*book), quick_(quick) {}

  const SessionStep& Run(DeskId desk, HubId hub, const Mishap& mishap = {});
  // What may go wrong in this session: the mishaps of a kind that leave anything different behind.
  const std::vector<Mishap>& Losses(DeskId desk, HubId hub);
  const std::vector<Mishap>& Doubles(DeskId desk, HubId hub);
  const std::vector<Mishap>& Cuts(DeskId desk, HubId hub);

 private:
  class Line;
  using Pair = std::pair<DeskId, HubId>;
  SessionStep Converse(DeskId desk, HubId hub, const Mishap& mishap);
  std::vector<Mishap> Distinct(DeskId desk, HubId hub, const std::vector<Mishap>& mishaps);

  DeskParts& desks_;
  HubStates& hubs_;
  const EntryBook& book_;
  const bool quick_;
  std::map<std::tuple<DeskId, HubId, Mishap>, SessionStep> ran_;
  std::map<Pair, std::vector<Mishap>> losses_;
  std::map<Pair, std::vector<Mishap>> doubles_;
  std::map<Pair, std::vector<Mishap>> cuts_;
};

}  // namespace motcua::explore
