// What both programs tell of an entry in JSON, so that a script reads a value or a decision alike at the desk and at the
// hub.
//
// Threads: pure functions.
#pragma once

#include <nlohmann/json.hpp>

#include "common/ledger/entry.h"

namespace motcua {

// A number, a text, or null for none.
nlohmann::ordered_json ValueJson(const Value& value);

// Of a decision (IsDecision): "restate", "exclude", "include", "review", or what was decided about a period.
const char* DecisionName(const Entry& entry);

// Sets what a decision's body says, in keys that `json` has already: value, first, last, fork, period, area, revision.
void FillDecision(const Entry& entry, nlohmann::ordered_json* json);

}  // namespace motcua
