// Owners for OpenSSL's objects and PEM in both directions, for the files of this folder only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "common/base/status.h"

namespace motcua::openssl {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// kInternal, with OpenSSL's own words; clears its error queue.
absl::Status Failed(absl::string_view doing);

// Reads null when `pem` holds no such object. Encrypted keys are never asked for a password.
KeyPtr ReadPrivateKey(absl::string_view pem);
CertificatePtr ReadCertificate(absl::string_view pem);
RequestPtr ReadRequest(absl::string_view pem);

absl::StatusOr<std::string> WritePrivateKey(EVP_PKEY* key);
absl::StatusOr<std::string> WriteCertificate(X509* certificate);
absl::StatusOr<std::string> WriteRequest(X509_REQ* request);

absl::StatusOr<KeyPtr> NewP256Key();
bool IsP256(const EVP_PKEY* key);

}  // namespace motcua::openssl
