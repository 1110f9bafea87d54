#include "agent/core/sync_session.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "agent/core/proofs.h"
#include "common/base/language.h"

namespace motcua {
namespace {

constexpr int64_t kBackoffFirstMs = 250;

bool IsZero(const Hash& hash) { return hash == Hash{}; }

std::size_t CountForPeople(const Run& run, std::size_t entries) {
  return static_cast<std::size_t>(
      std::count_if(run.entries.begin(), run.entries.begin() + static_cast<std::ptrdiff_t>(entries),
                    [](const Entry& entry) { return entry.kind() != EntryKind::kSaw; }));
}

// Why a sync failed is read later too, by whoever asks.
absl::Status Said(absl::StatusCode code, const Told& sentence) {
  return KeepBothLanguages([&] { return absl::Status(code, sentence.Text()); });
}

absl::Status Busy() {
  return Said(absl::StatusCode::kUnavailable, {"Máy chủ tổng hợp đang bận; không mất gì, hãy thử lại sau.",
                                               "The hub is busy; nothing is lost, try again later."});
}

// The link's own sentence says what happened and what to do.
absl::Status NotReached(const absl::Status& failure) {
  return Said(absl::StatusCode::kUnavailable, SentenceOf(failure));
}

absl::Status OutOfTime() {
  return Said(absl::StatusCode::kUnavailable,
              {"Hết thời gian cho lần đồng bộ này; phần đã gửi được giữ nguyên, hãy thử lại sau.",
               "The time for this sync is used up; what was sent stays sent, try again later."});
}

absl::Status BadAnswer(const Told& what) {
  return Said(absl::StatusCode::kDataLoss,
              {absl::StrCat("Câu trả lời của máy chủ tổng hợp không đúng (", what.vietnamese,
                            ") nên không nhận gì; hãy báo người quản trị."),
               absl::StrCat("The hub's answer does not verify (", what.english,
                            ") and nothing of it was taken; tell the administrator.")});
}

// Verdicts after which only a person can go on. The hub's sentence says more, and has the language it was asked in.
absl::Status RefusalIn(const ExchangeResponse& response, Language of_message) {
  const auto sentence = [&](const char* vi, const char* en) {
    return response.message.empty() || CurrentLanguage() != of_message ? Say(vi, en) : response.message;
  };
  switch (response.verdict) {
    case Verdict::kUnknown:
      return absl::FailedPreconditionError(
          sentence("Máy chủ tổng hợp không biết máy này; hãy xin mã và ghi danh lại (enroll).",
                   "The hub does not know this machine; ask for a code and enrol anew."));
    case Verdict::kRevoked:
      return absl::PermissionDeniedError(
          sentence("Máy này đã bị thu hồi quyền; hãy liên hệ người quản trị.",
                   "This machine has been revoked; contact the administrator."));
    case Verdict::kTooOld:
      return absl::FailedPreconditionError(
          sentence("Chương trình trên máy này quá cũ; hãy cài phiên bản mới.",
                   "The program on this machine is too old; install the new version."));
    case Verdict::kTooNew:
      return absl::FailedPreconditionError(
          sentence("Chương trình trên máy này mới hơn máy chủ tổng hợp; hãy chờ máy chủ được nâng cấp.",
                   "The program on this machine is newer than the hub; wait until the hub is upgraded."));
    default:
      return absl::OkStatus();
  }
}

absl::Status Refusal(const ExchangeResponse& response) {
  const Language asked_in = CurrentLanguage();
  return KeepBothLanguages([&] { return RefusalIn(response, asked_in); });
}

}  // namespace

SyncSession::SyncSession(Desk* desk, HubLink* link, const ReceiptVerifier* verifier, SyncOptions options,
                         IdentityRenewer* renewer)
    : desk_(*desk), link_(*link), verifier_(*verifier), options_(std::move(options)), renewer_(renewer),
      protocol_(options_.protocol) {
  options_.batch_bytes_max = std::clamp(options_.batch_bytes_max, kBatchBytesMin, kBatchBytesMax);
  if (desk_.catalog() != nullptr) book_ = CodeBook(desk_.catalog()->version(), desk_.catalog()->codes());
  const uint32_t remembered = desk_.log().state().batch_bytes;
  batch_bytes_ =
      remembered == 0 ? kBatchBytesMax : std::clamp<std::size_t>(remembered, kBatchBytesMin, kBatchBytesMax);
  // A line that carries one exchange at a time would else never return anything. Should the hub have moved on since,
  // a batch costs its bytes and nothing else.
  answered_ = desk_.log().state().hub_behind;
  returned_ = desk_.log().state().returned;
}

std::size_t SyncSession::BatchBytes() const { return std::min(batch_bytes_, options_.batch_bytes_max); }
int64_t SyncSession::BudgetLeftMs() const { return deadline_ms_ - desk_.clock().MonotonicMs(); }

void SyncSession::Notice(const std::string& sentence) {
  if (sentence.empty() || std::count(result_.notices.begin(), result_.notices.end(), sentence) > 0) return;
  result_.notices.push_back(sentence);
}

SyncResult SyncSession::Run() {
  deadline_ms_ = desk_.clock().MonotonicMs() + options_.budget_ms;
  absl::StatusOr<std::string> partial = desk_.log().LoadCatalogPartial();
  if (partial.ok()) catalog_partial_ = *std::move(partial);  // else it is fetched from its beginning
  const int64_t sent_before = link_.bytes_sent();
  const int64_t received_before = link_.bytes_received();
  result_.status = Conclude(Converse());
  if (result_.status.ok() && renewal_asked_ && renewer_ != nullptr) RenewIdentity();
  result_.waiting = desk_.log().UnsentBehind(desk_.log().HubHolds()).waiting;
  result_.bytes_sent = link_.bytes_sent() - sent_before;
  result_.bytes_received = link_.bytes_received() - received_before;
  result_.hub_time_offset_ms = desk_.log().state().clock_offset_ms;
  return std::move(result_);
}

HubState SyncSession::HubNow() const {
  return {desk_.log().HubHolds(), returned_, answered_, left_out_, one_at_a_time_};
}

// Last, and no reason for the sync to fail: the old certificate goes on working, and the hub asks again.
void SyncSession::RenewIdentity() {
  if (BudgetLeftMs() <= 0) return;
  const absl::Status renewed = renewer_->Renew(std::min<int64_t>(kCallDeadlineMs, BudgetLeftMs()));
  if (!renewed.ok()) return Notice(std::string(renewed.message()));
  result_.renewed = true;
  const LogTree& tree = desk_.log().ledger().tree();
  int lines = 0;
  for (LineId line = 0; line < tree.size(); ++line)
    lines += tree.line(line).device == desk_.log().identity().device ? 1 : 0;
  if (lines < 2) {
    return Notice(Say("Chứng thư của máy này đã được thay bằng chứng thư mới.",
                      "This machine's certificate has been renewed."));
  }
  Notice(Say("Một bản sao khác của máy này, hoặc chính nó trước khi được khôi phục, cũng đã ghi; máy này nay có chứng "
             "thư mới của riêng mình, bản sao nào còn dùng sẽ nhận chứng thư khác. Hãy báo người quản trị.",
             "Another copy of this machine, or the machine itself before it was restored, has been recording too; "
             "this machine now has a new certificate of its own, and any copy still in use will get another. Tell "
             "the administrator."));
}

absl::Status SyncSession::Converse() {
  while (true) {
    Sent sent = BuildRequest();
    absl::StatusOr<ExchangeResponse> asked = Ask(&sent);
    if (!asked.ok() && LeaveOut(sent, asked.status())) continue;
    MOTCUA_ASSIGN_OR_RETURN(const ExchangeResponse response, std::move(asked));
    ++result_.exchanges;
    result_.verdict = std::string(VerdictName(response.verdict));
    if (SpeakOlder(response.verdict)) continue;
    Notice(response.message);
    MOTCUA_RETURN_IF_ERROR(Refusal(response));
    MOTCUA_RETURN_IF_ERROR(Apply(sent, response));
    if (NothingLeft(response)) return absl::OkStatus();
  }
}

// The hub takes others' lines back as a kindness: that it cannot take one is no reason to keep this desk from its own
// work. The next session asks once more.
bool SyncSession::LeaveOut(const Sent& sent, const absl::Status& refusal) {
  if (!absl::IsFailedPrecondition(refusal) || sent.others.empty()) return false;
  if (sent.others.size() > 1) {
    one_at_a_time_ = true;
    return true;
  }
  left_out_.push_back(*sent.others.begin());
  left_out_sentence_ = SentenceOf(refusal);
  Notice(left_out_sentence_.Text());
  return true;
}

// An older hub is asked again in its own version, for the rest of the session.
bool SyncSession::SpeakOlder(Verdict verdict) {
  if (verdict != Verdict::kTooNew || protocol_ <= OldestSpoken(options_.protocol)) return false;
  --protocol_;
  return true;
}

SyncSession::Sent SyncSession::BuildRequest() {
  const DeskLog& log = desk_.log();
  const HubState hub = HubNow();
  Sent sent;
  // An entry takes a byte at the very least, so no more of them are looked at than could fit.
  const Outgoing outgoing = ChooseOutgoing(log, hub, BatchBytes());
  const EncodedBatch batch = EncodeBatch(outgoing.runs, outgoing.parent_hashes, book_, BatchBytes());
  std::vector<EntryName> then_held = hub.holds;
  std::size_t left = batch.entries;
  for (const motcua::Run& run : outgoing.runs) {
    const std::size_t taken = std::min(left, run.entries.size());
    left -= taken;
    sent.entries += CountForPeople(run, taken);
    if (taken > 0 && run.parent.device != log.identity().device) sent.others.insert(run.parent.device);
    if (outgoing.own_path && taken > 0)
      then_held.push_back(log.ledger().NameAt(log.OwnPositionAt(run.entries[taken - 1].seq)));
  }
  sent.lacking = CountLacking(log, hub);
  const DeskLog::Unsent after = log.UnsentBehind(then_held);

  ExchangeRequest& request = sent.request;
  request.protocol = protocol_;
  request.catalog = book_.catalog();
  request.device = log.identity().device;
  request.unit = log.identity().unit;
  request.locator = log.ledger().Locator(log.own_end());
  request.ends = log.ledger().Ends();
  request.ends.insert(request.ends.begin(), sent_through_.begin(), sent_through_.end());
  if (request.ends.size() > kEndsMax)
    request.ends.resize(kEndsMax);  // what is not named comes again, and is known
  request.newest_receipt = outgoing.proof;
  request.batch = batch.bytes;
  request.waiting = after.waiting;
  request.oldest_waiting_s = after.oldest_clock_s;
  request.batch_bytes_max = BatchBytes();
  request.catalog_wanted = IsZero(catalog_refused_) ? log.state().catalog_wanted : catalog_refused_;
  request.catalog_offset =
      IsZero(catalog_refused_) ? static_cast<uint32_t>(catalog_partial_.size()) : catalog_refused_size_;
  request.agent_version = options_.agent_version;
  return sent;
}

absl::StatusOr<ExchangeResponse> SyncSession::Ask(Sent* sent) {
  for (int attempt = 1;; ++attempt) {
    if (BudgetLeftMs() <= 0) return OutOfTime();
    sent->began_wall_ms = desk_.clock().WallMs();
    sent->request.agent_time_ms = sent->began_wall_ms;
    absl::StatusOr<ExchangeResponse> response =
        link_.Exchange(sent->request, std::min<int64_t>(kCallDeadlineMs, BudgetLeftMs()));
    // A hub that lacks the catalog of the batch's numbers sends its own along with RETRY_LATER.
    const bool catalog_comes = response.ok() && !response->catalog_chunk.empty();
    if (response.ok() && (response->verdict != Verdict::kRetryLater || catalog_comes)) return response;
    const absl::Status failure = response.ok() ? Busy() : response.status();
    if (response.ok()) Notice(response->message);
    MOTCUA_RETURN_IF_ERROR(AfterFailure(failure, attempt));
    *sent = BuildRequest();  // smaller than the one that failed
  }
}

absl::Status SyncSession::AfterFailure(const absl::Status& failure, int attempt) {
  const bool oversize =
      failure.code() == absl::StatusCode::kResourceExhausted && batch_bytes_ > kBatchBytesMin;
  const bool no_answer = absl::IsUnavailable(failure) || absl::IsDeadlineExceeded(failure);
  if (!oversize && !no_answer) return failure;
  batch_bytes_ = std::max(kBatchBytesMin, BatchBytes() / 2);
  if (attempt >= options_.attempts_max && !oversize) return NotReached(failure);
  if (no_answer) {
    // Desks that lost the line together do not come back in step: half of the wait is by chance.
    const int64_t full_ms = kBackoffFirstMs << std::min(attempt - 1, 10);
    const int64_t wait_ms =
        full_ms / 2 + static_cast<int64_t>(desk_.random().Below(static_cast<uint64_t>(full_ms / 2)));
    if (wait_ms >= BudgetLeftMs()) return NotReached(failure);
    desk_.clock().SleepMs(wait_ms);
    link_.Reconnect();
  }
  return absl::OkStatus();
}

absl::Status SyncSession::Apply(const Sent& sent, const ExchangeResponse& response) {
  Change change(&desk_.log().ledger());
  change.state = desk_.log().state();
  if (response.verdict != Verdict::kRetryLater) {
    MOTCUA_RETURN_IF_ERROR(ReadReceipt(response, &change.state));
    MOTCUA_RETURN_IF_ERROR(ReadBatch(response, &change));
    ChooseProof(response, &change);
    change.state.hub_behind = response.hub_behind;
    change.state.returned = response.returned;
  }
  if (response.verdict == Verdict::kRegressed) MoveOwnEnd(&change);
  MOTCUA_RETURN_IF_ERROR(ReadCatalog(sent, response, &change));
  // The hub's clock stood between question and answer; the middle is the best guess. It may say anything; what is kept
  // can be subtracted and printed.
  const int64_t middle_ms = sent.began_wall_ms + (desk_.clock().WallMs() - sent.began_wall_ms) / 2;
  const int64_t hub_ms = std::clamp(response.hub_time_ms, kClockSecondsMin * 1000, kClockSecondsMax * 1000);
  if (response.hub_time_ms != 0) change.state.clock_offset_ms = hub_ms - middle_ms;
  batch_bytes_ =
      std::min({kBatchBytesMax, BatchBytes() * 2, std::max(kBatchBytesMin, response.batch_bytes_max)});
  change.state.batch_bytes = static_cast<uint32_t>(batch_bytes_);
  const std::size_t came = static_cast<std::size_t>(
      std::count_if(change.plan.planned().begin(), change.plan.planned().end(),
                    [](const PlannedEntry& planned) { return planned.entry.kind() != EntryKind::kSaw; }));

  MOTCUA_RETURN_IF_ERROR(
      desk_.log().ApplyExchange(change.plan, change.state, change.catalog, change.catalog_partial));
  if (response.verdict != Verdict::kRetryLater) {
    answered_ = true;
    returned_ = change.state.returned;
    renewal_asked_ = response.renew;
    if (!response.hub_behind) change.sent_through.clear();
    if (change.sent_through != sent_through_) without_progress_ = 0;
    sent_through_ = std::move(change.sent_through);
  }
  if (change.catalog_partial) catalog_partial_ = *change.catalog_partial;
  if (change.parsed != nullptr) {
    desk_.set_catalog(change.parsed);
    book_ = CodeBook(change.parsed->version(), change.parsed->codes());
    result_.catalog_changed = true;
    without_progress_ = 0;
  }
  if (!response.receipt.empty()) result_.receipt = response.receipt;
  return NoteProgress(sent, response, came);
}

absl::Status SyncSession::ReadReceipt(const ExchangeResponse& response, AgentState* state) {
  const Receipt& receipt = response.receipt;
  if (!receipt.empty()) {
    if (receipt.unit != desk_.log().identity().unit)
      return BadAnswer({"xác nhận của đơn vị khác", "a receipt of another unit"});
    if (!verifier_.Verify(ReceiptPayload(receipt), receipt.signature)) {
      return BadAnswer({"chữ ký của xác nhận", "the receipt's signature"});
    }
  }
  state->receipt = receipt.empty() ? std::string() : EncodeReceipt(receipt);
  state->hub_common = response.common;
  if (response.hub_behind) {
    Notice(Say("Máy chủ tổng hợp đã mất một phần số liệu; máy này gửi lại những gì nó còn giữ.",
               "The hub has lost part of its data; this machine returns what it holds."));
  }
  return absl::OkStatus();
}

void SyncSession::ChooseProof(const ExchangeResponse& response, Change* change) const {
  if (response.receipt.empty()) return;
  AgentState& state = change->state;
  if (response.hub_behind || !ProvesAsMuch(desk_.log(), change->plan, response.receipt))
    return KeepProof(desk_.log(), &state);
  state.proof = state.receipt;
  state.later_proofs.clear();
}

absl::Status SyncSession::ReadBatch(const ExchangeResponse& response, Change* change) {
  if (response.batch.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(response.batch, book_, NewestKind(options_.protocol));
  if (!runs.ok()) return Annotate(runs.status(), Say("gói số liệu từ máy chủ tổng hợp", "the hub's batch"));
  for (const DecodedRun& decoded : *runs) {
    absl::StatusOr<Hash> parent_hash = change->plan.HashOf(decoded.run.parent);
    if (!parent_hash.ok()) return BadAnswer({"thiếu lượt ghi ở giữa", "entries are missing in between"});
    absl::StatusOr<std::vector<Hash>> hashes = VerifyChain(decoded, *parent_hash);
    if (!hashes.ok()) return BadAnswer(SentenceOf(hashes.status()));
    EntryName parent = decoded.run.parent;
    for (const Entry& entry : decoded.run.entries) {
      MOTCUA_ASSIGN_OR_RETURN(parent, change->plan.Add(parent, entry));
    }
    change->sent_through.push_back(parent);
  }
  return absl::OkStatus();
}

// The hub holds entries of this device behind the own end: this folder was restored or copied. They are taken
// back, and what is written next goes behind the newest of them.
void SyncSession::MoveOwnEnd(Change* change) const {
  const DeskLog& log = desk_.log();
  const auto newer = [](const EntryName& a, const EntryName& b) {
    return std::tie(a.seq, a) < std::tie(b.seq, b);
  };
  EntryName newest = log.own_end();
  std::set<EntryName> behind{log.own_end()};
  for (const EntryName& end : log.ledger().Ends()) {
    if (end.device != log.identity().device) continue;
    absl::StatusOr<Position> at = log.ledger().Find(end);
    if (!at.ok() || !log.ledger().tree().IsAncestorOrSelf(log.own_position(), *at)) continue;
    behind.insert(end);
    newest = std::max(newest, end, newer);
  }
  for (const PlannedEntry& planned : change->plan.planned()) {
    if (behind.count(planned.parent) == 0) continue;
    behind.insert(planned.name);
    newest = std::max(newest, planned.name, newer);
  }
  change->state.own_end = newest;
}

absl::Status SyncSession::ReadCatalog(const Sent& sent, const ExchangeResponse& response, Change* change) {
  const auto forget = [&] {
    change->state.catalog_wanted = Hash{};
    if (!catalog_partial_.empty()) change->catalog_partial = std::string();
  };
  if (IsZero(response.catalog) || response.catalog == book_.catalog()) {
    forget();
    return absl::OkStatus();
  }
  if (response.catalog == catalog_refused_) return absl::OkStatus();
  if (response.catalog_size > kCatalogBytesMax)
    return BadAnswer({"danh mục quá lớn", "the catalog is too large"});
  // A chunk continues what is held only of the version that was asked for; of another it is the beginning.
  std::string bytes = response.catalog == sent.request.catalog_wanted ? catalog_partial_ : std::string();
  bytes += response.catalog_chunk;
  change->state.catalog_wanted = response.catalog;
  change->catalog_partial = bytes;
  if (bytes.size() < response.catalog_size) return absl::OkStatus();
  if (bytes.size() > response.catalog_size || Sha256(bytes) != response.catalog) {
    if (++catalog_restarts_ > 1)
      return BadAnswer({"danh mục không khớp mã băm", "the catalog does not match its hash"});
    change->catalog_partial = std::string();  // begin anew, once
    return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<const Catalog>> parsed = desk_.parse_catalog()(bytes);
  change->state.catalog_wanted = Hash{};
  change->catalog_partial = std::string();
  if (!parsed.ok()) {
    catalog_refused_ = response.catalog;
    catalog_refused_size_ = response.catalog_size;
    Notice(Say(
        absl::StrCat("Không đọc được danh mục mới nên vẫn dùng danh mục cũ; hãy cài phiên bản mới (",
                     parsed.status().message(), ")."),
        absl::StrCat("The new catalog cannot be read and the old one stays in use; install the new version (",
                     parsed.status().message(), ").")));
    return absl::OkStatus();
  }
  change->catalog = std::move(bytes);
  change->parsed = *parsed;
  return absl::OkStatus();
}

absl::Status SyncSession::NoteProgress(const Sent& sent, const ExchangeResponse& response, std::size_t came) {
  const std::size_t lacking = CountLacking(desk_.log(), HubNow());
  const std::size_t taken = sent.lacking > lacking ? std::min(sent.lacking - lacking, sent.entries) : 0;
  result_.pushed += taken;
  result_.pulled += came;
  const bool chunk = !response.catalog_chunk.empty() && !catalog_partial_.empty();
  without_progress_ = taken > 0 || came > 0 || chunk || sent.lacking != lacking ? 0 : without_progress_ + 1;
  if (without_progress_ < kExchangesWithoutProgressMax) return absl::OkStatus();
  return Said(absl::StatusCode::kFailedPrecondition,
              {"Máy chủ tổng hợp trả lời nhưng không nhận thêm gì; hãy báo người quản trị.",
               "The hub answers and takes nothing more; tell the administrator."});
}

bool SyncSession::NothingLeft(const ExchangeResponse& response) const {
  if (response.verdict == Verdict::kRetryLater) return false;
  const bool catalog_pending = !IsZero(response.catalog) && response.catalog != book_.catalog() &&
                               response.catalog != catalog_refused_;
  return !response.more && !catalog_pending && Covered();
}

// The latest receipt covers the local end and every other entry held here.
bool SyncSession::Covered() const {
  const DeskLog& log = desk_.log();
  if (log.state().receipt.empty()) return false;
  HubState hub = HubNow();
  hub.returned.clear();  // not held until the whole run is
  return log.UnsentBehind(hub.holds).hub_holds == log.own_end().seq && CountLacking(log, hub) == 0;
}

absl::Status SyncSession::Conclude(const absl::Status& ended) {
  AgentState state = desk_.log().state();
  state.batch_bytes = static_cast<uint32_t>(batch_bytes_);
  state.last_sync = {desk_.clock().WallSeconds(), ended.ok(), result_.verdict,
                     ended.ok() ? left_out_sentence_ : SentenceOf(ended)};
  const absl::Status stored = desk_.log().SaveState(state);
  return ended.ok() ? stored : ended;
}

}  // namespace motcua
