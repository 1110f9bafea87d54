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

// What a certificate of this hub's own CA says, as verified by the adapter that met it.
struct PeerCertificate {
  DeviceId device;
  std::string unit;  // empty in a certificate of the first version, as is the role
  Role role = Role::kDesk;
  std::string serial;  // lower-case hex
  int64_t issued_s = 0;
  uint32_t machine = 0;  // as DeviceRow's (hub_store.h); 0 in a certificate from before machines were counted
};

struct EnrollRequest {
  std::string secret;   // from the one-time code (common/security/code.h)
  std::string csr_pem;  // the device's key never leaves it
  std::string name;     // how people call the machine
  std::string caller = {};  // from where, as far as the adapter knows: who tries wrong codes has to wait
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

  // `caller` is the device proven by its certificate or by its signature. Whether that proof still stands is
  // Authorise()'s to say.
  virtual absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, DeviceId caller) = 0;
  // kPermissionDenied: wrong, used or expired code (one sentence each), or too many wrong ones from this caller; kInvalidArgument: unusable CSR.
  virtual absl::StatusOr<EnrollResponse> Enroll(const EnrollRequest& request) = 0;
  // May the holder of this certificate speak for its device? Asked on every call. A device or certificate that
  // this hub does not know was given after the backup it was restored from, and is taken back.
  // kUnauthenticated: unknown; kPermissionDenied: revoked, or replaced by another machine.
  virtual absl::Status Authorise(const PeerCertificate& peer) = 0;
  // Whether its holder is to ask for a new certificate with a new key, because the device has forked or the
  // certificate grows old.
  virtual absl::StatusOr<bool> RenewalDue(const PeerCertificate& peer) = 0;
  // A certificate for the key of `csr_pem`; the same request again is answered with the same one. Errors of
  // Authorise(), and kFailedPrecondition: no renewal is due, or the device has too many certificates;
  // kInvalidArgument: unusable CSR.
  virtual absl::StatusOr<std::string> Renew(const PeerCertificate& peer, const std::string& csr_pem) = 0;
  // An operator's command line (without the program's name), for the socket in the data folder. `input`: the file
  // that the command line names, read where it was typed; empty for commands without one.
  virtual CommandResult RunCommand(const std::vector<std::string>& arguments, const std::string& input,
                                   Language language) = 0;
};

// Issues device certificates; implemented over the hub's CA in common/security.
struct IssuedCertificate {
  std::string certificate_pem;
  std::string serial;  // hex
  int64_t issued_s = 0;
};
class CertificateIssuer {
 public:
  virtual ~CertificateIssuer() = default;
  virtual absl::StatusOr<IssuedCertificate> Issue(const std::string& csr_pem, DeviceId device,
                                                  const std::string& unit, Role role, uint32_t machine) = 0;
};

// One exchange as the port answers it: Authorise(), Exchange(), RenewalDue(). A caller who may not speak gets
// the verdict UNKNOWN or REVOKED with its sentence.
absl::StatusOr<ExchangeResponse> ExchangeFor(HubApi& hub, const PeerCertificate& peer,
                                             const ExchangeRequest& request);

}  // namespace motcua
