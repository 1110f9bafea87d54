// The judge's half that looks at the hub.
#include <algorithm>

#include "tests/simulation/judge.h"
#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

bool IsCounter(const std::string& measure) {
  return SimCatalog(kSimCatalogs)->FindMeasure(measure)->nature() == MeasureNature::kCounter;
}

Bits Minus(Bits a, const Bits& b) {
  a.Remove(b);
  return a;
}

std::string FormatBits(const UnitBook& book, const Bits& bits) {
  std::string text;
  for (const std::size_t number : bits.Members()) absl::StrAppend(&text, " ", FormatEntryName(book.at(number).name));
  return text;
}

// One of these entries went behind one the hub held already, next to another that it held.
bool MadeAFork(const UnitBook& book, const Bits& before, const Bits& news) {
  for (const std::size_t number : news.Members()) {
    const BookEntry& entry = book.at(number);
    const bool parent_held = entry.parent.seq == 0 || before.Has(*book.Find(entry.parent));
    if (parent_held && book.Continues(before, entry.parent)) return true;
  }
  return false;
}

}  // namespace

// I9: the verdict tells of a copy exactly when the entries do.
void SimJudge::CheckVerdict(const UnitBook& book, const Bits& before, const Bits& after, const ExchangeRequest& request,
                         const ExchangeResponse& response, bool reaches_desk) {
  const EntryName end = request.locator.empty() ? EntryName{request.device, 0, 0} : request.locator.front();
  const std::size_t number = end.seq == 0 ? SIZE_MAX : book.Find(end).value_or(SIZE_MAX);
  const bool held = end.seq == 0 || before.Has(number);
  const bool behind = held && book.Continues(before, end);
  Bits news;  // the device's own
  for (const std::size_t each : Minus(after, before).Members()) {
    if (book.at(each).name.device == request.device) news.Add(each);
  }
  const bool forked = MadeAFork(book, before, news);
  // Another copy's line, returned after a loss, is no news to the copy that returns it.
  Bits own_path;
  if (number != SIZE_MAX) own_path = book.at(number).path;
  own_path.Keep(news);
  const bool must_say = MadeAFork(book, before, own_path);
  const bool says_forked = response.verdict == Verdict::kForked;
  const bool says_regressed = response.verdict == Verdict::kRegressed;
  if (says_forked ? !forked : must_say)
    Accuse("I9 copies are told", "FORKED ", says_forked ? "without" : "missing with", " a fork, at ",
           FormatEntryName(end), ", verdict ", VerdictName(response.verdict));
  if (!says_forked && says_regressed != behind)
    Accuse("I9 copies are told", "REGRESSED ", says_regressed ? "without" : "missing with", " entries behind ",
           FormatEntryName(end), ", verdict ", VerdictName(response.verdict));
  if (!says_forked && !(says_regressed && reaches_desk)) return;
  ++verdicts_of_copies;
  if (!expect_copies_)
    Accuse("I9 no false alarm", VerdictName(response.verdict), " at ", FormatEntryName(end),
           " in a run without copies");
}

void SimJudge::Exchanged(SimHub& hub, const ExchangeRequest& request, const ExchangeResponse& response,
                      bool reaches_desk) {
  if (response.receipt.empty()) return;
  const std::string& unit = response.receipt.unit;
  if (unit != request.unit) Accuse("I5 isolation", "a receipt of ", unit, " for ", request.unit);
  const Bits before = hub_held_[unit];
  const std::optional<Bits> named = book(unit).Behind(response.receipt.ends);
  if (named) {
    hub_held_[unit] = *named;
  } else {
    HubSees(hub, unit);
  }
  const Bits& after = hub_held_[unit];
  if (!after.Includes(before))
    Accuse("I2 durability", "the hub held and lost", FormatBits(book(unit), Minus(before, after)));
  CheckVerdict(book(unit), before, after, request, response, reaches_desk);
  if (named && !(after == before)) CheckFacts(hub, unit, before);
}

void SimJudge::HubSees(SimHub& hub, const std::string& unit) {
  const absl::StatusOr<UnitLedger> ledger = hub.hub().LoadLedger(unit);
  if (absl::IsDataLoss(ledger.status())) Accuse("I2 durability", ledger.status().ToString());
  if (!ledger.ok()) return;  // its disk refuses for now
  const Bits before = hub_held_[unit];
  std::vector<Seq> seen;
  hub_held_[unit] = NoteLedger(*ledger, unit, &seen, Bits{});
  const Bits& after = hub_held_[unit];
  CheckIsolation(book(unit), after);
  if (!after.Includes(before))
    Accuse("I2 durability", "the hub held and lost", FormatBits(book(unit), Minus(before, after)));
  for (const EntryName& name : promised_[unit]) {
    const std::optional<std::size_t> number = book(unit).Find(name);
    if (!number || !after.Has(*number)) Accuse("I2 durability", "the hub lost its own ", FormatEntryName(name));
  }
  CheckFacts(hub, unit, before);
}

void SimJudge::CheckFacts(SimHub& hub, const std::string& unit, const Bits& before) {
  const UnitBook& book = this->book(unit);
  const Bits& held = hub_held_[unit];
  const JudgeFold fold(&book, held);
  std::map<Cell, JudgedFact>& judged = facts_[unit];
  bool& closed = closed_.try_emplace(unit, true).first->second;
  const bool all = !closed || !fold.closed();
  closed = fold.closed();
  std::set<Cell> touched;
  bool everything = all;
  for (const std::size_t number : Minus(held, before).Members()) {
    const Entry& entry = book.at(number).entry;
    everything = everything || entry.kind() == EntryKind::kExclude;
    if (const Cell* cell = entry.cell()) touched.insert(*cell);
  }
  if (everything)
    for (const auto& [cell, postings] : book.cells()) touched.insert(cell);
  for (const Cell& cell : touched) {
    const JudgedCell expected = fold.Fold(cell, IsCounter(cell.measure));
    judged.erase(cell);
    if (expected.known) judged[cell] = {expected.value, expected.provisional};
  }

  std::map<Cell, JudgedFact> stored;
  std::map<Cell, JudgedFact> expected = judged;
  const absl::Status status = hub.hub().WithFacts([&](const Catalog& catalog, const FactSource& facts) {
    for (auto at = expected.begin(); at != expected.end();) {
      at = catalog.CheckCell(at->first).ok() ? std::next(at) : expected.erase(at);  // else it is held
    }
    return facts.ForEachFact(unit, kDayMin, kDayMax, [&](const Fact& fact) {
      stored[{unit, fact.day, std::string(fact.procedure), std::string(fact.channel), std::string(fact.measure)}] = {
          *fact.value, fact.provisional};
    });
  });
  if (!status.ok() || stored == expected) return;
  for (const auto& [cell, fact] : expected) {
    const auto found = stored.find(cell);
    if (found == stored.end()) Accuse("I6 facts", FormatCell(cell), " missing; expected ", FormatValue(fact.value));
    if (!(found->second == fact))
      Accuse("I6 facts", FormatCell(cell), " = ", FormatValue(found->second.value),
             found->second.provisional ? " provisional" : "", "; expected ", FormatValue(fact.value),
             fact.provisional ? " provisional" : "");
  }
  Accuse("I6 facts", unit, " has ", stored.size(), " facts; expected ", expected.size());
}

void SimJudge::HubDiskChanged(SimHub& hub) {
  hub_held_.clear();
  facts_.clear();
  promised_.clear();
  for (const auto& [unit, book] : books_) HubSees(hub, unit);
}

void SimJudge::HubProbed(SimHub& probe, const std::string& unit, const Bits& held_before) {
  const absl::StatusOr<UnitLedger> ledger = probe.hub().LoadLedger(unit);
  if (!ledger.ok()) Accuse("I2 durability", "the hub after a power cut: ", ledger.status().ToString());
  for (const std::size_t number : held_before.Members()) {
    if (!ledger->Holds(book(unit).at(number).name))
      Accuse("I2 durability", "a power cut at the hub costs ", FormatEntryName(book(unit).at(number).name));
  }
}

void SimJudge::HubVerifies(SimHub& hub) {
  const int64_t failures = hub.disk.failures();
  const absl::StatusOr<std::vector<std::string>> findings = hub.hub().Verify();
  if (hub.disk.failures() > failures || hub.disk.dead()) return;  // it could not read everything
  if (!findings.ok()) Accuse("I6 facts", findings.status().ToString());
  if (!findings->empty()) Accuse("I6 facts", findings->front());
}

void SimJudge::Survivors(const std::string& unit, const std::vector<SimDesk*>& desks) {
  Bits held = hub_held_[unit];
  for (const SimDesk* desk : desks) {
    if (desk->identity.unit == unit && !desk->retired) held.Add(desk->held);
  }
  for (std::size_t number = 0; number < book(unit).size(); ++number) {
    if (!held.Has(number)) may_be_gone_[unit].Add(number);
  }
}

bool SimJudge::Agree(const std::string& unit, const std::vector<SimDesk*>& desks) {
  return std::all_of(desks.begin(), desks.end(), [&](const SimDesk* desk) {
    return desk->retired || desk->identity.unit != unit || desk->held == hub_held_[unit];
  });
}

void SimJudge::Converged(SimHub& hub, const std::string& unit, const std::vector<SimDesk*>& desks) {
  HubSees(hub, unit);
  const UnitBook& book = this->book(unit);
  const Bits& held = hub_held_[unit];
  Bits all;
  for (std::size_t number = 0; number < book.size(); ++number) all.Add(number);
  const Bits missing = Minus(Minus(all, held), may_be_gone_[unit]);
  if (!missing.Empty()) {
    std::string holders;
    for (const SimDesk* desk : desks) {
      const bool holds = desk->identity.unit == unit && !desk->retired && desk->held.Includes(missing);
      if (holds) absl::StrAppend(&holders, " ", desk->Label());
    }
    Accuse("I9 nothing lost that a replica held", "the hub lacks", FormatBits(book, missing), "; all of it is held by",
           holders.empty() ? " no desk" : holders);
  }
  CheckOpenLists(hub, unit, desks);
  std::optional<Hash> digest;
  const auto nature_of = [](const std::string& measure) -> std::optional<MeasureNature> {
    return SimCatalog(kSimCatalogs)->FindMeasure(measure)->nature();
  };
  for (SimDesk* desk : desks) {
    if (desk->retired || desk->identity.unit != unit) continue;
    if (!(desk->held == held))
      Accuse("I1 convergence", desk->Label(), " lacks", FormatBits(book, Minus(held, desk->held)), "; the hub lacks",
             FormatBits(book, Minus(desk->held, held)));
    const JudgeFold fold(&book, desk->held);
    for (const auto& [cell, postings] : book.cells()) CheckDeskCell(*desk, fold, cell);
    DeskShowsExclusions(*desk);
    const Hash theirs = desk->desk().log().ledger().Digest(nature_of);
    if (digest.value_or(theirs) != theirs) Accuse("I1 convergence", desk->Label(), " has another digest");
    digest = theirs;
  }
}

}  // namespace motcua
