// FakeHub: a HubApi that answers as a test tells it, with a real CA behind it, and a desk's view of its
// server.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/security/ca.h"
#include "common/security/code.h"
#include "common/security/device_key.h"
#include "common/security/receipt_key.h"
#include "hub/core/hub_api.h"

namespace motcua {

class FakeHub final : public HubApi {
 public:
  explicit FakeHub(RandomSource* random, int64_t now_s)
      : now_s_(now_s),
        ca_(*CertificateAuthority::Create(random, now_s)),
        receipt_key_(*ReceiptKey::Create()),
        secret_(NewCodeSecret(*random)) {}

  const CertificateAuthority& ca() const { return *ca_; }
  const std::string& receipt_public_key() const { return receipt_key_->public_key(); }
  std::string code() const { return FormatCode(secret_, ca_->fingerprint()); }

  // What Exchange does; by default it answers APPEND with the unit it was asked about.
  std::function<absl::StatusOr<ExchangeResponse>(const ExchangeRequest&)> on_exchange =
      [](const ExchangeRequest& request) -> absl::StatusOr<ExchangeResponse> {
    ExchangeResponse response;
    response.message = request.unit;
    return response;
  };
  std::function<CommandResult(const std::vector<std::string>&, Language)> on_command =
      [](const std::vector<std::string>&, Language) { return CommandResult{}; };
  void Revoke(DeviceId device) {
    MutexLock lock(&mutex_);
    revoked_.insert(device);
  }
  std::vector<DeviceId> callers() const {
    MutexLock lock(&mutex_);
    return callers_;
  }

  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, DeviceId caller) override {
    {
      MutexLock lock(&mutex_);
      callers_.push_back(caller);
    }
    return on_exchange(request);
  }

  absl::StatusOr<EnrollResponse> Enroll(const EnrollRequest& request) override {
    MutexLock lock(&mutex_);
    if (request.secret != secret_ || spent_) {
      return absl::PermissionDeniedError(
          Say("Mã này không đúng hoặc đã dùng.", "This code is wrong or was used."));
    }
    EnrollResponse response;
    response.device = DeviceId{0x1000 + static_cast<uint32_t>(serials_.size())};
    MOTCUA_ASSIGN_OR_RETURN(const DeviceCertificate issued,
                            ca_->IssueDevice(request.csr_pem, {response.device, "00019", Role::kSupervisor}, now_s_));
    serials_.insert(issued.serial);
    spent_ = true;
    response.unit = "00019";
    response.unit_name = "Phường Giảng Võ";
    response.role = Role::kSupervisor;
    response.certificate_pem = issued.pem;
    response.receipt_key = receipt_key_->public_key();
    response.incarnation = 77;
    return response;
  }

  absl::Status Authorise(const PeerCertificate& peer) override {
    MutexLock lock(&mutex_);
    if (serials_.count(peer.serial) == 0) {
      return absl::UnauthenticatedError(
          Say("Máy chủ không biết thiết bị này.", "The hub does not know this device."));
    }
    if (revoked_.count(peer.device) != 0) {
      return absl::PermissionDeniedError(Say("Thiết bị này đã bị thu hồi.", "This device was revoked."));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> RenewalDue(const PeerCertificate&) override { return false; }
  absl::StatusOr<std::string> Renew(const PeerCertificate&, const std::string&) override {
    return absl::FailedPreconditionError("not due");
  }

  CommandResult RunCommand(const std::vector<std::string>& arguments, const std::string& input,
                           Language language) override {
    {
      MutexLock lock(&mutex_);
      input_ = input;
    }
    return on_command(arguments, language);
  }
  // What came with the last command.
  std::string input() const {
    MutexLock lock(&mutex_);
    return input_;
  }

 private:
  const int64_t now_s_;
  const std::unique_ptr<CertificateAuthority> ca_;
  const std::unique_ptr<ReceiptKey> receipt_key_;
  const std::string secret_;
  mutable Mutex mutex_;
  bool spent_ ABSL_GUARDED_BY(mutex_) = false;
  std::string input_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> serials_ ABSL_GUARDED_BY(mutex_);
  std::set<DeviceId> revoked_ ABSL_GUARDED_BY(mutex_);
  std::vector<DeviceId> callers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace motcua
