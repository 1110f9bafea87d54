// LogTree: the shape of a unit's logs. Faults it should survive: copies, copies of copies, copies made at the very
// beginning, several copies behind one entry.
#include "common/ledger/log_tree.h"

#include <gtest/gtest.h>

namespace motcua {
namespace {

constexpr DeviceId kDevice{7};

//   trunk  1 2 3 4 5 6
//   fork       └ 4 5 6 7      (behind 3)
//   twig             └ 7      (behind the fork's 6)
//   late         └ 5          (behind the trunk's 4)
//   other  1                  (a copy made before anything was written)
class LogTreeTest : public testing::Test {
 protected:
  LogTreeTest() {
    trunk_ = Line(kNoLine, 0, 6);
    fork_ = Line(trunk_, 3, 4);
    twig_ = Line(fork_, 6, 1);
    late_ = Line(trunk_, 4, 1);
    other_ = Line(kNoLine, 0, 1);
  }
  LineId Line(LineId parent, Seq fork_seq, Seq count) {
    const LineId id = tree_.AddLine(kDevice, parent, fork_seq);
    tree_.Extend(id, count);
    return id;
  }

  LogTree tree_;
  LineId trunk_, fork_, twig_, late_, other_;
};

TEST_F(LogTreeTest, PositionsBelongToTheLineThatWroteThem) {
  EXPECT_EQ(tree_.Normalize(twig_, 7), (Position{twig_, 7}));
  EXPECT_EQ(tree_.Normalize(twig_, 6), (Position{fork_, 6}));
  EXPECT_EQ(tree_.Normalize(twig_, 4), (Position{fork_, 4}));
  EXPECT_EQ(tree_.Normalize(twig_, 3), (Position{trunk_, 3}));
  EXPECT_EQ(tree_.Normalize(twig_, 1), (Position{trunk_, 1}));
  EXPECT_EQ(tree_.Normalize(twig_, 0), Position{});
}

TEST_F(LogTreeTest, AncestorsAreThePathToTheRoot) {
  const Position end{twig_, 7};
  EXPECT_TRUE(tree_.IsAncestorOrSelf(end, end));
  EXPECT_TRUE(tree_.IsAncestorOrSelf({fork_, 6}, end));
  EXPECT_TRUE(tree_.IsAncestorOrSelf({trunk_, 3}, end));
  EXPECT_TRUE(tree_.IsAncestorOrSelf(Position{}, end));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({trunk_, 4}, end));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({fork_, 7}, end));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({late_, 5}, end));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({other_, 1}, end));
  EXPECT_FALSE(tree_.IsAncestorOrSelf(end, {fork_, 6}));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({trunk_, 1}, Position{}));
}

TEST_F(LogTreeTest, PositionsNotNormalizedMeanTheSame) {
  EXPECT_TRUE(tree_.IsAncestorOrSelf({twig_, 2}, {late_, 5}));
  EXPECT_FALSE(tree_.IsAncestorOrSelf({twig_, 4}, {late_, 5}));
}

TEST_F(LogTreeTest, EndsHaveNoSuccessor) {
  for (const Position end : {Position{trunk_, 6}, Position{fork_, 7}, Position{twig_, 7}, Position{late_, 5}, Position{other_, 1}}) {
    EXPECT_FALSE(tree_.HasSuccessor(end)) << end.line;
  }
}

TEST_F(LogTreeTest, WhatLiesBehindAnEntryIsItsSuccessorOnAnyLine) {
  EXPECT_TRUE(tree_.HasSuccessor({trunk_, 5}));
  EXPECT_TRUE(tree_.HasSuccessor({fork_, 6}));
  EXPECT_TRUE(tree_.HasSuccessor({twig_, 3}));
  EXPECT_TRUE(tree_.HasSuccessor(Position{}));
}

TEST(LogTreeEmptyTest, NothingLiesBehindNothing) {
  LogTree tree;
  EXPECT_FALSE(tree.HasSuccessor(Position{}));
  tree.AddLine(kDevice, kNoLine, 0);
  EXPECT_FALSE(tree.HasSuccessor(Position{}));  // a line without entries
}

TEST_F(LogTreeTest, LineForkedAtAnEndIsBehindIt) {
  Line(twig_, 7, 2);
  EXPECT_TRUE(tree_.HasSuccessor({twig_, 7}));
}

// ---- broken promises

using LogTreeDeathTest = LogTreeTest;

TEST_F(LogTreeDeathTest, ForkBehindWhatIsNotHeldStops) {
  EXPECT_DEATH(tree_.AddLine(kDevice, trunk_, 7), "owns the shared entry");
  EXPECT_DEATH(tree_.AddLine(kDevice, fork_, 3), "owns the shared entry");
  EXPECT_DEATH(tree_.AddLine(DeviceId{8}, trunk_, 3), "one device");
  EXPECT_DEATH(tree_.AddLine(kDevice, kNoLine, 1), "begins at 1");
  EXPECT_DEATH(tree_.AddLine(kDevice, other_ + 1, 1), "one device");
}

TEST_F(LogTreeDeathTest, PlacesAndLinesThatAreNotHeldStop) {
  EXPECT_DEATH(tree_.Normalize(trunk_, 7), "names an entry that is held");
  EXPECT_DEATH(tree_.Normalize(other_ + 1, 1), "names an entry that is held");
  EXPECT_DEATH(tree_.Extend(other_ + 1, 1), "a line that exists");
  EXPECT_DEATH(tree_.Extend(trunk_, kSeqMax - 5), "within kSeqMax");
}

}  // namespace
}  // namespace motcua
