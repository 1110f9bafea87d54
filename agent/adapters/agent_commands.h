// The agent's commands without their parsing: each opens the folder, does one thing, prints its answer and
// gives the exit code (0 done, 1 refused or failed, 3 hub not reachable). A sentence that says what to do
// goes to `err`.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "agent/adapters/open_desk.h"
#include "agent/core/desk.h"
#include "common/sync/limits.h"

namespace motcua {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitHubNotReached = 3;
inline constexpr char kAgentVersion[] = "0.1.0";

// What every command has.
struct CommonOptions {
  std::string data;
  bool json = false;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
};

struct EnrollOptions {
  std::string hub;
  std::string token;
  std::string name;
};

struct RecordOptions {
  std::string day;  // empty: today
  bool day_confirmed = false;
  std::string procedure;
  std::string channel;
  std::string measure;
  // At most one of these; restate also knows `blank` (takes an observation back).
  std::optional<int64_t> add;
  std::optional<int64_t> set;
  std::optional<std::string> set_text;
  bool blank = false;
  std::optional<std::string> shown;
  std::string by;
  std::string note;
};

struct AcknowledgeOptions {
  std::string by;
  std::string note;
};

struct ImportOptions {
  std::string file;
  bool dry_run = false;
  bool again = false;
  bool day_confirmed = false;
  std::string by;
};

struct ShowOptions {
  std::string day;
  std::string from;
  std::string to;
};

struct CheckOptions {
  std::string period;
  bool strict = false;
};

struct ReportOptions {
  std::string form;
  std::string period;
  std::string format;  // table, csv, json; empty: table, or json with --json
  std::string out_file;
  bool compare_rates = false;
};

struct SyncCommandOptions {
  int64_t timeout_ms = kSessionBudgetMs;
  std::optional<int64_t> batch_bytes_max;
};

struct BundleExportCommand {
  std::string out_file;
  bool all = false;
};

// Shared by the agent_commands*.cc files: a failed command's sentence, an answer, and their exit codes.
int Failed(const CommonOptions& common, const absl::Status& status);
int Done(const CommonOptions& common, const std::string& answer);
int ExitCodeOf(const absl::Status& status);  // for commands whose failure may be the line's
absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenForCommand(const CommonOptions& common);

int RunEnroll(const CommonOptions& common, const EnrollOptions& options);
int RunRecord(const CommonOptions& common, const RecordOptions& options);
int RunRestate(const CommonOptions& common, const RecordOptions& options);
int RunAcknowledge(const CommonOptions& common, const AcknowledgeOptions& options);
int RunImport(const CommonOptions& common, const ImportOptions& options);
int RunShow(const CommonOptions& common, const ShowOptions& options);
int RunCheck(const CommonOptions& common, const CheckOptions& options);
int RunReport(const CommonOptions& common, const ReportOptions& options);
int RunSubmit(const CommonOptions& common, const SubmitRequest& request);
int RunSync(const CommonOptions& common, const SyncCommandOptions& options);
int RunStatus(const CommonOptions& common);
int RunBackup(const CommonOptions& common, const std::string& file);
int RunRestore(const CommonOptions& common, const std::string& file);
int RunDoctor(const CommonOptions& common);
int RunBundleExport(const CommonOptions& common, const BundleExportCommand& options);
int RunBundleReceipt(const CommonOptions& common, const std::string& file);

}  // namespace motcua
