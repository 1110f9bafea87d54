// backup, restore and doctor: what an operator reads.
#include <nlohmann/json.hpp>

#include "common/base/language.h"
#include "common/report/text_layout.h"
#include "hub/adapters/entry_text.h"
#include "hub/adapters/hub_backup.h"
#include "hub/adapters/hub_commands.h"
#include "hub/adapters/hub_doctor.h"
#include "hub/adapters/hub_restore.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

std::string Version(const Hash& version) { return ToHex(AsBytes(version)).substr(0, 16); }

// A `saw` is bookkeeping: the hub writes another by itself before it next decides.
bool NeedsPerson(const Entry& entry) { return entry.kind() != EntryKind::kSaw; }

Json HubEntryAsJson(const HubDifference::HubEntry& of) {
  Json json = {{"unit", of.unit},
               {"entry", FormatEntryName(of.name)},
               {"kind", KindName(of.entry.kind())},
               {"needs_person", NeedsPerson(of.entry)},
               {"author", of.entry.author},
               {"time", FormatTimeRfc3339(of.entry.clock_s)},
               {"note", of.entry.note}};
  DescribeBody(of.entry, json);
  return json;
}

Json DevicesAsJson(const std::vector<HubDifference::Device>& devices) {
  Json list = Json::array();
  for (const HubDifference::Device& of : devices) {
    list.push_back({{"device", FormatDevice(of.row.device)},
                    {"unit", of.row.unit},
                    {"name", of.row.name},
                    {"certificate", of.certificate}});
  }
  return list;
}

Json DifferenceAsJson(const HubDifference& difference) {
  Json json = {{"entries", Json::array()},
               {"hub_entries", Json::array()},
               {"devices", DevicesAsJson(difference.devices)},
               {"certificates", DevicesAsJson(difference.certificates)},
               {"revocations", DevicesAsJson(difference.revocations)},
               {"tokens", Json::array()},
               {"catalogs", Json::array()}};
  for (const HubDifference::DeviceEntries& of : difference.entries) {
    json["entries"].push_back({{"unit", of.unit},
                               {"device", FormatDevice(of.device)},
                               {"name", of.name},
                               {"entries", of.entries},
                               {"first", FormatEntryName(of.first)},
                               {"last", FormatEntryName(of.last)}});
  }
  for (const HubDifference::HubEntry& of : difference.hub_entries)
    json["hub_entries"].push_back(HubEntryAsJson(of));
  for (const HubDifference::Token& token : difference.tokens) {
    json["tokens"].push_back({{"unit", token.unit},
                              {"role", RoleName(token.role)},
                              {"expires", FormatTimeRfc3339(token.expires_s)},
                              {"used", token.used},
                              {"known_to_backup", !token.made_since}});
  }
  for (const Hash& version : difference.catalogs) json["catalogs"].push_back(Version(version));
  return json;
}

using Rows = std::vector<std::vector<std::string>>;

// A heading and its rows; nothing when there are none.
void AppendList(const std::string& heading, const Rows& rows, std::string* text) {
  if (rows.empty()) return;
  absl::StrAppend(text, "\n", heading, "\n", Columns(rows, rows.front().size()));
}

void AppendHubEntries(const HubDifference& difference, std::string* text) {
  Rows rows;
  int64_t bookkeeping = 0;
  for (const HubDifference::HubEntry& of : difference.hub_entries) {
    if (!NeedsPerson(of.entry)) {
      ++bookkeeping;
      continue;
    }
    const std::string cell = of.entry.cell() == nullptr ? "" : FormatCell(*of.entry.cell());
    rows.push_back({"  " + of.unit, FormatTimeInVietnam(of.entry.clock_s), KindForPeople(of.entry.kind()),
                    absl::StrCat(cell, cell.empty() ? "" : " ", WhatItSays(of.entry)), of.entry.author,
                    of.entry.note});
  }
  AppendList(Say("Trong đó, do máy chủ tổng hợp ghi (nếu không bàn nào giữ thì phải làm lại):",
                 "Of these, written by the hub (to be made again when no desk holds them):"),
             rows, text);
  if (bookkeeping == 0) return;
  absl::StrAppend(
      text, "\n",
      Say(absl::StrCat(GroupedNumber(bookkeeping), " lượt ghi \"đã nhận\" của máy chủ thì không phải làm lại.\n"),
          absl::StrCat(Counted(bookkeeping, "entry", "entries"),
                       " of the hub's own (\"saw\", what it had received) need not be made again.\n")));
}

void AppendEntries(const HubDifference& difference, std::string* text) {
  Rows rows;
  for (const HubDifference::DeviceEntries& of : difference.entries) {
    rows.push_back({"  " + of.unit,
                    of.device == kHubDevice ? Say("máy chủ tổng hợp", "the hub") : FormatDevice(of.device),
                    of.name,
                    Say(absl::StrCat(GroupedNumber(of.entries), " lượt ghi"),
                        Counted(of.entries, "entry", "entries")),
                    absl::StrCat(FormatEntryName(of.first), " … ", FormatEntryName(of.last))});
  }
  AppendList(Say("Lượt ghi (bàn tiếp nhận nào còn giữ sẽ tự gửi lại ở lần đồng bộ tới):",
                 "Entries (any desk that holds them returns them with its next sync):"),
             rows, text);
  AppendHubEntries(difference, text);
}

Rows DeviceLines(const std::vector<HubDifference::Device>& devices) {
  Rows rows;
  for (const HubDifference::Device& of : devices)
    rows.push_back({"  " + FormatDevice(of.row.device), of.row.unit, of.row.name, of.certificate});
  return rows;
}

void AppendDevices(const HubDifference& difference, std::string* text) {
  AppendList(Say("Thiết bị đã ghi danh từ sau bản sao lưu:", "Devices enrolled since the backup:"),
             DeviceLines(difference.devices), text);
  AppendList(Say("Chứng thư đã cấp từ sau bản sao lưu:", "Certificates issued since the backup:"),
             DeviceLines(difference.certificates), text);
  AppendList(Say("Đã thu hồi hoặc thay máy, nay lại vào được: hãy chạy lại device revoke (có chứng thư thì thêm "
                 "--certificate):",
                 "Revoked or replaced, and may enter again: repeat device revoke (with --certificate where one is "
                 "named):"),
             DeviceLines(difference.revocations), text);
  Rows rows;
  for (const HubDifference::Token& token : difference.tokens) {
    rows.push_back({"  " + token.unit, RoleForPeople(token.role), FormatTimeInVietnam(token.expires_s),
                    token.made_since ? Say("không dùng được nữa", "no longer known")
                                     : Say("đã dùng, nay lại dùng được", "was used, may be used again")});
  }
  AppendList(Say("Mã ghi danh:", "One-time codes:"), rows, text);
  rows.clear();
  for (const Hash& version : difference.catalogs) rows.push_back({"  " + Version(version)});
  AppendList(Say("Phiên bản danh mục: hãy chạy lại catalog apply:", "Catalog versions: repeat catalog apply:"),
             rows, text);
}

std::string TellLoss(const RestoredHub& restored) {
  if (restored.set_aside.empty()) return "";
  std::string text = absl::StrCat(Say("Dữ liệu trước đó được cất tại ", "What was there is set aside as "),
                                  restored.set_aside, Say(" (danh sách này: cùng tên, đuôi .txt).\n",
                                                          " (this list: the same name with .txt).\n"));
  if (!restored.only_there) {
    absl::StrAppend(&text,
                    Say("Không đọc được dữ liệu đó nên không biết chỉ riêng nó có gì: ",
                        "It cannot be read, so what only it had is not known: "),
                    restored.unreadable, "\n");
  } else if (restored.only_there->empty()) {
    absl::StrAppend(&text, Say("Không có gì mà bản sao lưu không có.\n",
                               "It had nothing that the backup does not have.\n"));
  } else {
    absl::StrAppend(&text, Say("Chỉ riêng nó có:\n", "Only it had:\n"));
    AppendEntries(*restored.only_there, &text);
    AppendDevices(*restored.only_there, &text);
  }
  return text;
}

}  // namespace

absl::StatusOr<CommandResult> BackUpCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const MadeBackup made,
                          BackUpHub(*context.hub, *context.store, *context.keys, options.path));
  if (options.json) {
    const Json json = {{"file", options.path},
                       {"made", FormatTimeRfc3339(made.made_s)},
                       {"bytes", made.bytes},
                       {"units", made.units},
                       {"entries", made.entries},
                       {"longest_wait_ms", made.longest_wait_ms}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  return CommandResult{
      kExitDone,
      Say(absl::StrCat("Đã sao lưu ", GroupedNumber(made.entries), " lượt ghi của ", GroupedNumber(made.units),
                       " đơn vị vào ", options.path, " (", GroupedNumber(made.bytes / 1024),
                       " KiB). Trong tệp có khóa của máy chủ: hãy cất kỹ.\n"),
          absl::StrCat("Backed up ", Counted(made.entries, "entry", "entries"), " of ",
                       Counted(made.units, "unit", "units"), " to ", options.path, " (",
                       GroupedNumber(made.bytes / 1024), " KiB). It holds the hub's keys: keep it safe.\n")),
      ""};
}

absl::StatusOr<CommandResult> DoctorCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const Checkup checkup, ExamineHub(context));
  return CommandResult{checkup.somebody_must_act() ? kExitRefused : kExitDone,
                       options.json ? checkup.AsJson() : checkup.AsText(), ""};
}

absl::StatusOr<CommandResult> RestoreCommand(const HubOptions& options) {
  absl::StatusOr<RestoredHub> restored = RestoreHub(options.data, options.path, TellLoss);
  if (absl::IsAborted(restored.status())) {
    return absl::AbortedError(
        Say(absl::StrCat("Máy chủ trong ", options.data, " đang chạy; hãy dừng nó rồi khôi phục."),
            absl::StrCat("The hub in ", options.data, " is in use; stop it, then restore.")));
  }
  if (!restored.ok()) return restored.status();
  if (options.json) {
    const Json json = {{"file", options.path},
                       {"made", FormatTimeRfc3339(restored->made_s)},
                       {"incarnation", absl::StrCat(absl::Hex(restored->incarnation, absl::kZeroPad16))},
                       {"units", restored->units},
                       {"entries", restored->entries},
                       {"set_aside", restored->set_aside},
                       {"list", restored->set_aside.empty() ? "" : restored->set_aside + ".txt"},
                       {"unreadable", restored->unreadable},
                       {"only_there", DifferenceAsJson(restored->only_there.value_or(HubDifference{}))}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  return CommandResult{
      kExitDone,
      absl::StrCat(Say(absl::StrCat("Đã khôi phục từ bản sao lưu lúc ", FormatTimeInVietnam(restored->made_s),
                                    ": ", GroupedNumber(restored->entries), " lượt ghi của ",
                                    GroupedNumber(restored->units), " đơn vị.\n"),
                       absl::StrCat("Restored from the backup of ", FormatTimeInVietnam(restored->made_s),
                                    ": ", Counted(restored->entries, "entry", "entries"), " of ",
                                    Counted(restored->units, "unit", "units"), ".\n")),
                   TellLoss(*restored)),
      ""};
}

}  // namespace motcua
