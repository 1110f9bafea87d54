// What came down for a person to know, and the acknowledgement of it. It should survive: decisions that came before
// anything was recorded here, a `saw` the desk wrote by itself in between, another process, a copy of the folder,
// exclusions by the hub's rules, a desk that claims to be a supervisor.
#include "agent/core/desk.h"
#include "tests/agent/core/desk_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskDecisionsTest : public ::testing::Test {
 protected:
  DeskDecisionsTest() : language_(Language::kEnglish) {}

  // Puts an entry of another log into the desk, as a sync would.
  EntryName Receive(const EntryName& parent, EntryBody body, Role role, int64_t clock_s = 0) {
    LogPlan plan(&world_.desk->log().ledger());
    Entry entry;
    entry.device = parent.device;
    entry.seq = parent.seq + 1;
    entry.role = role;
    entry.clock_s = clock_s;
    entry.body = std::move(body);
    const EntryName name = *plan.Add(parent, entry);
    EXPECT_THAT(world_.desk->log().ApplyExchange(plan, world_.desk->log().state(), {}, {}), IsOk());
    return name;
  }
  EntryName FromHub(EntryBody body) { return hub_ = Receive(hub_, std::move(body), Role::kHub); }
  std::vector<EntryName> Waiting() const {
    std::vector<EntryName> names;
    for (const DeskDecision& decision : world_.desk->Status().decisions) names.push_back(decision.entry);
    return names;
  }
  static RestateBody Restated(int64_t value) { return {DeskWorld::CellOf("received"), value, {}}; }

  ScopedLanguage language_;
  DeskWorld world_;
  EntryName hub_{kHubDevice, 0, 0};
};

TEST_F(DeskDecisionsTest, DecisionsFromElsewhereWaitUntilTheyAreAcknowledged) {
  const EntryName own = world_.Add(3)->entry;
  const EntryName restated = FromHub(Restated(25));
  const EntryName excluded = FromHub(ExcludeBody{false, own, own});
  const EntryName closed = FromHub(ReviewBody{{DeviceId{7}, 0, 0}, {{DeviceId{7}, 1, 1}, {DeviceId{7}, 1, 2}}});
  const EntryName by_supervisor = Receive({DeviceId{0x22}, 0, 0}, Restated(30), Role::kSupervisor, 10);
  EXPECT_THAT(Waiting(), ElementsAre(restated, excluded, closed, by_supervisor));
  const auto answer = world_.desk->Acknowledge({"An", "corrected"});
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->acknowledged, SizeIs(4));
  EXPECT_THAT(Waiting(), IsEmpty());
  const Entry saw = world_.desk->log().OwnEntryAt(world_.desk->log().own_end().seq);
  EXPECT_EQ(saw.author, "An");
  EXPECT_EQ(saw.note, "corrected");
  EXPECT_THAT(std::get<SawBody>(saw.body).ends, ElementsAre(hub_, by_supervisor));
  // A person has nothing more to do with it: it goes with the next sync.
  EXPECT_EQ(world_.desk->Status().waiting, 1u);
  EXPECT_EQ(world_.desk->log().UnsentBehind({}).acknowledgements, 1u) << "a restore must not take it away";
}

TEST_F(DeskDecisionsTest, LaterOnesWaitAgain) {
  FromHub(Restated(25));
  ASSERT_THAT(world_.desk->Acknowledge({"An", ""}), IsOk());
  const EntryName later = FromHub(Restated(26));
  EXPECT_THAT(Waiting(), ElementsAre(later));
}

TEST_F(DeskDecisionsTest, WhatTheDeskNotesByItselfIsNoAcknowledgement) {
  const EntryName restated = FromHub(Restated(25));
  ASSERT_THAT(world_.Add(1), IsOk());  // writes a `saw` of the restatement first
  EXPECT_EQ(world_.desk->log().OwnEntryAt(1).kind(), EntryKind::kSaw);
  EXPECT_THAT(Waiting(), ElementsAre(restated));
}

TEST_F(DeskDecisionsTest, AcknowledgementWithoutNameIsStillOneAndSurvivesARestart) {
  FromHub(Restated(25));
  ASSERT_THAT(world_.desk->Acknowledge({}), IsOk());
  EXPECT_TRUE(IsAcknowledgement(world_.desk->log().OwnEntryAt(1)));
  world_.Reopen();
  EXPECT_THAT(Waiting(), IsEmpty());
}

TEST_F(DeskDecisionsTest, WhatCountsForNothingIsNoDecision) {
  Receive({DeviceId{0x22}, 0, 0}, Restated(30), Role::kDesk);
  const EntryName claimed = Receive({DeviceId{0x33}, 0, 0}, Restated(31), Role::kSupervisor);
  const EntryName excluded = FromHub(ExcludeBody{false, claimed, claimed});
  Receive({DeviceId{0x44}, 0, 0}, ExcludeBody{false, claimed, claimed}, Role::kDesk);
  EXPECT_THAT(Waiting(), ElementsAre(excluded));
}

TEST_F(DeskDecisionsTest, OwnDecisionsDoNotWaitAtTheSupervisorWhoTookThem) {
  DeskWorld boss(0x22, Role::kSupervisor);
  ASSERT_THAT(boss.Restate(int64_t{4}), IsOk());
  EXPECT_THAT(boss.desk->Status().decisions, IsEmpty());
}

TEST_F(DeskDecisionsTest, CellsTwoCopiesWroteAreShownUntilTheListIsClosed) {
  const EntryName common = world_.Add(3)->entry;
  const EntryName here = world_.Add(1)->entry;
  EXPECT_THAT(world_.desk->Status().forks, IsEmpty());
  const EntryName there = Receive(common, AddBody{DeskWorld::CellOf("received"), 2, {}, {}}, Role::kDesk);
  const std::vector<DeskFork> forks = world_.desk->Status().forks;
  ASSERT_THAT(forks, SizeIs(1));
  EXPECT_EQ(forks[0].fork, common);
  EXPECT_THAT(forks[0].branches, ElementsAre(std::min(here, there), std::max(here, there)));
  EXPECT_THAT(forks[0].cells, ElementsAre(DeskWorld::CellOf("received")));
  FromHub(ReviewBody{common, {std::min(here, there), std::max(here, there)}});
  EXPECT_THAT(world_.desk->Status().forks, IsEmpty());
  // A third copy opens it again.
  Receive(common, AddBody{DeskWorld::CellOf("received"), 9, {}, {}}, Role::kDesk);
  EXPECT_THAT(world_.desk->Status().forks, SizeIs(1));
}

// ---- errors

TEST_F(DeskDecisionsTest, NothingToAcknowledgeIsSaidAndWritesNothing) {
  ASSERT_THAT(world_.Add(1), IsOk());
  const std::size_t before = world_.entry_count();
  EXPECT_THAT(world_.desk->Acknowledge({"An", ""}), StatusIs(absl::StatusCode::kNotFound, "No decision"));
  EXPECT_EQ(world_.entry_count(), before);
}

TEST_F(DeskDecisionsTest, NoteThatATerminalWouldObeyIsRefusedAndWritesNothing) {
  FromHub(Restated(25));
  EXPECT_THAT(world_.desk->Acknowledge({"An", "\x1b[2J"}), StatusIs(absl::StatusCode::kInvalidArgument, "note"));
  EXPECT_THAT(Waiting(), SizeIs(1));
}

}  // namespace
}  // namespace motcua
