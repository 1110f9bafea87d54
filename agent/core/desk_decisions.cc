// What came down to the desk for a person to know: forks that are still open, decisions and their acknowledgement.
#include <algorithm>
#include <map>
#include <tuple>

#include "agent/core/desk.h"
#include "common/base/language.h"

namespace motcua {
namespace {

// What the newest acknowledgement on the own path, and all before it, knew.
Context AcknowledgedHere(const DeskLog& log) {
  const UnitLedger& ledger = log.ledger();
  Position newest;
  for (const Position& at : ledger.OfKind(EntryKind::kSaw)) {
    if (at.seq < newest.seq || !ledger.tree().IsAncestorOrSelf(at, log.own_position())) continue;
    if (IsAcknowledgement(ledger.EntryAt(at))) newest = at;
  }
  return newest.seq == 0 ? Context() : ledger.KnownAt(ledger.NameAt(newest));
}

}  // namespace

std::vector<DeskFork> Desk::OpenForks() const {
  const UnitLedger& ledger = log_->ledger();
  const Forks forks = ledger.LoadForks();
  if (!forks.any() || catalog_ == nullptr) return {};
  std::map<EntryName, DeskFork> open;
  for (const Cell& cell : ledger.Cells()) {
    const Measure* measure = catalog_->FindMeasure(cell.measure);
    if (cell.unit != log_->identity().unit || measure == nullptr) continue;
    const std::vector<Posting> postings = ledger.PostingsOf(cell);
    const CellState state = FoldCell(postings, ledger.causality(), measure->nature());
    for (const Forks::Touched& touched : forks.OpenFor(PlacesThatCount(postings, state))) {
      const Fork& fork = forks.all()[touched.fork];
      const EntryName name = fork.point.seq == 0 ? EntryName{fork.device, 0, 0} : ledger.NameAt(fork.point);
      DeskFork& there = open[name];
      there.fork = name;
      there.cells.push_back(cell);
      for (const Position& branch : touched.branches) there.branches.push_back(ledger.NameAt(branch));
    }
  }
  std::vector<DeskFork> list;
  for (auto& [name, there] : open) {
    std::sort(there.branches.begin(), there.branches.end());
    there.branches.erase(std::unique(there.branches.begin(), there.branches.end()), there.branches.end());
    list.push_back(std::move(there));
  }
  return list;
}

std::vector<DeskDecision> Desk::UnacknowledgedDecisions() const {
  const UnitLedger& ledger = log_->ledger();
  const Context seen = AcknowledgedHere(*log_);
  std::vector<DeskDecision> decisions;
  for (const EntryKind kind : {EntryKind::kRestate, EntryKind::kExclude, EntryKind::kReview, EntryKind::kPeriod}) {
    for (const Position& at : ledger.OfKind(kind)) {
      if (seen.Includes(ledger.tree(), at) || ledger.tree().IsAncestorOrSelf(at, log_->own_position())) continue;
      DeskDecision decision{ledger.NameAt(at), ledger.EntryAt(at)};
      const bool stands = !ledger.causality().ExcludedBy(at).has_value();
      if (stands && IsDecision(decision.content)) decisions.push_back(std::move(decision));
    }
  }
  std::sort(decisions.begin(), decisions.end(), [](const DeskDecision& a, const DeskDecision& b) {
    return std::tie(a.content.clock_s, a.entry) < std::tie(b.content.clock_s, b.entry);
  });
  return decisions;
}

absl::StatusOr<AcknowledgeAnswer> Desk::Acknowledge(const Remark& remark) {
  AcknowledgeAnswer answer{{}, UnacknowledgedDecisions()};
  if (answer.acknowledged.empty()) {
    return absl::NotFoundError(Say("Không có quyết định nào chờ xác nhận ở máy này.",
                                   "No decision waits for an acknowledgement here."));
  }
  // A signature is what tells it from what the machine notes by itself.
  Remark signed_by = remark;
  if (signed_by.author.empty() && signed_by.note.empty()) signed_by.note = Say("Đã xem.", "Seen.");
  std::vector<EntryName> ends;
  for (const EntryName& end : log_->ledger().Ends()) {
    const absl::StatusOr<Position> at = log_->ledger().Find(end);
    if (at.ok() && !log_->ledger().tree().IsAncestorOrSelf(*at, log_->own_position())) ends.push_back(end);
  }
  std::vector<Entry> entries;
  for (std::size_t from = 0; from < ends.size(); from += kNamesMax) {
    const auto begin = ends.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = ends.begin() + static_cast<std::ptrdiff_t>(std::min(ends.size(), from + kNamesMax));
    Entry& saw = entries.emplace_back();
    saw.author = signed_by.author;
    saw.note = signed_by.note;
    saw.body = SawBody{{begin, end}};
  }
  MOTCUA_ASSIGN_OR_RETURN(answer.entry, WriteEntries(std::move(entries)));
  return answer;
}

}  // namespace motcua
