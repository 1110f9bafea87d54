// One exchange: judge what the desk sent, store what is new, sign what is held, send what the desk lacks.
//
//   authorise, protocol, bounds         a verdict or an error; nothing was read yet
//   decode, verify, Judge()             refused whole: a wrong chain, a foreign device, a hole, oversize
//   log, cells, roll-ups, heartbeat     one transaction
//   receipt, batch, catalog chunk       from what that transaction committed
#include <algorithm>

#include "common/base/language.h"
#include "hub/core/hub_exchanger.h"

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

}  // namespace

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
  MOTCUA_RETURN_IF_ERROR(FillBatch());
  Sign();
  return std::move(response_);
}

// Says no by verdict: the desk shows the sentence and keeps its entries.
bool Hub::Exchanger::Admit() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (device_.device != request_.device) {
    response_.verdict = Verdict::kUnknown;
    response_.message = Say("Máy chủ tổng hợp không biết thiết bị này; hãy ghi danh lại.",
                            "The hub does not know this device; enrol it again.");
  } else if (device_.state == DeviceState::kRevoked && !(by_bundle_ && by_bundle_->take_revoked)) {
    response_.verdict = Verdict::kRevoked;
    response_.message = Say("Thiết bị này đã bị thu hồi; hãy hỏi người quản trị.",
                            "This device has been revoked; ask the administrator.");
  } else if (request_.protocol < OldestSpoken(hub_.parts_.protocol)) {
    response_.verdict = Verdict::kTooOld;
    response_.message = Say("Chương trình trên máy này quá cũ; hãy nâng cấp rồi đồng bộ lại.",
                            "This machine's program is too old; upgrade it and sync again.");
  } else if (request_.protocol > hub_.parts_.protocol) {
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
    absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(request_.batch, *book_.book, NewestKind(hub_.parts_.protocol));
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
// on the way to an entry that the hub itself once signed for.
absl::Status Hub::Exchanger::CheckDevices() {
  for (const DecodedRun& run : runs_) {
    if (run.last.device == request_.device) continue;
    const auto covers = [&](const EntryName& end) {
      return end.device == run.last.device && end.seq >= run.last.seq;
    };
    if (proof_ && std::any_of(proof_->ends.begin(), proof_->ends.end(), covers)) continue;
    return RefuseForeign(run.last.device);
  }
  return absl::OkStatus();
}

absl::Status Hub::Exchanger::RefuseForeign(DeviceId device) const {
  return absl::PermissionDeniedError(
      Say(absl::StrCat("Gói lượt ghi có lượt ghi của thiết bị khác (", FormatDevice(device),
                       "); không nhận gì từ gói này."),
          absl::StrCat("The batch has entries of another device (", FormatDevice(device),
                       "); nothing of it was taken.")));
}

}  // namespace motcua
