// What an entry says of itself: what people should hear of, and what only machines wrote.
#include "common/ledger/entry.h"

#include <gtest/gtest.h>

#include "common/ledger/entry_parts.h"
#include "tests/common/ledger/desks.h"

namespace motcua {
namespace {

const EntryName kSome{DeviceId{0xA}, 3, 7};

Entry By(DeviceId device, Role role, EntryBody body) {
  Entry entry;
  entry.device = device;
  entry.seq = 1;
  entry.role = role;
  entry.body = std::move(body);
  return entry;
}

TEST(DecisionTest, IsWhatSomebodyAboveTheDeskSaidOfItsNumbers) {
  const RestateBody restate{CounterCell(), int64_t{3}, {}};
  EXPECT_TRUE(IsDecision(By(DeviceId{1}, Role::kSupervisor, restate)));
  EXPECT_TRUE(IsDecision(By(kHubDevice, Role::kHub, restate)));
  EXPECT_FALSE(IsDecision(By(DeviceId{1}, Role::kDesk, restate)));  // an observation
}

TEST(DecisionTest, ExclusionsAndReviewsAreDecisionsOfTheHubAlone) {
  for (const EntryBody& body : {EntryBody(ExcludeBody{false, kSome, kSome}), EntryBody(ExcludeBody{true, kSome, kSome}),
                                EntryBody(ReviewBody{kSome, {kSome, kSome}})}) {
    EXPECT_TRUE(IsDecision(By(kHubDevice, Role::kHub, body)));
    EXPECT_FALSE(IsDecision(By(DeviceId{1}, Role::kSupervisor, body)));
  }
}

TEST(DecisionTest, RecordingIsNone) {
  for (const EntryBody& body : {EntryBody(AddBody{CounterCell(), 1, {}, {}}), EntryBody(SawBody{}), EntryBody(ImportBody{}),
                                EntryBody(SubmitBody{})}) {
    EXPECT_FALSE(IsDecision(By(kHubDevice, Role::kHub, body)));
  }
}

TEST(AcknowledgementTest, IsASawThatSomebodyPutANameOrANoteTo) {
  Entry saw = By(DeviceId{1}, Role::kDesk, SawBody{{kSome}});
  EXPECT_FALSE(IsAcknowledgement(saw));  // machines write these
  saw.author = "An";
  EXPECT_TRUE(IsAcknowledgement(saw));
  saw.author.clear();
  saw.note = "đã xem";
  EXPECT_TRUE(IsAcknowledgement(saw));
  Entry add = By(DeviceId{1}, Role::kDesk, AddBody{CounterCell(), 1, {}, {}});
  add.author = "An";
  EXPECT_FALSE(IsAcknowledgement(add));
}

// ---- errors

TEST(PlainBodyTest, KindsWithACellAndKindsNobodyKnowsAreNotReadAsPlainBodies) {
  for (int kind : {0, 1, 2, 8, 255}) {
    ByteReader in("\1\1\1\1\1\1\1\1");
    ReadPlainBody(static_cast<EntryKind>(kind), in);
    EXPECT_FALSE(in.ok()) << kind;
  }
}

}  // namespace
}  // namespace motcua
