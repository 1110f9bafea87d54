// What a desk hears of locked periods. It should survive: a lock by the unit's area and by one above it, entries before
// and after it, revisions that accept some of them, unlocks that end, a lock that another device claims to make, a
// calendar that the catalog no longer knows.
#include "agent/core/desk_periods.h"

#include "agent/core/csv_import.h"
#include "agent/core/desk.h"
#include "tests/agent/core/desk_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskPeriodsTest : public ::testing::Test {
 protected:
  DeskPeriodsTest() : language_(Language::kEnglish) {}

  // Puts an entry into the desk as a sync would.
  void Receive(EntryName* parent, EntryBody body) {
    LogPlan plan(&world_.desk->log().ledger());
    Entry entry;
    entry.device = parent->device;
    entry.seq = parent->seq + 1;
    entry.role = Role::kHub;
    entry.clock_s = world_.clock.WallSeconds();
    entry.body = std::move(body);
    *parent = *plan.Add(*parent, entry);
    ASSERT_THAT(world_.desk->log().ApplyExchange(plan, world_.desk->log().state(), {}, {}), IsOk());
  }
  PeriodBody Act(PeriodAct act, uint32_t revision = 1, const std::string& area = "001") const {
    PeriodBody body;
    body.act = act;
    body.period = "vpcp/2020-Q1";
    body.area = area;
    body.revision = revision;
    if (body.freezes()) body.frozen.covers = world_.desk->log().ledger().Ends();
    return body;
  }
  void Decide(PeriodBody body) { Receive(&hub_, std::move(body)); }
  DeskPeriod OnlyPeriod() const {
    const std::vector<DeskPeriod> periods = world_.desk->Status().periods;
    EXPECT_THAT(periods, SizeIs(1));
    return periods.empty() ? DeskPeriod() : periods.front();
  }

  ScopedLanguage language_;
  DeskWorld world_;
  EntryName hub_{kHubDevice, 0, 0};
};

TEST_F(DeskPeriodsTest, WhatIsRecordedInALockedPeriodIsAnAmendmentUntilARevisionCoversIt) {
  EXPECT_THAT(world_.Add(3)->locks, IsEmpty());
  Decide(Act(PeriodAct::kLock));
  EXPECT_EQ(OnlyPeriod().amendments, 0u);
  const auto late = world_.Add(2);
  ASSERT_THAT(late, IsOk());
  ASSERT_THAT(late->locks, SizeIs(1));
  EXPECT_THAT(AmendmentNotice(late->locks[0]), HasSubstr("locked at revision 1: this is not lost"));
  EXPECT_EQ(OnlyPeriod().amendments, 1u);
  EXPECT_EQ(OnlyPeriod().accepted, 0u);
  EXPECT_THAT(AmendmentCount(OnlyPeriod()), HasSubstr("1 entry after the lock waiting"));
  Decide(Act(PeriodAct::kAccept, 2));
  EXPECT_EQ(OnlyPeriod().revision, 2u);
  EXPECT_EQ(OnlyPeriod().amendments, 0u);
  EXPECT_EQ(OnlyPeriod().accepted, 1u);
  EXPECT_THAT(AmendmentCount(OnlyPeriod()), HasSubstr("1 accepted as of revision 2"));
}

TEST_F(DeskPeriodsTest, ImportsAndSubmissionsSaySoToo) {
  ASSERT_THAT(world_.Add(3), IsOk());
  Decide(Act(PeriodAct::kLock));
  ImportRequest request;
  request.bytes = "day,procedure,channel,measure,action,value,note\n2020-03-02,1.001193,counter,received,add,4,\n";
  const auto imported = ImportCsv(*world_.desk, request);
  ASSERT_THAT(imported, IsOk());
  EXPECT_THAT(imported->locks, SizeIs(1));
  const auto submitted = world_.desk->Submit({"vpcp/2020-Q1", false, "An", "", {{"late_causes", "cut line"}}});
  ASSERT_THAT(submitted, IsOk());
  EXPECT_THAT(submitted->locks, SizeIs(1));
}

TEST_F(DeskPeriodsTest, WhileUnlockedNothingIsAnAmendmentAndAfterwardsItIs) {
  ASSERT_THAT(world_.Add(3), IsOk());
  Decide(Act(PeriodAct::kLock));
  PeriodBody unlock = Act(PeriodAct::kUnlock);
  unlock.until_s = world_.clock.WallSeconds() + 60;
  Decide(unlock);
  EXPECT_THAT(world_.Add(1)->locks, IsEmpty());
  world_.clock.wall_ms += 61'000;
  EXPECT_THAT(world_.Add(1)->locks, SizeIs(1));
  Decide(Act(PeriodAct::kRelock));
  EXPECT_THAT(world_.Add(1)->locks, SizeIs(1));
}

TEST_F(DeskPeriodsTest, LocksOfSeveralAreasAreToldApart) {
  ASSERT_THAT(world_.Add(3), IsOk());
  Decide(Act(PeriodAct::kLock, 1, "001"));
  ASSERT_THAT(world_.Add(1), IsOk());
  Decide(Act(PeriodAct::kLock, 1, "01"));
  const auto late = world_.Add(1);
  ASSERT_THAT(late, IsOk());
  EXPECT_THAT(late->locks, SizeIs(2));
  const std::vector<DeskPeriod> periods = world_.desk->Status().periods;
  ASSERT_THAT(periods, SizeIs(2));
  EXPECT_EQ(periods[0].area, "001");
  EXPECT_EQ(periods[0].amendments, 2u);
  EXPECT_EQ(periods[1].amendments, 1u);
}

TEST_F(DeskPeriodsTest, OnlyTheHubsLogLocks) {
  ASSERT_THAT(world_.Add(3), IsOk());
  EntryName other{DeviceId{0x22}, 0, 0};
  Receive(&other, Act(PeriodAct::kLock));
  EXPECT_THAT(world_.desk->Status().periods, IsEmpty());
  EXPECT_THAT(world_.Add(1)->locks, IsEmpty());
  EXPECT_THAT(world_.desk->Status().decisions, IsEmpty());
}

TEST_F(DeskPeriodsTest, PeriodThatTheCatalogDoesNotKnowIsLeftOut) {
  PeriodBody lock = Act(PeriodAct::kLock);
  lock.period = "vpcp/1999";
  Decide(lock);
  EXPECT_THAT(world_.desk->Status().periods, IsEmpty());
  EXPECT_THAT(world_.desk->Status().decisions, SizeIs(1)) << "it is a decision all the same";
}

}  // namespace
}  // namespace motcua
