// The judge finds lies told by hand: a simulator that is content with everything would prove nothing.
#include "tests/simulation/judge.h"

#include <gtest/gtest.h>

#include "tests/simulation/fault_vfs.h"
#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/violation.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr DeviceId kLan{11};
constexpr DeviceId kMinh{22};

// The invariant that `act` breaks; empty when none.
template <typename Act>
std::string Broken(const Act& act) {
  try {
    act();
  } catch (const Violation& violation) {
    return violation.invariant;
  }
  return "";
}

class JudgeTest : public testing::Test {
 protected:
  JudgeTest() {
    RegisterFaultVfs();
    SeedFaultVfs(5);
    SimDesk::EmptyDisk();
    judge_.Enrolled(kLan, "A");
    judge_.Enrolled(kMinh, "B");
  }
  // A machine that knows the catalog already.
  std::unique_ptr<SimDesk> MakeDesk(int number, DeviceId device, const std::string& unit) {
    auto desk = std::make_unique<SimDesk>(&time_, number, DeskIdentity{device, unit, Role::kDesk}, "s", 7 + number);
    desk->disk.Put(SimDesk::EmptyDisk());
    EXPECT_THAT(desk->Open(), IsOk());
    desk->desk().set_catalog(SimCatalog(1));
    judge_.DeskDiskChanged(*desk);
    return desk;
  }
  static void Record(SimDesk& desk, int64_t number) {
    RecordRequest request;
    request.day = kSimDay;
    request.day_confirmed = true;
    request.procedure = "P1";
    request.channel = "counter";
    request.measure = "received";
    request.adds = true;
    request.value = number;
    EXPECT_THAT(desk.desk().Record(request), IsOk());
  }
  static Entry Add(DeviceId device, Seq seq, const std::string& unit, int64_t delta) {
    Entry entry;
    entry.device = device;
    entry.seq = seq;
    entry.body = AddBody{{unit, kSimDay, "P1", "counter", "received"}, delta, {}, {}};
    return entry;
  }

  SimTime time_;
  SimJudge judge_;
};

TEST_F(JudgeTest, SeesEveryEntryOnceAndFindsNothingWrongWithIt) {
  const auto desk = MakeDesk(1, kLan, "A");
  Record(*desk, 3);
  EXPECT_EQ(judge_.DeskSees(*desk), 1u);
  EXPECT_EQ(judge_.DeskSees(*desk), 0u);
  EXPECT_EQ(judge_.book("A").size(), 1u);
}

TEST_F(JudgeTest, ALostEntryIsALoss) {
  const auto desk = MakeDesk(1, kLan, "A");
  const FaultDisk::State before = desk->disk.Save();
  Record(*desk, 3);
  judge_.DeskSees(*desk);
  desk->Kill();
  desk->disk.Load(before);
  ASSERT_THAT(desk->Open(), IsOk());
  EXPECT_EQ(Broken([&] { judge_.DeskReopened(*desk); }), "I2 durability");
}

TEST_F(JudgeTest, OneNameForTwoEntriesIsALie) {
  const EntryName root{kLan, 0, 0};
  const EntryName name{kLan, 1, 99};
  judge_.book("A").Note(root, name, Add(kLan, 1, "A", 3));
  judge_.book("A").Note(root, name, Add(kLan, 1, "A", 3));
  EXPECT_EQ(Broken([&] { judge_.book("A").Note(root, name, Add(kLan, 1, "A", 4)); }), "I3 one name, one entry");
}

TEST_F(JudgeTest, AnotherUnitsDeviceIsAnIntruder) {
  const auto desk = MakeDesk(1, kMinh, "A");
  Record(*desk, 3);
  EXPECT_EQ(Broken([&] { judge_.DeskSees(*desk); }), "I5 isolation");
}

TEST_F(JudgeTest, AnOlderProgramThatGotANewerKindIsFound) {
  const auto desk = MakeDesk(1, kLan, "A");
  desk->protocol = 1;
  Entry review;
  review.body = ReviewBody{{kLan, 0, 0}, {{kLan, 1, 1}, {kLan, 1, 2}}};
  ASSERT_THAT(desk->desk().log().AppendOwn({review}), IsOk());
  EXPECT_EQ(Broken([&] { judge_.DeskSees(*desk); }), "versions");
}

TEST_F(JudgeTest, TwoEndsThatDifferHaveNotConverged) {
  SimHub hub(&time_, 1);
  ASSERT_THAT(hub.Open(), IsOk());
  const auto desk = MakeDesk(1, kLan, "A");
  Record(*desk, 3);
  judge_.DeskSees(*desk);
  EXPECT_FALSE(judge_.Agree("A", {desk.get()}));
  EXPECT_EQ(Broken([&] { judge_.Converged(hub, "A", {desk.get()}); }), "I9 nothing lost that a replica held");
}

class VerdictsJudgedTest : public JudgeTest {
 protected:
  VerdictsJudgedTest() {
    EXPECT_THAT(hub_.Open(), IsOk());
    UnitBook& book = judge_.book("A");
    book.Note({kLan, 0, 0}, first_, Add(kLan, 1, "A", 3));
    book.Note(first_, one_, Add(kLan, 2, "A", 4));
    book.Note(first_, other_, Add(kLan, 2, "A", 5));
  }
  void Exchange(const EntryName& end, std::vector<EntryName> held, Verdict verdict) {
    ExchangeRequest request;
    request.device = kLan;
    request.unit = "A";
    request.locator = {end};
    ExchangeResponse response;
    response.verdict = verdict;
    response.receipt.unit = "A";
    response.receipt.ends = std::move(held);
    response.receipt.signature = "signed";
    judge_.Exchanged(hub_, request, response, /*reaches_desk=*/true);
  }

  const EntryName first_{kLan, 1, 10};
  const EntryName one_{kLan, 2, 20};
  const EntryName other_{kLan, 2, 30};
  SimHub hub_{&time_, 1};
};

TEST_F(VerdictsJudgedTest, FactsThatLagBehindTheLogAreFound) {
  EXPECT_EQ(Broken([&] { Exchange(first_, {first_}, Verdict::kAppend); }), "I6 facts");
}

TEST_F(VerdictsJudgedTest, AReceiptThatNamesLessThanTheOneBeforeIsALoss) {
  (void)Broken([&] { Exchange(one_, {one_}, Verdict::kAppend); });
  EXPECT_EQ(Broken([&] { Exchange(one_, {first_}, Verdict::kDuplicate); }), "I2 durability");
}

TEST_F(VerdictsJudgedTest, AForkThatIsNotToldIsFound) {
  (void)Broken([&] { Exchange(one_, {one_}, Verdict::kAppend); });
  EXPECT_EQ(Broken([&] { Exchange(other_, {one_, other_}, Verdict::kAppend); }), "I9 copies are told");
}

TEST_F(VerdictsJudgedTest, ARegressionThatIsNotOneIsFound) {
  (void)Broken([&] { Exchange(one_, {one_}, Verdict::kAppend); });
  EXPECT_EQ(Broken([&] { Exchange(one_, {one_}, Verdict::kRegressed); }), "I9 copies are told");
  EXPECT_EQ(Broken([&] { Exchange(first_, {one_}, Verdict::kDuplicate); }), "I9 copies are told");
}

TEST_F(VerdictsJudgedTest, ClosingAListIsAnsweredAsTheEntriesAre) {
  judge_.ExpectCopies();
  (void)Broken([&] { Exchange(other_, {one_, other_}, Verdict::kForked); });
  EXPECT_EQ(Broken([&] { judge_.ForkClosed("A", first_, absl::OkStatus()); }), "");
  EXPECT_EQ(Broken([&] { judge_.ForkClosed("A", first_, absl::NotFoundError("")); }), "lists of forks");
  EXPECT_EQ(Broken([&] { judge_.ForkClosed("A", one_, absl::OkStatus()); }), "lists of forks");
  EXPECT_EQ(Broken([&] { judge_.ForkClosed("A", one_, absl::NotFoundError("")); }), "");
}

TEST_F(VerdictsJudgedTest, ACopyToldInARunWithoutCopiesIsAFalseAlarm) {
  (void)Broken([&] { Exchange(one_, {one_}, Verdict::kAppend); });
  EXPECT_EQ(Broken([&] { Exchange(first_, {one_}, Verdict::kRegressed); }), "I9 no false alarm");
}

}  // namespace
}  // namespace motcua
