#include "tests/simulation/fault_mix.h"

#include "absl/strings/str_cat.h"

namespace motcua {
namespace {

struct Described {
  const char* name;
  uint64_t on_percent;  // of seeds
};
constexpr std::array<Described, kFaults> kDescribed = {{
    {"loss", 50},
    {"lost-reply", 50},
    {"duplicate", 40},
    {"delay", 40},
    {"reorder", 40},
    {"thin-line", 20},
    {"partition", 40},
    {"desk-crash", 60},
    {"hub-crash", 60},
    {"disk-full", 30},
    {"io-error", 40},
    {"clone", 35},
    {"desk-restore", 35},
    {"hub-restore", 35},
    {"replace", 20},
    {"clocks", 50},
    {"crowd", 50},
    {"bundle", 40},
    {"old-desk", 25},
    {"old-hub", 20},
    {"review", 50},
}};

}  // namespace

absl::string_view FaultName(Fault fault) { return kDescribed[static_cast<std::size_t>(fault)].name; }

std::optional<Fault> FaultNamed(absl::string_view name) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (name == kDescribed[i].name) return static_cast<Fault>(i);
  }
  return std::nullopt;
}

FaultMix::FaultMix(uint64_t seed, const std::set<Fault>& without) {
  SeededRandom random(seed ^ 0x6d6f74637561ULL);
  intensity_ = 1 + random.Below(3);
  // One seed in sixteen meets no fault at all: what goes wrong there is no fault's doing.
  const bool calm = random.Below(16) == 0;
  for (std::size_t i = 0; i < kFaults; ++i) {
    const bool drawn = random.Below(100) < kDescribed[i].on_percent;
    on_[i] = drawn && !calm && without.count(static_cast<Fault>(i)) == 0;
    streams_.emplace_back(random.Next64());
  }
}

bool FaultMix::Strikes(Fault fault, uint64_t per_mille) {
  const bool drawn = Of(fault).Below(1000) < per_mille * intensity_;
  return drawn && on(fault) && !stopped_;
}

std::string FaultMix::Names() const {
  std::string names;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (on_[i]) absl::StrAppend(&names, names.empty() ? "" : " ", kDescribed[i].name);
  }
  return names.empty() ? "none" : names;
}

}  // namespace motcua
