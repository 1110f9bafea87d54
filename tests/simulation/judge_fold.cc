#include "tests/simulation/judge_fold.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace motcua {

std::string FormatJudged(const JudgedCell& cell) {
  std::string text = absl::StrCat(cell.known ? FormatValue(cell.value) : "unknown", cell.conflict ? " conflict" : "",
                                  cell.overlap ? " overlap" : "", cell.provisional ? " provisional" : "");
  for (const EntryName& name : cell.survivors) absl::StrAppend(&text, " stands:", FormatEntryName(name));
  for (const EntryName& name : cell.counted) absl::StrAppend(&text, " counts:", FormatEntryName(name));
  for (const EntryName& name : cell.overlapping) absl::StrAppend(&text, " overlaps:", FormatEntryName(name));
  return text;
}

JudgeFold::JudgeFold(const UnitBook* book, const Bits& held) : book_(*book), held_(held) {
  const auto here = [&](const EntryName& name) {
    const std::optional<std::size_t> number = book_.Find(name);
    return number && held_.Has(*number);
  };
  for (const std::size_t saw : book_.saws()) {
    if (!held_.Has(saw)) continue;
    for (const EntryName& end : std::get<SawBody>(book_.at(saw).entry.body).ends) closed_ = closed_ && here(end);
  }
  for (const std::size_t by : book_.excludes()) {
    const auto& exclude = std::get<ExcludeBody>(book_.at(by).entry.body);
    if (held_.Has(by)) closed_ = closed_ && here(exclude.first) && here(exclude.last);
  }
  FindExcluded();
}

// Its own path, and everything any saw on it names, closed.
const Bits& JudgeFold::Context(std::size_t x) const {
  const auto known = contexts_.find(x);
  if (known != contexts_.end()) return known->second;
  Bits context = book_.at(x).path;
  for (const std::size_t saw : book_.saws()) {
    if (!book_.at(x).path.Has(saw)) continue;
    for (const EntryName& end : std::get<SawBody>(book_.at(saw).entry.body).ends) {
      const std::optional<std::size_t> number = book_.Find(end);
      if (number && held_.Has(*number)) context.Add(Context(*number));
    }
  }
  return contexts_[x] = context;
}

Bits JudgeFold::Covered(const ExcludeBody& exclude) const {
  Bits covered;
  const std::optional<std::size_t> first = book_.Find(exclude.first);
  const std::optional<std::size_t> last = book_.Find(exclude.last);
  if (!first || !last || !held_.Has(*first) || !held_.Has(*last)) return covered;
  for (const std::size_t number : book_.at(*last).path.Members()) {
    if (book_.at(number).path.Has(*first)) covered.Add(number);
  }
  return covered;
}

void JudgeFold::FindExcluded() {
  std::vector<std::pair<std::size_t, Bits>> lifts;
  std::vector<std::pair<std::size_t, Bits>> takes;
  Bits hub_excludes;
  for (const std::size_t by : book_.excludes()) {
    if (!held_.Has(by) || book_.at(by).name.device != kHubDevice) continue;
    const auto& exclude = std::get<ExcludeBody>(book_.at(by).entry.body);
    (exclude.lifts ? lifts : takes).emplace_back(by, Covered(exclude));
    hub_excludes.Add(by);
  }
  for (auto& [by, covered] : takes) {
    for (const auto& [lifter, lifted] : lifts) {
      if (Knows(lifter, by)) covered.Remove(lifted);
    }
    excluded_.Add(covered);
  }
  excluded_.Remove(hub_excludes);
}

JudgedCell JudgeFold::Fold(const Cell& cell, bool counter) const {
  std::vector<std::size_t> adds;
  std::vector<std::size_t> restates;
  const auto postings = book_.cells().find(cell);
  if (postings == book_.cells().end()) return {};
  for (const std::size_t number : postings->second) {
    if (!held_.Has(number) || excluded_.Has(number)) continue;
    (book_.at(number).entry.kind() == EntryKind::kAdd ? adds : restates).push_back(number);
  }
  const auto known_to_a_restatement = [&](std::size_t y) {
    return std::any_of(restates.begin(), restates.end(), [&](std::size_t x) { return Knows(x, y); });
  };
  const auto value_of = [&](std::size_t x) { return std::get<RestateBody>(book_.at(x).entry.body).value; };

  JudgedCell judged;
  std::vector<std::size_t> standing;
  for (const std::size_t x : restates) {
    if (!known_to_a_restatement(x)) standing.push_back(x);
  }
  std::sort(standing.begin(), standing.end(), [&](std::size_t a, std::size_t b) {
    const BookEntry& one = book_.at(a);
    const BookEntry& two = book_.at(b);
    return one.entry.role != two.entry.role ? one.entry.role > two.entry.role : one.name > two.name;
  });
  for (const std::size_t x : standing) {
    judged.survivors.push_back(book_.at(x).name);
    judged.conflict = judged.conflict || value_of(x) != value_of(standing.front());
  }
  const Value restated = standing.empty() ? Value{} : value_of(standing.front());
  if (!standing.empty()) judged.winner = judged.survivors.front();
  judged.value = restated;
  if (counter) {
    int64_t sum = std::holds_alternative<int64_t>(restated) ? std::get<int64_t>(restated) : 0;
    for (const std::size_t add : adds) {
      if (!known_to_a_restatement(add)) {
        judged.counted.insert(book_.at(add).name);
        sum += std::get<AddBody>(book_.at(add).entry.body).delta;
      }
      for (const std::size_t x : standing) {
        if (!Knows(add, x) && !Knows(x, add)) judged.overlapping.insert(book_.at(add).name);
      }
    }
    judged.value = std::holds_alternative<int64_t>(restated) || !judged.counted.empty() ? Value{sum} : Value{};
  }
  judged.overlap = !judged.overlapping.empty();
  judged.known = !std::holds_alternative<std::monostate>(judged.value);
  const bool negative = counter && judged.known && std::get<int64_t>(judged.value) < 0;
  judged.provisional = judged.conflict || judged.overlap || negative;
  return judged;
}

std::vector<EntryName> JudgeFold::OpenForks(const Cell& cell, bool counter) const {
  const JudgedCell judged = Fold(cell, counter);
  std::set<EntryName> made_of(judged.survivors.begin(), judged.survivors.end());
  made_of.insert(judged.counted.begin(), judged.counted.end());
  std::vector<EntryName> open;
  for (const EntryName& point : book_.ForkPoints(&held_)) {
    std::set<EntryName> touched;
    for (const std::size_t branch : book_.Branches(&held_, point)) {
      const auto stands_there = [&](const EntryName& name) { return book_.at(*book_.Find(name)).path.Has(branch); };
      if (std::any_of(made_of.begin(), made_of.end(), stands_there)) touched.insert(book_.at(branch).name);
    }
    const auto closes = [&](std::size_t review) {
      const std::vector<EntryName>& names = std::get<ReviewBody>(book_.at(review).entry.body).branches;
      return held_.Has(review) && std::includes(names.begin(), names.end(), touched.begin(), touched.end());
    };
    const bool closed = std::any_of(book_.reviews().begin(), book_.reviews().end(), closes);
    if (touched.size() > 1 && !closed) open.push_back(point);
  }
  return open;
}

}  // namespace motcua
