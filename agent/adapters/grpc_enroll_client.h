// EnrollAt() and RenewAt(): an identity, and the next one. EnrollAt() makes this machine a device of a unit. The code's fingerprint is checked before anything secret
// is said: the CA is fetched over a channel that proves nothing, compared with the code, and only a hub
// verified with that CA hears the secret. The private key never leaves the machine.
//
// Nothing is stored here; the caller keeps what comes back, the key with WritePrivateFile.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/status.h"
#include "common/ledger/entry.h"
#include "common/security/ca.h"
#include "common/security/device_key.h"
#include "common/sync/limits.h"

namespace motcua {

struct Enrolled {
  DeviceId device;
  std::string unit;
  std::string unit_name;
  Role role = Role::kDesk;
  TlsIdentity identity;     // this machine's key and certificate
  std::string ca_pem;       // what the hub is verified with from now on
  std::string receipt_key;  // 32 bytes, Ed25519
  uint64_t incarnation = 0;
};

// `key` is what the machine is known by from now on. The hub answers the same request again, so a caller that
// keeps the key and asks with it once more loses nothing when an answer was lost; with another key the code
// is used up. `deadline_ms` bounds each of the two calls. kInvalidArgument: a mistyped code or an address
// without a port. kPermissionDenied: not the hub that issued the code, or a wrong, used or expired one.
// kUnavailable, kDeadlineExceeded: hub not reached; asking again is harmless.
absl::StatusOr<Enrolled> EnrollAt(const std::string& address, absl::string_view code_text,
                                  const std::string& name, const DeviceKey& key,
                                  int64_t deadline_ms = kCallDeadlineMs);

// A certificate over `next`, asked for as `current`. The same key again gets the same answer. kFailedPrecondition:
// the hub sees no renewal due. Other errors as above.
absl::StatusOr<TlsIdentity> RenewAt(const std::string& address, const std::string& ca_pem, const TlsIdentity& current,
                                    const DeviceKey& next, int64_t deadline_ms);

}  // namespace motcua
