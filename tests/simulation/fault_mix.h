// FaultMix: what one seed lets happen. Each class of faults is on or off for a whole run (a swarm: some seeds have
// one class alone, some nearly all), and each draws from a stream of its own, so that switching one off moves the
// others as little as can be.
//
// Threads: one.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/random.h"

namespace motcua {

enum class Fault {
  kLoss,         // a request never arrives
  kLostReply,    // the hub answers, the desk never hears it
  kDuplicate,    // the hub gets a request twice
  kDelay,        // a request arrives when its desk no longer waits
  kReorder,      // old requests arrive again, in any order
  kThinLine,     // what is larger than a seed's bound does not get through
  kPartition,    // a desk has no line for a while
  kDeskCrash,    // power cut or kill, with unsynced writes torn and dropped, at any change of its disk
  kHubCrash,     // the same for the hub
  kDiskFull,     // of a desk or the hub, for a while
  kIoError,      // once or for a while, also while opening
  kClone,        // a desk's folder is copied and both go on
  kDeskRestore,  // an older copy of a desk's folder comes back
  kHubRestore,   // an older copy of the hub's database comes back
  kReplace,      // a machine is gone; another enrols as the same device
  kClocks,       // clocks are wrong by up to ten years, drift and jump
  kCrowd,        // others act while a desk waits for its answer
  kBundle,       // files carry entries and answers beside the network: late, twice, never
  kOldDesk,      // desks whose program is one protocol version behind, until they are upgraded
  kOldHub,       // the same of the hub
  kReview,       // operators close the lists of forks, desks acknowledge decisions
  kCount,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);
absl::string_view FaultName(Fault fault);  // "lost-reply"
std::optional<Fault> FaultNamed(absl::string_view name);

class FaultMix {
 public:
  // `without` stay off whatever the seed says.
  FaultMix(uint64_t seed, const std::set<Fault>& without);

  bool on(Fault fault) const { return on_[static_cast<std::size_t>(fault)]; }
  // By chance of `per_mille`, times the run's own intensity; never when off. Draws in any case.
  bool Strikes(Fault fault, uint64_t per_mille);
  // It did strike: what the summary counts.
  void Met(Fault fault) { ++met_[static_cast<std::size_t>(fault)]; }
  const std::array<int64_t, kFaults>& met() const { return met_; }
  // The stream of a class, for how a fault looks.
  RandomSource& Of(Fault fault) { return streams_[static_cast<std::size_t>(fault)]; }

  // Everything works from now on.
  void StopAll() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  std::string Names() const;  // those that are on, "none" without any

 private:
  std::array<bool, kFaults> on_{};
  std::array<int64_t, kFaults> met_{};
  std::vector<SeededRandom> streams_;
  uint64_t intensity_ = 1;
  bool stopped_ = false;
};

}  // namespace motcua
