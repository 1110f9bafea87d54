#include "agent/core/sync_session.h"

#include <limits>
#include <set>

#include "tests/agent/core/small_hub.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class SyncSessionTest : public ::testing::Test {
 protected:
  SyncSessionTest() : language_(Language::kEnglish) {}

  SyncResult Sync(DeskWorld& world, SyncOptions options = {}) {
    hub_.clock = &world.clock;
    return SyncSession(world.desk.get(), &hub_, &hub_.signer, options).Run();
  }
  void ExpectSynced(DeskWorld& world) {
    const SyncResult result = Sync(world);
    EXPECT_THAT(result.status, IsOk());
    EXPECT_EQ(result.waiting, 0u);
    EXPECT_TRUE(hub_.ledger.Holds(world.desk->log().own_end()));
  }
  // Everything the desk and the hub hold is the same.
  void ExpectSame(const DeskWorld& world) {
    EXPECT_EQ(world.desk->log().ledger().Ends(), hub_.ledger.Ends());
    EXPECT_EQ(world.entry_count(), hub_.ledger.entry_count());
  }
  static void Add(DeskWorld& world, int times) {
    for (int i = 0; i < times; ++i) ASSERT_THAT(world.Add(1), IsOk());
  }

  ScopedLanguage language_;
  SmallHub hub_;
};

TEST_F(SyncSessionTest, ANightWithNothingNewIsOneExchange) {
  DeskWorld world;
  Add(world, 3);
  ExpectSynced(world);
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.exchanges, 1);
  EXPECT_EQ(result.pushed, 0u);
  EXPECT_EQ(result.verdict, "DUPLICATE");
}

TEST_F(SyncSessionTest, TwoHundredEntriesAreOneExchangeAndAReceiptCoversThem) {
  DeskWorld world;
  Add(world, 200);
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.exchanges, 1);
  EXPECT_EQ(result.pushed, 200u);
  EXPECT_EQ(result.waiting, 0u);
  EXPECT_EQ(result.receipt.ends, std::vector<EntryName>{world.desk->log().own_end()});
  EXPECT_GT(result.bytes_sent, 200);
  EXPECT_EQ(result.hub_time_offset_ms, 5000);
  EXPECT_TRUE(world.desk->log().state().last_sync.synced);
  ExpectSame(world);
}

// Found by the fuzzer.
TEST_F(SyncSessionTest, AHubWhoseClockSaysAnythingIsSyncedWithAndItsOffsetCanBePrinted) {
  for (const int64_t hub_ms : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    DeskWorld world;
    Add(world, 1);
    hub_.tamper = [&](ExchangeResponse* response) { response->hub_time_ms = hub_ms; };
    const SyncResult result = Sync(world);
    EXPECT_THAT(result.status, IsOk());
    EXPECT_EQ(result.waiting, 0u);
    const int64_t told_ms = world.clock.WallMs() + result.hub_time_offset_ms;
    EXPECT_EQ(told_ms / 1000, hub_ms < 0 ? kClockSecondsMin : kClockSecondsMax);
  }
}

TEST_F(SyncSessionTest, AnEmptyDeskIsSyncedToo) {
  DeskWorld world;
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.exchanges, 1);
}

TEST_F(SyncSessionTest, TheUnitsOtherLinesComeDown) {
  DeskWorld first(0x11), second(0x22);
  Add(first, 5);
  Add(second, 7);
  ExpectSynced(first);
  const SyncResult result = Sync(second);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.pulled, 5u);
  ExpectSynced(first);
  EXPECT_EQ(first.Shown(), Value(int64_t{12}));
  EXPECT_EQ(second.Shown(), Value(int64_t{12}));
  first.Reopen();
  EXPECT_EQ(first.Shown(), Value(int64_t{12})) << "what came is stored";
}

TEST_F(SyncSessionTest, SawIsNeverWaiting) {
  DeskWorld first(0x11), second(0x22, Role::kSupervisor);
  Add(first, 1);
  ExpectSynced(first);
  ExpectSynced(second);
  ASSERT_THAT(second.Restate(Value(int64_t{9})), IsOk());
  EXPECT_EQ(second.desk->log().own_end().seq, 2u) << "a saw and a restatement";
  EXPECT_EQ(second.desk->Status().waiting, 1u);
  EXPECT_EQ(Sync(second).pushed, 1u);
}

TEST_F(SyncSessionTest, SmallBatchesCarryALongLogInSteps) {
  DeskWorld world;
  Add(world, 500);
  SyncOptions options;
  options.batch_bytes_max = kBatchBytesMin;
  const SyncResult result = Sync(world, options);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_GT(result.exchanges, 5);
  EXPECT_EQ(result.pushed, 500u);
  for (const ExchangeRequest& request : hub_.requests) EXPECT_LE(request.batch.size(), kBatchBytesMin);
  EXPECT_GT(hub_.requests.front().waiting, hub_.requests.back().waiting);
  EXPECT_EQ(hub_.requests.back().waiting, 0u);
  ExpectSame(world);
}

TEST_F(SyncSessionTest, ALostReplyIsAskedAgainAndDoublesNothing) {
  DeskWorld world;
  Add(world, 20);
  hub_.lose_replies = 2;
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(hub_.ledger.entry_count(), 20u);
  EXPECT_EQ(hub_.reconnects, 2);
  EXPECT_EQ(result.waiting, 0u);
}

TEST_F(SyncSessionTest, BatchesHalveAfterFailuresDoubleAfterSuccessAndTheSizeIsRemembered) {
  DeskWorld world;
  Add(world, 1);
  hub_.lose_replies = 2;
  ASSERT_THAT(Sync(world).status, IsOk());
  EXPECT_EQ(hub_.requests[0].batch_bytes_max, kBatchBytesMax);
  EXPECT_EQ(hub_.requests[1].batch_bytes_max, kBatchBytesMax / 2);
  EXPECT_EQ(hub_.requests[2].batch_bytes_max, kBatchBytesMax / 4);
  EXPECT_EQ(world.desk->log().state().batch_bytes, kBatchBytesMax / 2);
  world.Reopen();
  ASSERT_THAT(Sync(world).status, IsOk());
  EXPECT_EQ(hub_.requests.back().batch_bytes_max, kBatchBytesMax / 2);
}

TEST_F(SyncSessionTest, ABatchThatIsTooLargeForTheHubIsHalvedAtOnce) {
  DeskWorld world;
  Add(world, 400);
  hub_.before = [](const ExchangeRequest& request) {
    return request.batch.size() > 500 ? absl::ResourceExhaustedError("too large") : absl::OkStatus();
  };
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(hub_.ledger.entry_count(), 400u);
}

TEST_F(SyncSessionTest, AnEntryLargerThanTheBatchTravelsAlone) {
  DeskWorld world;
  for (int i = 0; i < 3; ++i) {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.adds = true;
    request.value = int64_t{1};
    request.remark.note = std::string(3 * kBatchBytesMin, 'n');
    ASSERT_THAT(world.desk->Record(request), IsOk());
  }
  SyncOptions small;
  small.batch_bytes_max = kBatchBytesMin;
  const SyncResult result = Sync(world, small);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.pushed, 3u);
  EXPECT_EQ(result.exchanges, 3);
  // And back down, to a machine that asks for as little.
  DeskWorld other(0x22);
  EXPECT_EQ(Sync(other, small).pulled, 3u);
  ExpectSame(other);
}

TEST_F(SyncSessionTest, HoweverOftenTheLineFailsABatchHasAnEntryAndNeverLessRoom) {
  DeskWorld world;
  Add(world, 40);
  hub_.before = [](const ExchangeRequest&) { return absl::UnavailableError("no line"); };
  for (int night = 0; night < 20; ++night) EXPECT_FALSE(Sync(world).status.ok());
  for (const ExchangeRequest& request : hub_.requests) {
    EXPECT_FALSE(request.batch.empty());
    EXPECT_GE(request.batch_bytes_max, kBatchBytesMin);
  }
  EXPECT_EQ(hub_.requests.back().batch_bytes_max, kBatchBytesMin);
  hub_.before = nullptr;
  ExpectSynced(world);
}

TEST_F(SyncSessionTest, EveryCallEndsWithinWhatIsLeftOfTheBudget) {
  DeskWorld world;
  Add(world, 3);
  hub_.clock = &world.clock;
  hub_.before = [&](const ExchangeRequest&) {
    world.clock.SleepMs(hub_.deadlines_ms.back());  // the whole deadline, every time
    return absl::DeadlineExceededError("silence");
  };
  for (const int64_t budget_ms : {int64_t{1'000}, kSessionBudgetMs, 10 * kSessionBudgetMs}) {
    hub_.deadlines_ms.clear();
    const int64_t began_ms = world.clock.monotonic_ms;
    SyncOptions options;
    options.budget_ms = budget_ms;
    EXPECT_THAT(Sync(world, options).status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_LE(world.clock.monotonic_ms - began_ms, budget_ms);
    for (const int64_t deadline_ms : hub_.deadlines_ms) EXPECT_LE(deadline_ms, kCallDeadlineMs);
  }
}

TEST_F(SyncSessionTest, DesksThatLostTheLineTogetherWaitForDifferentTimes) {
  std::set<int64_t> waited;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SmallHub silent;
    silent.before = [](const ExchangeRequest&) { return absl::UnavailableError("no line"); };
    DeskWorld world(0x11, Role::kDesk, seed);
    Add(world, 1);
    EXPECT_FALSE(SyncSession(world.desk.get(), &silent, &silent.signer, {}).Run().status.ok());
    EXPECT_GT(silent.reconnects, 0) << "after a failure a connection may be half dead";
    waited.insert(world.clock.monotonic_ms);
  }
  EXPECT_GT(waited.size(), 15u);
}

TEST_F(SyncSessionTest, ARestoredFolderTakesItsEntriesBackAndGoesOnBehindThem) {
  DeskWorld world;
  Add(world, 3);
  ExpectSynced(world);
  DeskWorld backup(world, /*seed=*/2);
  Add(world, 4);
  ExpectSynced(world);
  const EntryName newest = world.desk->log().own_end();
  const SyncResult result = Sync(backup);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.verdict, "REGRESSED");
  EXPECT_EQ(backup.desk->log().own_end(), newest);
  EXPECT_EQ(backup.Shown(), Value(int64_t{7}));
  Add(backup, 1);
  EXPECT_EQ(backup.desk->log().own_end().seq, 8u);
  ExpectSynced(backup);
  EXPECT_EQ(hub_.verdicts.back(), Verdict::kAppend) << "nothing forked";
  EXPECT_EQ(hub_.ledger.tree().size(), 1u);
}

TEST_F(SyncSessionTest, AnEmptyDatabaseTakesTheWholeLogBackInSmallSteps) {
  DeskWorld world;
  Add(world, 300);
  ExpectSynced(world);
  DeskWorld fresh(0x11, Role::kDesk, /*seed=*/9);
  SyncOptions options;
  options.batch_bytes_max = kBatchBytesMin;
  const SyncResult result = Sync(fresh, options);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(fresh.desk->log().own_end(), world.desk->log().own_end());
  EXPECT_EQ(fresh.Shown(), Value(int64_t{300}));
}

TEST_F(SyncSessionTest, TwoCopiesThatGoOnBecomeTwoLinesAndEveryEntryCountsOnce) {
  DeskWorld original;
  Add(original, 3);
  ExpectSynced(original);
  DeskWorld copy(original, /*seed=*/2);
  original.Reopen();
  Add(original, 5);
  Add(copy, 7);
  ExpectSynced(original);
  const SyncResult result = Sync(copy);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(hub_.verdicts.back(), Verdict::kForked);
  ExpectSynced(original);
  EXPECT_EQ(original.Shown(), Value(int64_t{15}));
  EXPECT_EQ(copy.Shown(), Value(int64_t{15}));
  EXPECT_EQ(original.Set(Value(int64_t{10}))->view.own_part, 10) << "3 + 5 on its own line, set to 10";
  EXPECT_EQ(copy.Set(Value(int64_t{10}))->view.value, Value(int64_t{15}));
  ExpectSynced(original);
  ExpectSynced(copy);
  ExpectSynced(original);
  EXPECT_EQ(original.Shown(), Value(int64_t{17}));
  EXPECT_EQ(copy.Shown(), Value(int64_t{17}));
  EXPECT_EQ(hub_.ledger.tree().size(), 2u);
  ExpectSame(original);
  ExpectSame(copy);
}

TEST_F(SyncSessionTest, CopiesTakenBeforeTheFirstSyncAreTwoLinesFromTheirCommonEntry) {
  DeskWorld original;
  Add(original, 3);
  DeskWorld copy(original, /*seed=*/2);
  original.Reopen();
  Add(original, 1);
  Add(copy, 2);
  ExpectSynced(copy);
  ExpectSynced(original);
  ExpectSynced(copy);
  EXPECT_EQ(original.Shown(), Value(int64_t{6}));
  EXPECT_EQ(copy.Shown(), Value(int64_t{6}));
  ExpectSame(original);
  ExpectSame(copy);
}

TEST_F(SyncSessionTest, AHubThatLostEverythingGetsTheWholeUnitBack) {
  DeskWorld first(0x11), second(0x22);
  Add(first, 5);
  Add(second, 7);
  ExpectSynced(first);
  ExpectSynced(second);
  ExpectSynced(first);
  const std::string proof = first.desk->log().state().proof;
  hub_.LoseEverything();
  Add(first, 1);
  const SyncResult result = Sync(first);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(hub_.ledger.entry_count(), 13u) << "the other desk's entries came back too";
  ASSERT_FALSE(result.notices.empty());
  EXPECT_EQ(hub_.requests.back().newest_receipt, proof) << "the poorer receipt did not replace the proof";
  ExpectSame(first);
  EXPECT_EQ(hub_.verdicts[hub_.verdicts.size() - 3], Verdict::kGap)
      << "then its own entries, then the others'";
}

TEST_F(SyncSessionTest, AHubThatRefusesOthersEntriesStillGetsTheDesksOwn) {
  DeskWorld first(0x11), second(0x22);
  Add(first, 5);
  Add(second, 7);
  ExpectSynced(second);
  ExpectSynced(first);
  hub_.LoseEverything();
  Add(first, 1);
  hub_.before = [&](const ExchangeRequest&) {
    return hub_.ledger.entry_count() == 6 ? absl::PermissionDeniedError("entries of another device")
                                          : absl::OkStatus();
  };
  EXPECT_THAT(Sync(first).status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_TRUE(hub_.ledger.Holds(first.desk->log().own_end()));
}

TEST_F(SyncSessionTest, ANewCatalogComesInChunksOverSeveralSessions) {
  DeskWorld world;
  world.store.catalog.clear();
  world.Reopen();
  hub_.chunk_bytes = 4;
  int calls = 0;
  hub_.before = [&](const ExchangeRequest&) {
    return ++calls > 2 ? absl::PermissionDeniedError("cut") : absl::OkStatus();
  };
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kPermissionDenied));
  world.Reopen();
  hub_.before = nullptr;
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.catalog_changed);
  EXPECT_EQ(hub_.requests[3].catalog_offset, 8u) << "the second session goes on where the first was cut";
  EXPECT_EQ(world.store.catalog, SmallCatalogBytes());
  EXPECT_THAT(world.Add(1), IsOk());
}

TEST_F(SyncSessionTest, ACatalogUpdateReplacesTheOldOneAndBatchesFollowItsNumbers) {
  DeskWorld world;
  hub_.catalog_bytes = SmallCatalogBytes() + " v2";
  ASSERT_THAT(Sync(world).status, IsOk());
  EXPECT_EQ(world.desk->catalog()->version(), Sha256(hub_.catalog_bytes));
  Add(world, 1);
  ExpectSynced(world);
  EXPECT_EQ(hub_.requests.back().catalog, Sha256(hub_.catalog_bytes));
}

TEST_F(SyncSessionTest, ACatalogThatCannotBeReadLeavesTheOldOneAndStopsNothing) {
  DeskWorld world;
  Add(world, 2);
  hub_.catalog_bytes = "from a newer version";
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.waiting, 0u);
  ASSERT_EQ(result.notices.size(), 1u);
  EXPECT_EQ(world.desk->catalog()->version(), Sha256(SmallCatalogBytes()));
}

TEST_F(SyncSessionTest, ASessionKilledAfterAnyExchangeGoesOnWithoutLossOrDoubling) {
  for (int killed_after = 1; killed_after <= 6; ++killed_after) {
    SmallHub hub;
    DeskWorld other(0x22), world;
    Add(other, 40);
    hub.clock = &other.clock;
    ASSERT_THAT(SyncSession(other.desk.get(), &hub, &hub.signer, {}).Run().status, IsOk());
    Add(world, 60);
    int calls = 0;
    hub.before = [&](const ExchangeRequest&) {
      return ++calls > killed_after ? absl::PermissionDeniedError("killed") : absl::OkStatus();
    };
    SyncOptions small;
    small.batch_bytes_max = kBatchBytesMin;
    hub.clock = &world.clock;
    static_cast<void>(SyncSession(world.desk.get(), &hub, &hub.signer, small).Run());
    world.Reopen();
    hub.before = nullptr;
    ASSERT_THAT(SyncSession(world.desk.get(), &hub, &hub.signer, small).Run().status, IsOk());
    EXPECT_EQ(hub.ledger.entry_count(), 100u);
    EXPECT_EQ(world.Shown(), Value(int64_t{100}));
  }
}

TEST_F(SyncSessionTest, WhatCameInPartIsNeverSentBackAsIfTheHubLackedIt) {
  DeskWorld other(0x22), world;
  Add(other, 300);
  ExpectSynced(other);
  SyncOptions small;
  small.batch_bytes_max = kBatchBytesMin;
  int calls = 0;
  hub_.before = [&](const ExchangeRequest&) {
    return ++calls == 2 ? absl::PermissionDeniedError("cut") : absl::OkStatus();
  };
  EXPECT_FALSE(Sync(world, small).status.ok());
  EXPECT_GT(world.entry_count(), 0u);
  EXPECT_LT(world.entry_count(), 300u);
  world.Reopen();
  Add(world, 1);
  EXPECT_THAT(Sync(world, small).status, IsOk());
  EXPECT_EQ(hub_.foreign_runs, 0);
  EXPECT_EQ(world.Shown(), Value(int64_t{301}));
}

TEST_F(SyncSessionTest, ARenewalIsMadeOnceTheDataIsThereAndItsFailureCostsNothing) {
  class Renewer final : public IdentityRenewer {
   public:
    absl::Status Renew(int64_t deadline_ms) override {
      EXPECT_GT(deadline_ms, 0);
      ++asked;
      return answer;
    }
    int asked = 0;
    absl::Status answer = absl::UnavailableError("no line");
  };
  Renewer renewer;
  DeskWorld world;
  hub_.clock = &world.clock;
  const auto sync = [&] { return SyncSession(world.desk.get(), &hub_, &hub_.signer, {}, &renewer).Run(); };
  Add(world, 1);
  EXPECT_FALSE(sync().renewed);
  EXPECT_EQ(renewer.asked, 0) << "nobody asked";
  hub_.tamper = [](ExchangeResponse* response) { response->renew = true; };
  Add(world, 1);
  SyncResult result = sync();
  EXPECT_THAT(result.status, IsOk());
  EXPECT_FALSE(result.renewed);
  EXPECT_EQ(result.waiting, 0u);
  EXPECT_EQ(result.notices, std::vector<std::string>{"no line"});
  renewer.answer = absl::OkStatus();
  EXPECT_TRUE(sync().renewed);
  EXPECT_EQ(renewer.asked, 2);
  hub_.before = [](const ExchangeRequest&) { return absl::UnavailableError("down"); };
  EXPECT_FALSE(sync().renewed);
  EXPECT_EQ(renewer.asked, 2) << "data first";
}

TEST_F(SyncSessionTest, AHubThatForgotTheCatalogSendsItsOwnAndTheBatchGoesWithThat) {
  DeskWorld world;
  Add(world, 3);
  hub_.forgotten_catalog = Sha256(SmallCatalogBytes());
  hub_.catalog_bytes = SmallCatalogBytes() + " v2";
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.exchanges, 2);
  EXPECT_EQ(world.desk->catalog()->version(), Sha256(hub_.catalog_bytes));
  EXPECT_EQ(hub_.ledger.entry_count(), 3u);
}

// Errors.

TEST_F(SyncSessionTest, AHubThatDoesNotAnswerIsUnavailableAndNothingIsLost) {
  DeskWorld world;
  Add(world, 3);
  hub_.before = [](const ExchangeRequest&) { return absl::DeadlineExceededError("the link's sentence"); };
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(result.status.message(), "the link's sentence");  // once, and in no other sentence
  EXPECT_EQ(result.waiting, 3u);
  EXPECT_EQ(result.exchanges, 0);
  EXPECT_EQ(hub_.requests.size(), 4u);
  EXPECT_FALSE(world.desk->log().state().last_sync.synced);
  EXPECT_NE(world.desk->log().state().last_sync.sentence.Text(), "");
  hub_.before = nullptr;
  ExpectSynced(world);
}

TEST_F(SyncSessionTest, TheBudgetEndsASessionHoweverMuchIsLeft) {
  DeskWorld world;
  Add(world, 500);
  hub_.call_ms = 400;
  SyncOptions options;
  options.budget_ms = 1000;
  options.batch_bytes_max = kBatchBytesMin;
  const SyncResult result = Sync(world, options);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kUnavailable, "used up"));
  EXPECT_EQ(result.exchanges, 3);
  EXPECT_GT(result.waiting, 0u);
  EXPECT_GT(result.pushed, 0u);
}

TEST_F(SyncSessionTest, AForgedReceiptIsRefusedAndChangesNothing) {
  DeskWorld world;
  Add(world, 3);
  hub_.tamper = [](ExchangeResponse* response) { response->receipt.hub_time_ms += 1; };
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kDataLoss, "signature"));
  EXPECT_EQ(result.waiting, 3u);
  EXPECT_EQ(world.desk->log().state().receipt, "");
}

TEST_F(SyncSessionTest, AReceiptOfAnotherUnitIsRefused) {
  DeskWorld world;
  Add(world, 1);
  hub_.tamper = [&](ExchangeResponse* response) {
    response->receipt.unit = "00022";
    response->receipt.signature = hub_.signer.Sign(ReceiptPayload(response->receipt));
  };
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kDataLoss, "another unit"));
}

TEST_F(SyncSessionTest, ABatchWhoseChainDoesNotVerifyIsRefusedWhole) {
  DeskWorld other(0x22), world;
  Add(other, 5);
  ExpectSynced(other);
  hub_.tamper = [](ExchangeResponse* response) {
    if (!response->batch.empty()) response->batch[response->batch.size() / 2] ^= 0x04;
  };
  EXPECT_FALSE(Sync(world).status.ok());
  EXPECT_EQ(world.entry_count(), 0u);
  EXPECT_EQ(world.store.entries.size(), 0u);
}

TEST_F(SyncSessionTest, VerdictsThatNeedAPersonEndTheSessionWithTheirSentence) {
  const struct {
    Verdict verdict;
    absl::StatusCode code;
    const char* part;
    int exchanges;
  } kCases[] = {{Verdict::kUnknown, absl::StatusCode::kFailedPrecondition, "enrol anew", 1},
                {Verdict::kRevoked, absl::StatusCode::kPermissionDenied, "revoked", 1},
                {Verdict::kTooOld, absl::StatusCode::kFailedPrecondition, "too old", 1},
                // Asked again in the older version, once.
                {Verdict::kTooNew, absl::StatusCode::kFailedPrecondition, "newer than the hub", 2}};
  for (const auto& expected : kCases) {
    DeskWorld world;
    Add(world, 1);
    hub_.tamper = [&](ExchangeResponse* response) { response->verdict = expected.verdict; };
    const SyncResult result = Sync(world);
    EXPECT_THAT(result.status, StatusIs(expected.code, expected.part));
    EXPECT_EQ(result.exchanges, expected.exchanges);
    EXPECT_EQ(world.desk->log().state().last_sync.verdict, result.verdict);
  }
}

TEST_F(SyncSessionTest, AnOlderHubIsSpokenToInItsOwnVersionForTheRestOfTheSession) {
  DeskWorld world;
  Add(world, 300);
  hub_.protocol = 1;
  SyncOptions options;
  options.batch_bytes_max = kBatchBytesMin;
  const SyncResult result = Sync(world, options);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.waiting, 0u);
  EXPECT_THAT(result.notices, ::testing::IsEmpty());
  ASSERT_GT(hub_.requests.size(), 3u);
  EXPECT_EQ(hub_.requests.front().protocol, 2u);
  for (std::size_t i = 1; i < hub_.requests.size(); ++i) EXPECT_EQ(hub_.requests[i].protocol, 1u) << i;
  // The next session finds out whether the hub was upgraded.
  hub_.protocol = 2;
  hub_.requests.clear();
  ExpectSynced(world);
  EXPECT_EQ(hub_.requests.front().protocol, 2u);
}

TEST_F(SyncSessionTest, AHubTwoVersionsBackIsNotSpokenTo) {
  DeskWorld world;
  Add(world, 1);
  hub_.protocol = 1;
  SyncOptions options;
  options.protocol = 3;
  const SyncResult result = Sync(world, options);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kFailedPrecondition, "newer than the hub"));
  EXPECT_EQ(result.exchanges, 2);
  EXPECT_EQ(result.waiting, 1u);
}

TEST_F(SyncSessionTest, AnOlderAgentIsSyncedWithoutWhatItDoesNotKnowAndGetsItAfterAnUpgrade) {
  DeskWorld world;
  Add(world, 1);
  // The hub's log: a restatement, a closed list, another restatement.
  const auto write = [&](const EntryName& parent, EntryBody body) {
    Entry entry;
    entry.device = kHubDevice;
    entry.seq = parent.seq + 1;
    entry.role = Role::kHub;
    entry.body = std::move(body);
    return *hub_.ledger.Append(parent, entry);
  };
  const EntryName known = write({kHubDevice, 0, 0}, RestateBody{DeskWorld::CellOf("received"), int64_t{4}, {}});
  const DeviceId other{0x77};
  const EntryName review = write(known, ReviewBody{{other, 0, 0}, {{other, 1, 1}, {other, 1, 2}}});
  const EntryName behind = write(review, RestateBody{DeskWorld::CellOf("received"), int64_t{5}, {}});
  SyncOptions older;
  older.protocol = 1;
  const SyncResult result = Sync(world, older);
  EXPECT_THAT(result.status, IsOk());
  EXPECT_EQ(result.waiting, 0u);
  EXPECT_TRUE(hub_.ledger.Holds(world.desk->log().own_end()));
  EXPECT_TRUE(world.desk->log().ledger().Holds(known));
  EXPECT_FALSE(world.desk->log().ledger().Holds(review));
  ExpectSynced(world);
  EXPECT_TRUE(world.desk->log().ledger().Holds(behind));
  ExpectSame(world);
}

TEST_F(SyncSessionTest, AnOlderAgentRefusesAnEntryItDoesNotKnowWhole) {
  DeskWorld world;
  hub_.sends_unknown_kinds = true;
  Entry entry;
  entry.device = kHubDevice;
  entry.seq = 1;
  entry.role = Role::kHub;
  entry.body = ReviewBody{{DeviceId{7}, 0, 0}, {{DeviceId{7}, 1, 1}, {DeviceId{7}, 1, 2}}};
  ASSERT_THAT(hub_.ledger.Append({kHubDevice, 0, 0}, entry), IsOk());
  SyncOptions older;
  older.protocol = 1;
  EXPECT_THAT(Sync(world, older).status, StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(world.entry_count(), 0u);
}

TEST_F(SyncSessionTest, ABusyHubIsAskedAgainLater) {
  DeskWorld world;
  Add(world, 1);
  int answers = 0;
  hub_.tamper = [&](ExchangeResponse* response) {
    if (++answers == 1) response->verdict = Verdict::kRetryLater;
  };
  EXPECT_THAT(Sync(world).status, IsOk());
  EXPECT_EQ(answers, 2);
}

TEST_F(SyncSessionTest, AHubThatNeverTakesAnythingDoesNotKeepTheDeskForEver) {
  DeskWorld world;
  Add(world, 1);
  hub_.tamper = [&](ExchangeResponse* response) {
    response->receipt.ends.clear();
    response->receipt.signature = hub_.signer.Sign(ReceiptPayload(response->receipt));
    response->common = EntryName{DeviceId{0x11}, 0, 0};
  };
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kFailedPrecondition, "takes nothing more"));
  EXPECT_EQ(result.exchanges, kExchangesWithoutProgressMax);
  EXPECT_EQ(result.waiting, 1u);
}

TEST_F(SyncSessionTest, AHubThatPromisesMoreAndSendsNothingDoesNotKeepTheDeskForEver) {
  DeskWorld world;
  Add(world, 1);
  hub_.tamper = [](ExchangeResponse* response) { response->more = true; };
  const SyncResult result = Sync(world);
  EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_LE(result.exchanges, kExchangesWithoutProgressMax + 1);
  EXPECT_EQ(result.waiting, 0u) << "what the receipt covers is synced all the same";
}

TEST_F(SyncSessionTest, ACatalogThatDoesNotMatchItsHashIsNeverTaken) {
  DeskWorld world;
  hub_.catalog_bytes = SmallCatalogBytes() + " v2";
  hub_.tamper = [](ExchangeResponse* response) {
    if (!response->catalog_chunk.empty()) response->catalog_chunk[0] ^= 1;
  };
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kDataLoss, "hash"));
  EXPECT_EQ(world.store.catalog, SmallCatalogBytes());
}

TEST_F(SyncSessionTest, ADiskThatFillsDuringASyncIsToldAndTheNextSyncGoesOn) {
  DeskWorld other(0x22), world;
  Add(other, 5);
  ExpectSynced(other);
  Add(world, 2);
  world.store.fail_next = absl::ResourceExhaustedError("disk full");
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(world.entry_count(), 2u);
  ExpectSynced(world);
  EXPECT_EQ(world.Shown(), Value(int64_t{7}));
}

TEST_F(SyncSessionTest, RefusalsAreSaidInVietnamese) {
  ScopedLanguage vietnamese(Language::kVietnamese);
  DeskWorld world;
  hub_.tamper = [](ExchangeResponse* response) { response->verdict = Verdict::kRetryLater; };
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kUnavailable, "không mất gì"));
}

// Whoever asks in the morning may read another language than the program that tried at night.
TEST_F(SyncSessionTest, WhyASyncFailedIsKeptInBothLanguages) {
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    const ScopedLanguage scope(language);
    DeskWorld world;
    hub_.tamper = [](ExchangeResponse* response) { response->verdict = Verdict::kRetryLater; };
    EXPECT_FALSE(Sync(world).status.ok());
    world.Reopen();
    const Told busy = world.desk->log().state().last_sync.sentence;
    EXPECT_THAT(busy.vietnamese, testing::HasSubstr("đang bận"));
    EXPECT_THAT(busy.english, testing::HasSubstr("is busy"));
    hub_.tamper = [](ExchangeResponse* response) { response->receipt.signature = "nobody's"; };
    EXPECT_FALSE(Sync(world).status.ok());
    const Told wrong = world.desk->log().state().last_sync.sentence;
    EXPECT_THAT(wrong.vietnamese, testing::HasSubstr("chữ ký của xác nhận"));
    EXPECT_THAT(wrong.english, testing::HasSubstr("the receipt's signature"));
  }
}

TEST_F(SyncSessionTest, WhatTheHubSaidInOneLanguageIsToldInTheDesksOwnWordsInTheOther) {
  const ScopedLanguage english(Language::kEnglish);
  DeskWorld world;
  hub_.tamper = [](ExchangeResponse* response) {
    response->verdict = Verdict::kRevoked;
    response->message = "The hub's own words.";
  };
  EXPECT_THAT(Sync(world).status, StatusIs(absl::StatusCode::kPermissionDenied, "The hub's own words."));
  const Told told = world.desk->log().state().last_sync.sentence;
  EXPECT_EQ(told.english, "The hub's own words.");
  EXPECT_THAT(told.vietnamese, testing::HasSubstr("đã bị thu hồi quyền"));
}

}  // namespace
}  // namespace motcua
