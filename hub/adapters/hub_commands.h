// Operators' commands against an open hub: one command line in, exit code and text out. The same code answers
// a command typed beside a stopped hub and one forwarded to a serving hub.
//
// Threads: any, as the hub.
#pragma once

#include <string>
#include <vector>

#include "hub/adapters/hub_command_line.h"
#include "hub/adapters/hub_keys.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"

namespace motcua {

struct HubContext {
  Hub* hub = nullptr;
  std::string ca_fingerprint;       // for one-time codes
  SqliteHubStore* store = nullptr;  // under hub->WithStore() only
  const HubKeys* keys = nullptr;    // for backups, and to know the hub's own devices by
  ReceiptSigner* signer = nullptr;  // for the receipts of bundles
};

// Every command but init, serve, restore and catalog check, which need no open hub. --out and --receipt are left to
// the caller, who also reads the file that bundle import or check takes and gives it as `input`.
CommandResult RunHubCommand(const HubContext& context, const std::vector<std::string>& arguments,
                            const std::string& input, Language language);

// A failed command: one sentence on stderr.
CommandResult RefusedBy(const absl::Status& status);

// "desk", "supervisor" or "hub" in files; in the reader's language on screens.
std::string RoleName(Role role);
std::string RoleForPeople(Role role);

// A unit with a log of its own: one without entries may be a mistyped one.
absl::Status CheckRecords(const Catalog& catalog, const std::string& code);
// What the answer to a written entry says.
CommandResult WroteEntry(const EntryName& name, const HubOptions& options);

// The commands, by file. Each prints JSON when options.json is set.
absl::StatusOr<CommandResult> CreateTokenCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> ListDevicesCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> RevokeDeviceCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> ApplyCatalogCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> StatusCommand(const HubContext& context, const HubOptions& options);

absl::StatusOr<CommandResult> ReportCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> FactsCommand(const HubContext& context, const HubOptions& options);
// `typed`: the file of figures that --values names.
absl::StatusOr<CommandResult> CheckCommand(const HubContext& context, const HubOptions& options,
                                           const std::string& typed);

absl::StatusOr<CommandResult> ListPeriodsCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> PeriodStatusCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> LockPeriodCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> UnlockPeriodCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> AmendmentsCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> AcceptAmendmentsCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> ExemptCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> DecideOnTimeCommand(const HubContext& context, const HubOptions& options);

absl::StatusOr<CommandResult> RestateCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> RecordCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> ExcludeCommand(const HubContext& context, const HubOptions& options,
                                             bool lifts);
absl::StatusOr<CommandResult> ListConflictsCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> ResolveConflictCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> CloseForkCommand(const HubContext& context, const HubOptions& options);

absl::StatusOr<CommandResult> ShowLedgerCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> VerifyCommand(const HubContext& context, const HubOptions& options);

absl::StatusOr<CommandResult> BackUpCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> DoctorCommand(const HubContext& context, const HubOptions& options);
absl::StatusOr<CommandResult> RestoreCommand(const HubOptions& options);  // on a stopped hub, or none

absl::StatusOr<CommandResult> ImportBundleCommand(const HubContext& context, const HubOptions& options,
                                                  const std::string& file);

}  // namespace motcua
