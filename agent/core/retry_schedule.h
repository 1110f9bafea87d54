// RetrySchedule: when the next sync is due. Time and randomness come in; it waits for nothing itself.
//
//   nightly     once a night at a moment between 2 and 4 o'clock, drawn anew for every night, so that a province's
//               desks do not come at once
//   entries     a little after something was recorded; what follows meanwhile goes along
//   retry       after a failure: the wait doubles with every further one up to an hour, half of it by chance
//   network     the line came up: soon, spread by chance, and the failures so far no longer count
//   request     a person asked: now, and the failures so far no longer count
//
// While failures count, new entries and the night wait for the retry: hammering mends no line. Something is always
// due within a night and a day, whatever the clocks do: the wall clock decides the night alone, and one that jumps
// back has the night drawn anew.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>

#include "common/base/clock.h"
#include "common/base/random.h"

namespace motcua {

struct ScheduleOptions {
  // From a first new entry to its sync. Less brings numbers sooner and costs more connections.
  int64_t entries_ms = 60'000;
  // The first wait after a failure, and the longest.
  int64_t retry_first_ms = 30'000;
  int64_t retry_max_ms = 3'600'000;
  // After the start and after network-up; half of it by chance: all desks of a building come back together.
  int64_t network_ms = 20'000;
  // The night, by the desks' local time, and over how long the desks are spread.
  int64_t night_begins_s = 2 * 3600;
  int64_t night_spread_s = 2 * 3600;
  int64_t utc_offset_s = 7 * 3600;  // Vietnam has one
};

enum class SyncCause { kNightly, kEntries, kRetry, kNetwork, kRequest };

class RetrySchedule {
 public:
  // As after network-up: a machine that was off all night has its night to make up for. Both outlive it.
  RetrySchedule(Clock* clock, RandomSource* random, ScheduleOptions options = {});

  void NoteEntries();
  void NoteNetworkUp();
  void NoteRequest();
  // A session ended. Whether somebody waits for it, what was noted before counts as done.
  void NoteSynced();
  void NoteFailed();

  // How long until the next sync; 0: now. Never more than kWaitMaxMs.
  int64_t WaitMs();
  SyncCause cause() const;
  int failures() const { return failures_; }

  static constexpr int64_t kWaitMaxMs = int64_t{26} * 3'600'000;

 private:
  void Bring(SyncCause cause, int64_t at_ms);
  void DrawNight(bool this_one_is_over);
  int64_t HalfByChance(int64_t full_ms);

  Clock& clock_;
  RandomSource& random_;
  ScheduleOptions options_;
  int failures_ = 0;
  int64_t night_ms_ = 0;  // by the wall clock
  // By the monotonic one. None: only the night is due.
  struct Due {
    SyncCause cause;
    int64_t at_ms;
  };
  std::optional<Due> due_;
};

}  // namespace motcua
