#include "tests/simulation/explore_entries.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "tests/simulation/explore_scope.h"

namespace motcua::explore {

bool Includes(const EntrySet& all, const EntrySet& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}
EntrySet Union(const EntrySet& a, const EntrySet& b) {
  EntrySet both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}
EntrySet Minus(const EntrySet& a, const EntrySet& b) {
  EntrySet rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

EntrySet EntryBook::Note(const UnitLedger& ledger) {
  EntrySet held;
  ledger.ForEach([&](Position at, const EntryName& name, const Entry& entry) {
    const auto [known, fresh] = numbers_.emplace(name, static_cast<uint32_t>(written_.size()));
    if (fresh) {
      const EntryName parent =
          at.seq == 1 ? EntryName{name.device, 0, 0} : ledger.NameAt(ledger.tree().Normalize(at.line, at.seq - 1));
      written_.push_back({parent, name, entry});
    }
    held.push_back(known->second);
  });
  std::sort(held.begin(), held.end());
  return held;
}

bool EntryBook::Has(const EntrySet& held, const EntryName& name) const {
  if (name.seq == 0) return true;
  const auto known = numbers_.find(name);
  return known != numbers_.end() && std::binary_search(held.begin(), held.end(), known->second);
}

bool EntryBook::HasChild(const EntrySet& held, const EntryName& name) const {
  return std::any_of(held.begin(), held.end(), [&](uint32_t number) { return written_[number].parent == name; });
}

std::vector<EntryName> EntryBook::EndsOf(const EntrySet& held) const {
  std::set<EntryName> ends;
  for (const uint32_t number : held) ends.insert(written_[number].name);
  for (const uint32_t number : held) ends.erase(written_[number].parent);
  return {ends.begin(), ends.end()};
}

std::string EntryBook::Show(const EntrySet& held) const {
  std::vector<std::string> words;
  for (const uint32_t number : held) {
    const Entry& entry = written_[number].entry;
    const bool hub = entry.device == kHubDevice;
    const bool saw = entry.kind() == EntryKind::kSaw;
    words.push_back(hub ? (saw ? "hub-saw" : "hub") : saw ? absl::StrCat("saw@", entry.seq) : entry.note);
  }
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

std::string EntryBook::Check(const EntrySet& held, const UnitLedger& ledger) const {
  if (held.size() != ledger.entry_count()) return "the ledger counts other entries than it shows";
  if (std::adjacent_find(held.begin(), held.end()) != held.end()) return "an entry is held twice";
  std::set<std::string> notes;
  for (const uint32_t number : held) {
    const Entry& entry = written_[number].entry;
    if (entry.device == kHubDevice || entry.cell() == nullptr) continue;
    if (!notes.insert(entry.note).second) return absl::StrCat(entry.note, " was recorded once and is there twice");
  }
  if (ledger.Ends() != EndsOf(held)) return "the ends are not those of the entries";
  return CheckCells(held, ledger);
}

std::string EntryBook::CheckCells(const EntrySet& held, const UnitLedger& ledger) const {
  std::vector<Written> written;
  for (const uint32_t number : held) written.push_back(written_[number]);
  const Oracle oracle(written);
  for (const Cell& cell : ledger.Cells()) {
    const MeasureNature nature = *NatureIn(cell.measure);
    const CellState state = ledger.Fold(cell, nature);
    const OracleState expected = oracle.Fold(cell, nature == MeasureNature::kCounter);
    if (state.value == expected.value && state.conflict == expected.conflict && state.overlap == expected.overlap &&
        state.provisional == expected.provisional && state.survivors.size() == expected.survivors.size()) {
      continue;
    }
    return absl::StrCat(FormatCell(cell), " shows ", FormatValue(state.value), ", an independent fold says ",
                        FormatValue(expected.value), " (conflict ", expected.conflict, ", overlap ", expected.overlap,
                        ")");
  }
  return "";
}

}  // namespace motcua::explore
