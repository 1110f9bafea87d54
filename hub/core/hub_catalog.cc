// Applying another catalog version, and folding anew what it changes.
#include <algorithm>
#include <tuple>

#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

auto TreeFields(const Unit& unit) {
  return std::tie(unit.code, unit.parent, unit.kind, unit.valid_from, unit.valid_to);
}

// Everything that decides which roll-ups a cell enters.
bool SameTree(const CatalogData& a, const CatalogData& b) {
  return std::equal(a.units.begin(), a.units.end(), b.units.begin(), b.units.end(),
                    [](const Unit& x, const Unit& y) { return TreeFields(x) == TreeFields(y); }) &&
         std::equal(a.unit_kinds.begin(), a.unit_kinds.end(), b.unit_kinds.begin(), b.unit_kinds.end(),
                    [](const UnitKind& x, const UnitKind& y) { return x.id == y.id && x.level == y.level; });
}

// Every cell of the old version is a cell of the same nature in the new one.
bool KeepsCells(const Catalog& before, const Catalog& now) {
  const CatalogData& data = before.data();
  return std::all_of(data.measures.begin(), data.measures.end(),
                     [&](const Measure& measure) {
                       const Measure* same = now.FindMeasure(measure.code);
                       return same != nullptr && same->nature() == measure.nature();
                     }) &&
         std::all_of(
             data.procedures.begin(), data.procedures.end(),
             [&](const Procedure& procedure) { return now.FindProcedure(procedure.code) != nullptr; }) &&
         std::all_of(data.channels.begin(), data.channels.end(),
                     [&](const Channel& channel) { return now.FindChannel(channel.code) != nullptr; });
}

}  // namespace

absl::StatusOr<bool> Hub::ApplyCatalog(std::shared_ptr<const Catalog> catalog) {
  MutexLock lock(&mutex_);
  const Catalog& before = *shelf_.current();
  if (catalog->version() == before.version()) return false;
  const bool all = !SameTree(before.data(), catalog->data()) || !KeepsCells(before, *catalog);
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_ASSIGN_OR_RETURN(const uint32_t number, shelf_.Store(*catalog));
  if (all) MOTCUA_RETURN_IF_ERROR(parts_.store->RemoveRollups());
  CellCoder coder(catalog, &ids_);
  IngestServices services = Services();
  services.coder = &coder;
  std::vector<std::string> wrote;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitRow> units, parts_.store->Units());
  for (const UnitRow& row : units) {
    if (!all && row.held == 0) continue;
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view code, ids_.Text(CodeKind::kUnit, row.unit));
    const std::string unit(code);
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, row.unit));
    Ingest ingest(services, unit, row, &log);
    MOTCUA_RETURN_IF_ERROR(ingest.Rebuild(/*roll_down=*/!all));
    if (ingest.wrote_hub_log()) wrote.push_back(unit);
  }
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  written_.insert(wrote.begin(), wrote.end());
  shelf_.Take(std::move(catalog), number);
  ResetCoder();
  return true;
}

}  // namespace motcua
