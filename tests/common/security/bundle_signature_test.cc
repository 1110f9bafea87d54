// A bundle's signature should survive: another hub's certificate, a certificate that signed itself, the hub's own
// certificate, another device's, another key, changed bytes, and a certificate that is over.
#include "common/security/bundle_signature.h"

#include "common/security/ca.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;

constexpr int64_t kNow = 1'790'000'000;
constexpr DeviceId kDevice{0x3f2a90c1};
constexpr char kText[] = "everything before the signature";

class BundleSignatureTest : public ::testing::Test {
 protected:
  struct Machine {
    std::string key;
    std::string certificate;
  };
  Machine Enrol(const CertificateAuthority& ca, DeviceId device, int64_t now_s = kNow) {
    const DeviceKey key = *GenerateKeyAndCsr();
    return {key.key_pem, ca.IssueDevice(key.csr_pem, {device, "", Role::kDesk}, now_s)->pem};
  }
  absl::StatusOr<CertificateFacts> Check(const std::string& certificate, const std::string& signature,
                                         const std::string& text = kText) {
    return CheckBundleSignature(ca_->certificate_pem(), certificate, text, signature);
  }

  SystemRandom random_;
  std::unique_ptr<CertificateAuthority> ca_ = *CertificateAuthority::Create(&random_, kNow);
  std::unique_ptr<CertificateAuthority> other_ca_ = *CertificateAuthority::Create(&random_, kNow);
  Machine machine_ = Enrol(*ca_, kDevice);
};

TEST_F(BundleSignatureTest, ADevicesOwnSignatureSaysWhoWrote) {
  const absl::StatusOr<CertificateFacts> facts = Check(machine_.certificate, *SignBundle(machine_.key, kText));
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->names->device, kDevice);
}

TEST_F(BundleSignatureTest, ACertificateOfAnotherHubIsRefusedWhateverItSays) {
  const Machine foreign = Enrol(*other_ca_, kDevice);
  EXPECT_THAT(Check(foreign.certificate, *SignBundle(foreign.key, kText)),
              StatusIs(StatusCode::kPermissionDenied, "máy chủ khác"));
}

TEST_F(BundleSignatureTest, AnotherKeysSignatureIsRefused) {
  const Machine other = Enrol(*ca_, DeviceId{2});
  EXPECT_THAT(Check(machine_.certificate, *SignBundle(other.key, kText)),
              StatusIs(StatusCode::kPermissionDenied, "Chữ ký"));
}

TEST_F(BundleSignatureTest, ASwappedCertificateOfTheSameHubIsRefused) {
  const Machine other = Enrol(*ca_, DeviceId{2});
  EXPECT_THAT(Check(other.certificate, *SignBundle(machine_.key, kText)),
              StatusIs(StatusCode::kPermissionDenied, "Chữ ký"));
}

TEST_F(BundleSignatureTest, ChangedBytesAreRefused) {
  const std::string signature = *SignBundle(machine_.key, kText);
  EXPECT_THAT(Check(machine_.certificate, signature, std::string(kText) + "x"),
              StatusIs(StatusCode::kPermissionDenied));
  for (std::size_t at = 0; at < signature.size(); ++at) {
    std::string bad = signature;
    bad[at] = static_cast<char>(bad[at] ^ 0x01);
    EXPECT_FALSE(Check(machine_.certificate, bad).ok()) << at;
  }
  EXPECT_FALSE(Check(machine_.certificate, "").ok());
}

TEST_F(BundleSignatureTest, TheHubsOwnCertificatesAreNobodys) {
  const TlsIdentity server = *ca_->IssueServer(kNow);
  EXPECT_FALSE(Check(server.certificate_pem, *SignBundle(server.key_pem, kText)).ok());
  EXPECT_FALSE(Check(ca_->certificate_pem(), *SignBundle(ca_->identity().key_pem, kText)).ok());
}

TEST_F(BundleSignatureTest, ACertificateThatIsOverStillProvesItsWriter) {
  const Machine old = Enrol(*ca_, kDevice, kNow - 2 * kCertificateLifetimeS);
  EXPECT_THAT(Check(old.certificate, *SignBundle(old.key, kText)), IsOk());
}

TEST_F(BundleSignatureTest, WhatIsNoCertificateOrNoKeyIsSaidSo) {
  EXPECT_THAT(Check("nothing", "signature"), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(SignBundle("nothing", kText), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
