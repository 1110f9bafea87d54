#include "hub/adapters/hub_command_line.h"

#include <algorithm>
#include <sstream>

#include "common/base/language.h"
#include "common/base/utf8.h"
#include "hub/adapters/hub_line.h"

namespace motcua {
namespace {

// In the order in which help lists them.
void AddCommands(HubLine& line) {
  AddSetupCommands(line);
  AddDeviceCommands(line);
  AddReportCommands(line);
  AddPeriodCommands(line);
  AddOperatorCommands(line);
  AddConflictCommands(line);
  AddLedgerCommands(line);
  AddBackupCommands(line);
  AddBundleCommands(line);
}

// Commands travel to a serving hub as text.
void CheckText(const std::vector<std::string>& arguments) {
  if (std::all_of(arguments.begin(), arguments.end(),
                  [](const std::string& text) { return IsValidUtf8(text); }))
    return;
  throw CLI::ParseError(Say("có chữ không phải UTF-8", "a text is not UTF-8"), kExitUsage);
}

}  // namespace

ReadCommandLine ReadHubCommandLine(const std::vector<std::string>& arguments) {
  HubLine line;
  AddCommands(line);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
  std::ostringstream out;
  try {
    CheckText(reversed);
    line.app.parse(reversed);
    if (line.options.command != "catalog check") NeedData(line.common);
    AgreeOnFormat(line.common, line.options.format);
  } catch (const CLI::Success& success) {  // help, version
    line.app.exit(success, out, out);
    return {std::nullopt, {kExitDone, out.str(), ""}};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, {kExitUsage, "", UsageSentence(line.app, error)}};
  }
  line.options.data = line.common.data;
  line.options.json = line.common.json;
  return {line.options, {}};
}

}  // namespace motcua
