#include "common/base/hash.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "common/base/invariant.h"

namespace motcua {

struct Sha256Hasher::Context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Context() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

Sha256Hasher::Sha256Hasher() : context_(std::make_unique<Context>()) {
  MOTCUA_INVARIANT(context_->algorithm != nullptr && context_->context != nullptr, "OpenSSL always has SHA-256");
  MOTCUA_INVARIANT(EVP_DigestInit_ex2(context_->context, context_->algorithm, nullptr) == 1, "digest set-up");
}

Sha256Hasher::~Sha256Hasher() = default;

Hash Sha256Hasher::Of(absl::string_view a, absl::string_view b) {
  Hash hash;
  // A null algorithm keeps the one already fetched, which is what makes reuse cheap.
  const bool done = EVP_DigestInit_ex2(context_->context, nullptr, nullptr) == 1 &&
                    EVP_DigestUpdate(context_->context, a.data(), a.size()) == 1 &&
                    EVP_DigestUpdate(context_->context, b.data(), b.size()) == 1 &&
                    EVP_DigestFinal_ex(context_->context, hash.data(), nullptr) == 1;
  MOTCUA_INVARIANT(done, "hashing memory cannot fail");
  return hash;
}

Hash Sha256(absl::string_view bytes) { return Sha256Hasher().Of(bytes); }

uint64_t First8(const Hash& hash) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | hash[static_cast<std::size_t>(i)];
  return value;
}

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

}  // namespace motcua
