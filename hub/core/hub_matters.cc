// What is open, read from the cells that say so: the cost follows what is open, not what was ever written.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "common/base/language.h"
#include "hub/core/cell_row.h"
#include "hub/core/fact_key.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

// A cell that says of itself that it is open.
struct FoundCell {
  CellTable table = CellTable::kCounters;
  uint64_t key = 0;
  CellRow row;

  FactKey At() const { return table == CellTable::kCounters ? UnpackCounter(key) : UnpackRegister(key); }
};

// What is open in one unit.
struct OpenInUnit {
  std::vector<FoundCell> cells;
  std::vector<Hash> doubled;
};

// An open cell folded, with the postings that will be listed.
struct FoldedCell {
  Cell cell;
  MeasureNature nature = MeasureNature::kCounter;
  CellRow row;
  std::vector<Posting> postings;
  CellState state;
  std::vector<std::size_t> listed;  // indices, in the order in which they are shown
};

// Survivors first, then what overlaps them, then the others; of very many the newest names are left off.
std::vector<std::size_t> InOrderOfWeight(const FoldedCell& folded) {
  std::vector<std::size_t> order = folded.state.survivors;
  order.insert(order.end(), folded.state.overlapping.begin(), folded.state.overlapping.end());
  std::set<std::size_t> there(order.begin(), order.end());
  for (std::size_t i = 0; i < folded.postings.size(); ++i) {
    if (there.insert(i).second) order.push_back(i);
  }
  if (order.size() > kPostingsListedMax) order.resize(kPostingsListedMax);
  return order;
}

// Reads the matters of one unit.
class MatterReader {
 public:
  MatterReader(std::string unit, UnitLog* log, const CodeIds* ids, HubStore* store, const MatterFilter& filter)
      : unit_(std::move(unit)), log_(*log), ids_(*ids), store_(*store), filter_(filter) {}

  absl::Status Read(OpenInUnit open, std::vector<OpenMatter>* matters) {
    MOTCUA_ASSIGN_OR_RETURN(Causality causality, log_.LoadCausality());
    MOTCUA_ASSIGN_OR_RETURN(Forks forks, log_.LoadForks());
    causality_.emplace(std::move(causality));
    forks_.emplace(std::move(forks));
    std::vector<FoldedCell> folded;
    for (FoundCell& found : open.cells) {
      MOTCUA_ASSIGN_OR_RETURN(FoldedCell cell, Fold(std::move(found)));
      folded.push_back(std::move(cell));
    }
    std::sort(folded.begin(), folded.end(), [](const FoldedCell& a, const FoldedCell& b) { return a.cell < b.cell; });
    MOTCUA_RETURN_IF_ERROR(ReadEntries(folded));
    for (const FoldedCell& cell : folded) MOTCUA_RETURN_IF_ERROR(Tell(cell, matters));
    for (const Hash& digest : open.doubled) MOTCUA_RETURN_IF_ERROR(TellImport(digest, matters));
    return absl::OkStatus();
  }

 private:
  struct ReadEntry {
    EntryName name;
    Entry entry;
  };

  absl::StatusOr<FoldedCell> Fold(FoundCell found) {
    FoldedCell folded;
    const FactKey at = found.At();
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view procedure, ids_.Text(CodeKind::kProcedure, at.procedure));
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view channel, ids_.Text(CodeKind::kChannel, at.channel));
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view measure, ids_.Text(CodeKind::kMeasure, at.measure));
    folded.cell = {unit_, at.day, std::string(procedure), std::string(channel), std::string(measure)};
    folded.row = std::move(found.row);
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<StoredPosting> stored, ReadPostings(folded.row.postings));
    for (const StoredPosting& posting : stored) {
      MOTCUA_ASSIGN_OR_RETURN(const Position place, log_.PlaceOf(posting.line, posting.seq));
      folded.postings.push_back({place,
                                 {log_.row(place.line).device, posting.seq, posting.h8},
                                 posting.role,
                                 posting.restates,
                                 posting.delta,
                                 posting.value});
    }
    std::sort(folded.postings.begin(), folded.postings.end(), [](const Posting& a, const Posting& b) {
      return std::tie(a.name.device, a.name.seq, a.at) < std::tie(b.name.device, b.name.seq, b.at);
    });
    if (found.table == CellTable::kRegisters) folded.nature = MeasureNature::kRegister;
    folded.state = FoldCell(folded.postings, *causality_, folded.nature);
    folded.listed = InOrderOfWeight(folded);
    return folded;
  }

  // Each stored run is decoded once, however the cells' entries are spread over it.
  absl::Status ReadEntries(const std::vector<FoldedCell>& cells) {
    std::set<Position> wanted;
    for (const FoldedCell& cell : cells) {
      for (std::size_t i : cell.listed) wanted.insert(cell.postings[i].at);
    }
    for (const Position& at : wanted) MOTCUA_RETURN_IF_ERROR(EntryAt(at).status());
    return absl::OkStatus();
  }

  absl::StatusOr<const ReadEntry*> EntryAt(Position place) {
    const Position at = log_.tree().Normalize(place.line, place.seq);
    auto known = read_.find(at);
    if (known != read_.end()) return &known->second;
    ReadEntry read;
    MOTCUA_RETURN_IF_ERROR(log_.Read(at.line, at.seq, at.seq, [&](const Entry& entry, const Hash& hash) {
      read = {{entry.device, entry.seq, First8(hash)}, entry};
      return absl::OkStatus();
    }));
    return &read_.emplace(at, std::move(read)).first->second;
  }

  absl::Status Tell(const FoldedCell& cell, std::vector<OpenMatter>* matters) {
    OpenMatter matter;
    matter.unit = unit_;
    matter.cell = cell.cell;
    matter.value = cell.row.value;
    matter.postings_left_off = cell.postings.size() - cell.listed.size();
    for (std::size_t i : cell.listed) {
      MOTCUA_ASSIGN_OR_RETURN(MatterPosting posting, Describe(cell, i));
      matter.postings.push_back(std::move(posting));
    }
    const auto tell = [&](MatterKind kind) {
      matter.kind = kind;
      matters->push_back(matter);
    };
    const auto* number = std::get_if<int64_t>(&cell.row.value);
    if (cell.state.conflict) tell(MatterKind::kConflict);
    if (cell.state.overlap) tell(MatterKind::kOverlap);
    if (cell.nature == MeasureNature::kCounter && number != nullptr && *number < 0) tell(MatterKind::kNegative);
    return TellForks(cell, std::move(matter), matters);
  }

  absl::Status TellForks(const FoldedCell& cell, OpenMatter matter, std::vector<OpenMatter>* matters) {
    matter.kind = MatterKind::kFork;
    for (const Forks::Touched& touched : forks_->OpenFor(PlacesThatCount(cell.postings, cell.state))) {
      const Fork& fork = forks_->all()[touched.fork];
      matter.fork = {fork.device, 0, 0};
      if (fork.point.seq > 0) {
        MOTCUA_ASSIGN_OR_RETURN(matter.fork, log_.NameAt(fork.point));
      }
      matter.branches.clear();
      for (MatterPosting& posting : matter.postings) posting.branch.reset();
      for (const Position& branch : touched.branches) {
        MOTCUA_ASSIGN_OR_RETURN(const EntryName name, log_.NameAt(branch));
        matter.branches.push_back(name);
        for (std::size_t i = 0; i < cell.listed.size(); ++i) {
          if (log_.tree().IsAncestorOrSelf(branch, cell.postings[cell.listed[i]].at)) matter.postings[i].branch = name;
        }
      }
      std::sort(matter.branches.begin(), matter.branches.end());
      matters->push_back(matter);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<MatterPosting> Describe(const FoldedCell& cell, std::size_t index) {
    const Posting& posting = cell.postings[index];
    MOTCUA_ASSIGN_OR_RETURN(const ReadEntry* const read, EntryAt(posting.at));
    MatterPosting told;
    told.entry = read->name;
    told.content = read->entry;
    const Context context = causality_->ContextOf(posting.at);
    for (std::size_t i : cell.listed) {
      const Posting& other = cell.postings[i];
      if (i == index || (!posting.restates && !other.restates)) continue;
      if (!context.Includes(log_.tree(), other.at)) continue;
      MOTCUA_ASSIGN_OR_RETURN(const ReadEntry* const known, EntryAt(other.at));
      told.knew.push_back(known->name);
    }
    std::sort(told.knew.begin(), told.knew.end());
    MOTCUA_RETURN_IF_ERROR(TellFate(cell, index, &told));
    return told;
  }

  absl::Status TellFate(const FoldedCell& cell, std::size_t index, MatterPosting* told) {
    // As everywhere: of several standing excludes the one with the smallest name is shown.
    for (const Position& by : causality_->ExcludersOf(cell.postings[index].at)) {
      MOTCUA_ASSIGN_OR_RETURN(const ReadEntry* const exclude, EntryAt(by));
      if (told->fate == UnitLedger::FateKind::kExcluded && told->excluded_by < exclude->name) continue;
      told->fate = UnitLedger::FateKind::kExcluded;
      told->excluded_by = exclude->name;
      told->reason = exclude->entry.note;
    }
    if (told->fate == UnitLedger::FateKind::kExcluded) return absl::OkStatus();
    const bool restates = cell.postings[index].restates;
    const std::vector<std::size_t>& in_force = restates ? cell.state.survivors : cell.state.counted;
    const bool judged = restates || cell.nature == MeasureNature::kCounter;
    if (judged && std::find(in_force.begin(), in_force.end(), index) == in_force.end()) {
      told->fate = UnitLedger::FateKind::kSuperseded;
    } else if (restates && cell.state.winner != index) {
      told->fate = UnitLedger::FateKind::kStanding;
    }
    return absl::OkStatus();
  }

  // Listed while two lines of the unit have the file and neither is taken out.
  absl::Status TellImport(const Hash& digest, std::vector<OpenMatter>* matters) {
    OpenMatter matter;
    matter.kind = MatterKind::kImport;
    matter.unit = unit_;
    std::set<LineId> counting;
    bool in_period = false;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<ImportRow> rows, store_.ImportsOf(digest));
    for (const ImportRow& row : rows) {
      const absl::StatusOr<LineId> line = log_.LocalOf(row.line);
      if (!line.ok()) continue;  // another unit's
      const Seq last = static_cast<Seq>(
          std::min<uint64_t>(uint64_t{row.seq} + row.rows, log_.row(*line).end_seq));
      DoubledImport import;
      MOTCUA_ASSIGN_OR_RETURN(const ReadEntry* const first, EntryAt({*line, row.seq}));
      import.first = first->name;
      import.content = first->entry;
      MOTCUA_ASSIGN_OR_RETURN(import.last, log_.NameAt({*line, last}));
      import.excluded = causality_->ExcludedBy({*line, std::min<Seq>(row.seq + 1, last)}).has_value();
      if (!import.excluded) counting.insert(*line);
      matter.imports.push_back(std::move(import));
      MOTCUA_RETURN_IF_ERROR(log_.Read(*line, row.seq, last, [&](const Entry& entry, const Hash&) {
        const Cell* cell = entry.cell();
        in_period = in_period || (cell != nullptr && filter_.first <= cell->day && cell->day <= filter_.last);
        return absl::OkStatus();
      }));
    }
    if (counting.size() < 2 || !in_period) return absl::OkStatus();
    std::sort(matter.imports.begin(), matter.imports.end(),
              [](const DoubledImport& a, const DoubledImport& b) { return a.first < b.first; });
    matters->push_back(std::move(matter));
    return absl::OkStatus();
  }

  const std::string unit_;
  UnitLog& log_;
  const CodeIds& ids_;
  HubStore& store_;
  const MatterFilter& filter_;
  std::optional<Causality> causality_;
  std::optional<Forks> forks_;
  std::map<Position, ReadEntry> read_;
};

absl::Status NoFork(const EntryName& fork, const std::string& unit) {
  return absl::NotFoundError(
      Say(absl::StrCat("Ở đơn vị ", unit, " không có nhánh nào rẽ sau lượt ghi ", FormatEntryName(fork),
                       "; xem tên bằng conflict list."),
          absl::StrCat("In unit ", unit, " no branches part behind entry ", FormatEntryName(fork),
                       "; see conflict list for its name.")));
}

}  // namespace

absl::StatusOr<std::vector<OpenMatter>> Hub::OpenMatters(const MatterFilter& filter) {
  MutexLock lock(&mutex_);
  const std::shared_ptr<const Catalog> catalog = shelf_.current();
  const auto wanted = [&](const std::string& unit) {
    if (filter.unit.empty() || filter.unit == unit) return true;
    const Unit* known = catalog->FindUnit(unit);
    if (known == nullptr) return false;
    const std::vector<std::string> above = catalog->SelfAndAncestors(unit, known->valid_to.value_or(kDayMax));
    return std::find(above.begin(), above.end(), filter.unit) != above.end();
  };
  std::map<uint32_t, OpenInUnit> open;
  for (const CellTable table : {CellTable::kCounters, CellTable::kRegisters}) {
    MOTCUA_RETURN_IF_ERROR(parts_.store->ForEachOpenCell(
        table, 0, OwnerBegin(kOwnersMax + 1), [&](uint64_t key, const CellRow& row) {
          FoundCell found{table, key, row};
          const FactKey at = found.At();
          if (at.day < filter.first || at.day > filter.last) return;
          open[at.owner].cells.push_back(std::move(found));
        }));
  }
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DoubledRow> doubled, parts_.store->Doubled());
  for (const DoubledRow& row : doubled) open[row.unit].doubled.push_back(row.digest);
  std::map<std::string, uint32_t> units;  // as they are listed
  for (const auto& [id, there] : open) {
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view code, ids_.Text(CodeKind::kUnit, id));
    if (wanted(std::string(code))) units.emplace(code, id);
  }
  std::vector<OpenMatter> matters;
  for (const auto& [unit, id] : units) {
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, id));
    MatterReader reader(unit, &log, &ids_, parts_.store, filter);
    MOTCUA_RETURN_IF_ERROR(reader.Read(std::move(open[id]), &matters));
  }
  return matters;
}

absl::StatusOr<EntryName> Hub::CloseFork(const std::string& unit, const EntryName& fork, const std::string& note,
                                         const std::string& author) {
  MutexLock lock(&mutex_);
  if (ids_.Find(CodeKind::kUnit, unit) == 0) return NoFork(fork, unit);
  EntryName name;
  MOTCUA_RETURN_IF_ERROR(WithIngest(unit, [&](Ingest& ingest, UnitLog& log) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> point, log.Find(fork));
    MOTCUA_ASSIGN_OR_RETURN(const Forks forks, log.LoadForks());
    const auto there = std::find_if(forks.all().begin(), forks.all().end(), [&](const Fork& known) {
      return point && known.device == fork.device && known.point == *point;
    });
    if (there == forks.all().end()) return NoFork(fork, unit);
    if (forks.Closed(*there)) {
      return absl::AlreadyExistsError(Say("Danh sách của điểm rẽ nhánh này đã được đóng.",
                                          "The list of this fork has been closed already."));
    }
    ReviewBody review;
    review.fork = fork;
    for (const Position& branch : there->branches) {
      MOTCUA_ASSIGN_OR_RETURN(const EntryName first, log.NameAt(branch));
      review.branches.push_back(first);
    }
    std::sort(review.branches.begin(), review.branches.end());
    MOTCUA_ASSIGN_OR_RETURN(name, ingest.Review(std::move(review), note, author));
    return absl::OkStatus();
  }));
  return name;
}

}  // namespace motcua
