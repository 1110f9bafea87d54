#include "common/ledger/fold.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "common/base/planted_bug.h"

namespace motcua {
namespace {

// Wide enough for 2^63 entries of 2^63 each, so the order of a sum never shows; narrowed once, at the end.
__extension__ using Wide = __int128;

int64_t Narrow(Wide sum) {
  constexpr Wide kMin = std::numeric_limits<int64_t>::min();
  constexpr Wide kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp(sum, kMin, kMax));
}

int64_t NumberOr0(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

// The postings that are there for the merge: each entry once, without the excluded ones.
struct Present {
  std::vector<std::size_t> adds;      // indices, in the order given
  std::vector<std::size_t> restates;
};

Present FindPresent(std::span<const Posting> postings, const Causality& causality) {
  std::vector<std::size_t> order(postings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(postings[a].at, a) < std::tie(postings[b].at, b);
  });
  const auto same = [&](std::size_t a, std::size_t b) { return postings[a].at == postings[b].at; };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());
  std::sort(order.begin(), order.end());
  Present present;
  for (std::size_t i : order) {
    if (causality.ExcludedBy(postings[i].at)) continue;
    (postings[i].restates ? present.restates : present.adds).push_back(i);
  }
  return present;
}

// A restatement that may survive, with its context.
struct Candidate {
  std::size_t index;
  Context context;
};

// Of several restatements on one line the last knows the others and all they knew, so only the last of each
// line needs a context. That bounds the work by the number of lines, however often a cell was restated.
std::vector<Candidate> LastOfEachLine(std::span<const Posting> postings, const std::vector<std::size_t>& restates,
                                      const Causality& causality) {
  std::map<LineId, std::size_t> last;
  for (std::size_t i : restates) {
    const auto [at, fresh] = last.emplace(postings[i].at.line, i);
    if (!fresh && postings[at->second].at.seq < postings[i].at.seq) at->second = i;
  }
  std::vector<Candidate> candidates;
  for (const auto& [line, index] : last) candidates.push_back({index, causality.ContextOf(postings[index].at)});
  return candidates;
}

std::vector<const Candidate*> Surviving(std::span<const Posting> postings, const std::vector<Candidate>& candidates,
                                        const LogTree& tree) {
  std::vector<const Candidate*> survivors;
  for (const Candidate& candidate : candidates) {
    const bool known = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& other) {
      return other.index != candidate.index && other.context.Includes(tree, postings[candidate.index].at);
    });
    if (!known) survivors.push_back(&candidate);
  }
  std::sort(survivors.begin(), survivors.end(), [&](const Candidate* a, const Candidate* b) {
    return std::tie(postings[a->index].role, postings[a->index].name) >
           std::tie(postings[b->index].role, postings[b->index].name);
  });
  return survivors;
}

// Adds that neither know a survivor nor are known to it. Along a line a survivor knows a first part, a last part
// knows the survivor, and what lies between is concurrent; so two binary searches a line find them.
std::vector<std::size_t> Overlapping(std::span<const Posting> postings, std::vector<std::size_t> adds,
                                     const std::vector<const Candidate*>& survivors, const Causality& causality) {
  std::sort(adds.begin(), adds.end(), [&](std::size_t a, std::size_t b) { return postings[a].at < postings[b].at; });
  std::vector<std::size_t> overlapping;
  for (auto begin = adds.begin(); begin != adds.end();) {
    const LineId line = postings[*begin].at.line;
    const auto end = std::find_if(begin, adds.end(), [&](std::size_t i) { return postings[i].at.line != line; });
    for (const Candidate* survivor : survivors) {
      const Position restated = postings[survivor->index].at;
      const auto unknown = std::partition_point(
          begin, end, [&](std::size_t i) { return survivor->context.Includes(causality.tree(), postings[i].at); });
      const auto knowing =
          std::partition_point(unknown, end, [&](std::size_t i) { return !causality.Knows(postings[i].at, restated); });
      overlapping.insert(overlapping.end(), unknown, knowing);
    }
    begin = end;
  }
  std::sort(overlapping.begin(), overlapping.end());
  overlapping.erase(std::unique(overlapping.begin(), overlapping.end()), overlapping.end());
  return overlapping;
}

void AddSorted(const std::vector<std::size_t>& more, std::vector<std::size_t>* all) {
  all->insert(all->end(), more.begin(), more.end());
  std::sort(all->begin(), all->end());
  all->erase(std::unique(all->begin(), all->end()), all->end());
}

// The hub adds what a unit's paper says, and a desk that comes later may type the same dossiers in. Both count, as all
// adds do; which of the two is right, or both, is a person's word.
void FindPaperBesideDesks(std::span<const Posting> postings, const Causality& causality, CellState* state) {
  std::vector<std::size_t> paper, at_desks;
  for (std::size_t i : state->counted) (postings[i].name.device == kHubDevice ? paper : at_desks).push_back(i);
  if (at_desks.empty()) return;
  for (std::size_t i : paper) {
    const Candidate said{i, causality.ContextOf(postings[i].at)};
    const std::vector<std::size_t> beside = Overlapping(postings, at_desks, {&said}, causality);
    if (beside.empty()) continue;
    AddSorted({i}, &state->overlapping);
    AddSorted(beside, &state->overlapping);
  }
}

bool ValuesDiffer(std::span<const Posting> postings, const std::vector<std::size_t>& survivors) {
  return std::any_of(survivors.begin(), survivors.end(),
                     [&](std::size_t i) { return postings[i].value != postings[survivors.front()].value; });
}

void FindSurvivors(std::span<const Posting> postings, const Present& present, const Causality& causality,
                   MeasureNature nature, CellState* state) {
  const LogTree& tree = causality.tree();
  const std::vector<Candidate> candidates = LastOfEachLine(postings, present.restates, causality);
  const std::vector<const Candidate*> survivors = Surviving(postings, candidates, tree);
  for (const Candidate* survivor : survivors) state->survivors.push_back(survivor->index);
  if (!survivors.empty()) state->winner = state->survivors.front();
  state->conflict = ValuesDiffer(postings, state->survivors);
  if (nature != MeasureNature::kCounter) return;
  for (std::size_t i : present.adds) {
    const bool known = std::any_of(candidates.begin(), candidates.end(),
                                   [&](const Candidate& c) {
      if (MOTCUA_PLANTED(kLosingAddsCounted) && c.index != state->winner) return false;
      return c.context.Includes(tree, postings[i].at);
    });
    if (!known) state->counted.push_back(i);
  }
  state->overlapping = Overlapping(postings, present.adds, survivors, causality);
}

}  // namespace

int64_t SaturatingAdd(int64_t a, int64_t b) { return Narrow(Wide{a} + Wide{b}); }

CellState FoldCell(std::span<const Posting> postings, const Causality& causality, MeasureNature nature) {
  const Present present = FindPresent(postings, causality);
  CellState state;
  if (!present.restates.empty()) {
    FindSurvivors(postings, present, causality, nature, &state);
  } else if (nature == MeasureNature::kCounter) {
    state.counted = present.adds;  // the usual cell: nobody restated it, so nobody's knowledge matters
  }
  if (nature == MeasureNature::kCounter) FindPaperBesideDesks(postings, causality, &state);
  state.overlap = !state.overlapping.empty();
  const Value restated = state.winner ? postings[*state.winner].value : Value{};
  if (nature == MeasureNature::kRegister) {
    state.value = restated;
  } else if (std::holds_alternative<int64_t>(restated) || !state.counted.empty()) {
    Wide sum = NumberOr0(restated);
    for (std::size_t i : state.counted) sum += postings[i].delta;
    state.value = Narrow(sum);
  }
  state.known = !std::holds_alternative<std::monostate>(state.value);
  const bool negative = nature == MeasureNature::kCounter && NumberOr0(state.value) < 0;
  state.provisional = state.conflict || state.overlap || negative;
  return state;
}

std::vector<Position> PlacesThatCount(std::span<const Posting> postings, const CellState& state) {
  std::vector<Position> places;
  for (std::size_t i : state.counted) places.push_back(postings[i].at);
  for (std::size_t i : state.survivors) places.push_back(postings[i].at);
  return places;
}

int64_t OwnPart(std::span<const Posting> postings, const Causality& causality, const LogTree& tree, Position end) {
  Wide sum = 0;
  for (std::size_t i : FindPresent(postings, causality).adds) {
    if (tree.IsAncestorOrSelf(postings[i].at, end)) sum += postings[i].delta;
  }
  return Narrow(sum);
}

}  // namespace motcua
