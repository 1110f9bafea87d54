#include "agent/core/proofs.h"

#include <algorithm>

#include "common/ledger/causality.h"
#include "common/sync/exchange.h"

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

}  // namespace motcua
