// period …: who owes what, locks and revisions, what has moved since.
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/period_words.h"
#include "common/report/text_layout.h"
#include "hub/adapters/entry_text.h"
#include "hub/adapters/hub_commands.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kCellsListedMax = 200;  // for people; --json has all

// The top of the tree, where there is one.
absl::StatusOr<std::string> UnitOf(const HubContext& context, const HubOptions& options) {
  if (!options.unit.empty()) return options.unit;
  std::vector<std::string> roots;
  const std::shared_ptr<const Catalog> catalog = context.hub->catalog();
  for (const Unit& unit : catalog->data().units) {
    if (unit.parent.empty()) roots.push_back(unit.code);
  }
  if (roots.size() == 1) return roots.front();
  return absl::InvalidArgumentError(Say("Hãy nêu đơn vị bằng --unit.", "Name the unit with --unit."));
}

absl::StatusOr<PeriodOrder> OrderOf(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::string unit, UnitOf(context, options));
  return PeriodOrder{options.period, unit, options.note, options.author};
}

std::string TimeOrEmpty(int64_t at_s) { return at_s == 0 ? "" : FormatTimeRfc3339(at_s); }
std::string TimeForPeople(int64_t at_s) { return at_s == 0 ? "–" : FormatTimeInVietnam(at_s); }

absl::Status NotATime(const std::string& text) {
  return absl::InvalidArgumentError(
      Say(absl::StrCat(Quoted(text), " không phải là một lúc; viết như 2026-12-31, \"2026-12-31 17:00\" hoặc 48h."),
          absl::StrCat(Quoted(text), " is not a time; write it as 2026-12-31, \"2026-12-31 17:00\" or 48h.")));
}

// "48h", "7d", a day (its end), or a day with hours and minutes; in Vietnam's time.
absl::StatusOr<int64_t> ReadUntil(const std::string& text) {
  constexpr int64_t kVietnamS = 7 * 3600;
  const std::string last = text.empty() ? "" : text.substr(text.size() - 1);
  int64_t number = 0;
  if ((last == "h" || last == "d") && absl::SimpleAtoi(text.substr(0, text.size() - 1), &number) && number > 0 &&
      number <= 24 * 366) {
    return SystemClock().WallSeconds() + number * (last == "h" ? 3600 : 86400);
  }
  const absl::StatusOr<Day> day = ParseDay(text.substr(0, 10));
  if (!day.ok()) return NotATime(text);
  const int64_t midnight_s = int64_t{day->number} * 86400 - kVietnamS;
  if (text.size() == 10) return midnight_s + 86400;
  int hour = 0;
  int minute = 0;
  const bool shaped = text.size() == 16 && (text[10] == ' ' || text[10] == 'T') && text[13] == ':';
  if (!shaped || !absl::SimpleAtoi(text.substr(11, 2), &hour) || !absl::SimpleAtoi(text.substr(14, 2), &minute) ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return NotATime(text);
  }
  return midnight_s + hour * 3600 + minute * 60;
}

Json MissingAsJson(const LockLine& line) {
  Json missing = Json::array();
  for (const Coverage::Missing& unit : line.missing)
    missing.push_back({{"unit", unit.unit}, {"name", unit.name}, {"state", unit.state}});
  return missing;
}

Json LockAsJson(const LockLine& line) {
  return {{"revision", line.revision},
          {"locked", TimeOrEmpty(line.at_s)},
          {"by", line.author},
          {"note", line.note},
          {"units_expected", line.units_expected},
          {"units_submitted", line.units_submitted},
          {"missing", MissingAsJson(line)},
          {"cells_changed", line.cells_changed},
          {"open_until", TimeOrEmpty(line.open_until_s)}};
}

std::string CoverageInWords(const LockLine& line) {
  std::string text = Say(
      absl::StrCat(line.units_submitted, " trên ", line.units_expected, " đơn vị đã nộp"),
      absl::StrCat(line.units_submitted, " of ", Counted(line.units_expected, "unit", "units"), " submitted"));
  std::vector<std::string> missing;
  for (const Coverage::Missing& unit : line.missing) missing.push_back(absl::StrCat(unit.name, " (", unit.unit, ")"));
  if (!missing.empty()) absl::StrAppend(&text, Say("; thiếu: ", "; missing: "), absl::StrJoin(missing, ", "));
  return text;
}

CommandResult AnswerLock(const LockAnswer& answer, const std::string& vi, const std::string& en,
                         const HubOptions& options) {
  if (options.json) {
    Json json = {{"period", answer.period}, {"unit", answer.unit}, {"already", answer.already}};
    json.update(LockAsJson(answer.lock));
    return {kExitDone, json.dump(2) + "\n", ""};
  }
  return {kExitDone,
          absl::StrCat(Say(vi, en), " ", answer.period, Say(" của ", " of "), answer.unit, Say(", bản ", ", revision "),
                       answer.lock.revision, ": ", CoverageInWords(answer.lock), ".\n"),
          ""};
}

// ---- amendments

Json ValueAsJson(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Json CauseAsJson(const AmendmentCause& cause) {
  if (cause.kind == AmendmentKind::kDefinition) return {{"kind", AmendmentKindName(cause.kind)}};
  return {{"kind", AmendmentKindName(cause.kind)},
          {"entry", FormatEntryName(cause.name)},
          {"device", FormatDevice(cause.name.device)},
          {"device_name", cause.device_name},
          {"author", cause.entry.author},
          {"time", FormatTimeRfc3339(cause.entry.clock_s)},
          {"arrived", TimeOrEmpty(cause.arrived_s)},
          {"note", cause.entry.note}};
}

Json CellsAsJson(const Amendments& found) {
  Json cells = Json::array();
  for (const AmendedCell& cell : found.cells) {
    Json causes = Json::array();
    for (const AmendmentCause& cause : cell.causes) causes.push_back(CauseAsJson(cause));
    cells.push_back({{"unit", cell.cell.unit},
                     {"cell", FormatCell(cell.cell)},
                     {"frozen", ValueAsJson(cell.frozen)},
                     {"now", ValueAsJson(cell.now)},
                     {"causes", std::move(causes)}});
  }
  return cells;
}

Json AmendmentsAsJson(const Amendments& found) {
  Json figures = Json::array();
  for (const AmendedFigure& figure : found.figures) {
    figures.push_back({{"form", figure.form},
                       {"row", figure.row},
                       {"column", figure.column},
                       {"label", figure.label},
                       {"frozen", figure.frozen},
                       {"now", figure.now}});
  }
  Json states = Json::array();
  for (const AmendedState& state : found.states) {
    states.push_back({{"unit", state.unit},
                      {"name", state.name},
                      {"frozen", UnitStateName(state.frozen)},
                      {"now", UnitStateName(state.now)}});
  }
  return {{"period", found.base.period},
          {"unit", found.base.area},
          {"revision", found.base.number},
          {"digest", ToHex(AsBytes(found.digest))},
          {"catalog_frozen", ToHex(AsBytes(found.base.catalog)).substr(0, 16)},
          {"catalog_now", ToHex(AsBytes(found.catalog_now)).substr(0, 16)},
          {"figures", std::move(figures)},
          {"cells", CellsAsJson(found)},
          {"units", std::move(states)}};
}

std::string ShownValue(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return GroupedNumber(*number);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "–" : *text;
}

std::string CausesInWords(const AmendedCell& cell) {
  std::vector<std::string> words;
  for (const AmendmentCause& cause : cell.causes) {
    std::string said = AmendmentKindForPeople(cause.kind);
    if (cause.kind != AmendmentKind::kDefinition) {
      const std::string who = cause.entry.author.empty() ? cause.device_name : cause.entry.author;
      absl::StrAppend(&said, ": ", FormatEntryName(cause.name), who.empty() ? "" : ", ", who, ", ",
                      FormatTimeInVietnam(cause.entry.clock_s));
      if (!cause.entry.note.empty()) absl::StrAppend(&said, " – ", cause.entry.note);
    }
    words.push_back(std::move(said));
  }
  return absl::StrJoin(words, "; ");
}

std::string AmendmentsAsText(const Amendments& found) {
  std::string text = Say(absl::StrCat("So với bản ", found.base.number, " của kỳ ", found.base.period, " (",
                                      found.base.area, "):\n"),
                         absl::StrCat("Against revision ", found.base.number, " of ", found.base.period, " (",
                                      found.base.area, "):\n"));
  const std::string was = Say("Đã chốt", "Locked");
  const std::string is = Say("Nay", "Now");
  Rows figures = {{Say("Biểu", "Form"), Say("Dòng", "Row"), Say("Cột", "Column"), was, is, Say("Nội dung", "Content")}};
  for (const AmendedFigure& figure : found.figures)
    figures.push_back({figure.form, figure.row, figure.column, figure.frozen, figure.now, figure.label});
  if (figures.size() > 1) absl::StrAppend(&text, Columns(figures, 3), "\n");
  Rows cells = {{Say("Ô số liệu", "Cell"), was, is, Say("Do đâu", "Why")}};
  for (const AmendedCell& cell : found.cells) {
    if (cells.size() > kCellsListedMax) break;
    cells.push_back({FormatCell(cell.cell), ShownValue(cell.frozen), ShownValue(cell.now), CausesInWords(cell)});
  }
  if (cells.size() > 1) absl::StrAppend(&text, Columns(cells, 1));
  if (found.cells.size() > kCellsListedMax) {
    absl::StrAppend(&text, Say(absl::StrCat("… và ", found.cells.size() - kCellsListedMax, " ô nữa (--json).\n"),
                               absl::StrCat("… and ", found.cells.size() - kCellsListedMax, " more (--json).\n")));
  }
  for (const AmendedState& state : found.states) {
    absl::StrAppend(&text, state.name, " (", state.unit, "): ", UnitStateForPeople(state.frozen), " → ",
                    UnitStateForPeople(state.now), "\n");
  }
  return absl::StrCat(text, Say("Nhận tất cả: ", "To accept all of it: "), "motcua-hub period accept-amendments ",
                      found.base.period, " --unit ", found.base.area, " --shown ",
                      ToHex(AsBytes(found.digest)).substr(0, 16), " --note …\n");
}

// ---- status

Json OnTimeAsJson(OnTime on_time) {
  switch (on_time) {
    case OnTime::kYes:
      return "yes";
    case OnTime::kNo:
      return "no";
    case OnTime::kClaimed:
      return "claimed";
    case OnTime::kNotSaid:
      break;
  }
  return nullptr;
}

std::string OnTimeForPeople(const UnitPeriod& there) {
  switch (there.on_time) {
    case OnTime::kYes:
      return Say("đúng hạn", "on time");
    case OnTime::kNo:
      return Say("muộn", "late");
    case OnTime::kClaimed:
      return Say("tự khai đúng hạn", "claims on time");
    case OnTime::kNotSaid:
      break;
  }
  return "";
}

Json SubmissionAsJson(const std::optional<SubmissionAt>& submission) {
  if (!submission) return nullptr;
  Json reasons = Json::array();
  for (const SubmitBody::Reason& reason : submission->body().reasons)
    reasons.push_back({{"rule", reason.rule}, {"text", reason.text}});
  return {{"entry", FormatEntryName(submission->name)},
          {"time", FormatTimeRfc3339(submission->entry.clock_s)},
          {"arrived", TimeOrEmpty(submission->arrived_s)},
          {"device", FormatDevice(submission->entry.device)},
          {"signer", submission->body().signer},
          {"document", submission->body().document},
          {"nothing_to_report", submission->body().nothing_to_report},
          {"totals", ToHex(AsBytes(submission->body().totals))},
          {"reasons", std::move(reasons)}};
}

Json UnitAsJson(const UnitStatus& unit) {
  return {{"unit", unit.unit},
          {"name", unit.name},
          {"state", UnitStateName(unit.there.state)},
          {"last_receipt", TimeOrEmpty(unit.there.seen_s)},
          {"waiting", unit.there.waiting},
          {"submission", SubmissionAsJson(unit.there.newest)},
          {"first_submission", SubmissionAsJson(unit.there.first)},
          {"on_time", OnTimeAsJson(unit.there.on_time)},
          {"on_time_decided", unit.there.on_time_decided},
          {"contact", unit.contact}};
}

Json StatusAsJson(const PeriodStatus& status) {
  Json units = Json::array();
  for (const UnitStatus& unit : status.units) units.push_back(UnitAsJson(unit));
  return {{"period", status.period},
          {"unit", status.unit},
          {"from", FormatDay(status.from)},
          {"to", FormatDay(status.to)},
          {"due", status.due ? FormatDay(*status.due) : ""},
          {"units_expected", status.expected},
          {"units_submitted", status.submitted},
          {"units_exempt", status.exempt},
          {"lock", status.lock ? LockAsJson(*status.lock) : Json(nullptr)},
          {"units", std::move(units)}};
}

std::string StatusAsText(const PeriodStatus& status) {
  Rows rows = {{Say("Mã", "Code"), Say("Đơn vị", "Unit"), Say("Tình trạng", "State"), Say("Nộp lúc", "Submitted"),
                Say("Người ký", "Signer"), Say("Số văn bản", "Document"), Say("Hạn", "Due"),
                Say("Đồng bộ lần cuối", "Last sync"), Say("Chờ gửi", "Waiting"), Say("Điện thoại", "Phone")}};
  for (const UnitStatus& unit : status.units) {
    const UnitPeriod& there = unit.there;
    rows.push_back({unit.unit, unit.name, UnitStateForPeople(there.state),
                    there.newest ? FormatTimeInVietnam(there.newest->entry.clock_s) : "",
                    there.newest ? there.newest->body().signer : "", there.newest ? there.newest->body().document : "",
                    OnTimeForPeople(there), TimeForPeople(there.seen_s), GroupedNumber(there.waiting), unit.contact});
  }
  std::string text = absl::StrCat(status.unit_name, " (", status.unit, "), ", Say("kỳ ", "period "), status.period, ", ",
                                  FormatDayForPeople(status.from), " – ", FormatDayForPeople(status.to));
  if (status.due) absl::StrAppend(&text, Say(", hạn nộp ", ", due "), FormatDayForPeople(*status.due));
  absl::StrAppend(&text, "\n", Columns(rows, 8),
                  Say(absl::StrCat("Đã nộp: ", status.submitted, " trên ", status.expected, " đơn vị.\n"),
                      absl::StrCat("Submitted: ", status.submitted, " of ",
                                   Counted(status.expected, "unit", "units"), ".\n")));
  if (!status.lock) return text;
  absl::StrAppend(&text, Say("Đã chốt, bản ", "Locked, revision "), status.lock->revision, ": ",
                  CoverageInWords(*status.lock), ".\n");
  if (status.lock->open_until_s > 0) {
    absl::StrAppend(&text, Say("Đang mở lại đến ", "Unlocked until "), FormatTimeInVietnam(status.lock->open_until_s),
                    ".\n");
  }
  return text;
}

Json LocksAsJson(const ListedPeriod& period) {
  Json locks = Json::array();
  for (const ListedLock& lock : period.locks) {
    Json revisions = Json::array();
    for (const Revision& revision : lock.revisions) {
      revisions.push_back({{"revision", revision.number},
                           {"seal", RevisionSeal(revision)},
                           {"at", TimeOrEmpty(revision.at_s)},
                           {"by", revision.author},
                           {"note", revision.note},
                           {"catalog_version", ToHex(AsBytes(revision.catalog)).substr(0, 16)}});
    }
    locks.push_back({{"unit", lock.unit},
                     {"revision", lock.revisions.back().number},
                     {"open_until", TimeOrEmpty(lock.open_until_s)},
                     {"revisions", std::move(revisions)}});
  }
  return locks;
}

std::string LocksInWords(const ListedPeriod& period) {
  std::vector<std::string> words;
  for (const ListedLock& lock : period.locks) {
    std::string said = absl::StrCat(lock.unit, Say(": bản ", ": revision "), lock.revisions.back().number);
    if (lock.open_until_s > 0)
      absl::StrAppend(&said, Say(", mở đến ", ", open until "), FormatTimeInVietnam(lock.open_until_s));
    words.push_back(std::move(said));
  }
  return absl::StrJoin(words, "; ");
}

}  // namespace

absl::StatusOr<CommandResult> ListPeriodsCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<ListedPeriod> periods, context.hub->ListPeriods(options.period));
  Json list = Json::array();
  Rows rows = {{Say("Kỳ", "Period"), Say("Từ", "From"), Say("Đến", "To"), Say("Hạn nộp", "Due"), Say("Chốt", "Locked")}};
  for (const ListedPeriod& period : periods) {
    list.push_back({{"period", period.period},
                    {"name", period.name},
                    {"from", FormatDay(period.from)},
                    {"to", FormatDay(period.to)},
                    {"due", period.due ? FormatDay(*period.due) : ""},
                    {"locks", LocksAsJson(period)}});
    rows.push_back({period.period, FormatDayForPeople(period.from), FormatDayForPeople(period.to),
                    period.due ? FormatDayForPeople(*period.due) : "", LocksInWords(period)});
  }
  if (options.json) return CommandResult{kExitDone, Json{{"periods", std::move(list)}}.dump(2) + "\n", ""};
  return CommandResult{kExitDone, Columns(rows, 5), ""};
}

absl::StatusOr<CommandResult> PeriodStatusCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::string unit, UnitOf(context, options));
  MOTCUA_ASSIGN_OR_RETURN(const PeriodStatus status, context.hub->PeriodStatusOf(options.period, unit));
  return CommandResult{kExitDone, options.json ? StatusAsJson(status).dump(2) + "\n" : StatusAsText(status), ""};
}

absl::StatusOr<CommandResult> LockPeriodCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const PeriodOrder order, OrderOf(context, options));
  MOTCUA_ASSIGN_OR_RETURN(const LockAnswer answer, context.hub->LockPeriod(order, options.accept_missing));
  if (answer.already) return AnswerLock(answer, "Đã chốt từ trước kỳ", "Locked already: period", options);
  if (answer.relocked) return AnswerLock(answer, "Đã khóa lại kỳ", "Locked again: period", options);
  return AnswerLock(answer, "Đã chốt kỳ", "Locked period", options);
}

absl::StatusOr<CommandResult> UnlockPeriodCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const PeriodOrder order, OrderOf(context, options));
  MOTCUA_ASSIGN_OR_RETURN(const int64_t until_s, ReadUntil(options.until));
  MOTCUA_ASSIGN_OR_RETURN(const LockAnswer answer, context.hub->UnlockPeriod(order, until_s));
  const std::string when = FormatTimeInVietnam(until_s);
  return AnswerLock(answer, absl::StrCat("Đã mở lại đến ", when, " kỳ"), absl::StrCat("Unlocked until ", when, ": period"),
                    options);
}

absl::StatusOr<CommandResult> AmendmentsCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const PeriodOrder order, OrderOf(context, options));
  MOTCUA_ASSIGN_OR_RETURN(const Amendments found, context.hub->AmendmentsOf(order.period, order.unit));
  if (options.json) return CommandResult{kExitDone, AmendmentsAsJson(found).dump(2) + "\n", ""};
  if (!found.none()) return CommandResult{kExitDone, AmendmentsAsText(found), ""};
  return CommandResult{kExitDone,
                       Say(absl::StrCat("Không có gì khác bản ", found.base.number, ".\n"),
                           absl::StrCat("Nothing differs from revision ", found.base.number, ".\n")),
                       ""};
}

absl::StatusOr<CommandResult> AcceptAmendmentsCommand(const HubContext& context, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const PeriodOrder order, OrderOf(context, options));
  MOTCUA_ASSIGN_OR_RETURN(const LockAnswer answer, context.hub->AcceptAmendments(order, options.shown));
  return AnswerLock(answer, "Đã nhận các điều chỉnh của kỳ", "Accepted the amendments of period", options);
}

absl::StatusOr<CommandResult> ExemptCommand(const HubContext& context, const HubOptions& options) {
  const PeriodOrder order{options.period, options.unit, options.note, options.author};
  MOTCUA_ASSIGN_OR_RETURN(const bool changed, context.hub->ExemptUnit(order, !options.lift));
  if (options.json) {
    const Json json = {{"period", order.period}, {"unit", order.unit}, {"exempt", !options.lift}, {"changed", changed}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  const std::string which = absl::StrCat(order.unit, Say(", kỳ ", ", period "), order.period, ".\n");
  return CommandResult{kExitDone,
                       options.lift ? absl::StrCat(Say("Phải nộp: ", "Owes: "), which)
                                    : absl::StrCat(Say("Được miễn: ", "Exempt: "), which),
                       ""};
}

absl::StatusOr<CommandResult> DecideOnTimeCommand(const HubContext& context, const HubOptions& options) {
  const PeriodOrder order{options.period, options.unit, options.note, options.author};
  MOTCUA_ASSIGN_OR_RETURN(const UnitPeriod there, context.hub->JudgeSubmission(order, options.on_time == "yes"));
  if (options.json) {
    const Json json = {{"period", order.period}, {"unit", order.unit}, {"on_time", OnTimeAsJson(there.on_time)}};
    return CommandResult{kExitDone, json.dump(2) + "\n", ""};
  }
  return CommandResult{
      kExitDone, absl::StrCat(order.unit, Say(", kỳ ", ", period "), order.period, ": ", OnTimeForPeople(there), ".\n"),
      ""};
}

}  // namespace motcua
