// serve: the hub with its port and its operators' socket, until SIGTERM or SIGINT; then it drains and ends
// with 0.
#pragma once

#include <ostream>

#include "common/base/status.h"
#include "hub/adapters/hub_command_line.h"

namespace motcua {

// Prints one line, "ready grpc=HOST:PORT http=URL", when desks can reach it. Call from the main thread before
// any other thread exists: it blocks the two signals for the whole process.
absl::StatusOr<CommandResult> ServeHub(const HubOptions& options, std::ostream& out);

}  // namespace motcua
