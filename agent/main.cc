#include <iostream>
#include <string>
#include <vector>

#include "agent/adapters/agent_cli.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"

int main(int argc, char** argv) {
  // What goes wrong is said once, as the command's own sentence; the log keeps to what no command reports.
  motcua::LogTo("", motcua::LogLevel::kError);
  motcua::SendGrpcLogToOurs();
  return motcua::RunAgent(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
