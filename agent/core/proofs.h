// Proofs: which receipts a desk keeps to prove what it returns to a hub that lost data.
//
// As long as the hub holds all it ever signed, its newest receipt proves everything. A hub that was restored
// and is not made good yet signs less than it once did, and new entries besides: both receipts are needed, should
// it be restored once more. So receipts of such exchanges are kept beside the proof until the hub has caught up.
//
// The answer on a stick may be to a question of long ago, from before this desk learned what the hub has lost since; and
// a hub is asked about one receipt at a time. That a hub is not behind is therefore believed only of a receipt that
// proves all that the kept ones do.
//
// Threads: pure functions.
#pragma once

#include "agent/core/desk_log.h"
#include "common/sync/exchange.h"

namespace motcua {

inline constexpr std::size_t kLaterProofsMax = 8;

// Adds state->receipt to the later proofs, and drops those that newer ones make needless: every end of theirs
// that is held here lies behind an end of a newer one.
void KeepProof(const DeskLog& log, AgentState* state);

// Whether every entry that the kept receipts name and `log` holds lies behind one that `receipt` names and that is held
// or planned.
bool ProvesAsMuch(const DeskLog& log, const LogPlan& plan, const Receipt& receipt);

}  // namespace motcua
