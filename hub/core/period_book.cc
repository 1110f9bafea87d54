#include "hub/core/period_book.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/ledger/canonical.h"
#include "common/ledger/entry_parts.h"
#include "common/report/report.h"

namespace motcua {
namespace {

struct Decided {
  std::string unit;
  uint32_t line = 0;
  Seq seq = 0;
  Entry entry;
  const PeriodBody& body() const { return std::get<PeriodBody>(entry.body); }
};

bool OfArea(PeriodAct act) { return act <= PeriodAct::kRelock; }

// The parts of one revision, from the entries that bear its seal.
void AddPart(const Decided& decided, std::vector<Revision>* revisions) {
  const PeriodBody& body = decided.body();
  const auto same = std::find_if(revisions->begin(), revisions->end(), [&](const Revision& known) {
    return known.number == body.revision && known.coverage == body.frozen.coverage;
  });
  const bool fresh = same == revisions->end();
  Revision& revision = fresh ? revisions->emplace_back() : *same;
  if (fresh) {
    revision = {body.revision,        body.act,          body.period,           body.area,
                body.frozen.catalog,  body.frozen.coverage, body.frozen.shown, decided.entry.clock_s,
                decided.entry.author, decided.entry.note,   {}};
  }
  RevisionPart& part = revision.parts[decided.unit];
  part.state = body.frozen.state;
  part.figures = body.frozen.figures;
  part.covers.insert(part.covers.end(), body.frozen.covers.begin(), body.frozen.covers.end());
  std::sort(part.covers.begin(), part.covers.end());
  part.covers.erase(std::unique(part.covers.begin(), part.covers.end()), part.covers.end());
}

// Each unit's log tells the order in which things were decided; the one that holds most of them has seen all.
const Decided* NewestOf(const std::vector<Decided>& all) {
  std::map<std::string, std::vector<const Decided*>> by_unit;
  for (const Decided& decided : all) by_unit[decided.unit].push_back(&decided);
  const std::vector<const Decided*>* fullest = nullptr;
  for (const auto& [unit, there] : by_unit) {
    if (fullest == nullptr || there.size() > fullest->size()) fullest = &there;
  }
  return fullest == nullptr ? nullptr : fullest->back();
}

// How far the logs had come, by the ends that are here.
uint64_t EntriesCovered(const Revision& revision) {
  uint64_t entries = 0;
  for (const auto& [unit, part] : revision.parts) {
    for (const EntryName& end : part.covers) entries += end.seq;
  }
  return entries;
}

bool Earlier(const Revision& a, const Revision& b) {
  const uint64_t a_covers = EntriesCovered(a), b_covers = EntriesCovered(b);
  return std::tie(a.number, a_covers, a.coverage) < std::tie(b.number, b_covers, b.coverage);
}

PeriodLocks LocksFrom(const std::vector<Decided>& all) {
  PeriodLocks locks;
  for (const Decided& decided : all) {
    if (decided.body().freezes()) AddPart(decided, &locks.revisions);
  }
  std::sort(locks.revisions.begin(), locks.revisions.end(), Earlier);
  const Decided* newest = NewestOf(all);
  if (newest != nullptr && newest->body().act == PeriodAct::kUnlock) {
    locks.unlocked_until_s = newest->body().until_s;
    locks.unlock_note = newest->entry.note;
  }
  return locks;
}

absl::Status NoUnits(const Unit& area, const std::string& period) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Trong kỳ ", period, ", ", area.name, " (", area.code, ") không có đơn vị nào ghi số liệu; hãy "
                       "chọn đơn vị khác."),
          absl::StrCat("In period ", period, " no unit of ", area.name, " (", area.code, ") records; choose another.")));
}

absl::Status Incomplete(const Revision& revision, const std::vector<std::string>& lacking) {
  std::string list;
  for (const std::string& unit : lacking) absl::StrAppend(&list, list.empty() ? "" : ", ", unit);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Bản chốt ", revision.number, " chưa đủ: máy chủ đã mất phần của ", list,
                       "; phần ấy trở lại khi các đơn vị đó đồng bộ."),
          absl::StrCat("Revision ", revision.number, " is not whole: this hub has lost the parts of ", list,
                       "; they come back when those units sync.")));
}

}  // namespace

std::string RevisionSeal(const Revision& revision) { return ToHex(AsBytes(revision.coverage)).substr(0, 8); }

// "motcua coverage 1" period:text area:text revision:varint at_s:zigzag catalog:32 count:varint {unit:text state:byte names figures:32}
Hash CoverageSeal(const Revision& revision) {
  std::string bytes = "motcua coverage 1";
  ByteWriter out(&bytes);
  out.Text(revision.period);
  out.Text(revision.area);
  out.Varint(revision.number);
  out.Zigzag(revision.at_s);  // so that what is printed of a revision is all under its seal
  out.Raw(AsBytes(revision.catalog));
  out.Varint(revision.parts.size());
  for (const auto& [unit, part] : revision.parts) {
    out.Text(unit);
    out.Byte(static_cast<uint8_t>(part.state));
    WriteNames(part.covers, out);
    out.Raw(AsBytes(part.figures));
  }
  return Sha256(bytes);
}

bool PeriodArea::Owes(const std::string& unit) const {
  return std::any_of(units.begin(), units.end(), [&](const Unit* owing) { return owing->code == unit; });
}

absl::StatusOr<PeriodArea> FindPeriodArea(std::shared_ptr<const Catalog> catalog, const std::string& period,
                                          const std::string& area) {
  PeriodArea there;
  MOTCUA_ASSIGN_OR_RETURN(const auto parts, SplitPeriod(period));
  MOTCUA_ASSIGN_OR_RETURN(there.period, FindPeriodNamed(*catalog, parts.first, parts.second));
  there.name = absl::StrCat(parts.first, "/", parts.second);
  there.area = catalog->FindUnit(area, there.period->to);
  if (there.area == nullptr) there.area = catalog->FindUnit(area);
  if (there.area == nullptr) {
    return absl::NotFoundError(
        Say(absl::StrCat("Danh mục không có đơn vị ", Quoted(area), "; hãy xem lại mã đơn vị."),
            absl::StrCat("The catalog has no unit ", Quoted(area), "; check its code.")));
  }
  there.units = catalog->RecordingUnits(area, there.period->from, there.period->to);
  if (there.units.empty()) return NoUnits(*there.area, there.name);
  Day from = there.period->from;
  for (const Period& other : catalog->FindCalendar(parts.first)->periods) {
    if (other.to <= there.period->to) from = std::min(from, other.from);
  }
  std::set<std::string> frozen = {area};
  for (const Unit* unit : catalog->RecordingUnits(area, from, there.period->to)) frozen.insert(unit->code);
  there.frozen.assign(frozen.begin(), frozen.end());
  there.catalog = std::move(catalog);
  return there;
}

absl::StatusOr<std::map<std::string, PeriodLocks>> PeriodBook::Locks(const std::string& period) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<PeriodRow> rows, store_.Periods(period));
  std::map<std::string, std::vector<Decided>> by_area;
  for (const PeriodRow& row : rows) {
    Decided decided;
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view unit, ids_.Text(CodeKind::kUnit, row.unit));
    MOTCUA_ASSIGN_OR_RETURN(decided.entry, ParseCanonical(row.entry));
    if (decided.entry.kind() != EntryKind::kPeriod || !OfArea(decided.body().act)) continue;
    decided.unit = std::string(unit);
    decided.line = row.line;
    decided.seq = row.seq;
    by_area[row.area].push_back(std::move(decided));
  }
  std::map<std::string, PeriodLocks> locks;
  for (const auto& [area, all] : by_area) locks.emplace(area, LocksFrom(all));
  return locks;
}

absl::StatusOr<PeriodLocks> PeriodBook::LocksOf(const std::string& period, const std::string& area) {
  MOTCUA_ASSIGN_OR_RETURN(auto locks, Locks(period));
  const auto found = locks.find(area);
  return found == locks.end() ? PeriodLocks() : std::move(found->second);
}

absl::StatusOr<UnitLedger> PeriodBook::Ledger(const std::string& unit) {
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0) return UnitLedger(unit);
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(&store_, &shelf_, id));
  return ReadLedger(&log, unit);
}

absl::StatusOr<std::vector<EntryName>> PeriodBook::EndsToCover(const std::string& unit) {
  std::vector<EntryName> ends;
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0) return ends;
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(&store_, &shelf_, id));
  for (LineId line = 0; line < log.tree().size(); ++line) {
    const LineRow row = log.row(line);
    Seq end = row.end_seq;
    if (row.device == kHubDevice) {
      MOTCUA_ASSIGN_OR_RETURN(const std::vector<PeriodRow> decisions, store_.PeriodsOf(row.id));
      for (auto at = decisions.rbegin(); at != decisions.rend() && at->seq == end; ++at) --end;
    }
    if (end == row.fork_seq) continue;  // nothing else on this line
    MOTCUA_ASSIGN_OR_RETURN(const EntryName name, log.NameAt({line, end}));
    ends.push_back(name);
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

absl::StatusOr<std::vector<FrozenFact>> PeriodBook::Fold(const std::string& unit, const RevisionPart& part,
                                                         const Catalog& catalog, Day last) {
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger all, Ledger(unit));
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger covered, CoveredPart(all, part.covers));
  return FoldFacts(covered, catalog, last);
}

absl::StatusOr<Revision> PeriodBook::Whole(Revision revision) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, shelf_.Open(revision.catalog));
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(catalog, revision.period, revision.area));
  std::vector<std::string> lacking;
  for (const std::string& unit : there.frozen) {
    if (revision.parts.contains(unit)) continue;
    lacking.push_back(unit);
    RevisionPart part;
    part.state = there.Owes(unit) ? UnitState::kNotStarted : UnitState::kNone;
    MOTCUA_ASSIGN_OR_RETURN(part.covers, EndsToCover(unit));
    MOTCUA_ASSIGN_OR_RETURN(std::vector<FrozenFact> facts, Fold(unit, part, *catalog, there.period->to));
    part.figures = Freeze(&facts).digest;
    revision.parts.emplace(unit, std::move(part));
  }
  if (CoverageSeal(revision) == revision.coverage) return revision;
  // Or one of several entries that make up a part is not here.
  if (lacking.empty()) lacking.push_back(revision.area);
  return Incomplete(revision, lacking);
}

absl::StatusOr<std::vector<FrozenFact>> PeriodBook::FoldCommitted(const std::string& unit, const RevisionPart& part,
                                                                  const PeriodArea& there) {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<FrozenFact> facts, Fold(unit, part, *there.catalog, there.period->to));
  if (Freeze(&facts).digest == part.figures) return facts;
  return absl::DataLossError(
      Say(absl::StrCat("Nhật ký của ", unit, " không còn cho đúng số liệu đã chốt; hãy chạy ledger verify."),
          absl::StrCat("The log of ", unit, " no longer gives the figures that were locked; run ledger verify.")));
}

absl::StatusOr<FrozenFacts> PeriodBook::Facts(const Revision& revision) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, shelf_.Open(revision.catalog));
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(catalog, revision.period, revision.area));
  FrozenFacts facts(&store_, revision.period);
  for (const auto& [unit, part] : revision.parts) {
    facts.Add(unit, {part.state, part.figures,
                     [this, unit = unit, part = part, there] { return FoldCommitted(unit, part, there); }});
  }
  return facts;
}

}  // namespace motcua
