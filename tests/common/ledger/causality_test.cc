// Causality: who knew what, and what is excluded. Faults it should survive: saws of saws over many desks, saws that
// name the same thing again and again, saws in a circle (nobody can write them; damaged input might), a
// thousand desks each having seen the one before, names not held, ranges across a fork.
#include "common/ledger/causality.h"

#include <algorithm>

#include "common/base/random.h"
#include "tests/common/ledger/desks.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CausalityTest : public testing::Test {
 protected:
  LineId Line(Seq count, LineId parent = kNoLine, Seq fork_seq = 0) {
    const DeviceId device = parent == kNoLine ? DeviceId{++devices_} : tree_.line(parent).device;
    const LineId id = tree_.AddLine(device, parent, fork_seq);
    tree_.Extend(id, count);
    return id;
  }
  void Saw(Position at, std::vector<Position> ends) { causality_.AddSaw(at, std::move(ends), 0); }
  void Exclude(Position by, Position first, Position last) { causality_.AddExclusion({by, first, last, false}); }
  void Lift(Position by, Position first, Position last) { causality_.AddExclusion({by, first, last, true}); }

  uint32_t devices_ = 0;
  LogTree tree_;
  Causality causality_{&tree_};
};

TEST_F(CausalityTest, EntryKnowsItsPrefixAndNotItself) {
  const LineId a = Line(3);
  EXPECT_TRUE(causality_.Knows({a, 3}, {a, 1}));
  EXPECT_FALSE(causality_.Knows({a, 1}, {a, 3}));
  EXPECT_FALSE(causality_.Knows({a, 2}, {a, 2}));
  EXPECT_TRUE(causality_.ContextOf({a, 2}).Includes(tree_, {a, 2}));
}

TEST_F(CausalityTest, SawTellsWhatItNamesAndNothingBehindThat) {
  const LineId a = Line(3);
  const LineId b = Line(3);
  Saw({b, 2}, {{a, 2}});
  EXPECT_FALSE(causality_.Knows({b, 1}, {a, 1}));
  EXPECT_TRUE(causality_.Knows({b, 2}, {a, 2}));
  EXPECT_TRUE(causality_.Knows({b, 3}, {a, 1}));
  EXPECT_FALSE(causality_.Knows({b, 3}, {a, 3}));
  EXPECT_FALSE(causality_.Knows({a, 3}, {b, 1}));
}

TEST_F(CausalityTest, ContextIsClosedThroughSawsOfSaws) {
  const LineId a = Line(2);
  const LineId b = Line(2);
  const LineId c = Line(2);
  Saw({b, 1}, {{a, 2}});
  Saw({c, 1}, {{b, 1}});
  EXPECT_TRUE(causality_.Knows({c, 2}, {a, 2}));
  EXPECT_FALSE(causality_.Knows({c, 2}, {b, 2}));
}

TEST_F(CausalityTest, SawInAForksCommonPartTellsEveryCopy) {
  const LineId a = Line(1);
  const LineId trunk = Line(4);
  const LineId copy = Line(1, trunk, 2);
  const LineId copy_of_copy = Line(1, copy, 3);
  Saw({trunk, 2}, {{a, 1}});
  EXPECT_TRUE(causality_.Knows({copy_of_copy, 4}, {a, 1}));
  EXPECT_TRUE(causality_.Knows({trunk, 3}, {a, 1}));
  EXPECT_FALSE(causality_.Knows({copy, 3}, {trunk, 3}));
}

TEST_F(CausalityTest, KnowingACopyIsKnowingWhatItSharesAndNotTheOtherCopy) {
  const LineId trunk = Line(4);
  const LineId copy = Line(2, trunk, 2);
  const LineId b = Line(1);
  Saw({b, 1}, {{copy, 4}});
  EXPECT_TRUE(causality_.Knows({b, 1}, {trunk, 2}));
  EXPECT_FALSE(causality_.Knows({b, 1}, {trunk, 3}));
}

TEST_F(CausalityTest, EarlierEntriesDoNotKnowWhatLaterSawsTell) {
  const LineId a = Line(5);
  const LineId b = Line(4);
  Saw({b, 2}, {{a, 1}});
  Saw({b, 4}, {{a, 5}});
  EXPECT_EQ(causality_.ContextOf({b, 3}).KnownOf(a), 1u);
  EXPECT_EQ(causality_.ContextOf({b, 4}).KnownOf(a), 5u);
}

TEST_F(CausalityTest, SawsMayBeRegisteredInAnyOrder) {
  const LineId a = Line(5);
  const LineId b = Line(4);
  Saw({b, 4}, {{a, 5}});
  Saw({b, 2}, {{a, 1}});
  EXPECT_EQ(causality_.ContextOf({b, 3}).KnownOf(a), 1u);
  EXPECT_EQ(causality_.ContextOf({b, 4}).KnownOf(a), 5u);
}

TEST_F(CausalityTest, SawPutInBetweenChangesWhatWasRememberedBehindIt) {
  const LineId a = Line(5);
  const LineId b = Line(4);
  const LineId c = Line(1);
  Saw({b, 4}, {{c, 1}});
  EXPECT_FALSE(causality_.Knows({b, 4}, {a, 1}));
  Saw({b, 2}, {{a, 1}});
  EXPECT_TRUE(causality_.Knows({b, 4}, {a, 1}));
  EXPECT_FALSE(causality_.Knows({b, 1}, {a, 1}));
}

TEST_F(CausalityTest, WhatIsRememberedOfLongLinesIsWhatIsTrue) {
  constexpr Seq kSaws = 100;
  const LineId a = Line(kSaws);
  const LineId b = Line(kSaws);
  for (Seq seq = 1; seq <= kSaws; ++seq) {
    Saw({b, seq}, {{a, seq}});
    if (seq > 1) Saw({a, seq}, {{b, seq - 1}});
  }
  for (Seq asked : {50u, 99u, 7u, 100u, 1u, 64u}) {
    EXPECT_EQ(causality_.ContextOf({b, asked}).KnownOf(a), asked);
    EXPECT_EQ(causality_.ContextOf({a, asked}).KnownOf(b), asked - 1);
  }
}

TEST_F(CausalityTest, CircleOfSawsEnds) {
  const LineId a = Line(2);
  const LineId b = Line(2);
  Saw({a, 1}, {{b, 2}});
  Saw({b, 1}, {{a, 2}});
  EXPECT_TRUE(causality_.Knows({a, 1}, {b, 2}));
  EXPECT_TRUE(causality_.Knows({b, 1}, {a, 2}));
}

TEST_F(CausalityTest, LongChainsOfSawsNeedNoDeepStack) {
  constexpr LineId kDesks = 20'000;
  LineId previous = Line(1);
  const LineId first = previous;
  for (LineId i = 1; i < kDesks; ++i) {
    const LineId next = Line(1);
    Saw({next, 1}, {{previous, 1}});
    previous = next;
  }
  EXPECT_TRUE(causality_.Knows({previous, 1}, {first, 1}));
}

TEST_F(CausalityTest, DanglingCountsNamesNotHeld) {
  const LineId a = Line(3);
  causality_.AddSaw({a, 1}, {}, 2);
  causality_.AddSaw({a, 2}, {}, 1);
  EXPECT_EQ(causality_.dangling(), 3u);
}

TEST_F(CausalityTest, MergedContextsKnowWhatEitherKnows) {
  const LineId a = Line(3);
  const LineId b = Line(3);
  Context context = causality_.ContextOf({a, 2});
  context.Merge(tree_, causality_.ContextOf({b, 1}));
  EXPECT_TRUE(context.Includes(tree_, {a, 2}));
  EXPECT_TRUE(context.Includes(tree_, {b, 1}));
  EXPECT_FALSE(context.Includes(tree_, {b, 2}));
}

TEST_F(CausalityTest, RaisingSaysWhetherAnythingRose) {
  const LineId trunk = Line(3);
  const LineId copy = Line(2, trunk, 2);
  Context context;
  EXPECT_TRUE(context.Raise(tree_, {copy, 3}));
  EXPECT_FALSE(context.Raise(tree_, {trunk, 2}));
  EXPECT_FALSE(context.Raise(tree_, Position{}));
  EXPECT_TRUE(context.Raise(tree_, {trunk, 3}));
}

// ---- exclusion

TEST_F(CausalityTest, RangeCoversThePathBetweenItsEndsAndNoOther) {
  const LineId hub = Line(1);
  const LineId trunk = Line(5);
  const LineId copy = Line(3, trunk, 3);
  Exclude({hub, 1}, {trunk, 2}, {copy, 5});
  const auto excluded = [&](Position x) { return causality_.ExcludedBy(x).has_value(); };
  EXPECT_FALSE(excluded({trunk, 1}));
  EXPECT_TRUE(excluded({trunk, 2}));
  EXPECT_TRUE(excluded({trunk, 3}));
  EXPECT_FALSE(excluded({trunk, 4}));
  EXPECT_TRUE(excluded({copy, 4}));
  EXPECT_TRUE(excluded({copy, 5}));
  EXPECT_FALSE(excluded({copy, 6}));
}

TEST_F(CausalityTest, RangeWhoseEndsLieOnDifferentCopiesCoversNothing) {
  const LineId hub = Line(1);
  const LineId trunk = Line(5);
  const LineId copy = Line(3, trunk, 3);
  Exclude({hub, 1}, {trunk, 4}, {copy, 5});
  for (Seq seq = 1; seq <= 5; ++seq) EXPECT_FALSE(causality_.ExcludedBy({trunk, seq})) << seq;
  for (Seq seq = 4; seq <= 6; ++seq) EXPECT_FALSE(causality_.ExcludedBy({copy, seq})) << seq;
}

TEST_F(CausalityTest, NothingIsKnownToEverybodyAndExcludingItExcludesNothing) {
  const LineId a = Line(2);
  const LineId copy = Line(1, a, 1);
  const LineId hub = Line(2);
  EXPECT_TRUE(Context().Includes(tree_, Position{}));
  EXPECT_TRUE(causality_.Knows({a, 1}, Position{}));
  Exclude({hub, 1}, Position{}, Position{});
  EXPECT_FALSE(causality_.ExcludedBy({a, 1}));
  // From the empty log on: the whole path that ends there, and no other copy.
  Exclude({hub, 2}, Position{}, {copy, 2});
  EXPECT_TRUE(causality_.ExcludedBy({a, 1}));
  EXPECT_TRUE(causality_.ExcludedBy({copy, 2}));
  EXPECT_FALSE(causality_.ExcludedBy({a, 2}));
}

TEST_F(CausalityTest, LiftGivesBackOnlyWhatItCoversAndKnows) {
  const LineId hub = Line(3);
  const LineId a = Line(4);
  Exclude({hub, 1}, {a, 1}, {a, 4});
  Lift({hub, 2}, {a, 2}, {a, 2});
  EXPECT_TRUE(causality_.ExcludedBy({a, 1}));
  EXPECT_FALSE(causality_.ExcludedBy({a, 2}));
  Exclude({hub, 3}, {a, 2}, {a, 2});
  EXPECT_EQ(causality_.ExcludedBy({a, 2}), (Position{hub, 3}));
}

TEST_F(CausalityTest, EveryStandingExcludeIsTold) {
  const LineId hub = Line(3);
  const LineId a = Line(1);
  Exclude({hub, 2}, {a, 1}, {a, 1});
  Exclude({hub, 1}, {a, 1}, {a, 1});
  EXPECT_THAT(causality_.ExcludersOf({a, 1}), ElementsAre(Position{hub, 1}, Position{hub, 2}));
  Lift({hub, 3}, {a, 1}, {a, 1});
  EXPECT_THAT(causality_.ExcludersOf({a, 1}), IsEmpty());
}

TEST_F(CausalityTest, ExcludesAreUndoneByLiftingAlone) {
  const LineId hub = Line(2);
  const LineId a = Line(1);
  Exclude({hub, 1}, {a, 1}, {a, 1});
  Exclude({hub, 2}, {hub, 1}, {hub, 1});
  EXPECT_TRUE(causality_.ExcludedBy({a, 1}));
  EXPECT_FALSE(causality_.ExcludedBy({hub, 1}));
}

TEST_F(CausalityTest, OfManyOverlappingExclusionsExactlyThoseThatCoverAnEntryAreTold) {
  SeededRandom random(7);
  const LineId trunk = Line(60);
  const LineId copy = Line(40, trunk, 30);
  const LineId hub = Line(300);
  std::vector<Exclusion> all;
  for (Seq by = 1; by <= 300; ++by) {
    const LineId end = random.Below(2) == 0 ? trunk : copy;
    const Seq last = static_cast<Seq>(1 + random.Below(tree_.line(end).end_seq));
    const Seq first = static_cast<Seq>(1 + random.Below(last));
    all.push_back({{hub, by}, tree_.Normalize(end, first), tree_.Normalize(end, last), random.Below(9) == 0});
    causality_.AddExclusion(all.back());
    // Questions in between do not spoil later ones.
    if (by % 50 != 0) continue;
    for (const LineId line : {trunk, copy}) {
      for (Seq seq = tree_.line(line).fork_seq + 1; seq <= tree_.line(line).end_seq; ++seq) {
        const Position x{line, seq};
        const auto covers = [&](const Exclusion& e) {
          return tree_.IsAncestorOrSelf(e.first, x) && tree_.IsAncestorOrSelf(x, e.last);
        };
        std::vector<Position> expected;
        for (const Exclusion& e : all) {
          const bool lifted = std::any_of(all.begin(), all.end(), [&](const Exclusion& other) {
            return other.lifts && covers(other) && other.by.seq > e.by.seq;
          });
          if (!e.lifts && covers(e) && !lifted) expected.push_back(e.by);
        }
        ASSERT_EQ(causality_.ExcludersOf(x), expected) << line << " " << seq;
      }
    }
  }
}

TEST_F(CausalityTest, ExclusionDoesNotChangeWhatWasKnown) {
  const LineId hub = Line(1);
  const LineId a = Line(1);
  const LineId b = Line(2);
  Saw({b, 1}, {{a, 1}});
  Exclude({hub, 1}, {b, 1}, {b, 1});
  EXPECT_TRUE(causality_.Knows({b, 2}, {a, 1}));
}

}  // namespace
}  // namespace motcua
