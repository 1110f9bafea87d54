// The device's half of identity: its key, which never leaves the machine, and reading certificates.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/status.h"
#include "common/security/device_uri.h"

namespace motcua {

struct DeviceKey {
  std::string key_pem;  // P-256, PKCS#8; store with WritePrivateFile
  std::string csr_pem;  // asks for no name: the hub gives it
};
absl::StatusOr<DeviceKey> GenerateKeyAndCsr();

struct CertificateFacts {
  std::optional<DeviceNames> names;  // from the one URI SAN; none for a hub's or a foreign certificate
  std::string serial;                // lower-case hex
  int64_t issued_s = 0;              // of a device's certificate
  int64_t not_before_s = 0;
  int64_t not_after_s = 0;
};
// kInvalidArgument: not one PEM certificate.
absl::StatusOr<CertificateFacts> InspectCertificate(absl::string_view certificate_pem);

// First 16 bytes of SHA-256 over the certificate's DER: what an enrolment code carries of the CA.
absl::StatusOr<std::string> CertificateFingerprint(absl::string_view certificate_pem);

// OK when the key is the certificate's; kFailedPrecondition otherwise. Checked before dialling, because gRPC
// reports a pair that does not match as a line that is down.
absl::Status CheckKeyBelongs(absl::string_view key_pem, absl::string_view certificate_pem);

}  // namespace motcua
