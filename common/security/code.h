// One-time enrolment codes: what a supervisor reads to a desk over the telephone or prints on paper. A code
// carries its own secret and the fingerprint of the hub's CA, so that a desk proves itself to the hub and
// knows the hub from any other before it says the secret.
//
//   code   := base32( secret:10 bytes ‖ ca_fingerprint:16 bytes ‖ check:2 bytes )    45 characters, 9 groups
//   of 5 check  := first 2 bytes of SHA-256( "motcua code 1" ‖ secret ‖ ca_fingerprint ) base32 :=
//   Crockford's alphabet, most significant bit first, the last character padded with a zero bit
//
// 80 bits of secret cannot be guessed before a code expires; 128 bits of fingerprint cannot be met by a
// forged CA; the check bytes tell a slip of the pen (missed once in 65,536) from a wrong code.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "common/base/random.h"
#include "common/base/status.h"

namespace motcua {

inline constexpr std::size_t kCodeSecretBytes = 10;
inline constexpr std::size_t kCaFingerprintBytes = 16;

struct EnrollmentCode {
  std::string secret;          // kCodeSecretBytes
  std::string ca_fingerprint;  // kCaFingerprintBytes: CertificateAuthority::fingerprint()
};

std::string NewCodeSecret(RandomSource& random);

// "0F3KQ-…": both parts must have their exact sizes.
std::string FormatCode(absl::string_view secret, absl::string_view ca_fingerprint);

// Reads a code as people type it: upper or lower case, O for 0, I and L for 1, any spaces and dashes.
// kInvalidArgument: a foreign character, too short, too long, or the check bytes do not fit; one sentence
// each.
absl::StatusOr<EnrollmentCode> ParseCode(absl::string_view text);

}  // namespace motcua
