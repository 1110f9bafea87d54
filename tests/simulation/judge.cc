#include "tests/simulation/judge.h"

#include <algorithm>

#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

bool IsCounter(const std::string& measure) {
  return SimCatalog(kSimCatalogs)->FindMeasure(measure)->nature() == MeasureNature::kCounter;
}

std::string FormatBits(const UnitBook& book, const Bits& bits) {
  std::string text;
  for (const std::size_t number : bits.Members()) absl::StrAppend(&text, " ", FormatEntryName(book.at(number).name));
  return text;
}

Bits Minus(Bits a, const Bits& b) {
  a.Remove(b);
  return a;
}

// Cells that these new entries can move; all of them when something reaches beyond its own cell.
std::set<Cell> Touched(const UnitBook& book, const Bits& news, bool all) {
  std::set<Cell> cells;
  for (const std::size_t number : news.Members()) {
    const Entry& entry = book.at(number).entry;
    all = all || entry.kind() == EntryKind::kExclude;
    if (const Cell* cell = entry.cell()) cells.insert(*cell);
  }
  if (!all) return cells;
  for (const auto& [cell, postings] : book.cells()) cells.insert(cell);
  return cells;
}

JudgedCell AsShown(const UnitLedger& ledger, const Cell& cell, MeasureNature nature) {
  const CellState state = ledger.Fold(cell, nature);
  const std::vector<Posting> postings = ledger.PostingsOf(cell);
  JudgedCell shown{state.known, state.value, state.conflict, state.overlap, state.provisional, {}, {}, {}, {}};
  if (state.winner) shown.winner = postings[*state.winner].name;
  for (const std::size_t i : state.survivors) shown.survivors.push_back(postings[i].name);
  if (nature == MeasureNature::kCounter)
    for (const std::size_t i : state.counted) shown.counted.insert(postings[i].name);
  for (const std::size_t i : state.overlapping) shown.overlapping.insert(postings[i].name);
  return shown;
}

}  // namespace

UnitBook& SimJudge::book(const std::string& unit) { return books_.try_emplace(unit, unit).first->second; }

Bits SimJudge::NoteLedger(const UnitLedger& ledger, const std::string& unit, std::vector<Seq>* seen, const Bits& held) {
  UnitBook& book = this->book(unit);
  Bits now = held;
  const LogTree& tree = ledger.tree();
  seen->resize(tree.size(), 0);
  for (LineId line = 0; line < tree.size(); ++line) {
    const Seq first = std::max((*seen)[line], tree.line(line).fork_seq) + 1;
    EntryName parent{tree.line(line).device, 0, 0};
    if (first > 1) parent = ledger.NameAt(tree.Normalize(line, first - 1));
    for (Seq seq = first; seq <= tree.line(line).end_seq; ++seq) {
      const EntryName name = ledger.NameAt({line, seq});
      now.Add(book.Note(parent, name, ledger.EntryAt({line, seq})));
      parent = name;
    }
    (*seen)[line] = tree.line(line).end_seq;
  }
  return now;
}

void SimJudge::CheckIsolation(const UnitBook& book, const Bits& news) {
  for (const std::size_t number : news.Members()) {
    const BookEntry& entry = book.at(number);
    if (entry.name.device != kHubDevice && unit_of_.at(entry.name.device) != book.unit())
      Accuse("I5 isolation", book.unit(), " holds ", FormatEntryName(entry.name), " of another unit's device");
    const Cell* cell = entry.entry.cell();
    if (cell != nullptr && cell->unit != book.unit())
      Accuse("I5 isolation", book.unit(), " holds ", FormatEntryName(entry.name), " about ", FormatCell(*cell));
  }
}

void SimJudge::CheckDeskCell(SimDesk& desk, const JudgeFold& fold, const Cell& cell) {
  const bool counter = IsCounter(cell.measure);
  const JudgedCell expected = fold.Fold(cell, counter);
  const JudgedCell shown = AsShown(desk.desk().log().ledger(), cell,
                                   counter ? MeasureNature::kCounter : MeasureNature::kRegister);
  const std::string judged = FormatJudged(expected);
  const std::string seen = FormatJudged(shown);
  if (judged != seen)
    Accuse("I1 cells from entries", desk.Label(), " shows ", FormatCell(cell), " = ", seen, "; expected ", judged);
}

std::size_t SimJudge::DeskSees(SimDesk& desk) {
  const UnitLedger& ledger = desk.desk().log().ledger();
  if (ledger.entry_count() == desk.held.Count() && !desk.seen.empty()) return 0;
  UnitBook& book = this->book(desk.identity.unit);
  const bool was_closed = JudgeFold(&book, desk.held).closed();
  const Bits before = desk.held;
  desk.held = NoteLedger(ledger, desk.identity.unit, &desk.seen, desk.held);
  const Bits news = Minus(desk.held, before);
  if (desk.held.Count() != ledger.entry_count())
    Accuse("I3 once each", desk.Label(), " counts ", ledger.entry_count(), " entries; seen ", desk.held.Count());
  CheckIsolation(book, news);
  for (const std::size_t number : news.Members()) {
    if (book.at(number).entry.kind() > NewestKind(desk.protocol))
      Accuse("versions", desk.Label(), " got ", FormatEntryName(book.at(number).name), ", which its program does not know");
  }
  const JudgeFold fold(&book, desk.held);
  for (const Cell& cell : Touched(book, news, !was_closed || !fold.closed())) CheckDeskCell(desk, fold, cell);
  std::size_t written = 0;
  for (const std::size_t number : news.Members()) written += book.at(number).entry.kind() != EntryKind::kSaw ? 1 : 0;
  return written;
}

void SimJudge::DeskReopened(SimDesk& desk) {
  const Bits before = std::exchange(desk.held, Bits{});
  DeskSees(desk);
  const UnitBook& book = this->book(desk.identity.unit);
  if (!desk.held.Includes(before))
    Accuse("I2 durability", desk.Label(), " held and lost", FormatBits(book, Minus(before, desk.held)));
}

void SimJudge::DeskDiskChanged(SimDesk& desk) {
  desk.held = Bits{};
  DeskSees(desk);
}

void SimJudge::DeskShowsExclusions(SimDesk& desk) {
  const UnitBook& book = this->book(desk.identity.unit);
  const JudgeFold fold(&book, desk.held);
  std::set<EntryName> expected;
  for (const std::size_t number : fold.excluded().Members()) expected.insert(book.at(number).name);
  std::set<EntryName> shown;
  for (const ExcludedEntry& excluded : desk.desk().Show(kDayMin, kDayMax).excluded) {
    shown.insert(excluded.entry);
    if (excluded.reason.empty())
      Accuse("I4 no silent loss", desk.Label(), " shows ", FormatEntryName(excluded.entry), " excluded without reason");
  }
  if (shown != expected)
    Accuse("I4 no silent loss", desk.Label(), " shows ", shown.size(), " exclusions; expected ", expected.size());
}

}  // namespace motcua
