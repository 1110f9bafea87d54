#include "tests/kills/book.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace motcua::kills {
namespace {

using Json = nlohmann::json;

// Notes that the program writes by itself are nobody's attempt.
bool IsSomebodys(const Json& entry) {
  const std::string kind = entry.at("kind");
  if (kind == "saw") return !entry.at("note").get<std::string>().empty();  // an acknowledgement
  return kind == "add" || kind == "restate" || kind == "exclude" || kind == "review";
}

std::string Quote(const Asked& asked) { return absl::StrCat(asked.kind, " \"", asked.note, "\""); }

}  // namespace

int64_t SeqOf(const std::string& entry) {
  const std::vector<std::string> parts = absl::StrSplit(entry, '-');
  int64_t seq = 0;
  return parts.size() == 3 && absl::SimpleAtoi(parts[1], &seq) ? seq : 0;
}

std::size_t Book::Begin(Attempt attempt) {
  attempt.answer = Answer::kNotKnown;
  for (const Asked& asked : attempt.asked) {
    notes_.insert(asked.note);
    if (asked.kind == "restate") restated_.insert(asked.cell);
    if (asked.lifts) lifts_[asked.note] = held_[attempt.unit].exclusions[asked.target];
  }
  attempts_.push_back(std::move(attempt));
  settled_.push_back(false);
  return attempts_.size() - 1;
}

void Book::Answered(std::size_t attempt, Answer answer, const std::string& entry) {
  attempts_[attempt].answer = answer;
  if (!entry.empty()) attempts_[attempt].entry = entry;
}

void Book::AskedAgain(std::size_t attempt) {
  if (attempts_[attempt].answer != Answer::kRefused) return;
  attempts_[attempt].answer = Answer::kNotKnown;
  settled_[attempt] = false;
}

std::vector<std::string> Book::Compare(const std::string& unit, const Json& entries) {
  std::vector<std::string> findings;
  std::map<std::string, Found> by_note;
  std::set<std::string> names;
  for (const Json& entry : entries) {
    const auto name = entry.at("entry").get<std::string>();
    if (!names.insert(name).second) findings.push_back(absl::StrCat("doubled: ", name, " is listed twice"));
    if (!IsSomebodys(entry)) continue;
    const auto note = entry.at("note").get<std::string>();
    Found& found = by_note[note];
    ++found.times;
    found.entry = entry;
    if (notes_.count(note) == 0) {
      findings.push_back(absl::StrCat("nobody's: ", name, " has the note \"", note, "\""));
    }
  }
  for (const std::string& name : promised_[unit]) {
    if (names.count(name) == 0) findings.push_back(absl::StrCat("lost: ", name, ", which a receipt named"));
  }
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    Attempt& attempt = attempts_[i];
    if (attempt.unit != unit) continue;
    if (MayBeGone(attempt)) {
      const bool there = by_note.count(attempt.asked.back().note) != 0;
      if (!there) continue;
      attempt.answer = Answer::kConfirmed;
      for (const Asked& asked : attempt.asked) named_.erase(asked.note);
    }
    if (attempt.answer == Answer::kNotKnown) {
      const bool there = by_note.count(attempt.asked.back().note) != 0;
      attempt.answer = there ? Answer::kConfirmed : Answer::kRefused;
      settled_[i] = true;
    }
    Check(attempt, by_note, &findings);
  }
  Hold(unit, entries);
  return findings;
}

void Book::RestoredAway(const std::string& list) {
  for (absl::string_view word : absl::StrSplit(list, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    if (notes_.count(std::string(word)) != 0) named_.insert(std::string(word));
  }
}

bool Book::MayBeGone(const Attempt& attempt) const {
  return attempt.by_hub && attempt.answer != Answer::kRefused && named_.count(attempt.asked.back().note) != 0;
}

int64_t Book::gone() const {
  return std::count_if(attempts_.begin(), attempts_.end(), [&](const Attempt& attempt) {
    return attempt.answer == Answer::kConfirmed && MayBeGone(attempt);
  });
}

void Book::Check(const Attempt& attempt, const std::map<std::string, Found>& by_note,
                 std::vector<std::string>* findings) const {
  for (const Asked& asked : attempt.asked) {
    const auto found = by_note.find(asked.note);
    const bool there = found != by_note.end();
    if (attempt.answer == Answer::kRefused) {
      if (there) {
        findings->push_back(absl::StrCat("not to be there: ", Quote(asked), " is ",
                                         found->second.entry.at("entry").get<std::string>()));
      }
      continue;
    }
    if (!there) {
      findings->push_back(absl::StrCat("lost: ", Quote(asked), ", confirmed",
                                       attempt.entry.empty() ? "" : " as ", attempt.entry));
      continue;
    }
    CheckOne(asked, found->second, findings);
    const bool last = &asked == &attempt.asked.back();
    if (last && !attempt.entry.empty() && found->second.entry.at("entry") != attempt.entry) {
      findings->push_back(absl::StrCat("another name: ", Quote(asked), " was confirmed as ", attempt.entry));
    }
  }
}

void Book::CheckOne(const Asked& asked, const Found& found, std::vector<std::string>* findings) const {
  if (found.times != 1) {
    findings->push_back(absl::StrCat("doubled: ", Quote(asked), " is there ", found.times, " times"));
  }
  const Json& entry = found.entry;
  bool same = entry.at("kind") == asked.kind;
  if (asked.kind == "add") same = same && entry.at("delta") == asked.value;
  if (asked.kind == "restate") same = same && entry.at("value") == asked.value;
  if (asked.kind == "exclude") {
    same = same && entry.at("first") == asked.target && entry.at("last") == asked.target &&
           entry.at("detail") == (asked.lifts ? "include" : "exclude");
  } else if (asked.kind == "review") {
    same = same && absl::StartsWith(entry.at("detail").get<std::string>(), asked.target);
  } else if (asked.kind != "saw") {
    same = same && entry.at("cell") == asked.cell;
  }
  if (!same) findings->push_back(absl::StrCat("altered: ", Quote(asked), " is ", entry.dump()));
}

void Book::Hold(const std::string& unit, const Json& entries) {
  Held held;
  std::set<std::string> lifted;  // notes of exclusions
  for (const Json& entry : entries) {
    const std::string kind = entry.at("kind");
    if (IsSomebodys(entry)) ++held.entries;
    if (kind == "add") held.adds[entry.at("entry")] = {entry.at("cell"), entry.at("delta")};
    if (kind != "exclude") continue;
    const std::string note = entry.at("note");
    if (entry.at("detail") == "include") {
      lifted.insert(lifts_[note].begin(), lifts_[note].end());
    } else {
      held.exclusions[entry.at("first")].insert(note);
    }
  }
  for (const auto& [target, notes] : held.exclusions) {
    const bool stands = std::any_of(notes.begin(), notes.end(),
                                    [&](const std::string& note) { return lifted.count(note) == 0; });
    if (stands) held.excluded.insert(target);
  }
  held_[unit] = std::move(held);
}

std::vector<std::string> Book::CompareBackup(const std::set<std::string>& promised, const Json& entries) {
  std::set<std::string> names;
  std::vector<std::string> findings;
  for (const Json& entry : entries) names.insert(entry.at("entry").get<std::string>());
  for (const std::string& name : promised) {
    if (names.count(name) == 0) findings.push_back(absl::StrCat("not in the backup: ", name));
  }
  return findings;
}

std::map<std::string, int64_t> Book::Sums(const std::string& unit) const {
  std::map<std::string, int64_t> sums;
  const auto held = held_.find(unit);
  if (held == held_.end()) return sums;
  for (const auto& [entry, add] : held->second.adds) {
    if (restated_.count(add.cell) == 0 && held->second.excluded.count(entry) == 0) {
      sums[add.cell] += add.delta;
    }
  }
  return sums;
}

std::vector<std::string> Book::Counting(const std::string& unit) const {
  std::vector<std::string> counting;
  const auto held = held_.find(unit);
  if (held == held_.end()) return counting;
  for (const auto& [entry, add] : held->second.adds) {
    if (held->second.excluded.count(entry) == 0) counting.push_back(entry);
  }
  return counting;
}

std::vector<std::string> Book::Excluded(const std::string& unit) const {
  const auto held = held_.find(unit);
  if (held == held_.end()) return {};
  return {held->second.excluded.begin(), held->second.excluded.end()};
}

Book::Totals Book::totals() const {
  Totals totals;
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    const bool there = attempts_[i].answer == Answer::kConfirmed;
    if (attempts_[i].answer == Answer::kNotKnown) continue;
    if (settled_[i]) {
      ++(there ? totals.not_known_came : totals.not_known_gone);
    } else {
      ++(there ? totals.confirmed : totals.refused);
    }
  }
  for (const auto& [unit, held] : held_) totals.entries += held.entries;
  return totals;
}

}  // namespace motcua::kills
