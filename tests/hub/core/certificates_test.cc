// Certificates: who may speak for a device, who is taken back after the hub was restored, who gets a new one.
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class CertificatesTest : public testing::Test {
 protected:
  struct Machine {
    PeerCertificate peer;
    absl::Status status;
  };
  Machine Enrol(std::optional<DeviceId> replaces = {}, Role role = Role::kDesk) {
    const std::string secret = world_.hub().CreateToken("U1", role, 3600, replaces)->secret;
    const auto answer = world_.hub().Enroll({secret, absl::StrCat("csr ", world_.random.Next64()), "machine"});
    EXPECT_THAT(answer.status(), IsOk());
    return {PeerOf(answer->device, answer->certificate_pem, role), absl::OkStatus()};
  }
  PeerCertificate PeerOf(DeviceId device, const std::string& pem, Role role = Role::kDesk) {
    const std::pair<std::string, std::string> words = absl::StrSplit(pem.substr(std::string("certificate").size()), '/');
    PeerCertificate peer{device, "U1", role, absl::StrCat("serial", words.first), world_.clock.WallSeconds()};
    EXPECT_TRUE(absl::SimpleAtoi(words.second, &peer.machine)) << pem;
    return peer;
  }
  // As a fork does.
  void Fork(DeviceId device) {
    TestDesk one(&world_, device, "U1", Role::kDesk, 1), other(&world_, device, "U1", Role::kDesk, 2);
    one.Add(one.At("received"), 1);
    other.Add(other.At("received"), 1);
    ASSERT_THAT(one.Exchange(), IsOk());
    ASSERT_EQ(other.Exchange()->verdict, Verdict::kForked);
  }
  std::vector<CertificateRow> Certificates(DeviceId device) { return world_.store().CertificatesOf(device).value(); }

  HubWorld world_;
};

TEST_F(CertificatesTest, AForkAsksEveryHolderForANewOneAndEachGetsItsOwn) {
  const PeerCertificate shared = Enrol().peer;
  EXPECT_FALSE(world_.hub().RenewalDue(shared).value());
  Fork(shared.device);
  EXPECT_TRUE(world_.hub().RenewalDue(shared).value());
  EXPECT_THAT(world_.hub().Authorise(shared), IsOk()) << "data first";
  const std::string one = world_.hub().Renew(shared, "csr one").value();
  const std::string other = world_.hub().Renew(shared, "csr other").value();
  EXPECT_NE(one, other);
  EXPECT_EQ(world_.hub().Renew(shared, "csr one").value(), one) << "the answer was lost";
  EXPECT_FALSE(world_.hub().RenewalDue(PeerOf(shared.device, one)).value());
  EXPECT_THAT(world_.hub().Authorise(PeerOf(shared.device, other)), IsOk());
  EXPECT_EQ(Certificates(shared.device).size(), 3u);
}

TEST_F(CertificatesTest, RenewalIsDueAtTwoThirdsOfALife) {
  const PeerCertificate peer = Enrol().peer;
  world_.clock.SleepMs((kRenewAfterS - 1) * 1000);
  EXPECT_FALSE(world_.hub().RenewalDue(peer).value());
  EXPECT_THAT(world_.hub().Renew(peer, "csr"), StatusIs(absl::StatusCode::kFailedPrecondition));
  world_.clock.SleepMs(1000);
  EXPECT_TRUE(world_.hub().RenewalDue(peer).value());
  EXPECT_THAT(world_.hub().Renew(peer, "csr"), IsOk());
}

TEST_F(CertificatesTest, OneHolderCannotFillTheTable) {
  const PeerCertificate peer = Enrol().peer;
  Fork(peer.device);
  absl::Status status;
  int asked = 0;
  for (; status.ok() && asked < 1000; ++asked)
    status = world_.hub().Renew(peer, absl::StrCat("csr ", asked)).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Certificates(peer.device).size(), kCertificatesOfDeviceMax);
}

TEST_F(CertificatesTest, ARestoredHubTakesBackDevicesAndCertificatesOfTheTimeSince) {
  const PeerCertificate before = Enrol().peer;
  world_.Backup();
  world_.clock.SleepMs(1000);
  const PeerCertificate late = Enrol({}, Role::kSupervisor).peer;
  Fork(before.device);
  const PeerCertificate renewed = PeerOf(before.device, world_.hub().Renew(before, "csr").value());
  world_.RestoreBackup();
  for (const PeerCertificate& peer : {late, renewed, before}) EXPECT_THAT(world_.hub().Authorise(peer), IsOk());
  EXPECT_EQ(world_.store().Device(late.device)->role, Role::kSupervisor);
  EXPECT_EQ(world_.store().Device(late.device)->unit, "U1");
  world_.Reopen();
  EXPECT_THAT(world_.hub().Authorise(late), IsOk());
  EXPECT_EQ(world_.hub().ListDevices()->size(), 2u);
}

TEST_F(CertificatesTest, ARestoredHubTakesBackTheNewestMachineWhateverItsClockSaidBetweenTwoReplacements) {
  const PeerCertificate first = Enrol().peer;
  world_.clock.SleepMs(1000);
  const PeerCertificate second = Enrol(first.device).peer;
  world_.Backup();
  world_.clock.SleepMs(-int64_t{10} * 365 * 86400 * 1000);
  const PeerCertificate third = Enrol(first.device).peer;
  world_.RestoreBackup();
  EXPECT_THAT(world_.hub().Authorise(second), IsOk()) << "nobody has told this hub yet";
  EXPECT_THAT(world_.hub().Authorise(third), IsOk());
  for (const PeerCertificate& peer : {first, second})
    EXPECT_THAT(world_.hub().Authorise(peer), StatusIs(absl::StatusCode::kPermissionDenied, "thay bằng máy khác"));
  EXPECT_EQ(world_.store().Certificate(second.serial)->state, CertificateState::kReplaced);
  EXPECT_EQ(world_.store().Device(first.device)->machine, 2u);
  world_.Reopen();
  EXPECT_THAT(world_.hub().Authorise(third), IsOk());
}

TEST_F(CertificatesTest, ARestoredHubThatLostTheDeviceTakesBackItsNewestMachineAndNoneBefore) {
  world_.Backup();
  const PeerCertificate first = Enrol().peer;
  const PeerCertificate second = Enrol(first.device).peer;
  world_.RestoreBackup();
  EXPECT_THAT(world_.hub().Authorise(second), IsOk());
  EXPECT_THAT(world_.hub().Authorise(first), StatusIs(absl::StatusCode::kPermissionDenied, "thay bằng máy khác"));
  EXPECT_EQ(Enrol(first.device).peer.machine, 2u) << "counting goes on from there";
}

TEST_F(CertificatesTest, OneMachineKeepsItsNumberThroughRenewalsAndRepeatedAnswers) {
  const PeerCertificate old = Enrol().peer;
  const std::string secret = world_.hub().CreateToken("U1", Role::kDesk, 3600, old.device)->secret;
  const EnrollRequest request{secret, "csr of the second", "machine"};
  ASSERT_THAT(world_.hub().Enroll(request), IsOk());
  const PeerCertificate peer = PeerOf(old.device, world_.hub().Enroll(request)->certificate_pem);
  EXPECT_EQ(peer.machine, 1u);
  world_.clock.SleepMs(kRenewAfterS * 1000);
  EXPECT_EQ(PeerOf(old.device, world_.hub().Renew(peer, "csr").value()).machine, 1u);
}

TEST_F(CertificatesTest, OneOfSeveralCanBeRevokedAlone) {
  const PeerCertificate shared = Enrol().peer;
  Fork(shared.device);
  const PeerCertificate one = PeerOf(shared.device, world_.hub().Renew(shared, "csr").value());
  ASSERT_THAT(world_.hub().RevokeCertificate(shared.device, shared.serial), IsOk());
  EXPECT_THAT(world_.hub().Authorise(shared), StatusIs(absl::StatusCode::kPermissionDenied, "thu hồi"));
  EXPECT_FALSE(world_.hub().RenewalDue(shared).value());
  EXPECT_THAT(world_.hub().Renew(shared, "csr 2"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(world_.hub().Authorise(one), IsOk());
}

// Errors.

TEST_F(CertificatesTest, WhatWasReplacedIsNotTakenBack) {
  const PeerCertificate old = Enrol().peer;
  PeerCertificate forgotten = old;  // issued before the machine was replaced, by a hub that was lost
  forgotten.serial = "serial of another time";
  world_.clock.SleepMs(1000);
  Enrol(old.device);
  for (const PeerCertificate& peer : {old, forgotten}) {
    EXPECT_THAT(world_.hub().Authorise(peer), StatusIs(absl::StatusCode::kPermissionDenied, "thay bằng máy khác"));
    EXPECT_THAT(world_.hub().Renew(peer, "csr"), StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

TEST_F(CertificatesTest, StrangersAreNotTakenBack) {
  const PeerCertificate known = Enrol().peer;
  const auto authorise = [&](DeviceId device, const std::string& unit) {
    return world_.hub().Authorise({device, unit, Role::kDesk, "another serial", world_.clock.WallSeconds() + 10});
  };
  for (const char* unit : {"", "U9", "D1"})
    EXPECT_THAT(authorise(DeviceId{5}, unit), StatusIs(absl::StatusCode::kUnauthenticated)) << unit;
  EXPECT_THAT(authorise(known.device, "U2"), StatusIs(absl::StatusCode::kUnauthenticated)) << "it is of U1";
  PeerCertificate stolen = known;
  stolen.device = Enrol().peer.device;
  EXPECT_THAT(world_.hub().Authorise(stolen), StatusIs(absl::StatusCode::kUnauthenticated));
  ASSERT_THAT(world_.hub().RevokeDevice(known.device), IsOk());
  EXPECT_THAT(authorise(known.device, "U1"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(world_.hub().RevokeCertificate(known.device, "unknown"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(world_.hub().RevokeCertificate(DeviceId{5}, known.serial), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(world_.hub().ListDevices()->size(), 2u);
}

}  // namespace
}  // namespace motcua
