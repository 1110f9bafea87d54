// A desk whose program was changed by somebody who holds its key: what it can make the hub believe.
//
// It should survive: other devices' entries with and without receipts, forged and foreign receipts, roles not
// held, saws and ends of entries that never were, batches in every wrong order, numbers at their bounds,
// forks without end, requests made to cost much.
#include "common/sync/batch.h"
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class HostileDeskTest : public ExchangeTest {
 protected:
  // Entries first..last of the line that ends at `end`, as a run with its parent's hash.
  struct Piece {
    motcua::Run run;
    Hash parent{};
  };
  static Piece PieceOf(const UnitLedger& ledger, const EntryName& end, Seq first, Seq last) {
    const Position at = ledger.Find(end).value();
    Piece piece{{{end.device, 0, 0}, {}}, ChainRoot(end.device)};
    if (first > 1) {
      const Position before = ledger.tree().Normalize(at.line, first - 1);
      piece.run.parent = ledger.NameAt(before);
      piece.parent = ledger.HashAt(before);
    }
    for (Seq seq = first; seq <= last; ++seq) {
      piece.run.entries.push_back(ledger.EntryAt(ledger.tree().Normalize(at.line, seq)));
    }
    return piece;
  }
  static std::string BatchOf(const TestDesk& desk, const std::vector<Piece>& pieces) {
    std::vector<motcua::Run> runs;
    std::vector<Hash> parents;
    for (const Piece& piece : pieces) {
      runs.push_back(piece.run);
      parents.push_back(piece.parent);
    }
    const CodeBook book(desk.catalog_->version(), desk.catalog_->codes());
    return EncodeBatch(runs, parents, book, kBatchBytesMax).bytes;
  }
  Piece Own(TestDesk& desk, Seq first, Seq last) { return PieceOf(desk.ledger(), desk.end(), first, last); }
  Receipt SignedFor(const std::string& unit, std::vector<EntryName> ends) {
    Receipt receipt;
    receipt.unit = unit;
    std::sort(ends.begin(), ends.end());
    receipt.ends = std::move(ends);
    receipt.signature = world_.signer.Sign(ReceiptPayload(receipt));
    return receipt;
  }
  void ExpectRefused(TestDesk& desk, const ExchangeRequest& request, absl::StatusCode code) {
    const std::string before = Everything();
    EXPECT_THAT(desk.Send(request), StatusIs(code));
    EXPECT_EQ(Everything(), before);
    EXPECT_THAT(world_.Findings(), IsEmpty());
  }
};

TEST_F(HostileDeskTest, RunsOfOneLineAndTheSameRunTwiceCountOnce) {
  TestDesk desk = Desk();
  for (int i = 1; i <= 6; ++i) desk.Add(desk.At("received"), i);
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {Own(desk, 1, 2), Own(desk, 3, 6), Own(desk, 1, 2), Own(desk, 2, 5)});
  const auto response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kAppend);
  EXPECT_EQ(response->common, desk.end());
  EXPECT_EQ(world_.EntryCount(), 6);
  EXPECT_EQ(Value(desk.At("received")), 21);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, WhatIsCommonNeverGoesBackBehindWhatTheLocatorProved) {
  TestDesk desk = Desk();
  for (int i = 1; i <= 6; ++i) desk.Add(desk.At("received"), i);
  ASSERT_THAT(desk.Sync(), IsOk());
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {Own(desk, 1, 3)});
  const auto response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kDuplicate);
  EXPECT_EQ(response->common, desk.end());
  EXPECT_EQ(world_.EntryCount(), 6);
}

TEST_F(HostileDeskTest, ChildBeforeItsParentIsAGapAndStoresNothing) {
  TestDesk desk = Desk();
  for (int i = 1; i <= 4; ++i) desk.Add(desk.At("received"), i);
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {Own(desk, 3, 4), Own(desk, 1, 2)});
  const auto response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kGap);
  EXPECT_EQ(world_.EntryCount(), 0);
}

TEST_F(HostileDeskTest, RolesNotHeldAndTheHubsKindsAreExcludedHoweverTheyAreMixed) {
  TestDesk desk = Desk(), supervisor = Desk("U1", Role::kSupervisor);
  desk.Add(desk.At("received"), 1);
  desk.Write(RestateBody{desk.At("received"), int64_t{500}, {}}, Role::kSupervisor);
  desk.Write(AddBody{desk.At("received"), 100, {}, {}}, Role::kHub);
  const EntryName first{desk.device(), 1, desk.end().h8};
  desk.Write(ExcludeBody{false, first, first});
  desk.Write(ExcludeBody{true, first, first}, Role::kHub);
  supervisor.Add(supervisor.At("received"), 10);
  supervisor.Write(RestateBody{supervisor.At("received"), int64_t{700}, {}}, Role::kHub);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(supervisor.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 11);
  EXPECT_EQ(Reasons(desk).size(), 5u);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, SawOfEntriesThatNeverWereChangesNothingAndIsKept) {
  TestDesk desk = Desk("U1", Role::kSupervisor), neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 4);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  SawBody saw;
  for (uint32_t i = 1; i <= kNamesMax; ++i) saw.ends.push_back({DeviceId{i}, i, 77});
  desk.Write(saw);
  desk.Write(SawBody{{{kHubDevice, 9, 1}, {neighbour.device(), 1, 1}, {neighbour.device(), kSeqMax, 1}}});
  desk.Restate(desk.At("received"), int64_t{50});
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 54) << "the neighbour's add is not known to the restatement";
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, NumbersAtTheirBoundsAddUpLikeTheFold) {
  TestDesk desk = Desk();
  // 2^53 more than a thousand times: beyond what 64 bits hold, up and down again.
  for (int i = 0; i < 1500; ++i) desk.Add(desk.At("received"), kNumberMax);
  ASSERT_THAT(desk.Exchange(1500), IsOk());
  EXPECT_THAT(world_.Findings(), IsEmpty());
  for (int i = 0; i < 2800; ++i) desk.Add(desk.At("received"), -kNumberMax);
  ASSERT_THAT(desk.Exchange(2800), IsOk());
  EXPECT_THAT(world_.Findings(), IsEmpty());
  for (int i = 0; i < 1300; ++i) desk.Add(desk.At("received"), kNumberMax);
  desk.Add(desk.At("received"), 5);
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 5);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, ClocksAtTheirBoundsAreTakenAndShown) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  for (const int64_t extreme : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    ExchangeRequest request = desk.Request();
    request.agent_time_ms = extreme;
    request.oldest_waiting_s = extreme;
    request.waiting = std::numeric_limits<uint32_t>::max();
    ASSERT_THAT(desk.Send(request), IsOk());
    const std::vector<DeviceInfo> devices = world_.hub().ListDevices().value();
    EXPECT_EQ(devices.front().heartbeat.clock_offset_ms > 0, extreme > 0);
  }
}

TEST_F(HostileDeskTest, AClaimedEndOfAnotherDevicesLogIsNoEndOfThisOne) {
  TestDesk desk = Desk(), neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 1);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  desk.Add(desk.At("received"), 2);
  ExchangeRequest request = desk.Request();
  request.locator.insert(request.locator.begin(), neighbour.end());
  ExpectRefused(desk, request, absl::StatusCode::kInvalidArgument);
}

TEST_F(HostileDeskTest, AThousandTinyExchangesCostTheLastOneWhatTheFirstCost) {
  TestDesk desk = Desk();
  const auto calls_of_one = [&] {
    desk.Add(desk.At("received"), 1);
    const int before = world_.faults().calls();
    EXPECT_THAT(desk.Exchange(), IsOk());
    return world_.faults().calls() - before;
  };
  calls_of_one();
  const int first = calls_of_one();
  for (int i = 0; i < 1000; ++i) calls_of_one();
  EXPECT_EQ(calls_of_one(), first);
  EXPECT_EQ(Value(desk.At("received")), 1003);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, RepeatOnAForkReadsEachStoredRunOnce) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  TestDesk copy = desk.Copy(9);
  for (int i = 0; i < 200; ++i) desk.Add(desk.At("received", i), 1);
  for (int i = 0; i < 200; ++i) copy.Add(copy.At("refused", i), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(copy.Send(copy.Request()), IsOk());  // the answer is lost
  copy.Add(copy.At("refused"), 1);
  const int before = world_.faults().segment_reads();
  ASSERT_THAT(copy.Send(copy.Request()), IsOk());
  EXPECT_LT(world_.faults().segment_reads() - before, 30) << "not one for each of 200 entries";
  EXPECT_EQ(world_.EntryCount(), 402);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

// What may come back after a loss.

TEST_F(HostileDeskTest, OthersEntriesComeBackOnlyUnderAGenuineReceiptThatEndsInThem) {
  TestDesk desk = Desk(), neighbour = Desk();
  world_.Backup();
  for (int i = 1; i <= 4; ++i) neighbour.Add(neighbour.At("received"), i);
  ASSERT_THAT(neighbour.Sync(), IsOk());
  ASSERT_THAT(desk.Sync(), IsOk());
  const Receipt genuine = desk.receipt_;
  world_.RestoreBackup();
  const UnitLedger& ledger = desk.ledger();
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {PieceOf(ledger, neighbour.end(), 1, 4)});

  request.newest_receipt.clear();
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
  // Signed by nobody, of another unit, naming another entry.
  Receipt other = genuine;
  other.signature[0] ^= 1;
  request.newest_receipt = EncodeReceipt(other);
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
  request.newest_receipt = EncodeReceipt(SignedFor("U2", {neighbour.end()}));
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
  request.newest_receipt = EncodeReceipt(SignedFor("U1", {desk.end()}));
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
  // Entries that are in the closure wait aside for the rest; one more that the neighbour never wrote.
  request.newest_receipt = EncodeReceipt(genuine);
  request.batch = BatchOf(desk, {PieceOf(ledger, neighbour.end(), 1, 3)});
  const std::string nothing = Everything();
  EXPECT_THAT(desk.Send(request), IsOk());
  EXPECT_EQ(Everything(), nothing);
  Piece more = PieceOf(ledger, neighbour.end(), 1, 4);
  Entry forged = more.run.entries.back();
  ++forged.seq;
  more.run.entries.push_back(forged);
  request.batch = BatchOf(desk, {more});
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
  // A chain that claims the right end with other numbers in it.
  Piece changed = PieceOf(ledger, neighbour.end(), 1, 4);
  std::get<AddBody>(changed.run.entries[1].body).delta = 1000;
  request.batch = BatchOf(desk, {changed});
  const uint64_t right = neighbour.end().h8;
  const std::size_t at = request.batch.find(std::string(1, '\x04'));  // entries, then the claimed last name
  ASSERT_NE(at, std::string::npos);
  std::string claimed;
  ByteWriter(&claimed).Fixed64(right);
  request.batch.replace(at + 1, 8, claimed);
  const std::string before = Everything();
  EXPECT_FALSE(desk.Send(request).ok());
  EXPECT_EQ(Everything(), before);

  request.batch = BatchOf(desk, {PieceOf(ledger, neighbour.end(), 1, 4)});
  ASSERT_THAT(desk.Send(request), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 10);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, OthersEntriesBesideAnOwnRunStandOrFallWithIt) {
  TestDesk desk = Desk(), neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 7);
  desk.Learn(neighbour.ledger());
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {Own(desk, 1, 1), PieceOf(desk.ledger(), neighbour.end(), 1, 1)});
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
}

TEST_F(HostileDeskTest, TheHubsOwnLogCannotBeWrittenByADesk) {
  TestDesk desk = Desk();
  const EntryName end = desk.Add(desk.At("received"), 7);
  ASSERT_THAT(desk.Sync(), IsOk());
  Entry exclude;
  exclude.device = kHubDevice;
  exclude.seq = 1;
  exclude.role = Role::kHub;
  exclude.body = ExcludeBody{false, end, end};
  ExchangeRequest request = desk.Request();
  request.batch = BatchOf(desk, {{{{kHubDevice, 0, 0}, {exclude}}, ChainRoot(kHubDevice)}});
  ExpectRefused(desk, request, absl::StatusCode::kPermissionDenied);
}

TEST_F(HostileDeskTest, OnlyTheHubsSignatureOrAnothersEndSaysThatItIsBehind) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 7);
  ASSERT_THAT(desk.Sync(), IsOk());
  ExchangeRequest request = desk.Request();
  Receipt forged = SignedFor("U1", {{DeviceId{9}, 4, 4}});
  forged.signature = "forged";
  for (const std::string& receipt :
       {EncodeReceipt(forged), EncodeReceipt(SignedFor("U2", {{DeviceId{9}, 4, 4}})),
        std::string("not one")}) {
    request.newest_receipt = receipt;
    EXPECT_FALSE(desk.Send(request)->hub_behind);
  }
  // Own ends the hub has never heard of are news, not a loss.
  desk.Add(desk.At("received"), 1);
  request = desk.Request();
  request.batch.clear();
  EXPECT_FALSE(desk.Send(request)->hub_behind);
  request.newest_receipt = EncodeReceipt(SignedFor("U1", {{DeviceId{9}, 4, 4}}));
  EXPECT_TRUE(desk.Send(request)->hub_behind);
}

// Bounds.

TEST_F(HostileDeskTest, OneDevicesForksLeaveRoomForTheUnitsOtherDesks) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  TestDesk common = desk.Copy(1);
  desk.Add(desk.At("received"), 0);
  ASSERT_THAT(desk.Sync(), IsOk());
  absl::Status status;
  int lines = 0;
  while (status.ok() && lines <= static_cast<int>(kEndsMax)) {
    TestDesk copy = common.Copy(1000 + static_cast<uint64_t>(lines++));
    copy.Add(copy.At("refused"), 1);
    status = copy.Send(copy.Request()).status();
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(lines, static_cast<int>(kLinesOfDeviceMax));
  TestDesk neighbour = Desk();
  neighbour.Add(neighbour.At("received"), 5);
  EXPECT_THAT(neighbour.Sync(), IsOk());
  EXPECT_EQ(Value(desk.At("received")), 6);
  desk.Add(desk.At("received"), 1);
  EXPECT_THAT(desk.Sync(), IsOk()) << "an existing line goes on";
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(HostileDeskTest, ABatchOfANewerFormatIsTooNewAndStoresNothing) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  ExchangeRequest request = desk.Request();
  request.batch[0] = 2;
  const std::string before = Everything();
  const auto response = desk.Send(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->verdict, Verdict::kTooNew);
  EXPECT_THAT(response->message, HasSubstr("máy chủ"));
  EXPECT_TRUE(response->receipt.empty());
  EXPECT_EQ(Everything(), before);
  EXPECT_THAT(desk.Sync(), IsOk());
}

TEST_F(HostileDeskTest, CatalogOffsetsBeyondTheCatalogBeginAnew) {
  TestDesk desk = Desk();
  ExchangeRequest request = desk.Request();
  request.catalog = Hash{};
  request.catalog_wanted = desk.catalog_->version();
  for (const uint32_t offset : {0u, 1u, static_cast<uint32_t>(desk.catalog_->canonical().size()),
                                static_cast<uint32_t>(desk.catalog_->canonical().size()) + 1, 0xFFFFFFFFu}) {
    request.catalog_offset = offset;
    const auto response = desk.Send(request);
    ASSERT_THAT(response, IsOk());
    const bool beyond = offset > desk.catalog_->canonical().size();
    EXPECT_EQ(response->catalog_chunk, desk.catalog_->canonical().substr(beyond ? 0 : offset));
  }
}

TEST_F(HostileDeskTest, NamesAllOverManyForksReadEachStoredRunOnce) {
  TestDesk desk = Desk();
  desk.Add(desk.At("received"), 1);
  TestDesk common = desk.Copy(1);
  constexpr int kCopies = 20, kEach = 300;
  for (int i = 0; i < kCopies; ++i) {
    TestDesk copy = common.Copy(1000 + static_cast<uint64_t>(i));
    for (int n = 0; n < kEach; ++n) copy.Write(SawBody{});
    ASSERT_THAT(copy.Exchange(), IsOk());
  }
  ExchangeRequest request = desk.Request();
  request.ends.clear();
  for (Seq seq = 2; seq < kEach; ++seq) request.ends.push_back({desk.device(), seq, 1});
  request.locator.clear();
  for (Seq seq = 0; seq < kLocatorMax; ++seq) request.locator.push_back({desk.device(), kEach - seq, 1});
  const int before = world_.faults().segment_reads();
  ASSERT_THAT(desk.Send(request), IsOk());
  EXPECT_LT(world_.faults().segment_reads() - before, 4 * kCopies);
}

}  // namespace
}  // namespace motcua
