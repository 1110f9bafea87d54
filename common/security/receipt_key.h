// Ed25519 receipts: the hub signs what it durably holds, desks check it with the 32-byte key they got when
// they were enrolled. Ed25519 because its signatures are deterministic: equal receipts have equal bytes.
//
// Threads: any; const after construction.
#pragma once

#include <memory>
#include <string>

#include "common/base/status.h"
#include "common/sync/signer.h"

namespace motcua {

inline constexpr std::size_t kReceiptKeyBytes = 32;
inline constexpr std::size_t kReceiptSignatureBytes = 64;

class ReceiptKey final : public ReceiptSigner {
 public:
  static absl::StatusOr<std::unique_ptr<ReceiptKey>> Create();
  // kInvalidArgument: not an Ed25519 private key in PEM.
  static absl::StatusOr<std::unique_ptr<ReceiptKey>> Load(absl::string_view key_pem);
  ~ReceiptKey() override;

  std::string Sign(absl::string_view payload) override;
  const std::string& key_pem() const;     // to be stored with WritePrivateFile
  const std::string& public_key() const;  // kReceiptKeyBytes

 private:
  struct Impl;
  explicit ReceiptKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class ReceiptChecker final : public ReceiptVerifier {
 public:
  // kInvalidArgument: not kReceiptKeyBytes long.
  static absl::StatusOr<std::unique_ptr<ReceiptChecker>> Create(absl::string_view public_key);
  ~ReceiptChecker() override;

  bool Verify(absl::string_view payload, absl::string_view signature) const override;

 private:
  struct Impl;
  explicit ReceiptChecker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace motcua
