// AgentState as the key-value rows of a desk's database. A key that is missing gives the field's default, so
// that an older file opens; a key that is not known is left alone, so that a newer one's is not lost.
#pragma once

#include <map>
#include <string>

#include "agent/core/agent_store.h"

namespace motcua {

std::map<std::string, std::string> EncodeAgentState(const AgentState& state);
// kDataLoss for a value that cannot be read.
absl::StatusOr<AgentState> DecodeAgentState(const std::map<std::string, std::string>& rows);

}  // namespace motcua
