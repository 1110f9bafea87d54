// The table of verdicts. E is the agent's end (the newest entry it names), c the newest entry of its line that the
// hub holds, p the held entry before the first entry of the batch that the hub lacks.
//
//   E at the hub | batch brings entries the hub lacks | behind c or p at the hub | verdict     c
//   -------------+------------------------------------+--------------------------+------------------------
//   held         | no: empty, or all of it held       | nothing behind E         | DUPLICATE   E
//   held         | no                                 | something behind E       | REGRESSED   E
//   held         | of another copy, from p on         | nothing behind p         | APPEND      p, or REGRESSED E
//   not held     | no: empty, or all of it held       | (not asked)              | APPEND      newest held
//   not held     | yes, and lacks what lies before it | (not asked)              | GAP         newest held
//   not held     | yes, from p on                     | nothing behind p         | APPEND      p
//   not held     | yes, from p on                     | something behind p       | FORKED      p
//
// - An empty log ends at seq 0, which every hub holds: a replaced machine is REGRESSED, a new one DUPLICATE.
// - Names from the locator alone never prove a fork: the hub may hold entries of the agent's own line between the
//   named ones. A fork is told when the batch shows the agent's own entry behind p next to another one, which is
//   also the moment it is stored. Until then the agent is asked, by GAP or by c, for what follows c.
// - Entries of the batch that the hub holds already (a lost reply) are counted in batch_known; what lies behind
//   them is theirs, so a repeat is never a fork of itself.
// - An agent whose own entries are all held may return the line of another copy of its device to a hub that lost it.
//   Whether something is behind the end of that line says nothing about the agent: it is judged by E. In part it is
//   sent again, with fewer entries, after a lost reply.
// - The batch's names are recomputed from its entries, the locator's are only claimed: where they disagree, p wins.
#include "common/sync/verdict.h"

#include <algorithm>

#include "common/base/planted_bug.h"

namespace motcua {
namespace {

// A hub holds an entry only together with all before it, so what it holds of a run is a prefix.
std::size_t CountHeldPrefix(const JudgeInput& input) {
  const auto first_lacking =
      std::partition_point(input.batch_names.begin(), input.batch_names.end(), input.holds);
  return static_cast<std::size_t>(first_lacking - input.batch_names.begin());
}

EntryName AgentEnd(const JudgeInput& input) {
  return input.locator.empty() ? EntryName{input.device, 0, 0} : input.locator.front();
}

EntryName NewestHeld(const JudgeInput& input, std::size_t batch_known) {
  EntryName newest{input.device, 0, 0};
  const auto consider = [&](const EntryName& name) {
    if (name.seq > newest.seq && input.holds(name)) newest = name;
  };
  if (batch_known > 0) newest = input.batch_names[batch_known - 1];
  consider(input.batch_parent);
  for (const EntryName& name : input.locator) consider(name);
  return newest;
}

}  // namespace

Judgement Judge(const JudgeInput& input) {
  const std::size_t known = CountHeldPrefix(input);
  const EntryName end = AgentEnd(input);
  const bool regressed = input.holds(end) && input.has_successor(end);
  if (known == input.batch_names.size()) {
    if (regressed) return {Verdict::kRegressed, end, known};
    if (input.holds(end)) return {Verdict::kDuplicate, end, known};
    return {Verdict::kAppend, NewestHeld(input, known), known};
  }
  if (known == 0 && !input.holds(input.batch_parent)) {
    return {MOTCUA_PLANTED(kGapTakenAsAppend) ? Verdict::kAppend : Verdict::kGap, NewestHeld(input, known), known};
  }
  const EntryName before = known > 0 ? input.batch_names[known - 1] : input.batch_parent;
  if (input.has_successor(before)) return {Verdict::kForked, before, known};
  return regressed ? Judgement{Verdict::kRegressed, end, known} : Judgement{Verdict::kAppend, before, known};
}

}  // namespace motcua
