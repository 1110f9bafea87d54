// HubStates: the counterpart of explore_desk.h: everything the hub can be in, and every step from there, each computed
// once. As there, each step starts the program on its database as it lies and ends with a power cut, so that
// what a receipt names is looked for behind one.
//
// Threads: one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"
#include "tests/simulation/explore_desk.h"

namespace motcua::explore {

using HubId = uint32_t;  // a database's whole content

struct HubNode {
  ImageShelf::Id image = 0;
  EntrySet held;
  uint64_t incarnation = 0;
};

struct HubStep {
  HubId after = 0;
  ReplyId reply = 0;
  Verdict verdict = Verdict::kAppend;
  bool hub_behind = false;
  std::string problem;
};

class HubStates {
 public:
  HubStates(const Scope* scope, EntryBook* book);

  // Initialised, with the scope's devices enrolled.
  HubId Fresh();
  const HubNode& node(HubId id) const { return nodes_[id]; }
  const Reply& reply(ReplyId id) const { return replies_[id]; }
  std::size_t size() const { return nodes_.size(); }
  std::size_t bytes_kept() const { return images_.bytes_kept(); }

  // `desk` asks. Numbers of desks stand for their questions.
  const HubStep& Answer(HubId hub, DeskId number, const DeskNode& desk);
  // The power is cut meanwhile; there is no reply.
  const std::vector<HubStep>& AnswerCut(HubId hub, DeskId number, const DeskNode& desk);
  // The database of `old` in the place of `now`'s, under a new incarnation.
  HubId Restore(HubId now, HubId old);

 private:
  struct Open;
  using Act = std::function<void(Hub&)>;
  struct Ran {
    HubStep step;
    int64_t changes = 0;
  };
  Ran Run(HubId hub, int64_t cut_at, const Act& act);
  HubStep Settle(const EntrySet& before);
  HubNode Examine(std::string* problem);
  std::string CheckHub(Hub& hub, const UnitLedger& ledger) const;
  std::string CheckAnswer(const HubNode& before, const HubNode& after, const DeskNode& desk,
                          const ExchangeResponse& response) const;
  Verdict Expected(const HubNode& before, const HubNode& after, const DeskNode& desk, Verdict said) const;
  ReplyId Number(const Reply& reply);

  const Scope& scope_;
  EntryBook& book_;
  FaultDisk disk_{"hub"};
  StillClock clock_;
  ScopeSigner signer_;
  ImageShelf images_;
  std::vector<HubNode> nodes_;
  std::map<Hash, HubId> numbers_;
  std::vector<Reply> replies_;
  std::map<std::string, ReplyId> reply_numbers_;
  std::map<std::pair<HubId, DeskId>, HubStep> answered_;
  std::map<std::pair<HubId, DeskId>, std::vector<HubStep>> answered_cut_;
  std::map<std::pair<HubId, HubId>, HubId> restored_;
};

}  // namespace motcua::explore
