// HubLine: the command line of motcua-hub while it is put together, and the words its commands share. Each
// family of commands adds itself (hub_line_*.cc) in the order in which help lists them; hub_command_line.cc
// reads what was typed.
//
// Threads: one. Lifetime: commands point into it, so it stays where it was made.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "common/cli/command_words.h"
#include "hub/adapters/hub_command_line.h"

namespace motcua {

class HubLine {
 public:
  HubLine();
  HubLine(const HubLine&) = delete;
  HubLine& operator=(const HubLine&) = delete;

  static std::string DataHelp();

  // A command by itself, or the second word of a group. Parsing it sets options.command to its full name.
  CLI::App* Add(CLI::App* parent, const std::string& name, const std::string& what,
                const std::string& example, const std::string& data_help = DataHelp());
  CLI::App* Add(const std::string& name, const std::string& what, const std::string& example);
  CLI::App* Group(const std::string& name, const std::string& what, const std::string& example);

  // A text with something in it.
  static CLI::Option* Text(CLI::App* command, const std::string& name, std::string* text,
                           const std::string& type, const std::string& help);
  // Options of several commands.
  CLI::Option* Unit(CLI::App* command);
  CLI::Option* DayOf(CLI::App* command, const std::string& name, std::string* day, const std::string& help);
  CLI::Option* Revision(CLI::App* command);
  void Note(CLI::App* command);
  void Out(CLI::App* command);

  CLI::App app;
  HubOptions options;
  CommonArguments common;
};

void AddSetupCommands(HubLine& line);
void AddDeviceCommands(HubLine& line);
void AddReportCommands(HubLine& line);
void AddPeriodCommands(HubLine& line);
void AddOperatorCommands(HubLine& line);
void AddConflictCommands(HubLine& line);
void AddLedgerCommands(HubLine& line);
void AddBackupCommands(HubLine& line);
void AddBundleCommands(HubLine& line);

}  // namespace motcua
