// The answers of a bundle, taken the way an exchange's are.
#include <algorithm>

#include "agent/core/sync_session.h"
#include "common/base/language.h"
#include "common/sync/bundle.h"

namespace motcua {
namespace {

// The hub's answers to a bundle are judgements over entries; anything else is not for a desk to take.
absl::Status CheckAnswer(const ExchangeResponse& response) {
  if (response.verdict <= Verdict::kForked && !response.receipt.empty()) return absl::OkStatus();
  return KeepBothLanguages([] {
    return absl::InvalidArgumentError(
        Say("Tệp xác nhận không có xác nhận của máy chủ tổng hợp; hãy nhận lại gói ở máy chủ.",
            "The receipt file has no receipt of the hub; import the bundle at the hub again."));
  });
}

// A restored machine lacks something of what it once wrote, or has it behind its end. When every end of the device
// that the hub holds is held here and none is behind the own one, the line was only quicker than the stick.
bool OvertakenByTheLine(const DeskLog& log, const ExchangeResponse& response) {
  return std::all_of(response.receipt.ends.begin(), response.receipt.ends.end(), [&](const EntryName& end) {
    if (end.device != log.identity().device || end == log.own_end()) return true;
    const absl::StatusOr<Position> at = log.ledger().Find(end);
    return at.ok() && !log.ledger().tree().IsAncestorOrSelf(log.own_position(), *at);
  });
}

std::string StillWaiting(uint32_t waiting) {
  return Say(absl::StrCat("Còn ", GroupedNumber(waiting),
                          " lượt ghi chưa có xác nhận; hãy xuất gói mới (motcua-agent bundle export)."),
             absl::StrCat(Counted(waiting, "entry has", "entries have"),
                          " no receipt yet; export another bundle (motcua-agent bundle export)."));
}

}  // namespace

SyncResult SyncSession::TakeAnswers(const BundleReceipt& receipt) {
  const std::size_t batch_bytes = batch_bytes_;  // a file says nothing about the line
  absl::Status taken = TakeEach(receipt);
  batch_bytes_ = batch_bytes;
  result_.waiting = desk_.log().UnsentBehind(desk_.log().HubHolds()).waiting;
  const bool covered = taken.ok() && !receipt.more && Covered();
  AgentState state = desk_.log().state();
  state.batch_bytes = static_cast<uint32_t>(batch_bytes_);
  Told sentence = SentenceOf(taken);
  if (taken.ok() && result_.waiting > 0) sentence = InBothLanguages([&] { return StillWaiting(result_.waiting); });
  if (taken.ok() && receipt.more) {
    sentence = {"Máy chủ tổng hợp còn số liệu cho máy này; hãy xuất gói mới rồi nhận thêm.",
                "The hub holds more for this machine; export another bundle and take the rest."};
  }
  Notice(taken.ok() ? sentence.Text() : std::string());
  state.last_sync = {desk_.clock().WallSeconds(), covered, result_.verdict, covered ? Told() : sentence};
  const absl::Status stored = desk_.log().SaveState(state);
  result_.hub_time_offset_ms = state.clock_offset_ms;
  result_.status = taken.ok() ? stored : taken;
  return std::move(result_);
}

absl::Status SyncSession::TakeEach(const BundleReceipt& receipt) {
  book_ = CodeBook();  // a bundle's batches spell every code out
  for (std::size_t i = 0; i < receipt.responses.size(); ++i) {
    ExchangeResponse response = receipt.responses[i];
    MOTCUA_RETURN_IF_ERROR(CheckAnswer(response));
    if (response.verdict == Verdict::kRegressed && OvertakenByTheLine(desk_.log(), response)) {
      response.verdict = Verdict::kDuplicate;
      response.message.clear();
    }
    // When the answer was given says nothing about this machine's clock now.
    response.hub_time_ms = 0;
    response.catalog = Hash{};
    if (i + 1 == receipt.responses.size() && !receipt.catalog.empty()) {
      response.catalog = Sha256(receipt.catalog);
      response.catalog_chunk = receipt.catalog;
      response.catalog_size = static_cast<uint32_t>(receipt.catalog.size());
    }
    Sent sent;
    sent.lacking = CountLacking(desk_.log(), HubNow());
    sent.entries = sent.lacking;
    ++result_.exchanges;
    if (result_.verdict != VerdictName(Verdict::kForked)) result_.verdict = std::string(VerdictName(response.verdict));
    Notice(response.message);
    without_progress_ = 0;  // a bundle that was taken twice has the same answer many times
    MOTCUA_RETURN_IF_ERROR(Apply(sent, response));
  }
  return absl::OkStatus();
}

}  // namespace motcua
