// Enrolment: one-time codes, devices, revocation.
#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class EnrolTest : public testing::Test {
 protected:
  std::string Token(const std::string& unit = "U1", Role role = Role::kDesk,
                    std::optional<DeviceId> replaces = {}) {
    return world_.hub().CreateToken(unit, role, 3600, replaces).value().secret;
  }
  absl::StatusOr<EnrollResponse> Enroll(const std::string& secret, const std::string& csr = "csr") {
    return world_.hub().Enroll({secret, csr, "machine"});
  }

  // A certificate as the port presents it.
  PeerCertificate Peer(DeviceId device, const std::string& serial, const std::string& unit = "U1") {
    return {device, unit, Role::kDesk, serial, world_.clock.WallSeconds()};
  }
  absl::Status Authorise(DeviceId device, const std::string& serial) {
    return world_.hub().Authorise(Peer(device, serial));
  }

  HubWorld world_;
};

TEST_F(EnrolTest, CodeMakesOneDeviceOfItsUnitAndRole) {
  const auto answer = Enroll(Token("U2", Role::kSupervisor));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->unit, "U2");
  EXPECT_EQ(answer->unit_name, "Unit U2");
  EXPECT_EQ(answer->role, Role::kSupervisor);
  EXPECT_EQ(answer->incarnation, 77u);
  EXPECT_NE(answer->device, kHubDevice);
  EXPECT_THAT(Authorise(answer->device, "serial1"), IsOk());
  world_.Reopen();
  EXPECT_THAT(Authorise(answer->device, "serial1"), IsOk());
}

TEST_F(EnrolTest, LostAnswerIsGivenAgainForTheSameRequest) {
  const std::string secret = Token();
  const auto first = Enroll(secret);
  const auto again = Enroll(secret);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->device, first->device);
  EXPECT_EQ(world_.hub().ListDevices()->size(), 1u);
  EXPECT_THAT(Authorise(again->device, "serial2"), IsOk());
}

TEST_F(EnrolTest, ReplacedMachineIsTheSameDeviceAndTheOldCertificateStopsWorking) {
  const DeviceId device = Enroll(Token())->device;
  const auto answer = Enroll(Token("U1", Role::kDesk, device), "other csr");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->device, device);
  EXPECT_THAT(Authorise(device, "serial2"), IsOk());
  EXPECT_THAT(Authorise(device, "serial1"), StatusIs(absl::StatusCode::kPermissionDenied, "thay bằng máy khác"));
}

TEST_F(EnrolTest, CodesAreStoredHashed) {
  const std::string secret = Token();
  EXPECT_EQ(world_.store().database().QueryInt("SELECT count(*) FROM token").value(), 1);
  EXPECT_THAT(world_.store().Token(Sha256(secret)), IsOk());
  EXPECT_EQ(world_.store().database().QueryText("SELECT lower(hex(secret_hash)) FROM token").value(),
            ToHex(AsBytes(Sha256(secret))));
}

// Errors.

TEST_F(EnrolTest, WrongUsedAndExpiredCodesAreRefused) {
  EXPECT_THAT(Enroll("0123456789"), StatusIs(absl::StatusCode::kPermissionDenied, "không đúng"));
  const std::string used = Token();
  ASSERT_THAT(Enroll(used), IsOk());
  EXPECT_THAT(Enroll(used, "another csr"), StatusIs(absl::StatusCode::kPermissionDenied, "đã được dùng"));
  const std::string expired = Token();
  world_.clock.SleepMs(3'601'000);
  EXPECT_THAT(Enroll(expired), StatusIs(absl::StatusCode::kPermissionDenied, "hết hạn"));
}

TEST_F(EnrolTest, FiveWrongCodesPauseEnrolmentForAMinuteForWhoeverTriedThem) {
  const std::string good = Token();
  for (int i = 0; i < kWrongCodesMax; ++i) EXPECT_FALSE(Enroll(absl::StrCat("wrong", i)).ok());
  EXPECT_THAT(Enroll(good), StatusIs(absl::StatusCode::kPermissionDenied, "đợi"));
  EXPECT_THAT(world_.hub().Enroll({Token(), "csr", "machine", "another caller"}), IsOk());
  world_.clock.SleepMs(kWrongCodesPauseMs);
  EXPECT_THAT(Enroll(good), IsOk());
}

TEST_F(EnrolTest, UnusableRequestLeavesTheCodeUnused) {
  const std::string secret = Token();
  EXPECT_THAT(Enroll(secret, "unusable"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Enroll(secret), IsOk());
}

TEST_F(EnrolTest, RevokedDeviceIsRefusedAtOnceAndItsCodeDoesNotBringItBack) {
  const std::string secret = Token();
  const DeviceId device = Enroll(secret)->device;
  ASSERT_THAT(world_.hub().RevokeDevice(device), IsOk());
  EXPECT_THAT(Authorise(device, "serial1"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Enroll(secret), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(world_.hub().Authorise(Peer(DeviceId{5}, "serial9", "")), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(world_.hub().RevokeDevice(DeviceId{5}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(EnrolTest, TheCodeOfAReplacedMachineDoesNotTakeTheDeviceBack) {
  const std::string stolen = Token();
  const DeviceId device = Enroll(stolen, "stolen machine's csr")->device;
  ASSERT_THAT(Enroll(Token("U1", Role::kDesk, device), "new machine's csr"), IsOk());
  EXPECT_THAT(Enroll(stolen, "stolen machine's csr"),
              StatusIs(absl::StatusCode::kPermissionDenied, "mã khác"));
  EXPECT_THAT(Authorise(device, "serial2"), IsOk());
}

TEST_F(EnrolTest, NamesThatATerminalWouldObeyAreRefusedAndLeaveTheCodeUnused) {
  const std::string secret = Token();
  for (const char* name : {"\x1b[2J", "a\nb", "a\x07", "a\x7f", "\xc2\x9b[2J", "\xff"}) {
    EXPECT_THAT(world_.hub().Enroll({secret, "csr", name}), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
  EXPECT_THAT(world_.hub().Enroll({secret, "csr", "Máy số 1 – quầy trái"}), IsOk());
}

TEST_F(EnrolTest, CodesAreForRecordingUnitsOfTheCatalog) {
  EXPECT_THAT(world_.hub().CreateToken("U9", Role::kDesk, 60, {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(world_.hub().CreateToken("D1", Role::kDesk, 60, {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  const DeviceId device = Enroll(Token("U1"))->device;
  EXPECT_THAT(world_.hub().CreateToken("U2", Role::kDesk, 60, device),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
