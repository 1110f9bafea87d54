// MemoryFacts: known cells kept in a list, given in the order they were put or backwards.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/report/fact_source.h"

namespace motcua {

class MemoryFacts : public FactSource {
 public:
  void Put(const std::string& unit, const std::string& day, const std::string& procedure, const std::string& channel,
           const std::string& measure, Value value, bool provisional = false) {
    cells_[unit].push_back({*ParseDay(day), procedure, channel, measure, std::move(value), provisional});
  }
  void Submit(const std::string& unit, Submission submission) { submissions_[unit] = submission; }
  void HasEntriesWithoutCells(const std::string& unit) { started_.insert(unit); }
  void Reverse() { backwards_ = true; }

  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override {
    const auto found = cells_.find(unit);
    if (found == cells_.end()) return absl::OkStatus();
    const std::vector<Cell>& cells = found->second;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // A copy that dies with the call: nobody may keep what a fact points at.
      const Cell cell = cells[backwards_ ? cells.size() - 1 - i : i];
      if (cell.day < first || last < cell.day) continue;
      visit({cell.day, cell.procedure, cell.channel, cell.measure, &cell.value, cell.provisional});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> HasEntries(const std::string& unit, Day, Day) const override {
    return cells_.contains(unit) || started_.contains(unit);
  }

  absl::StatusOr<Submission> SubmissionOf(const std::string& unit, const std::string&) const override {
    const auto found = submissions_.find(unit);
    return found == submissions_.end() ? Submission::kNone : found->second;
  }

 private:
  struct Cell {
    Day day;
    std::string procedure;
    std::string channel;
    std::string measure;
    Value value;
    bool provisional;
  };
  std::map<std::string, std::vector<Cell>> cells_;
  std::map<std::string, Submission> submissions_;
  std::set<std::string> started_;
  bool backwards_ = false;
};

}  // namespace motcua
