// The real port, the real link and a hub that answers as the test says.
//
// Survives: no certificate, a foreign one, a revoked one, another hub's CA, oversized messages, handlers that
// throw, a hub that is gone and one that never answers.
#include <grpcpp/create_channel.h>
#include <sys/stat.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "agent/adapters/grpc_enroll_client.h"
#include "agent/adapters/grpc_hub_link.h"
#include "common/base/language.h"
#include "common/rpc/channel.h"
#include "common/rpc/wire.h"
#include "hub/adapters/grpc_admin.h"
#include "hub/adapters/grpc_server.h"
#include "motcua/v1/enrollment.grpc.pb.h"
#include "motcua/v1/sync.grpc.pb.h"
#include "tests/exchange/counting_proxy.h"
#include "tests/exchange/fake_hub.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kDeadlineMs = 20'000;
constexpr int64_t kShortDeadlineMs = 300;

class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t wall_ms) : wall_ms_(wall_ms) {}
  int64_t WallMs() const override { return wall_ms_; }
  int64_t MonotonicMs() const override { return wall_ms_; }
  void SleepMs(int64_t) override {}

 private:
  int64_t wall_ms_;
};

class GrpcLoopbackTest : public ::testing::Test {
 protected:
  GrpcLoopbackTest() {
    static const bool once = (SendGrpcLogToOurs(), true);
    (void)once;
    StartHub();
  }

  void StartHub() {
    absl::StatusOr<std::unique_ptr<GrpcServer>> server = GrpcServer::Start(
        &hub_,
        {absl::StrCat("127.0.0.1:", port_), *hub_.ca().IssueServer(now_s_), hub_.ca().certificate_pem()});
    ASSERT_THAT(server.status(), IsOk());
    server_ = *std::move(server);
    port_ = server_->port();
  }
  std::string Address() const { return absl::StrCat("127.0.0.1:", port_); }

  Enrolled Enrol() {
    absl::StatusOr<Enrolled> enrolled =
        EnrollAt(Address(), hub_.code(), "quầy 1", *GenerateKeyAndCsr(), kDeadlineMs);
    EXPECT_THAT(enrolled, IsOk());
    return *std::move(enrolled);
  }
  GrpcHubLink LinkOf(const Enrolled& enrolled) { return LinkTo(Address(), enrolled); }
  GrpcHubLink LinkTo(const std::string& address, const Enrolled& enrolled) {
    return GrpcHubLink({address, enrolled.ca_pem, enrolled.identity}, &clock_);
  }
  static ExchangeRequest RequestOf(const std::string& unit) {
    ExchangeRequest request;
    request.unit = unit;
    return request;
  }
  // A raw call, for what the link would never send.
  grpc::Status CallExchange(const std::optional<TlsIdentity>& identity,
                            const v1::ExchangeRequest& request = {}) {
    v1::ExchangeResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    context.AddMetadata(kLanguageMetadata, "en");
    return v1::SyncService::NewStub(VerifiedChannel(Address(), hub_.ca().certificate_pem(), identity))
        ->Exchange(&context, request, &response);
  }

  SystemClock clock_;
  SystemRandom random_;
  const int64_t now_s_ = clock_.WallSeconds();
  FakeHub hub_{&random_, now_s_};
  int port_ = 0;
  std::unique_ptr<GrpcServer> server_;
};

TEST_F(GrpcLoopbackTest, EnrolmentBringsEverythingADeskKeeps) {
  const Enrolled enrolled = Enrol();
  EXPECT_EQ(enrolled.device, DeviceId{0x1000});
  EXPECT_EQ(enrolled.unit, "00019");
  EXPECT_EQ(enrolled.unit_name, "Phường Giảng Võ");
  EXPECT_EQ(enrolled.role, Role::kSupervisor);
  EXPECT_EQ(enrolled.ca_pem, hub_.ca().certificate_pem());
  EXPECT_EQ(enrolled.receipt_key, hub_.receipt_public_key());
  EXPECT_EQ(enrolled.incarnation, 77u);
  EXPECT_THAT(CheckKeyBelongs(enrolled.identity.key_pem, enrolled.identity.certificate_pem), IsOk());
}

TEST_F(GrpcLoopbackTest, ExchangePassesTheDeviceThatTheCertificateProves) {
  const Enrolled enrolled = Enrol();
  GrpcHubLink link = LinkOf(enrolled);
  ExchangeRequest request = RequestOf("00019");
  request.device = DeviceId{0xBAD};  // a claim, not a proof
  const absl::StatusOr<ExchangeResponse> response = link.Exchange(request, kDeadlineMs);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->message, "00019");
  EXPECT_THAT(hub_.callers(), ElementsAre(enrolled.device));
  EXPECT_EQ(link.bytes_sent(), static_cast<int64_t>(ToWire(request).ByteSizeLong()));
  EXPECT_EQ(link.bytes_received(), static_cast<int64_t>(ToWire(*response).ByteSizeLong()));
}

TEST_F(GrpcLoopbackTest, LinkGoesOnAfterTheHubCameBack) {
  const Enrolled enrolled = Enrol();
  GrpcHubLink link = LinkOf(enrolled);
  ASSERT_THAT(link.Exchange(RequestOf("00019"), kDeadlineMs), IsOk());
  server_.reset();
  EXPECT_THAT(link.Exchange(RequestOf("00019"), kDeadlineMs), StatusIs(absl::StatusCode::kUnavailable));
  StartHub();
  link.Reconnect();
  EXPECT_THAT(link.Exchange(RequestOf("00019"), kDeadlineMs), IsOk());
}

TEST_F(GrpcLoopbackTest, HubAnswersInTheLanguageOfTheCaller) {
  const Enrolled enrolled = Enrol();
  hub_.on_exchange = [](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    return absl::FailedPreconditionError(Say("tiếng Việt", "English"));
  };
  GrpcHubLink link = LinkOf(enrolled);
  EXPECT_THAT(link.Exchange({}, kDeadlineMs), StatusIs(absl::StatusCode::kFailedPrecondition, "tiếng Việt"));
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_THAT(link.Exchange({}, kDeadlineMs), StatusIs(absl::StatusCode::kFailedPrecondition, "English"));
}

TEST_F(GrpcLoopbackTest, WhatTheHubSaysIsPassedOnUnchanged) {
  const Enrolled enrolled = Enrol();
  hub_.on_exchange = [](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    return absl::UnavailableError("Máy chủ đang bận.");
  };
  EXPECT_EQ(LinkOf(enrolled).Exchange({}, kDeadlineMs).status(), absl::UnavailableError("Máy chủ đang bận."));
}

TEST_F(GrpcLoopbackTest, EmptyNightFitsItsBytesWithFullHandshake) {
  const Enrolled enrolled = Enrol();
  hub_.on_exchange = [&](const ExchangeRequest& request) -> absl::StatusOr<ExchangeResponse> {
    ExchangeResponse response;
    response.verdict = Verdict::kDuplicate;
    response.common = request.locator.front();
    response.receipt = {request.unit, 77, now_s_ * 1000, request.ends,
                        std::string(kReceiptSignatureBytes, 's')};
    response.catalog = request.catalog;
    response.hub_time_ms = now_s_ * 1000;
    return response;
  };
  // What a desk of a unit with two desks sends after months: a locator of 14, three ends, the newest receipt.
  ExchangeRequest request = RequestOf("00019");
  request.device = enrolled.device;
  request.catalog = Sha256("catalog");
  for (Seq behind = 1; behind <= 8192; behind *= 2) {
    request.locator.push_back(
        {enrolled.device, 10'000 - behind, Sha256(absl::StrCat(behind))[0] * 1'000'003ULL});
  }
  request.ends = {{kHubDevice, 3, 1}, {enrolled.device, 9'999, 2}, {DeviceId{0x4711}, 8'000, 3}};
  request.newest_receipt = EncodeReceipt(
      {request.unit, 77, now_s_ * 1000, request.ends, std::string(kReceiptSignatureBytes, 's')});
  request.agent_version = "0.1.0";
  request.agent_time_ms = now_s_ * 1000;

  const auto payload = [&](const ExchangeRequest& sent) {
    CountingProxy proxy(port_);
    GrpcHubLink link = LinkTo(proxy.address(), enrolled);
    EXPECT_THAT(link.Exchange(sent, kDeadlineMs), IsOk());
    RecordProperty("up", static_cast<int>(proxy.bytes_up()));
    RecordProperty("down", static_cast<int>(proxy.bytes_down()));
    return proxy.bytes();
  };
  EXPECT_LE(payload(request), 5'500);
  request.batch = std::string(1'800, 'x');
  EXPECT_LE(payload(request), 8'000);
}

TEST_F(GrpcLoopbackTest, ExchangeThatRunsWhenTheHubStopsIsAnswered) {
  GrpcHubLink link = LinkOf(Enrol());
  absl::Notification running, go_on;
  hub_.on_exchange = [&](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    running.Notify();
    go_on.WaitForNotification();
    return ExchangeResponse{};
  };
  absl::StatusOr<ExchangeResponse> answer = absl::UnknownError("none");
  std::thread desk([&] { answer = link.Exchange(RequestOf("00019"), kDeadlineMs); });
  running.WaitForNotification();
  std::thread stop([&] { server_->Shutdown(kDeadlineMs); });
  // No new call gets in any more, while the one that runs goes on.
  while (CallExchange(std::nullopt).error_code() != grpc::StatusCode::UNAVAILABLE) std::this_thread::yield();
  go_on.Notify();
  desk.join();
  stop.join();
  EXPECT_THAT(answer, IsOk());
}

TEST_F(GrpcLoopbackTest, HubWithNoPlaceLeftSaysRetryLaterAtOnce) {
  const Enrolled enrolled = Enrol();
  constexpr int kPlaces = 2;
  server_ = *GrpcServer::Start(&hub_, {"127.0.0.1:0", *hub_.ca().IssueServer(now_s_),
                                       hub_.ca().certificate_pem(), kPlaces});
  port_ = server_->port();
  absl::BlockingCounter inside(kPlaces);
  absl::Notification go_on;
  hub_.on_exchange = [&](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    inside.DecrementCount();
    go_on.WaitForNotification();
    return ExchangeResponse{};
  };
  std::vector<std::thread> desks;
  for (int i = 0; i < kPlaces; ++i)
    desks.emplace_back([&] { EXPECT_THAT(LinkOf(enrolled).Exchange({}, kDeadlineMs), IsOk()); });
  inside.Wait();
  const absl::StatusOr<ExchangeResponse> busy = LinkOf(enrolled).Exchange({}, kDeadlineMs);
  ASSERT_THAT(busy, IsOk());
  EXPECT_EQ(busy->verdict, Verdict::kRetryLater);
  EXPECT_THAT(busy->message, HasSubstr("đang bận"));
  go_on.Notify();
  for (std::thread& desk : desks) desk.join();
  hub_.on_exchange = [](const ExchangeRequest&) { return ExchangeResponse{}; };
  EXPECT_EQ(LinkOf(enrolled).Exchange({}, kDeadlineMs)->verdict, Verdict::kAppend);
}

TEST_F(GrpcLoopbackTest, ShutdownMayBeCalledTwice) {
  server_->Shutdown(100);
  server_->Shutdown(100);
}

// Errors: who may call
// ------------------------------------------------------------------------------------------------

TEST_F(GrpcLoopbackTest, WithoutCertificateOnlyEnrolmentAnswers) {
  const grpc::Status status = CallExchange(std::nullopt);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("enrol this machine first"));
  EXPECT_TRUE(hub_.callers().empty());

  v1::GetCaResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(
      v1::EnrollmentService::NewStub(VerifiedChannel(Address(), hub_.ca().certificate_pem(), std::nullopt))
          ->GetCa(&context, {}, &response)
          .ok());
  EXPECT_EQ(response.ca_pem(), hub_.ca().certificate_pem());
}

TEST_F(GrpcLoopbackTest, RevocationTakesEffectOnTheOpenConnection) {
  const Enrolled enrolled = Enrol();
  GrpcHubLink link = LinkOf(enrolled);
  ASSERT_THAT(link.Exchange(RequestOf("00019"), kDeadlineMs), IsOk());
  hub_.Revoke(enrolled.device);
  const absl::StatusOr<ExchangeResponse> refused = link.Exchange(RequestOf("00019"), kDeadlineMs);
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->verdict, Verdict::kRevoked);
  EXPECT_THAT(refused->message, HasSubstr("đã bị thu hồi"));
  EXPECT_EQ(hub_.callers().size(), 1u);
}

TEST_F(GrpcLoopbackTest, CertificateThatTheTableDoesNotKnowIsRefused) {
  const DeviceKey key = *GenerateKeyAndCsr();
  const DeviceCertificate stray = *hub_.ca().IssueDevice(key.csr_pem, {DeviceId{5}, "", Role::kDesk}, now_s_);
  GrpcHubLink link({Address(), hub_.ca().certificate_pem(), {key.key_pem, stray.pem}}, &clock_);
  const absl::StatusOr<ExchangeResponse> refused = link.Exchange(RequestOf("00019"), kDeadlineMs);
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->verdict, Verdict::kUnknown);
  EXPECT_TRUE(hub_.callers().empty());
}

TEST_F(GrpcLoopbackTest, ForeignCasClientCertificateIsRefused) {
  const auto foreign = *CertificateAuthority::Create(&random_, now_s_);
  const DeviceKey key = *GenerateKeyAndCsr();
  const DeviceCertificate theirs = *foreign->IssueDevice(key.csr_pem, {DeviceId{0x1000}, "", Role::kDesk}, now_s_);
  EXPECT_FALSE(CallExchange(TlsIdentity{key.key_pem, theirs.pem}).ok());
  EXPECT_TRUE(hub_.callers().empty());
}

TEST_F(GrpcLoopbackTest, ExpiredClientCertificateIsRefused) {
  const DeviceKey key = *GenerateKeyAndCsr();
  const DeviceCertificate old =
      *hub_.ca().IssueDevice(key.csr_pem, {DeviceId{5}, "", Role::kDesk}, now_s_ - 2 * kCertificateLifetimeS);
  EXPECT_FALSE(CallExchange(TlsIdentity{key.key_pem, old.pem}).ok());
  EXPECT_TRUE(hub_.callers().empty());
}

TEST_F(GrpcLoopbackTest, HubsOwnCertificateIsNoDevice) {
  EXPECT_FALSE(CallExchange(*hub_.ca().IssueServer(now_s_)).ok());
  EXPECT_TRUE(hub_.callers().empty());
}

TEST_F(GrpcLoopbackTest, DeviceThatPlaysTheHubIsNotBelieved) {
  const Enrolled enrolled = Enrol();
  const auto impostor =
      GrpcServer::Start(&hub_, {"127.0.0.1:0", enrolled.identity, hub_.ca().certificate_pem()});
  ASSERT_THAT(impostor.status(), IsOk());
  GrpcHubLink link = LinkTo(absl::StrCat("127.0.0.1:", (*impostor)->port()), enrolled);
  EXPECT_THAT(link.Exchange({}, kDeadlineMs),
              StatusIs(absl::StatusCode::kUnauthenticated, "không chứng minh"));
}

TEST_F(GrpcLoopbackTest, AnotherHubAtTheAddressIsNotBelieved) {
  const Enrolled enrolled = Enrol();
  FakeHub other(&random_, now_s_);
  const auto server = GrpcServer::Start(
      &other, {"127.0.0.1:0", *other.ca().IssueServer(now_s_), other.ca().certificate_pem()});
  GrpcHubLink link = LinkTo(absl::StrCat("127.0.0.1:", (*server)->port()), enrolled);
  EXPECT_THAT(link.Exchange({}, kDeadlineMs),
              StatusIs(absl::StatusCode::kUnauthenticated, "không chứng minh"));
  EXPECT_TRUE(other.callers().empty());
}

TEST_F(GrpcLoopbackTest, LoginPageOfANetworkIsNotBelieved) {
  const Enrolled enrolled = Enrol();
  const PlainAnswerer page("HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n");
  EXPECT_THAT(LinkTo(page.address(), enrolled).Exchange({}, kDeadlineMs),
              StatusIs(absl::StatusCode::kUnauthenticated, "không chứng minh"));
}

// Errors: enrolment
// ---------------------------------------------------------------------------------------------------

TEST_F(GrpcLoopbackTest, CodeOfAnotherHubIsNotSpentHere) {
  FakeHub other(&random_, now_s_);
  EXPECT_THAT(EnrollAt(Address(), other.code(), "quầy 1", *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kPermissionDenied, "không phải máy chủ tổng hợp đã cấp mã"));
  EXPECT_THAT(EnrollAt(Address(), hub_.code(), "quầy 1", *GenerateKeyAndCsr(), kDeadlineMs), IsOk());
}

TEST_F(GrpcLoopbackTest, UsedCodeIsRefusedWithTheHubsSentence) {
  Enrol();
  EXPECT_THAT(EnrollAt(Address(), hub_.code(), "quầy 2", *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kPermissionDenied, "đã dùng"));
}

TEST_F(GrpcLoopbackTest, MistypedCodeAndAddressAreRefusedBeforeDialling) {
  std::string code = hub_.code();
  code[0] = code[0] == '7' ? '8' : '7';
  EXPECT_THAT(EnrollAt(Address(), code, "x", *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kInvalidArgument, "gõ sai"));
  for (const char* address : {"", "hub", ":8443", "hub:", "hub:0", "hub:65536", "hub:x"}) {
    EXPECT_THAT(EnrollAt(address, hub_.code(), "x", *GenerateKeyAndCsr(), kDeadlineMs),
                StatusIs(absl::StatusCode::kInvalidArgument, "MÁY:CỔNG"));
  }
}

TEST_F(GrpcLoopbackTest, EnrolmentOfAWrongSizeIsRefusedBeforeTheHubSeesIt) {
  EXPECT_THAT(EnrollAt(Address(), hub_.code(), std::string(201, 'x'), *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kInvalidArgument, "200"));
  EXPECT_THAT(EnrollAt(Address(), hub_.code(), "quầy 1", *GenerateKeyAndCsr(), kDeadlineMs), IsOk());
}

TEST_F(GrpcLoopbackTest, EnrolmentWithoutALineSaysSo) {
  server_.reset();
  EXPECT_THAT(EnrollAt(Address(), hub_.code(), "quầy 1", *GenerateKeyAndCsr(), kDeadlineMs),
              StatusIs(absl::StatusCode::kUnavailable, "Không liên lạc được"));
}

// Errors: the line and the bytes on it
// --------------------------------------------------------------------------------

TEST_F(GrpcLoopbackTest, StoppedHubIsToldAtOnceAndNotAtTheDeadline) {
  const Enrolled enrolled = Enrol();
  server_.reset();
  EXPECT_THAT(LinkOf(enrolled).Exchange({}, kDeadlineMs),
              StatusIs(absl::StatusCode::kUnavailable, "số liệu vẫn còn nguyên"));
}

TEST_F(GrpcLoopbackTest, HubThatNeverAnswersMeetsTheDeadline) {
  const Enrolled enrolled = Enrol();
  const SilentListener silent;
  EXPECT_THAT(LinkTo(silent.address(), enrolled).Exchange({}, kShortDeadlineMs),
              StatusIs(absl::StatusCode::kDeadlineExceeded, "không trả lời kịp"));
  EXPECT_THAT(EnrollAt(silent.address(), hub_.code(), "x", *GenerateKeyAndCsr(), kShortDeadlineMs),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(GrpcLoopbackTest, ConnectThatHangsMeetsTheDeadline) {
  const Enrolled enrolled = Enrol();
  const FullListener full;
  EXPECT_THAT(LinkTo(full.address(), enrolled).Exchange({}, kShortDeadlineMs),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(GrpcLoopbackTest, OwnExpiredCertificateIsFoundBeforeDialling) {
  const Enrolled enrolled = Enrol();
  FixedClock late((now_s_ + kCertificateLifetimeS + 86'400) * 1000);
  GrpcHubLink link({Address(), enrolled.ca_pem, enrolled.identity}, &late);
  EXPECT_THAT(link.Exchange({}, kDeadlineMs), StatusIs(absl::StatusCode::kFailedPrecondition, "hết hạn"));
  EXPECT_EQ(link.bytes_sent(), 0);
}

TEST_F(GrpcLoopbackTest, KeyThatIsNotTheCertificatesIsFoundBeforeDialling) {
  Enrolled enrolled = Enrol();
  enrolled.identity.key_pem = GenerateKeyAndCsr()->key_pem;
  EXPECT_THAT(LinkOf(enrolled).Exchange({}, kDeadlineMs),
              StatusIs(absl::StatusCode::kFailedPrecondition, "Khóa"));
}

TEST_F(GrpcLoopbackTest, MessageOverTheHubsLimitIsRefusedUnread) {
  const Enrolled enrolled = Enrol();
  v1::ExchangeRequest request;
  request.set_batch(std::string(kRequestBytesMax + 1, 'x'));
  EXPECT_EQ(CallExchange(enrolled.identity, request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  request.set_batch(std::string(kBatchBytesMax + 1, 'x'));
  EXPECT_EQ(CallExchange(enrolled.identity, request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(hub_.callers().empty());
}

TEST_F(GrpcLoopbackTest, AnswerOverTheDesksLimitIsRefused) {
  const Enrolled enrolled = Enrol();
  hub_.on_exchange = [](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    ExchangeResponse response;
    response.batch = std::string(kResponseBytesMax + 1, 'x');
    return response;
  };
  EXPECT_THAT(LinkOf(enrolled).Exchange({}, kDeadlineMs), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(GrpcLoopbackTest, HandlerThatThrowsCostsOneCallAndNotTheHub) {
  const Enrolled enrolled = Enrol();
  GrpcHubLink link = LinkOf(enrolled);
  hub_.on_exchange = [](const ExchangeRequest&) -> absl::StatusOr<ExchangeResponse> {
    throw std::runtime_error("internal words");
  };
  const absl::Status status = link.Exchange({}, kDeadlineMs).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, "lỗi bất ngờ"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("internal words")));
  hub_.on_exchange = [](const ExchangeRequest&) { return ExchangeResponse{}; };
  EXPECT_THAT(link.Exchange({}, kDeadlineMs), IsOk());
}

TEST_F(GrpcLoopbackTest, PortInUseIsASentence) {
  EXPECT_THAT(
      GrpcServer::Start(&hub_, {Address(), *hub_.ca().IssueServer(now_s_), hub_.ca().certificate_pem()})
          .status(),
      StatusIs(absl::StatusCode::kFailedPrecondition, "chương trình khác"));
}

}  // namespace
}  // namespace motcua
