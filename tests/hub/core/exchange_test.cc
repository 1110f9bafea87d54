// One exchange at a time: verdicts, receipts, what is excluded, what is held, what comes back.
//
// It should survive: repeats, lost answers, copies, a hub restored from a backup, cells of other units, roles
// not held, unknown codes. What is refused whole: exchange_errors_test.cc.
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ExchangeTest, ReceiptCoversExactlyTheEndsHeldAndIsSigned) {
  TestDesk desk = Desk(), neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 1);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  desk.Add(desk.At("received"), 5);
  const EntryName end = desk.Add(desk.At("received"), 2);
  desk.Add(desk.At("refused"), 1);
  const auto response = desk.Exchange(2);  // the third entry stays at the desk
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kAppend);
  EXPECT_EQ(response->common, end);
  std::vector<EntryName> ends = {end, neighbour.end()};
  std::sort(ends.begin(), ends.end());
  EXPECT_EQ(response->receipt.ends, ends);
  EXPECT_EQ(response->receipt.unit, "U1");
  EXPECT_TRUE(world_.signer.Verify(ReceiptPayload(response->receipt), response->receipt.signature));
  EXPECT_EQ(Value(desk.At("received")), 8);
  EXPECT_FALSE(response->hub_behind);
}

TEST_F(ExchangeTest, NightWithNothingNewIsOneExchangeAndSaysSo) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 5);
  ASSERT_THAT(desk.Sync(), IsOk());
  const std::string before = Everything();
  const auto response = desk.Exchange();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kDuplicate);
  EXPECT_THAT(response->batch, IsEmpty());
  EXPECT_THAT(response->catalog_chunk, IsEmpty());
  EXPECT_FALSE(response->more);
  EXPECT_EQ(Everything(), before);
}

TEST_F(ExchangeTest, SameBatchAgainChangesNothingAndIsAnsweredKindly) {
  TestDesk desk = Desk();
  for (int i = 0; i < 5; ++i) desk.Add(desk.At("received", i), i);
  const ExchangeRequest request = desk.Request();
  const auto first = desk.Send(request);
  ASSERT_THAT(first, IsOk());
  const std::string before = Everything();
  const auto again = desk.Send(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->verdict, Verdict::kDuplicate);
  EXPECT_EQ(again->receipt.ends, first->receipt.ends);
  EXPECT_EQ(Everything(), before);
}

TEST_F(ExchangeTest, RepeatedEntriesBeforeNewOnesCountOnce) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 5);
  ASSERT_THAT(desk.Send(desk.Request()), IsOk());  // the answer is lost
  desk.Add(desk.At("received"), 2);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 7);
  EXPECT_EQ(world_.EntryCount(), 2);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, BothCopiesOfADeviceCountEachEntryOnce) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 10);
  ASSERT_THAT(desk.Sync(), IsOk());
  TestDesk copy = desk.Copy(7);
  desk.Add(desk.At("received"), 1);
  copy.Add(copy.At("received"), 2);
  ASSERT_THAT(desk.Sync(), IsOk());
  const auto response = copy.Exchange();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kForked);
  EXPECT_FALSE(response->message.empty());
  EXPECT_EQ(response->receipt.ends.size(), 2u);
  EXPECT_EQ(Value(desk.At("received")), 13);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(desk.ledger().Ends(), copy.ledger().Ends());
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, CopyLeftBehindTakesItsEntriesBack) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 10);
  TestDesk old = desk.Copy(7);
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  const auto response = old.Exchange();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kRegressed);
  EXPECT_EQ(old.end(), desk.end());
}

TEST_F(ExchangeTest, OtherDesksAndTheHubsLogComeDownInPiecesUntilNoMore) {
  TestDesk desk = Desk(), neighbour = Desk();
  for (int i = 0; i < 300; ++i) neighbour.Add(neighbour.At("received", i), i);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Restate(desk.At("received", 1), int64_t{4}, std::nullopt, "note", "op"), IsOk());
  ExchangeRequest request = desk.Request();
  request.batch_bytes_max = kBatchBytesMin;
  const auto first = desk.Send(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->more);
  EXPECT_LE(first->batch.size(), kBatchBytesMin);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(desk.ledger().Ends(), desk.receipt_.ends);
  EXPECT_EQ(desk.ledger().entry_count(), static_cast<std::size_t>(world_.EntryCount()));
}

TEST_F(ExchangeTest, DesksOfAnotherUnitSeeNothing) {
  TestDesk desk = Desk("U1"), stranger = Desk("U2");
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  const auto response = stranger.Exchange();
  ASSERT_THAT(response, IsOk());
  EXPECT_THAT(response->batch, IsEmpty());
  EXPECT_THAT(response->receipt.ends, IsEmpty());
}

TEST_F(ExchangeTest, RollupsGroupByLevelOverEveryAncestor) {
  TestDesk one = Desk("U1"), two = Desk("U2"), three = Desk("U3");
  one.Add(one.At("received"), 5);
  two.Add(two.At("received"), 7);
  three.Add(three.At("received"), 100);
  for (TestDesk* desk : {&one, &two, &three}) ASSERT_THAT(desk->Sync(), IsOk());
  EXPECT_EQ(world_.Rollups(),
            "0 commune 2019-04-14 P1 counter received = 112/3\n"
            "D1 commune 2019-04-14 P1 counter received = 12/2\n"
            "D2 commune 2019-04-14 P1 counter received = 100/1\n");
}

// Refused entries: excluded, shown with the reason, nothing behind them waits.

TEST_F(ExchangeTest, ForeignCellIsExcludedWithItsReasonAndBlocksNothing) {
  TestDesk desk = Desk("U1");
  Cell foreign = desk.At("received");
  foreign.unit = "U2";
  desk.Add(foreign, 50);
  desk.Add(desk.At("received"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 3);
  EXPECT_EQ(Value(foreign), -999);
  EXPECT_THAT(Reasons(desk), ElementsAre(HasSubstr("1: Ô số liệu thuộc đơn vị U2")));
  // The desk has it, too.
  const Position first{desk.ledger().Find(desk.end()).value().line, 1};
  EXPECT_EQ(desk.ledger().FateOf(first).kind, UnitLedger::FateKind::kExcluded);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, RolesNotHeldAndEntriesOnlyTheHubMayWriteAreExcluded) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 3);
  desk.Write(RestateBody{desk.At("received"), int64_t{9}, {}}, Role::kSupervisor);
  desk.Write(ExcludeBody{false, desk.end(), desk.end()});
  desk.Write(AddBody{desk.At("received"), 100, {}, {}}, Role::kHub);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 3);
  EXPECT_THAT(Reasons(desk), ElementsAre(HasSubstr("2: "), HasSubstr("3: "), HasSubstr("4: ")));
}

TEST_F(ExchangeTest, DeskRestatingACounterIsExcludedAndASupervisorCounts) {
  TestDesk desk = Desk(), supervisor = Desk("U1", Role::kSupervisor);
  desk.Add(desk.At("received"), 3);
  desk.Restate(desk.At("received"), int64_t{9});
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 3);
  ASSERT_THAT(supervisor.Sync(), IsOk());
  supervisor.Saw();
  supervisor.Restate(supervisor.At("received"), int64_t{20});
  ASSERT_THAT(supervisor.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 20);
  desk.Add(desk.At("received"), 1);  // did not know the restatement: counts on top, shown as overlap
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 21);
  EXPECT_THAT(world_.Facts(), HasSubstr("received = 21 provisional"));
}

TEST_F(ExchangeTest, AddToARegisterAndTextForANumberAreExcluded) {
  TestDesk desk = Desk();
  desk.Restate(desk.At("suspended"), int64_t{4});
  desk.Add(desk.At("suspended"), 1);
  desk.Restate(desk.At("suspended"), std::string("four"));
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("suspended")), 4);
  EXPECT_EQ(Reasons(desk).size(), 2u);
}

TEST_F(ExchangeTest, NeighbouringRefusalsOfOneReasonShareOneExclusion) {
  TestDesk desk = Desk();
  Cell foreign = desk.At("received");
  foreign.unit = "U2";
  for (int i = 0; i < 50; ++i) desk.Add(foreign, 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Reasons(desk).size(), 50u);
  EXPECT_EQ(world_.EntryCount(), 51);
}

TEST_F(ExchangeTest, FirstHubEntryOfEachProcessCarriesANonce) {
  TestDesk desk = Desk();
  ASSERT_THAT(world_.hub().Restate(desk.At("received"), int64_t{1}, std::nullopt, "n", ""), IsOk());
  ASSERT_THAT(world_.hub().Restate(desk.At("received"), int64_t{2}, std::nullopt, "n", ""), IsOk());
  world_.Reopen();
  ASSERT_THAT(world_.hub().Restate(desk.At("received"), int64_t{3}, std::nullopt, "n", ""), IsOk());
  const UnitLedger ledger = world_.hub().LoadLedger("U1").value();
  std::vector<bool> nonces;
  ledger.ForEach(
      [&](Position, const EntryName&, const Entry& entry) { nonces.push_back(entry.nonce.has_value()); });
  EXPECT_THAT(nonces, ElementsAre(true, false, true));
}

// Operators.

TEST_F(ExchangeTest, ExcludedEntryLeavesTheFactsAndComesBackWhenIncluded) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 3);
  const EntryName wrong = desk.Add(desk.At("received"), 40);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", wrong, wrong, false, "typed twice", "op"), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 3);
  EXPECT_THAT(world_.Rollups(), HasSubstr("0 commune 2019-04-14 P1 counter received = 3/1"));
  ASSERT_THAT(world_.hub().Exclude("U1", wrong, wrong, true, "it was right", "op"), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 43);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, CellWithEverythingExcludedIsUnknownAgainAlsoAbove) {
  TestDesk desk = Desk();
  const EntryName only = desk.Add(desk.At("received"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Exclude("U1", only, only, false, "wrong day", "op"), IsOk());
  EXPECT_EQ(world_.Facts(), "");
  EXPECT_EQ(world_.Rollups(), "");
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, OperatorsRestatementKnowsWhatTheHubHoldsAndLaterAddsCountOnTop) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(world_.hub().Restate(desk.At("received"), int64_t{10}, std::nullopt, "recount", "op"), IsOk());
  ASSERT_THAT(desk.Sync(), IsOk());
  desk.Saw();
  desk.Add(desk.At("received"), 2);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(world_.Facts(), "U1/2019-04-14/P1/counter/received = 12\n");
}

TEST_F(ExchangeTest, RestatementOfWhatIsNoLongerShownIsNotWritten) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_THAT(world_.hub().Restate(desk.At("received"), int64_t{10}, motcua::Value(int64_t{2}), "n", ""),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Value(desk.At("received")), 3);
}

TEST_F(ExchangeTest, ForeignCellCannotBeTakenIn) {
  TestDesk desk = Desk();
  Cell foreign = desk.At("received");
  foreign.unit = "U2";
  const EntryName entry = desk.Add(foreign, 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_THAT(world_.hub().Exclude("U1", entry, entry, true, "n", ""),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// What the catalog does not know yet is held.

TEST_F(ExchangeTest, EntriesWithUnknownCodesAreHeldAndCountOnceTheCatalogKnowsThem) {
  TestDesk desk = Desk();
  Cell second = desk.At("received");
  second.procedure = "P2";
  desk.Add(desk.At("late"), 2);
  desk.Add(second, 5);
  desk.Add(desk.At("received"), 1);
  desk.Restate(desk.At("late"), int64_t{9});  // refused once it is known that "late" is a counter
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(world_.Facts(), "U1/2019-04-14/P1/counter/received = 1\n");
  EXPECT_EQ(world_.hub().Status()->held, 3);
  EXPECT_THAT(Reasons(desk), IsEmpty());
  CatalogShape shape;
  shape.version = "two";
  shape.late_measure = true;
  shape.second_procedure = true;
  EXPECT_TRUE(world_.hub().ApplyCatalog(MakeCatalog(shape)).value());
  EXPECT_EQ(world_.hub().Status()->held, 0);
  EXPECT_EQ(world_.Facts(),
            "U1/2019-04-14/P1/counter/late = 2\nU1/2019-04-14/P1/counter/received = 1\n"
            "U1/2019-04-14/P2/counter/received = 5\n");
  EXPECT_EQ(Reasons(desk).size(), 1u);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, CatalogThatMovesAUnitOrChangesAMeasureRebuildsEveryFact) {
  TestDesk one = Desk("U1"), two = Desk("U2");
  one.Add(one.At("visits"), 5);
  one.Add(one.At("refused"), 1);
  two.Add(two.At("refused"), 7);
  ASSERT_THAT(one.Sync(), IsOk());
  ASSERT_THAT(two.Sync(), IsOk());
  CatalogShape shape;
  shape.version = "three";
  shape.parent_of_u1 = "D2";
  shape.visits_are_stock = true;
  ASSERT_THAT(world_.hub().ApplyCatalog(MakeCatalog(shape)), IsOk());
  EXPECT_EQ(world_.Facts(), "U1/2019-04-14/P1/counter/refused = 1\nU2/2019-04-14/P1/counter/refused = 7\n");
  EXPECT_EQ(world_.Rollups(),
            "0 commune 2019-04-14 P1 counter refused = 8/2\n"
            "D1 commune 2019-04-14 P1 counter refused = 7/1\n"
            "D2 commune 2019-04-14 P1 counter refused = 1/1\n");
  EXPECT_THAT(world_.Findings(), IsEmpty());
  EXPECT_FALSE(world_.hub().ApplyCatalog(MakeCatalog(shape)).value());
}

TEST_F(ExchangeTest, NewCatalogComesDownFromWhereTheDeskIs) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 5);
  CatalogShape shape;
  shape.version = "two";
  const auto catalog = MakeCatalog(shape);
  ASSERT_THAT(world_.hub().ApplyCatalog(catalog), IsOk());
  ExchangeRequest request = desk.Request();
  const auto whole = desk.Send(request);  // in numbers of the old version, which the hub still reads
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(whole->verdict, Verdict::kAppend);
  EXPECT_EQ(whole->catalog, catalog->version());
  EXPECT_EQ(whole->catalog_chunk, catalog->canonical());
  EXPECT_EQ(whole->catalog_size, catalog->canonical().size());
  request.catalog_wanted = catalog->version();
  request.catalog_offset = 100;
  EXPECT_EQ(desk.Send(request)->catalog_chunk, catalog->canonical().substr(100));
  request.catalog_wanted = Sha256("another");
  EXPECT_EQ(desk.Send(request)->catalog_chunk, catalog->canonical());
  world_.Reopen();
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

// A hub that lost data.

TEST_F(ExchangeTest, RestoredHubSaysThatItIsBehindAndTakesBackWhatItOnceSignedFor) {
  TestDesk desk = Desk(), neighbour = Desk();
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.Backup();
  neighbour.Add(neighbour.At("received"), 10);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  desk.Add(desk.At("received"), 100);
  ASSERT_THAT(desk.Sync(), IsOk());
  world_.RestoreBackup();
  auto response = desk.Exchange();
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(response->hub_behind);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 101);
  // The neighbour's machine is gone; its entries come back from this desk, under the receipt that names them.
  ExchangeRequest request = desk.Request();
  request.newest_receipt = EncodeReceipt([&] {
    Receipt receipt = desk.receipt_;
    receipt.ends = desk.ledger().Ends();
    receipt.signature = world_.signer.Sign(ReceiptPayload(receipt));
    return receipt;
  }());
  request.batch = EncodePath(desk.ledger(), neighbour.end(), 1, 1, *desk.catalog_);
  response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_FALSE(response->hub_behind);
  EXPECT_EQ(Value(desk.At("received")), 111);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(ExchangeTest, CatalogTheHubDoesNotHaveIsAskedForAgainInItsOwn) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.catalog = Sha256("never applied here");
  const std::string before = Everything();
  const auto response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kRetryLater);
  EXPECT_EQ(response->catalog_chunk, desk.catalog_->canonical());
  EXPECT_EQ(Everything(), before);
}

}  // namespace
}  // namespace motcua
