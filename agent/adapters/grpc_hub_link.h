// GrpcHubLink: the line to the hub over gRPC with mutual TLS. It tells a person apart what can go wrong
// before and behind the first byte: no line, not our hub, our certificate over, not authorised.
//
// Every call has its deadline and is never repeated here; going on is the session's decision.
//
// Threads: one at a time.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "agent/core/hub_link.h"
#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/security/ca.h"

namespace motcua {

struct HubAddress {
  std::string address;  // "host:port"
  std::string ca_pem;   // from enrolment: the only CA the hub may come from
  TlsIdentity identity;
};

// Breaks a call off from another thread, and every later one: the program is asked to end. A call that was broken
// off is kCancelled; whether the hub took its batch is not known, and the next session finds out.
//
// Threads: any.
class CallStopper {
 public:
  void Stop();
  // For the link: false when it is stopped already. `cancel` may be called until Leave().
  bool Enter(std::function<void()> cancel);
  void Leave();
  bool stopped();

 private:
  Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> cancel_ ABSL_GUARDED_BY(mutex_);
};

class GrpcHubLink final : public HubLink {
 public:
  // `clock`, and `stopper` when there is one, outlive the link. Nothing is dialled yet.
  GrpcHubLink(HubAddress hub, const Clock* clock, CallStopper* stopper = nullptr);
  ~GrpcHubLink() override;

  // Beside the errors of HubLink: kFailedPrecondition when this machine's certificate is over or does not fit
  // its key, found without dialling; kUnauthenticated also when what answers does not prove to be the hub.
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override;
  int64_t bytes_sent() const override { return bytes_sent_; }
  int64_t bytes_received() const override { return bytes_received_; }
  void Reconnect() override { channel_.reset(); }

 private:
  absl::Status CheckOwnCertificate() const;

  HubAddress hub_;
  const Clock& clock_;
  CallStopper* stopper_;
  std::shared_ptr<grpc::Channel> channel_;  // null until the next call
  int64_t bytes_sent_ = 0;
  int64_t bytes_received_ = 0;
};

}  // namespace motcua
