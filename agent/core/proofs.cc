#include "agent/core/proofs.h"

#include <algorithm>
#include <map>

#include "common/ledger/causality.h"

namespace motcua {
namespace {

// Raises `covered` by the receipt's ends and says whether anything rose.
bool Raise(const DeskLog& log, const std::string& receipt, Context* covered) {
  const absl::StatusOr<Receipt> proof = DecodeReceipt(receipt);
  if (!proof.ok()) return false;
  bool rose = false;
  for (const EntryName& end : proof->ends) {
    const absl::StatusOr<Position> at = log.ledger().Find(end);
    if (end.seq > 0 && at.ok()) rose = covered->Raise(log.ledger().tree(), *at) || rose;
  }
  return rose;
}

}  // namespace

void KeepProof(const DeskLog& log, AgentState* state) {
  Context covered;
  std::vector<std::string> kept;  // newest first
  for (auto it = state->later_proofs.rbegin(); it != state->later_proofs.rend(); ++it) {
    if (Raise(log, *it, &covered)) kept.push_back(std::move(*it));
  }
  std::reverse(kept.begin(), kept.end());
  kept.push_back(state->receipt);
  if (kept.size() > kLaterProofsMax) kept.erase(kept.begin());
  state->later_proofs = std::move(kept);
}

bool ProvesAsMuch(const DeskLog& log, const LogPlan& plan, const Receipt& receipt) {
  const LogTree& tree = log.ledger().tree();
  std::map<EntryName, EntryName> parents;
  for (const PlannedEntry& planned : plan.planned()) parents.emplace(planned.name, planned.parent);
  Context proven;
  for (EntryName end : receipt.ends) {
    // The newest entry that is held already on the way to it.
    for (auto planned = parents.find(end); planned != parents.end(); planned = parents.find(end))
      end = planned->second;
    const absl::StatusOr<Position> at = log.ledger().Find(end);
    if (end.seq > 0 && at.ok()) proven.Raise(tree, *at);
  }
  const auto covered = [&](const EntryName& end) {
    const absl::StatusOr<Position> at = log.ledger().Find(end);
    return end.seq == 0 || !at.ok() || proven.Includes(tree, *at);
  };
  const auto adds_nothing = [&](const std::string& bytes) {
    const absl::StatusOr<Receipt> kept = DecodeReceipt(bytes);
    return !kept.ok() || std::all_of(kept->ends.begin(), kept->ends.end(), covered);
  };
  return adds_nothing(log.state().proof) &&
         std::all_of(log.state().later_proofs.begin(), log.state().later_proofs.end(), adds_nothing);
}

}  // namespace motcua
