// Runs of other devices that come back in pieces: what an honest desk gets done with them, and what one that
// lies can make the hub believe.
//
// It should survive: garbage, forged beginnings, runs that never end, more of them than there is room for,
// receipts of another unit or of nobody, a hub that restarts, a writer that comes back by itself.
#include "common/sync/batch.h"
#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Seq kLost = 20;

class StagingTest : public ExchangeTest {
 protected:
  // The hub has lost kLost entries of `writer_`, which `desk_` holds together with the receipt that names them.
  void SetUp() override {
    desk_.Add(desk_.At("refused"), 1);
    ASSERT_THAT(desk_.Sync(), IsOk());
    world_.Backup();
    for (Seq i = 0; i < kLost; ++i) writer_.Add(writer_.At("received"), 1);
    ASSERT_THAT(writer_.Sync(), IsOk());
    ASSERT_THAT(desk_.Sync(), IsOk());
    proof_ = desk_.receipt_;
    world_.RestoreBackup();
    before_ = Everything();
  }
  ExchangeRequest Piece(const UnitLedger& ledger, const EntryName& end, Seq first, Seq last) {
    ExchangeRequest request = desk_.Request(0);
    request.newest_receipt = EncodeReceipt(proof_);
    request.batch = EncodePath(ledger, end, first, last, *desk_.catalog_);
    return request;
  }
  ExchangeRequest Piece(Seq first, Seq last) { return Piece(desk_.ledger(), writer_.end(), first, last); }
  EntryName Name(Seq seq) {
    const Position end = desk_.ledger().Find(writer_.end()).value();
    return desk_.ledger().NameAt({end.line, seq});
  }
  // What somebody makes up in the writer's name.
  UnitLedger Forged(int seed, Seq entries, EntryName* end) {
    TestDesk forger(&world_, writer_.device(), "U1", Role::kDesk, static_cast<uint64_t>(7'000 + seed));
    for (Seq i = 0; i < entries; ++i) forger.Add(forger.At("received"), 1'000 + seed);
    *end = forger.end();
    return std::move(forger.ledger());
  }
  ExchangeResponse Take(const ExchangeRequest& request) {
    const absl::StatusOr<ExchangeResponse> response = desk_.Send(request);
    EXPECT_THAT(response.status(), IsOk());
    return response.ok() ? *response : ExchangeResponse{};
  }
  void ExpectNothingHappened(const ExchangeResponse& response) {
    EXPECT_EQ(Everything(), before_);
    for (const EntryName& end : response.receipt.ends) EXPECT_NE(end.device, writer_.device());
    EXPECT_THAT(world_.Findings(), IsEmpty());
  }
  void ExpectAllIsBack() {
    EXPECT_EQ(Value(writer_.At("received")), kLost);
    EXPECT_EQ(Rows("staged_run"), 0);
    EXPECT_EQ(Rows("staged_piece"), 0);
    EXPECT_THAT(world_.Findings(), IsEmpty());
  }
  int64_t Rows(const std::string& table) {
    return world_.store().database().QueryInt(absl::StrCat("SELECT count(*) FROM ", table)).value();
  }

  TestDesk desk_ = Desk();
  TestDesk writer_ = Desk();
  Receipt proof_;
  std::string before_;
};

TEST_F(StagingTest, PiecesAreNowhereUntilTheLastOneProvesThem) {
  ExchangeResponse response = Take(Piece(1, 7));
  EXPECT_THAT(response.returned, ElementsAre(Name(7)));
  ExpectNothingHappened(response);
  response = Take(Piece(8, 19));
  EXPECT_THAT(response.returned, ElementsAre(Name(19)));
  EXPECT_TRUE(response.hub_behind);
  ExpectNothingHappened(response);
  response = Take(Piece(20, 20));
  EXPECT_THAT(response.returned, IsEmpty());
  EXPECT_FALSE(response.hub_behind);
  ExpectAllIsBack();
}

TEST_F(StagingTest, PiecesOutliveARestartAndAreToldToWhoeverAsks) {
  Take(Piece(1, 7));
  world_.Reopen();
  ExchangeRequest empty = desk_.Request(0);
  EXPECT_THAT(Take(empty).returned, ElementsAre(Name(7)));
  EXPECT_THAT(writer_.Send(writer_.Request(0))->returned, IsEmpty()) << "another sender's are its own";
  Take(Piece(8, 20));
  ExpectAllIsBack();
}

TEST_F(StagingTest, RepeatsOverlapsAndHolesOnlyCostTheirBytes) {
  Take(Piece(1, 7));
  EXPECT_THAT(Take(Piece(8, 10)).returned, ElementsAre(Name(10)));
  EXPECT_THAT(Take(Piece(8, 10)).returned, ElementsAre(Name(10))) << "the reply was lost";
  EXPECT_THAT(Take(Piece(5, 12)).returned, ElementsAre(Name(10)));
  EXPECT_THAT(Take(Piece(15, 20)).returned, ElementsAre(Name(10)));
  EXPECT_THAT(Take(Piece(1, 3)).returned, ElementsAre(Name(3))) << "from the beginning: its sender forgot";
  EXPECT_EQ(Everything(), before_);
  Take(Piece(4, 20));
  ExpectAllIsBack();
}

TEST_F(StagingTest, TwoSendersEachBringTheirOwnAndTheFirstToEndWins) {
  TestDesk other = Desk();
  other.Learn(desk_.ledger());
  other.receipt_ = proof_;
  const auto from_other = [&](Seq first, Seq last) {
    ExchangeRequest request = other.Request(0);
    request.batch = EncodePath(other.ledger(), writer_.end(), first, last, *other.catalog_);
    return other.Send(request);
  };
  Take(Piece(1, 7));
  EXPECT_THAT(from_other(1, 12)->returned, ElementsAre(Name(12)));
  EXPECT_THAT(Take(Piece(8, 9)).returned, ElementsAre(Name(9)));
  ASSERT_THAT(from_other(13, 20), IsOk());
  EXPECT_THAT(Take(Piece(10, 15)).returned, ElementsAre()) << "nothing is lacking any more";
  ExpectAllIsBack();
}

TEST_F(StagingTest, TheWriterItselfMayBringPartOfIt) {
  Take(Piece(1, 15));
  ASSERT_THAT(writer_.Exchange(5), IsOk());
  writer_.sent_ = 0;
  ASSERT_THAT(writer_.Exchange(5), IsOk());
  EXPECT_EQ(Value(writer_.At("received")), 5);
  Take(Piece(16, 20));
  ExpectAllIsBack();
}

TEST_F(StagingTest, AnOlderReceiptBringsBackWhatItNames) {
  proof_.ends = {Name(12)};
  proof_.signature = world_.signer.Sign(ReceiptPayload(proof_));
  Take(Piece(1, 7));
  Take(Piece(8, 12));
  EXPECT_EQ(Value(writer_.At("received")), 12);
  EXPECT_THAT(desk_.Send(Piece(13, 15)), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(StagingTest, WhatCameBackIsNotJudgedASecondTime) {
  world_.RestoreBackup();
  TestDesk boss = Desk("U1", Role::kSupervisor);
  boss.Restate(boss.At("received"), int64_t{5});
  boss.Add(boss.At("refused"), 1);
  ASSERT_THAT(boss.Sync(), IsOk());
  ASSERT_THAT(desk_.Sync(), IsOk());
  proof_ = desk_.receipt_;
  world_.RestoreBackup();
  Take(Piece(desk_.ledger(), boss.end(), 1, 1));
  Take(Piece(desk_.ledger(), boss.end(), 2, 2));
  EXPECT_EQ(Value(boss.At("received")), 5);
  EXPECT_THAT(Reasons(boss), IsEmpty());
}

// A desk that lies.

TEST_F(StagingTest, GarbageNeverReachesTheLogHoweverItEnds) {
  EntryName forged_end;
  const UnitLedger forged = Forged(1, kLost, &forged_end);
  ExpectNothingHappened(Take(Piece(forged, forged_end, 1, 7)));
  // The end of the chain is not the one the receipt names, whatever it claims.
  EXPECT_THAT(desk_.Send(Piece(forged, forged_end, 8, 20)), StatusIs(absl::StatusCode::kPermissionDenied));
  // The genuine rest does not go on behind a forged beginning.
  ExpectNothingHappened(Take(Piece(8, 20)));
  Take(Piece(1, 10));
  Take(Piece(11, 20));
  EXPECT_EQ(Value(writer_.At("received")), kLost);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(StagingTest, ReceiptsOfNobodyOfAnotherUnitOrOfWhatIsHeldProveNothing) {
  const std::string genuine = EncodeReceipt(proof_);
  Receipt other_key = proof_;
  other_key.signature[0] = static_cast<char>(other_key.signature[0] ^ 1);
  Receipt other_unit = proof_;
  other_unit.unit = "U2";
  other_unit.signature = world_.signer.Sign(ReceiptPayload(other_unit));
  Receipt held = proof_;
  held.ends = {desk_.end()};
  held.signature = world_.signer.Sign(ReceiptPayload(held));
  const auto send = [&](ExchangeRequest request, const std::string& receipt) {
    request.newest_receipt = receipt;
    return desk_.Send(request);
  };
  for (const std::string& receipt :
       {EncodeReceipt(other_key), EncodeReceipt(other_unit), EncodeReceipt(held), std::string()}) {
    EXPECT_THAT(send(Piece(1, 7), receipt), StatusIs(absl::StatusCode::kPermissionDenied));
    ASSERT_THAT(send(Piece(1, 7), genuine), IsOk());
    EXPECT_THAT(send(Piece(8, 20), receipt), StatusIs(absl::StatusCode::kPermissionDenied))
        << "the end needs its own proof";
    EXPECT_EQ(Everything(), before_);
  }
}

TEST_F(StagingTest, RunsThatNeverEndAreFewAndMakeRoomForOthers) {
  for (int i = 0; i < 3 * static_cast<int>(kReturnedMax); ++i) {
    EntryName end;
    const UnitLedger forged = Forged(i, 3, &end);
    world_.clock.SleepMs(1'000);
    EXPECT_LE(Take(Piece(forged, end, 1, 3)).returned.size(), kReturnedMax);
  }
  EXPECT_EQ(Rows("staged_run"), static_cast<int64_t>(kReturnedMax));
  EXPECT_EQ(Rows("staged_piece"), static_cast<int64_t>(kReturnedMax));
  EXPECT_EQ(Everything(), before_);
  Take(Piece(1, 7));
  Take(Piece(8, 20));
  EXPECT_EQ(Value(writer_.At("received")), kLost);
}

TEST_F(StagingTest, ARunLongerThanTheBoundIsRefusedInWords) {
  Take(Piece(1, 7));
  ASSERT_THAT(world_.store().database().Execute(absl::StrCat("UPDATE staged_run SET bytes=", kStagedRunBytesMax)),
              IsOk());
  EXPECT_THAT(desk_.Send(Piece(8, 9)), StatusIs(absl::StatusCode::kFailedPrecondition, "chính máy đó"));
  EXPECT_EQ(Rows("staged_piece"), 1);
}

TEST_F(StagingTest, AFullUnitForgetsWhatNobodyHasTouchedForLongest) {
  TestDesk other = Desk();
  other.Learn(desk_.ledger());
  other.receipt_ = proof_;
  ExchangeRequest request = other.Request(0);
  request.batch = EncodePath(other.ledger(), writer_.end(), 1, 3, *other.catalog_);
  ASSERT_THAT(other.Send(request), IsOk());
  ASSERT_THAT(world_.store().database().Execute(absl::StrCat("UPDATE staged_run SET bytes=", kStagedUnitBytesMax)),
              IsOk());
  world_.clock.SleepMs(1'000);
  EXPECT_THAT(Take(Piece(1, 7)).returned, ElementsAre(Name(7)));
  EXPECT_EQ(Rows("staged_run"), 1);
  EXPECT_EQ(Rows("staged_piece"), 1);
}

TEST_F(StagingTest, PiecesThatNobodyFinishesGoAfterAMonth) {
  Take(Piece(1, 7));
  world_.clock.SleepMs((kStagedLifeS + 1) * 1'000);
  EXPECT_THAT(Take(desk_.Request(0)).returned, IsEmpty());
  EXPECT_EQ(Rows("staged_run"), 0);
  EXPECT_EQ(Rows("staged_piece"), 0);
}

TEST_F(StagingTest, AStoreThatFailsAnywhereLeavesAllPiecesOrNone) {
  Take(Piece(1, 7));
  for (int call = 1;; ++call) {
    world_.faults().FailAt(call, absl::UnavailableError("disk"));
    const absl::StatusOr<ExchangeResponse> response = desk_.Send(Piece(8, 20));
    const bool failed = world_.faults().failed();
    world_.faults().Mend();
    if (!failed) {
      EXPECT_THAT(response, IsOk());
      break;
    }
    if (response.ok()) continue;
    const int64_t pieces = Rows("staged_piece");
    if (Everything() == before_) {
      ASSERT_EQ(pieces, 1);
    } else {
      ASSERT_EQ(pieces, 0);  // committed, and the answer failed
      break;
    }
  }
  ExpectAllIsBack();
}

}  // namespace
}  // namespace motcua
