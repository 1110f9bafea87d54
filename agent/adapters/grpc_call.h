// What a failed call means, in a sentence for the person at the desk.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <string>

#include "common/base/status.h"

namespace motcua {

// Keeps the code, except that a peer which does not prove to be the hub becomes kUnauthenticated. What the
// hub itself said is passed on unchanged; what gRPC said becomes a sentence, with its words at the end.
absl::Status ExplainCallFailure(const grpc::Status& status, const std::string& address);

// Deadline and language of one call.
void PrepareCall(grpc::ClientContext* context, int64_t deadline_ms);

}  // namespace motcua
