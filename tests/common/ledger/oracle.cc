#include "tests/common/ledger/oracle.h"

#include <algorithm>

namespace motcua {

Oracle::Oracle(const std::vector<Written>& held) {
  for (const Written& written : held) held_.emplace(written.name, written);
}

// "its own line's prefix", the entry itself included
NameSet Oracle::Prefix(const EntryName& name) const {
  NameSet prefix;
  for (EntryName at = name; at.seq > 0; at = held_.at(at).parent) prefix.insert(at);
  return prefix;
}

// "... and everything any saw there names, closed: it includes the contexts of the entries in it"
const NameSet& Oracle::Context(const EntryName& name) const {
  if (const auto known = contexts_.find(name); known != contexts_.end()) return known->second;
  NameSet context = Prefix(name);
  for (const EntryName& at : Prefix(name)) {
    const auto* saw = std::get_if<SawBody>(&held_.at(at).entry.body);
    if (saw == nullptr) continue;
    for (const EntryName& end : saw->ends) {
      if (held_.count(end) == 0) continue;
      const NameSet& theirs = Context(end);
      context.insert(theirs.begin(), theirs.end());
    }
  }
  return contexts_[name] = context;
}

NameSet Oracle::Ends() const {
  NameSet ends;
  for (const auto& [name, written] : held_) ends.insert(name);
  for (const auto& [name, written] : held_) ends.erase(written.parent);
  return ends;
}

bool Oracle::Covers(const ExcludeBody& exclude, const EntryName& name) const {
  if (held_.count(exclude.first) == 0 || held_.count(exclude.last) == 0) return false;
  return Prefix(exclude.last).count(name) > 0 && Prefix(name).count(exclude.first) > 0;
}

bool Oracle::Excluded(const EntryName& name) const {
  const Entry& entry = held_.at(name).entry;
  if (entry.device == kHubDevice && entry.kind() == EntryKind::kExclude) return false;
  for (const auto& [by, written] : held_) {
    const auto* exclude = std::get_if<ExcludeBody>(&written.entry.body);
    if (exclude == nullptr || by.device != kHubDevice || exclude->lifts || !Covers(*exclude, name)) continue;
    bool lifted = false;
    for (const auto& [lifter, other] : held_) {
      const auto* lift = std::get_if<ExcludeBody>(&other.entry.body);
      if (lift == nullptr || lifter.device != kHubDevice || !lift->lifts || !Covers(*lift, name)) continue;
      lifted = lifted || Knows(lifter, by);
    }
    if (!lifted) return true;
  }
  return false;
}

OracleState Oracle::Fold(const Cell& cell, bool counter) const {
  NameSet adds;
  NameSet restates;
  for (const auto& [name, written] : held_) {
    const Cell* of = written.entry.cell();
    if (of == nullptr || *of != cell || Excluded(name)) continue;
    (written.entry.kind() == EntryKind::kAdd ? adds : restates).insert(name);
  }
  const auto value_of = [&](const EntryName& name) { return std::get<RestateBody>(held_.at(name).entry.body).value; };
  const auto known_to_a_restatement = [&](const EntryName& y) {
    return std::any_of(restates.begin(), restates.end(), [&](const EntryName& x) { return Knows(x, y); });
  };

  OracleState state;
  for (const EntryName& name : restates) {
    if (!known_to_a_restatement(name)) state.survivors.push_back(name);
  }
  std::sort(state.survivors.begin(), state.survivors.end(), [&](const EntryName& a, const EntryName& b) {
    const Role role_a = held_.at(a).entry.role;
    const Role role_b = held_.at(b).entry.role;
    return role_a != role_b ? role_a > role_b : b < a;
  });
  if (!state.survivors.empty()) state.winner = state.survivors.front();
  for (const EntryName& name : state.survivors) {
    if (value_of(name) != value_of(*state.winner)) state.conflict = true;
  }
  if (counter) {
    for (const EntryName& add : adds) {
      if (!known_to_a_restatement(add)) state.counted.insert(add);
      for (const EntryName& survivor : state.survivors) {
        if (!Knows(add, survivor) && !Knows(survivor, add)) state.overlapping.insert(add);
      }
    }
    for (const EntryName& paper : state.counted) {
      for (const EntryName& typed : state.counted) {
        if (paper.device != kHubDevice || typed.device == kHubDevice) continue;
        if (!Knows(paper, typed) && !Knows(typed, paper)) state.overlapping.insert({paper, typed});
      }
    }
  }
  state.overlap = !state.overlapping.empty();

  const Value restated = state.winner ? value_of(*state.winner) : Value{};
  state.value = restated;
  if (counter) {
    int64_t sum = std::holds_alternative<int64_t>(restated) ? std::get<int64_t>(restated) : 0;
    for (const EntryName& add : state.counted) sum += std::get<AddBody>(held_.at(add).entry.body).delta;
    state.value = std::holds_alternative<int64_t>(restated) || !state.counted.empty() ? Value{sum} : Value{};
  }
  state.known = state.value != Value{};
  const bool negative = counter && state.known && std::get<int64_t>(state.value) < 0;
  state.provisional = state.conflict || state.overlap || negative;
  return state;
}

}  // namespace motcua
