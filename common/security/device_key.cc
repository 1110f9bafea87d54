#include "common/security/device_key.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/base/hash.h"
#include "common/base/language.h"
#include "common/security/ca.h"
#include "common/security/code.h"
#include "common/security/openssl.h"

namespace motcua {

using openssl::CertificatePtr;
using openssl::KeyPtr;
using openssl::RequestPtr;

namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, openssl::Freed<GENERAL_NAMES_free>>;

absl::Status NotACertificate() {
  return absl::InvalidArgumentError(Say("Tệp chứng thư không đọc được: hãy ghi danh lại máy này.",
                                        "The certificate file cannot be read: enrol this machine again."));
}

absl::StatusOr<CertificatePtr> Read(absl::string_view pem) {
  CertificatePtr certificate = openssl::ReadCertificate(pem);
  if (!certificate) return NotACertificate();
  return certificate;
}

absl::StatusOr<int64_t> SecondsOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return NotACertificate();
  return static_cast<int64_t>(::timegm(&parts));
}

std::string SerialOf(X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  return ToHex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

// What the one URI names; a certificate with any other set of names is nobody's.
std::optional<DeviceNames> NamesOf(X509* certificate) {
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1) return std::nullopt;
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), 0);
  if (name->type != GEN_URI) return std::nullopt;
  const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
  return NamesOfUri({reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                     static_cast<std::size_t>(ASN1_STRING_length(uri))});
}

}  // namespace

absl::StatusOr<DeviceKey> GenerateKeyAndCsr() {
  MOTCUA_ASSIGN_OR_RETURN(const KeyPtr key, openssl::NewP256Key());
  const RequestPtr request(X509_REQ_new());
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
    return openssl::Failed("making a certificate request");
  }
  DeviceKey made;
  MOTCUA_ASSIGN_OR_RETURN(made.key_pem, openssl::WritePrivateKey(key.get()));
  MOTCUA_ASSIGN_OR_RETURN(made.csr_pem, openssl::WriteRequest(request.get()));
  return made;
}

absl::StatusOr<CertificateFacts> InspectCertificate(absl::string_view certificate_pem) {
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate, Read(certificate_pem));
  CertificateFacts facts;
  facts.names = NamesOf(certificate.get());
  facts.serial = SerialOf(certificate.get());
  MOTCUA_ASSIGN_OR_RETURN(facts.not_before_s, SecondsOf(X509_get0_notBefore(certificate.get())));
  facts.issued_s = facts.not_before_s + kDeviceBackdatedS;
  MOTCUA_ASSIGN_OR_RETURN(facts.not_after_s, SecondsOf(X509_get0_notAfter(certificate.get())));
  return facts;
}

absl::StatusOr<std::string> CertificateFingerprint(absl::string_view certificate_pem) {
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate, Read(certificate_pem));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest, &size) != 1)
    return openssl::Failed("hashing a certificate");
  return std::string(reinterpret_cast<const char*>(digest), kCaFingerprintBytes);
}

absl::Status CheckKeyBelongs(absl::string_view key_pem, absl::string_view certificate_pem) {
  MOTCUA_ASSIGN_OR_RETURN(const CertificatePtr certificate, Read(certificate_pem));
  const KeyPtr key = openssl::ReadPrivateKey(key_pem);
  const bool belongs = key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (belongs) return absl::OkStatus();
  return absl::FailedPreconditionError(Say(
      "Khóa và chứng thư không thuộc về nhau: hãy khôi phục cả hai tệp từ bản sao lưu hoặc ghi danh lại máy "
      "này.",
      "Key and certificate do not belong together: take both files back from a backup, or enrol this machine "
      "again."));
}

}  // namespace motcua
