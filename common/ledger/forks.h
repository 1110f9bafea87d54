// Forks: where copies of a device parted, and which cells both of them go on writing. Two copies may have recorded
// the same papers twice, so such cells are listed until a person has gone through them.
//
// Behind a fork point a device's log goes on in two branches or more, each known by its first entry. A cell is open
// at a fork when what its value is made of (adds that count, restatements that survive) stands on branches that no
// single review names together. So a branch taken out by an exclusion, and a number restated by somebody who
// knew both, settle their cell by themselves; a review settles all cells of its branches, and a further copy
// opens only what it touches.
//
// Threads: one. Lifetime: `tree` must outlive it and not grow meanwhile.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "common/ledger/log_tree.h"

namespace motcua {

struct Fork {
  DeviceId device;
  Position point;                  // the last common entry; "nothing" when the copies share none
  std::vector<Position> branches;  // the first entry of each, sorted; two or more
};

class Forks {
 public:
  explicit Forks(const LogTree* tree);

  bool any() const { return !all_.empty(); }
  const std::vector<Fork>& all() const { return all_; }
  // Whether what is written on `line` may stand behind a fork.
  bool Concern(LineId line) const { return at_device_.contains(tree_.line(line).device); }
  // First entries of branches that one review names; those that are held.
  void AddReview(std::vector<Position> branches);

  // One open fork of a cell (or of anything else that stands at `places`): its number in all() and the branches touched.
  struct Touched {
    std::size_t fork = 0;
    std::vector<Position> branches;  // sorted
  };
  // `places` are of entries.
  std::vector<Touched> OpenFor(std::span<const Position> places) const;
  // Every branch of the fork is named by one review.
  bool Closed(const Fork& fork) const { return Reviewed(fork.branches); }

 private:
  bool Reviewed(const std::vector<Position>& branches) const;

  const LogTree& tree_;
  std::vector<Fork> all_;
  std::map<LineId, std::vector<std::size_t>> at_line_;      // forks by the line their point is on
  std::map<DeviceId, std::vector<std::size_t>> at_device_;  // all forks of a device
  std::vector<std::vector<Position>> reviews_;
};

}  // namespace motcua
