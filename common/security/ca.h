// CertificateAuthority: the hub's own small CA (P-256, one level). It issues the hub's server certificate and
// device certificates, and nothing a requester asks for enters a certificate except the public key.
//
//   CA       CN=motcua-hub CA, keyCertSign, path length 0
//   server   CN=motcua-hub, SAN DNS motcua-hub, EKU serverAuth
//   device   CN=motcua-device, exactly one SAN: the URI of device_uri.h, EKU clientAuth
//
// Lifetimes: the CA 30 years, a certificate 5. Whether a device may speak is decided by the hub's device
// table on every call and revocation takes effect at once, so a short life would buy nothing and cost desks
// that were offline long. CA and server certificate are valid from 1970: a desk with an empty clock battery
// must still reach the hub that will tell it so. Issue the server's certificate anew at every start of the
// hub.
//
// Threads: Issue… from any thread when the random source allows it. Errors: kInvalidArgument for unusable PEM
// or CSR, with one sentence; kInternal when OpenSSL itself fails.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/random.h"
#include "common/base/status.h"
#include "common/security/device_uri.h"

namespace motcua {

// The name desks expect in the hub's certificate, whatever its address is today.
inline constexpr char kHubServerName[] = "motcua-hub";
inline constexpr int64_t kCertificateLifetimeS = int64_t{5} * 365 * 86400;
// How far before its issue a device's certificate begins, for a hub whose clock is put back a little.
inline constexpr int64_t kDeviceBackdatedS = 86400;
// A CSR of ours has about 450 bytes.
inline constexpr std::size_t kCsrBytesMax = 8 * 1024;

// What a TLS endpoint shows: its key and its certificate, both PEM.
struct TlsIdentity {
  std::string key_pem;
  std::string certificate_pem;
};

struct DeviceCertificate {
  std::string pem;
  std::string serial;  // hex, as InspectCertificate() reads it back
};

class CertificateAuthority {
 public:
  // Makes a new key and its self-signed certificate. `random` draws serial numbers and must outlive the CA.
  static absl::StatusOr<std::unique_ptr<CertificateAuthority>> Create(RandomSource* random, int64_t now_s);
  // kInvalidArgument also when key and certificate do not belong together.
  static absl::StatusOr<std::unique_ptr<CertificateAuthority>> Load(const TlsIdentity& stored,
                                                                    RandomSource* random);
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  // To be stored (WritePrivateFile); the certificate alone is what desks keep.
  const TlsIdentity& identity() const;
  const std::string& certificate_pem() const { return identity().certificate_pem; }
  // First 16 bytes of SHA-256 over the certificate's DER.
  const std::string& fingerprint() const;

  // A fresh key and certificate for the hub's port.
  absl::StatusOr<TlsIdentity> IssueServer(int64_t now_s) const;
  // kInvalidArgument: not a CSR, its signature does not verify, or the key is not P-256. Names and extensions
  // that the CSR asks for are ignored.
  absl::StatusOr<DeviceCertificate> IssueDevice(absl::string_view csr_pem, const DeviceNames& names,
                                                int64_t now_s) const;

 private:
  struct Impl;
  explicit CertificateAuthority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace motcua
