#include "hub/core/amendments.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/ledger/entry_parts.h"
#include "common/report/figure_text.h"
#include "common/report/period_words.h"
#include "common/report/report.h"
#include "hub/core/skeleton.h"
#include "hub/core/unit_log.h"

namespace motcua {
namespace {

Cell CellOf(const std::string& unit, const FrozenFact& fact) {
  return {unit, fact.day, fact.procedure, fact.channel, fact.measure};
}

bool SameCell(const FrozenFact& a, const FrozenFact& b) {
  return std::tie(a.day, a.procedure, a.channel, a.measure) == std::tie(b.day, b.procedure, b.channel, b.measure);
}

AmendedCell Differing(const std::string& unit, const FrozenFact* frozen, const FrozenFact* now) {
  AmendedCell cell;
  cell.cell = CellOf(unit, frozen == nullptr ? *now : *frozen);
  if (frozen != nullptr) std::tie(cell.frozen, cell.frozen_provisional) = std::tie(frozen->value, frozen->provisional);
  if (now != nullptr) std::tie(cell.now, cell.now_provisional) = std::tie(now->value, now->provisional);
  return cell;
}

// Both sorted. A cell whose value moved is in both differences, next to itself once they are merged.
std::vector<AmendedCell> Differences(const std::string& unit, const std::vector<FrozenFact>& frozen,
                                     const std::vector<FrozenFact>& now) {
  std::vector<FrozenFact> gone;
  std::vector<FrozenFact> come;
  std::set_difference(frozen.begin(), frozen.end(), now.begin(), now.end(), std::back_inserter(gone));
  std::set_difference(now.begin(), now.end(), frozen.begin(), frozen.end(), std::back_inserter(come));
  std::vector<AmendedCell> cells;
  std::size_t i = 0;
  for (const FrozenFact& fact : gone) {
    for (; i < come.size() && CellOf(unit, come[i]) < CellOf(unit, fact); ++i)
      cells.push_back(Differing(unit, nullptr, &come[i]));
    const bool both = i < come.size() && SameCell(come[i], fact);
    cells.push_back(Differing(unit, &fact, both ? &come[i] : nullptr));
    if (both) ++i;
  }
  for (; i < come.size(); ++i) cells.push_back(Differing(unit, nullptr, &come[i]));
  return cells;
}

// An add that says what the own part is, of one that was something already, corrects it.
AmendmentKind KindOf(const Entry& entry) {
  if (entry.kind() == EntryKind::kRestate) return AmendmentKind::kCorrection;
  const auto* add = std::get_if<AddBody>(&entry.body);
  return add != nullptr && add->typed && add->shown.value_or(0) != 0 ? AmendmentKind::kCorrection
                                                                     : AmendmentKind::kLateArrival;
}

// What coverage prints: in, not in, or not owed.
int Standing(UnitState state) {
  if (state == UnitState::kExempt || state == UnitState::kNone) return 2;
  return IsSubmitted(state) ? 1 : 0;
}

using Figures = std::map<std::tuple<std::string, std::string>, std::pair<std::string, std::string>>;  // label, text

absl::StatusOr<Figures> FiguresOf(const Catalog& catalog, const FactSource& facts, const std::string& form,
                                  const PeriodArea& there) {
  Figures figures;
  if (catalog.FindForm(form) == nullptr) return figures;
  absl::StatusOr<Report> report = MakeReport(catalog, facts, form, there.area->code, there.name);
  if (absl::IsFailedPrecondition(report.status())) return figures;  // not in force: it prints nothing
  MOTCUA_RETURN_IF_ERROR(report.status());
  for (const ReportRow& row : report->rows) {
    for (std::size_t i = 0; i < row.figures.size(); ++i)
      figures[{row.id, report->form->columns[i].id}] = {row.label, PlainText(row.figures[i])};
  }
  return figures;
}

void CompareForm(const std::string& form, const Figures& frozen, const Figures& now,
                 std::vector<AmendedFigure>* found) {
  std::set<std::tuple<std::string, std::string>> places;
  for (const auto& [place, figure] : frozen) places.insert(place);
  for (const auto& [place, figure] : now) places.insert(place);
  for (const auto& place : places) {
    const auto was = frozen.find(place);
    const auto is = now.find(place);
    const std::string before = was == frozen.end() ? "" : was->second.second;
    const std::string after = is == now.end() ? "" : is->second.second;
    if (before == after) continue;
    const std::string& label = is == now.end() ? was->second.first : is->second.first;
    found->push_back({form, std::get<0>(place), std::get<1>(place), label, before, after});
  }
}

// Over everything that accepting would put into the next revision.
Hash DigestOf(const Amendments& found) {
  std::string bytes = "motcua amendments 1";
  ByteWriter out(&bytes);
  out.Raw(AsBytes(found.base.coverage));
  out.Raw(AsBytes(found.catalog_now));
  for (const AmendedCell& cell : found.cells) {
    out.Text(FormatCell(cell.cell));
    WriteValue(cell.frozen, out);
    WriteValue(cell.now, out);
    out.Byte(static_cast<uint8_t>((cell.frozen_provisional ? 1 : 0) | (cell.now_provisional ? 2 : 0)));
    for (const AmendmentCause& cause : cell.causes) WriteName(cause.name, out);
  }
  for (const AmendedState& state : found.states) {
    out.Text(state.unit);
    out.Byte(static_cast<uint8_t>(state.now));
  }
  for (const AmendedFigure& figure : found.figures) {
    for (const std::string* text : {&figure.form, &figure.row, &figure.column, &figure.frozen, &figure.now})
      out.Text(*text);
  }
  return Sha256(bytes);
}

}  // namespace

const char* AmendmentKindName(AmendmentKind kind) {
  switch (kind) {
    case AmendmentKind::kLateArrival:
      return "late_arrival";
    case AmendmentKind::kCorrection:
      return "correction";
    case AmendmentKind::kExclusion:
      return "exclusion";
    case AmendmentKind::kInclusion:
      return "inclusion";
    case AmendmentKind::kDefinition:
      return "definition";
  }
  return "";
}

std::string AmendmentKindForPeople(AmendmentKind kind) {
  switch (kind) {
    case AmendmentKind::kLateArrival:
      return Say("đến sau khi chốt", "late arrival");
    case AmendmentKind::kCorrection:
      return Say("sửa số", "correction");
    case AmendmentKind::kExclusion:
      return Say("bị loại", "exclusion");
    case AmendmentKind::kInclusion:
      return Say("tính lại", "inclusion");
    case AmendmentKind::kDefinition:
      return Say("danh mục thay đổi", "definition changed");
  }
  return "";
}

absl::StatusOr<AmendmentFinder::Sides> AmendmentFinder::Areas(const Revision& base) {
  Sides sides;
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, shelf_.Open(base.catalog));
  MOTCUA_ASSIGN_OR_RETURN(sides.frozen, FindPeriodArea(catalog, base.period, base.area));
  MOTCUA_ASSIGN_OR_RETURN(sides.now, FindPeriodArea(shelf_.current(), base.period, base.area));
  return sides;
}

// The same entries under the same catalog are the same figures.
absl::StatusOr<bool> AmendmentFinder::MayDiffer(const Sides& sides, const Revision& base, const std::string& unit) {
  const auto part = base.parts.find(unit);
  if (sides.frozen.catalog != sides.now.catalog || part == base.parts.end()) return true;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<EntryName> ends, book_.EndsToCover(unit));
  if (ends == part->second.covers) return false;
  return MayHaveMoved(unit, part->second.covers, sides.now.period->to);
}

// What is not covered may have moved cells up to a day, unless it is about later ones alone, decides nothing, and
// nothing that is covered knows or decides about any of it.
absl::StatusOr<bool> AmendmentFinder::MayHaveMoved(const std::string& unit, const std::vector<EntryName>& covers, Day to) {
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(&store_, &shelf_, ids_.Find(CodeKind::kUnit, unit)));
  Context covered;
  for (const EntryName& name : covers) {
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> at, log.Find(name));
    if (!at) return true;
    if (at->seq > 0) covered.Raise(log.tree(), *at);
  }
  for (LineId line = 0; line < log.tree().size(); ++line) {
    const LineRow row = log.row(line);
    const Seq known = covered.KnownOf(line);
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> skeletons, store_.SkeletonOf(row.id));
    for (const SkeletonRow& stored : skeletons) {
      MOTCUA_ASSIGN_OR_RETURN(const Skeleton skeleton, DecodeSkeleton(stored.bytes));
      if (skeleton.kind != SkeletonKind::kSaw && stored.seq > known) return true;
      if (stored.seq > known) continue;
      if (!skeleton.names.empty()) return true;
      for (const StoredPlace& place : skeleton.places) {
        MOTCUA_ASSIGN_OR_RETURN(const Position at, log.PlaceOf(place.line, place.seq));
        if (!covered.Includes(log.tree(), at)) return true;
      }
    }
    bool moved = false;
    MOTCUA_RETURN_IF_ERROR(log.ReadAbout(line, std::max(known, row.fork_seq) + 1, row.end_seq, kDayMin, to,
                                         [&](const Entry& entry, const Hash&) {
      moved = moved || (entry.cell() != nullptr && entry.cell()->day <= to);
      return absl::OkStatus();
    }));
    if (moved) return true;
  }
  return false;
}

absl::Status AmendmentFinder::CompareCells(const Sides& sides, const Revision& base, const FrozenFacts& frozen,
                                           const std::string& unit, std::vector<AmendedCell>* cells) {
  MOTCUA_ASSIGN_OR_RETURN(const bool may_differ, MayDiffer(sides, base, unit));
  if (!may_differ) return absl::OkStatus();
  const auto belongs = [&](const PeriodArea& there) {
    return std::binary_search(there.frozen.begin(), there.frozen.end(), unit);
  };
  std::vector<FrozenFact> was;
  std::vector<FrozenFact> is;
  if (belongs(sides.frozen)) {
    MOTCUA_ASSIGN_OR_RETURN(was, FactsUpTo(frozen, unit, sides.frozen.period->to));
  }
  if (belongs(sides.now)) {
    MOTCUA_ASSIGN_OR_RETURN(is, FactsUpTo(living_, unit, sides.now.period->to));
  }
  std::vector<AmendedCell> differing = Differences(unit, was, is);
  cells->insert(cells->end(), std::make_move_iterator(differing.begin()), std::make_move_iterator(differing.end()));
  return absl::OkStatus();
}

// A unit's logs with what a revision did not cover of them.
class AmendmentFinder::Uncovered {
 public:
  Uncovered(HubStore* store, UnitLog* log, const UnitLedger* ledger, const std::vector<EntryName>& covers)
      : store_(*store), log_(*log), ledger_(*ledger) {
    for (const EntryName& name : covers) {
      const absl::StatusOr<Position> at = ledger_.Find(name);
      if (at.ok() && at->seq > 0) covered_.Raise(ledger_.tree(), *at);
    }
    for (const Position& at : ledger_.OfKind(EntryKind::kExclude)) AddExclude(at);
  }

  absl::Status FindCauses(AmendedCell* cell) {
    std::map<EntryName, std::pair<Position, AmendmentKind>> causes;
    for (const Posting& posting : ledger_.PostingsOf(cell->cell)) {
      if (IsNew(posting.at)) causes.try_emplace(posting.name, posting.at, KindOf(ledger_.EntryAt(posting.at)));
      for (const Exclude& exclude : excludes_) {
        if (!exclude.Covers(ledger_.tree(), posting.at)) continue;
        const AmendmentKind kind = exclude.lifts ? AmendmentKind::kInclusion : AmendmentKind::kExclusion;
        causes.try_emplace(ledger_.NameAt(exclude.at), exclude.at, kind);
      }
    }
    for (const auto& [name, cause] : causes) MOTCUA_RETURN_IF_ERROR(Tell(name, cause.first, cause.second, cell));
    if (causes.empty()) cell->causes.push_back({AmendmentKind::kDefinition, {}, {}, {}, 0});
    return absl::OkStatus();
  }

 private:
  struct Exclude {
    Position at;
    Position first;
    Position last;
    bool lifts = false;
    bool Covers(const LogTree& tree, Position entry) const {
      return tree.IsAncestorOrSelf(first, entry) && tree.IsAncestorOrSelf(entry, last);
    }
  };

  bool IsNew(Position at) const { return !covered_.Includes(ledger_.tree(), at); }

  void AddExclude(Position at) {
    if (!IsNew(at) || ledger_.tree().line(at.line).device != kHubDevice) return;
    const auto body = std::get<ExcludeBody>(ledger_.EntryAt(at).body);
    const absl::StatusOr<Position> first = ledger_.Find(body.first);
    const absl::StatusOr<Position> last = ledger_.Find(body.last);
    if (first.ok() && last.ok()) excludes_.push_back({at, *first, *last, body.lifts});
  }

  absl::Status Tell(const EntryName& name, Position at, AmendmentKind kind, AmendedCell* cell) {
    AmendmentCause cause{kind, name, ledger_.EntryAt(at), {}, 0};
    MOTCUA_ASSIGN_OR_RETURN(const SegmentRow segment, store_.SegmentAt(log_.row(at.line).id, at.seq));
    cause.arrived_s = segment.received_s;
    const absl::StatusOr<DeviceRow> device = store_.Device(name.device);
    if (!device.ok() && !absl::IsNotFound(device.status())) return device.status();
    if (device.ok()) cause.device_name = device->name;
    cell->causes.push_back(std::move(cause));
    return absl::OkStatus();
  }

  HubStore& store_;
  UnitLog& log_;
  const UnitLedger& ledger_;
  Context covered_;
  std::vector<Exclude> excludes_;
};

absl::Status AmendmentFinder::FindCauses(const Revision& base, const std::string& unit,
                                         std::vector<AmendedCell>* cells) {
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0 || cells->empty()) return absl::OkStatus();
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(&store_, &shelf_, id));
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger ledger, ReadLedger(&log, unit));
  const auto part = base.parts.find(unit);
  Uncovered uncovered(&store_, &log, &ledger, part == base.parts.end() ? std::vector<EntryName>() : part->second.covers);
  for (AmendedCell& cell : *cells) MOTCUA_RETURN_IF_ERROR(uncovered.FindCauses(&cell));
  return absl::OkStatus();
}

absl::Status AmendmentFinder::CompareStates(const Sides& sides, const Revision& base, Amendments* found) {
  std::set<std::string> units;
  for (const auto& [unit, part] : base.parts) units.insert(unit);
  for (const Unit* unit : sides.now.units) units.insert(unit->code);
  for (const std::string& unit : units) {
    const auto part = base.parts.find(unit);
    AmendedState state{unit, unit, part == base.parts.end() ? UnitState::kNone : part->second.state, UnitState::kNone};
    if (sides.now.Owes(unit)) {
      MOTCUA_ASSIGN_OR_RETURN(state.now, living_.StateOf(unit, base.period, sides.now.period->from,
                                                         sides.now.period->to));
    }
    if (Standing(state.frozen) == Standing(state.now)) continue;
    if (const Unit* named = sides.now.catalog->FindUnit(unit); named != nullptr) state.name = named->name;
    found->states.push_back(std::move(state));
  }
  return absl::OkStatus();
}

absl::Status AmendmentFinder::CompareFigures(const Sides& sides, const FrozenFacts& frozen, Amendments* found) {
  MOTCUA_ASSIGN_OR_RETURN(const auto period, SplitPeriod(found->base.period));
  std::set<std::string> forms;
  for (const PeriodArea* side : {&sides.frozen, &sides.now}) {
    for (const Form& form : side->catalog->data().forms) {
      if (form.calendar == period.first) forms.insert(form.id);
    }
  }
  for (const std::string& form : forms) {
    MOTCUA_ASSIGN_OR_RETURN(const Figures was, FiguresOf(*sides.frozen.catalog, frozen, form, sides.frozen));
    MOTCUA_ASSIGN_OR_RETURN(const Figures is, FiguresOf(*sides.now.catalog, living_, form, sides.now));
    CompareForm(form, was, is, &found->figures);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> AmendmentFinder::CountCells(const Revision& revision) {
  MOTCUA_ASSIGN_OR_RETURN(const Revision base, book_.Whole(revision));
  MOTCUA_ASSIGN_OR_RETURN(const Sides sides, Areas(base));
  MOTCUA_ASSIGN_OR_RETURN(const FrozenFacts frozen, book_.Facts(base));
  std::set<std::string> units(sides.frozen.frozen.begin(), sides.frozen.frozen.end());
  units.insert(sides.now.frozen.begin(), sides.now.frozen.end());
  std::vector<AmendedCell> cells;
  for (const std::string& unit : units) MOTCUA_RETURN_IF_ERROR(CompareCells(sides, base, frozen, unit, &cells));
  return static_cast<int64_t>(cells.size());
}

absl::StatusOr<Amendments> AmendmentFinder::Find(const Revision& revision) {
  Amendments found;
  MOTCUA_ASSIGN_OR_RETURN(found.base, book_.Whole(revision));
  const Revision& base = found.base;
  found.catalog_now = shelf_.current()->version();
  MOTCUA_ASSIGN_OR_RETURN(const Sides sides, Areas(base));
  MOTCUA_ASSIGN_OR_RETURN(const FrozenFacts frozen, book_.Facts(base));
  std::set<std::string> units(sides.frozen.frozen.begin(), sides.frozen.frozen.end());
  units.insert(sides.now.frozen.begin(), sides.now.frozen.end());
  for (const std::string& unit : units) {
    std::vector<AmendedCell> cells;
    MOTCUA_RETURN_IF_ERROR(CompareCells(sides, base, frozen, unit, &cells));
    MOTCUA_RETURN_IF_ERROR(FindCauses(base, unit, &cells));
    found.cells.insert(found.cells.end(), std::make_move_iterator(cells.begin()), std::make_move_iterator(cells.end()));
  }
  MOTCUA_RETURN_IF_ERROR(CompareStates(sides, base, &found));
  // The same cells and states under the same catalog print the same.
  const bool may_print_otherwise = sides.frozen.catalog != sides.now.catalog || !found.cells.empty() || !found.states.empty();
  if (may_print_otherwise) MOTCUA_RETURN_IF_ERROR(CompareFigures(sides, frozen, &found));
  found.digest = DigestOf(found);
  return found;
}

}  // namespace motcua
