// What a night costs on the line: TCP payload both ways with a full TLS handshake, exchanges, and the memory
// of a real desk. Measured once with the synthetic desk over a fresh connection (three authors and a saw in
// the batch), and once with the motcua-agent program, which enrols, imports and syncs as people do.
#pragma once

#include <string>

#include "nlohmann/json.hpp"
#include "tests/bench/bench_desk.h"
#include "tests/bench/hub_rig.h"

namespace motcua::bench {

struct LineCostInput {
  HubRig* hub = nullptr;      // serving
  BenchDesk* desk = nullptr;  // one the hub knows
  const CodeBook* book = nullptr;
  const SyntheticCodes* codes = nullptr;
  std::string receipt;   // the desk's newest
  std::string programs;  // folder of motcua-agent
  std::string folder;    // scratch
};

absl::StatusOr<nlohmann::ordered_json> MeasureLine(const LineCostInput& input);

}  // namespace motcua::bench
