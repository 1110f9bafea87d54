// KeepProof: which receipts a desk keeps to prove what it returns to a hub that lost data.
//
// As long as the hub holds all it ever signed, its newest receipt proves everything. A hub that was restored
// and is not made good yet signs less than it once did, and new entries besides: both receipts are needed, should
// it be restored once more. So receipts of such exchanges are kept beside the proof until the hub has caught up.
//
// Threads: pure function.
#pragma once

#include "agent/core/desk_log.h"

namespace motcua {

inline constexpr std::size_t kLaterProofsMax = 8;

// Adds state->receipt to the later proofs, and drops those that newer ones make needless: every end of theirs
// that is held here lies behind an end of a newer one.
void KeepProof(const DeskLog& log, AgentState* state);

}  // namespace motcua
