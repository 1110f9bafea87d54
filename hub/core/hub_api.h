// HubApi: what the hub's network adapters call. Implemented by Hub (hub.h).
//
// Threads: any; calls are serialised inside. Every call that changes something has committed, with
// synchronous=FULL, when it returns OK.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/language.h"
#include "common/base/status.h"
#include "common/sync/exchange.h"

namespace motcua {

struct EnrollRequest {
  std::string secret;   // from the one-time code (common/security/code.h)
  std::string csr_pem;  // the device's key never leaves it
  std::string name;     // how people call the machine
};

struct EnrollResponse {
  DeviceId device;
  std::string unit;
  std::string unit_name;
  Role role = Role::kDesk;
  std::string certificate_pem;
  std::string receipt_key;  // 32 bytes, Ed25519: what receipts are checked with
  uint64_t incarnation = 0;
};

struct CommandResult {
  int exit_code = 0;
  std::string out;
  std::string err;
  std::string file = {};  // bytes for the file that the command line names, written where it was typed
};

class HubApi {
 public:
  virtual ~HubApi() = default;

  // `caller` is the device proven by its certificate.
  virtual absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, DeviceId caller) = 0;
  // kPermissionDenied: wrong, used or expired code (one sentence each); kInvalidArgument: unusable CSR.
  virtual absl::StatusOr<EnrollResponse> Enroll(const EnrollRequest& request) = 0;
  // kUnauthenticated: unknown device or certificate; kPermissionDenied: revoked. Asked on every call.
  virtual absl::Status Authorise(DeviceId device, const std::string& certificate_serial) = 0;
  // An operator's command line (without the program's name), for the socket in the data folder. `input`: the file
  // that the command line names, read where it was typed; empty for commands without one.
  virtual CommandResult RunCommand(const std::vector<std::string>& arguments, const std::string& input,
                                   Language language) = 0;
};

// Issues device certificates; implemented over the hub's CA in common/security.
struct IssuedCertificate {
  std::string certificate_pem;
  std::string serial;  // hex
};
class CertificateIssuer {
 public:
  virtual ~CertificateIssuer() = default;
  virtual absl::StatusOr<IssuedCertificate> Issue(const std::string& csr_pem, DeviceId device) = 0;
};

}  // namespace motcua
