// Survives: requests that ask for names, extensions or keys that are not theirs to have, and bytes that are
// no request at all.
#include "common/security/ca.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "common/base/language.h"
#include "common/security/device_key.h"
#include "common/security/device_uri.h"
#include "common/security/openssl.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr int64_t kNow = 1'790'000'000;
constexpr DeviceId kDevice{0x3f2a90c1};
const DeviceNames kNames{kDevice, "00019", Role::kSupervisor};

class CaTest : public ::testing::Test {
 protected:
  CaTest() { ca_ = *CertificateAuthority::Create(&random_, kNow); }

  std::string CsrOf(EVP_PKEY* key, bool with_other_names = false) {
    openssl::RequestPtr request(X509_REQ_new());
    X509_REQ_set_pubkey(request.get(), key);
    if (with_other_names) AskForOtherNames(request.get());
    X509_REQ_sign(request.get(), key, EVP_sha256());
    return *openssl::WriteRequest(request.get());
  }

  static void AskForOtherNames(X509_REQ* request) {
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("motcua-hub"), -1, -1, 0);
    STACK_OF(X509_EXTENSION)* extensions = sk_X509_EXTENSION_new_null();
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, nullptr, nullptr, request, nullptr, 0);
    for (const auto& [nid, value] :
         {std::pair{NID_subject_alt_name, "DNS:motcua-hub,URI:spiffe://motcua/device/00000001"},
          std::pair{NID_basic_constraints, "critical,CA:TRUE"}, std::pair{NID_ext_key_usage, "serverAuth"}}) {
      sk_X509_EXTENSION_push(extensions, X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    }
    X509_REQ_add_extensions(request, extensions);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  }

  // What OpenSSL says about `pem` as a peer of this CA: X509_V_OK or why not.
  int VerifyAs(const std::string& pem, int purpose, int64_t when) {
    openssl::CertificatePtr certificate = openssl::ReadCertificate(pem);
    openssl::CertificatePtr root = openssl::ReadCertificate(ca_->certificate_pem());
    X509_STORE* store = X509_STORE_new();
    X509_STORE_add_cert(store, root.get());
    X509_STORE_CTX* context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, certificate.get(), nullptr);
    X509_STORE_CTX_set_purpose(context, purpose);
    X509_STORE_CTX_set_time(context, 0, when);
    X509_verify_cert(context);
    const int result = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return result;
  }

  SeededRandom random_{1};
  std::unique_ptr<CertificateAuthority> ca_;
};

TEST_F(CaTest, DeviceCertificateNamesTheDeviceAndNothingElse) {
  const absl::StatusOr<DeviceKey> key = GenerateKeyAndCsr();
  ASSERT_THAT(key, IsOk());
  const absl::StatusOr<DeviceCertificate> issued = ca_->IssueDevice(key->csr_pem, kNames, kNow);
  ASSERT_THAT(issued, IsOk());
  const absl::StatusOr<CertificateFacts> facts = InspectCertificate(issued->pem);
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts->names, kNames);
  EXPECT_EQ(facts->issued_s, kNow);
  EXPECT_EQ(facts->serial, issued->serial);
  EXPECT_EQ(facts->serial.size(), 32u);
  EXPECT_EQ(facts->not_after_s, kNow + kCertificateLifetimeS);
  EXPECT_LT(facts->not_before_s, kNow);
  EXPECT_THAT(CheckKeyBelongs(key->key_pem, issued->pem), IsOk());
}

TEST_F(CaTest, NamesThatARequestAsksForAreIgnored) {
  const absl::StatusOr<openssl::KeyPtr> key = openssl::NewP256Key();
  const absl::StatusOr<DeviceCertificate> issued = ca_->IssueDevice(CsrOf(key->get(), true), kNames, kNow);
  ASSERT_THAT(issued, IsOk());
  EXPECT_EQ(InspectCertificate(issued->pem)->names, kNames);
  const openssl::CertificatePtr certificate = openssl::ReadCertificate(issued->pem);
  char subject[100];
  X509_NAME_oneline(X509_get_subject_name(certificate.get()), subject, sizeof(subject));
  EXPECT_STREQ(subject, "/CN=motcua-device");
  EXPECT_EQ(X509_get_ext_count(certificate.get()), 3);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
}

TEST_F(CaTest, DeviceCertificateActsAsClientAndNeverAsServer) {
  const std::string pem = ca_->IssueDevice(GenerateKeyAndCsr()->csr_pem, kNames, kNow)->pem;
  EXPECT_EQ(VerifyAs(pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_OK);
  EXPECT_EQ(VerifyAs(pem, X509_PURPOSE_SSL_SERVER, kNow), X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(CaTest, ServerCertificateActsAsServerAndNeverAsClient) {
  const absl::StatusOr<TlsIdentity> server = ca_->IssueServer(kNow);
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ(VerifyAs(server->certificate_pem, X509_PURPOSE_SSL_SERVER, kNow), X509_V_OK);
  EXPECT_EQ(VerifyAs(server->certificate_pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_ERR_INVALID_PURPOSE);
  EXPECT_THAT(CheckKeyBelongs(server->key_pem, server->certificate_pem), IsOk());
  EXPECT_EQ(InspectCertificate(server->certificate_pem)->names, std::nullopt);
}

TEST_F(CaTest, CertificateEndsAfterItsLife) {
  const std::string pem = ca_->IssueDevice(GenerateKeyAndCsr()->csr_pem, kNames, kNow)->pem;
  EXPECT_EQ(VerifyAs(pem, X509_PURPOSE_SSL_CLIENT, kNow + kCertificateLifetimeS - 1), X509_V_OK);
  EXPECT_EQ(VerifyAs(pem, X509_PURPOSE_SSL_CLIENT, kNow + kCertificateLifetimeS + 2),
            X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(CaTest, DeskWithAnEmptyClockBatteryStillAcceptsTheHub) {
  EXPECT_EQ(VerifyAs(ca_->IssueServer(kNow)->certificate_pem, X509_PURPOSE_SSL_SERVER, 1), X509_V_OK);
}

TEST_F(CaTest, SerialsDiffer) {
  const std::string csr = GenerateKeyAndCsr()->csr_pem;
  EXPECT_NE(ca_->IssueDevice(csr, kNames, kNow)->serial, ca_->IssueDevice(csr, kNames, kNow)->serial);
}

TEST_F(CaTest, StoredAuthorityGoesOnIssuing) {
  const auto loaded = CertificateAuthority::Load(ca_->identity(), &random_);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ((*loaded)->fingerprint(), ca_->fingerprint());
  const std::string pem = (*loaded)->IssueDevice(GenerateKeyAndCsr()->csr_pem, kNames, kNow)->pem;
  EXPECT_EQ(VerifyAs(pem, X509_PURPOSE_SSL_CLIENT, kNow), X509_V_OK);
}

TEST_F(CaTest, FingerprintIsThatOfTheCertificate) {
  EXPECT_EQ(*CertificateFingerprint(ca_->certificate_pem()), ca_->fingerprint());
  EXPECT_EQ(ca_->fingerprint().size(), 16u);
  SeededRandom other_random(2);
  EXPECT_NE((*CertificateAuthority::Create(&other_random, kNow))->fingerprint(), ca_->fingerprint());
}

TEST_F(CaTest, CertificatesStaySmallBecauseEveryHandshakeCarriesThem) {
  EXPECT_LT(ca_->IssueDevice(GenerateKeyAndCsr()->csr_pem, kNames, kNow)->pem.size(), 700u);
  EXPECT_LT(ca_->IssueServer(kNow)->certificate_pem.size(), 700u);
}

TEST(DeviceUriTest, SaysDeviceUnitRoleAndMachine) {
  const std::pair<DeviceNames, std::string> known[] = {
      {{kDevice, "00019", Role::kDesk, 1}, "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/1"},
      {{kDevice, "00019", Role::kSupervisor, 4294967295},
       "spiffe://motcua/device/3f2a90c1/unit/00019/role/supervisor/machine/4294967295"},
      {{kDevice, "", Role::kDesk}, "spiffe://motcua/device/3f2a90c1"},
      {{kDevice, "00019", Role::kDesk}, "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk"},
      {{kDevice, "a:b%+role", Role::kSupervisor},
       "spiffe://motcua/device/3f2a90c1/unit/a%3Ab%25%2Brole/role/supervisor"}};
  for (const auto& [names, uri] : known) {
    EXPECT_EQ(DeviceUri(names), uri);
    EXPECT_EQ(NamesOfUri(uri), names);
  }
}

TEST(DeviceUriTest, ACertificateFromBeforeMachinesWereCountedIsOfTheFirst) {
  for (const char* uri : {"spiffe://motcua/device/3f2a90c1", "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk",
                          "spiffe://motcua/device/3f2a90c1/unit/00019/role/supervisor"}) {
    const std::optional<DeviceNames> names = NamesOfUri(uri);
    ASSERT_TRUE(names.has_value()) << uri;
    EXPECT_EQ(names->machine, 0u) << uri;
  }
}

TEST(DeviceUriTest, HasOneSpelling) {
  for (const char* other :
       {"spiffe://motcua/device/3F2A90C1", "spiffe://motcua/device/3f2a90c", "spiffe://motcua/device/",
        "spiffe://motcua/device/3f2a90c1/", "spiffe://other/device/3f2a90c1", "",
        "spiffe://motcua/device/00000000", "x spiffe://motcua/device/3f2a90c1",
        "spiffe://motcua/device/3f2a90c1/unit/", "spiffe://motcua/device/3f2a90c1/unit//role/desk",
        "spiffe://motcua/device/3f2a90c1/unit/00019", "spiffe://motcua/device/3f2a90c1/unit/00019/role/",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/hub",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/", "spiffe://motcua/device/3f2a90c1/role/desk",
        "spiffe://motcua/device/3f2a90c1/unit/%30/role/desk", "spiffe://motcua/device/3f2a90c1/unit/%/role/desk",
        "spiffe://motcua/device/3f2a90c1/unit/a%2/role/desk", "spiffe://motcua/device/3f2a90c1/unit/%2f/role/desk",
        "spiffe://motcua/device/3f2a90c1/machine/1", "spiffe://motcua/device/3f2a90c1/unit/00019/machine/1",
        "spiffe://motcua/device/3f2a90c1/unit/00019/machine/1/role/desk",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/0",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/01",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/+1",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/-1",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/1/",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/1/machine/2",
        "spiffe://motcua/device/3f2a90c1/unit/00019/role/desk/machine/4294967296"}) {
    EXPECT_EQ(NamesOfUri(other), std::nullopt) << other;
  }
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST_F(CaTest, RequestWithAnRsaKeyIsRefused) {
  const openssl::KeyPtr key(EVP_RSA_gen(2048));
  EXPECT_THAT(ca_->IssueDevice(CsrOf(key.get()), kNames, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, "P-256"));
}

TEST_F(CaTest, RequestWithAnotherCurveIsRefused) {
  const openssl::KeyPtr key(EVP_EC_gen("P-384"));
  EXPECT_THAT(ca_->IssueDevice(CsrOf(key.get()), kNames, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, "P-256"));
}

TEST_F(CaTest, RequestSignedByAnotherKeyIsRefused) {
  const absl::StatusOr<openssl::KeyPtr> mine = openssl::NewP256Key();
  const absl::StatusOr<openssl::KeyPtr> yours = openssl::NewP256Key();
  openssl::RequestPtr request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), yours->get());
  X509_REQ_sign(request.get(), mine->get(), EVP_sha256());
  EXPECT_THAT(ca_->IssueDevice(*openssl::WriteRequest(request.get()), kNames, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, "chữ ký"));
}

TEST_F(CaTest, GarbageIsRefused) {
  const std::string csr = GenerateKeyAndCsr()->csr_pem;
  for (const std::string& garbage : {std::string(), std::string("hello"), csr.substr(0, csr.size() / 2),
                                     ca_->certificate_pem(), std::string(200, '\0')}) {
    EXPECT_THAT(ca_->IssueDevice(garbage, kNames, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument, "PEM"));
  }
  EXPECT_THAT(ca_->IssueDevice(csr + std::string(kCsrBytesMax, ' '), kNames, kNow),
              StatusIs(absl::StatusCode::kInvalidArgument, "quá dài"));
}

TEST_F(CaTest, AuthorityOfMismatchedHalvesIsNotLoaded) {
  SeededRandom other_random(2);
  const auto other = *CertificateAuthority::Create(&other_random, kNow);
  const TlsIdentity mixed{other->identity().key_pem, ca_->certificate_pem()};
  EXPECT_THAT(CertificateAuthority::Load(mixed, &random_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CertificateAuthority::Load({}, &random_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CaTest, ServerCertificateIsNoAuthority) {
  EXPECT_THAT(CertificateAuthority::Load(*ca_->IssueServer(kNow), &random_).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CaTest, ForeignKeyDoesNotBelong) {
  const std::string pem = ca_->IssueDevice(GenerateKeyAndCsr()->csr_pem, kNames, kNow)->pem;
  EXPECT_THAT(CheckKeyBelongs(GenerateKeyAndCsr()->key_pem, pem),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(CheckKeyBelongs("", pem), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(CheckKeyBelongs("", "no certificate"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CaTest, InspectingGarbageIsAnError) {
  EXPECT_THAT(InspectCertificate("").status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(
      CertificateFingerprint("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").status(),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
