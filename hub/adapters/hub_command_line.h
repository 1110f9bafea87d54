// The command line of motcua-hub as plain values: read once where it is typed, and again by the serving hub
// when the command is forwarded to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/core/hub_api.h"

namespace motcua {

inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;
inline constexpr int kExitUsage = 2;

struct HubOptions {
  std::string command;  // "init", "token create", …
  std::string data;
  bool json = false;

  std::string path;  // catalog, backup, bundle
  std::string grpc = "127.0.0.1:7443";
  std::string http = "127.0.0.1:8443";
  std::string store;
  std::string unit;
  std::string role = "desk";
  std::string ttl = "48h";
  std::string device;
  std::string certificate;  // serial; device revoke
  std::string form;
  std::string period;
  std::string format;
  std::string out;
  std::string values;  // a file of typed figures
  bool rows = false;
  std::string row;
  std::string column;
  bool compare_rates = false;
  std::optional<int64_t> revision;
  std::string from;
  std::string to;
  std::string by;
  std::string measures;
  bool strict = false;
  std::string day;
  std::string procedure;
  std::string channel;
  std::string measure;
  std::optional<int64_t> set;
  std::optional<std::string> set_text;
  std::optional<int64_t> add;
  std::string note;
  std::string author;
  std::string entries;
  std::string cell;
  std::string receipt;  // where the receipt file goes
  bool take_revoked = false;
  std::string fork;
  std::optional<std::string> shown;
  bool decided = false;
  bool accept_missing = false;
  std::string until;
  bool lift = false;
  std::string on_time;
  std::string seal;  // of a revision, where two bear its number
};

// What reading gave: options, or an answer to print (help, version, a usage error) with its exit code.
struct ReadCommandLine {
  std::optional<HubOptions> options;
  CommandResult answer;
};
// `arguments` without the program's name; texts are in the current language.
ReadCommandLine ReadHubCommandLine(const std::vector<std::string>& arguments);

}  // namespace motcua
