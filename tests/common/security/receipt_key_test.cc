// Survives: receipts altered in any byte, signed by another hub, shortened or empty.
#include "common/security/receipt_key.h"

#include "common/security/openssl.h"
#include "common/sync/exchange.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class ReceiptKeyTest : public ::testing::Test {
 protected:
  ReceiptKeyTest() : key_(*ReceiptKey::Create()), checker_(*ReceiptChecker::Create(key_->public_key())) {}

  std::unique_ptr<ReceiptKey> key_;
  std::unique_ptr<ReceiptChecker> checker_;
};

TEST_F(ReceiptKeyTest, WhatIsSignedVerifies) {
  const std::string signature = key_->Sign("ends");
  EXPECT_EQ(signature.size(), kReceiptSignatureBytes);
  EXPECT_EQ(key_->public_key().size(), kReceiptKeyBytes);
  EXPECT_TRUE(checker_->Verify("ends", signature));
  EXPECT_TRUE(checker_->Verify("", key_->Sign("")));
}

TEST_F(ReceiptKeyTest, EqualReceiptsHaveEqualSignatures) {
  EXPECT_EQ(key_->Sign("ends"), key_->Sign("ends"));
}

TEST_F(ReceiptKeyTest, StoredKeySignsTheSame) {
  const auto loaded = ReceiptKey::Load(key_->key_pem());
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ((*loaded)->public_key(), key_->public_key());
  EXPECT_EQ((*loaded)->Sign("ends"), key_->Sign("ends"));
}

TEST_F(ReceiptKeyTest, ReceiptAlteredInAnyFieldDoesNotVerify) {
  Receipt receipt;
  receipt.unit = "00019";
  receipt.incarnation = 5;
  receipt.hub_time_ms = 1'000;
  receipt.ends = {{DeviceId{7}, 3, 9}};
  receipt.signature = key_->Sign(ReceiptPayload(receipt));
  ASSERT_TRUE(checker_->Verify(ReceiptPayload(receipt), receipt.signature));
  Receipt other = receipt;
  other.unit = "00020";
  EXPECT_FALSE(checker_->Verify(ReceiptPayload(other), other.signature));
  other = receipt;
  other.incarnation = 6;
  EXPECT_FALSE(checker_->Verify(ReceiptPayload(other), other.signature));
  other = receipt;
  other.hub_time_ms = 1'001;
  EXPECT_FALSE(checker_->Verify(ReceiptPayload(other), other.signature));
  other = receipt;
  other.ends[0].seq = 4;
  EXPECT_FALSE(checker_->Verify(ReceiptPayload(other), other.signature));
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST_F(ReceiptKeyTest, SignatureAlteredInAnyByteDoesNotVerify) {
  const std::string signature = key_->Sign("ends");
  for (std::size_t at = 0; at < signature.size(); ++at) {
    std::string wrong = signature;
    wrong[at] = static_cast<char>(wrong[at] ^ 1);
    EXPECT_FALSE(checker_->Verify("ends", wrong)) << at;
  }
  EXPECT_FALSE(checker_->Verify("ends", signature.substr(1)));
  EXPECT_FALSE(checker_->Verify("ends", signature + "x"));
  EXPECT_FALSE(checker_->Verify("ends", ""));
}

TEST_F(ReceiptKeyTest, AnotherHubsSignatureDoesNotVerify) {
  EXPECT_FALSE(checker_->Verify("ends", (*ReceiptKey::Create())->Sign("ends")));
}

TEST_F(ReceiptKeyTest, UnusableKeysAreRefused) {
  EXPECT_THAT(ReceiptKey::Load("").status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReceiptKey::Load(*openssl::WritePrivateKey(openssl::NewP256Key()->get())).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReceiptChecker::Create("short").status(), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
