#include "agent/core/desk.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "agent/core/desk_facts.h"
#include "common/base/language.h"
#include "common/base/log.h"
#include "common/report/report.h"
#include "common/sync/exchange.h"

namespace motcua {
namespace {

absl::Status NoCatalog() {
  return absl::FailedPreconditionError(
      Say("Máy này chưa có danh mục; hãy đồng bộ (motcua-agent sync) một lần trước khi ghi.",
          "This machine has no catalog yet; sync once (motcua-agent sync) before recording."));
}

absl::Status ClockWentBack(int64_t now_s, int64_t newest_s) {
  const std::string now = FormatTimeInVietnam(now_s);
  const std::string newest = FormatTimeInVietnam(newest_s);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Đồng hồ máy (", now, ") chậm hơn lượt ghi mới nhất (", newest,
                       "); hãy chỉnh đồng hồ hoặc nêu rõ ngày bằng --day."),
          absl::StrCat("The machine's clock (", now, ") is behind its newest entry (", newest,
                       "); set the clock or name the day with --day.")));
}

// A reason is for a rule; one for a mistyped rule would explain nothing.
absl::Status CheckReasons(const Catalog& catalog, const std::vector<SubmitBody::Reason>& reasons) {
  std::set<std::string> known;
  for (const Rule& rule : catalog.data().rules) known.insert(rule.rule);
  for (const SubmitBody::Reason& reason : reasons) {
    if (known.count(reason.rule) > 0) continue;
    const std::string list = absl::StrJoin(known, ", ");
    return absl::NotFoundError(
        Say(absl::StrCat("Danh mục không có quy tắc ", Quoted(reason.rule), "; hãy chọn trong ", list, "."),
            absl::StrCat("The catalog has no rule ", Quoted(reason.rule), "; choose one of ", list, ".")));
  }
  return absl::OkStatus();
}

// Every finding that is wrong, or that its rule wants explained, has a reason; otherwise all that have none are said.
absl::Status CheckExplained(const std::vector<Finding>& findings, const std::vector<SubmitBody::Reason>& reasons) {
  std::string list;
  for (const Finding& finding : findings) {
    const bool explained = std::any_of(reasons.begin(), reasons.end(), [&](const SubmitBody::Reason& reason) {
      return reason.rule == finding.rule && !reason.text.empty();
    });
    if (finding.severity == Severity::kWarning || explained) continue;
    absl::StrAppend(&list, "\n- ", finding.message, " [", finding.rule, "]");
  }
  if (list.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Chưa nộp: hãy sửa những điểm sau, hoặc nêu lý do cho từng quy tắc bằng --reason QUY_TẮC=LÝ DO:",
                       list),
          absl::StrCat("Not submitted: correct the following, or give a reason for each rule with --reason RULE=TEXT:",
                       list)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Desk>> Desk::Open(const DeskIdentity& identity, AgentStore* store,
                                                 Clock* clock, RandomSource* random,
                                                 CatalogParser parse_catalog) {
  std::unique_ptr<Desk> desk(new Desk(clock, random, std::move(parse_catalog)));
  MOTCUA_ASSIGN_OR_RETURN(desk->log_, DeskLog::Load(identity, store));
  MOTCUA_RETURN_IF_ERROR(desk->LoadCatalog(*store));
  return desk;
}

absl::Status Desk::LoadCatalog(AgentStore& store) {
  MOTCUA_ASSIGN_OR_RETURN(std::string bytes, store.LoadCatalog());
  if (bytes.empty()) return absl::OkStatus();
  absl::StatusOr<std::shared_ptr<const Catalog>> catalog = parse_catalog_(bytes);
  if (catalog.ok()) {
    catalog_ = *catalog;
  } else {
    // Stored by another version of this program; the next sync brings one that can be read.
    Log(LogLevel::kWarning, absl::StrCat("catalog: ", catalog.status().message()));
  }
  return absl::OkStatus();
}

absl::Status Desk::CheckDay(Day day, bool confirmed) const {
  if (confirmed || day <= Today()) return absl::OkStatus();
  const std::string written = FormatDayForPeople(day);
  const std::string today = FormatDayForPeople(Today());
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Ngày ", written, " sau hôm nay (", today, "); nếu đúng ý, hãy thêm --day-confirmed."),
          absl::StrCat("The day ", written, " is after today (", today,
                       "); if it is meant, add --day-confirmed.")));
}

absl::StatusOr<Cell> Desk::CellFor(const RecordRequest& request) const {
  if (!request.day && log_->own_end().seq > 0) {
    const int64_t newest_s = log_->OwnEntryAt(log_->own_end().seq).clock_s;
    if (clock_.WallSeconds() < newest_s) return ClockWentBack(clock_.WallSeconds(), newest_s);
  }
  const Day day = request.day.value_or(Today());
  MOTCUA_RETURN_IF_ERROR(CheckDay(day, request.day_confirmed));
  return Cell{log_->identity().unit, day, request.procedure, request.channel, request.measure};
}

absl::StatusOr<Draft> Desk::NewDraft() const {
  if (catalog_ == nullptr) return NoCatalog();
  return Draft(log_.get(), catalog_.get());
}

absl::StatusOr<EntryName> Desk::Write(const Draft& draft) { return WriteEntries(draft.Finish()); }

absl::StatusOr<EntryName> Desk::WriteEntries(std::vector<Entry> entries) {
  for (Entry& entry : entries) {
    entry.role = log_->identity().role;
    entry.clock_s = clock_.WallSeconds();
  }
  if (nonce_due_ && !entries.empty()) entries.front().nonce = random_.Next64();
  MOTCUA_RETURN_IF_ERROR(log_->AppendOwn(std::move(entries)));
  nonce_due_ = false;
  return log_->own_end();
}

absl::StatusOr<RecordAnswer> Desk::WriteOne(const Draft& draft, const Cell& cell) {
  MOTCUA_ASSIGN_OR_RETURN(EntryName name, Write(draft));
  return RecordAnswer{name, cell, ViewCell(*log_, cell, catalog_->FindMeasure(cell.measure)->nature()),
                      LocksBetween(cell.day, cell.day)};
}

std::vector<DeskPeriod> Desk::LocksBetween(Day first, Day last) const {
  if (catalog_ == nullptr) return {};
  std::vector<DeskPeriod> locks = LockedPeriods(*log_, *catalog_, /*counts=*/false);
  std::erase_if(locks, [&](const DeskPeriod& lock) {
    return last < lock.from || first > lock.to || lock.open_until_s > clock_.WallSeconds();
  });
  return locks;
}

absl::StatusOr<RecordAnswer> Desk::Record(const RecordRequest& request) {
  MOTCUA_ASSIGN_OR_RETURN(Draft draft, NewDraft());
  MOTCUA_ASSIGN_OR_RETURN(Cell cell, CellFor(request));
  if (request.adds) {
    MOTCUA_RETURN_IF_ERROR(draft.Add(cell, std::get<int64_t>(request.value), request.remark));
  } else {
    MOTCUA_RETURN_IF_ERROR(draft.Set(cell, request.value, request.shown, request.remark));
  }
  return WriteOne(draft, cell);
}

absl::StatusOr<RecordAnswer> Desk::Restate(const RecordRequest& request) {
  MOTCUA_ASSIGN_OR_RETURN(Draft draft, NewDraft());
  MOTCUA_ASSIGN_OR_RETURN(Cell cell, CellFor(request));
  MOTCUA_RETURN_IF_ERROR(draft.Restate(cell, request.value, request.shown, request.remark));
  return WriteOne(draft, cell);
}

ShowAnswer Desk::Show(Day first, Day last) const {
  ShowAnswer answer;
  const auto inside = [&](const Cell& cell) { return first <= cell.day && cell.day <= last; };
  for (const Cell& cell : log_->ledger().Cells()) {
    if (!inside(cell) || cell.unit != log_->identity().unit) continue;
    const Measure* measure = catalog_ == nullptr ? nullptr : catalog_->FindMeasure(cell.measure);
    ShownCell shown{cell, {}, measure != nullptr};
    if (measure != nullptr) shown.view = ViewCell(*log_, cell, measure->nature());
    answer.cells.push_back(std::move(shown));
  }
  if (!log_->ledger().causality().AnyExclusions()) return answer;
  log_->ledger().ForEach([&](Position at, const EntryName& name, const Entry& entry) {
    const Cell* cell = entry.cell();
    if (cell != nullptr && !inside(*cell)) return;
    const UnitLedger::Fate fate = log_->ledger().FateOf(at);
    if (fate.kind != UnitLedger::FateKind::kExcluded) return;
    answer.excluded.push_back(
        {name, cell ? std::optional<Cell>(*cell) : std::nullopt, entry.author, fate.reason});
  });
  std::sort(answer.excluded.begin(), answer.excluded.end(),
            [](const ExcludedEntry& a, const ExcludedEntry& b) { return a.entry < b.entry; });
  return answer;
}

DeskStatus Desk::Status() const {
  DeskStatus status;
  status.entries = log_->ledger().entry_count();
  status.waiting = log_->UnsentBehind(log_->HubHolds()).waiting;
  const ShowAnswer all = Show(kDayMin, kDayMax);
  status.excluded = all.excluded.size();
  for (const ShownCell& shown : all.cells) {
    if (shown.view.conflict || shown.view.overlap) status.conflicts.push_back(shown.cell);
  }
  status.forks = OpenForks();
  if (catalog_ != nullptr) status.periods = LockedPeriods(*log_, *catalog_, /*counts=*/true);
  status.decisions = UnacknowledgedDecisions();
  return status;
}

absl::StatusOr<const Period*> Desk::FindPeriod(const std::string& text) const {
  if (catalog_ == nullptr) return NoCatalog();
  MOTCUA_ASSIGN_OR_RETURN(auto parts, SplitPeriod(text));
  return FindPeriodNamed(*catalog_, parts.first, parts.second);
}

bool Desk::AnythingRecorded(Day first, Day last) const {
  const std::vector<ShownCell> cells = Show(first, last).cells;
  return std::any_of(cells.begin(), cells.end(), [](const ShownCell& shown) {
    return !shown.in_catalog || !std::holds_alternative<std::monostate>(shown.view.value);
  });
}

// SHA-256 over "CELL=VALUE\n" of every known cell of the period, in cell order.
Hash Desk::TotalsOf(Day first, Day last) const {
  std::string text;
  for (const ShownCell& shown : Show(first, last).cells) {
    if (std::holds_alternative<std::monostate>(shown.view.value)) continue;
    absl::StrAppend(&text, FormatCell(shown.cell), "=", FormatValue(shown.view.value), "\n");
  }
  return Sha256(text);
}

std::vector<DeviceId> Desk::LackedDevices() const {
  std::set<DeviceId> devices;
  for (const EntryName& end : log_->HubHolds()) {
    if (!log_->ledger().Holds(end)) devices.insert(end.device);
  }
  return {devices.begin(), devices.end()};
}

absl::StatusOr<std::vector<Finding>> Desk::FindingsOf(const std::string& period) const {
  MOTCUA_ASSIGN_OR_RETURN(const auto parts, SplitPeriod(period));
  const DeskFacts facts(log_.get(), catalog_.get());
  return CheckPeriod(*catalog_, facts, log_->identity().unit, parts.first, parts.second);
}

absl::StatusOr<SubmitAnswer> Desk::Submit(const SubmitRequest& request) {
  MOTCUA_ASSIGN_OR_RETURN(const Period* period, FindPeriod(request.period));
  MOTCUA_RETURN_IF_ERROR(CheckReasons(*catalog_, request.reasons));
  const bool recorded = AnythingRecorded(period->from, period->to);
  if (request.nothing_to_report && recorded) {
    return absl::FailedPreconditionError(Say(
        "Trong kỳ này đã có số liệu nên không thể nộp là không phát sinh; hãy nộp không kèm "
        "--nothing-to-report.",
        "Numbers are recorded in this period, so it cannot be submitted as nothing to report; submit without "
        "--nothing-to-report."));
  }
  if (!request.nothing_to_report && !recorded) {
    return absl::FailedPreconditionError(
        Say("Trong kỳ này chưa có số liệu nào; nếu đúng là không phát sinh, hãy thêm --nothing-to-report.",
            "Nothing is recorded in this period; if there was nothing, add --nothing-to-report."));
  }
  SubmitAnswer answer{
      {}, request.period, log_->ledger().Ends(), LackedDevices(), TotalsOf(period->from, period->to), {}, {}};
  MOTCUA_ASSIGN_OR_RETURN(answer.findings, FindingsOf(request.period));
  MOTCUA_RETURN_IF_ERROR(CheckExplained(answer.findings, request.reasons));
  for (const DeskPeriod& lock : LocksBetween(period->from, period->to)) {
    if (lock.period == request.period) answer.locks.push_back(lock);
  }
  SubmitBody body{request.period, answer.covers,    answer.totals,  request.nothing_to_report,
                  request.signer, request.document, request.reasons};
  MOTCUA_ASSIGN_OR_RETURN(Draft draft, NewDraft());
  MOTCUA_RETURN_IF_ERROR(draft.Put(std::move(body), {request.signer, ""}));
  MOTCUA_ASSIGN_OR_RETURN(answer.entry, Write(draft));
  return answer;
}

}  // namespace motcua
