// One hub, asked from many threads at once, the way its port asks it: desks and a copy of two units, a unit of one
// desk, an operator who restates, excludes, closes and changes the catalog, and people who read, list and verify.
//
// It should survive: any order in which the calls come in, every request sent twice, runs in small pieces. Under
// ThreadSanitizer this is also where a race would show.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using testing::IsEmpty;

constexpr int kNights = 12;
constexpr int kEachNight = 5;

class HubThreadsTest : public testing::Test {
 protected:
  HubThreadsTest() {
    for (const char* unit : {"U1", "U1", "U2", "U2"}) desks_.push_back(Enrolled(unit, Role::kDesk));
    desks_.push_back(desks_.front()->Copy());
    heads_.push_back(Enrolled("U1", Role::kSupervisor));
    heads_.push_back(Enrolled("U2", Role::kSupervisor));
    alone_ = Enrolled("U3", Role::kDesk);
  }

  // A desk with what it has recorded, so that nothing of it may be missing or there twice.
  struct Person {
    TestDesk desk;
    uint64_t seed;
    std::vector<EntryName> adds = {};
    int64_t sum = 0;

    std::unique_ptr<Person> Copy() {
      desk.Add(desk.At("received"), 1000);
      EXPECT_THAT(desk.Sync(), IsOk());
      return std::make_unique<Person>(Person{desk.Copy(seed + 100), seed + 100});
    }
    void Record(int64_t delta) {
      adds.push_back(desk.Add(desk.At("received", static_cast<int>(adds.size() % 3)), delta));
      sum += delta;
    }
    // Four entries at a time, each request twice; the answer to the first is lost.
    void SyncOnABadLine() {
      for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(desk.Send(desk.Request(4)), IsOk());
        const absl::StatusOr<ExchangeResponse> response = desk.Exchange(4);
        ASSERT_THAT(response, IsOk());
        if (desk.everything_sent() && !response->more) return;
      }
      FAIL() << "no end of exchanges";
    }
  };

  std::unique_ptr<Person> Enrolled(const std::string& unit, Role role) {
    const uint64_t seed = ++seeds_;
    return std::make_unique<Person>(Person{TestDesk(&world_, world_.Enroll(unit, role), unit, role, seed), seed});
  }

  void Record(Person* person) {
    for (int night = 0; night < kNights; ++night) {
      for (int i = 0; i < kEachNight; ++i) person->Record(1 + i);
      person->SyncOnABadLine();
    }
  }
  void Head(Person* head) {
    for (int night = 0; night < kNights; ++night) {
      head->SyncOnABadLine();
      head->desk.Saw();
      head->desk.Restate(head->desk.At("visits", night), int64_t{night});
      head->desk.Restate(head->desk.At("received", night % 3), int64_t{night});
      head->SyncOnABadLine();
    }
  }
  // Nobody else writes in this unit: what it was told is taken, is in the figures.
  void Alone() {
    for (int night = 0; night < kNights; ++night) {
      for (int i = 0; i < kEachNight; ++i) {
        alone_->adds.push_back(alone_->desk.Add(alone_->desk.At("received"), 7));
        alone_->sum += 7;
      }
      alone_->SyncOnABadLine();
      EXPECT_EQ(*world_.hub().CellValue(alone_->desk.At("received")), Value{alone_->sum});
    }
  }
  void Operate() {
    const EntryName first = world_.hub().LoadLedger("U1")->NameAt({0, 1});
    for (int round = 0; round < kNights; ++round) {
      EXPECT_THAT(world_.hub().Restate({"U2", Day{18000}, "P1", "counter", "visits"}, int64_t{round}, std::nullopt,
                                       "counted", "op"),
                  IsOk());
      EXPECT_THAT(world_.hub().Exclude("U1", first, first, round % 2 == 1, "doubled", "op"), IsOk());
      const absl::StatusOr<std::vector<OpenMatter>> open = world_.hub().OpenMatters({"U1"});
      ASSERT_THAT(open, IsOk());
      for (const OpenMatter& matter : *open) {
        if (matter.kind != MatterKind::kFork) continue;
        const absl::StatusCode code = world_.hub().CloseFork("U1", matter.fork, "seen", "op").status().code();
        EXPECT_THAT(code, testing::AnyOf(absl::StatusCode::kOk, absl::StatusCode::kAlreadyExists));
      }
    }
    EXPECT_THAT(world_.hub().ApplyCatalog(MakeCatalog({.version = "two", .second_procedure = true})), IsOk());
  }
  // Whenever somebody looks, the figures are the log's and stand still while they are read.
  void Look() {
    while (writing_) {
      EXPECT_THAT(*world_.hub().Verify(), IsEmpty());
      EXPECT_THAT(world_.hub().WithFacts([&](const Catalog& catalog, const FactSource& facts) {
        for (const Unit& unit : catalog.data().units) {
          const std::string once = Read(facts, unit.code);
          EXPECT_EQ(Read(facts, unit.code), once);
        }
        return absl::OkStatus();
      }),
                  IsOk());
      EXPECT_THAT(world_.hub().Decisions({"U1"}), IsOk());
      EXPECT_THAT(world_.hub().OpenMatters({}), IsOk());
      EXPECT_THAT(world_.hub().ListDevices(), IsOk());
      EXPECT_THAT(world_.hub().Status(), IsOk());
      EXPECT_NE(world_.hub().catalog(), nullptr);
      std::this_thread::yield();
    }
  }
  static std::string Read(const FactSource& facts, const std::string& unit) {
    std::string text;
    EXPECT_THAT(facts.ForEachFact(unit, kDayMin, kDayMax,
                                  [&](const Fact& fact) {
                                    absl::StrAppend(&text, fact.day.number, fact.measure, FormatValue(*fact.value), "\n");
                                  }),
                IsOk());
    return text;
  }

  void RunEverybody() {
    std::vector<std::thread> writers;
    for (const auto& desk : desks_) writers.emplace_back([&] { Record(desk.get()); });
    for (const auto& head : heads_) writers.emplace_back([&] { Head(head.get()); });
    writers.emplace_back([&] { Alone(); });
    writers.emplace_back([&] { Operate(); });
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) readers.emplace_back([&] { Look(); });
    for (std::thread& writer : writers) writer.join();
    writing_ = false;
    for (std::thread& reader : readers) reader.join();
  }
  std::vector<Person*> Everybody() {
    std::vector<Person*> all = {alone_.get()};
    for (const auto& desk : desks_) all.push_back(desk.get());
    for (const auto& head : heads_) all.push_back(head.get());
    return all;
  }

  HubWorld world_;
  uint64_t seeds_ = 0;
  std::vector<std::unique_ptr<Person>> desks_;
  std::vector<std::unique_ptr<Person>> heads_;
  std::unique_ptr<Person> alone_;
  std::atomic<bool> writing_{true};
};

TEST_F(HubThreadsTest, WhateverOrderThreadsComeInEntriesCountOnceAndAllReplicasAgree) {
  RunEverybody();
  for (int round = 0; round < 2; ++round) {
    for (Person* person : Everybody()) ASSERT_THAT(person->desk.Sync(), IsOk());
  }
  EXPECT_THAT(world_.Findings(), IsEmpty());
  const auto nature = [](const std::string& measure) {
    return std::optional(measure == "suspended" || measure == "remark" ? MeasureNature::kRegister : MeasureNature::kCounter);
  };
  std::map<std::string, std::set<EntryName>> recorded;
  for (Person* person : Everybody()) {
    const absl::StatusOr<UnitLedger> hub = world_.hub().LoadLedger(person->desk.unit());
    ASSERT_THAT(hub, IsOk());
    // I1: equal ends, equal cells.
    EXPECT_EQ(person->desk.ledger().Ends(), hub->Ends()) << person->desk.unit();
    EXPECT_EQ(person->desk.ledger().Digest(nature), hub->Digest(nature)) << person->desk.unit();
    recorded[person->desk.unit()].insert(person->adds.begin(), person->adds.end());
  }
  // I3: what was recorded is there, each once; one add more than that was made before the copy.
  for (const auto& [unit, adds] : recorded) {
    const UnitLedger hub = *world_.hub().LoadLedger(unit);
    EXPECT_EQ(hub.OfKind(EntryKind::kAdd).size(), adds.size() + (unit == "U1" ? 1 : 0)) << unit;
    for (const EntryName& add : adds) EXPECT_TRUE(hub.Holds(add)) << FormatEntryName(add);
  }
  EXPECT_EQ(*world_.hub().CellValue(alone_->desk.At("received")), Value{alone_->sum});
  EXPECT_EQ(world_.hub().Status()->forks, 1);
  EXPECT_EQ(HubWorld::Facts(*world_.WhatIsStored()), world_.Facts());
}

}  // namespace
}  // namespace motcua
