// A hub whose rows say what no hub wrote: a disk changed a byte in them. Whatever a number in a row has become, the
// hub goes on answering, with a sentence where it cannot.
//
// It should survive: numbers of codes that were never handed out, places where nothing is held, lines that begin
// or end where none can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/language.h"
#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DamagedRowsTest : public testing::Test {
 protected:
  DamagedRowsTest() {
    for (int day = 0; day < 3; ++day) desk_.Add(desk_.At("received", day), 5);
    desk_.Write(SubmitBody{"year/2020", {}, Hash{}, false, "An", "", {}});
    EXPECT_THAT(desk_.Sync(), IsOk());
    EXPECT_THAT(world_.hub().Restate(desk_.At("received"), int64_t{7}, std::nullopt, "counted", "An"), IsOk());
    EXPECT_THAT(world_.hub().Exclude("U1", desk_.end(), desk_.end(), false, "doubled", "An"), IsOk());
    EXPECT_THAT(world_.Findings(), IsEmpty());
  }

  void Damage(const std::string& sql) {
    ASSERT_THAT(world_.store().database().Execute(sql), IsOk()) << sql;
    ASSERT_GT(world_.store().database().changes(), 0) << sql;
  }
  // Everything people and desks ask for; each answers, well or with a sentence.
  void AskEverything() {
    const auto says_something = [](const absl::Status& status) { return status.ok() || !status.message().empty(); };
    EXPECT_TRUE(says_something(world_.hub().Verify().status()));
    EXPECT_TRUE(says_something(world_.hub().LoadLedger("U1").status()));
    EXPECT_TRUE(says_something(world_.hub().UnitsWithLedger().status()));
    EXPECT_TRUE(says_something(ReadFacts()));
    EXPECT_TRUE(says_something(world_.hub().WithFacts([&](const Catalog&, const FactSource& facts) {
      return facts.StateOf("U1", "year/2020", kDayMin, kDayMax).status();
    })));
    EXPECT_TRUE(says_something(world_.hub().OpenMatters({}).status()));
    desk_.Restate(desk_.At("suspended"), int64_t{2});
    desk_.Add(desk_.At("received"), 1);
    EXPECT_TRUE(says_something(desk_.Send(desk_.Request()).status()));
  }
  absl::Status ReadFacts() {
    return world_.hub().WithFacts([&](const Catalog&, const FactSource& facts) {
      return facts.ForEachFact("U1", kDayMin, kDayMax, [](const Fact&) {});
    });
  }

  const ScopedLanguage english_{Language::kEnglish};
  HubWorld world_;
  TestDesk desk_{&world_, world_.Enroll("U1"), "U1", Role::kDesk, 3};
};

TEST_F(DamagedRowsTest, AFactOfACodeThatWasNeverHandedOutIsAFindingAndAnError) {
  Damage("UPDATE counter SET key = key | 1023");  // the measure's bits
  EXPECT_THAT(world_.Findings(), Not(IsEmpty()));
  EXPECT_THAT(ReadFacts(), StatusIs(absl::StatusCode::kDataLoss, "restore from a backup"));
  AskEverything();
}

TEST_F(DamagedRowsTest, ARollupOfAScopeThatWasNeverHandedOutIsAFinding) {
  Damage("UPDATE rollup SET key = key + (200 << 46)");
  ASSERT_THAT(world_.Findings(), Not(IsEmpty()));
  EXPECT_THAT(world_.Findings().front(), HasSubstr("#2"));
  AskEverything();
}

TEST_F(DamagedRowsTest, AUnitWithoutACodeIsAnError) {
  Damage("UPDATE unit SET unit = unit + 5000");
  EXPECT_THAT(world_.hub().UnitsWithLedger(), StatusIs(absl::StatusCode::kDataLoss));
  AskEverything();
}

TEST_F(DamagedRowsTest, ACodeOfAKindThatDoesNotExistKeepsTheHubFromOpening) {
  Damage("UPDATE code SET kind = 200 WHERE kind = 5");
  CodeIds ids(&world_.store());
  EXPECT_THAT(ids.Load(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamagedRowsTest, LinesThatBeginOrEndWhereNoneCanAreErrors) {
  for (const char* damage :
       {"UPDATE line SET fork_seq = 2", "UPDATE line SET end_seq = 4294967295", "UPDATE line SET parent = 77",
        "UPDATE line SET parent = id", "UPDATE line SET end_seq = 0, fork_seq = 1"}) {
    world_.Backup();
    Damage(damage);
    EXPECT_THAT(world_.hub().LoadLedger("U1"), StatusIs(absl::StatusCode::kDataLoss)) << damage;
    AskEverything();
    world_.RestoreBackup();
  }
}

TEST_F(DamagedRowsTest, WhatSpeaksOfPlacesWhereNothingIsHeldIsAnError) {
  for (const char* damage :
       {"UPDATE skeleton SET key = key + 1000", "UPDATE submission SET key = key + 1000",
        "UPDATE counter SET postings = CAST(replace(hex(postings), '01', '7F') AS BLOB)", "UPDATE unit SET hub_line = 88",
        "UPDATE segment SET last_seq = last_seq + 1000", "UPDATE segment SET catalog = 9"}) {
    world_.Backup();
    Damage(damage);
    AskEverything();
    world_.RestoreBackup();
  }
}

}  // namespace
}  // namespace motcua
