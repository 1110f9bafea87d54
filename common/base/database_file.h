// Whether a file is a database, by the first bytes of it: what stands there is asked before a file is opened as one, which
// would take an empty one for an empty database, and before one is replaced.
//
// Threads: any. Errors: none; what is missing, shorter or cannot be read is no database.
#pragma once

#include <string>

namespace motcua {

bool IsDatabaseFile(const std::string& path);

}  // namespace motcua
