#include "common/ledger/forks.h"

#include <algorithm>
#include <set>

namespace motcua {

Forks::Forks(const LogTree* tree) : tree_(*tree) {
  // By device and point; the branches of lines that fork off, and of the line that goes on.
  std::map<std::pair<DeviceId, Position>, std::set<Position>> branches;
  for (LineId id = 0; id < tree_.size(); ++id) {
    const Line& line = tree_.line(id);
    if (line.end_seq == line.fork_seq) continue;
    const Position point = line.parent == kNoLine ? Position{} : tree_.Normalize(line.parent, line.fork_seq);
    std::set<Position>& there = branches[{line.device, point}];
    there.insert({id, line.fork_seq + 1});
    if (point.seq > 0 && tree_.line(point.line).end_seq > point.seq) there.insert({point.line, point.seq + 1});
  }
  for (const auto& [where, there] : branches) {
    if (there.size() < 2) continue;
    const std::size_t number = all_.size();
    all_.push_back({where.first, where.second, {there.begin(), there.end()}});
    at_device_[where.first].push_back(number);
    if (where.second.seq > 0) at_line_[where.second.line].push_back(number);
  }
}

void Forks::AddReview(std::vector<Position> branches) {
  std::sort(branches.begin(), branches.end());
  reviews_.push_back(std::move(branches));
}

bool Forks::Reviewed(const std::vector<Position>& branches) const {
  return std::any_of(reviews_.begin(), reviews_.end(), [&](const std::vector<Position>& review) {
    return std::includes(review.begin(), review.end(), branches.begin(), branches.end());
  });
}

std::vector<Forks::Touched> Forks::OpenFor(std::span<const Position> places) const {
  if (!any()) return {};
  // On one line the newest place stands behind every fork point that an older one stands behind.
  std::map<LineId, Seq> newest;
  for (const Position& place : places) {
    const Position at = tree_.Normalize(place.line, place.seq);
    if (Concern(at.line)) newest[at.line] = std::max(newest[at.line], at.seq);
  }
  if (newest.size() < 2) return {};
  std::map<std::size_t, std::set<Position>> touched;
  for (const auto& [line, seq] : newest) {
    Position at{line, seq};
    Position first;  // the first entry of the line walked before: right behind where it forks off
    while (true) {
      const auto points = at_line_.find(at.line);
      for (std::size_t number : points == at_line_.end() ? std::vector<std::size_t>() : points->second) {
        const Seq point = all_[number].point.seq;
        if (point < at.seq) touched[number].insert({at.line, point + 1});
        if (point == at.seq && first.seq > 0) touched[number].insert(first);
      }
      const Line& walked = tree_.line(at.line);
      first = {at.line, walked.fork_seq + 1};
      if (walked.parent == kNoLine) break;
      at = tree_.Normalize(walked.parent, walked.fork_seq);
    }
    for (std::size_t number : at_device_.at(tree_.line(line).device)) {
      if (all_[number].point.seq == 0) touched[number].insert(first);
    }
  }
  std::vector<Touched> open;
  for (const auto& [number, branches] : touched) {
    std::vector<Position> sorted(branches.begin(), branches.end());
    if (sorted.size() >= 2 && !Reviewed(sorted)) open.push_back({number, std::move(sorted)});
  }
  return open;
}

}  // namespace motcua
