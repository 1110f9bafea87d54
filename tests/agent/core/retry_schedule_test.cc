// When the next sync is due.
//
// It should survive: a line that is down for weeks, a clock that jumps in either direction, a network that comes and
// goes every second, entries without end.
#include "agent/core/retry_schedule.h"

#include <gtest/gtest.h>

#include <set>

namespace motcua {
namespace {

constexpr int64_t kHourMs = 3'600'000;
// 2020-09-01 00:00 in Vietnam.
constexpr int64_t kMidnightMs = 1'598'893'200'000;

class HandClock final : public Clock {
 public:
  int64_t WallMs() const override { return wall_ms; }
  int64_t MonotonicMs() const override { return monotonic_ms; }
  void SleepMs(int64_t duration_ms) override {
    wall_ms += duration_ms;
    monotonic_ms += duration_ms;
  }
  int64_t wall_ms = kMidnightMs + 9 * kHourMs;
  int64_t monotonic_ms = 5'000;
};

class RetryScheduleTest : public ::testing::Test {
 protected:
  RetryScheduleTest() { schedule_.NoteSynced(); }
  // Waits until a sync is due; its hour of the day in Vietnam.
  double SleepUntilDue() {
    clock_.SleepMs(schedule_.WaitMs());
    EXPECT_EQ(schedule_.WaitMs(), 0);
    const int64_t of_day = (clock_.wall_ms - kMidnightMs) % (24 * kHourMs);
    return static_cast<double>(of_day) / static_cast<double>(kHourMs);
  }

  HandClock clock_;
  SeededRandom random_{5};
  ScheduleOptions options_;
  RetrySchedule schedule_{&clock_, &random_};
};

TEST_F(RetryScheduleTest, AFreshProcessSyncsSoonAndNotAllAtOnce) {
  std::set<int64_t> waits;
  for (int i = 0; i < 50; ++i) {
    RetrySchedule fresh(&clock_, &random_);
    EXPECT_LE(fresh.WaitMs(), options_.network_ms);
    EXPECT_GE(fresh.WaitMs(), options_.network_ms / 2);
    EXPECT_EQ(fresh.cause(), SyncCause::kNetwork);
    waits.insert(fresh.WaitMs());
  }
  EXPECT_GT(waits.size(), 25u);
}

TEST_F(RetryScheduleTest, EveryNightHasItsSyncAtAMomentOfItsOwn) {
  std::set<double> moments;
  int64_t last_ms = clock_.wall_ms;
  for (int night = 0; night < 30; ++night) {
    EXPECT_EQ(schedule_.cause(), SyncCause::kNightly);
    const double hour = SleepUntilDue();
    EXPECT_GE(hour, 2.0);
    EXPECT_LE(hour, 4.0);
    EXPECT_GT(clock_.wall_ms - last_ms, night == 0 ? 0 : 22 * kHourMs);
    EXPECT_LE(clock_.wall_ms - last_ms, 26 * kHourMs);
    last_ms = clock_.wall_ms;
    moments.insert(hour);
    schedule_.NoteSynced();
  }
  EXPECT_GT(moments.size(), 25u);
}

TEST_F(RetryScheduleTest, EntriesAreSentALittleLaterTogether) {
  schedule_.NoteEntries();
  EXPECT_EQ(schedule_.WaitMs(), options_.entries_ms);
  EXPECT_EQ(schedule_.cause(), SyncCause::kEntries);
  clock_.SleepMs(options_.entries_ms / 2);
  schedule_.NoteEntries();  // does not put it off
  EXPECT_EQ(schedule_.WaitMs(), options_.entries_ms / 2);
}

TEST_F(RetryScheduleTest, FailuresDoubleTheWaitUpToTheLongestHalfByChance) {
  int64_t full_ms = options_.retry_first_ms;
  for (int failure = 1; failure < 70; ++failure) {
    schedule_.NoteFailed();
    EXPECT_EQ(schedule_.failures(), failure);
    EXPECT_EQ(schedule_.cause(), SyncCause::kRetry);
    EXPECT_LE(schedule_.WaitMs(), full_ms);
    EXPECT_GE(schedule_.WaitMs(), full_ms / 2);
    SleepUntilDue();
    full_ms = std::min(full_ms * 2, options_.retry_max_ms);
  }
}

TEST_F(RetryScheduleTest, DesksThatFailedTogetherComeBackApart) {
  std::set<int64_t> waits;
  for (uint64_t desk = 0; desk < 50; ++desk) {
    SeededRandom random(desk);
    RetrySchedule schedule(&clock_, &random);
    schedule.NoteFailed();
    waits.insert(schedule.WaitMs());
  }
  EXPECT_GT(waits.size(), 40u);
}

TEST_F(RetryScheduleTest, EntriesAndTheNightWaitForTheRetry) {
  for (int i = 0; i < 20; ++i) schedule_.NoteFailed();
  const int64_t wait_ms = schedule_.WaitMs();
  schedule_.NoteEntries();
  EXPECT_EQ(schedule_.WaitMs(), wait_ms);
  clock_.wall_ms = kMidnightMs + 27 * kHourMs;  // in the night
  EXPECT_EQ(schedule_.WaitMs(), wait_ms);
  EXPECT_EQ(schedule_.cause(), SyncCause::kRetry);
}

TEST_F(RetryScheduleTest, NetworkUpForgetsTheFailuresAndComesSoon) {
  for (int i = 0; i < 20; ++i) schedule_.NoteFailed();
  schedule_.NoteNetworkUp();
  EXPECT_EQ(schedule_.failures(), 0);
  EXPECT_LE(schedule_.WaitMs(), options_.network_ms);
  EXPECT_EQ(schedule_.cause(), SyncCause::kNetwork);
}

TEST_F(RetryScheduleTest, ANetworkThatFlapsPutsNothingOff) {
  schedule_.NoteNetworkUp();
  int64_t slept_ms = 0;
  while (schedule_.WaitMs() > 0) {
    clock_.SleepMs(std::min<int64_t>(1'000, schedule_.WaitMs()));
    slept_ms += 1'000;
    if (schedule_.WaitMs() > 0) schedule_.NoteNetworkUp();
  }
  EXPECT_LE(slept_ms, options_.network_ms + 1'000);
}

TEST_F(RetryScheduleTest, ARequestIsNowWhateverWentWrongBefore) {
  for (int i = 0; i < 20; ++i) schedule_.NoteFailed();
  schedule_.NoteRequest();
  EXPECT_EQ(schedule_.WaitMs(), 0);
  EXPECT_EQ(schedule_.cause(), SyncCause::kRequest);
  EXPECT_EQ(schedule_.failures(), 0);
  schedule_.NoteFailed();
  EXPECT_LE(schedule_.WaitMs(), options_.retry_first_ms);
}

TEST_F(RetryScheduleTest, ANightThatFailedIsRetriedAndNotDoubled) {
  SleepUntilDue();
  schedule_.NoteFailed();
  SleepUntilDue();
  schedule_.NoteSynced();
  EXPECT_GT(schedule_.WaitMs(), 20 * kHourMs);
}

TEST_F(RetryScheduleTest, AClockThatJumpsLeavesTheNextSyncWithinADay) {
  for (const int64_t jump_ms : {-kHourMs * 24 * 365 * 10, kHourMs * 24 * 365 * 10, -kHourMs * 30, kHourMs * 30}) {
    clock_.wall_ms += jump_ms;
    EXPECT_LE(schedule_.WaitMs(), RetrySchedule::kWaitMaxMs);
    SleepUntilDue();
    schedule_.NoteSynced();
    EXPECT_GT(schedule_.WaitMs(), 0);
    EXPECT_LE(schedule_.WaitMs(), RetrySchedule::kWaitMaxMs);
  }
}

TEST_F(RetryScheduleTest, AMachineThatSleptThroughTheNightSyncsWhenItWakes) {
  clock_.wall_ms += 20 * kHourMs;  // the monotonic clock stands still in sleep
  EXPECT_EQ(schedule_.WaitMs(), 0);
}

}  // namespace
}  // namespace motcua
