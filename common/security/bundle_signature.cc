#include "common/security/bundle_signature.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "common/base/language.h"
#include "common/security/openssl.h"

namespace motcua {

using openssl::CertificatePtr;
using openssl::DigestPtr;
using openssl::KeyPtr;

namespace {

using StorePtr = std::unique_ptr<X509_STORE, openssl::Freed<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, openssl::Freed<X509_STORE_CTX_free>>;

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// A chain of one step, as TLS would check it on the hub's port, but at no point in time.
bool IssuedBy(X509* root, X509* certificate) {
  const StorePtr store(X509_STORE_new());
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (root == nullptr || !store || !context || X509_STORE_add_cert(store.get(), root) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) != 1) {
    ERR_clear_error();
    return false;
  }
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  const bool issued = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  return issued;
}

bool SignedWith(X509* certificate, absl::string_view signed_part, absl::string_view signature) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  const DigestPtr context(EVP_MD_CTX_new());
  const bool good = openssl::IsP256(key) && context &&
                    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(signed_part),
                                     signed_part.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

absl::StatusOr<std::string> SignBundle(absl::string_view key_pem, absl::string_view signed_part) {
  const KeyPtr key = openssl::ReadPrivateKey(key_pem);
  if (!openssl::IsP256(key.get())) {
    return absl::InvalidArgumentError(
        Say("Khóa của máy này không đọc được nên không ký được gói; hãy ghi danh lại máy này.",
            "This machine's key cannot be read and signs nothing; enrol this machine again."));
  }
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(signed_part), signed_part.size()) != 1) {
    return openssl::Failed("signing a bundle");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(signed_part),
                     signed_part.size()) != 1) {
    return openssl::Failed("signing a bundle");
  }
  signature.resize(size);
  return signature;
}

absl::StatusOr<CertificateFacts> CheckBundleSignature(absl::string_view ca_pem, absl::string_view certificate_pem,
                                                      absl::string_view signed_part, absl::string_view signature) {
  const CertificatePtr root = openssl::ReadCertificate(ca_pem);
  const CertificatePtr certificate = openssl::ReadCertificate(certificate_pem);
  MOTCUA_ASSIGN_OR_RETURN(CertificateFacts facts, InspectCertificate(certificate_pem));
  if (!facts.names || !IssuedBy(root.get(), certificate.get())) {
    return absl::PermissionDeniedError(
        Say("Gói này của một máy không do máy chủ này ghi danh (chứng thư của máy chủ khác), không nhận gì; hãy "
            "đưa gói đến đúng máy chủ tổng hợp.",
            "This bundle is of a machine that this hub never enrolled (its certificate is another hub's) and nothing "
            "was taken; bring it to its own hub."));
  }
  if (!SignedWith(certificate.get(), signed_part, signature)) {
    return absl::PermissionDeniedError(
        Say("Chữ ký của gói không phải của máy ghi trong chứng thư, không nhận gì; hãy xuất lại gói từ chính máy đó.",
            "The bundle's signature is not that of the machine in its certificate and nothing was taken; export it "
            "again from that machine."));
  }
  return facts;
}

}  // namespace motcua
