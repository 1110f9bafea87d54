// The whole way over the real port: a code, enrolment, recording, mutual TLS, the hub's ledger and back to
// the other desk.
#include <filesystem>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/grpc_enroll_client.h"
#include "agent/adapters/grpc_hub_link.h"
#include "common/security/code.h"
#include "hub/adapters/grpc_server.h"
#include "tests/exchange/counting_proxy.h"
#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class WholeWayTest : public ::testing::Test {
 protected:
  WholeWayTest() {
    absl::StatusOr<std::unique_ptr<GrpcServer>> server = GrpcServer::Start(
        &world_.hub(),
        {"127.0.0.1:0", *world_.ca().IssueServer(world_.ca_now_s()), world_.ca().certificate_pem()});
    EXPECT_THAT(server.status(), IsOk());
    server_ = *std::move(server);
    address_ = absl::StrCat("127.0.0.1:", server_->port());
  }

  // An installation that found its hub by code and talks to it over its own link.
  struct Installation {
    DeskSide* desk;
    Enrolled enrolled;
  };
  Installation Enrol(Role role) {
    const std::string code = FormatCode(world_.Token(role).secret, world_.ca().fingerprint());
    absl::StatusOr<Enrolled> enrolled = EnrollAt(address_, code, "quầy", *GenerateKeyAndCsr());
    EXPECT_THAT(enrolled.status(), IsOk());
    return {world_.Adopt({enrolled->device, enrolled->unit, enrolled->role}), *enrolled};
  }
  SyncResult Sync(const Installation& from, const std::string& address) {
    GrpcHubLink link({address, from.enrolled.ca_pem, from.enrolled.identity}, &clock_);
    return from.desk->SyncOver(&link);
  }

  SystemClock clock_;
  World world_{77};
  std::unique_ptr<GrpcServer> server_;
  std::string address_;
};

TEST_F(WholeWayTest, WhatOneDeskRecordsTheOtherShows) {
  const Installation a = Enrol(Role::kDesk);
  const Installation b = Enrol(Role::kSupervisor);
  ASSERT_THAT(Sync(a, address_).status, IsOk());
  ASSERT_THAT(a.desk->Add("1.001193", "counter", "received", 6), IsOk());
  const SyncResult pushed = Sync(a, address_);
  ASSERT_THAT(pushed.status, IsOk());
  EXPECT_EQ(pushed.pushed, 1u);
  EXPECT_EQ(pushed.waiting, 0u);
  ASSERT_THAT(Sync(b, address_).status, IsOk());
  EXPECT_EQ(b.desk->desk().Show(kWorldDay, kWorldDay).cells.at(0).view.value, Value(int64_t{6}));
  world_.ExpectAllAgree(true);
}

TEST_F(WholeWayTest, NightsOfARealDeskStayWithinTheirTcpPayload) {
  const Installation a = Enrol(Role::kDesk);
  const Installation b = Enrol(Role::kDesk);
  for (const Installation* desk : {&a, &b}) {
    ASSERT_THAT(Sync(*desk, address_).status, IsOk());
    for (int i = 0; i < 300; ++i) ASSERT_THAT(desk->desk->Add("2.000815", "counter", "received", 1), IsOk());
    ASSERT_THAT(Sync(*desk, address_).status, IsOk());
  }
  ASSERT_THAT(Sync(a, address_).status, IsOk());
  const auto payload = [&](int exchanges) {
    CountingProxy proxy(server_->port());
    const SyncResult night = Sync(a, proxy.address());
    EXPECT_THAT(night.status, IsOk());
    EXPECT_EQ(night.exchanges, exchanges);
    return proxy.bytes();
  };
  const int64_t empty = payload(1);
  const char* measures[] = {"received", "resolved_early", "resolved_on_time", "digitized"};
  for (int i = 0; i < 200; ++i) {
    const char* procedure = i % 3 == 0 ? "1.001193" : "2.000815";
    const char* channel = i % 7 == 0 ? "online_full" : "counter";
    ASSERT_THAT(a.desk->Add(procedure, channel, measures[i % 4], 1 + i % 9), IsOk());
  }
  const int64_t typical = payload(1);
  RecordProperty("empty_night_bytes", static_cast<int>(empty));
  RecordProperty("typical_night_bytes", static_cast<int>(typical));
  EXPECT_LE(empty, 5'500);
  EXPECT_LE(typical, 8'000);
}

TEST_F(WholeWayTest, CodeIsGoodOnce) {
  const std::string code = FormatCode(world_.Token(Role::kDesk).secret, world_.ca().fingerprint());
  ASSERT_THAT(EnrollAt(address_, code, "quầy 1", *GenerateKeyAndCsr()).status(), IsOk());
  EXPECT_THAT(EnrollAt(address_, code, "quầy 2", *GenerateKeyAndCsr()).status(),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(WholeWayTest, EnrolmentWhoseAnswerWasLostIsAnsweredAgainToTheSameFolder) {
  const std::string path = world_.NewFolder();
  const absl::StatusOr<DataFolder> folder = DataFolder::Lock(path, /*create=*/true);
  ASSERT_THAT(folder.status(), IsOk());
  const std::string code = FormatCode(world_.Token(Role::kDesk).secret, world_.ca().fingerprint());
  const auto lost = EnrollAt(address_, code, "quầy", *folder->EnrolmentKey());
  ASSERT_THAT(lost.status(), IsOk());
  const auto again = EnrollAt(address_, code, "quầy", *folder->EnrolmentKey());
  ASSERT_THAT(again.status(), IsOk());
  EXPECT_EQ(again->device, lost->device);
  EXPECT_EQ(world_.hub().ListDevices()->size(), 1u);
  FolderIdentity identity;
  identity.desk = {again->device, again->unit, again->role};
  ASSERT_THAT(folder->WriteIdentity(identity), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path + "/identity/enrolling.pem"));
}

TEST_F(WholeWayTest, ReplacedMachineIsRefusedOnTheConnectionItHasOpen) {
  const Installation old = Enrol(Role::kDesk);
  GrpcHubLink link({address_, old.enrolled.ca_pem, old.enrolled.identity}, &clock_);
  ASSERT_THAT(old.desk->SyncOver(&link).status, IsOk());
  const NewToken token = *world_.hub().CreateToken(kWorldUnit, Role::kDesk, 60, old.enrolled.device);
  const std::string code = FormatCode(token.secret, world_.ca().fingerprint());
  ASSERT_THAT(EnrollAt(address_, code, "quầy", *GenerateKeyAndCsr()).status(), IsOk());
  const SyncResult refused = old.desk->SyncOver(&link);
  EXPECT_THAT(refused.status, StatusIs(absl::StatusCode::kPermissionDenied, "thay bằng máy khác"));
  EXPECT_EQ(refused.verdict, "REVOKED");
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST_F(WholeWayTest, RevokedDeskIsToldAndKeepsItsEntries) {
  const Installation a = Enrol(Role::kDesk);
  ASSERT_THAT(Sync(a, address_).status, IsOk());
  ASSERT_THAT(a.desk->Add("1.001193", "counter", "received", 6), IsOk());
  ASSERT_THAT(world_.hub().RevokeDevice(a.enrolled.device), IsOk());
  const SyncResult result = Sync(a, address_);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(result.waiting, 1u);
}

TEST_F(WholeWayTest, StoppedHubCostsNothingButTime) {
  const Installation a = Enrol(Role::kDesk);
  ASSERT_THAT(Sync(a, address_).status, IsOk());
  ASSERT_THAT(a.desk->Add("1.001193", "counter", "received", 6), IsOk());
  server_.reset();
  const SyncResult result = Sync(a, address_);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(result.waiting, 1u);
}

}  // namespace
}  // namespace motcua
