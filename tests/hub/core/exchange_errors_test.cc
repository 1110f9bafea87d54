// What an exchange refuses whole: nothing of it is stored, and the next try works.
//
// It should survive: batches with holes, altered bytes, entries of other devices, oversize, other versions, a
// full disk, and facts that somebody changed behind the hub's back.
#include "common/sync/batch.h"
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::IsEmpty;

class ExchangeErrorsTest : public ExchangeTest {};

TEST_F(ExchangeErrorsTest, HoleIsAGapAndStoresNothing) {
  TestDesk desk = Desk();
  for (int i = 0; i < 4; ++i) desk.Add(desk.At("received"), 1);
  desk.sent_ = 2;
  const std::string before = Everything();
  const auto response = desk.Send(desk.Request());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kGap);
  EXPECT_EQ(response->common, (EntryName{desk.device(), 0, 0}));
  EXPECT_EQ(Everything(), before);
}

TEST_F(ExchangeErrorsTest, RunBehindAHoleRefusesTheWholeBatch) {
  TestDesk desk = Desk();
  for (int i = 0; i < 4; ++i) desk.Add(desk.At("received"), 1);
  const UnitLedger& ledger = desk.ledger();
  const LineId line = ledger.Find(desk.end())->line;
  const CodeBook book(desk.catalog_->version(), desk.catalog_->codes());
  const motcua::Run first{{desk.device(), 0, 0}, {ledger.EntryAt({line, 1})}};
  const motcua::Run behind{ledger.NameAt({line, 3}), {ledger.EntryAt({line, 4})}};
  ExchangeRequest request = desk.Request();
  request.batch =
      EncodeBatch({first, behind}, {ChainRoot(desk.device()), ledger.HashAt({line, 3})}, book, kBatchBytesMax)
          .bytes;
  const std::string before = Everything();
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Everything(), before);
}

TEST_F(ExchangeErrorsTest, EveryAlteredByteIsRefusedWholeOrTheSameEntries) {
  TestDesk desk = Desk();
  for (int i = 0; i < 4; ++i) desk.Add(desk.At("received", i), i);
  const ExchangeRequest request = desk.Request();
  const std::string before = Everything();
  for (std::size_t i = 0; i < request.batch.size(); ++i) {
    ExchangeRequest altered = request;
    altered.batch[i] = static_cast<char>(altered.batch[i] ^ 0x11);
    const auto response = desk.Send(altered);
    // A name of a parent that is not there is a gap, an unknown kind may be a newer one; all else is an
    // error.
    if (response.ok() && response->verdict != Verdict::kTooNew) {
      EXPECT_EQ(response->verdict, Verdict::kGap) << i;
    }
    ASSERT_EQ(Everything(), before) << "byte " << i;
  }
}

TEST_F(ExchangeErrorsTest, ForeignDevicesEntriesAreRefusedWhole) {
  TestDesk desk = Desk(), neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.batch = EncodePath(neighbour.ledger(), neighbour.end(), 1, 1, *desk.catalog_);
  const std::string before = Everything();
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kPermissionDenied));
  // A receipt that nobody signed proves nothing.
  Receipt forged;
  forged.unit = "U1";
  forged.ends = {neighbour.end()};
  forged.signature = std::string(64, 's');
  request.newest_receipt = EncodeReceipt(forged);
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(Everything(), before);
}

TEST_F(ExchangeErrorsTest, AnotherDeviceOrUnitThanTheCertificatesIsRefused) {
  TestDesk desk = Desk(), neighbour = Desk();
  desk.Add(desk.At("received"), 1);
  EXPECT_THAT(world_.hub().Exchange(desk.Request(), neighbour.device()),
              StatusIs(absl::StatusCode::kPermissionDenied));
  ExchangeRequest request = desk.Request();
  request.unit = "U2";
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(ExchangeErrorsTest, OversizeIsRefused) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.batch.resize(kBatchBytesMax + 1);
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kInvalidArgument));
  request = desk.Request();
  request.ends.resize(kEndsMax + 1);
  EXPECT_THAT(desk.Send(request), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(ExchangeErrorsTest, UnknownRevokedAndForeignVersionsAreVerdicts) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.protocol = kProtocolVersion + 1;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kTooNew);
  request.protocol = kProtocolVersionOldest - 1;
  EXPECT_EQ(desk.Send(request)->verdict, Verdict::kTooOld);
  ASSERT_THAT(world_.hub().RevokeDevice(desk.device()), IsOk());
  EXPECT_EQ(desk.Send(desk.Request())->verdict, Verdict::kRevoked);
  TestDesk stranger(&world_, DeviceId{0xDEAD}, "U1", Role::kDesk, 1);
  stranger.Add(stranger.At("received"), 1);
  EXPECT_EQ(stranger.Send(stranger.Request())->verdict, Verdict::kUnknown);
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(ExchangeErrorsTest, FullDiskRefusesTheBatchWholeAndTheNextTryWorks) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  for (int i = 1; i < 1500; ++i) desk.Add(desk.At("received", i), 1);
  const std::string before = Everything();
  Database& database = world_.store().database();
  const int64_t pages = database.QueryInt("PRAGMA page_count").value();
  ASSERT_THAT(database.Execute(absl::StrCat("PRAGMA max_page_count=", pages + 2)), IsOk());
  EXPECT_THAT(desk.Exchange(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Everything(), before);
  ASSERT_THAT(database.Execute("PRAGMA max_page_count=100000"), IsOk());
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(world_.EntryCount(), 1500);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeErrorsTest, RefusedBatchWithNewCodesLeavesNoCodeBehind) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  Database& database = world_.store().database();
  const int64_t pages = database.QueryInt("PRAGMA page_count").value();
  ASSERT_THAT(database.Execute(absl::StrCat("PRAGMA max_page_count=", pages)), IsOk());
  for (int i = 1; i < 500; ++i) desk.Add(desk.At("received", i), 1);
  EXPECT_THAT(desk.Exchange(), StatusIs(absl::StatusCode::kResourceExhausted));
  ASSERT_THAT(database.Execute("PRAGMA max_page_count=100000"), IsOk());
  EXPECT_EQ(database.QueryInt("SELECT count(*) FROM code").value(), 0);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.Reopen();
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeErrorsTest, VerifyFindsWhatWasTamperedWith) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  desk.Add(desk.At("refused"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  Database& database = world_.store().database();
  ASSERT_THAT(database.Execute(
                  "UPDATE counter SET value = value + 1 WHERE rowid IN (SELECT rowid FROM counter LIMIT 1)"),
              IsOk());
  EXPECT_EQ(world_.Findings().size(), 1u);
  ASSERT_THAT(database.Execute("UPDATE counter SET value = 1; UPDATE rollup SET units = units + 1"), IsOk());
  EXPECT_EQ(world_.Findings().size(), 4u);
  ASSERT_THAT(database.Execute("UPDATE rollup SET units = 1; DELETE FROM counter"), IsOk());
  EXPECT_EQ(world_.Findings().size(), 2u);
  ASSERT_THAT(
      database.Execute("UPDATE segment SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) AS BLOB)"),
      IsOk());
  EXPECT_GE(world_.Findings().size(), 1u);
}

}  // namespace
}  // namespace motcua
