#include "agent/adapters/grpc_hub_link.h"

#include <utility>

#include "agent/adapters/grpc_call.h"
#include "common/base/day.h"
#include "common/base/told.h"
#include "common/rpc/channel.h"
#include "common/rpc/wire.h"
#include "common/security/device_key.h"
#include "motcua/v1/sync.grpc.pb.h"

namespace motcua {

namespace {

absl::Status BrokenOff() {
  return KeepBothLanguages([] {
    return absl::CancelledError(Say("Chương trình được yêu cầu dừng; không mất gì, lần sau sẽ gửi tiếp.",
                                    "The program was asked to end; nothing is lost, the next sync goes on."));
  });
}

}  // namespace

void CallStopper::Stop() {
  MutexLock lock(&mutex_);
  stopped_ = true;
  if (cancel_) cancel_();
}

bool CallStopper::Enter(std::function<void()> cancel) {
  MutexLock lock(&mutex_);
  if (!stopped_) cancel_ = std::move(cancel);
  return !stopped_;
}

void CallStopper::Leave() {
  MutexLock lock(&mutex_);
  cancel_ = nullptr;
}

bool CallStopper::stopped() {
  MutexLock lock(&mutex_);
  return stopped_;
}

GrpcHubLink::GrpcHubLink(HubAddress hub, const Clock* clock, CallStopper* stopper)
    : hub_(std::move(hub)), clock_(*clock), stopper_(stopper) {}
GrpcHubLink::~GrpcHubLink() = default;

// A handshake with a certificate that is over fails like a line that is down, so the desk looks for itself.
absl::Status GrpcHubLink::CheckOwnCertificate() const {
  MOTCUA_RETURN_IF_ERROR(CheckKeyBelongs(hub_.identity.key_pem, hub_.identity.certificate_pem));
  MOTCUA_ASSIGN_OR_RETURN(const CertificateFacts facts, InspectCertificate(hub_.identity.certificate_pem));
  const int64_t now_s = clock_.WallSeconds();
  if (now_s <= facts.not_after_s) return absl::OkStatus();
  const std::string over = FormatTimeInVietnam(facts.not_after_s);
  const std::string now = FormatTimeInVietnam(now_s);
  return KeepBothLanguages([&] {
    return absl::FailedPreconditionError(
        Say(absl::StrCat("Chứng thư của máy này đã hết hạn lúc ", over, " (đồng hồ máy này chỉ ", now,
                         "): nếu đồng hồ sai hãy chỉnh lại, nếu đúng hãy xin mã và ghi danh lại."),
            absl::StrCat("This machine's certificate ended on ", over, " (its clock says ", now,
                         "): set the clock if it is wrong, else ask for a code and enrol again.")));
  });
}

absl::StatusOr<ExchangeResponse> GrpcHubLink::Exchange(const ExchangeRequest& request, int64_t deadline_ms) {
  MOTCUA_RETURN_IF_ERROR(CheckOwnCertificate());
  if (!channel_) channel_ = VerifiedChannel(hub_.address, hub_.ca_pem, hub_.identity);
  const auto stub = v1::SyncService::NewStub(channel_);
  grpc::ClientContext context;
  PrepareCall(&context, deadline_ms);
  const v1::ExchangeRequest sent = ToWire(request);
  v1::ExchangeResponse received;
  if (stopper_ != nullptr && !stopper_->Enter([&context] { context.TryCancel(); })) return BrokenOff();
  bytes_sent_ += static_cast<int64_t>(sent.ByteSizeLong());
  const grpc::Status status = stub->Exchange(&context, sent, &received);
  if (stopper_ != nullptr) stopper_->Leave();
  if (!status.ok() && stopper_ != nullptr && stopper_->stopped()) return BrokenOff();
  if (!status.ok()) return ExplainCallFailure(status, hub_.address);
  bytes_received_ += static_cast<int64_t>(received.ByteSizeLong());
  return FromWire(received);
}

}  // namespace motcua
