// Judge(): what an agent's end and batch mean against what the hub holds. A pure function; it changes nothing.
#pragma once

#include <functional>
#include <vector>

#include "common/sync/exchange.h"

namespace motcua {

struct JudgeInput {
  std::vector<EntryName> locator;     // agent's end first; empty for an empty log
  EntryName batch_parent;              // parent of the first of the agent's own run in the batch; seq 0 without a run
  std::vector<EntryName> batch_names;  // names of that run's entries, in order
  DeviceId device;
  // Does the hub hold this entry? seq 0 is always held.
  std::function<bool(const EntryName&)> holds;
  // Does the hub hold any entry behind this one, on any line of the device?
  std::function<bool(const EntryName&)> has_successor;
};

struct Judgement {
  Verdict verdict = Verdict::kAppend;
  EntryName common;  // newest entry named by the agent that the hub holds; seq 0 when none
  // How many leading entries of the batch the hub holds already; the rest is to be stored (unless kGap).
  std::size_t batch_known = 0;
};

Judgement Judge(const JudgeInput& input);

}  // namespace motcua
