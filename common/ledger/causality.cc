#include "common/ledger/causality.h"

#include <algorithm>

#include "common/base/planted_bug.h"

namespace motcua {

bool Context::Includes(const LogTree& tree, Position position) const {
  const Position owner = tree.Normalize(position.line, position.seq);
  return owner.seq == 0 || KnownOf(owner.line) >= owner.seq;
}

bool Context::Raise(const LogTree& tree, Position position) {
  if (known_.size() < tree.size()) known_.resize(tree.size());
  Position at = tree.Normalize(position.line, position.seq);
  bool rose = false;
  // Stopping at the first line that does not rise is enough: what is known is closed under ancestors already.
  while (at.seq > 0 && known_[at.line] < at.seq) {
    known_[at.line] = at.seq;
    rose = true;
    at = {tree.line(at.line).parent, tree.line(at.line).fork_seq};
  }
  return rose;
}

void Context::Merge(const LogTree& tree, const Context& other) {
  if (known_.size() < tree.size()) known_.resize(tree.size());
  for (std::size_t i = 0; i < other.known_.size(); ++i) known_[i] = std::max(known_[i], other.known_[i]);
}

void Causality::AddSaw(Position at, std::vector<Position> ends, std::size_t unresolved) {
  const Position owner = tree_->Normalize(at.line, at.seq);
  // Entries appended in order are behind all that is remembered; a saw put in between changes contexts.
  if (remembered_.Includes(*tree_, owner)) Forget();
  std::vector<Saw>& saws = saws_[owner.line];
  const auto behind = std::upper_bound(saws.begin(), saws.end(), owner.seq, [](Seq seq, const Saw& saw) { return seq < saw.seq; });
  saws.insert(behind, {owner.seq, std::move(ends), std::nullopt});
  dangling_ += unresolved;
}

void Causality::Forget() {
  for (auto& [line, saws] : saws_) {
    for (Saw& saw : saws) saw.context.reset();
  }
  remembered_ = Context();
}

std::span<const Causality::Saw> Causality::SawsOf(LineId line, Seq from, Seq through) const {
  const auto found = saws_.find(line);
  if (found == saws_.end() || from >= through) return {};
  const auto before = [](Seq seq, const Saw& saw) { return seq < saw.seq; };
  const auto begin = std::upper_bound(found->second.begin(), found->second.end(), from, before);
  return {begin, std::upper_bound(begin, found->second.end(), through, before)};
}

// Every eighth saw of a line is enough to start from: seven more are soon walked, and memory stays an eighth.
void Causality::Remember(Position x) const {
  constexpr std::size_t kApart = 8;
  const std::span<const Saw> saws = SawsOf(x.line, 0, x.seq);
  if (saws.empty()) return;
  const Saw& saw = saws[(saws.size() - 1) / kApart * kApart];
  if (saw.context) return;
  saw.context = Closure({x.line, saw.seq});
  remembered_.Merge(*tree_, *saw.context);
}

Context Causality::ContextOf(Position x) const {
  const Position owner = tree_->Normalize(x.line, x.seq);
  Remember(owner);
  return Closure(owner);
}

// A worklist of lines of which more became known. What is known only rises and is bounded by what is held, so
// this ends on any input, whatever the saws name, and never recurses.
Context Causality::Closure(Position x) const {
  Context context;
  std::vector<Seq> followed(tree_->size());  // per line: the saws up to here have been followed
  std::vector<LineId> risen;
  const auto learn = [&](Position position) {
    if (!context.Raise(*tree_, position)) return;
    for (LineId line = position.line; line != kNoLine; line = tree_->line(line).parent) risen.push_back(line);
  };
  // A remembered context is closed: all saws in it have been followed.
  const auto learn_all = [&](const Context& closed) {
    context.Merge(*tree_, closed);
    for (LineId line = 0; line < followed.size(); ++line) followed[line] = std::max(followed[line], closed.KnownOf(line));
  };
  learn(x);
  while (!risen.empty()) {
    const LineId line = risen.back();
    risen.pop_back();
    std::span<const Saw> saws = SawsOf(line, followed[line], context.KnownOf(line));
    followed[line] = context.KnownOf(line);
    for (std::size_t i = saws.size(); i > 0; --i) {
      if (!saws[i - 1].context) continue;
      learn_all(*saws[i - 1].context);
      saws = saws.subspan(i);
      break;
    }
    if (MOTCUA_PLANTED(kSawNotClosed) && line != x.line) continue;
    for (const Saw& saw : saws) {
      for (const Position& end : saw.ends) learn(end);
    }
  }
  return context;
}

bool Causality::Knows(Position x, Position y) const {
  const Position knower = tree_->Normalize(x.line, x.seq);
  const Position known = tree_->Normalize(y.line, y.seq);
  if (knower == known) return false;
  if (tree_->IsAncestorOrSelf(known, knower)) return true;
  return ContextOf(knower).Includes(*tree_, known);
}

void Causality::AddExclusion(const Exclusion& exclusion) {
  const std::size_t number = exclusions_.size();
  exclusions_.push_back(exclusion);
  excludes_.insert(tree_->Normalize(exclusion.by.line, exclusion.by.seq));
  const Position first = tree_->Normalize(exclusion.first.line, exclusion.first.seq);
  Position at = tree_->Normalize(exclusion.last.line, exclusion.last.seq);
  if (at.seq == 0 || !tree_->IsAncestorOrSelf(first, at)) return;
  while (true) {
    const Line& line = tree_->line(at.line);
    covered_[at.line].Add(std::max(first.seq, line.fork_seq + 1), at.seq, number);
    if (first.seq > line.fork_seq || line.parent == kNoLine) return;
    at = tree_->Normalize(line.parent, line.fork_seq);
  }
}

// The exclusions and liftings whose range `x` lies in.
std::vector<std::size_t> Causality::Covering(Position x) const {
  std::vector<std::size_t> covering;
  const Position owner = tree_->Normalize(x.line, x.seq);
  const auto there = covered_.find(owner.line);
  if (there != covered_.end() && !excludes_.contains(owner)) there->second.Find(owner.seq, &covering);
  return covering;
}

std::vector<Position> Causality::ExcludersOf(Position x) const {
  const std::vector<std::size_t> covering = Covering(x);
  std::vector<Position> excluders;
  for (std::size_t i : covering) {
    const Exclusion& exclusion = exclusions_[i];
    const bool lifted = std::any_of(covering.begin(), covering.end(), [&](std::size_t other) {
      return exclusions_[other].lifts && Knows(exclusions_[other].by, exclusion.by);
    });
    if (!exclusion.lifts && !lifted) excluders.push_back(exclusion.by);
  }
  std::sort(excluders.begin(), excluders.end());
  return excluders;
}

std::optional<Position> Causality::ExcludedBy(Position x) const {
  if (exclusions_.empty()) return std::nullopt;
  const std::vector<Position> excluders = ExcludersOf(x);
  return excluders.empty() ? std::nullopt : std::optional<Position>(excluders.front());
}

}  // namespace motcua
