// restate, exclude, include, ledger show, ledger verify: the operator in the ledger.
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "common/base/language.h"
#include "common/report/figure_text.h"
#include "common/report/figure_trail.h"
#include "common/report/text_layout.h"
#include "hub/adapters/entry_text.h"
#include "hub/adapters/hub_commands.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

struct Shown {
  std::string unit;
  std::optional<DeviceId> device;
  std::optional<Cell> cell;
};

absl::StatusOr<Shown> ReadShown(const HubContext& context, const HubOptions& options) {
  Shown shown;
  shown.unit = options.unit;
  if (!options.cell.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(shown.cell, ParseCell(options.cell));
    if (shown.unit.empty()) shown.unit = shown.cell->unit;
  }
  if (options.device.empty()) return shown;
  MOTCUA_ASSIGN_OR_RETURN(shown.device, ParseDevice(options.device));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> devices, context.hub->ListDevices());
  for (const DeviceInfo& info : devices) {
    if (info.device.device == *shown.device && shown.unit.empty()) shown.unit = info.device.unit;
  }
  if (!shown.unit.empty()) return shown;
  return absl::NotFoundError(
      Say(absl::StrCat("Không có thiết bị ", options.device, "; xem danh sách bằng device list."),
          absl::StrCat("There is no device ", options.device, "; see device list.")));
}

// Of an entry that is not excluded. `catalog` is nullptr where all that is listed is known to have a catalog.
bool WaitsForCatalog(const Catalog* catalog, const Entry& entry) {
  return catalog != nullptr && entry.cell() != nullptr && absl::IsNotFound(catalog->CheckCell(*entry.cell()));
}

// Sets the fate, and returns it in the reader's language.
std::string DescribeFate(const UnitLedger& ledger, const Catalog* catalog, Position at, const Entry& entry, Json& json) {
  const UnitLedger::Fate fate = ledger.FateOf(at);
  const bool excluded = fate.kind == UnitLedger::FateKind::kExcluded;
  const bool held = !excluded && WaitsForCatalog(catalog, entry);
  json["fate"] = held ? "held" : FateName(fate.kind);
  json["excluded_by"] = excluded ? FormatEntryName(fate.excluded_by) : "";
  json["reason"] = fate.reason;
  const std::string words = held ? Say("chờ danh mục", "held") : FateForPeople(fate.kind);
  return fate.reason.empty() ? words : absl::StrCat(words, ": ", fate.reason);
}

std::vector<std::string> AsRow(const Entry& entry, const Json& json, const std::string& fate) {
  const auto text = [&](const char* name) { return json[name].get<std::string>(); };
  return {text("entry"),
          FormatTimeInVietnam(entry.clock_s),
          KindForPeople(entry.kind()),
          text("cell"),
          WhatItSays(entry),
          fate,
          text("author"),
          text("note")};
}

// Entries of one or several units as JSON or as a table.
class EntryLister {
 public:
  // `catalog` tells what waits for one; nullptr when nothing that is listed does.
  EntryLister(const Catalog* catalog, bool as_json) : catalog_(catalog), as_json_(as_json) {}

  absl::Status NameDevices(Hub* hub) {
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceInfo> devices, hub->ListDevices());
    for (const DeviceInfo& info : devices) names_[info.device.device] = info.device.name;
    return absl::OkStatus();
  }

  void Add(const std::string& unit, const UnitLedger& ledger, const std::function<bool(const Entry&)>& wanted) {
    ledger.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
      if (!wanted(entry)) return;
      Json json = {{"entry", FormatEntryName(name)},
                   {"unit", unit},
                   {"device", FormatDevice(entry.device)},
                   {"device_name", names_[entry.device]},
                   {"seq", entry.seq},
                   {"kind", KindName(entry.kind())},
                   {"role", RoleName(entry.role)},
                   {"author", entry.author},
                   {"time", FormatTimeRfc3339(entry.clock_s)},
                   {"clock_s", entry.clock_s},
                   {"note", entry.note}};
      DescribeBody(entry, json);
      const std::string fate = DescribeFate(ledger, catalog_, at, entry, json);
      if (as_json_) {
        entries_.push_back(std::move(json));
      } else {
        rows_.push_back(AsRow(entry, json, fate));
      }
    });
  }

  // `about` is what the entries are of; `heading` stands above the table.
  CommandResult Answer(Json about, const std::string& heading = "") {
    if (as_json_) {
      about["entries"] = std::move(entries_);
      return {kExitDone, about.dump(2) + "\n", ""};
    }
    if (rows_.size() == 1) return {kExitDone, heading + Say("Chưa có lượt ghi nào.\n", "There are no entries.\n"), ""};
    return {kExitDone, heading + Columns(rows_, rows_.front().size()), ""};
  }

 private:
  const Catalog* const catalog_;
  const bool as_json_;
  std::map<DeviceId, std::string> names_;
  Json entries_ = Json::array();
  std::vector<std::vector<std::string>> rows_ = {{Say("Lượt ghi", "Entry"), Say("Giờ ghi", "Time"),
                                                  Say("Loại", "Kind"), Say("Ô số liệu", "Cell"),
                                                  Say("Nội dung", "Content"), Say("Tình trạng", "Fate"),
                                                  Say("Người ghi", "Author"), Say("Ghi chú", "Note")}};
};

// As in a report: a number, words, null when it is not known.
Json ValueOf(const Figure& figure) {
  const std::string plain = PlainText(figure);
  if (figure.kind == Figure::Kind::kNumber) return figure.number;
  double rate = 0;
  if (figure.kind == Figure::Kind::kRate && absl::SimpleAtod(plain, &rate)) return rate;
  return plain.empty() ? Json() : Json(plain);
}

// The figure as JSON, and as a line: "2.3.6/received/online, value: 8.839 (từ 412 ô số liệu)".
Json FigureAsJson(const HubOptions& options, const FigureTrail& trail) {
  return {{"form", options.form},     {"unit", options.unit},       {"period", options.period},
          {"row", options.row},       {"column", options.column},   {"revision", options.revision.value_or(0)},
          {"label", trail.label},     {"value", ValueOf(trail.figure)}, {"cells", trail.cells.size()}};
}
std::string FigureLine(const HubOptions& options, const FigureTrail& trail, const Form& form) {
  const auto cells = static_cast<int64_t>(trail.cells.size());
  return absl::StrCat(trail.label, " (", options.row, ", ", options.column, "): ",
                      PlainText(trail.figure).empty() ? Say("chưa biết", "not known")
                                                      : PeopleText(trail.figure, form.zero_over_zero),
                      Say(absl::StrCat(", từ ", GroupedNumber(cells), " ô số liệu"),
                          absl::StrCat(", from ", Counted(cells, "cell", "cells"))),
                      "\n\n");
}

// The entries behind a printed figure.
absl::StatusOr<CommandResult> ShowFigureCommand(const HubContext& context, const HubOptions& options) {
  FigureTrail trail;
  std::string line;
  std::optional<Revision> revision;
  const auto trace = [&](const Catalog& catalog, const FactSource& facts) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(
        trail, TraceFigure(catalog, facts, {options.form, options.unit, options.period, options.row, options.column}));
    line = FigureLine(options, trail, *catalog.FindForm(options.form));
    return absl::OkStatus();
  };
  if (options.revision.value_or(0) > 0) {
    const ReportOrder order{options.form, options.unit, options.period, *options.revision, options.seal, false};
    MOTCUA_RETURN_IF_ERROR(context.hub->WithRevision(
        order, [&](const Catalog& catalog, const FactSource& facts, const Revision& frozen) -> absl::Status {
          revision = frozen;
          return trace(catalog, facts);
        }));
  } else {
    MOTCUA_RETURN_IF_ERROR(context.hub->WithFacts(trace));
  }
  std::map<std::string, std::set<Cell>> cells;
  for (const Cell& cell : trail.cells) cells[cell.unit].insert(cell);
  // The figure's own catalog knows all of these cells, whatever today's says of them.
  EntryLister lister(nullptr, options.json);
  MOTCUA_RETURN_IF_ERROR(lister.NameDevices(context.hub));
  for (const auto& [unit, wanted] : cells) {
    MOTCUA_ASSIGN_OR_RETURN(UnitLedger ledger, context.hub->LoadLedger(unit));
    // An old revision was made of what it covers; an entry's fate is what it was then.
    if (revision) {
      MOTCUA_ASSIGN_OR_RETURN(ledger, CoveredPart(ledger, revision->parts[unit].covers));
    }
    lister.Add(unit, ledger, [&](const Entry& entry) { return entry.cell() != nullptr && wanted.contains(*entry.cell()); });
  }
  return lister.Answer(FigureAsJson(options, trail), line);
}

// The number or text given, and what the person saw, by what the measure takes.
absl::StatusOr<EntryName> RestateCell(const HubContext& context, const HubOptions& options, const Cell& cell) {
  const Value value = options.set_text ? Value(*options.set_text) : Value(options.set.value_or(0));
  std::optional<Value> shown;
  const std::shared_ptr<const Catalog> catalog = context.hub->catalog();
  const Measure* measure = catalog->FindMeasure(cell.measure);
  if (options.shown && measure != nullptr) {
    MOTCUA_ASSIGN_OR_RETURN(shown, ReadValueOf(*measure, *options.shown));
  }
  return context.hub->Restate(cell, value, shown, options.note, options.author);
}

CommandResult PaperRecorded(const PaperRecord& record, const PaperAnswer& answer, bool as_json) {
  const std::string entry = answer.entry ? FormatEntryName(*answer.entry) : "";
  if (as_json) {
    const Json json = {{"entry", entry}, {"known_before", answer.known_before}, {"difference", answer.difference}};
    return {kExitDone, json.dump(2) + "\n", ""};
  }
  if (!answer.entry) {
    return {kExitDone, Say("Số trên giấy đã được ghi từ trước, không có gì thêm.\n",
                           "The paper says what is recorded already; nothing was added.\n"), ""};
  }
  std::string said = absl::StrCat(Say("Đã ghi thay đơn vị ", "Recorded for unit "), record.cell.unit, ": ", entry);
  if (record.cumulative) {
    absl::StrAppend(&said, Say("; giấy ghi ", "; the paper says "), GroupedNumber(*record.cumulative),
                    Say(", đã biết ", ", known were "), GroupedNumber(answer.known_before), Say(", ghi thêm ", ", added "),
                    GroupedNumber(answer.difference));
  }
  return {kExitDone, said + ".\n", ""};
}

}  // namespace

absl::Status CheckRecords(const Catalog& catalog, const std::string& code) {
  const Unit* unit = catalog.FindUnit(code);
  if (unit == nullptr) {
    return absl::NotFoundError(
        Say(absl::StrCat("Danh mục không có đơn vị ", Quoted(code), "; hãy xem lại mã đơn vị."),
            absl::StrCat("The catalog has no unit ", Quoted(code), "; check its code.")));
  }
  if (catalog.KindOf(*unit)->records) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Đơn vị ", code, " chỉ tổng hợp, không có nhật ký; hãy nêu đơn vị trực thuộc."),
          absl::StrCat("Unit ", code, " only consolidates and has no log; name one of its units.")));
}

CommandResult WroteEntry(const EntryName& name, const HubOptions& options) {
  if (!options.json)
    return {kExitDone, absl::StrCat(Say("Đã ghi ", "Wrote "), FormatEntryName(name), ".\n"), ""};
  const Json json = {{"entry", FormatEntryName(name)}};
  return {kExitDone, json.dump(2) + "\n", ""};
}

absl::StatusOr<CommandResult> RestateCommand(const HubContext& context, const HubOptions& options) {
  Cell cell{options.unit, {}, options.procedure, options.channel, options.measure};
  MOTCUA_ASSIGN_OR_RETURN(cell.day, ParseDay(options.day));
  MOTCUA_ASSIGN_OR_RETURN(const EntryName name, RestateCell(context, options, cell));
  return WroteEntry(name, options);
}

absl::StatusOr<CommandResult> RecordCommand(const HubContext& context, const HubOptions& options) {
  PaperRecord record;
  record.cell = {options.unit, {}, options.procedure, options.channel, options.measure};
  record.note = options.note;
  record.author = options.author;
  MOTCUA_ASSIGN_OR_RETURN(record.cell.day, ParseDay(options.day));
  if (!options.from.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(record.from, ParseDay(options.from));
  }
  const Measure* measure = context.hub->catalog()->FindMeasure(options.measure);
  const bool counter = measure != nullptr && measure->nature() == MeasureNature::kCounter;
  record.add = options.add;
  if (options.set && counter) record.cumulative = options.set;
  if (options.set && !counter) record.observed = Value(*options.set);
  if (options.set_text) record.observed = Value(*options.set_text);
  MOTCUA_ASSIGN_OR_RETURN(const PaperAnswer answer, context.hub->RecordFromPaper(record));
  return PaperRecorded(record, answer, options.json);
}

absl::StatusOr<CommandResult> ResolveConflictCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const Cell cell, ParseCell(options.cell));
  MOTCUA_ASSIGN_OR_RETURN(const EntryName name, RestateCell(context, options, cell));
  return WroteEntry(name, options);
}

absl::StatusOr<CommandResult> ExcludeCommand(const HubContext& context, const HubOptions& options,
                                             bool lifts) {
  const std::size_t dots = options.entries.find("..");
  if (dots == std::string::npos) {
    return absl::InvalidArgumentError(
        Say("Viết các lượt ghi là ĐẦU..CUỐI, xem tên bằng ledger show.",
            "Write the entries as FIRST..LAST; see ledger show for their names."));
  }
  MOTCUA_ASSIGN_OR_RETURN(const EntryName first, ParseEntryName(options.entries.substr(0, dots)));
  MOTCUA_ASSIGN_OR_RETURN(const EntryName last, ParseEntryName(options.entries.substr(dots + 2)));
  MOTCUA_ASSIGN_OR_RETURN(const Hub::Exclusion exclusion, context.hub->Exclude(options.unit, first, last, lifts,
                                                                               options.note, options.author));
  const std::string entry = FormatEntryName(exclusion.entry);
  if (options.json) {
    const Json json = {{"entry", entry}, {"already", exclusion.already}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  if (!exclusion.already) return WroteEntry(exclusion.entry, options);
  return CommandResult{kExitDone,
                       Say(absl::StrCat("Các lượt ghi này đã bị loại từ trước bởi ", entry, "; không ghi gì thêm.\n"),
                           absl::StrCat("These entries are excluded already, by ", entry, "; nothing was written.\n")),
                       ""};
}

absl::StatusOr<CommandResult> ShowLedgerCommand(const HubContext& context, const HubOptions& options) {
  if (!options.form.empty()) return ShowFigureCommand(context, options);
  MOTCUA_ASSIGN_OR_RETURN(const Shown shown, ReadShown(context, options));
  const std::shared_ptr<const Catalog> catalog = context.hub->catalog();
  EntryLister lister(catalog.get(), options.json);
  MOTCUA_RETURN_IF_ERROR(lister.NameDevices(context.hub));
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger ledger, context.hub->LoadLedger(shown.unit));
  if (ledger.entry_count() == 0) MOTCUA_RETURN_IF_ERROR(CheckRecords(*catalog, shown.unit));
  lister.Add(shown.unit, ledger, [&](const Entry& entry) {
    if (shown.device && entry.device != *shown.device) return false;
    return !shown.cell || (entry.cell() != nullptr && *entry.cell() == *shown.cell);
  });
  return lister.Answer(Json{{"unit", shown.unit}});
}

absl::StatusOr<CommandResult> VerifyCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> findings, context.hub->Verify());
  CommandResult result;
  result.exit_code = findings.empty() ? kExitDone : kExitRefused;
  if (options.json) {
    const Json json = {{"findings", findings}};
    result.out = json.dump(2) + "\n";
    return result;
  }
  if (findings.empty()) {
    result.out = Say("Nhật ký và mọi số liệu đều khớp.\n", "The log and every fact agree.\n");
  }
  for (const std::string& finding : findings) absl::StrAppend(&result.out, finding, "\n");
  return result;
}

}  // namespace motcua
