#include "hub/core/ingest.h"

#include <algorithm>

#include "common/base/language.h"
#include "hub/core/entry_check.h"
#include "hub/core/fact_key.h"

namespace motcua {

Ingest::Ingest(const IngestServices& services, std::string unit, UnitRow row, UnitLog* log)
    : services_(services),
      unit_(std::move(unit)),
      row_(row),
      stored_row_(row),
      log_(*log),
      rollups_(&services.coder->catalog(), services.ids),
      cells_(services.store, unit_, log, &rollups_),
      fresh_(log->tree().size() == 0) {}

absl::Status Ingest::Take(const TakenRun& run) {
  const UnitLog::Piece piece{run.parent, run.device, run.entries, run.hashes, run.book, run.encoded};
  MOTCUA_ASSIGN_OR_RETURN(const LineId line, log_.Append(piece, services_.now_s));
  arrived_ = true;
  for (std::size_t i = 0; i < run.entries.size(); ++i) {
    MOTCUA_RETURN_IF_ERROR(TakeEntry(line, run.entries[i], run.hashes[i], run.role));
  }
  return absl::OkStatus();
}

absl::Status Ingest::TakeEntry(LineId line, const Entry& entry, const Hash& hash,
                               const std::optional<Role>& role) {
  if (role) {
    if (std::optional<std::string> reason = ForeignReason(entry, unit_, *role)) {
      Refuse({entry.device, entry.seq, First8(hash)}, *std::move(reason));
    }
  }
  const uint32_t id = log_.row(line).id;
  switch (entry.kind()) {
    case EntryKind::kAdd:
    case EntryKind::kRestate:
      return TakePosting(line, entry, hash, role);
    case EntryKind::kSaw:
      return TakeSaw(line, entry.seq, std::get<SawBody>(entry.body));
    case EntryKind::kExclude:
      return TakeExclude(line, entry.seq, std::get<ExcludeBody>(entry.body));
    case EntryKind::kImport:
      return TakeImport(line, entry.seq, std::get<ImportBody>(entry.body));
    case EntryKind::kSubmit: {
      const auto& submit = std::get<SubmitBody>(entry.body);
      return services_.store->AddSubmission(
          {id, entry.seq, submit.period, submit.nothing_to_report, submit.signer});
    }
    case EntryKind::kReview:
      return TakeReview(line, entry.seq, std::get<ReviewBody>(entry.body));
    case EntryKind::kPeriod:
      return TakePeriod(line, entry);
  }
  return absl::OkStatus();
}

absl::Status Ingest::TakePosting(LineId line, const Entry& entry, const Hash& hash,
                                 const std::optional<Role>& role) {
  const Cell& cell = *entry.cell();
  if (cell.unit != unit_) return absl::OkStatus();  // refused; it never becomes a cell of this unit
  const uint32_t id = log_.row(line).id;
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CodedCell> coded, services_.coder->Code(cell));
  if (!coded) {
    ++row_.held;
    return services_.store->AddHeld(id, entry.seq);
  }
  if (role) {
    if (std::optional<std::string> reason = MisfitReason(entry, *coded->definition)) {
      Refuse({entry.device, entry.seq, First8(hash)}, *std::move(reason));
    }
  }
  StoredPosting posting;
  posting.line = id;
  posting.seq = entry.seq;
  posting.role = entry.role;
  if (const auto* add = std::get_if<AddBody>(&entry.body)) {
    posting.delta = add->delta;
  } else {
    posting.restates = true;
    posting.h8 = First8(hash);
    posting.value = std::get<RestateBody>(entry.body).value;
  }
  cells_.Add(coded->table(), PackCell(row_.unit, cell.day, *coded), std::move(posting));
  return absl::OkStatus();
}

// A file that another line of the unit imported too is for a person to look at.
absl::Status Ingest::TakeImport(LineId line, Seq seq, const ImportBody& import) {
  const uint32_t id = log_.row(line).id;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<ImportRow> same, services_.store->ImportsOf(import.digest));
  const bool doubled = std::any_of(same.begin(), same.end(),
                                   [&](const ImportRow& row) { return row.line != id && log_.LocalOf(row.line).ok(); });
  if (doubled) MOTCUA_RETURN_IF_ERROR(services_.store->MarkDoubled(row_.unit, import.digest));
  return services_.store->AddImport({id, seq, import.digest, import.rows, import.file_name});
}

// A place for each name that is held; the others stay names.
absl::Status Ingest::FindNames(const std::vector<EntryName>& names, Skeleton* skeleton) {
  std::vector<EntryName> missing;
  for (const EntryName& name : names) {
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> held, log_.Find(name));
    if (held) {
      skeleton->places.push_back({log_.row(held->line).id, held->seq});
    } else {
      missing.push_back(name);
    }
  }
  skeleton->names = std::move(missing);
  return absl::OkStatus();
}

absl::Status Ingest::TakeReview(LineId line, Seq seq, const ReviewBody& review) {
  if (log_.row(line).device != kHubDevice) return absl::OkStatus();  // only the hub's own count
  Skeleton skeleton;
  skeleton.kind = SkeletonKind::kReview;
  MOTCUA_RETURN_IF_ERROR(FindNames(review.branches, &skeleton));
  const bool dangling = !skeleton.names.empty();
  if (dangling) ++row_.dangling;
  MOTCUA_RETURN_IF_ERROR(
      services_.store->PutReview({log_.row(line).id, seq, dangling, EncodeSkeleton(skeleton)}));
  return cells_.RefoldForked(row_.unit);
}

absl::Status Ingest::TakePeriod(LineId line, const Entry& entry) {
  if (log_.row(line).device != kHubDevice) return absl::OkStatus();  // only the hub's own count
  const auto& body = std::get<PeriodBody>(entry.body);
  PeriodRow row{log_.row(line).id, entry.seq, row_.unit, body.period, body.area, {}};
  AppendCanonical(entry, &row.entry);
  return services_.store->AddPeriod(row);
}

absl::Status Ingest::TakeSaw(LineId line, Seq seq, const SawBody& saw) {
  Skeleton skeleton;
  MOTCUA_RETURN_IF_ERROR(FindNames(saw.ends, &skeleton));
  const bool dangling = !skeleton.names.empty();
  if (dangling) ++row_.dangling;
  return services_.store->PutSkeleton({log_.row(line).id, seq, dangling, EncodeSkeleton(skeleton)});
}

absl::Status Ingest::TakeExclude(LineId line, Seq seq, const ExcludeBody& exclude) {
  if (log_.row(line).device != kHubDevice) return absl::OkStatus();  // only the hub's own count
  Skeleton skeleton;
  skeleton.kind = exclude.lifts ? SkeletonKind::kLift : SkeletonKind::kExclude;
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> first, log_.Find(exclude.first));
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> last, log_.Find(exclude.last));
  if (first && last) {
    skeleton.places = {{log_.row(first->line).id, first->seq}, {log_.row(last->line).id, last->seq}};
    MOTCUA_RETURN_IF_ERROR(RefoldCovered(*first, *last));
  } else {
    skeleton.names = {exclude.first, exclude.last};
    ++row_.dangling;
  }
  ++row_.exclusions;
  return services_.store->PutSkeleton(
      {log_.row(line).id, seq, !skeleton.names.empty(), EncodeSkeleton(skeleton)});
}

absl::Status Ingest::RefoldCovered(Position first, Position last) {
  return log_.ReadPath(first, last, [&](const Entry& entry, const Hash&) -> absl::Status {
    const Cell* cell = entry.cell();
    if (cell == nullptr || cell->unit != unit_) return absl::OkStatus();
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<CodedCell> coded, services_.coder->Code(*cell));
    if (coded) cells_.Refold(coded->table(), PackCell(row_.unit, cell->day, *coded));
    return absl::OkStatus();
  });
}

// Entries arrived that earlier saws or excludes may have been waiting for.
absl::Status Ingest::ResolveDangling() {
  if (row_.dangling == 0 || !arrived_) return absl::OkStatus();
  bool more_known = false;
  for (LineId line = 0; line < log_.tree().size(); ++line) {
    MOTCUA_RETURN_IF_ERROR(ResolveReviews(line));
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> rows,
                            services_.store->SkeletonOf(log_.row(line).id));
    for (SkeletonRow row : rows) {
      if (!row.dangling) continue;
      MOTCUA_ASSIGN_OR_RETURN(Skeleton skeleton, DecodeSkeleton(row.bytes));
      std::vector<EntryName> missing;
      std::vector<Position> found;
      for (const EntryName& name : skeleton.names) {
        MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> held, log_.Find(name));
        if (held) {
          found.push_back(*held);
        } else {
          missing.push_back(name);
        }
      }
      const bool whole = skeleton.kind == SkeletonKind::kSaw || missing.empty();
      if (found.empty() || !whole) continue;
      for (const Position& at : found) skeleton.places.push_back({log_.row(at.line).id, at.seq});
      skeleton.names = std::move(missing);
      if (skeleton.kind == SkeletonKind::kSaw) {
        more_known = true;
      } else {
        MOTCUA_RETURN_IF_ERROR(RefoldCovered(found[0], found[1]));
      }
      row.dangling = !skeleton.names.empty();
      if (!row.dangling) --row_.dangling;
      row.bytes = EncodeSkeleton(skeleton);
      MOTCUA_RETURN_IF_ERROR(services_.store->PutSkeleton(row));
    }
  }
  return more_known ? cells_.RefoldByKnowledge(row_.unit) : absl::OkStatus();
}

absl::Status Ingest::ResolveReviews(LineId line) {
  if (log_.row(line).device != kHubDevice) return absl::OkStatus();
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> rows, services_.store->ReviewsOf(log_.row(line).id));
  for (SkeletonRow row : rows) {
    if (!row.dangling) continue;
    MOTCUA_ASSIGN_OR_RETURN(Skeleton skeleton, DecodeSkeleton(row.bytes));
    const std::size_t held = skeleton.places.size();
    MOTCUA_RETURN_IF_ERROR(FindNames(std::vector<EntryName>(skeleton.names), &skeleton));
    if (skeleton.places.size() == held) continue;
    row.dangling = !skeleton.names.empty();
    if (!row.dangling) --row_.dangling;
    row.bytes = EncodeSkeleton(skeleton);
    MOTCUA_RETURN_IF_ERROR(services_.store->PutReview(row));
    MOTCUA_RETURN_IF_ERROR(cells_.RefoldForked(row_.unit));
  }
  return absl::OkStatus();
}

void Ingest::Refuse(const EntryName& name, std::string reason) {
  if (!refusals_.empty()) {
    Refusal& before = refusals_.back();
    // Neighbours of one run with one reason share an exclude.
    if (before.last.device == name.device && before.last.seq + 1 == name.seq && before.reason == reason) {
      before.last = name;
      return;
    }
    if (before.last == name) return;  // one reason is enough
  }
  refusals_.push_back({name, name, std::move(reason)});
}

absl::Status Ingest::Finish() {
  for (Refusal& refusal : std::exchange(refusals_, {})) {
    MOTCUA_RETURN_IF_ERROR(
        Exclude(refusal.first, refusal.last, /*lifts=*/false, std::move(refusal.reason), "").status());
  }
  MOTCUA_RETURN_IF_ERROR(ResolveDangling());
  MOTCUA_RETURN_IF_ERROR(cells_.Write());
  if (fresh_ || row_ != stored_row_) MOTCUA_RETURN_IF_ERROR(services_.store->PutUnit(row_));
  return rollups_.Flush(*services_.store);
}

}  // namespace motcua
