#include "common/security/ca.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>
#include <vector>

#include "common/base/hash.h"
#include "common/base/language.h"
#include "common/security/device_key.h"
#include "common/security/device_uri.h"
#include "common/security/openssl.h"

namespace motcua {

using openssl::CertificatePtr;
using openssl::Failed;
using openssl::KeyPtr;
using openssl::RequestPtr;

namespace {

constexpr int64_t kCaLifetimeS = int64_t{30} * 365 * 86400;
constexpr std::size_t kSerialBytes = 16;

struct Extension {
  int nid;
  std::string value;  // in the language of openssl.cnf; never made of anything a requester sent
};

struct Plan {
  const char* common_name;
  int64_t not_before_s;
  int64_t not_after_s;
  std::vector<Extension> extensions;
};

bool SetSerial(X509* certificate, RandomSource& random) {
  std::array<uint8_t, kSerialBytes> bytes;
  random.Fill(bytes);
  bytes[0] = static_cast<uint8_t>((bytes[0] & 0x7F) | 0x40);  // positive, and always of one length
  return ASN1_STRING_set(X509_get_serialNumber(certificate), bytes.data(), static_cast<int>(bytes.size())) ==
         1;
}

bool SetTimes(X509* certificate, const Plan& plan) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), plan.not_before_s) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), plan.not_after_s) != nullptr;
}

bool SetName(X509_NAME* name, const char* common_name) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0) == 1;
}

bool AddExtension(X509* certificate, const Extension& extension) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str());
  if (made == nullptr) return false;
  const bool added = X509_add_ext(certificate, made, -1) == 1;
  X509_EXTENSION_free(made);
  return added;
}

// Fills and signs a certificate for `subject_key`; `issuer` null means self-signed.
absl::StatusOr<CertificatePtr> MakeCertificate(const Plan& plan, EVP_PKEY* subject_key, X509* issuer,
                                               EVP_PKEY* issuer_key, RandomSource& random) {
  CertificatePtr made(X509_new());
  if (!made || X509_set_version(made.get(), X509_VERSION_3) != 1 || !SetSerial(made.get(), random) ||
      !SetTimes(made.get(), plan) || !SetName(X509_get_subject_name(made.get()), plan.common_name) ||
      X509_set_issuer_name(made.get(), X509_get_subject_name(issuer != nullptr ? issuer : made.get())) != 1 ||
      X509_set_pubkey(made.get(), subject_key) != 1) {
    return Failed("making a certificate");
  }
  for (const Extension& extension : plan.extensions) {
    if (!AddExtension(made.get(), extension)) return Failed("making a certificate");
  }
  if (X509_sign(made.get(), issuer_key, EVP_sha256()) <= 0) return Failed("signing a certificate");
  return made;
}

Plan CaPlan(int64_t now_s) {
  return {"motcua-hub CA",
          0,
          now_s + kCaLifetimeS,
          {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
           {NID_key_usage, "critical,keyCertSign,cRLSign"}}};
}

Plan ServerPlan(int64_t now_s) {
  return {kHubServerName,
          0,
          now_s + kCertificateLifetimeS,
          {{NID_subject_alt_name, absl::StrCat("DNS:", kHubServerName)},
           {NID_key_usage, "critical,digitalSignature"},
           {NID_ext_key_usage, "serverAuth"}}};
}

Plan DevicePlan(const DeviceNames& names, int64_t now_s) {
  return {"motcua-device",
          now_s - kDeviceBackdatedS,
          now_s + kCertificateLifetimeS,
          {{NID_subject_alt_name, absl::StrCat("URI:", DeviceUri(names))},
           {NID_key_usage, "critical,digitalSignature"},
           {NID_ext_key_usage, "clientAuth"}}};
}

absl::Status UnusableRequest(absl::string_view vietnamese, absl::string_view english) {
  return absl::InvalidArgumentError(Say(
      absl::StrCat("Yêu cầu cấp chứng thư không dùng được (", vietnamese,
                   "): hãy ghi danh lại bằng motcua-agent."),
      absl::StrCat("The certificate request is not usable (", english, "): enrol again with motcua-agent.")));
}

// The public key of a request that proves to hold its private key.
absl::StatusOr<KeyPtr> KeyOfRequest(absl::string_view csr_pem) {
  if (csr_pem.size() > kCsrBytesMax) return UnusableRequest("quá dài", "too long");
  const RequestPtr request = openssl::ReadRequest(csr_pem);
  if (!request) return UnusableRequest("không phải PEM của một CSR", "not the PEM of a CSR");
  KeyPtr key(X509_REQ_get_pubkey(request.get()));
  if (!openssl::IsP256(key.get())) return UnusableRequest("khóa không phải P-256", "the key is not P-256");
  const bool proven = X509_REQ_verify(request.get(), key.get()) == 1;
  ERR_clear_error();
  if (!proven) return UnusableRequest("chữ ký không khớp", "its signature does not fit");
  return key;
}

}  // namespace

struct CertificateAuthority::Impl {
  TlsIdentity identity;
  KeyPtr key;
  CertificatePtr certificate;
  std::string fingerprint;
  RandomSource* random = nullptr;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::~CertificateAuthority() = default;

absl::StatusOr<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Create(RandomSource* random,
                                                                                   int64_t now_s) {
  MOTCUA_ASSIGN_OR_RETURN(const KeyPtr key, openssl::NewP256Key());
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate,
                          MakeCertificate(CaPlan(now_s), key.get(), nullptr, key.get(), *random));
  TlsIdentity identity;
  MOTCUA_ASSIGN_OR_RETURN(identity.key_pem, openssl::WritePrivateKey(key.get()));
  MOTCUA_ASSIGN_OR_RETURN(identity.certificate_pem, openssl::WriteCertificate(certificate.get()));
  return Load(identity, random);
}

absl::StatusOr<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Load(const TlsIdentity& stored,
                                                                                 RandomSource* random) {
  auto impl = std::make_unique<Impl>();
  impl->identity = stored;
  impl->random = random;
  impl->key = openssl::ReadPrivateKey(stored.key_pem);
  impl->certificate = openssl::ReadCertificate(stored.certificate_pem);
  const bool usable = impl->key && impl->certificate && X509_check_ca(impl->certificate.get()) == 1 &&
                      X509_check_private_key(impl->certificate.get(), impl->key.get()) == 1;
  ERR_clear_error();
  if (!usable) {
    return absl::InvalidArgumentError(
        Say("Khóa hoặc chứng thư gốc của máy chủ tổng hợp không dùng được: hãy khôi phục cả hai tệp từ bản "
            "sao lưu.",
            "The hub's root key or certificate is not usable: take both files back from a backup."));
  }
  MOTCUA_ASSIGN_OR_RETURN(impl->fingerprint, CertificateFingerprint(stored.certificate_pem));
  return std::unique_ptr<CertificateAuthority>(new CertificateAuthority(std::move(impl)));
}

const TlsIdentity& CertificateAuthority::identity() const { return impl_->identity; }
const std::string& CertificateAuthority::fingerprint() const { return impl_->fingerprint; }

absl::StatusOr<TlsIdentity> CertificateAuthority::IssueServer(int64_t now_s) const {
  MOTCUA_ASSIGN_OR_RETURN(const KeyPtr key, openssl::NewP256Key());
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate,
                          MakeCertificate(ServerPlan(now_s), key.get(), impl_->certificate.get(),
                                          impl_->key.get(), *impl_->random));
  TlsIdentity identity;
  MOTCUA_ASSIGN_OR_RETURN(identity.key_pem, openssl::WritePrivateKey(key.get()));
  MOTCUA_ASSIGN_OR_RETURN(identity.certificate_pem, openssl::WriteCertificate(certificate.get()));
  return identity;
}

absl::StatusOr<DeviceCertificate> CertificateAuthority::IssueDevice(absl::string_view csr_pem,
                                                                    const DeviceNames& names,
                                                                    int64_t now_s) const {
  MOTCUA_ASSIGN_OR_RETURN(const KeyPtr key, KeyOfRequest(csr_pem));
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate,
                          MakeCertificate(DevicePlan(names, now_s), key.get(), impl_->certificate.get(),
                                          impl_->key.get(), *impl_->random));
  DeviceCertificate issued;
  MOTCUA_ASSIGN_OR_RETURN(issued.pem, openssl::WriteCertificate(certificate.get()));
  MOTCUA_ASSIGN_OR_RETURN(const CertificateFacts facts, InspectCertificate(issued.pem));
  issued.serial = facts.serial;
  return issued;
}

}  // namespace motcua
