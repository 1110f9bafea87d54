#include "agent/core/desk_facts.h"

#include <algorithm>

namespace motcua {
namespace {

bool Covers(const Cell& cell, const std::string& unit, Day first, Day last) {
  return cell.unit == unit && first <= cell.day && cell.day <= last;
}

}  // namespace

absl::Status DeskFacts::ForEachFact(const std::string& unit, Day first, Day last,
                                    const std::function<void(const Fact&)>& visit) const {
  for (const Cell& cell : log_.ledger().Cells()) {
    if (!Covers(cell, unit, first, last)) continue;
    const Measure* measure = catalog_.FindMeasure(cell.measure);
    if (measure == nullptr || catalog_.CheckCell(cell).code() == absl::StatusCode::kNotFound) continue;
    const CellState state = log_.ledger().Fold(cell, measure->nature());
    if (state.known)
      visit({cell.day, cell.procedure, cell.channel, cell.measure, &state.value, state.provisional});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> DeskFacts::HasEntries(const std::string& unit, Day first, Day last) const {
  const std::vector<Cell> cells = log_.ledger().Cells();
  return std::any_of(cells.begin(), cells.end(),
                     [&](const Cell& cell) { return Covers(cell, unit, first, last); });
}

absl::StatusOr<Submission> DeskFacts::SubmissionOf(const std::string& unit, const std::string& period) const {
  Submission said = Submission::kNone;
  if (unit != log_.identity().unit) return said;
  for (Position at : log_.ledger().OfKind(EntryKind::kSubmit)) {
    const SubmitBody body = std::get<SubmitBody>(log_.ledger().EntryAt(at).body);
    if (body.period != period || log_.ledger().FateOf(at).kind == UnitLedger::FateKind::kExcluded) continue;
    if (!body.nothing_to_report) return Submission::kSubmitted;
    said = Submission::kNothingToReport;
  }
  return said;
}

}  // namespace motcua
