#include "hub/core/staging.h"

#include <algorithm>

#include "common/base/language.h"

namespace motcua {
namespace {

// What a stored row takes beside its bytes, so that many tiny pieces count as what they cost.
constexpr int64_t kRowBytes = 64;

absl::Status TooLong() {
  return absl::FailedPreconditionError(
      Say("Máy chủ tổng hợp mất nhiều lượt ghi của một máy khác hơn mức máy này gửi trả được; hãy đồng bộ chính "
          "máy đó.",
          "The hub lost more entries of another machine than this one can return; sync that machine itself."));
}

bool OlderThan(const StagedRunRow& a, const StagedRunRow& b) {
  return std::pair(a.touched_s, a.id) < std::pair(b.touched_s, b.id);
}

}  // namespace

absl::StatusOr<Staging> Staging::Load(HubStore* store, CatalogShelf* shelf, UnitLog* log, uint32_t unit,
                                      DeviceId sender, int64_t now_s) {
  Staging staging(store, shelf, unit, sender, now_s);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<StagedRunRow> rows, store->StagedRunsOf(unit));
  for (const StagedRunRow& row : rows) {
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> held, log->Find(row.last));
    if (held || now_s - row.touched_s > kStagedLifeS) {
      MOTCUA_RETURN_IF_ERROR(store->RemoveStagedRun(row.id));
    } else {
      staging.runs_.push_back(row);
    }
  }
  return staging;
}

const StagedRunRow* Staging::EndingAt(const EntryName& name) const {
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const StagedRunRow& run) {
    return run.sender == sender_ && run.last == name;
  });
  return found == runs_.end() ? nullptr : &*found;
}

std::vector<EntryName> Staging::Returned() const {
  std::vector<EntryName> names;
  for (const StagedRunRow& run : runs_) {
    if (run.sender == sender_) names.push_back(run.last);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status Staging::Keep(const Piece& piece) {
  MOTCUA_ASSIGN_OR_RETURN(StagedRunRow * run, RunFor(piece));
  MOTCUA_RETURN_IF_ERROR(AddPieces(piece, run));
  run->last = {run->parent.device, piece.entries.back().seq, First8(piece.hashes.back())};
  run->last_hash = piece.hashes.back();
  run->touched_s = now_s_;
  if (run->bytes > kStagedRunBytesMax) return TooLong();
  MOTCUA_RETURN_IF_ERROR(store_->PutStagedRun(*run));
  return MakeRoom(run->id);
}

// The run that the piece goes on, or a new one. A piece from the beginning again means that its sender no longer
// knows how far it was.
absl::StatusOr<StagedRunRow*> Staging::RunFor(const Piece& piece) {
  if (const StagedRunRow* known = EndingAt(piece.parent)) return &runs_[static_cast<std::size_t>(known - runs_.data())];
  StagedRunRow row;
  row.unit = unit_;
  row.sender = sender_;
  row.parent = piece.parent;
  row.first = {piece.parent.device, piece.parent.seq + 1, First8(piece.hashes.front())};
  row.last = row.first;
  row.last_hash = piece.hashes.front();
  row.touched_s = now_s_;
  const StagedRunRow* oldest = nullptr;
  std::size_t own = 0;
  for (const StagedRunRow& run : runs_) {
    if (run.sender != sender_) continue;
    ++own;
    if (run.first == row.first) {
      MOTCUA_RETURN_IF_ERROR(Drop(run.id));
      oldest = nullptr;
      own = 0;
      break;
    }
    if (oldest == nullptr || OlderThan(run, *oldest)) oldest = &run;
  }
  if (oldest != nullptr && own >= kReturnedMax) MOTCUA_RETURN_IF_ERROR(Drop(oldest->id));
  MOTCUA_ASSIGN_OR_RETURN(row.id, store_->AddStagedRun(row));
  runs_.push_back(row);
  return &runs_.back();
}

absl::Status Staging::AddPieces(const Piece& piece, StagedRunRow* run) {
  Hash parent_hash = piece.parent_hash;
  for (std::size_t done = 0; done < piece.entries.size();) {
    const std::span<const Entry> rest = piece.entries.subspan(done);
    StagedPieceRow row;
    row.run = run->id;
    row.first = rest.front().seq;
    row.catalog = piece.book.number;
    std::size_t count = rest.size();
    if (!piece.encoded.empty()) {
      row.bytes.assign(piece.encoded.data(), piece.encoded.size());
    } else {
      Run part{{piece.parent.device, rest.front().seq - 1, rest.front().seq == 1 ? 0 : First8(parent_hash)},
               {rest.begin(), rest.end()}};
      EncodedBatch batch = EncodeBatch({std::move(part)}, {parent_hash}, *piece.book.book, kBatchBytesMax);
      row.bytes = std::move(batch.bytes);
      count = batch.entries;
    }
    run->bytes += static_cast<int64_t>(row.bytes.size()) + kRowBytes;
    MOTCUA_RETURN_IF_ERROR(store_->AddStagedPiece(row));
    done += count;
    parent_hash = piece.hashes[done - 1];
  }
  return absl::OkStatus();
}

absl::Status Staging::MakeRoom(uint32_t keep) {
  while (true) {
    int64_t bytes = 0;
    const StagedRunRow* oldest = nullptr;
    for (const StagedRunRow& run : runs_) {
      bytes += run.bytes;
      if (run.id != keep && (oldest == nullptr || OlderThan(run, *oldest))) oldest = &run;
    }
    if (bytes <= kStagedUnitBytesMax || oldest == nullptr) return absl::OkStatus();
    MOTCUA_RETURN_IF_ERROR(Drop(oldest->id));
  }
}

absl::Status Staging::Drop(uint32_t run) {
  MOTCUA_RETURN_IF_ERROR(store_->RemoveStagedRun(run));
  runs_.erase(std::find_if(runs_.begin(), runs_.end(), [&](const StagedRunRow& row) { return row.id == run; }));
  return absl::OkStatus();
}

absl::Status Staging::Release(const StagedRunRow& staged, const Visit& visit) {
  const StagedRunRow run = staged;
  for (Seq next = run.parent.seq + 1; next <= run.last.seq;) {
    MOTCUA_ASSIGN_OR_RETURN(const StagedPieceRow piece, store_->StagedPiece(run.id, next));
    MOTCUA_ASSIGN_OR_RETURN(const NumberedBook book, shelf_->Find(piece.catalog));
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<DecodedRun> decoded, DecodeBatch(piece.bytes, *book.book));
    MOTCUA_RETURN_IF_ERROR(visit(decoded.front(), book, piece.bytes));
    next = decoded.front().last.seq + 1;
  }
  return Drop(run.id);
}

}  // namespace motcua
