// The file a bundle or a bundle's receipt travels in: signed as a whole, and checked against damage before
// anything in it is read.
//
//   file      := magic format:byte payload_size:fixed32 payload certificate:text signature:text digest:32
//   magic     := "motcua bundle\n" | "motcua answer\n"
//   format    := 1
//   digest    := SHA-256 of everything before it
//
// Signed is everything before `signature`. A bundle is signed with the device's key (ECDSA P-256 over SHA-256,
// DER) and brings the certificate that the key belongs to; an answer is signed with the hub's receipt key (Ed25519)
// and brings none. The digest tells a damaged copy, which is copied again, from an altered one, which is not.
// fixed and text: common/base/bytes.h.
//
// Threads: pure functions. Errors: kDataLoss for a damaged or shortened file, kInvalidArgument for a file that is
// something else or over a bound, kUnimplemented for a newer format; one sentence each.
#pragma once

#include <string>

#include "common/base/status.h"
#include "common/sync/limits.h"

namespace motcua {

enum class BundleFileKind { kBundle, kAnswer };

// A device's certificate has about 800 bytes in PEM.
inline constexpr std::size_t kBundleCertificateBytesMax = 8 * 1024;
inline constexpr std::size_t kBundleSignatureBytesMax = 128;

// What a signature is made over.
std::string BundleSignedPart(BundleFileKind kind, absl::string_view payload, absl::string_view certificate);
std::string WriteBundleFile(absl::string_view signed_part, absl::string_view signature);

// Views into the file's bytes.
struct BundleFileParts {
  absl::string_view signed_part;
  absl::string_view payload;
  absl::string_view certificate;
  absl::string_view signature;
};
absl::StatusOr<BundleFileParts> ReadBundleFile(BundleFileKind kind, absl::string_view bytes);

}  // namespace motcua
