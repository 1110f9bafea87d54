// The command line of motcua-agent: reads the arguments and runs one command.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace motcua {

// `arguments` without the program's name. Returns the exit code; kExitUsage with one sentence on `err` when
// they cannot be read. Sets the process's language.
int RunAgent(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace motcua
