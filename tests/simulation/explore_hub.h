// HubStates: the counterpart of explore_desk.h: everything the hub can be in, and every step from there, each computed
// once. As there, each step starts the program on its database as it lies and ends with a power cut, so that
// what a receipt names is looked for behind one.
//
// Threads: one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "hub/core/hub.h"
#include "tests/simulation/explore_desk.h"

namespace motcua::explore {

using HubId = uint32_t;  // a database's whole content
using QuestionId = uint32_t;
using ReplyId = uint32_t;
// An answer of the hub, or why there was none.
using Reply = absl::StatusOr<ExchangeResponse>;

struct HubNode {
  uint32_t image = 0;
  EntrySet held;
  uint64_t incarnation = 0;
};

inline constexpr ReplyId kNoReply = 0xFFFFFFFF;

struct HubStep {
  HubId after = 0;
  ReplyId reply = 0;    // of an import: the number of the receipt file
  int64_t changes = 0;  // of the disk
  std::string problem;
};

class HubStates {
 public:
  HubStates(const Scope* scope, EntryBook* book, bool quick);

  // Initialised, with the scope's devices enrolled.
  HubId Fresh();
  const HubNode& node(HubId id) const { return nodes_[id]; }
  const Reply& reply(ReplyId id) const { return replies_[id]; }
  std::size_t size() const { return nodes_.size(); }
  std::size_t bytes_kept() const { return folder_->bytes_kept(); }

  QuestionId Number(const ExchangeRequest& request);
  const HubStep& Answer(HubId hub, QuestionId question);
  // The power is cut meanwhile (at `point`: ChangeAt); there is no reply.
  const HubStep& AnswerCut(HubId hub, QuestionId question, int point);
  // The bundle that `desk` wrote is imported. No reply: nothing of it was taken, and no file came of it.
  const HubStep& Import(HubId hub, DeskId number, const DeskNode& desk);
  const BundleReceipt& answer(uint32_t id) const { return answers_[id]; }
  // The database of `old` in the place of `now`'s, under a new incarnation.
  HubId Restore(HubId now, HubId old);

 private:
  struct Open;
  using Act = std::function<void(Hub&)>;
  HubStep Run(HubId hub, int64_t cut_at, const Act& act);
  HubStep Settle(const EntrySet& before);
  std::string Examine(HubNode* node);
  std::string CheckHub(Hub& hub, const UnitLedger& ledger) const;
  std::string CheckAnswer(const HubNode& before, const HubNode& after, const ExchangeRequest& request,
                          const ExchangeResponse& response) const;
  bool BeginsBehindAHole(const HubNode& before, const ExchangeRequest& request) const;
  Verdict Expected(const HubNode& before, const HubNode& after, const ExchangeRequest& request, Verdict said) const;
  ReplyId NumberReply(const Reply& reply);
  uint32_t NumberAnswer(const BundleReceipt& answer);

  const Scope& scope_;
  EntryBook& book_;
  StillClock clock_;
  ScopeSigner signer_;
  const std::unique_ptr<Folder<HubStore>> folder_;
  std::vector<HubNode> nodes_;
  std::map<Hash, HubId> numbers_;
  std::vector<Reply> replies_;
  std::map<std::string, ReplyId> reply_numbers_;
  std::vector<ExchangeRequest> questions_;
  std::map<std::string, QuestionId> question_numbers_;
  std::map<std::pair<HubId, QuestionId>, HubStep> answered_;
  std::map<std::tuple<HubId, QuestionId, int>, HubStep> answered_cut_;
  std::vector<BundleReceipt> answers_;
  std::map<std::string, uint32_t> answer_numbers_;
  std::map<std::pair<HubId, DeskId>, HubStep> imported_;
  std::map<std::pair<HubId, HubId>, HubId> restored_;
};

}  // namespace motcua::explore
