// The hub's own entries: it is one more writer of the unit's ledger, with authority.
#include <algorithm>

#include "hub/core/ingest.h"

namespace motcua {

absl::StatusOr<EntryName> Ingest::Exclude(const EntryName& first, const EntryName& last, bool lifts,
                                          std::string reason, std::string author) {
  // A lifting lifts what its writer knows; a restored hub's log goes on beside the one in which the exclusion stands.
  if (lifts) MOTCUA_RETURN_IF_ERROR(SawIfLearned());
  return AppendHub(ExcludeBody{lifts, first, last}, std::move(reason), std::move(author));
}

absl::StatusOr<EntryName> Ingest::Restate(const Cell& cell, Value value, Value shown, std::string note,
                                          std::string author) {
  return WriteCell(RestateBody{cell, std::move(value), std::move(shown)}, std::move(note), std::move(author));
}

absl::StatusOr<EntryName> Ingest::WriteCell(EntryBody body, std::string note, std::string author) {
  MOTCUA_RETURN_IF_ERROR(SawIfLearned());
  return AppendHub(std::move(body), std::move(note), std::move(author));
}

absl::StatusOr<EntryName> Ingest::Review(ReviewBody review, std::string note, std::string author) {
  return AppendHub(std::move(review), std::move(note), std::move(author));
}

absl::StatusOr<EntryName> Ingest::Decide(PeriodBody period, std::string note, std::string author) {
  return AppendHub(std::move(period), std::move(note), std::move(author));
}

// What is written about a number speaks about all that its writer knew, so what the hub holds is written down first.
absl::Status Ingest::SawIfLearned() {
  MOTCUA_ASSIGN_OR_RETURN(const Causality causality, log_.LoadCausality());
  Context known;
  LineId own = kNoLine;
  if (row_.hub_line != kNoLine) {
    MOTCUA_ASSIGN_OR_RETURN(own, log_.LocalOf(row_.hub_line));
    known = causality.ContextOf({own, log_.row(own).end_seq});
  }
  std::vector<EntryName> learned;
  for (LineId line = 0; line < log_.tree().size(); ++line) {
    const LineRow& row = log_.row(line);
    if (line != own && known.KnownOf(line) < row.end_seq) {
      learned.push_back({row.device, row.end_seq, First8(row.end_hash)});
    }
  }
  std::sort(learned.begin(), learned.end());
  for (std::size_t begin = 0; begin < learned.size(); begin += kNamesMax) {
    const std::size_t end = std::min(learned.size(), begin + kNamesMax);
    SawBody saw{{learned.begin() + static_cast<std::ptrdiff_t>(begin),
                 learned.begin() + static_cast<std::ptrdiff_t>(end)}};
    MOTCUA_RETURN_IF_ERROR(AppendHub(std::move(saw), "", "").status());
  }
  return absl::OkStatus();
}

absl::StatusOr<EntryName> Ingest::AppendHub(EntryBody body, std::string note, std::string author) {
  Position parent;
  if (row_.hub_line != kNoLine) {
    MOTCUA_ASSIGN_OR_RETURN(parent.line, log_.LocalOf(row_.hub_line));
    parent.seq = log_.row(parent.line).end_seq;
  }
  Entry entry;
  entry.device = kHubDevice;
  entry.seq = parent.seq + 1;
  entry.role = Role::kHub;
  entry.clock_s = services_.now_s;
  if (!wrote_hub_log_ && services_.written->count(unit_) == 0) entry.nonce = services_.random->Next64();
  entry.author = std::move(author);
  entry.note = std::move(note);
  entry.body = std::move(body);
  MOTCUA_RETURN_IF_ERROR(CheckBounds(entry));
  MOTCUA_ASSIGN_OR_RETURN(const Hash before, log_.HashAt(parent, kHubDevice));
  const Hash hash = chain_.Next(before, entry);
  const UnitLog::Piece piece{parent, kHubDevice, {&entry, 1}, {&hash, 1}, services_.shelf->current_book(),
                             {}};
  MOTCUA_ASSIGN_OR_RETURN(const LineId line, log_.Append(piece, services_.now_s));
  row_.hub_line = log_.row(line).id;
  wrote_hub_log_ = true;
  MOTCUA_RETURN_IF_ERROR(TakeEntry(line, entry, hash, std::nullopt));
  return EntryName{kHubDevice, entry.seq, First8(hash)};
}

}  // namespace motcua
