#include "common/security/openssl.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace motcua::openssl {
namespace {

// Without it OpenSSL asks the terminal for the password of an encrypted key.
int NoPassword(char*, int, int, void*) { return 0; }

BioPtr Reading(absl::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

absl::Status Failed(absl::string_view doing) {
  char text[256] = "";
  if (const unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof(text));
  ERR_clear_error();
  return absl::InternalError(absl::StrCat(doing, ": OpenSSL ", text));
}

KeyPtr ReadPrivateKey(absl::string_view pem) {
  KeyPtr key(PEM_read_bio_PrivateKey(Reading(pem).get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

CertificatePtr ReadCertificate(absl::string_view pem) {
  CertificatePtr certificate(PEM_read_bio_X509(Reading(pem).get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return certificate;
}

RequestPtr ReadRequest(absl::string_view pem) {
  RequestPtr request(PEM_read_bio_X509_REQ(Reading(pem).get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return request;
}

absl::StatusOr<std::string> WritePrivateKey(EVP_PKEY* key) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Failed("writing a key");
  }
  return Contents(bio.get());
}

absl::StatusOr<std::string> WriteCertificate(X509* certificate) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) return Failed("writing a certificate");
  return Contents(bio.get());
}

absl::StatusOr<std::string> WriteRequest(X509_REQ* request) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509_REQ(bio.get(), request) != 1) return Failed("writing a certificate request");
  return Contents(bio.get());
}

absl::StatusOr<KeyPtr> NewP256Key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return Failed("making a P-256 key");
  return key;
}

bool IsP256(const EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_is_a(key, "EC") != 1) return false;
  char group[64] = "";
  std::size_t size = 0;
  // Explicit curve parameters have no group name, so only the named curve passes.
  const bool named = EVP_PKEY_get_group_name(key, group, sizeof(group), &size) == 1;
  ERR_clear_error();
  return named && absl::string_view(group, size) == "prime256v1";
}

}  // namespace motcua::openssl
