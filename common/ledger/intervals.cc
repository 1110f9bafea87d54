#include "common/ledger/intervals.h"

#include <algorithm>
#include <tuple>

namespace motcua {

Seq Intervals::Reach(std::size_t begin, std::size_t end) const {
  if (begin == end) return 0;
  const std::size_t middle = begin + (end - begin) / 2;
  Range& range = ranges_[middle];
  range.reach = std::max({range.last, Reach(begin, middle), Reach(middle + 1, end)});
  return range.reach;
}

void Intervals::Find(Seq seq, std::vector<std::size_t>* owners) const {
  if (!sorted_) {
    std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) {
      return std::tie(a.first, a.last, a.owner) < std::tie(b.first, b.last, b.owner);
    });
    Reach(0, ranges_.size());
    sorted_ = true;
  }
  Find(seq, 0, ranges_.size(), owners);
}

// As deep as the number of ranges has binary digits.
void Intervals::Find(Seq seq, std::size_t begin, std::size_t end, std::vector<std::size_t>* owners) const {
  if (begin == end) return;
  const std::size_t middle = begin + (end - begin) / 2;
  const Range& range = ranges_[middle];
  if (range.reach < seq) return;
  Find(seq, begin, middle, owners);
  if (range.first > seq) return;
  if (range.last >= seq) owners->push_back(range.owner);
  Find(seq, middle + 1, end, owners);
}

}  // namespace motcua
