// Who wrote a bundle: the device's key signs it, and the certificate inside says whose key that is, as the hub's
// own CA once certified. The signature is ECDSA P-256 over SHA-256, in DER.
//
// Whether the device may still speak is for the hub's table to say, as on every call. That a certificate is over or
// was replaced is no reason here: the key proves the writer of entries whenever they were written.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "common/base/status.h"
#include "common/security/device_key.h"

namespace motcua {

// kInvalidArgument: `key_pem` is not a P-256 key.
absl::StatusOr<std::string> SignBundle(absl::string_view key_pem, absl::string_view signed_part);

// Whose bundle it is. kPermissionDenied: the certificate is not a device's of the CA `ca_pem`, or the signature is
// not that of its key. kInvalidArgument: not a certificate.
absl::StatusOr<CertificateFacts> CheckBundleSignature(absl::string_view ca_pem, absl::string_view certificate_pem,
                                                      absl::string_view signed_part, absl::string_view signature);

}  // namespace motcua
