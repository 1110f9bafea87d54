// A real desk and a real hub over the real port in bad weather: every call ends in its time with the right answer,
// nothing is lost, nothing counts twice, and when the line is good again everything arrives.
//
// It should survive: an address that swallows everything, a line that takes and never gives and the reverse, a line
// that falls silent in the middle, 8 kbit/s, a satellite, loss, and a cut at any byte of a session.
#include <chrono>

#include "agent/adapters/grpc_hub_link.h"
#include "common/security/device_key.h"
#include "hub/adapters/grpc_server.h"
#include "tests/exchange/world.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr char kProcedure[] = "2.000815";
constexpr int64_t kBudgetMs = 1'000;
// A machine that runs many tests at once may be late; a call that hangs is later than that.
constexpr int64_t kSlackMs = 8'000;

class WeatherTest : public ::testing::Test {
 protected:
  WeatherTest() {
    absl::StatusOr<std::unique_ptr<GrpcServer>> server = GrpcServer::Start(
        &world_.hub(),
        {"127.0.0.1:0", *world_.ca().IssueServer(world_.ca_now_s()), world_.ca().certificate_pem()});
    EXPECT_THAT(server.status(), IsOk());
    server_ = *std::move(server);
    proxy_ = std::make_unique<FaultProxy>(server_->port());
    const DeviceKey key = *GenerateKeyAndCsr();
    const absl::StatusOr<EnrollResponse> enrolled =
        world_.hub().Enroll({world_.Token(Role::kDesk).secret, key.csr_pem, "quầy"});
    EXPECT_THAT(enrolled.status(), IsOk());
    identity_ = {key.key_pem, enrolled->certificate_pem};
    desk_ = world_.Adopt({enrolled->device, enrolled->unit, enrolled->role});
    EXPECT_THAT(Sync().status, IsOk());  // the catalog
  }

  void Add(int entries) {
    for (int i = 0; i < entries; ++i)
      ASSERT_THAT(desk_->Add(kProcedure, "counter", "received", i + 1), IsOk());
  }
  SyncResult Sync(int64_t budget_ms = kSessionBudgetMs) {
    GrpcHubLink link({proxy_->address(), world_.ca().certificate_pem(), identity_}, &system_clock_);
    SyncOptions options;
    options.budget_ms = budget_ms;
    return desk_->SyncOver(&link, options);
  }
  // Three entries are recorded and synced in this weather; the session ends in its time.
  SyncResult SyncIn(const Weather& weather, int64_t budget_ms) {
    world_.clock().FollowRealTime();
    Add(3);
    proxy_->Set(weather);
    const int64_t began_ms = system_clock_.MonotonicMs();
    const SyncResult result = Sync(budget_ms);
    EXPECT_LT(system_clock_.MonotonicMs() - began_ms, budget_ms + kSlackMs) << "the call hung";
    return result;
  }
  // The sentence for a line that does not answer, with nothing given up.
  void ExpectNoAnswer(const SyncResult& result) {
    EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(result.waiting, 3u);
    EXPECT_EQ(desk_->desk().log().state().last_sync.synced, false);
    EXPECT_EQ(desk_->desk().log().state().last_sync.sentence.Text(), result.status.message());
  }
  static void ExpectDoneOrNoAnswer(const SyncResult& result) {
    EXPECT_TRUE(result.status.ok() || absl::IsUnavailable(result.status)) << result.status;
  }
  void ExpectEverythingArrivesInGoodWeather() {
    proxy_->Set({});
    const SyncResult result = Sync();
    ASSERT_THAT(result.status, IsOk());
    EXPECT_EQ(result.waiting, 0u);
    world_.ExpectAllAgree(/*exact_sums=*/true);
  }

  SystemClock system_clock_;
  World world_{11};
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<FaultProxy> proxy_;
  TlsIdentity identity_;
  DeskSide* desk_ = nullptr;
};

TEST_F(WeatherTest, AnAddressThatSwallowsEverything) {
  ExpectNoAnswer(SyncIn(Weather::Blackhole(), kBudgetMs));
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, AConnectionThatNeverGivesAnythingBack) {
  ExpectNoAnswer(SyncIn(Weather::HalfOpen(), kBudgetMs));
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, AConnectionThatTakesNothing) {
  Weather weather;
  weather.silent_up_after = 0;
  ExpectNoAnswer(SyncIn(weather, kBudgetMs));
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, SilenceInTheMiddleOfEitherDirection) {
  for (const int64_t after : {300, 1500, 2500, 3500}) {
    Weather weather;
    weather.silent_down_after = after;
    SCOPED_TRACE(absl::StrCat("down, after ", after, " bytes"));
    const SyncResult result = SyncIn(weather, kBudgetMs);
    ExpectDoneOrNoAnswer(result);
    ExpectEverythingArrivesInGoodWeather();
    Weather up;
    up.silent_up_after = after;
    const SyncResult second = SyncIn(up, kBudgetMs);
    ExpectDoneOrNoAnswer(second);
    ExpectEverythingArrivesInGoodWeather();
  }
}

TEST_F(WeatherTest, EightKilobitsASecondAreEnough) {
  const SyncResult result = SyncIn(Weather::Slow(), 40'000);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.pushed, 3u);
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, ALineTooSlowForTheBudgetIsLeftInTime) {
  Weather weather;
  weather.bytes_per_second = 300;
  ExpectNoAnswer(SyncIn(weather, kBudgetMs));
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, ThirtyKilobitsWithSixHundredMillisecondsAreEnough) {
  const SyncResult result = SyncIn(Weather::Satellite(), 40'000);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.pushed, 3u);
  ExpectEverythingArrivesInGoodWeather();
}

TEST_F(WeatherTest, LossCostsTimeAndNothingElse) {
  for (const uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    const SyncResult result = SyncIn(Weather::Lossy(seed), 10'000);
    ExpectDoneOrNoAnswer(result);
    ExpectEverythingArrivesInGoodWeather();
  }
}

TEST_F(WeatherTest, ALineThatIsCutEveryTimeIsLeftBeforeTheBudgetIsUsedUp) {
  const SyncResult result = SyncIn(Weather::CutDown(500, Weather::kNever), 60'000);
  ExpectNoAnswer(result);
  EXPECT_GE(proxy_->cuts(), 2);
  ExpectEverythingArrivesInGoodWeather();
}

// A session cut once, at every so-manieth byte of what it sends and of what it gets: the session goes on by itself.
class CutTest : public WeatherTest {
 protected:
  static constexpr int64_t kEveryBytes = 31;

  void CutEverywhere(Weather (*cut)(int64_t, int64_t), int64_t bytes) {
    ASSERT_GT(bytes, 10 * kEveryBytes);
    int cuts = 0;
    for (int64_t at = 0; at < bytes; at += kEveryBytes) {
      SCOPED_TRACE(absl::StrCat("cut at byte ", at));
      Add(1);
      const int64_t before = proxy_->cuts();
      proxy_->Set(cut(at, 1));
      const SyncResult result = Sync();
      ASSERT_THAT(result.status, IsOk());
      ASSERT_EQ(result.waiting, 0u);
      cuts += static_cast<int>(proxy_->cuts() - before);
    }
    EXPECT_GT(cuts, static_cast<int>(bytes / kEveryBytes / 2)) << "most offsets lie inside a session";
    proxy_->Set({});
    ASSERT_THAT(Sync().status, IsOk());
    world_.ExpectAllAgree(/*exact_sums=*/true);
  }
};

TEST_F(CutTest, OnTheWayToTheHub) {
  Add(1);
  const int64_t before = proxy_->bytes_up();
  ASSERT_THAT(Sync().status, IsOk());
  CutEverywhere(&Weather::CutUp, proxy_->bytes_up() - before);
}

TEST_F(CutTest, OnTheWayBack) {
  Add(1);
  const int64_t before = proxy_->bytes_down();
  ASSERT_THAT(Sync().status, IsOk());
  CutEverywhere(&Weather::CutDown, proxy_->bytes_down() - before);
}

}  // namespace
}  // namespace motcua
