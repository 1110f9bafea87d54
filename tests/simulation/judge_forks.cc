// The judge's part that looks at forks: lists of cells that copies of a device both wrote.
#include <algorithm>

#include "tests/simulation/judge.h"
#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

// "fork cell" of every cell that is open at a fork.
using OpenLists = std::set<std::string>;

std::string Listed(const EntryName& fork, const Cell& cell) {
  return absl::StrCat(FormatEntryName(fork), " ", FormatCell(cell));
}

std::string FirstDifference(const OpenLists& a, const OpenLists& b) {
  std::vector<std::string> differing;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(differing));
  return absl::StrCat(differing.front(), a.contains(differing.front()) ? " is listed" : " is missing");
}

}  // namespace

bool SimJudge::Forked(const std::string& unit, DeviceId device) {
  const std::vector<EntryName> points = book(unit).ForkPoints(nullptr);
  return std::any_of(points.begin(), points.end(), [&](const EntryName& point) { return point.device == device; });
}

void SimJudge::ForkClosed(const std::string& unit, const EntryName& fork, const absl::Status& status) {
  const std::vector<EntryName> points = book(unit).ForkPoints(&hub_held_[unit]);
  const bool forked = std::find(points.begin(), points.end(), fork) != points.end();
  if (status.ok() || absl::IsAlreadyExists(status) ? !forked : forked && absl::IsNotFound(status))
    Accuse("lists of forks", "closing ", FormatEntryName(fork), forked ? ", where copies parted, was answered "
                                                                       : ", where nobody parted, was answered ",
           status.ToString());
}

void SimJudge::CheckOpenLists(SimHub& hub, const std::string& unit, const std::vector<SimDesk*>& desks) {
  const UnitBook& book = this->book(unit);
  const std::shared_ptr<const Catalog> catalog = hub.hub().catalog();
  const auto in_catalog = [&](const Cell& cell) { return catalog->CheckCell(cell).ok(); };
  OpenLists expected;
  const JudgeFold fold(&book, hub_held_[unit]);
  for (const auto& [cell, postings] : book.cells()) {
    if (!in_catalog(cell)) continue;
    const bool counter = catalog->FindMeasure(cell.measure)->nature() == MeasureNature::kCounter;
    for (const EntryName& fork : fold.OpenForks(cell, counter)) expected.insert(Listed(fork, cell));
  }
  OpenLists at_hub;
  const absl::StatusOr<std::vector<OpenMatter>> matters = hub.hub().OpenMatters({unit});
  if (!matters.ok()) Accuse("lists of forks", "the hub does not list them: ", matters.status().ToString());
  for (const OpenMatter& matter : *matters) {
    if (matter.kind == MatterKind::kFork) at_hub.insert(Listed(matter.fork, matter.cell));
  }
  if (at_hub != expected) Accuse("lists of forks", "at the hub ", FirstDifference(at_hub, expected));
  for (SimDesk* desk : desks) {
    if (desk->retired || desk->identity.unit != unit) continue;
    OpenLists at_desk;
    for (const DeskFork& fork : desk->desk().Status().forks) {
      for (const Cell& cell : fork.cells) {
        if (in_catalog(cell)) at_desk.insert(Listed(fork.fork, cell));
      }
    }
    if (at_desk != expected) Accuse("lists of forks", "at ", desk->Label(), " ", FirstDifference(at_desk, expected));
  }
}

}  // namespace motcua
