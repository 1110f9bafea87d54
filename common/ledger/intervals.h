// Intervals: which of many ranges of seqs contain a seq. One sorted array that is a balanced tree by halving, where
// every middle knows how far anything in its half reaches: a question costs the depth and what it finds.
//
// Threads: one, for questions too: the first question behind an Add() sorts.
#pragma once

#include <cstddef>
#include <vector>

#include "common/ledger/entry.h"

namespace motcua {

class Intervals {
 public:
  // [first, last] belongs to number `owner`.
  void Add(Seq first, Seq last, std::size_t owner) {
    ranges_.push_back({first, last, last, owner});
    sorted_ = false;
  }
  // Appends the owners of all ranges that contain `seq`, in no particular order.
  void Find(Seq seq, std::vector<std::size_t>* owners) const;

 private:
  struct Range {
    Seq first = 0;
    Seq last = 0;
    Seq reach = 0;  // the largest `last` in the half whose middle this is
    std::size_t owner = 0;
  };
  Seq Reach(std::size_t begin, std::size_t end) const;
  void Find(Seq seq, std::size_t begin, std::size_t end, std::vector<std::size_t>* owners) const;

  mutable std::vector<Range> ranges_;
  mutable bool sorted_ = true;
};

}  // namespace motcua
