// Forks: which cells copies of a device both go on writing. Faults it should survive: copies of copies, copies that
// share nothing, a line met before the one it was copied from, a review of branches not held, a further copy
// behind a closed fork.
#include "common/ledger/forks.h"

#include "tests/common/ledger/desks.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ForksTest : public testing::Test {
 protected:
  LineId Line(Seq count, LineId parent = kNoLine, Seq fork_seq = 0, uint32_t device = 1) {
    const LineId id = tree_.AddLine(DeviceId{device}, parent, fork_seq);
    tree_.Extend(id, count);
    return id;
  }
  // The branches touched of every open fork, over `reviews`.
  std::vector<std::vector<Position>> Open(std::vector<Position> places) {
    Forks forks(&tree_);
    for (const std::vector<Position>& review : reviews_) forks.AddReview(review);
    std::vector<std::vector<Position>> open;
    for (const Forks::Touched& touched : forks.OpenFor(places)) open.push_back(touched.branches);
    return open;
  }

  LogTree tree_;
  std::vector<std::vector<Position>> reviews_;
};

TEST_F(ForksTest, LogsThatNobodyCopiedHaveNone) {
  const LineId a = Line(5, kNoLine, 0, 1);
  const LineId b = Line(5, kNoLine, 0, 2);
  EXPECT_FALSE(Forks(&tree_).any());
  EXPECT_THAT(Open({{a, 1}, {b, 1}}), IsEmpty());
}

TEST_F(ForksTest, OnlyWhatBothCopiesWroteBehindTheirCommonEntryIsOpen) {
  const LineId trunk = Line(5);
  const LineId copy = Line(2, trunk, 3);
  const Forks forks(&tree_);
  ASSERT_EQ(forks.all().size(), 1u);
  EXPECT_EQ(forks.all()[0].point, (Position{trunk, 3}));
  EXPECT_THAT(forks.all()[0].branches, ElementsAre(Position{trunk, 4}, Position{copy, 4}));
  EXPECT_THAT(Open({{trunk, 5}, {copy, 4}}), ElementsAre(ElementsAre(Position{trunk, 4}, Position{copy, 4})));
  EXPECT_THAT(Open({{trunk, 3}, {copy, 4}}), IsEmpty());  // written before the copy was made
  EXPECT_THAT(Open({{trunk, 4}, {trunk, 5}}), IsEmpty());
  EXPECT_THAT(Open({{copy, 4}, {copy, 5}}), IsEmpty());
}

TEST_F(ForksTest, EntriesBeforeAndBehindTheForkOnOneLineStillTouchIt) {
  const LineId trunk = Line(5);
  const LineId copy = Line(2, trunk, 3);
  EXPECT_EQ(Open({{trunk, 1}, {trunk, 4}, {copy, 5}}).size(), 1u);
}

TEST_F(ForksTest, CopiesThatShareNothingForkAtTheEmptyLog) {
  const LineId a = Line(2);
  const LineId b = Line(2);
  const Forks forks(&tree_);
  ASSERT_EQ(forks.all().size(), 1u);
  EXPECT_EQ(forks.all()[0].point, Position{});
  EXPECT_THAT(Open({{a, 2}, {b, 1}}), ElementsAre(ElementsAre(Position{a, 1}, Position{b, 1})));
}

TEST_F(ForksTest, CopiesOfCopiesForkWhereTheyPartedAndNowhereElse) {
  const LineId trunk = Line(9);
  const LineId copy = Line(9, trunk, 3);
  const LineId of_copy = Line(2, copy, 8);
  EXPECT_THAT(Open({{copy, 9}, {of_copy, 9}}), ElementsAre(ElementsAre(Position{copy, 9}, Position{of_copy, 9})));
  // Against the trunk both stand on the copy's branch.
  EXPECT_THAT(Open({{trunk, 9}, {of_copy, 10}}), ElementsAre(ElementsAre(Position{trunk, 4}, Position{copy, 4})));
  EXPECT_THAT(Open({{copy, 5}, {of_copy, 9}}), IsEmpty());
  EXPECT_EQ(Open({{trunk, 9}, {copy, 9}, {of_copy, 9}}).size(), 2u);
}

TEST_F(ForksTest, ThreeCopiesAtOnePointAreOneForkOfThreeBranches) {
  const LineId trunk = Line(5);
  const LineId b = Line(1, trunk, 3);
  const LineId c = Line(1, trunk, 3);
  ASSERT_EQ(Forks(&tree_).all().size(), 1u);
  EXPECT_THAT(Open({{b, 4}, {c, 4}}), ElementsAre(ElementsAre(Position{b, 4}, Position{c, 4})));
}

TEST_F(ForksTest, CopyThatWroteNothingOrAloneGoesOnIsNoFork) {
  const LineId trunk = Line(5);
  const LineId silent = Line(0, trunk, 3);
  EXPECT_FALSE(Forks(&tree_).any());
  EXPECT_FALSE(Forks(&tree_).Concern(silent));
  const LineId b = Line(1, trunk, 5);
  EXPECT_FALSE(Forks(&tree_).any());  // nobody wrote anything else behind the trunk's end
  const LineId c = Line(1, trunk, 5);
  ASSERT_EQ(Forks(&tree_).all().size(), 1u);
  EXPECT_THAT(Open({{b, 6}, {c, 6}}), ElementsAre(ElementsAre(Position{b, 6}, Position{c, 6})));
}

TEST_F(ForksTest, WhatOtherDevicesWroteInTheCellOpensNothing) {
  const LineId trunk = Line(5);
  const LineId copy = Line(2, trunk, 3);
  const LineId other = Line(4, kNoLine, 0, 2);
  EXPECT_TRUE(Forks(&tree_).Concern(copy));
  EXPECT_FALSE(Forks(&tree_).Concern(other));
  EXPECT_THAT(Open({{other, 4}, {copy, 4}}), IsEmpty());
  EXPECT_THAT(Open({{other, 1}, {trunk, 4}, {copy, 4}}), ElementsAre(ElementsAre(Position{trunk, 4}, Position{copy, 4})));
}

TEST_F(ForksTest, ReviewClosesWhatItsBranchesTouchedAndAFurtherCopyOpensWhatItTouches) {
  const LineId trunk = Line(5);
  const LineId b = Line(2, trunk, 3);
  reviews_ = {{{b, 4}, {trunk, 4}}};
  EXPECT_THAT(Open({{trunk, 4}, {b, 5}}), IsEmpty());
  EXPECT_TRUE([&] { Forks forks(&tree_); forks.AddReview(reviews_[0]); return forks.Closed(forks.all()[0]); }());
  const LineId c = Line(1, trunk, 3);
  EXPECT_THAT(Open({{trunk, 4}, {b, 5}}), IsEmpty());
  EXPECT_THAT(Open({{trunk, 4}, {c, 4}}), ElementsAre(ElementsAre(Position{trunk, 4}, Position{c, 4})));
  EXPECT_EQ(Open({{trunk, 4}, {b, 4}, {c, 4}}).size(), 1u);
  // Two reviews that each know two of them do not make one that knows all three.
  reviews_.push_back({{b, 4}, {c, 4}});
  EXPECT_EQ(Open({{trunk, 4}, {b, 4}, {c, 4}}).size(), 1u);
  reviews_.push_back({{trunk, 4}, {b, 4}, {c, 4}});
  EXPECT_THAT(Open({{trunk, 4}, {b, 4}, {c, 4}}), IsEmpty());
}

TEST_F(ForksTest, ReviewOfWhichABranchIsNotHeldStillSpeaksOfTheOthers) {
  const LineId trunk = Line(5);
  const LineId b = Line(2, trunk, 3);
  reviews_ = {{{trunk, 4}}};
  EXPECT_EQ(Open({{trunk, 4}, {b, 4}}).size(), 1u);
}

}  // namespace
}  // namespace motcua
