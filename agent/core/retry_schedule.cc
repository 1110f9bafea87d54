#include "agent/core/retry_schedule.h"

#include <algorithm>

namespace motcua {
namespace {

constexpr int64_t kDayMs = int64_t{86'400} * 1000;
constexpr int kDoublingsMax = 20;

}  // namespace

RetrySchedule::RetrySchedule(Clock* clock, RandomSource* random, ScheduleOptions options)
    : clock_(*clock), random_(*random), options_(options) {
  DrawNight(/*this_one_is_over=*/false);
  NoteNetworkUp();
}

int64_t RetrySchedule::HalfByChance(int64_t full_ms) {
  const int64_t half = std::max<int64_t>(full_ms / 2, 1);
  return full_ms - half + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(half) + 1));
}

// The next night whose moment has not passed; a night that had its sync is over.
void RetrySchedule::DrawNight(bool this_one_is_over) {
  const int64_t local_ms = clock_.WallMs() + options_.utc_offset_s * 1000;
  int64_t day_ms = local_ms - ((local_ms % kDayMs) + kDayMs) % kDayMs;
  const int64_t moment_ms =
      options_.night_begins_s * 1000 +
      static_cast<int64_t>(random_.Below(static_cast<uint64_t>(options_.night_spread_s * 1000) + 1));
  const int64_t over_ms = this_one_is_over ? options_.night_begins_s * 1000 : moment_ms;
  if (day_ms + over_ms <= local_ms) day_ms += kDayMs;
  night_ms_ = day_ms + moment_ms - options_.utc_offset_s * 1000;
}

// What is due sooner stays.
void RetrySchedule::Bring(SyncCause cause, int64_t at_ms) {
  if (!due_ || at_ms < due_->at_ms) due_ = Due{cause, at_ms};
}

void RetrySchedule::NoteEntries() {
  if (failures_ == 0) Bring(SyncCause::kEntries, clock_.MonotonicMs() + options_.entries_ms);
}

void RetrySchedule::NoteNetworkUp() {
  failures_ = 0;
  Bring(SyncCause::kNetwork, clock_.MonotonicMs() + HalfByChance(options_.network_ms));
}

void RetrySchedule::NoteRequest() {
  failures_ = 0;
  due_ = Due{SyncCause::kRequest, clock_.MonotonicMs()};
}

void RetrySchedule::NoteSynced() {
  failures_ = 0;
  due_.reset();
  if (clock_.WallMs() >= night_ms_) DrawNight(/*this_one_is_over=*/true);
}

void RetrySchedule::NoteFailed() {
  ++failures_;
  const int64_t full_ms = std::min(options_.retry_max_ms,
                                   options_.retry_first_ms << std::min(failures_ - 1, kDoublingsMax));
  due_ = Due{SyncCause::kRetry, clock_.MonotonicMs() + HalfByChance(full_ms)};
  if (clock_.WallMs() >= night_ms_) DrawNight(/*this_one_is_over=*/true);
}

int64_t RetrySchedule::WaitMs() {
  if (night_ms_ - clock_.WallMs() > kWaitMaxMs) DrawNight(false);  // the clock was set back
  int64_t wait_ms = failures_ > 0 ? kWaitMaxMs : std::max<int64_t>(0, night_ms_ - clock_.WallMs());
  if (due_) wait_ms = std::min(wait_ms, std::max<int64_t>(0, due_->at_ms - clock_.MonotonicMs()));
  return wait_ms;
}

SyncCause RetrySchedule::cause() const {
  if (!due_) return SyncCause::kNightly;
  const bool night_first = failures_ == 0 && night_ms_ - clock_.WallMs() < due_->at_ms - clock_.MonotonicMs();
  return night_first ? SyncCause::kNightly : due_->cause;
}

}  // namespace motcua
