// Every verdict through the real port: real hub, real folders, mutual TLS, the agent's own commands.
//
// It should survive: folders that were copied or put back, a hub that was put back, machines that were replaced
// or revoked, certificates the hub does not know, answers to a renewal that were lost, many desks at once.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "agent/adapters/agent_commands.h"
#include "agent/adapters/grpc_enroll_client.h"
#include "agent/adapters/grpc_hub_link.h"
#include "agent/adapters/open_desk.h"
#include "common/base/language.h"
#include "common/security/code.h"
#include "common/security/receipt_key.h"
#include "common/sync/batch.h"
#include "hub/adapters/grpc_server.h"
#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kDeadlineMs = 20'000;

class VerdictsTest : public ::testing::Test {
 protected:
  VerdictsTest() { StartServer(); }

  void StartServer() {
    absl::StatusOr<std::unique_ptr<GrpcServer>> server =
        GrpcServer::Start(&world_.hub(), {absl::StrCat("127.0.0.1:", port_),
                                          *world_.ca().IssueServer(world_.ca_now_s()),
                                          world_.ca().certificate_pem()});
    ASSERT_THAT(server.status(), IsOk());
    server_ = *std::move(server);
    port_ = server_->port();
  }
  std::string Address() const { return absl::StrCat("127.0.0.1:", port_); }
  void BackUpHub() {
    server_.reset();
    world_.BackUpHub();
    StartServer();
  }
  void RestoreHub() {
    server_.reset();
    world_.RestoreHub();
    StartServer();
  }

  // Enrols an empty folder with a code and brings the catalog. Returns the folder.
  std::string Enrol(std::optional<DeviceId> replaces = std::nullopt) {
    const std::string path = world_.NewFolder();
    const NewToken token = *world_.hub().CreateToken(kWorldUnit, Role::kDesk, 3'600, replaces);
    CommonOptions common{path, false, &out_, &err_};
    EXPECT_EQ(RunEnroll(common, {Address(), FormatCode(token.secret, world_.ca().fingerprint()), "quầy"}), 0)
        << err_.str();
    return path;
  }
  static std::unique_ptr<OpenedDesk> Open(const std::string& path) {
    absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenDesk(path);
    EXPECT_THAT(opened.status(), IsOk());
    return *std::move(opened);
  }
  static DeviceId DeviceOf(const std::string& path) { return Open(path)->identity.desk.device; }
  static std::string SerialOf(const std::string& path) {
    return InspectCertificate(Open(path)->identity.tls.certificate_pem)->serial;
  }
  void Add(const std::string& path, int count = 1) {
    const std::unique_ptr<OpenedDesk> opened = Open(path);
    for (int i = 0; i < count; ++i) {
      RecordRequest request;
      request.day = kWorldDay;
      request.procedure = "2.000815";
      request.channel = "counter";
      request.measure = "received";
      request.value = int64_t{1};
      request.adds = true;
      ASSERT_THAT(opened->desk->Record(request).status(), IsOk());
    }
  }
  static SyncResult Sync(const std::string& path) { return SyncDesk(*Open(path), {}); }
  void ExpectSynced(const std::string& path) {
    const SyncResult result = Sync(path);
    ASSERT_THAT(result.status, IsOk());
    EXPECT_EQ(result.waiting, 0u);
  }
  // `motcua-agent sync --json`: its exit code; what it printed is in printed_ and err_.
  int SyncCommand(const std::string& path) {
    out_.str("");
    err_.str("");
    const int code = RunSync({path, true, &out_, &err_}, {});
    printed_ = nlohmann::json::parse(out_.str(), nullptr, false);
    return code;
  }
  std::string CopyOf(const std::string& path) {
    const std::string copy = world_.NewFolder();
    fs::copy(path, copy, fs::copy_options::recursive);
    return copy;
  }
  int64_t EntriesAtHub() { return world_.hub().Status()->entries; }
  DeviceInfo InfoOf(DeviceId device) {
    const std::vector<DeviceInfo> devices = world_.hub().ListDevices().value();
    for (const DeviceInfo& info : devices) {
      if (info.device.device == device) return info;
    }
    ADD_FAILURE() << "no such device";
    return {};
  }
  CertificateState StateOf(DeviceId device, const std::string& serial) {
    const DeviceInfo info = InfoOf(device);
    for (const CertificateRow& row : info.certificates) {
      if (row.serial == serial) return row.state;
    }
    ADD_FAILURE() << "no such certificate";
    return CertificateState::kActive;
  }
  // What the desk would ask, asked by hand.
  absl::StatusOr<ExchangeResponse> Ask(OpenedDesk& opened, const ExchangeRequest& request) {
    GrpcHubLink link({Address(), opened.identity.ca_pem, opened.identity.tls}, &clock_);
    return link.Exchange(request, kDeadlineMs);
  }
  static ExchangeRequest RequestOf(OpenedDesk& opened) {
    ExchangeRequest request;
    request.device = opened.identity.desk.device;
    request.unit = opened.identity.desk.unit;
    request.catalog = opened.desk->catalog()->version();
    request.locator = opened.desk->log().ledger().Locator(opened.desk->log().own_end());
    return request;
  }

  SystemClock clock_;
  World world_{5};
  int port_ = 0;
  std::unique_ptr<GrpcServer> server_;
  std::ostringstream out_;
  std::ostringstream err_;
  nlohmann::json printed_;
};

TEST_F(VerdictsTest, AppendThenDuplicate) {
  const std::string desk = Enrol();
  Add(desk, 3);
  EXPECT_EQ(SyncCommand(desk), 0);
  EXPECT_EQ(printed_["verdict"], "APPEND");
  EXPECT_EQ(printed_["pushed"], 3);
  EXPECT_EQ(SyncCommand(desk), 0);
  EXPECT_EQ(printed_["verdict"], "DUPLICATE");
  EXPECT_EQ(printed_["waiting"], 0);
}

TEST_F(VerdictsTest, GapStoresNothingAndSaysFromWhere) {
  const std::string desk = Enrol();
  Add(desk, 2);
  ExpectSynced(desk);
  const int64_t before = EntriesAtHub();
  Add(desk, 4);
  {
    const std::unique_ptr<OpenedDesk> opened = Open(desk);
    const UnitLedger& ledger = opened->desk->log().ledger();
    const Position end = opened->desk->log().own_position();
    const Position parent{end.line, end.seq - 1};
    motcua::Run run{ledger.NameAt(parent), {ledger.EntryAt(end)}};
    ExchangeRequest request = RequestOf(*opened);
    const CodeBook book(request.catalog, opened->desk->catalog()->codes());
    request.batch = EncodeBatch({run}, {ledger.HashAt(parent)}, book, kBatchBytesMax).bytes;
    const absl::StatusOr<ExchangeResponse> response = Ask(*opened, request);
    ASSERT_THAT(response.status(), IsOk());
    EXPECT_EQ(response->verdict, Verdict::kGap);
    EXPECT_EQ(response->common.seq, end.seq - 4);
  }
  EXPECT_EQ(EntriesAtHub(), before);
  ExpectSynced(desk);
  EXPECT_EQ(EntriesAtHub(), before + 4);
}

TEST_F(VerdictsTest, RegressedFolderTakesItsEntriesBackAndGoesOnBehindThem) {
  const std::string desk = Enrol();
  Add(desk, 2);
  ExpectSynced(desk);
  const std::string backup = CopyOf(desk);
  Add(desk, 3);
  ExpectSynced(desk);
  const int64_t entries = EntriesAtHub();
  EXPECT_EQ(SyncCommand(backup), 0);
  EXPECT_EQ(printed_["verdict"], "REGRESSED");
  EXPECT_EQ(printed_["pulled"], 3);
  Add(backup, 1);
  ExpectSynced(backup);
  EXPECT_EQ(EntriesAtHub(), entries + 1);
  EXPECT_EQ(InfoOf(DeviceOf(desk)).lines, 1);
}

TEST_F(VerdictsTest, ForkedHoldersAreToldAndEndWithACertificateEach) {
  const std::string one = Enrol();
  Add(one, 2);
  ExpectSynced(one);
  const std::string other = CopyOf(one);
  const DeviceId device = DeviceOf(one);
  const std::string shared = SerialOf(one);
  Add(one, 1);
  Add(other, 2);
  ExpectSynced(one);
  EXPECT_EQ(SerialOf(one), shared) << "nothing has happened yet";
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(SyncCommand(other), 0);
  EXPECT_EQ(printed_["verdict"], "FORKED");
  EXPECT_THAT(err_.str(), HasSubstr("Another copy of this device"));
  EXPECT_THAT(err_.str(), HasSubstr("new certificate of its own"));
  EXPECT_EQ(SyncCommand(one), 0);
  EXPECT_THAT(err_.str(), HasSubstr("new certificate of its own"));
  EXPECT_NE(SerialOf(one), shared);
  EXPECT_NE(SerialOf(other), shared);
  EXPECT_NE(SerialOf(one), SerialOf(other));
  EXPECT_EQ(InfoOf(device).lines, 2);
  EXPECT_EQ(StateOf(device, shared), CertificateState::kRenew);
  EXPECT_EQ(StateOf(device, SerialOf(one)), CertificateState::kActive);
  // From now on each can be told apart, and nobody is asked again.
  EXPECT_EQ(SyncCommand(one), 0);
  EXPECT_EQ(err_.str(), "");
  ASSERT_THAT(world_.hub().RevokeCertificate(device, SerialOf(other)), IsOk());
  Add(other, 1);
  EXPECT_EQ(SyncCommand(other), 1);
  EXPECT_EQ(printed_["verdict"], "REVOKED");
  EXPECT_EQ(printed_["waiting"], 1);
  EXPECT_THAT(err_.str(), HasSubstr("certificate has been revoked"));
  Add(one, 1);
  ExpectSynced(one);
}

TEST_F(VerdictsTest, RenewalWhoseAnswerWasLostIsAskedAgainWithTheSameRequest) {
  const std::string one = Enrol();
  Add(one, 1);
  ExpectSynced(one);
  const std::string other = CopyOf(one);
  Add(one, 1);
  Add(other, 1);
  ExpectSynced(one);
  {
    // The hub answers, the machine never hears it: the folder keeps the request, the hub the certificate.
    const std::unique_ptr<OpenedDesk> opened = Open(other);
    GrpcHubLink link({Address(), opened->identity.ca_pem, opened->identity.tls}, &clock_);
    const std::unique_ptr<ReceiptChecker> checker = *ReceiptChecker::Create(opened->identity.receipt_key);
    ASSERT_THAT(SyncSession(opened->desk.get(), &link, checker.get(), {}).Run().status, IsOk());
    const DeviceKey key = *opened->folder.RenewalKey(opened->identity.tls);
    ASSERT_THAT(RenewAt(Address(), opened->identity.ca_pem, opened->identity.tls, key, kDeadlineMs), IsOk());
  }
  const std::size_t issued = InfoOf(DeviceOf(one)).certificates.size();
  EXPECT_TRUE(Sync(other).renewed);
  EXPECT_EQ(InfoOf(DeviceOf(one)).certificates.size(), issued);
  EXPECT_EQ(StateOf(DeviceOf(one), SerialOf(other)), CertificateState::kActive);
  EXPECT_FALSE(fs::exists(other + "/identity/renewing.pem"));
  ExpectSynced(other);
}

TEST_F(VerdictsTest, RenewalThatIsNotDueIsRefusedAndTheOldPairStays) {
  const std::string desk = Enrol();
  const std::string before = SerialOf(desk);
  const std::unique_ptr<OpenedDesk> opened = Open(desk);
  EXPECT_THAT(RenewAt(Address(), opened->identity.ca_pem, opened->identity.tls, *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kFailedPrecondition, "chưa cần thay"));
  EXPECT_EQ(InfoOf(opened->identity.desk.device).certificates.size(), 1u);
}

TEST_F(VerdictsTest, HubBehindGetsBackWhatItLostThroughTheNextDesk) {
  const std::string writer = Enrol();
  const std::string other = Enrol();
  BackUpHub();
  Add(writer, 50);
  ExpectSynced(writer);
  ExpectSynced(other);
  const int64_t entries = EntriesAtHub();
  RestoreHub();
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(SyncCommand(other), 0);
  EXPECT_THAT(err_.str(), HasSubstr("lost part of its data"));
  EXPECT_EQ(EntriesAtHub(), entries);
  EXPECT_EQ(SyncCommand(writer), 0);
  EXPECT_EQ(printed_["waiting"], 0);
}

TEST_F(VerdictsTest, DeviceEnrolledAfterTheBackupIsTakenBackByItsCertificate) {
  BackUpHub();
  const std::string late = Enrol();
  Add(late, 7);
  ExpectSynced(late);
  RestoreHub();
  EXPECT_TRUE(world_.hub().ListDevices()->empty());
  Add(late, 1);
  EXPECT_EQ(SyncCommand(late), 0) << err_.str();
  EXPECT_EQ(EntriesAtHub(), 8);
  const DeviceInfo info = InfoOf(DeviceOf(late));
  EXPECT_EQ(info.device.unit, kWorldUnit);
  EXPECT_EQ(info.device.role, Role::kDesk);
  EXPECT_EQ(StateOf(DeviceOf(late), SerialOf(late)), CertificateState::kActive);
}

TEST_F(VerdictsTest, CertificatesRenewedAfterTheBackupAreTakenBackBesideTheOlderOne) {
  const std::string one = Enrol();
  Add(one, 1);
  ExpectSynced(one);
  BackUpHub();
  const std::string other = CopyOf(one);
  Add(one, 1);
  Add(other, 1);
  ExpectSynced(one);
  ExpectSynced(other);
  ExpectSynced(one);
  const std::string serials[] = {SerialOf(one), SerialOf(other)};
  ASSERT_NE(serials[0], serials[1]);
  RestoreHub();
  ExpectSynced(other);
  ExpectSynced(one);
  EXPECT_EQ(InfoOf(DeviceOf(one)).lines, 2);
  for (const std::string& serial : serials)
    EXPECT_NE(StateOf(DeviceOf(one), serial), CertificateState::kReplaced);
}

TEST_F(VerdictsTest, ReplacedMachineIsTakenOverAndTheOldOneIsToldAndKeepsItsEntries) {
  const std::string old = Enrol();
  Add(old, 5);
  ExpectSynced(old);
  Add(old, 2);  // never sent
  const DeviceId device = DeviceOf(old);
  const std::string fresh = Enrol(device);
  EXPECT_EQ(DeviceOf(fresh), device);
  EXPECT_EQ(Open(fresh)->desk->log().own_end().seq, 5u) << "its log came back with the enrolment";
  Add(fresh, 1);
  ExpectSynced(fresh);
  EXPECT_EQ(InfoOf(device).lines, 1);
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(SyncCommand(old), 1);
  EXPECT_EQ(printed_["verdict"], "REVOKED");
  EXPECT_EQ(printed_["waiting"], 2);
  EXPECT_THAT(err_.str(), HasSubstr("replaced by another"));
  EXPECT_EQ(Open(old)->desk->Status().waiting, 2u);
}

TEST_F(VerdictsTest, RevokedDeviceIsToldAndKeepsItsEntries) {
  const std::string desk = Enrol();
  Add(desk, 1);
  ASSERT_THAT(world_.hub().RevokeDevice(DeviceOf(desk)), IsOk());
  EXPECT_EQ(SyncCommand(desk), 1);
  EXPECT_EQ(printed_["verdict"], "REVOKED");
  EXPECT_EQ(printed_["waiting"], 1);
  EXPECT_EQ(EntriesAtHub(), 0);
}

TEST_F(VerdictsTest, UnknownIsWhoseUnitTheCatalogDoesNotHaveOrWhoseCaIsAnother) {
  const std::string desk = Enrol();
  const std::unique_ptr<OpenedDesk> opened = Open(desk);
  const DeviceKey key = *GenerateKeyAndCsr();
  const auto as = [&](const CertificateAuthority& ca, const DeviceNames& names) {
    opened->identity.tls = {key.key_pem, ca.IssueDevice(key.csr_pem, names, world_.ca_now_s())->pem};
    return SyncDesk(*opened, {});
  };
  for (const char* unit : {"", "no-such-unit"}) {
    const SyncResult result = as(world_.ca(), {DeviceId{0x77}, unit, Role::kDesk});
    EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(result.verdict, "UNKNOWN");
  }
  SeededRandom random(9);
  const auto foreign = *CertificateAuthority::Create(&random, world_.ca_now_s());
  EXPECT_THAT(as(*foreign, {DeviceId{0x77}, kWorldUnit, Role::kDesk}).status, Not(IsOk()));
  EXPECT_EQ(world_.hub().ListDevices()->size(), 1u);
}

TEST_F(VerdictsTest, TooOldAndTooNewProgramsAreToldAndNothingIsRead) {
  const std::string desk = Enrol();
  const std::unique_ptr<OpenedDesk> opened = Open(desk);
  ExchangeRequest request = RequestOf(*opened);
  request.batch = "not read";
  request.protocol = kProtocolVersionOldest - 1;
  EXPECT_EQ(Ask(*opened, request)->verdict, Verdict::kTooOld);
  request.protocol = kProtocolVersion + 1;
  EXPECT_EQ(Ask(*opened, request)->verdict, Verdict::kTooNew);
}

TEST_F(VerdictsTest, RetryLaterBringsTheCatalogWhoseNumbersBothKnow) {
  const std::string desk = Enrol();
  const std::unique_ptr<OpenedDesk> opened = Open(desk);
  ExchangeRequest request = RequestOf(*opened);
  request.catalog = Sha256("a version of another hub");
  const absl::StatusOr<ExchangeResponse> response = Ask(*opened, request);
  ASSERT_THAT(response.status(), IsOk());
  EXPECT_EQ(response->verdict, Verdict::kRetryLater);
  EXPECT_FALSE(response->catalog_chunk.empty());
}

TEST_F(VerdictsTest, EightDesksAtOnceLoseNothing) {
  constexpr int kDesks = 8, kNights = 3, kEach = 10;
  std::vector<std::string> desks;
  for (int i = 0; i < kDesks; ++i) desks.push_back(Enrol());
  std::vector<std::thread> threads;
  for (const std::string& desk : desks) {
    threads.emplace_back([&, desk] {
      for (int night = 0; night < kNights; ++night) {
        Add(desk, kEach);
        EXPECT_THAT(Sync(desk).status, IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& desk : desks) ExpectSynced(desk);
  const absl::StatusOr<UnitLedger> ledger = world_.hub().LoadLedger(kWorldUnit);
  ASSERT_THAT(ledger.status(), IsOk());
  EXPECT_EQ(ledger->OfKind(EntryKind::kAdd).size(), static_cast<std::size_t>(kDesks * kNights * kEach));
  EXPECT_TRUE(world_.hub().Verify()->empty());
}

}  // namespace
}  // namespace motcua
