// The exchange's plain values (common/sync/exchange.h) to and from the messages of
// proto/motcua/v1/sync.proto. What is read is checked against common/sync/limits.h before it is unpacked, so
// that nothing behind this file meets a list longer than the limits say.
//
// Errors of reading: kInvalidArgument with every fault in one sentence; kUnimplemented for a verdict of a
// newer hub. Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/sync/exchange.h"
#include "motcua/v1/sync.pb.h"

namespace motcua {

v1::ExchangeRequest ToWire(const ExchangeRequest& request);
absl::StatusOr<ExchangeRequest> FromWire(const v1::ExchangeRequest& message);

v1::ExchangeResponse ToWire(const ExchangeResponse& response);
absl::StatusOr<ExchangeResponse> FromWire(const v1::ExchangeResponse& message);

// The packed form of a list of names; its grammar stands in sync.proto. Order is kept.
std::string PackNames(const std::vector<EntryName>& names);
absl::StatusOr<std::vector<EntryName>> UnpackNames(absl::string_view bytes, std::size_t names_max);

}  // namespace motcua
