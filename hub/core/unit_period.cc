#include "hub/core/unit_period.h"

#include <algorithm>
#include <tuple>

#include "common/base/language.h"
#include "common/ledger/canonical.h"

namespace motcua {
namespace {

constexpr int64_t kVietnamOffsetS = 7 * 3600;

absl::Status Damaged() {
  return absl::DataLossError(Say("Dữ liệu về các kỳ lưu trên máy chủ tổng hợp bị hỏng; hãy chạy ledger verify.",
                                 "What the hub stores about periods is damaged; run ledger verify."));
}

absl::StatusOr<PeriodBody> BodyOf(const PeriodRow& row) {
  MOTCUA_ASSIGN_OR_RETURN(const Entry entry, ParseCanonical(row.entry));
  if (const auto* body = std::get_if<PeriodBody>(&entry.body)) return *body;
  return Damaged();
}

bool Earlier(const SubmissionAt& a, const SubmissionAt& b) {
  return std::tie(a.arrived_s, a.name) < std::tie(b.arrived_s, b.name);
}

}  // namespace

int64_t DueSeconds(Day due) { return (int64_t{due.number} + 1) * 86400 - kVietnamOffsetS; }

absl::StatusOr<const std::vector<PeriodRow>*> UnitPeriods::Decisions(const std::string& period) {
  const auto known = decisions_.find(period);
  if (known != decisions_.end()) return &known->second;
  MOTCUA_ASSIGN_OR_RETURN(std::vector<PeriodRow> rows, store_.Periods(period));
  return &decisions_.emplace(period, std::move(rows)).first->second;
}

absl::Status UnitPeriods::ReadMachines() {
  machines_.emplace();
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceRow> devices, store_.Devices());
  for (const DeviceRow& device : devices) {
    MOTCUA_ASSIGN_OR_RETURN(const HeartbeatRow heartbeat, store_.Heartbeat(device.device));
    Machines& of = (*machines_)[device.unit];
    of.offset_ms[device.device] = heartbeat.clock_offset_ms;
    of.seen_s = std::max(of.seen_s, heartbeat.seen_ms / 1000);
    if (device.state == DeviceState::kActive) of.waiting += heartbeat.waiting;
  }
  return absl::OkStatus();
}

absl::StatusOr<const UnitPeriods::Machines*> UnitPeriods::MachinesOf(const std::string& unit) {
  if (!machines_) MOTCUA_RETURN_IF_ERROR(ReadMachines());
  return &(*machines_)[unit];
}

absl::StatusOr<UnitPeriods::Standing> UnitPeriods::ReadSubmissions(const Question& question, UnitLog& log,
                                                                   const Causality* causality) {
  Standing standing;
  for (LineId line = 0; line < log.tree().size(); ++line) {
    const uint32_t id = log.row(line).id;
    std::optional<std::pair<Position, SubmissionAt>> last;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SubmissionRow> rows, store_.SubmissionsOf(id));
    for (const SubmissionRow& row : rows) {
      if (row.period != question.period) continue;
      MOTCUA_ASSIGN_OR_RETURN(const Position at, log.PlaceOf(id, row.seq));
      if (causality != nullptr && causality->ExcludedBy(at)) continue;
      SubmissionAt submission;
      MOTCUA_RETURN_IF_ERROR(log.Read(line, row.seq, row.seq, [&](const Entry& entry, const Hash& hash) {
        submission.name = {entry.device, entry.seq, First8(hash)};
        submission.entry = entry;
        return absl::OkStatus();
      }));
      if (submission.entry.kind() != EntryKind::kSubmit) return Damaged();
      MOTCUA_ASSIGN_OR_RETURN(const SegmentRow segment, store_.SegmentAt(id, row.seq));
      submission.arrived_s = segment.received_s;
      standing.all.push_back(submission);
      last.emplace(at, std::move(submission));
    }
    if (last) standing.current.push_back(*std::move(last));
  }
  std::sort(standing.all.begin(), standing.all.end(), Earlier);
  return standing;
}

// Whether the unit's logs say anything of the period's days that no standing submission covers.
absl::StatusOr<bool> UnitPeriods::ChangedSince(const Standing& standing, const Question& question, UnitLog& log,
                                               const Causality* causality) {
  Context covered;
  for (const auto& [at, submission] : standing.current) {
    covered.Raise(log.tree(), at);
    for (const EntryName& name : submission.body().covers) {
      MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> end, log.Find(name));
      if (end && end->seq > 0) covered.Raise(log.tree(), *end);
    }
  }
  const auto concerns = [&](const Entry& entry) {
    const Cell* cell = entry.cell();
    return cell != nullptr && cell->unit == question.unit && question.first <= cell->day && cell->day <= question.last;
  };
  bool changed = false;
  std::vector<ExcludeBody> excludes;
  for (LineId line = 0; line < log.tree().size() && !changed; ++line) {
    const LineRow row = log.row(line);
    const Seq from = std::max(covered.KnownOf(line), row.fork_seq) + 1;
    if (from > row.end_seq) continue;
    MOTCUA_RETURN_IF_ERROR(log.ReadAbout(line, from, row.end_seq, question.first, question.last,
                                         [&](const Entry& entry, const Hash&) {
      const bool counts = concerns(entry) && (causality == nullptr || !causality->ExcludedBy({line, entry.seq}));
      changed = changed || counts;
      if (row.device == kHubDevice && entry.kind() == EntryKind::kExclude)
        excludes.push_back(std::get<ExcludeBody>(entry.body));
      return absl::OkStatus();
    }));
  }
  for (const ExcludeBody& exclude : excludes) {
    if (changed) break;
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> first, log.Find(exclude.first));
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> last, log.Find(exclude.last));
    if (!first || !last || !covered.Includes(log.tree(), *first)) continue;
    MOTCUA_RETURN_IF_ERROR(log.ReadPath(*first, *last, [&](const Entry& entry, const Hash&) {
      changed = changed || concerns(entry);
      return absl::OkStatus();
    }));
  }
  return changed;
}

// The newest moment at which the hub wrote something that the submission names as held. A submission names all ends
// that its desk held, so every saw behind it tells less. Of the hub's time a chain has nothing else: a receipt is not in
// it, and neither are the moments at which the hub took in what other desks wrote and handed on. Those are only this
// hub's own, and a hub restored from a backup took the same entries in later: they would make a desk late that was not.
absl::StatusOr<int64_t> UnitPeriods::NotBefore(const SubmissionAt& submission, UnitLog& log) {
  int64_t not_before = kClockSecondsMin;
  for (const EntryName& name : submission.body().covers) {
    if (name.device != kHubDevice) continue;
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> at, log.Find(name));
    if (!at || at->seq == 0) continue;
    MOTCUA_RETURN_IF_ERROR(log.Read(at->line, at->seq, at->seq, [&](const Entry& entry, const Hash&) {
      not_before = std::max(not_before, entry.clock_s);
      return absl::OkStatus();
    }));
  }
  return not_before;
}

absl::Status UnitPeriods::Judge(const Question& question, UnitLog& log, const Machines& machines, UnitPeriod* answer) {
  if (!answer->first || !question.due) return absl::OkStatus();
  const SubmissionAt& first = *answer->first;
  const int64_t due_s = DueSeconds(*question.due);
  const auto offset = machines.offset_ms.find(first.entry.device);
  const int64_t own_word_s = first.entry.clock_s - (offset == machines.offset_ms.end() ? 0 : offset->second / 1000);
  MOTCUA_ASSIGN_OR_RETURN(const int64_t not_before_s, NotBefore(first, log));
  const int64_t sealed_s = std::min(std::max(own_word_s, not_before_s), first.arrived_s);
  answer->on_time = first.arrived_s <= due_s ? OnTime::kYes : sealed_s > due_s ? OnTime::kNo : OnTime::kClaimed;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<PeriodRow>* decisions, Decisions(question.period));
  for (const PeriodRow& row : *decisions) {
    if (row.area != question.unit) continue;
    MOTCUA_ASSIGN_OR_RETURN(const PeriodBody body, BodyOf(row));
    if (!body.judges() || body.submission != first.name) continue;
    answer->on_time = body.act == PeriodAct::kOnTime ? OnTime::kYes : OnTime::kNo;
    answer->on_time_decided = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<UnitPeriod> UnitPeriods::Read(const Question& question, const FactSource& facts) {
  UnitPeriod answer;
  MOTCUA_ASSIGN_OR_RETURN(const Machines* machines, MachinesOf(question.unit));
  answer.waiting = machines->waiting;
  answer.seen_s = machines->seen_s;
  const uint32_t id = ids_.Find(CodeKind::kUnit, question.unit);
  if (id != 0) {
    MOTCUA_ASSIGN_OR_RETURN(const UnitRow row, store_.Unit(id));
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(&store_, &shelf_, id));
    std::optional<Causality> causality;
    if (row.exclusions > 0) {
      MOTCUA_ASSIGN_OR_RETURN(causality, log.LoadCausality());
    }
    const Causality* const known = causality ? &*causality : nullptr;
    MOTCUA_ASSIGN_OR_RETURN(const Standing standing, ReadSubmissions(question, log, known));
    if (!standing.all.empty()) {
      answer.first = standing.all.front();
      answer.newest = standing.all.back();
      const bool zero = std::all_of(standing.current.begin(), standing.current.end(),
                                    [](const auto& one) { return one.second.body().nothing_to_report; });
      MOTCUA_ASSIGN_OR_RETURN(const bool changed, ChangedSince(standing, question, log, known));
      answer.state = changed ? UnitState::kChanged : zero ? UnitState::kSubmittedZero : UnitState::kSubmitted;
      MOTCUA_RETURN_IF_ERROR(Judge(question, log, *machines, &answer));
    }
  }
  if (!answer.newest) {
    MOTCUA_ASSIGN_OR_RETURN(const bool any, facts.HasEntries(question.unit, question.first, question.last));
    answer.state = any ? UnitState::kOpen : answer.waiting > 0 ? UnitState::kWaiting : UnitState::kNotStarted;
  }
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<PeriodRow>* decisions, Decisions(question.period));
  bool exempt = false;
  for (const PeriodRow& row : *decisions) {
    if (row.area != question.unit) continue;
    MOTCUA_ASSIGN_OR_RETURN(const PeriodBody body, BodyOf(row));
    if (body.act == PeriodAct::kExempt || body.act == PeriodAct::kOblige) exempt = body.act == PeriodAct::kExempt;
  }
  if (exempt) answer.state = UnitState::kExempt;
  return answer;
}

}  // namespace motcua
