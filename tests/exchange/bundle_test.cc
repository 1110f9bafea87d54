// Desks and a hub that meet over lines and over sticks at once. It should survive any order of the two: a stick that
// lies in a drawer while the line works, one taken twice, receipts read late or never, a copied folder, a hub restored
// from a backup between two sticks. At the end everybody holds the same entries, each once.
#include "agent/core/desk_bundle.h"
#include "common/rpc/bundle_wire.h"
#include "common/sync/bundle_file.h"
#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class BundleWorldTest : public ::testing::Test {
 protected:
  // What lies on the stick: whole files, so that every byte of them is used.
  static std::string Export(DeskSide* desk, bool all = false) {
    BundleExportOptions options;
    options.all = all;
    const absl::StatusOr<BundleExport> exported = ExportBundle(desk->desk(), options);
    EXPECT_THAT(exported, IsOk());
    return WriteBundleFile(BundleSignedPart(BundleFileKind::kBundle, EncodeBundle(exported->bundle), "certificate"),
                           "signature");
  }
  static absl::StatusOr<std::string> Import(World& world, DeskSide* desk, const std::string& file) {
    MOTCUA_ASSIGN_OR_RETURN(const ReceivedBundle received, DecodeBundle(file));
    MOTCUA_ASSIGN_OR_RETURN(const ImportedBundle imported,
                            world.hub().ImportBundle(received.bundle, desk->certificate(), {}));
    return WriteBundleFile(BundleSignedPart(BundleFileKind::kAnswer, EncodeBundleReceipt(imported.receipt), ""),
                           "signature");
  }
  static BundleApplied Read(World& world, DeskSide* desk, const std::string& file) {
    const absl::StatusOr<ReceivedBundleReceipt> received = DecodeBundleReceipt(file);
    EXPECT_THAT(received, IsOk());
    return ApplyBundleReceipt(&desk->desk(), &world.verifier(), received->receipt);
  }
  static BundleApplied Carry(World& world, DeskSide* desk, bool all = false) {
    const absl::StatusOr<std::string> answer = Import(world, desk, Export(desk, all));
    EXPECT_THAT(answer, IsOk());
    return Read(world, desk, *answer);
  }
};

TEST_F(BundleWorldTest, ADeskThatNeverHadALineShowsWhatTheOthersRecorded) {
  World world(1);
  DeskSide* with_line = world.Enrol(Role::kDesk);
  DeskSide* without = world.Enrol(Role::kDesk);
  ASSERT_THAT(with_line->Sync({}).status, IsOk());
  EXPECT_TRUE(Carry(world, without).synced) << "an empty bundle fetches the catalog";
  ASSERT_THAT(with_line->Add("1.001193", "counter", "received", 6), IsOk());
  ASSERT_THAT(without->Add("1.001193", "counter", "received", 2), IsOk());
  ASSERT_THAT(with_line->Sync({}).status, IsOk());
  EXPECT_TRUE(Carry(world, without).synced);
  ASSERT_THAT(with_line->Sync({}).status, IsOk());
  for (DeskSide* desk : {with_line, without})
    EXPECT_EQ(desk->desk().Show(kWorldDay, kWorldDay).cells.at(0).view.value, Value(int64_t{8}));
  world.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(BundleWorldTest, LinesAndSticksInAnyOrderLoseAndDoubleNothing) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    World world(seed);
    std::vector<DeskSide*> desks = {world.Enrol(Role::kDesk), world.Enrol(Role::kDesk)};
    for (DeskSide* desk : desks) ASSERT_THAT(desk->Sync({}).status, IsOk());
    struct File {
      DeskSide* desk;
      std::string bytes;
    };
    std::vector<File> sticks, answers;
    SeededRandom& random = world.random();
    for (int step = 0; step < 60; ++step) {
      world.clock().SleepMs(1000);
      DeskSide* desk = desks[random.Below(desks.size())];
      switch (random.Below(7)) {
        case 0:
          sticks.push_back({desk, Export(desk, random.Below(4) == 0)});
          break;
        case 1:
          if (!sticks.empty()) {  // and leaves it in the drawer, to be taken again
            const File& stick = sticks[random.Below(sticks.size())];
            const absl::StatusOr<std::string> answer = Import(world, stick.desk, stick.bytes);
            ASSERT_THAT(answer, IsOk());
            answers.push_back({stick.desk, *answer});
          }
          break;
        case 2:
          if (!answers.empty()) {
            const File& answer = answers[random.Below(answers.size())];
            ASSERT_THAT(Read(world, answer.desk, answer.bytes).result.status, IsOk());
          }
          break;
        case 3:
          desk->Sync({Fault::kReplyLost, Fault::kDuplicated});
          break;
        case 4:
          if (desks.size() < 4) desks.push_back(world.Copy(desk));
          break;
        default:
          ASSERT_THAT(desk->Add("1.001193", "counter", "received", 1 + static_cast<int64_t>(random.Below(9))), IsOk());
      }
    }
    // Copies write different bytes from their first own entry on; one more sync of each brings that about.
    for (DeskSide* desk : desks) ASSERT_THAT(desk->Add("1.001193", "counter", "received", 1), IsOk());
    world.Heal();
    world.Heal();
    world.ExpectAllAgree(/*exact_sums=*/true);
    if (HasFailure()) return;
  }
}

TEST_F(BundleWorldTest, ARestoredHubIsMadeWholeByOneStick) {
  World world(3);
  DeskSide* desk = world.Enrol(Role::kDesk);
  DeskSide* other = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  ASSERT_THAT(other->Sync({}).status, IsOk());
  world.BackUpHub();
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(desk->Add("1.001193", "counter", "received", 1), IsOk());
    ASSERT_THAT(other->Add("1.001193", "online_full", "received", 1), IsOk());
  }
  ASSERT_THAT(other->Sync({}).status, IsOk());
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  world.RestoreHub();
  EXPECT_TRUE(Carry(world, desk, /*all=*/true).synced);
  ASSERT_THAT(other->Sync({}).status, IsOk());
  world.ExpectAllAgree(/*exact_sums=*/true);
}

// Longer than a batch: the hub keeps the pieces aside until the last of them is there.
TEST_F(BundleWorldTest, ALongLineOfAnotherDeskComesBackInPiecesOfOneStick) {
  World world(5);
  DeskSide* desk = world.Enrol(Role::kDesk);
  DeskSide* other = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  ASSERT_THAT(other->Sync({}).status, IsOk());
  world.BackUpHub();
  for (int i = 0; i < 4000; ++i) {
    const auto wild = static_cast<int64_t>(world.random().Below(uint64_t{1} << 40));
    ASSERT_THAT(other->Add("1.001193", "online_full", "received", wild), IsOk());
  }
  ASSERT_THAT(other->Sync({}).status, IsOk());
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  world.RestoreHub();
  EXPECT_TRUE(Carry(world, desk, /*all=*/true).synced);
  world.ExpectAllAgree(/*exact_sums=*/true);
}

TEST_F(BundleWorldTest, AKilledDeskReadsTheReceiptAgain) {
  World world(4);
  DeskSide* desk = world.Enrol(Role::kDesk);
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  ASSERT_THAT(desk->Add("1.001193", "counter", "received", 5), IsOk());
  const absl::StatusOr<std::string> answer = Import(world, desk, Export(desk));
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(Read(world, desk, *answer).synced);
  desk->Close();
  desk->Open();
  EXPECT_EQ(desk->desk().Status().waiting, 0u);
  EXPECT_TRUE(Read(world, desk, *answer).synced);
  world.ExpectAllAgree(/*exact_sums=*/true);
}

}  // namespace
}  // namespace motcua
