// CaIssuer: the hub's CA as the core sees it.
//
// Threads: those of the CA and the clock, which outlive it.
#pragma once

#include "common/base/clock.h"
#include "common/security/ca.h"
#include "hub/core/hub_api.h"

namespace motcua {

class CaIssuer final : public CertificateIssuer {
 public:
  CaIssuer(const CertificateAuthority* ca, const Clock* clock) : ca_(*ca), clock_(*clock) {}

  absl::StatusOr<IssuedCertificate> Issue(const std::string& csr_pem, DeviceId device, const std::string& unit,
                                          Role role, uint32_t machine) override {
    const int64_t now_s = clock_.WallSeconds();
    MOTCUA_ASSIGN_OR_RETURN(DeviceCertificate issued,
                            ca_.IssueDevice(csr_pem, {device, unit, role, machine}, now_s));
    return IssuedCertificate{std::move(issued.pem), std::move(issued.serial), now_s};
  }

 private:
  const CertificateAuthority& ca_;
  const Clock& clock_;
};

}  // namespace motcua
