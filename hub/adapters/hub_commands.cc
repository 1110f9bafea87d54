// Which command runs, and those about the hub itself: codes, devices, catalog, status.
#include "hub/adapters/hub_commands.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "common/base/language.h"
#include "common/report/text_layout.h"
#include "common/rpc/catalog_text.h"
#include "common/security/code.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kTokenTtlMaxS = int64_t{90} * 86400;

absl::StatusOr<CommandResult> Dispatch(const HubContext& context, const HubOptions& options,
                                       const std::string& input) {
  const std::string& command = options.command;
  if (command == "token create") return CreateTokenCommand(context, options);
  if (command == "device list") return ListDevicesCommand(context, options);
  if (command == "device revoke") return RevokeDeviceCommand(context, options);
  if (command == "catalog apply") return ApplyCatalogCommand(context, options);
  if (command == "status") return StatusCommand(context, options);
  if (command == "report") return ReportCommand(context, options);
  if (command == "facts") return FactsCommand(context, options);
  if (command == "check") return CheckCommand(context, options, input);
  if (command == "period list") return ListPeriodsCommand(context, options);
  if (command == "period status") return PeriodStatusCommand(context, options);
  if (command == "period lock") return LockPeriodCommand(context, options);
  if (command == "period unlock") return UnlockPeriodCommand(context, options);
  if (command == "period amendments") return AmendmentsCommand(context, options);
  if (command == "period accept-amendments") return AcceptAmendmentsCommand(context, options);
  if (command == "period exempt") return ExemptCommand(context, options);
  if (command == "period decide") return DecideOnTimeCommand(context, options);
  if (command == "restate") return RestateCommand(context, options);
  if (command == "record") return RecordCommand(context, options);
  if (command == "exclude") return ExcludeCommand(context, options, /*lifts=*/false);
  if (command == "include") return ExcludeCommand(context, options, /*lifts=*/true);
  if (command == "conflict list") return ListConflictsCommand(context, options);
  if (command == "conflict resolve") return ResolveConflictCommand(context, options);
  if (command == "conflict close") return CloseForkCommand(context, options);
  if (command == "ledger show") return ShowLedgerCommand(context, options);
  if (command == "ledger verify") return VerifyCommand(context, options);
  if (command == "backup") return BackUpCommand(context, options);
  if (command == "doctor") return DoctorCommand(context, options);
  if (command == "bundle import") return ImportBundleCommand(context, options, input);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Lệnh ", command, " chạy khi máy chủ đã dừng; hãy dừng máy chủ trước."),
          absl::StrCat("The command ", command, " runs on a stopped hub; stop it first.")));
}

// "90s", "30m", "48h", "7d".
absl::StatusOr<int64_t> ReadTtl(const std::string& text) {
  int64_t number = 0;
  int64_t unit_s = 0;
  if (!text.empty()) {
    const char last = text.back();
    unit_s = last == 's' ? 1 : last == 'm' ? 60 : last == 'h' ? 3600 : last == 'd' ? 86400 : 0;
  }
  if (unit_s > 0 && absl::SimpleAtoi(text.substr(0, text.size() - 1), &number) && number > 0 &&
      number <= kTokenTtlMaxS / unit_s) {
    return number * unit_s;
  }
  return absl::InvalidArgumentError(Say("Thời hạn của mã viết như 30m, 48h hoặc 7d, nhiều nhất 90 ngày.",
                                        "Write how long a code holds as 30m, 48h or 7d, at most 90 days."));
}

std::string TimeOrEmpty(int64_t wall_s) { return wall_s == 0 ? "" : FormatTimeRfc3339(wall_s); }

const char* StateName(CertificateState state) {
  switch (state) {
    case CertificateState::kActive:
      return "active";
    case CertificateState::kRenew:
      return "renew";
    case CertificateState::kReplaced:
      return "replaced";
    case CertificateState::kRevoked:
      return "revoked";
  }
  return "?";
}

Json CertificatesAsJson(const DeviceInfo& info) {
  Json list = Json::array();
  for (const CertificateRow& row : info.certificates) {
    list.push_back({{"serial", row.serial}, {"issued", TimeOrEmpty(row.issued_s)}, {"state", StateName(row.state)}});
  }
  return list;
}

std::string StateForPeople(const DeviceInfo& info) {
  if (info.device.state == DeviceState::kRevoked) return Say("đã thu hồi", "revoked");
  if (info.lines > 1) {
    return Say(absl::StrCat("có ", info.lines, " nhánh (bị sao chép hoặc khôi phục)"),
               absl::StrCat("copied or restored, ", info.lines, " lines"));
  }
  return Say("đang dùng", "active");
}

// A certificate tells a restored hub everything about a device but how people call it.
std::string NameForPeople(const DeviceInfo& info) {
  if (!info.device.name.empty()) return info.device.name;
  const bool taken_back = std::any_of(info.certificates.begin(), info.certificates.end(),
                                      [](const CertificateRow& row) { return row.pem.empty(); });
  return taken_back ? Say("(chưa rõ tên, ghi danh sau bản sao lưu)", "(name not known: enrolled after the backup)") : "–";
}

Json DeviceAsJson(const DeviceInfo& info) {
  Json notes = Json::array();
  for (const DeviceNoteRow& note : info.notes)
    notes.push_back({{"at", TimeOrEmpty(note.at_s)}, {"by", note.author}, {"note", note.note}});
  return {{"device", FormatDevice(info.device.device)},
          {"unit", info.device.unit},
          {"role", RoleName(info.device.role)},
          {"name", info.device.name},
          {"state", info.device.state == DeviceState::kRevoked ? "revoked" : "active"},
          {"enrolled", TimeOrEmpty(info.device.enrolled_s)},
          {"last_seen", TimeOrEmpty(info.heartbeat.seen_ms / 1000)},
          {"waiting", info.heartbeat.waiting},
          {"oldest_waiting", TimeOrEmpty(info.heartbeat.oldest_waiting_s)},
          {"clock_offset_ms", info.heartbeat.clock_offset_ms},
          {"agent_version", info.heartbeat.agent_version},
          {"notes", std::move(notes)},
          {"lines", info.lines},
          {"forked", info.lines > 1},
          {"certificates", CertificatesAsJson(info)}};
}

}  // namespace

std::string RoleName(Role role) {
  return role == Role::kHub ? "hub" : role == Role::kSupervisor ? "supervisor" : "desk";
}

std::string RoleForPeople(Role role) {
  if (role == Role::kHub) return Say("máy chủ tổng hợp", "hub");
  return role == Role::kSupervisor ? Say("người phụ trách", "supervisor") : Say("cán bộ tiếp nhận", "desk");
}

CommandResult RefusedBy(const absl::Status& status) {
  return {kExitRefused, "", absl::StrCat(status.message(), "\n")};
}

CommandResult RunHubCommand(const HubContext& context, const std::vector<std::string>& arguments,
                            const std::string& input, Language language) {
  const ScopedLanguage scope(language);
  const ReadCommandLine read = ReadHubCommandLine(arguments);
  if (!read.options) return read.answer;
  absl::StatusOr<CommandResult> result = Dispatch(context, *read.options, input);
  return result.ok() ? *std::move(result) : RefusedBy(result.status());
}

absl::StatusOr<CommandResult> CreateTokenCommand(const HubContext& context, const HubOptions& options) {
  if (options.role == "viewer") {
    return absl::FailedPreconditionError(Say(
        "Phiên bản này chưa có trang web của máy chủ nên chưa cấp mã viewer; hãy dùng desk hoặc supervisor.",
        "This version has no web pages at the hub and gives no viewer codes; use desk or supervisor."));
  }
  MOTCUA_ASSIGN_OR_RETURN(const int64_t ttl_s, ReadTtl(options.ttl));
  std::optional<DeviceId> replaces;
  if (!options.device.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(replaces, ParseDevice(options.device));
  }
  const Role role = options.role == "supervisor" ? Role::kSupervisor : Role::kDesk;
  MOTCUA_ASSIGN_OR_RETURN(const NewToken token,
                          context.hub->CreateToken(options.unit, role, ttl_s, replaces));
  const std::string code = FormatCode(token.secret, context.ca_fingerprint);
  if (options.json) {
    const Json json = {{"unit", options.unit},
                       {"role", options.role},
                       {"replaces", options.device},
                       {"expires", TimeOrEmpty(token.expires_s)},
                       {"code", code}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  return CommandResult{kExitDone,
                       absl::StrCat(Say("Mã ghi danh cho đơn vị ", "One-time code for unit "), options.unit,
                                    Say(", dùng một lần, đến ", ", to be used once, until "),
                                    FormatTimeInVietnam(token.expires_s), ":\n", code, "\n"),
                       ""};
}

absl::StatusOr<CommandResult> ListDevicesCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> devices, context.hub->ListDevices());
  if (options.json) {
    Json json = {{"devices", Json::array()}};
    for (const DeviceInfo& info : devices) json["devices"].push_back(DeviceAsJson(info));
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  std::vector<std::vector<std::string>> rows = {
      {Say("Thiết bị", "Device"), Say("Đơn vị", "Unit"), Say("Vai trò", "Role"), Say("Trạng thái", "State"),
       Say("Đồng bộ lần cuối", "Last sync"), Say("Chờ gửi", "Waiting"), Say("Tên máy", "Name")}};
  for (const DeviceInfo& info : devices) {
    const int64_t seen_s = info.heartbeat.seen_ms / 1000;
    rows.push_back({FormatDevice(info.device.device), info.device.unit, RoleForPeople(info.device.role),
                    StateForPeople(info),
                    seen_s == 0 ? "–" : FormatTimeInVietnam(seen_s), GroupedNumber(info.heartbeat.waiting),
                    NameForPeople(info)});
  }
  if (devices.empty())
    return CommandResult{kExitDone, Say("Chưa có thiết bị nào.\n", "There are no devices.\n"), ""};
  return CommandResult{kExitDone, Columns(rows, 5), ""};
}

absl::StatusOr<CommandResult> RevokeDeviceCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const DeviceId device, ParseDevice(options.device));
  if (options.certificate.empty()) {
    MOTCUA_RETURN_IF_ERROR(context.hub->RevokeDevice(device));
  } else {
    MOTCUA_RETURN_IF_ERROR(context.hub->RevokeCertificate(device, options.certificate));
  }
  if (options.json) {
    Json json = {{"device", FormatDevice(device)}, {"state", "revoked"}};
    if (!options.certificate.empty()) json["certificate"] = options.certificate;
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  if (!options.certificate.empty()) {
    return CommandResult{kExitDone,
                         absl::StrCat(Say("Đã thu hồi chứng thư ", "Revoked certificate "), options.certificate,
                                      Say(" của thiết bị ", " of device "), FormatDevice(device), ".\n"),
                         ""};
  }
  return CommandResult{
      kExitDone, absl::StrCat(Say("Đã thu hồi thiết bị ", "Revoked device "), FormatDevice(device), ".\n"),
      ""};
}

absl::StatusOr<CommandResult> ApplyCatalogCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<CatalogFile> files, ReadCatalogFiles(options.path));
  MOTCUA_ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, LoadCatalog(files));
  const std::string version = ToHex(AsBytes(catalog->version())).substr(0, 16);
  MOTCUA_ASSIGN_OR_RETURN(const bool changed, context.hub->ApplyCatalog(std::move(catalog)));
  if (options.json) {
    const Json json = {{"catalog_version", version}, {"changed", changed}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  return CommandResult{
      kExitDone,
      changed
          ? absl::StrCat(Say("Đã áp dụng danh mục phiên bản ", "Applied catalog version "), version, ".\n")
          : absl::StrCat(Say("Danh mục đang dùng đã là phiên bản ", "The catalog already is version "),
                         version, ".\n"),
      ""};
}

absl::StatusOr<CommandResult> StatusCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const HubStatus status, context.hub->Status());
  const Json json = {{"incarnation", absl::StrCat(absl::Hex(status.incarnation, absl::kZeroPad16))},
                     {"catalog", status.catalog_id},
                     {"catalog_version", ToHex(AsBytes(status.catalog)).substr(0, 16)},
                     {"units", status.units},
                     {"devices", status.devices},
                     {"devices_revoked", status.devices_revoked},
                     {"lines", status.lines},
                     {"forks", status.forks},
                     {"entries", status.entries},
                     {"held", status.held},
                     {"exclusions", status.exclusions}};
  if (options.json) return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  std::string text;
  const auto line = [&](const std::string& vi, const std::string& en, const std::string& value) {
    absl::StrAppend(&text, Say(vi, en), ": ", value, "\n");
  };
  line("danh mục", "catalog",
       absl::StrCat(status.catalog_id, " ", json["catalog_version"].get<std::string>()));
  line("đơn vị có số liệu", "units with entries", GroupedNumber(status.units));
  line("thiết bị (trong đó đã thu hồi)", "devices (of them revoked)",
       absl::StrCat(GroupedNumber(status.devices), " (", GroupedNumber(status.devices_revoked), ")"));
  line("lượt ghi", "entries", GroupedNumber(status.entries));
  line("nhánh (trong đó tách ra)", "lines (of them forked)",
       absl::StrCat(GroupedNumber(status.lines), " (", GroupedNumber(status.forks), ")"));
  line("lượt ghi chờ danh mục", "entries waiting for a catalog", GroupedNumber(status.held));
  line("lần loại hoặc tính lại", "exclusions and inclusions", GroupedNumber(status.exclusions));
  return CommandResult{kExitDone, text, ""};
}

}  // namespace motcua
