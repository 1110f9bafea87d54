// Whatever the store answers at whichever call, disk and memory stay one: after an error the hub shows
// exactly what a hub opened anew over the same disk shows, nothing is there in part, and the next try works.
//
// It should survive: one failing call at any place of an exchange, an enrolment, an operator's entry, a
// catalog; a disk that fails for good and comes back.
#include <set>

#include "tests/hub/core/exchange_fixture.h"

namespace motcua {
namespace {

using testing::IsEmpty;

class FailedStoreTest : public ExchangeTest {
 protected:
  // Everything a hub can show of its data.
  std::string Snapshot(Hub& hub) {
    std::string text = HubWorld::Facts(hub);
    const HubStatus status = hub.Status().value();
    absl::StrAppend(&text, "catalog ", ToHex(AsBytes(status.catalog)), " units ", status.units, " lines ",
                    status.lines, " entries ", status.entries, " held ", status.held, " exclusions ",
                    status.exclusions, " forks ", status.forks, "\n");
    absl::StrAppend(&text, "open ", hub.OpenMatters({})->size(), "\n");
    const std::vector<DeviceInfo> devices = hub.ListDevices().value();
    for (const DeviceInfo& info : devices) {
      absl::StrAppend(&text, FormatDevice(info.device.device), " ", static_cast<int>(info.device.state), " ",
                      info.heartbeat.waiting, " ", info.lines, "\n");
      for (const CertificateRow& row : info.certificates)
        absl::StrAppend(&text, row.serial, " ", static_cast<int>(row.state), "\n");
    }
    const std::vector<std::string> units = hub.UnitsWithLedger().value();
    for (const std::string& unit : units) {
      const UnitLedger ledger = hub.LoadLedger(unit).value();
      for (const EntryName& end : ledger.Ends()) {
        absl::StrAppend(&text, unit, " ", FormatEntryName(end), "\n");
      }
    }
    const std::vector<std::string> findings = hub.Verify().value();
    for (const std::string& finding : findings) absl::StrAppend(&text, finding, "\n");
    return absl::StrCat(text, world_.Rollups());
  }
  std::string OnDisk() { return Snapshot(*world_.WhatIsStored()); }

  // Does `step` with a failure at its first call to the store, its second and so on, until one try meets
  // none.
  void FailEverywhere(const std::string& what, const std::function<absl::Status()>& step) {
    SCOPED_TRACE(what);
    std::set<std::string> states = {OnDisk()};
    for (int n = 1;; ++n) {
      world_.faults().FailAt(n, absl::ResourceExhaustedError("told to fail"));
      const absl::Status status = step();
      const bool failed = world_.faults().failed();
      world_.faults().Mend();
      const std::string stored = OnDisk();
      states.insert(stored);
      ASSERT_EQ(Snapshot(world_.hub()), stored) << "memory and disk differ after call " << n;
      ASSERT_THAT(world_.Findings(), IsEmpty()) << "call " << n;
      ASSERT_LE(states.size(), 2u) << "stored in part at call " << n;
      if (!failed) {
        ASSERT_THAT(status, IsOk());
        ASSERT_GT(n, 3) << "the step does ask the store";
        return;
      }
      ASSERT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted)) << "call " << n;
    }
  }
  void FailEverywhere(const std::string& what, TestDesk& desk) {
    FailEverywhere(what, [&] { return desk.Send(desk.Request()).status(); });
    ASSERT_THAT(desk.Sync(), IsOk());
  }
};

TEST_F(FailedStoreTest, ExchangesAreWholeWhereverTheStoreFails) {
  TestDesk desk = Desk(), supervisor = Desk("U1", Role::kSupervisor), elsewhere = Desk("U3");
  desk.Add(desk.At("received"), 5);
  desk.Add(desk.At("refused", 1), 2);
  desk.Add({"U2", Day{18000}, "P1", "counter", "received"}, 9);  // foreign: the hub excludes it
  desk.Restate(desk.At("received"), int64_t{9});                 // a role not held
  desk.Add(desk.At("unknown"), 1);                               // held
  desk.Write(ImportBody{Sha256("file"), 3, "a.csv"});
  desk.Write(SubmitBody{"vpcp/2020", {}, Sha256("totals"), false, "An", "", {}});
  FailEverywhere("first batch of a unit", desk);
  supervisor.Learn(desk.ledger());
  supervisor.Saw();
  supervisor.Restate(supervisor.At("received"), int64_t{7});
  supervisor.Restate(supervisor.At("suspended"), int64_t{1});
  FailEverywhere("saw and restatements", supervisor);
  TestDesk copy = desk.Copy(7);
  desk.Add(desk.At("received"), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  copy.Add(copy.At("received"), 3);
  FailEverywhere("a fork", copy);
  elsewhere.Add(elsewhere.At("received"), 4);
  FailEverywhere("another unit", elsewhere);
  FailEverywhere("an empty night", elsewhere);
  EXPECT_EQ(Value(desk.At("received")), 11);
  world_.Reopen();
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(FailedStoreTest, AnEntryThatASawWaitedForIsWholeWhereverTheStoreFails) {
  TestDesk desk = Desk(), neighbour = Desk("U1", Role::kSupervisor);
  desk.Add(desk.At("received"), 5);
  neighbour.Learn(desk.ledger());
  neighbour.Saw();  // names what the hub does not hold yet
  neighbour.Restate(neighbour.At("received"), int64_t{6});
  FailEverywhere("dangling", neighbour);
  FailEverywhere("resolved", desk);
  EXPECT_EQ(Value(desk.At("received")), 6);
}

TEST_F(FailedStoreTest, OperatorsEntriesAreWholeWhereverTheStoreFails) {
  TestDesk desk = Desk();
  const EntryName first = desk.Add(desk.At("received"), 5);
  const EntryName last = desk.Add(desk.At("received"), 2);
  ASSERT_THAT(desk.Sync(), IsOk());
  const auto exclude = [&](bool lifts) {
    return world_.hub().Exclude("U1", first, last, lifts, "why", "op").status();
  };
  FailEverywhere("exclude", [&] { return exclude(false); });
  FailEverywhere("include", [&] { return exclude(true); });
  FailEverywhere("restate", [&] {
    return world_.hub().Restate(desk.At("received"), int64_t{3}, {}, "why", "op").status();
  });
  FailEverywhere("restate where nothing was", [&] {
    return world_.hub()
        .Restate({"U2", Day{18000}, "P1", "online_full", "visits"}, int64_t{3}, {}, "", "op")
        .status();
  });
  EXPECT_EQ(Value(desk.At("received")), 3);
}

TEST_F(FailedStoreTest, AClosedForkIsWholeWhereverTheStoreFails) {
  TestDesk desk = Desk();
  const EntryName fork = desk.Add(desk.At("received"), 5);
  ASSERT_THAT(desk.Sync(), IsOk());
  TestDesk copy = desk.Copy(7);
  desk.Add(desk.At("received"), 1);
  copy.Add(copy.At("received"), 3);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(copy.Sync(), IsOk());
  ASSERT_EQ(world_.hub().OpenMatters({})->size(), 1u);
  EXPECT_THAT(OnDisk(), testing::HasSubstr("open 1\n"));
  FailEverywhere("close", [&] {
    return world_.hub().CloseFork("U1", fork, "both were right", "op").status();
  });
  EXPECT_THAT(OnDisk(), testing::HasSubstr("open 0\n"));
  EXPECT_EQ(Value(desk.At("received")), 9);
}

TEST_F(FailedStoreTest, DecisionsAboutPeriodsAreWholeWhereverTheStoreFails) {
  const PeriodOrder order{"month/2020-08", "D1", "because", "Chi"};
  TestDesk desk = Desk(), neighbour = Desk("U2");
  desk.Add(desk.At("received", 484), 5);
  neighbour.Add(neighbour.At("received", 484), 7);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(neighbour.Sync(), IsOk());
  FailEverywhere("lock", [&] { return world_.hub().LockPeriod(order, true).status(); });
  desk.Add(desk.At("received", 484), 1);
  ASSERT_THAT(desk.Sync(), IsOk());
  FailEverywhere("accept", [&] { return world_.hub().AcceptAmendments(order, std::nullopt).status(); });
  FailEverywhere("unlock", [&] {
    return world_.hub().UnlockPeriod(order, world_.clock.WallSeconds() + 3600).status();
  });
  FailEverywhere("relock", [&] { return world_.hub().LockPeriod(order, false).status(); });
  FailEverywhere("exempt", [&] {
    return world_.hub().ExemptUnit({"month/2020-08", "U2", "because", "Chi"}, true).status();
  });
  const auto printed = [&](int64_t revision) {
    std::string text;
    EXPECT_THAT(world_.hub().WithReport({"f", "D1", "2020-08", revision, ""},
                                        [&](const Report& report) {
                                          text = ReportAsCsv(report);
                                          return absl::OkStatus();
                                        }),
                IsOk());
    return text;
  };
  EXPECT_THAT(printed(1), testing::HasSubstr("received,value,12"));
  EXPECT_THAT(printed(2), testing::HasSubstr("received,value,13"));
}

TEST_F(FailedStoreTest, EnrolmentIsWholeWhereverTheStoreFails) {
  std::string secret;
  FailEverywhere("token", [&]() -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(const NewToken token, world_.hub().CreateToken("U1", Role::kDesk, 3600, {}));
    secret = token.secret;
    return absl::OkStatus();
  });
  DeviceId device;
  FailEverywhere("enrol", [&]() -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(const EnrollResponse answer, world_.hub().Enroll({secret, "csr", "desk"}));
    device = answer.device;
    return absl::OkStatus();
  });
  EXPECT_EQ(world_.hub().ListDevices()->size(), 1u);
  FailEverywhere("revoke", [&] { return world_.hub().RevokeDevice(device); });
}

TEST_F(FailedStoreTest, ACatalogIsWholeWhereverTheStoreFails) {
  TestDesk desk = Desk(), other = Desk("U2");
  desk.Add(desk.At("received"), 5);
  desk.Add(desk.At("late"), 2);                  // held
  desk.Restate(desk.At("late", 1), int64_t{1});  // held, and then refused
  other.Add(other.At("visits"), 4);
  ASSERT_THAT(desk.Sync(), IsOk());
  ASSERT_THAT(other.Sync(), IsOk());
  const auto apply = [&](CatalogShape shape) {
    return world_.hub().ApplyCatalog(MakeCatalog(shape)).status();
  };
  FailEverywhere("a new measure", [&] { return apply({.version = "two", .late_measure = true}); });
  EXPECT_EQ(Value(desk.At("late")), 2);
  FailEverywhere("another tree",
                 [&] { return apply({.version = "three", .late_measure = true, .parent_of_u1 = "D2"}); });
  desk.Add(desk.At("late"), 1);
  FailEverywhere("an exchange in the old catalog's numbers", desk);
  world_.Reopen();
  EXPECT_EQ(Value(desk.At("late")), 3);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

TEST_F(FailedStoreTest, ADiskThatFailsForGoodAndComesBackGoesOnWhereItStopped) {
  TestDesk desk = Desk();
  for (int i = 0; i < 20; ++i) desk.Add(desk.At("received", i), i);
  const std::string before = OnDisk();
  for (int n = 1; n < 60; n += 7) {
    world_.faults().FailAt(n, absl::UnavailableError("disk I/O error"), /*for_good=*/true);
    EXPECT_FALSE(desk.Send(desk.Request()).ok());
    world_.faults().Mend();
    ASSERT_EQ(OnDisk(), before);
  }
  ASSERT_THAT(desk.Sync(), IsOk());
  EXPECT_EQ(world_.EntryCount(), 20);
  EXPECT_THAT(world_.Findings(), IsEmpty());
}

}  // namespace
}  // namespace motcua
