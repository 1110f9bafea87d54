#include "hub/core/unit_log.h"

#include <algorithm>

#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/base/planted_bug.h"
#include "common/sync/batch.h"

namespace motcua {
namespace {

// 32 MiB for the length of one exchange, and only when a desk asks for names all over many lines.
constexpr std::size_t kKnownHashesMax = std::size_t{1} << 20;

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(Say(
      absl::StrCat("Nhật ký lưu trên máy chủ tổng hợp bị hỏng (", what, "); hãy khôi phục từ bản sao lưu."),
      absl::StrCat("The hub's stored log is damaged (", what, "); restore from a backup.")));
}

}  // namespace

absl::StatusOr<CheckedSegment> ReadSegment(CatalogShelf& shelf, const SegmentRow& row) {
  const std::string place = absl::StrCat("line ", row.line, ", ", row.first, "..", row.last);
  MOTCUA_ASSIGN_OR_RETURN(const NumberedBook book, shelf.Find(row.catalog));
  absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(row.bytes, *book.book);
  if (!runs.ok()) return Damaged(absl::StrCat(place, ": ", runs.status().message()));
  if (runs->size() != 1 || runs->front().run.parent.seq + 1 != row.first ||
      runs->front().last.seq != row.last) {
    return Damaged(place);
  }
  absl::StatusOr<std::vector<Hash>> hashes = VerifyChain(runs->front(), row.parent_hash);
  if (!hashes.ok() || hashes->back() != row.end_hash) return Damaged(absl::StrCat(place, ", chain"));
  return CheckedSegment{std::move(runs->front().run.entries), *std::move(hashes)};
}

absl::StatusOr<UnitLedger> ReadLedger(UnitLog* from, const std::string& unit) {
  UnitLog& log = *from;
  UnitLedger ledger(unit);
  for (LineId line = 0; line < log.tree().size(); ++line) {
    const LineRow& row = log.row(line);
    EntryName parent{row.device, row.fork_seq, 0};
    if (row.fork_seq > 0) {
      MOTCUA_ASSIGN_OR_RETURN(parent, log.NameAt(log.tree().Normalize(line, row.fork_seq)));
    }
    MOTCUA_RETURN_IF_ERROR(
        log.Read(line, row.fork_seq + 1, row.end_seq, [&](const Entry& entry, const Hash&) -> absl::Status {
          MOTCUA_ASSIGN_OR_RETURN(parent, ledger.Append(parent, entry));
          return absl::OkStatus();
        }));
  }
  return ledger;
}

absl::StatusOr<UnitLog> UnitLog::Load(HubStore* store, CatalogShelf* shelf, uint32_t unit) {
  UnitLog log(store, shelf, unit);
  MOTCUA_ASSIGN_OR_RETURN(log.rows_, store->LinesOf(unit));
  for (std::size_t i = 0; i < log.rows_.size(); ++i) {
    const LineRow& row = log.rows_[i];
    LineId parent = kNoLine;
    if (row.parent != kNoLine) {
      MOTCUA_ASSIGN_OR_RETURN(parent, log.LocalOf(row.parent));
      if (parent >= i || log.rows_[parent].device != row.device ||
          row.fork_seq <= log.rows_[parent].fork_seq || row.fork_seq > log.rows_[parent].end_seq) {
        return Damaged(absl::StrCat("line ", row.id));
      }
    }
    const bool begins_well = parent != kNoLine || row.fork_seq == 0;
    if (!begins_well || row.end_seq < row.fork_seq || row.end_seq > kSeqMax)
      return Damaged(absl::StrCat("line ", row.id));
    log.tree_.Extend(log.tree_.AddLine(row.device, parent, row.fork_seq), row.end_seq - row.fork_seq);
  }
  return log;
}

bool UnitLog::HubWrites() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const LineRow& row) { return row.device == kHubDevice; });
}

absl::StatusOr<LineId> UnitLog::LocalOf(uint32_t id) const {
  const auto found = std::lower_bound(rows_.begin(), rows_.end(), id,
                                      [](const LineRow& row, uint32_t wanted) { return row.id < wanted; });
  if (found == rows_.end() || found->id != id) return Damaged(absl::StrCat("line ", id));
  return static_cast<LineId>(found - rows_.begin());
}

absl::StatusOr<Position> UnitLog::PlaceOf(uint32_t id, Seq seq) const {
  MOTCUA_ASSIGN_OR_RETURN(const LineId line, LocalOf(id));
  if (seq == 0 || seq > rows_[line].end_seq) return Damaged(absl::StrCat("line ", id, ", ", seq));
  return Position{line, seq};
}

absl::StatusOr<std::optional<Position>> UnitLog::Find(const EntryName& name) {
  if (name.seq == 0) return name.h8 == 0 ? std::optional<Position>(Position{}) : std::nullopt;
  for (LineId line = 0; line < rows_.size(); ++line) {
    const LineRow& row = rows_[line];
    if (row.device != name.device || name.seq <= row.fork_seq || name.seq > row.end_seq) continue;
    MOTCUA_ASSIGN_OR_RETURN(const Hash hash, HashAt({line, name.seq}, name.device));
    if (First8(hash) == name.h8) return std::optional<Position>(Position{line, name.seq});
  }
  return std::optional<Position>();
}

absl::StatusOr<Hash> UnitLog::HashAt(Position at, DeviceId device) {
  if (at.seq == 0) return ChainRoot(device);
  const Position owner = tree_.Normalize(at.line, at.seq);
  if (rows_[owner.line].end_seq == owner.seq) return rows_[owner.line].end_hash;
  const uint32_t id = rows_[owner.line].id;
  if (DecodedHas(id, owner.seq)) return decoded_.hashes[owner.seq - decoded_.first];
  if (const Hash* known = KnownHash({id, owner.seq})) return *known;
  MOTCUA_ASSIGN_OR_RETURN(const SegmentRow segment, store_->SegmentAt(id, owner.seq));
  // What is named is mostly the last entry of what once arrived together; then nothing is decoded.
  if (segment.last == owner.seq) return segment.end_hash;
  MOTCUA_RETURN_IF_ERROR(DecodeSegment(segment));
  KeepHashes();
  return decoded_.hashes[owner.seq - decoded_.first];
}

const Hash* UnitLog::KnownHash(StoredAt at) const {
  auto run = known_.upper_bound(at);
  if (run == known_.begin()) return nullptr;
  --run;
  const bool inside = run->first.first == at.first && at.second - run->first.second < run->second.size();
  return inside ? &run->second[at.second - run->first.second] : nullptr;
}

void UnitLog::KeepHashes() {
  if (known_count_ + decoded_.hashes.size() > kKnownHashesMax) {
    known_.clear();
    known_count_ = 0;
  }
  known_count_ += decoded_.hashes.size();
  known_.insert_or_assign({decoded_.line, decoded_.first}, decoded_.hashes);
}

absl::StatusOr<EntryName> UnitLog::NameAt(Position at) {
  const DeviceId device = rows_[at.line].device;
  MOTCUA_ASSIGN_OR_RETURN(const Hash hash, HashAt(at, device));
  return EntryName{device, at.seq, First8(hash)};
}

absl::StatusOr<std::size_t> UnitLog::CountHeld(Position parent, DeviceId device, std::span<const Hash> hashes,
                                               Position* last) {
  *last = parent;
  if (MOTCUA_PLANTED(kDuplicateApplied)) return 0;
  std::size_t held = 0;
  for (const Hash& hash : hashes) {
    bool found = false;
    for (LineId line = 0; line < rows_.size() && !found; ++line) {
      if (!Follows(line, *last, device)) continue;
      const Position next{line, last->seq + 1};
      MOTCUA_ASSIGN_OR_RETURN(const Hash here, HashAt(next, device));
      found = here == hash;
      if (found) *last = next;
    }
    if (!found) break;
    ++held;
  }
  if (MOTCUA_PLANTED(kForkOfForkLost) && last->seq > 0 && tree_.line(last->line).parent != kNoLine &&
      rows_[last->line].end_seq > last->seq) {
    return hashes.size();
  }
  return held;
}

// The line goes on behind `at`: it owns the entry and more, or forks off there. Asking no other line keeps a
// repeat on a device of many lines from reading a run of each for every entry.
bool UnitLog::Follows(LineId line, Position at, DeviceId device) const {
  const LineRow& row = rows_[line];
  if (row.device != device || row.end_seq <= at.seq) return false;
  const Position owner = at.seq == 0 ? Position{} : tree_.Normalize(at.line, at.seq);
  if (owner.seq > 0 && owner.line == line) return true;
  return row.fork_seq == at.seq && tree_.line(line).parent == owner.line;
}

std::vector<EntryName> UnitLog::Ends() const {
  std::vector<EntryName> ends;
  for (const LineRow& row : rows_) ends.push_back({row.device, row.end_seq, First8(row.end_hash)});
  std::sort(ends.begin(), ends.end());
  return ends;
}

absl::StatusOr<LineId> UnitLog::LineFor(const Piece& piece) {
  const Position parent =
      piece.parent.seq == 0 ? Position{} : tree_.Normalize(piece.parent.line, piece.parent.seq);
  if (parent.seq > 0 && rows_[parent.line].end_seq == parent.seq) return parent.line;
  LineRow row;
  row.unit = unit_;
  row.device = piece.device;
  row.parent = parent.seq == 0 ? kNoLine : rows_[parent.line].id;
  row.fork_seq = parent.seq;
  row.end_seq = parent.seq;
  MOTCUA_ASSIGN_OR_RETURN(row.id, store_->AddLine(row));
  rows_.push_back(row);
  return tree_.AddLine(piece.device, parent.seq == 0 ? kNoLine : parent.line, parent.seq);
}

absl::StatusOr<LineId> UnitLog::Append(const Piece& piece, int64_t now_s) {
  MOTCUA_INVARIANT(!piece.entries.empty() && piece.entries.size() == piece.hashes.size(),
                   "a run with its hashes");
  MOTCUA_ASSIGN_OR_RETURN(const Hash parent_hash, HashAt(piece.parent, piece.device));
  MOTCUA_ASSIGN_OR_RETURN(const LineId line, LineFor(piece));
  MOTCUA_RETURN_IF_ERROR(StoreEncoded(line, piece, parent_hash, now_s));
  LineRow& row = rows_[line];
  row.end_seq = piece.entries.back().seq;
  row.end_hash = piece.hashes.back();
  tree_.Extend(line, static_cast<Seq>(piece.entries.size()));
  MOTCUA_RETURN_IF_ERROR(store_->MoveEnd(row.id, row.end_seq, row.end_hash));
  return line;
}

SpanRow SpanOf(uint32_t line, std::span<const Entry> entries) {
  SpanRow span{line, entries.front().seq, entries.back().seq, kDayMax, kDayMin, false};
  for (const Entry& entry : entries) {
    span.decides = span.decides || entry.kind() == EntryKind::kExclude || entry.kind() == EntryKind::kReview;
    if (entry.cell() == nullptr) continue;
    span.day_first = std::min(span.day_first, entry.cell()->day);
    span.day_last = std::max(span.day_last, entry.cell()->day);
  }
  return span;
}

absl::Status UnitLog::StoreEncoded(LineId line, const Piece& piece, Hash parent_hash, int64_t now_s) {
  SegmentRow segment;
  segment.line = rows_[line].id;
  segment.catalog = piece.book.number;
  segment.received_s = now_s;
  for (std::size_t done = 0; done < piece.entries.size();) {
    std::size_t count = piece.entries.size();
    if (!piece.encoded.empty()) {
      segment.bytes.assign(piece.encoded.data(), piece.encoded.size());
    } else {
      const std::span<const Entry> rest = piece.entries.subspan(done);
      Run run{{piece.device, rest.front().seq - 1, rest.front().seq == 1 ? 0 : First8(parent_hash)},
              {rest.begin(), rest.end()}};
      EncodedBatch encoded = EncodeBatch({std::move(run)}, {parent_hash}, *piece.book.book, kBatchBytesMax);
      segment.bytes = std::move(encoded.bytes);
      count = encoded.entries;
    }
    segment.first = piece.entries[done].seq;
    segment.last = piece.entries[done + count - 1].seq;
    segment.parent_hash = parent_hash;
    segment.end_hash = piece.hashes[done + count - 1];
    MOTCUA_RETURN_IF_ERROR(store_->AddSegment(segment));
    MOTCUA_RETURN_IF_ERROR(store_->AddSpan(SpanOf(segment.line, piece.entries.subspan(done, count))));
    parent_hash = segment.end_hash;
    done += count;
  }
  return absl::OkStatus();
}

bool UnitLog::DecodedHas(uint32_t line, Seq seq) const {
  return decoded_.line == line && decoded_.first <= seq && seq <= decoded_.last;
}

absl::Status UnitLog::DecodeSegment(const SegmentRow& row) {
  MOTCUA_ASSIGN_OR_RETURN(CheckedSegment read, ReadSegment(*shelf_, row));
  decoded_ = {row.line, row.first, row.last, std::move(read.entries), std::move(read.hashes)};
  return absl::OkStatus();
}

absl::Status UnitLog::Read(LineId line, Seq first, Seq last, const Visit& visit) {
  for (Seq seq = first; seq <= last;) {
    if (!DecodedHas(rows_[line].id, seq)) {
      MOTCUA_ASSIGN_OR_RETURN(const SegmentRow segment, store_->SegmentAt(rows_[line].id, seq));
      MOTCUA_RETURN_IF_ERROR(DecodeSegment(segment));
    }
    const Seq through = std::min(last, decoded_.last);
    for (; seq <= through; ++seq) {
      MOTCUA_RETURN_IF_ERROR(
          visit(decoded_.entries[seq - decoded_.first], decoded_.hashes[seq - decoded_.first]));
    }
  }
  return absl::OkStatus();
}

absl::Status UnitLog::ReadAbout(LineId line, Seq first, Seq last, Day from, Day to, const Visit& visit) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<SpanRow> spans, store_->SpansOf(rows_[line].id, first));
  Seq next = first;
  for (const SpanRow& span : spans) {
    const bool meets = span.day_first <= to && span.day_last >= from && span.day_first <= span.day_last;
    if (meets || span.decides || span.last < next) continue;
    if (span.first > last) break;
    if (span.first > next) MOTCUA_RETURN_IF_ERROR(Read(line, next, span.first - 1, visit));
    next = span.last + 1;
  }
  return next <= last ? Read(line, next, last, visit) : absl::OkStatus();
}

absl::Status UnitLog::ReadPath(Position first, Position last, const Visit& visit) {
  if (!tree_.IsAncestorOrSelf(first, last)) return absl::OkStatus();
  Position at = tree_.Normalize(last.line, last.seq);
  while (at.seq > 0 && at.seq >= first.seq) {
    const Line line = tree_.line(at.line);
    MOTCUA_RETURN_IF_ERROR(Read(at.line, std::max(first.seq, line.fork_seq + 1), at.seq, visit));
    if (line.parent == kNoLine) break;
    at = tree_.Normalize(line.parent, line.fork_seq);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Position>> UnitLog::PlacesOf(const Skeleton& skeleton) const {
  std::vector<Position> places;
  for (const StoredPlace& place : skeleton.places) {
    MOTCUA_ASSIGN_OR_RETURN(places.emplace_back(), PlaceOf(place.line, place.seq));
  }
  return places;
}

absl::StatusOr<Causality> UnitLog::LoadCausality() {
  Causality causality(&tree_);
  for (LineId line = 0; line < rows_.size(); ++line) {
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> stored, store_->SkeletonOf(rows_[line].id));
    for (const SkeletonRow& row : stored) {
      MOTCUA_ASSIGN_OR_RETURN(const Skeleton skeleton, DecodeSkeleton(row.bytes));
      MOTCUA_ASSIGN_OR_RETURN(const Position at, PlaceOf(rows_[line].id, row.seq));
      MOTCUA_ASSIGN_OR_RETURN(std::vector<Position> places, PlacesOf(skeleton));
      if (skeleton.kind == SkeletonKind::kSaw) {
        causality.AddSaw(at, std::move(places), skeleton.names.size());
      } else if (places.size() == 2) {
        causality.AddExclusion({at, places[0], places[1], skeleton.kind == SkeletonKind::kLift});
      }
    }
  }
  return causality;
}

absl::StatusOr<Forks> UnitLog::LoadForks() {
  Forks forks(&tree_);
  for (LineId line = 0; forks.any() && line < rows_.size(); ++line) {
    if (rows_[line].device != kHubDevice) continue;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> stored, store_->ReviewsOf(rows_[line].id));
    for (const SkeletonRow& row : stored) {
      MOTCUA_ASSIGN_OR_RETURN(const Skeleton skeleton, DecodeSkeleton(row.bytes));
      MOTCUA_ASSIGN_OR_RETURN(std::vector<Position> branches, PlacesOf(skeleton));
      forks.AddReview(std::move(branches));
    }
  }
  return forks;
}

}  // namespace motcua
