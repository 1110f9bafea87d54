// What replaces the world for product code: clock, keys, certificates.
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/sync/signer.h"
#include "hub/core/hub_api.h"

namespace motcua {

// The one time everything moves along; machines have clocks of their own over it.
struct SimTime {
  int64_t now_ms = 0;
};

// A machine's clock: off by `offset_ms`, fast by `drift_per_mille`, and set anew by hand now and then.
class SimClock final : public Clock {
 public:
  explicit SimClock(SimTime* time) : time_(*time) {}
  int64_t WallMs() const override {
    return 1'598'918'400'000 + offset_ms + time_.now_ms + time_.now_ms * drift_per_mille / 1000;
  }
  int64_t MonotonicMs() const override { return time_.now_ms; }
  void SleepMs(int64_t duration_ms) override { time_.now_ms += duration_ms; }

  int64_t offset_ms = 0;
  int64_t drift_per_mille = 0;

 private:
  SimTime& time_;
};

// Stands for Ed25519: only the world's hub can sign.
class SimSigner final : public ReceiptSigner, public ReceiptVerifier {
 public:
  std::string Sign(absl::string_view payload) override { return Signature(payload); }
  bool Verify(absl::string_view payload, absl::string_view signature) const override {
    return signature == Signature(payload);
  }

 private:
  static std::string Signature(absl::string_view payload) {
    return std::string(AsBytes(Sha256(absl::StrCat("simulated key", payload))));
  }
};

// A certificate is what it says, in words: "serial7 1598918400 1" of the second machine. The hub's clock dates it.
class SimIssuer final : public CertificateIssuer {
 public:
  explicit SimIssuer(const Clock* clock) : clock_(*clock) {}
  absl::StatusOr<IssuedCertificate> Issue(const std::string&, DeviceId, const std::string&, Role,
                                          uint32_t machine) override {
    const std::string serial = absl::StrCat("serial", ++issued_);
    const int64_t issued_s = clock_.WallSeconds();
    return IssuedCertificate{absl::StrCat(serial, " ", issued_s, " ", machine), serial, issued_s};
  }
  // What the port would prove of the holder of one.
  static PeerCertificate Peer(DeviceId device, const std::string& unit, Role role, const std::string& certificate) {
    const std::vector<std::string> words = absl::StrSplit(certificate, ' ');
    PeerCertificate peer{device, unit, role, words.front(), 0};
    if (words.size() != 3) return peer;
    (void)absl::SimpleAtoi(words[1], &peer.issued_s);
    (void)absl::SimpleAtoi(words[2], &peer.machine);
    return peer;
  }

 private:
  const Clock& clock_;
  int64_t issued_ = 0;
};

}  // namespace motcua
