// absl::Status across gRPC: codes have the same numbers, messages are sentences for people.
//
// Threads: pure functions.
#pragma once

#include <grpcpp/support/status.h>

#include "common/base/status.h"

namespace motcua {

// A sentence travels in the HTTP/2 trailer, percent-encoded (Vietnamese letters triple), and a trailer over
// 8 KiB is dropped with everything in it. What is longer ends in "…".
inline constexpr std::size_t kStatusMessageBytesMax = 1500;

// The result is marked as ours, so that the other side can tell our sentence from gRPC's own words.
grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);
// True for a status that ToGrpcStatus() made on the other side. (A refusal of an AuthMetadataProcessor loses
// the mark on its way.)
bool IsOurSentence(const grpc::Status& status);

}  // namespace motcua
