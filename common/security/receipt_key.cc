#include "common/security/receipt_key.h"

#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/security/openssl.h"

namespace motcua {

using openssl::DigestPtr;
using openssl::KeyPtr;

namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::StatusOr<std::string> RawPublicKey(const EVP_PKEY* key) {
  std::string raw(kReceiptKeyBytes, '\0');
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1 ||
      size != raw.size()) {
    return openssl::Failed("reading a receipt key");
  }
  return raw;
}

}  // namespace

struct ReceiptKey::Impl {
  KeyPtr key;
  std::string key_pem;
  std::string public_key;
};

ReceiptKey::ReceiptKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReceiptKey::~ReceiptKey() = default;

absl::StatusOr<std::unique_ptr<ReceiptKey>> ReceiptKey::Create() {
  const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return openssl::Failed("making a receipt key");
  MOTCUA_ASSIGN_OR_RETURN(const std::string pem, openssl::WritePrivateKey(key.get()));
  return Load(pem);
}

absl::StatusOr<std::unique_ptr<ReceiptKey>> ReceiptKey::Load(absl::string_view key_pem) {
  auto impl = std::make_unique<Impl>();
  impl->key = openssl::ReadPrivateKey(key_pem);
  if (!impl->key || EVP_PKEY_is_a(impl->key.get(), "ED25519") != 1) {
    return absl::InvalidArgumentError(
        Say("Khóa ký xác nhận của máy chủ tổng hợp không đọc được: hãy khôi phục tệp khóa từ bản sao lưu.",
            "The hub's receipt key cannot be read: take the key file back from a backup."));
  }
  impl->key_pem = std::string(key_pem);
  MOTCUA_ASSIGN_OR_RETURN(impl->public_key, RawPublicKey(impl->key.get()));
  return std::unique_ptr<ReceiptKey>(new ReceiptKey(std::move(impl)));
}

std::string ReceiptKey::Sign(absl::string_view payload) {
  std::string signature(kReceiptSignatureBytes, '\0');
  std::size_t size = signature.size();
  const DigestPtr context(EVP_MD_CTX_new());
  const bool signed_ok =
      context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, impl_->key.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(payload),
                     payload.size()) == 1;
  MOTCUA_INVARIANT(signed_ok && size == signature.size(), "a loaded Ed25519 key signs");
  return signature;
}

const std::string& ReceiptKey::key_pem() const { return impl_->key_pem; }
const std::string& ReceiptKey::public_key() const { return impl_->public_key; }

struct ReceiptChecker::Impl {
  KeyPtr key;
};

ReceiptChecker::ReceiptChecker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReceiptChecker::~ReceiptChecker() = default;

absl::StatusOr<std::unique_ptr<ReceiptChecker>> ReceiptChecker::Create(absl::string_view public_key) {
  auto impl = std::make_unique<Impl>();
  if (public_key.size() == kReceiptKeyBytes) {
    impl->key.reset(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, Bytes(public_key), public_key.size()));
  }
  if (!impl->key) {
    return absl::InvalidArgumentError(
        Say("Khóa kiểm tra xác nhận không đúng định dạng: hãy ghi danh lại máy này.",
            "The key that receipts are checked with is not usable: enrol this machine again."));
  }
  return std::unique_ptr<ReceiptChecker>(new ReceiptChecker(std::move(impl)));
}

bool ReceiptChecker::Verify(absl::string_view payload, absl::string_view signature) const {
  if (signature.size() != kReceiptSignatureBytes) return false;
  const DigestPtr context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, impl_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(payload),
                          payload.size()) == 1;
}

}  // namespace motcua
