// One exchange: judge what the desk sent, store what is new, sign what is held, send what the desk lacks.
//
//   authorise, protocol, bounds         a verdict or an error; nothing was read yet
//   decode, verify, Judge()             refused whole: a wrong chain, a foreign device, a hole, oversize
//   log, cells, roll-ups, heartbeat     one transaction
//   receipt, batch, catalog chunk       from what that transaction committed
#include <algorithm>
#include <map>

#include "common/base/language.h"
#include "common/base/planted_bug.h"
#include "common/ledger/canonical.h"
#include "common/sync/batch.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status Invalid(std::string vi, std::string en) {
  return absl::InvalidArgumentError(Say(std::move(vi), std::move(en)));
}

absl::Status CheckRequest(const ExchangeRequest& request) {
  const auto foreign = [&](const EntryName& name) { return name.device != request.device; };
  if (std::any_of(request.locator.begin(), request.locator.end(), foreign)) {
    return Invalid("Đầu nhánh được nêu không thuộc thiết bị này; không nhận gì, hãy đồng bộ lại.",
                   "The end named is not of this device's log; nothing was taken, sync again.");
  }
  if (request.batch.size() > kBatchBytesMax || request.locator.size() > kLocatorMax ||
      request.ends.size() > kEndsMax || request.newest_receipt.size() > kRequestBytesMax) {
    return Invalid("Yêu cầu đồng bộ lớn quá mức cho phép; không nhận gì, hãy gửi gói nhỏ hơn.",
                   "The exchange is over size; nothing was taken, send a smaller batch.");
  }
  return absl::OkStatus();
}

std::string MessageFor(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRegressed:
      return Say("Máy này có vẻ đã được khôi phục hoặc sao chép: các lượt ghi còn thiếu được gửi về.",
                 "This machine seems restored or copied: the entries it lacks are coming back.");
    case Verdict::kForked:
      return Say(
          "Một bản sao khác của thiết bị này cũng đã ghi; cả hai phần đều được giữ. Hãy báo người quản trị.",
          "Another copy of this device has been recording; both parts are kept. Tell the administrator.");
    default:
      return "";
  }
}

}  // namespace

// The state of one exchange; lives while the hub's mutex is held.
class Hub::Exchanger {
 public:
  Exchanger(Hub* hub, const ExchangeRequest& request, ByBundle* by_bundle)
      : hub_(*hub), request_(request), by_bundle_(by_bundle) {}

  absl::StatusOr<ExchangeResponse> Answer();

 private:
  // A run of the batch with its place and its recomputed hashes; no place when its parent is not held.
  struct Arrival {
    const DecodedRun* run = nullptr;
    std::optional<Position> parent;
    std::vector<Hash> hashes;
  };
  bool Admit();
  void SayTooNew();
  void AttachCatalog();
  absl::Status Decode();
  absl::StatusOr<Arrival> Place(const DecodedRun& run);
  absl::Status CheckDevices();
  absl::StatusOr<Judgement> JudgeAgent();
  static bool GoesOnBehind(const Arrival& arrival, const EntryName& name);
  absl::Status StoreRun(const DecodedRun& run, Ingest& ingest);
  absl::Status CheckLines(std::size_t lines_before) const;
  absl::Status TakeBatch();
  absl::Status PutHeartbeat();
  absl::Status PutHeartbeatOfBundle(HeartbeatRow heartbeat);
  absl::Status FindNamed();
  void NoteLoss();
  void Sign();
  absl::Status FillBatch();
  Context HeldByAgent() const;

  Hub& hub_;
  const ExchangeRequest& request_;
  ByBundle* const by_bundle_;  // null over the line
  ExchangeResponse response_;
  DeviceRow device_;
  NumberedBook book_;
  std::vector<DecodedRun> runs_;
  std::optional<Receipt> proof_;  // the agent's newest receipt, when the hub signed it
  std::optional<UnitLog> log_;
  std::map<EntryName, std::optional<Position>> named_;  // the entries the desk named, and where they are
};

absl::StatusOr<ExchangeResponse> Hub::Exchange(const ExchangeRequest& request, DeviceId caller) {
  MutexLock lock(&mutex_);
  if (request.device != caller) {
    return absl::PermissionDeniedError(Say("Thiết bị trong yêu cầu không phải thiết bị của chứng thư.",
                                           "The device in the request is not the certificate's."));
  }
  return ExchangeOf(request, nullptr);
}

absl::StatusOr<ExchangeResponse> Hub::ExchangeOf(const ExchangeRequest& request, ByBundle* by_bundle) {
  return Exchanger(this, request, by_bundle).Answer();
}

absl::StatusOr<ExchangeResponse> Hub::Exchanger::Answer() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  MOTCUA_RETURN_IF_ERROR(CheckRequest(request_));
  response_.hub_time_ms = hub_.parts_.clock->WallMs();
  response_.catalog = hub_.shelf_.current()->version();
  absl::StatusOr<DeviceRow> device = hub_.parts_.store->Device(request_.device);
  if (!device.ok() && !absl::IsNotFound(device.status())) return device.status();
  if (device.ok()) device_ = *std::move(device);
  if (!Admit()) return std::move(response_);
  if (request_.unit != device_.unit) {
    return absl::PermissionDeniedError(
        Say(absl::StrCat("Thiết bị này thuộc đơn vị ", device_.unit, ", không phải ", request_.unit,
                         "; hãy ghi danh lại."),
            absl::StrCat("This device belongs to unit ", device_.unit, ", not ", request_.unit,
                         "; enrol it again.")));
  }
  AttachCatalog();
  absl::StatusOr<NumberedBook> book = hub_.shelf_.Find(request_.catalog);
  if (absl::IsNotFound(book.status())) {
    // Its numbers mean nothing here (a hub restored from a backup): the desk takes this catalog and sends
    // again.
    response_.verdict = Verdict::kRetryLater;
    response_.message =
        Say("Máy chủ tổng hợp không có phiên bản danh mục này; danh mục của máy chủ đang được gửi về.",
            "The hub does not have this catalog version; its own is on the way.");
    return std::move(response_);
  }
  MOTCUA_RETURN_IF_ERROR(book.status());
  book_ = *book;
  const absl::Status decoded = Decode();
  if (absl::IsUnimplemented(decoded)) {
    SayTooNew();
    return std::move(response_);
  }
  MOTCUA_RETURN_IF_ERROR(decoded);
  MOTCUA_RETURN_IF_ERROR(TakeBatch());
  MOTCUA_RETURN_IF_ERROR(FindNamed());
  NoteLoss();
  Sign();
  MOTCUA_RETURN_IF_ERROR(FillBatch());
  return std::move(response_);
}

// Says no by verdict: the desk shows the sentence and keeps its entries.
bool Hub::Exchanger::Admit() {
  if (device_.device != request_.device) {
    response_.verdict = Verdict::kUnknown;
    response_.message = Say("Máy chủ tổng hợp không biết thiết bị này; hãy ghi danh lại.",
                            "The hub does not know this device; enrol it again.");
  } else if (device_.state == DeviceState::kRevoked && !(by_bundle_ && by_bundle_->take_revoked)) {
    response_.verdict = Verdict::kRevoked;
    response_.message = Say("Thiết bị này đã bị thu hồi; hãy hỏi người quản trị.",
                            "This device has been revoked; ask the administrator.");
  } else if (request_.protocol < kProtocolVersionOldest) {
    response_.verdict = Verdict::kTooOld;
    response_.message = Say("Chương trình trên máy này quá cũ; hãy nâng cấp rồi đồng bộ lại.",
                            "This machine's program is too old; upgrade it and sync again.");
  } else if (request_.protocol > kProtocolVersion) {
    SayTooNew();
  } else {
    return true;
  }
  return false;
}

void Hub::Exchanger::SayTooNew() {
  response_.verdict = Verdict::kTooNew;
  response_.message =
      Say("Máy chủ tổng hợp cũ hơn chương trình này; hãy báo người quản trị nâng cấp máy chủ.",
          "The hub is older than this program; ask the administrator to upgrade it.");
}

void Hub::Exchanger::AttachCatalog() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (request_.catalog == response_.catalog) return;
  const std::string& canonical = hub_.shelf_.current()->canonical();
  const bool goes_on =
      request_.catalog_wanted == response_.catalog && request_.catalog_offset <= canonical.size();
  response_.catalog_chunk = canonical.substr(goes_on ? request_.catalog_offset : 0, kCatalogChunkBytes);
  response_.catalog_size = static_cast<uint32_t>(canonical.size());
}

absl::Status Hub::Exchanger::Decode() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (!request_.batch.empty()) {
    absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(request_.batch, *book_.book);
    // An entry of a newer format (kUnimplemented) is not refused for good: a newer hub will take it.
    if (!runs.ok()) return runs.status();
    runs_ = *std::move(runs);
  }
  if (!request_.newest_receipt.empty()) {
    absl::StatusOr<Receipt> receipt = DecodeReceipt(request_.newest_receipt);
    if (receipt.ok() && receipt->unit == device_.unit &&
        hub_.parts_.verifier->Verify(ReceiptPayload(*receipt), receipt->signature)) {
      proof_ = *std::move(receipt);
    }
  }
  return CheckDevices();
}

// A desk writes its own log. Others' entries come back from it only after the hub lost them, and then only
// runs whose last entry the hub itself once signed for.
absl::Status Hub::Exchanger::CheckDevices() {
  for (const DecodedRun& run : runs_) {
    if (run.last.device == request_.device) continue;
    if (proof_ && std::binary_search(proof_->ends.begin(), proof_->ends.end(), run.last)) continue;
    return absl::PermissionDeniedError(
        Say(absl::StrCat("Gói lượt ghi có lượt ghi của thiết bị khác (", FormatDevice(run.last.device),
                         "); không nhận gì từ gói này."),
            absl::StrCat("The batch has entries of another device (", FormatDevice(run.last.device),
                         "); nothing of it was taken.")));
  }
  return absl::OkStatus();
}

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

absl::Status Hub::Exchanger::StoreRun(const DecodedRun& run, Ingest& ingest) {
  MOTCUA_ASSIGN_OR_RETURN(const Arrival arrival, Place(run));
  if (!arrival.parent) {
    return Invalid("Gói lượt ghi bị thiếu lượt ghi ở giữa; không nhận gì từ gói này, hãy đồng bộ lại.",
                   "The batch has a hole; nothing of it was taken, sync again.");
  }
  const DeviceId device = run.last.device;
  Position last;
  MOTCUA_ASSIGN_OR_RETURN(const std::size_t held,
                          log_->CountHeld(*arrival.parent, device, arrival.hashes, &last));
  if (GoesOnBehind(arrival, response_.common)) response_.common = run.last;
  if (held == arrival.hashes.size()) return absl::OkStatus();
  TakenRun taken;
  taken.parent = last;
  taken.device = device;
  taken.entries = std::span<const Entry>(run.run.entries).subspan(held);
  taken.hashes = std::span<const Hash>(arrival.hashes).subspan(held);
  if (device == request_.device) taken.role = device_.role;
  taken.book = book_;
  // A batch that is one new run is stored as it came.
  if (held == 0 && runs_.size() == 1) taken.encoded = request_.batch;
  if (by_bundle_ != nullptr) {
    by_bundle_->taken += static_cast<std::size_t>(
        std::count_if(taken.entries.begin(), taken.entries.end(),
                      [](const Entry& entry) { return entry.kind() != EntryKind::kSaw; }));
  }
  return ingest.Take(taken);
}

absl::Status Hub::Exchanger::TakeBatch() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Work work(&hub_);
  MOTCUA_ASSIGN_OR_RETURN(const UnitRow row, work.BeginUnit(device_.unit));
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(hub_.parts_.store, &hub_.shelf_, row.unit));
  log_.emplace(std::move(log));
  MOTCUA_ASSIGN_OR_RETURN(const Judgement judgement, JudgeAgent());
  response_.verdict = judgement.verdict;
  response_.common = judgement.common;
  response_.message = MessageFor(judgement.verdict);
  bool wrote_hub_log = false;
  if (!runs_.empty() && judgement.verdict != Verdict::kGap) {
    const std::size_t lines_before = log_->tree().size();
    Ingest ingest(hub_.Services(), device_.unit, row, &*log_);
    for (const DecodedRun& run : runs_) MOTCUA_RETURN_IF_ERROR(StoreRun(run, ingest));
    MOTCUA_RETURN_IF_ERROR(ingest.Finish());
    wrote_hub_log = ingest.wrote_hub_log();
    MOTCUA_RETURN_IF_ERROR(CheckLines(lines_before));
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

// Each name is looked for once and in order, so that neighbours of one stored run are found by reading it
// once.
absl::Status Hub::Exchanger::FindNamed() {
  std::vector<EntryName> names = request_.ends;
  if (proof_) names.insert(names.end(), proof_->ends.begin(), proof_->ends.end());
  names.push_back(response_.common);
  std::sort(names.begin(), names.end());
  for (const EntryName& name : names) {
    if (named_.contains(name)) continue;
    MOTCUA_ASSIGN_OR_RETURN(named_[name], log_->Find(name));
  }
  return absl::OkStatus();
}

// The hub has lost data when its own signature, or another's end that only the hub can have given, says so.
void Hub::Exchanger::NoteLoss() {
  const auto lost = [&](const EntryName& name) { return !named_.at(name); };
  const auto foreign_and_lost = [&](const EntryName& end) {
    return end.device != request_.device && lost(end);
  };
  response_.hub_behind = (proof_ && std::any_of(proof_->ends.begin(), proof_->ends.end(), lost)) ||
                         std::any_of(request_.ends.begin(), request_.ends.end(), foreign_and_lost);
}

void Hub::Exchanger::Sign() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Receipt& receipt = response_.receipt;
  receipt.unit = device_.unit;
  receipt.incarnation = hub_.incarnation_;
  receipt.hub_time_ms = response_.hub_time_ms;
  receipt.ends = log_->Ends();
  if (MOTCUA_PLANTED(kReceiptTooHigh) && !request_.locator.empty()) {
    receipt.ends.push_back(request_.locator.front());
    std::sort(receipt.ends.begin(), receipt.ends.end());
    receipt.ends.erase(std::unique(receipt.ends.begin(), receipt.ends.end()), receipt.ends.end());
  }
  receipt.signature = hub_.parts_.signer->Sign(ReceiptPayload(receipt));
}

Context Hub::Exchanger::HeldByAgent() const {
  Context held;
  const auto raise = [&](const EntryName& name) {
    if (const std::optional<Position>& at = named_.at(name)) held.Raise(log_->tree(), *at);
  };
  for (const EntryName& end : request_.ends) raise(end);
  raise(response_.common);
  return held;
}

// Whole lines in the order in which the hub met them, so that parents come before children.
absl::Status Hub::Exchanger::FillBatch() {
  const Context held = HeldByAgent();
  const std::size_t bytes_max = std::clamp(request_.batch_bytes_max, kBatchBytesMin, kBatchBytesMax);
  // More entries than can fit are not read: an entry takes five bytes and more.
  const std::size_t entries_max = bytes_max / 4;
  std::vector<Run> runs;
  std::vector<Hash> parents;
  std::size_t entries = 0;
  for (LineId line = 0; line < log_->tree().size() && !response_.more; ++line) {
    const LineRow& row = log_->row(line);
    const Seq first = std::max(held.KnownOf(line), row.fork_seq) + 1;
    if (first > row.end_seq) continue;
    if (entries >= entries_max || runs.size() >= kBatchRunsMax) {
      response_.more = true;
      break;
    }
    const Seq last =
        static_cast<Seq>(std::min<std::size_t>(row.end_seq, first + (entries_max - entries) - 1));
    response_.more = last < row.end_seq;
    const Position before = log_->tree().Normalize(line, first - 1);
    MOTCUA_ASSIGN_OR_RETURN(const Hash parent, log_->HashAt(before, row.device));
    Run run{{row.device, first - 1, first == 1 ? 0 : First8(parent)}, {}};
    MOTCUA_RETURN_IF_ERROR(log_->Read(line, first, last, [&](const Entry& entry, const Hash&) {
      run.entries.push_back(entry);
      return absl::OkStatus();
    }));
    entries += run.entries.size();
    runs.push_back(std::move(run));
    parents.push_back(parent);
  }
  if (runs.empty()) return absl::OkStatus();
  EncodedBatch encoded = EncodeBatch(runs, parents, *book_.book, bytes_max);
  response_.batch = std::move(encoded.bytes);
  response_.more = response_.more || !encoded.complete;
  return absl::OkStatus();
}

}  // namespace motcua
