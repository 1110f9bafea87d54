// The taking half of an exchange: what the desk's end and batch mean, and what of it is stored, in one
// transaction.
#include <algorithm>

#include "common/base/language.h"
#include "common/base/planted_bug.h"
#include "common/ledger/entry_parts.h"
#include "hub/core/hub_exchanger.h"

namespace motcua {
namespace {

std::string MessageFor(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRegressed:
      return Say("Máy này có vẻ đã được khôi phục hoặc sao chép: các lượt ghi còn thiếu được gửi về.",
                 "This machine seems restored or copied: the entries it lacks are coming back.");
    case Verdict::kForked:
      return Say(
          "Một bản sao khác của thiết bị này, hoặc chính nó trước khi được khôi phục, cũng đã ghi; mọi phần đều được "
          "giữ. Hãy báo người quản trị.",
          "Another copy of this device, or the device itself before it was restored, has been recording too; every "
          "part is kept. Tell the administrator.");
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<Hub::Exchanger::Arrival> Hub::Exchanger::Place(const DecodedRun& run) {
  Arrival arrival;
  arrival.run = &run;
  MOTCUA_ASSIGN_OR_RETURN(arrival.parent, log_->Find(run.run.parent));
  if (!arrival.parent) return arrival;
  MOTCUA_ASSIGN_OR_RETURN(const Hash parent_hash, log_->HashAt(*arrival.parent, run.run.parent.device));
  MOTCUA_ASSIGN_OR_RETURN(arrival.hashes, VerifyChain(run, parent_hash));
  return arrival;
}

absl::StatusOr<Judgement> Hub::Exchanger::JudgeAgent() {
  JudgeInput input;
  input.device = request_.device;
  input.locator = request_.locator;
  const auto own = std::find_if(runs_.begin(), runs_.end(),
                                [&](const DecodedRun& run) { return run.last.device == request_.device; });
  if (own != runs_.end()) {
    MOTCUA_ASSIGN_OR_RETURN(const Arrival arrival, Place(*own));
    input.batch_parent = own->run.parent;
    Seq seq = own->run.parent.seq;
    for (const Hash& hash : arrival.hashes)
      input.batch_names.push_back({request_.device, ++seq, First8(hash)});
    // Without a parent nothing can be recomputed; the claimed name stands for what follows the gap.
    if (!arrival.parent) input.batch_names.push_back(own->last);
  }
  absl::Status error;
  const auto find = [&](const EntryName& name) -> std::optional<Position> {
    absl::StatusOr<std::optional<Position>> found = log_->Find(name);
    if (found.ok()) return *found;
    error = found.status();
    return std::nullopt;
  };
  input.holds = [&](const EntryName& name) { return find(name).has_value(); };
  input.has_successor = [&](const EntryName& name) {
    if (name.seq > 0) {
      const std::optional<Position> at = find(name);
      return at && log_->tree().HasSuccessor(*at);
    }
    for (LineId line = 0; line < log_->tree().size(); ++line) {
      if (log_->row(line).device == name.device) return true;
    }
    return false;
  };
  const Judgement judgement = Judge(input);
  MOTCUA_RETURN_IF_ERROR(error);
  return judgement;
}

// `name` is the run's parent or one of its entries, and not the last.
bool Hub::Exchanger::GoesOnBehind(const Arrival& arrival, const EntryName& name) {
  const EntryName& parent = arrival.run->run.parent;
  if (name.device != parent.device || name.seq < parent.seq || name.seq >= arrival.run->last.seq)
    return false;
  if (name.seq == parent.seq) return name == parent;
  return First8(arrival.hashes[name.seq - parent.seq - 1]) == name.h8;
}

absl::Status Hub::Exchanger::StoreRun(const DecodedRun& run, const NumberedBook& book,
                                      absl::string_view encoded, Ingest& ingest) {
  MOTCUA_ASSIGN_OR_RETURN(const Arrival arrival, Place(run));
  if (!arrival.parent) {
    return absl::InvalidArgumentError(Say("Gói lượt ghi bị thiếu lượt ghi ở giữa; không nhận gì từ gói này, hãy đồng bộ lại.",
                   "The batch has a hole; nothing of it was taken, sync again."));
  }
  const DeviceId device = run.last.device;
  Position last;
  MOTCUA_ASSIGN_OR_RETURN(std::size_t held, log_->CountHeld(*arrival.parent, device, arrival.hashes, &last));
  if (MOTCUA_PLANTED(kBundleBypassesDedup) && by_bundle_ != nullptr) {
    held = 0;
    last = *arrival.parent;
  }
  if (GoesOnBehind(arrival, response_.common)) response_.common = run.last;
  if (held == arrival.hashes.size()) return absl::OkStatus();
  TakenRun taken;
  taken.parent = last;
  taken.device = device;
  taken.entries = std::span<const Entry>(run.run.entries).subspan(held);
  taken.hashes = std::span<const Hash>(arrival.hashes).subspan(held);
  if (device == request_.device) taken.role = device_.role;
  taken.book = book;
  if (held == 0) taken.encoded = encoded;
  if (by_bundle_ != nullptr) {
    by_bundle_->taken += static_cast<std::size_t>(
        std::count_if(taken.entries.begin(), taken.entries.end(),
                      [](const Entry& entry) { return entry.kind() != EntryKind::kSaw; }));
  }
  return ingest.Take(taken);
}

absl::StatusOr<bool> Hub::Exchanger::LeadsToProven(const EntryName& last) {
  if (!proof_) return false;
  for (const EntryName& end : proof_->ends) {
    if (end.device != last.device || end.seq <= last.seq) continue;
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> held, log_->Find(end));
    if (!held) return true;
  }
  return false;
}

absl::Status Hub::Exchanger::StoreForeign(const DecodedRun& run, Ingest& ingest) {
  MOTCUA_ASSIGN_OR_RETURN(Arrival arrival, Place(run));
  Staging::Piece piece;
  piece.parent = run.run.parent;
  piece.entries = run.run.entries;
  piece.book = book_;
  if (runs_.size() == 1) piece.encoded = request_.batch;
  const StagedRunRow* staged = nullptr;
  if (arrival.parent) {
    Position last;
    MOTCUA_ASSIGN_OR_RETURN(
        const std::size_t held,
        log_->CountHeld(*arrival.parent, run.last.device, arrival.hashes, &last));
    if (held == arrival.hashes.size()) return absl::OkStatus();
    MOTCUA_ASSIGN_OR_RETURN(piece.parent_hash, log_->HashAt(last, run.last.device));
    if (held > 0) {
      piece.parent = {run.last.device, run.run.entries[held - 1].seq, First8(piece.parent_hash)};
      piece.entries = piece.entries.subspan(held);
      piece.encoded = {};
    }
  } else {
    staged = staging_->EndingAt(run.run.parent);
    if (staged == nullptr) return absl::OkStatus();  // the answer says where its sender goes on
    piece.parent_hash = staged->last_hash;
    MOTCUA_ASSIGN_OR_RETURN(arrival.hashes, VerifyChain(run, piece.parent_hash));
  }
  piece.hashes = std::span<const Hash>(arrival.hashes).last(piece.entries.size());
  if (!std::binary_search(proof_->ends.begin(), proof_->ends.end(), run.last)) {
    MOTCUA_ASSIGN_OR_RETURN(const bool leads_to_proven, LeadsToProven(run.last));
    return leads_to_proven ? staging_->Keep(piece) : RefuseForeign(run.last.device);
  }
  if (staged != nullptr) {
    MOTCUA_RETURN_IF_ERROR(staging_->Release(
        *staged, [&](const DecodedRun& part, const NumberedBook& book, absl::string_view encoded) {
          return StoreRun(part, book, encoded, ingest);
        }));
  }
  return StoreRun(run, book_, piece.encoded, ingest);
}

absl::Status Hub::Exchanger::StoreBatch(Ingest& ingest) {
  // A batch that is one run is stored as it came.
  const absl::string_view encoded = runs_.size() == 1 ? request_.batch : absl::string_view();
  for (const DecodedRun& run : runs_) {
    MOTCUA_RETURN_IF_ERROR(run.last.device == request_.device ? StoreRun(run, book_, encoded, ingest)
                                                              : StoreForeign(run, ingest));
  }
  return ingest.Finish();
}

absl::Status Hub::Exchanger::TakeBatch() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Work work(&hub_);
  MOTCUA_ASSIGN_OR_RETURN(const UnitRow row, work.BeginUnit(device_.unit));
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(hub_.parts_.store, &hub_.shelf_, row.unit));
  log_.emplace(std::move(log));
  MOTCUA_ASSIGN_OR_RETURN(Staging staging,
                          Staging::Load(hub_.parts_.store, &hub_.shelf_, &*log_, row.unit, request_.device,
                                        hub_.parts_.clock->WallSeconds()));
  staging_.emplace(std::move(staging));
  MOTCUA_ASSIGN_OR_RETURN(const Judgement judgement, JudgeAgent());
  response_.verdict = judgement.verdict;
  response_.common = judgement.common;
  response_.message = MessageFor(judgement.verdict);
  bool wrote_hub_log = false;
  if (!runs_.empty() && judgement.verdict != Verdict::kGap) {
    const std::size_t lines_before = log_->tree().size();
    Ingest ingest(hub_.Services(), device_.unit, row, &*log_);
    MOTCUA_RETURN_IF_ERROR(StoreBatch(ingest));
    wrote_hub_log = ingest.wrote_hub_log();
    MOTCUA_RETURN_IF_ERROR(CheckLines(lines_before));
  }
  response_.returned = staging_->Returned();
  // Two machines write as one device: each is to get a certificate of its own.
  if (judgement.verdict == Verdict::kForked) {
    MOTCUA_RETURN_IF_ERROR(hub_.MarkCertificates(request_.device, CertificateState::kRenew));
  }
  MOTCUA_RETURN_IF_ERROR(PutHeartbeat());
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  if (wrote_hub_log) hub_.written_.insert(device_.unit);
  return absl::OkStatus();
}

// Lines that stand go on whatever their number; only another one may be one too many.
absl::Status Hub::Exchanger::CheckLines(std::size_t lines_before) const {
  const std::size_t lines = log_->tree().size();
  if (lines == lines_before) return absl::OkStatus();
  std::size_t own = 0;
  for (LineId line = 0; line < lines; ++line) own += log_->row(line).device == request_.device ? 1 : 0;
  if (lines <= kEndsMax && own <= kLinesOfDeviceMax) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say("Thiết bị hoặc đơn vị này đã có quá nhiều bản sao; không nhận gì, hãy báo người quản trị.",
          "This device or its unit has too many copies; nothing was taken, tell the administrator."));
}

absl::Status Hub::Exchanger::PutHeartbeat() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  HeartbeatRow heartbeat;
  heartbeat.seen_ms = response_.hub_time_ms;
  heartbeat.waiting = request_.waiting;
  // A desk's clocks may say anything; what is kept can be subtracted and printed.
  heartbeat.oldest_waiting_s = std::clamp(request_.oldest_waiting_s, kClockSecondsMin, kClockSecondsMax);
  heartbeat.clock_offset_ms =
      std::clamp(request_.agent_time_ms, kClockSecondsMin * 1000, kClockSecondsMax * 1000) -
      response_.hub_time_ms;
  heartbeat.agent_version = request_.agent_version.substr(0, 64);
  ByteWriter held(&heartbeat.held);
  WriteNames(request_.ends, held);
  if (by_bundle_ != nullptr) return PutHeartbeatOfBundle(std::move(heartbeat));
  return hub_.parts_.store->PutHeartbeat(request_.device, heartbeat);
}

// A bundle says how the desk stood when it was written, which may be before the last exchange; how long it travelled
// is no offset of a clock.
absl::Status Hub::Exchanger::PutHeartbeatOfBundle(HeartbeatRow heartbeat) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  MOTCUA_ASSIGN_OR_RETURN(const HeartbeatRow before, hub_.parts_.store->Heartbeat(request_.device));
  const int64_t written_ms = heartbeat.clock_offset_ms + heartbeat.seen_ms - before.clock_offset_ms;
  if (written_ms < before.seen_ms) return absl::OkStatus();
  heartbeat.seen_ms = std::min(written_ms, heartbeat.seen_ms);
  heartbeat.clock_offset_ms = before.clock_offset_ms;
  return hub_.parts_.store->PutHeartbeat(request_.device, heartbeat);
}

}  // namespace motcua
