// conflict list, conflict close: what a person should look at, with what is needed to decide it; and what was decided.
// (conflict resolve is a restatement and stands with restate.)
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/entry_json.h"
#include "common/report/period_words.h"
#include "common/report/report.h"
#include "common/report/text_layout.h"
#include "hub/adapters/entry_text.h"
#include "hub/adapters/hub_commands.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

std::string ValueText(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return Say("(trống)", "(blank)");
  if (const auto* number = std::get_if<int64_t>(&value)) return GroupedNumber(*number);
  return std::get<std::string>(value);
}

Json NamesJson(const std::vector<EntryName>& names) {
  Json list = Json::array();
  for (const EntryName& name : names) list.push_back(FormatEntryName(name));
  return list;
}

const char* MatterName(MatterKind kind) {
  switch (kind) {
    case MatterKind::kConflict:
      return "conflict";
    case MatterKind::kOverlap:
      return "overlap";
    case MatterKind::kNegative:
      return "negative";
    case MatterKind::kFork:
      return "fork";
    case MatterKind::kImport:
      return "import";
  }
  return "";
}

// A device's lines part when its folder is copied or restored; the hub's own when the hub is restored.
std::string ForkForPeople(const OpenMatter& matter) {
  const auto lines = static_cast<int64_t>(matter.branches.size());
  if (matter.fork.device == kHubDevice) {
    return Say(absl::StrCat(GroupedNumber(lines), " nhánh nhật ký của máy chủ cùng ghi (máy chủ đã được khôi phục)"),
               absl::StrCat("Written on ", GroupedNumber(lines), " lines of the hub's own log (the hub was restored)"));
  }
  return Say(absl::StrCat(GroupedNumber(lines), " nhánh của một thiết bị cùng ghi (máy bị sao chép hoặc khôi phục)"),
             absl::StrCat("Written on ", GroupedNumber(lines), " lines of one device (copied or restored)"));
}

// An overlap has a restatement, or it is one of what the hub took from paper with what a desk typed.
std::string OverlapForPeople(const OpenMatter& matter) {
  const bool restated = std::any_of(matter.postings.begin(), matter.postings.end(), [](const MatterPosting& posting) {
    return posting.content.kind() == EntryKind::kRestate && posting.fate != UnitLedger::FateKind::kExcluded;
  });
  if (restated) return Say("Có số cộng thêm cùng lúc với số ấn định", "Added to while being restated");
  return Say("Vừa ghi từ giấy vừa ghi ở máy của đơn vị, có thể tính hai lần",
             "Recorded both from paper and at a desk, perhaps counted twice");
}

std::string MatterForPeople(const OpenMatter& matter) {
  switch (matter.kind) {
    case MatterKind::kConflict:
      return Say("Ấn định khác nhau", "Restated differently");
    case MatterKind::kOverlap:
      return OverlapForPeople(matter);
    case MatterKind::kNegative:
      return Say("Số âm", "Negative");
    case MatterKind::kFork:
      return ForkForPeople(matter);
    case MatterKind::kImport:
      return Say("Một tệp được nhập ở nhiều nơi", "One file imported in several places");
  }
  return "";
}

std::string FateForPeople(const MatterPosting& posting) {
  return absl::StrCat(FateForPeople(posting.fate), posting.reason.empty() ? "" : ": ", posting.reason);
}

// What printing needs besides the matters.
struct Names {
  std::shared_ptr<const Catalog> catalog;
  std::map<DeviceId, std::string> devices;

  std::string Device(DeviceId device) const {
    const auto known = devices.find(device);
    return known == devices.end() ? std::string() : known->second;
  }
  std::string Unit(const std::string& code) const {
    const motcua::Unit* unit = catalog->FindUnit(code);
    return unit == nullptr ? code : unit->name;
  }
  // "Phường Cống Vị · 31/08/2020 · … · Tại quầy · Tiếp nhận"
  std::string Label(const Cell& cell) const {
    std::vector<std::string> parts = {Unit(cell.unit), FormatDayForPeople(cell.day)};
    const Procedure* procedure = catalog->FindProcedure(cell.procedure);
    const Channel* channel = catalog->FindChannel(cell.channel);
    const Measure* measure = catalog->FindMeasure(cell.measure);
    if (!cell.procedure.empty()) parts.push_back(procedure == nullptr ? cell.procedure : procedure->name.Text());
    if (!cell.channel.empty()) parts.push_back(channel == nullptr ? cell.channel : channel->name.Text());
    parts.push_back(measure == nullptr ? cell.measure : measure->name.Text());
    return absl::StrJoin(parts, " · ");
  }
};

absl::StatusOr<Names> ReadNames(const HubContext& context) {
  Names names{context.hub->catalog(), {}};
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> devices, context.hub->ListDevices());
  for (const DeviceInfo& info : devices) names.devices[info.device.device] = info.device.name;
  return names;
}

absl::StatusOr<MatterFilter> ReadFilter(const Catalog& catalog, const HubOptions& options) {
  MatterFilter filter;
  filter.unit = options.unit;
  if (!filter.unit.empty() && catalog.FindUnit(filter.unit) == nullptr) {
    return absl::NotFoundError(
        Say(absl::StrCat("Danh mục không có đơn vị ", Quoted(filter.unit), "; hãy xem lại mã đơn vị."),
            absl::StrCat("The catalog has no unit ", Quoted(filter.unit), "; check its code.")));
  }
  if (options.period.empty()) return filter;
  MOTCUA_ASSIGN_OR_RETURN(const auto parts, SplitPeriod(options.period));
  MOTCUA_ASSIGN_OR_RETURN(const Period* const period, FindPeriodNamed(catalog, parts.first, parts.second));
  filter.first = period->from;
  filter.last = period->to;
  return filter;
}

// ---- in files

// Who wrote an entry and when: the device is proven, the name is stated.
void AddWriter(const Entry& entry, const Names& names, Json* json) {
  (*json)["role"] = RoleName(entry.role);
  (*json)["device"] = FormatDevice(entry.device);
  (*json)["device_name"] = names.Device(entry.device);
  (*json)["author"] = entry.author;
  (*json)["time"] = FormatTimeRfc3339(entry.clock_s);
  (*json)["clock_s"] = entry.clock_s;
  (*json)["note"] = entry.note;
}

Json PostingJson(const MatterPosting& posting, const Names& names) {
  Json json = {{"entry", FormatEntryName(posting.entry)}, {"kind", KindName(posting.content.kind())},
               {"delta", nullptr},                        {"value", nullptr},
               {"shown", nullptr}};
  if (const auto* add = std::get_if<AddBody>(&posting.content.body)) {
    json["delta"] = add->delta;
    if (add->typed) json["value"] = *add->typed;
    if (add->shown) json["shown"] = *add->shown;
  } else if (const auto* restate = std::get_if<RestateBody>(&posting.content.body)) {
    json["value"] = ValueJson(restate->value);
    json["shown"] = ValueJson(restate->shown);
  }
  AddWriter(posting.content, names, &json);
  json["knew"] = NamesJson(posting.knew);
  json["fate"] = FateName(posting.fate);
  const bool excluded = posting.fate == UnitLedger::FateKind::kExcluded;
  json["excluded_by"] = excluded ? FormatEntryName(posting.excluded_by) : "";
  json["reason"] = posting.reason;
  json["branch"] = posting.branch ? FormatEntryName(*posting.branch) : "";
  return json;
}

std::string EntryRange(const DoubledImport& import) {
  return absl::StrCat(FormatEntryName(import.first), "..", FormatEntryName(import.last));
}

Json ImportJson(const DoubledImport& import, const Names& names) {
  const auto& body = std::get<ImportBody>(import.content.body);
  Json json = {{"entries", EntryRange(import)},
               {"first", FormatEntryName(import.first)},
               {"last", FormatEntryName(import.last)},
               {"file_name", body.file_name},
               {"rows", body.rows},
               {"excluded", import.excluded}};
  AddWriter(import.content, names, &json);
  return json;
}

Json MatterJson(const OpenMatter& matter, const Names& names) {
  const bool import = matter.kind == MatterKind::kImport;
  const bool fork = matter.kind == MatterKind::kFork;
  Json json = {{"kind", MatterName(matter.kind)},
               {"unit", matter.unit},
               {"cell", import ? "" : FormatCell(matter.cell)},
               {"day", import ? "" : FormatDay(matter.cell.day)},
               {"procedure", matter.cell.procedure},
               {"channel", matter.cell.channel},
               {"measure", matter.cell.measure},
               {"label", import ? names.Unit(matter.unit) : names.Label(matter.cell)},
               {"value", ValueJson(matter.value)}};
  json["postings"] = Json::array();
  for (const MatterPosting& posting : matter.postings) json["postings"].push_back(PostingJson(posting, names));
  json["postings_left_off"] = matter.postings_left_off;
  json["fork"] = fork ? FormatEntryName(matter.fork) : "";
  json["branches"] = NamesJson(matter.branches);
  json["digest"] = "";
  json["imports"] = Json::array();
  for (const DoubledImport& doubled : matter.imports) {
    json["digest"] = ToHex(AsBytes(std::get<ImportBody>(doubled.content.body).digest));
    json["imports"].push_back(ImportJson(doubled, names));
  }
  return json;
}

// ---- for people

std::string InAWord(const Entry& entry) {
  if (const auto* add = std::get_if<AddBody>(&entry.body))
    return absl::StrCat(add->delta >= 0 ? "+" : "", GroupedNumber(add->delta));
  const auto* restate = std::get_if<RestateBody>(&entry.body);
  return restate == nullptr ? std::string() : absl::StrCat("= ", ValueText(restate->value));
}

std::string DeviceText(DeviceId device, const Names& names) {
  if (device == kHubDevice) return Say("máy chủ tổng hợp", "the hub");
  const std::string name = names.Device(device);
  return name.empty() ? FormatDevice(device) : name;
}

std::string Indented(const std::string& text) {
  std::string lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    absl::StrAppend(&lines, "  ", text.substr(begin, end - begin), "\n");
    begin = end + 1;
  }
  return lines;
}

std::string PostingsText(const OpenMatter& matter, const Names& names) {
  std::map<EntryName, std::string> says;
  for (const MatterPosting& posting : matter.postings) says[posting.entry] = InAWord(posting.content);
  Rows rows = {{Say("Số", "Number"), Say("Người ghi", "Author"), Say("Vai trò", "Role"), Say("Máy", "Device"),
                Say("Giờ ghi", "Time"), Say("Đã thấy", "Had seen"), Say("Tình trạng", "Fate"),
                Say("Lượt ghi", "Entry"), Say("Ghi chú", "Note")}};
  if (matter.kind == MatterKind::kFork) rows.front()[5] = Say("Nhánh", "Branch");
  for (const MatterPosting& posting : matter.postings) {
    std::vector<std::string> seen;
    for (const EntryName& name : posting.knew) seen.push_back(says[name]);
    std::string sixth = seen.empty() ? "–" : absl::StrJoin(seen, ", ");
    if (matter.kind == MatterKind::kFork) {
      const auto branch = posting.branch
                              ? std::find(matter.branches.begin(), matter.branches.end(), *posting.branch)
                              : matter.branches.end();
      sixth = branch == matter.branches.end() ? "–" : absl::StrCat(branch - matter.branches.begin() + 1);
    }
    rows.push_back({InAWord(posting.content), posting.content.author, RoleForPeople(posting.content.role),
                    DeviceText(posting.content.device, names), FormatTimeInVietnam(posting.content.clock_s), sixth,
                    FateForPeople(posting), FormatEntryName(posting.entry), posting.content.note});
  }
  std::string text = Columns(rows, rows.front().size());
  if (matter.postings_left_off > 0) {
    const auto count = static_cast<int64_t>(matter.postings_left_off);
    absl::StrAppend(&text, Say(absl::StrCat("và ", GroupedNumber(count), " lượt ghi nữa"),
                               absl::StrCat("and ", Counted(count, "more entry", "more entries"))),
                    "\n");
  }
  return text;
}

std::string ImportsText(const OpenMatter& matter, const Names& names) {
  Rows rows = {{Say("Tệp", "File"), Say("Số dòng", "Rows"), Say("Người nhập", "Author"), Say("Máy", "Device"),
                Say("Giờ ghi", "Time"), Say("Các lượt ghi", "Entries"), Say("Tình trạng", "Fate")}};
  for (const DoubledImport& import : matter.imports) {
    const auto& body = std::get<ImportBody>(import.content.body);
    rows.push_back({body.file_name, GroupedNumber(body.rows), import.content.author,
                    DeviceText(import.content.device, names), FormatTimeInVietnam(import.content.clock_s),
                    EntryRange(import), import.excluded ? Say("không tính", "excluded") : Say("được tính", "counted")});
  }
  return Columns(rows, rows.front().size());
}

// What a person types to settle it.
std::string HowToSettle(const OpenMatter& matter) {
  const auto say = [](const std::string& command) {
    return absl::StrCat(Say("Giải quyết: motcua-hub ", "Settle it: motcua-hub "), command);
  };
  if (matter.kind == MatterKind::kImport) {
    return say(absl::StrCat("exclude --unit ", matter.unit, " --entries ", EntryRange(matter.imports.back()),
                            Say(" --note \"nhập trùng\"", " --note \"imported twice\"")));
  }
  if (matter.kind == MatterKind::kFork) {
    return say(absl::StrCat("conflict close --unit ", matter.unit, " --fork ", FormatEntryName(matter.fork),
                            " --note …"));
  }
  return say(absl::StrCat("conflict resolve ", FormatCell(matter.cell), " --set … --note …"));
}

std::string MatterText(const OpenMatter& matter, const Names& names) {
  const bool import = matter.kind == MatterKind::kImport;
  std::string text = absl::StrCat(MatterForPeople(matter), ": ", import ? names.Unit(matter.unit) : names.Label(matter.cell), "\n");
  std::string body;
  if (import) {
    body = ImportsText(matter, names);
  } else {
    body = absl::StrCat(FormatCell(matter.cell), Say("   đang hiện ", "   shows "), ValueText(matter.value), "\n",
                        PostingsText(matter, names));
  }
  absl::StrAppend(&body, HowToSettle(matter), "\n");
  return text + Indented(body);
}

// ---- decisions

Json HolderJson(const DecisionHolder& holder) {
  return {{"device", FormatDevice(holder.device)},
          {"device_name", holder.name},
          {"holds", holder.holds},
          {"acknowledged", holder.acknowledged.has_value()},
          {"acknowledged_by", holder.author},
          {"acknowledged_at", holder.acknowledged ? FormatTimeRfc3339(holder.clock_s) : ""},
          {"acknowledged_in", holder.acknowledged ? FormatEntryName(*holder.acknowledged) : ""},
          {"acknowledged_note", holder.note}};
}

std::string DecisionForPeople(const Entry& entry) {
  const auto* exclude = std::get_if<ExcludeBody>(&entry.body);
  if (exclude == nullptr) return KindForPeople(entry.kind());
  return exclude->lifts ? Say("tính lại", "include") : Say("loại", "exclude");
}

Json DecisionJson(const Decision& decision, const Names& names) {
  const Entry& entry = decision.content;
  Json json = {{"entry", FormatEntryName(decision.entry)},
               {"kind", DecisionName(entry)},
               {"cell", entry.cell() == nullptr ? "" : FormatCell(*entry.cell())},
               {"value", nullptr},
               {"shown", nullptr},
               {"first", ""},
               {"last", ""},
               {"fork", ""},
               {"period", ""},
               {"area", ""},
               {"revision", 0}};
  FillDecision(entry, &json);
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) json["shown"] = ValueJson(restate->shown);
  AddWriter(entry, names, &json);
  json["devices"] = Json::array();
  for (const DecisionHolder& holder : decision.devices) json["devices"].push_back(HolderJson(holder));
  return json;
}

std::string AboutForPeople(const Entry& entry) {
  if (const Cell* cell = entry.cell()) return absl::StrCat(FormatCell(*cell), " ", InAWord(entry));
  if (const auto* exclude = std::get_if<ExcludeBody>(&entry.body))
    return absl::StrCat(FormatEntryName(exclude->first), "..", FormatEntryName(exclude->last));
  if (const auto* period = std::get_if<PeriodBody>(&entry.body)) return PeriodActForPeople(*period);
  const auto* review = std::get_if<ReviewBody>(&entry.body);
  return review == nullptr ? std::string() : FormatEntryName(review->fork);
}

std::string DecisionText(const Decision& decision, const Names& names) {
  const Entry& entry = decision.content;
  std::string text = absl::StrCat(FormatTimeInVietnam(entry.clock_s), "  ", DecisionForPeople(entry), "  ",
                                  AboutForPeople(entry), "\n");
  absl::StrAppend(&text, "  ", DeviceText(entry.device, names), entry.author.empty() ? "" : ", ", entry.author,
                  entry.note.empty() ? "" : ": ", entry.note, "\n");
  for (const DecisionHolder& holder : decision.devices) {
    std::string state = holder.holds ? Say("đã nhận, chưa xác nhận", "has it, not acknowledged")
                                     : Say("chưa nhận", "does not have it yet");
    if (holder.acknowledged) {
      const std::string by = holder.author.empty() ? "" : absl::StrCat(" ", holder.author);
      state = Say(absl::StrCat("đã xác nhận:", by, ", ", FormatTimeInVietnam(holder.clock_s)),
                  absl::StrCat("acknowledged:", by, ", ", FormatTimeInVietnam(holder.clock_s)));
    }
    absl::StrAppend(&text, "  ", holder.name.empty() ? FormatDevice(holder.device) : holder.name, ": ", state, "\n");
  }
  return text;
}

absl::StatusOr<CommandResult> ListDecisions(const HubContext& context, const HubOptions& options,
                                            const Names& names, const MatterFilter& filter) {
  MOTCUA_RETURN_IF_ERROR(CheckRecords(*names.catalog, filter.unit));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<Decision> decisions, context.hub->Decisions(filter));
  if (options.json) {
    Json list = Json::array();
    for (const Decision& decision : decisions) list.push_back(DecisionJson(decision, names));
    const Json json = {{"unit", filter.unit}, {"decisions", std::move(list)}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  std::string text;
  for (const Decision& decision : decisions) absl::StrAppend(&text, DecisionText(decision, names));
  if (text.empty()) text = Say("Chưa có quyết định nào.\n", "Nothing has been decided.\n");
  return CommandResult{kExitDone, text, ""};
}

}  // namespace

absl::StatusOr<CommandResult> ListConflictsCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const Names names, ReadNames(context));
  MOTCUA_ASSIGN_OR_RETURN(const MatterFilter filter, ReadFilter(*names.catalog, options));
  if (options.decided) return ListDecisions(context, options, names, filter);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<OpenMatter> matters, context.hub->OpenMatters(filter));
  if (options.json) {
    Json list = Json::array();
    for (const OpenMatter& matter : matters) list.push_back(MatterJson(matter, names));
    const Json json = {{"count", matters.size()}, {"matters", std::move(list)}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  std::string text;
  for (const OpenMatter& matter : matters) absl::StrAppend(&text, text.empty() ? "" : "\n", MatterText(matter, names));
  if (text.empty()) text = Say("Không có gì cần người quyết định.\n", "There is nothing a person must decide.\n");
  return CommandResult{kExitDone, text, ""};
}

absl::StatusOr<CommandResult> CloseForkCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const EntryName fork, ParseEntryName(options.fork));
  MOTCUA_ASSIGN_OR_RETURN(const EntryName name,
                          context.hub->CloseFork(options.unit, fork, options.note, options.author));
  return WroteEntry(name, options);
}

}  // namespace motcua
