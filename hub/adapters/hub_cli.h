// motcua-hub's front: reads the arguments, runs what needs no open hub (init, serve, catalog check), and
// gives every other command to the hub: opened here, or to the one that is serving the folder.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace motcua {

// `arguments` without the program's name. Returns the exit code; sets the process's language.
int RunHubProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace motcua
