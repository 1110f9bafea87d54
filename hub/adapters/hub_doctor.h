// What `motcua-hub doctor` looks at. It changes nothing; a hub that serves goes on serving, and waits only where
// `ledger verify` would make it wait.
#pragma once

#include "common/cli/checkup.h"
#include "hub/adapters/hub_commands.h"

namespace motcua {

absl::StatusOr<Checkup> ExamineHub(const HubContext& context);

}  // namespace motcua
