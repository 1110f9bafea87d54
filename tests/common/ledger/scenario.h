// A random history of one unit: desks, supervisors and the hub write, hear from each other or forget to write it
// down, are copied and restored, and copies are copied again. Everything follows from the seed.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/random.h"
#include "tests/common/ledger/desks.h"
#include "tests/common/ledger/oracle.h"

namespace motcua {

class Scenario {
 public:
  Scenario(uint64_t seed, int steps);

  // Every entry anyone wrote, once.
  const std::vector<Written>& all() const { return all_; }
  const std::vector<Cell>& cells() const { return cells_; }

  // The entries in a random order, parents first.
  std::vector<Written> Shuffled();
  // A random set of entries that holds the parents of all its members.
  std::vector<Written> Part();

 private:
  void Step();
  void StepRarely(Desk* desk);
  void Exclude(Desk* desk, bool lifts);
  void SawSomething(Desk* desk);
  void Copy(const Desk& desk);
  void Collect();
  Desk& Anyone() { return desks_[random_.Below(desks_.size())]; }
  const Cell& AnyCell() { return cells_[random_.Below(cells_.size())]; }
  Value AnyValue();
  EntryName AnyHeld(const Desk& desk);

  SeededRandom random_;
  std::vector<Desk> desks_;
  std::vector<Cell> cells_;
  std::vector<Written> all_;
};

}  // namespace motcua
