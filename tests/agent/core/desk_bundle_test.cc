// A desk that lives on a USB stick should survive: a stick lost, taken twice, taken in the wrong order, taken while
// the line came back, taken from a copied folder; a hub that lost its data; a receipt file of another desk, of last
// month, with a forged receipt, or read on a disk that is full.
#include "agent/core/desk_bundle.h"

#include "tests/agent/core/small_hub.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;

class DeskBundleTest : public ::testing::Test {
 protected:
  DeskBundleTest() : language_(Language::kEnglish) {}

  static void Add(DeskWorld& world, int times) {
    for (int i = 0; i < times; ++i) ASSERT_THAT(world.Add(1), IsOk());
  }
  static Bundle Export(DeskWorld& world, bool all = false) {
    BundleExportOptions options;
    options.all = all;
    absl::StatusOr<BundleExport> exported = ExportBundle(*world.desk, options);
    EXPECT_THAT(exported, IsOk());
    EXPECT_EQ(exported->left_out, 0u);
    return exported->bundle;
  }
  // What the real hub does with a bundle, for a hub of one unit; each import is a second later than the last.
  BundleReceipt Import(const Bundle& bundle) {
    BundleReceipt receipt{bundle.device, bundle.unit, bundle.base, 0, false, "", {}};
    for (ExchangeRequest request : bundle.requests) {
      do {
        absl::StatusOr<ExchangeResponse> response = hub_.Exchange(request, 1);
        EXPECT_THAT(response, IsOk());
        response->catalog_chunk.clear();
        response->catalog_size = 0;
        response->receipt.hub_time_ms = now_ms_ += 1000;
        response->receipt.signature = hub_.signer.Sign(ReceiptPayload(response->receipt));
        const absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(response->batch, CodeBook());
        EXPECT_THAT(runs, IsOk());
        for (const DecodedRun& run : *runs) request.ends.push_back(run.last);
        request.batch.clear();
        receipt.responses.push_back(*std::move(response));
      } while (receipt.responses.back().more);
    }
    if (bundle.catalog != Sha256(hub_.catalog_bytes)) receipt.catalog = hub_.catalog_bytes;
    return receipt;
  }
  BundleApplied Apply(DeskWorld& world, const BundleReceipt& receipt) {
    return ApplyBundleReceipt(world.desk.get(), &hub_.signer, receipt);
  }
  // Export, import, receipt.
  BundleApplied Carry(DeskWorld& world) { return Apply(world, Import(Export(world))); }
  SyncResult Sync(DeskWorld& world) {
    hub_.clock = &world.clock;
    return SyncSession(world.desk.get(), &hub_, &hub_.signer, {}).Run();
  }
  // A line carries what comes after the bundle, and the answer to the bundle is read behind it.
  void ExpectAnOvertakenStickIsNoNews(DeskWorld& world) {
    const Bundle bundle = Export(world);
    Add(world, 2);
    ASSERT_THAT(Sync(world).status, IsOk());
    const BundleReceipt late = Import(bundle);
    ASSERT_EQ(late.responses.back().verdict, Verdict::kRegressed);
    const BundleApplied applied = Apply(world, late);
    EXPECT_THAT(applied.result.status, IsOk());
    EXPECT_EQ(applied.result.verdict, "DUPLICATE");
    EXPECT_THAT(applied.result.notices, ::testing::IsEmpty());
    ExpectSame(world);
  }
  void ExpectSame(const DeskWorld& world) {
    EXPECT_EQ(world.desk->log().ledger().Ends(), hub_.ledger.Ends());
    EXPECT_EQ(world.entry_count(), hub_.ledger.entry_count());
  }

  ScopedLanguage language_;
  SmallHub hub_;
  int64_t now_ms_ = 1'000'000;
};

TEST_F(DeskBundleTest, ADeskWithoutAnyLineIsSyncedByAStick) {
  DeskWorld world;
  Add(world, 17);
  const Bundle bundle = Export(world);
  EXPECT_EQ(bundle.entries, 17u);
  EXPECT_EQ(bundle.requests.size(), 1u);
  EXPECT_EQ(world.desk->Status().waiting, 17u) << "an export confirms nothing";
  const BundleApplied applied = Apply(world, Import(bundle));
  EXPECT_THAT(applied.result.status, IsOk());
  EXPECT_TRUE(applied.synced);
  EXPECT_EQ(applied.result.pushed, 17u);
  EXPECT_EQ(applied.result.waiting, 0u);
  EXPECT_TRUE(world.desk->log().state().last_sync.synced);
  ExpectSame(world);
  world.Reopen();
  EXPECT_EQ(world.desk->Status().waiting, 0u);
}

TEST_F(DeskBundleTest, AnExportChangesNothingAndIsTheSameTwice) {
  DeskWorld world;
  Add(world, 3);
  const int applied = world.store.applied;
  const Bundle first = Export(world);
  const Bundle second = Export(world);
  EXPECT_EQ(world.store.applied, applied);
  EXPECT_EQ(first.requests[0].batch, second.requests[0].batch);
}

TEST_F(DeskBundleTest, AStickThatTheLineOvertookIsNoSignOfACopy) {
  DeskWorld world;
  Add(world, 1);
  ASSERT_THAT(Sync(world).status, IsOk());
  ExpectAnOvertakenStickIsNoNews(world);
}

// The other line is known, and no news.
TEST_F(DeskBundleTest, AStickThatTheLineOvertookIsNoNewsOfACopyThatIsKnown) {
  DeskWorld world;
  Add(world, 2);
  DeskWorld copy(world, 99);
  Add(world, 1);
  Add(copy, 1);
  ASSERT_THAT(Sync(world).status, IsOk());
  ASSERT_THAT(Sync(copy).status, IsOk());
  ASSERT_THAT(Sync(world).status, IsOk());
  ExpectAnOvertakenStickIsNoNews(world);
}

TEST_F(DeskBundleTest, TheNextBundleHoldsOnlyWhatIsNew) {
  DeskWorld world;
  Add(world, 5);
  Carry(world);
  Add(world, 2);
  EXPECT_EQ(Export(world).entries, 2u);
  EXPECT_EQ(Export(world, /*all=*/true).entries, 7u);
  Carry(world);
  EXPECT_EQ(Export(world).entries, 0u);
  EXPECT_EQ(Export(world).requests.size(), 1u) << "to fetch what others wrote";
  ExpectSame(world);
}

TEST_F(DeskBundleTest, ALongLogTakesSeveralRequestsAndNoneIsOverSize) {
  DeskWorld world;
  for (int i = 0; i < 200; ++i) {
    RecordRequest request = DeskWorld::RequestFor("received");
    request.adds = true;
    request.value = int64_t{1};
    request.remark.note = std::string(400, static_cast<char>('a' + i % 26));
    ASSERT_THAT(world.desk->Record(request), IsOk());
  }
  const Bundle bundle = Export(world);
  EXPECT_GT(bundle.requests.size(), 2u);
  EXPECT_EQ(bundle.entries, 200u);
  for (const ExchangeRequest& request : bundle.requests) EXPECT_LE(request.batch.size(), kBatchBytesMax);
  EXPECT_TRUE(Apply(world, Import(bundle)).synced);
  ExpectSame(world);
}

TEST_F(DeskBundleTest, OtherDesksEntriesComeBackWithTheReceipt) {
  DeskWorld world(0x11), other(0x22);
  Add(other, 4);
  Sync(other);
  Add(world, 1);
  const BundleApplied applied = Carry(world);
  EXPECT_EQ(applied.result.pulled, 4u);
  EXPECT_TRUE(applied.synced);
  EXPECT_EQ(world.Shown(), Value(int64_t{5}));
}

TEST_F(DeskBundleTest, EntriesRecordedSinceTheExportStillWaitAndItIsSaid) {
  DeskWorld world;
  Add(world, 3);
  const BundleReceipt receipt = Import(Export(world));
  Add(world, 2);
  const BundleApplied applied = Apply(world, receipt);
  EXPECT_THAT(applied.result.status, IsOk());
  EXPECT_FALSE(applied.synced);
  EXPECT_EQ(applied.result.waiting, 2u);
  EXPECT_FALSE(world.desk->log().state().last_sync.synced);
  EXPECT_NE(world.desk->log().state().last_sync.sentence.english.find("2 entries have"), std::string::npos);
  EXPECT_TRUE(Carry(world).synced);
}

TEST_F(DeskBundleTest, AReceiptReadTwiceChangesNothingMore) {
  DeskWorld world;
  Add(world, 3);
  const BundleReceipt receipt = Import(Export(world));
  EXPECT_TRUE(Apply(world, receipt).synced);
  const BundleApplied again = Apply(world, receipt);
  EXPECT_TRUE(again.synced);
  EXPECT_FALSE(again.older);
  EXPECT_EQ(again.result.pushed, 0u);
  EXPECT_EQ(again.result.pulled, 0u);
  ExpectSame(world);
}

TEST_F(DeskBundleTest, ABundleTakenTwiceHasTheSameEffect) {
  DeskWorld world;
  Add(world, 3);
  const Bundle bundle = Export(world);
  Import(bundle);
  EXPECT_TRUE(Apply(world, Import(bundle)).synced);
  ExpectSame(world);
}

TEST_F(DeskBundleTest, BundlesInTheWrongOrderMeetTheSameEnd) {
  DeskWorld world;
  Add(world, 3);
  const Bundle first = Export(world);
  Add(world, 2);
  const Bundle second = Export(world);
  const BundleReceipt late = Import(second);
  const BundleReceipt early = Import(first);
  EXPECT_TRUE(Apply(world, early).synced) << "the later answer knows both";
  EXPECT_TRUE(Apply(world, late).older);
  ExpectSame(world);
}

TEST_F(DeskBundleTest, ALineThatCameBackMeanwhileDoublesNothing) {
  DeskWorld world;
  Add(world, 3);
  const Bundle bundle = Export(world);
  EXPECT_THAT(Sync(world).status, IsOk());
  const BundleReceipt receipt = Import(bundle);
  EXPECT_THAT(Apply(world, receipt).result.status, IsOk());
  ExpectSame(world);
  Add(world, 1);
  Carry(world);
  EXPECT_THAT(Sync(world).status, IsOk());
  ExpectSame(world);
}

TEST_F(DeskBundleTest, AnOlderReceiptDoesNotReplaceANewerOne) {
  DeskWorld world;
  Add(world, 3);
  const BundleReceipt old = Import(Export(world));
  Add(world, 2);
  EXPECT_TRUE(Carry(world).synced);
  const AgentState before = world.desk->log().state();
  const BundleApplied applied = Apply(world, old);
  EXPECT_THAT(applied.result.status, IsOk());
  EXPECT_TRUE(applied.older);
  EXPECT_EQ(world.desk->log().state(), before);
}

// A hub whose clock was a year ahead was set right: its answer to what the desk asked last is still the newest.
TEST_F(DeskBundleTest, AHubsClockSetBackDoesNotLockADeskOut) {
  DeskWorld world;
  Add(world, 3);
  EXPECT_TRUE(Carry(world).synced);
  Add(world, 2);
  now_ms_ = 1000;
  const BundleApplied applied = Carry(world);
  EXPECT_FALSE(applied.older);
  EXPECT_TRUE(applied.synced);
}

TEST_F(DeskBundleTest, ANewCatalogComesWholeWithTheReceipt) {
  DeskWorld world;
  Add(world, 1);
  hub_.catalog_bytes = SmallCatalogBytes() + " v2";
  const BundleApplied applied = Carry(world);
  EXPECT_TRUE(applied.result.catalog_changed);
  EXPECT_TRUE(applied.synced);
  EXPECT_EQ(world.desk->catalog()->version(), Sha256(hub_.catalog_bytes));
  EXPECT_EQ(Export(world).catalog, Sha256(hub_.catalog_bytes));
  world.Reopen();
  EXPECT_EQ(world.desk->catalog()->version(), Sha256(hub_.catalog_bytes));
}

TEST_F(DeskBundleTest, ACopiedFolderForksAndBothLinesAreKept) {
  DeskWorld world;
  Add(world, 3);
  DeskWorld copy(world, 99);
  Add(world, 2);
  Add(copy, 4);
  EXPECT_TRUE(Carry(world).synced);
  const BundleApplied applied = Carry(copy);
  EXPECT_EQ(applied.result.verdict, "FORKED");
  EXPECT_TRUE(applied.synced);
  EXPECT_EQ(hub_.ledger.entry_count(), 9u);
  Carry(world);
  EXPECT_EQ(world.Shown(), Value(int64_t{9}));
  EXPECT_EQ(copy.Shown(), Value(int64_t{9}));
}

TEST_F(DeskBundleTest, ARestoredFolderGoesOnBehindWhatComesBack) {
  DeskWorld world;
  Add(world, 2);
  DeskWorld restored(world, 99);
  Add(world, 3);
  Sync(world);
  const BundleApplied applied = Carry(restored);
  EXPECT_EQ(applied.result.verdict, "REGRESSED");
  EXPECT_EQ(restored.desk->log().own_end(), world.desk->log().own_end());
  Add(restored, 1);
  EXPECT_TRUE(Carry(restored).synced);
  EXPECT_EQ(hub_.ledger.entry_count(), 6u);
}

TEST_F(DeskBundleTest, AnAnswerToWhatARestoredFolderNoLongerKnowsAsksForANewBundle) {
  DeskWorld other(0x22, Role::kDesk, 5);
  DeskWorld world;
  DeskWorld restored(world, 9);
  Add(other, 5);
  Carry(other);
  Carry(world);
  Add(other, 2);
  Carry(other);
  const BundleApplied applied = Apply(restored, Import(Export(world)));
  EXPECT_THAT(applied.result.status, StatusIs(StatusCode::kFailedPrecondition, "export a new bundle"));
  EXPECT_EQ(restored.entry_count(), 0u);
  EXPECT_THAT(Carry(restored).result.status, IsOk());
  ExpectSame(restored);
}

// The receipt that the bundle answers is the folder's own; what was written behind it is not there.
TEST_F(DeskBundleTest, AFolderRestoredToBeforeTheExportIsToldSoAndNotThatTheHubErred) {
  DeskWorld world;
  Add(world, 2);
  ASSERT_THAT(Sync(world).status, IsOk());
  DeskWorld restored(world, 9);
  Add(world, 1);
  const Bundle bundle = Export(world);
  Add(world, 1);
  ASSERT_THAT(Sync(world).status, IsOk());
  const std::size_t held = restored.entry_count();
  EXPECT_THAT(Apply(restored, Import(bundle)).result.status, StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(restored.entry_count(), held);
  EXPECT_THAT(Carry(restored).result.status, IsOk());
  ExpectSame(restored);
}

// The hub names an end that this folder does not have: of everything here it would seem to hold nothing.
TEST_F(DeskBundleTest, AnAnswerToALaterSelfNeitherRaisesWhatWaitsNorChangesAnything) {
  DeskWorld world;
  Add(world, 2);
  ASSERT_THAT(Sync(world).status, IsOk());
  DeskWorld restored(world, 9);
  Add(world, 1);
  const BundleReceipt receipt = Import(Export(world));
  const AgentState before = restored.desk->log().state();
  for (int times = 0; times < 2; ++times) {
    const BundleApplied applied = Apply(restored, receipt);
    EXPECT_THAT(applied.result.status, StatusIs(StatusCode::kFailedPrecondition, "export a new bundle"));
    EXPECT_FALSE(applied.synced);
    EXPECT_THAT(applied.result.notices, ::testing::IsEmpty());
    EXPECT_EQ(restored.desk->Status().waiting, 0u);
    EXPECT_EQ(restored.desk->log().state(), before);
  }
  Add(restored, 1);  // before anybody brings back what the later self wrote
  EXPECT_THAT(Apply(restored, receipt).result.status, StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(restored.desk->Status().waiting, 1u);
  EXPECT_TRUE(Carry(restored).synced);
  ExpectSame(restored);
  EXPECT_EQ(restored.Shown(), Value(int64_t{4})) << "each entry counts once";
}

TEST_F(DeskBundleTest, TheAnswerToAnOldStickDoesNotTakeAwayTheProofOfWhatTheHubLostSince) {
  DeskWorld world(0x11), other(0x22);
  const Bundle old = Export(world);
  Add(other, 4);
  ASSERT_THAT(Sync(other).status, IsOk());
  ASSERT_THAT(Sync(world).status, IsOk());
  hub_.LoseEverything();
  ASSERT_THAT(Apply(world, Import(old)).result.status, IsOk()) << "the hub was shown nothing that it lacks";
  ASSERT_THAT(Sync(world).status, IsOk());
  EXPECT_EQ(hub_.ledger.entry_count(), 4u);
  ExpectSame(world);
}

TEST_F(DeskBundleTest, AHubThatLostEverythingGetsItBackFromOneStick) {
  DeskWorld world(0x11), other(0x22);
  Add(world, 3);
  Add(other, 4);
  Sync(other);
  Sync(world);
  ASSERT_EQ(world.entry_count(), 7u);
  hub_.LoseEverything();
  const BundleApplied applied = Apply(world, Import(Export(world, /*all=*/true)));
  EXPECT_THAT(applied.result.status, IsOk());
  EXPECT_TRUE(applied.synced);
  EXPECT_EQ(hub_.ledger.entry_count(), 7u);
  EXPECT_GT(hub_.foreign_runs, 0);
}

// Errors.

TEST_F(DeskBundleTest, AnotherDesksReceiptIsRefused) {
  DeskWorld world(0x11), other(0x22);
  Add(other, 2);
  const BundleReceipt theirs = Import(Export(other));
  const AgentState before = world.desk->log().state();
  const BundleApplied applied = Apply(world, theirs);
  EXPECT_THAT(applied.result.status, StatusIs(StatusCode::kPermissionDenied, "00000022"));
  EXPECT_FALSE(applied.synced);
  EXPECT_EQ(world.desk->log().state(), before);
}

TEST_F(DeskBundleTest, AForgedReceiptIsRefusedAndNothingIsTaken) {
  DeskWorld world(0x11), other(0x22);
  Add(other, 2);
  Sync(other);
  Add(world, 2);
  BundleReceipt receipt = Import(Export(world));
  receipt.responses.back().receipt.ends.push_back({DeviceId{0x99}, 1, 1});
  EXPECT_THAT(Apply(world, receipt).result.status, StatusIs(StatusCode::kDataLoss, "signature"));
  EXPECT_EQ(world.desk->Status().waiting, 2u);
  EXPECT_EQ(world.entry_count(), 2u);
}

TEST_F(DeskBundleTest, ABatchWithAWrongChainIsRefused) {
  DeskWorld world(0x11), other(0x22);
  Add(other, 2);
  Sync(other);
  BundleReceipt receipt = Import(Export(world));
  std::string& batch = receipt.responses.back().batch;
  batch[batch.size() / 2] = static_cast<char>(batch[batch.size() / 2] ^ 1);
  EXPECT_FALSE(Apply(world, receipt).result.status.ok());
  EXPECT_EQ(world.entry_count(), 0u);
}

TEST_F(DeskBundleTest, AnAnswerWithoutAReceiptIsRefused) {
  DeskWorld world;
  Add(world, 1);
  BundleReceipt receipt = Import(Export(world));
  receipt.responses.back().receipt = Receipt();
  EXPECT_THAT(Apply(world, receipt).result.status, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(world.desk->Status().waiting, 1u);
}

TEST_F(DeskBundleTest, AFullDiskTakesNothingAndTheReceiptCanBeReadAgain) {
  DeskWorld world;
  Add(world, 3);
  const BundleReceipt receipt = Import(Export(world));
  world.store.fail_next = absl::ResourceExhaustedError("disk full");
  EXPECT_FALSE(Apply(world, receipt).result.status.ok());
  EXPECT_EQ(world.desk->Status().waiting, 3u);
  EXPECT_TRUE(Apply(world, receipt).synced);
}

TEST_F(DeskBundleTest, AFileSaysNothingAboutTheLine) {
  DeskWorld world;
  Add(world, 1);
  AgentState state = world.desk->log().state();
  state.batch_bytes = 512;
  state.clock_offset_ms = 42;
  ASSERT_THAT(world.desk->log().SaveState(state), IsOk());
  Carry(world);
  EXPECT_EQ(world.desk->log().state().batch_bytes, 512u);
  EXPECT_EQ(world.desk->log().state().clock_offset_ms, 42);
}

}  // namespace
}  // namespace motcua
