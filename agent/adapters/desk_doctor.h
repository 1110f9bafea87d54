// What `motcua-agent doctor` looks at. It changes nothing: a damaged file stays where it is, and the next command
// that opens it sets it aside.
//
// Threads: one; the caller holds the folder's lock.
#pragma once

#include <string>

#include "agent/adapters/data_folder.h"
#include "common/cli/checkup.h"

namespace motcua {

Checkup ExamineDesk(const DataFolder& folder, const std::string& path);

}  // namespace motcua
