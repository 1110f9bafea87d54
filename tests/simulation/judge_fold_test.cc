// The judge's fold says of small worked examples what DESIGN section 3 says.
#include "tests/simulation/judge_fold.h"

#include <gtest/gtest.h>

namespace motcua {
namespace {

constexpr DeviceId kLan{1};
constexpr DeviceId kMinh{2};

class JudgeFoldTest : public testing::Test {
 protected:
  EntryName Write(DeviceId device, EntryBody body, Role role = Role::kDesk) {
    EntryName& end = ends_.try_emplace(device, EntryName{device, 0, 0}).first->second;
    const EntryName name{device, end.seq + 1, ++h8_};
    Entry entry;
    entry.device = device;
    entry.seq = name.seq;
    entry.role = role;
    entry.body = std::move(body);
    held_.Add(book_.Note(end, name, entry));
    return end = name;
  }
  EntryName Add(DeviceId device, int64_t delta) { return Write(device, AddBody{cell_, delta, {}, {}}); }
  EntryName Restate(DeviceId device, int64_t value) {
    return Write(device, RestateBody{cell_, value, {}}, device == kHubDevice ? Role::kHub : Role::kSupervisor);
  }
  JudgedCell Fold() const { return JudgeFold(&book_, held_).Fold(cell_, /*counter=*/true); }

  const Cell cell_{"A", Day{18'500}, "P1", "counter", "received"};
  UnitBook book_{"A"};
  Bits held_;
  std::map<DeviceId, EntryName> ends_;
  uint64_t h8_ = 0;
};

TEST_F(JudgeFoldTest, AddsOfTwoDesksAddUp) {
  Add(kLan, 3);
  Add(kMinh, 4);
  EXPECT_EQ(Fold().value, Value{7});
  EXPECT_FALSE(Fold().provisional);
}

TEST_F(JudgeFoldTest, ARestatementTakesTheAddsItKnowsAndOverlapsWithTheOthers) {
  const EntryName known = Add(kLan, 3);
  Add(kLan, 5);
  Write(kMinh, SawBody{{known}});
  Restate(kMinh, 10);
  EXPECT_EQ(Fold().value, Value{15});
  EXPECT_TRUE(Fold().overlap);
}

TEST_F(JudgeFoldTest, TheHubsWordWinsAndTheOtherStandsAsAConflict) {
  Restate(kMinh, 10);
  Restate(kHubDevice, 12);
  EXPECT_EQ(Fold().value, Value{12});
  EXPECT_TRUE(Fold().conflict);
  EXPECT_EQ(Fold().survivors.size(), 2u);
}

TEST_F(JudgeFoldTest, AnExcludedEntryIsAbsentUntilALiftThatKnowsTheExclusion) {
  Add(kLan, 3);
  const EntryName doubled = Add(kLan, 4);
  Write(kHubDevice, ExcludeBody{false, doubled, doubled}, Role::kHub);
  EXPECT_EQ(Fold().value, Value{3});
  Write(kHubDevice, ExcludeBody{true, doubled, doubled}, Role::kHub);
  EXPECT_EQ(Fold().value, Value{7});
}

TEST_F(JudgeFoldTest, AnExclusionOfADeskCountsForNothing) {
  const EntryName first = Add(kLan, 3);
  Write(kMinh, ExcludeBody{false, first, first});
  EXPECT_EQ(Fold().value, Value{3});
}

TEST_F(JudgeFoldTest, ACellIsOpenWhereCopiesBothWroteItUntilOneReviewNamesBothOrOnlyOneCounts) {
  const EntryName common = Add(kLan, 3);
  const EntryName one = Add(kLan, 4);
  ends_[kLan] = common;
  const EntryName other = Add(kLan, 4);
  const auto open = [&] { return JudgeFold(&book_, held_).OpenForks(cell_, /*counter=*/true); };
  EXPECT_EQ(open(), std::vector<EntryName>{common});
  const EntryName elsewhere{kLan, 9, 9};
  Write(kHubDevice, ReviewBody{common, {one, elsewhere}}, Role::kHub);
  EXPECT_EQ(open(), std::vector<EntryName>{common});
  Write(kHubDevice, ExcludeBody{false, other, other}, Role::kHub);
  EXPECT_TRUE(open().empty());
  Write(kHubDevice, ExcludeBody{true, other, other}, Role::kHub);
  EXPECT_EQ(open(), std::vector<EntryName>{common});
  Write(kHubDevice, ReviewBody{common, {one, other}}, Role::kHub);
  EXPECT_TRUE(open().empty());
}

TEST_F(JudgeFoldTest, ANameThatIsNotHeldTellsNothingUntilItArrives) {
  const EntryName first = Add(kLan, 3);
  held_.Remove(*book_.Find(first));
  Write(kMinh, SawBody{{first}});
  Restate(kMinh, 10);
  EXPECT_FALSE(JudgeFold(&book_, held_).closed());
  held_.Add(*book_.Find(first));
  EXPECT_TRUE(JudgeFold(&book_, held_).closed());
  EXPECT_EQ(Fold().value, Value{10});
}

}  // namespace
}  // namespace motcua
