#include <iostream>
#include <string>
#include <vector>

#include "hub/adapters/hub_cli.h"

int main(int argc, char** argv) {
  return motcua::RunHubProgram(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
