// BenchDesk is one desk of the bench as the hub meets it: its synthetic log, and the requests it sends. Both
// hubs of a run and the plain baseline get the same entries from it.
#pragma once

#include <string>
#include <vector>

#include "common/sync/batch.h"
#include "common/sync/exchange.h"
#include "tests/bench/plain_sqlite.h"
#include "tests/common/sync/synthetic_night.h"

namespace motcua::bench {

class BenchDesk {
 public:
  BenchDesk(const SyntheticCodes* codes, std::size_t unit, DeviceId device, uint64_t seed)
      : codes_(*codes), unit_(unit), device_(device), desk_(codes, unit, device, seed) {}

  // The ends of the unit's other logs, which every night's saw and request name.
  void Learn(std::vector<EntryName> ends);

  struct Night {
    ExchangeRequest request;  // without a receipt: that is each hub's own
    std::vector<PlainEntry> plain;
    EntryName end;
  };
  // Records `entries` and packs them. `entries` 0: a night with nothing new.
  Night Next(std::size_t entries, const CodeBook& book);

  std::size_t unit_index() const { return unit_; }
  const std::string& unit() const { return codes_.units[unit_]; }
  DeviceId device() const { return device_; }
  EntryName end() const { return names_.empty() ? EntryName{device_, 0, 0} : names_.back(); }

 private:
  std::vector<EntryName> Locator() const;
  std::vector<PlainEntry> Plain(const std::vector<Entry>& entries, const CodeBook& book) const;

  const SyntheticCodes& codes_;
  std::size_t unit_;
  DeviceId device_;
  SyntheticDesk desk_;
  std::vector<EntryName> names_;  // of its own entries, in order
  std::vector<EntryName> others_;
};

}  // namespace motcua::bench
