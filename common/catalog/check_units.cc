// Units: kinds, validity, and a tree that stands on every day of it.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kUnit{"đơn vị", "unit"};

// Versions of every code, oldest first.
using Versions = std::map<absl::string_view, std::vector<const Unit*>>;

Versions VersionsOf(const std::vector<Unit>& units) {
  Versions versions;
  for (const Unit& unit : units) versions[unit.code].push_back(&unit);
  for (auto& [code, of_code] : versions) {
    std::stable_sort(of_code.begin(), of_code.end(),
                     [](const Unit* a, const Unit* b) { return a->valid_from < b->valid_from; });
  }
  return versions;
}

Day LastDay(const Unit& unit) { return unit.valid_to.value_or(kDayMax); }

const Unit* ValidOn(const Versions& versions, absl::string_view code, Day day) {
  const auto found = versions.find(code);
  if (found == versions.end()) return nullptr;
  for (const Unit* unit : found->second) {
    if (unit->ValidOn(day)) return unit;
  }
  return nullptr;
}

void CheckOverlaps(const std::vector<const Unit*>& of_code, FaultList* faults) {
  for (std::size_t i = 1; i < of_code.size(); ++i) {
    const Unit& before = *of_code[i - 1];
    const Unit& unit = *of_code[i];
    if (LastDay(before) < unit.valid_from) continue;
    faults->Add(unit.source,
                absl::StrCat("Đơn vị \"", unit.code, "\" từ ", FormatDay(unit.valid_from),
                             " chồng lên thời gian hiệu lực của chính mã đó ở ", before.source.file, ":",
                             before.source.line, "; mỗi ngày một mã chỉ có một đơn vị."),
                absl::StrCat("Unit \"", unit.code, "\" from ", FormatDay(unit.valid_from),
                             " overlaps the validity of the same code at ", before.source.file, ":",
                             before.source.line, "; on one day a code names one unit."));
  }
}

// The first day of the unit's validity on which no version of its parent is valid.
std::optional<Day> DayWithoutParent(const Versions& versions, const Unit& unit) {
  Day day = unit.valid_from;
  while (const Unit* parent = ValidOn(versions, unit.parent, day)) {
    if (LastDay(unit) <= LastDay(*parent)) return std::nullopt;
    day = LastDay(*parent) + 1;
  }
  return day;
}

void CheckParent(const Versions& versions, const Unit& unit, FaultList* faults) {
  if (unit.parent.empty()) return;
  if (!versions.contains(unit.parent)) {
    AddUnknown(kUnit, unit.code, {"đơn vị cấp trên", "parent"}, unit.parent, unit.source, faults);
    return;
  }
  if (unit.valid_to && *unit.valid_to < unit.valid_from) return;  // said already
  const std::optional<Day> day = DayWithoutParent(versions, unit);
  if (!day) return;
  faults->Add(unit.source,
              absl::StrCat("Đơn vị \"", unit.code, "\" vào ngày ", FormatDay(*day),
                           " không có đơn vị cấp trên: \"", unit.parent, "\" không có hiệu lực ngày đó."),
              absl::StrCat("Unit \"", unit.code, "\" has no parent on ", FormatDay(*day), ": \"", unit.parent,
                           "\" is not valid on that day."));
}

// Whatever day a cycle stands on, it also stands on the day the youngest of its versions began: walking up
// from every unit on its first day finds every cycle.
void CheckCycle(const Versions& versions, const Unit& unit, std::set<std::string>* told, FaultList* faults) {
  std::vector<std::string> path = {unit.code};
  std::set<absl::string_view> on_path = {unit.code};
  const Unit* at = &unit;
  while (!at->parent.empty()) {
    at = ValidOn(versions, at->parent, unit.valid_from);
    if (at == nullptr) return;
    if (at->code == unit.code) break;
    if (!on_path.insert(at->code).second) return;  // a cycle further up, found from there
    path.push_back(at->code);
  }
  if (at->code != unit.code || at->parent.empty()) return;
  std::vector<std::string> members = path;
  std::sort(members.begin(), members.end());
  if (!told->insert(absl::StrJoin(members, " ")).second) return;
  path.push_back(unit.code);
  const std::string circle = absl::StrJoin(path, " → ");
  faults->Add(unit.source, absl::StrCat("Các đơn vị trực thuộc vòng tròn: ", circle, "."),
              absl::StrCat("Units are their own ancestors: ", circle, "."));
}

void CheckKinds(const CatalogData& data, FaultList* faults) {
  constexpr What kKind{"loại đơn vị", "unit kind"};
  CheckIds(kKind, data.unit_kinds, &UnitKind::id, faults);
  for (const UnitKind& kind : data.unit_kinds) {
    CheckLabel(kKind, kind.id, kind.name, kind.source, faults);
    CheckCode({"cấp", "level"}, kind.level, kind.source, faults);
    if (kind.records && kind.consolidates) {
      faults->Add(kind.source,
                  absl::StrCat("Loại đơn vị \"", kind.id, "\" chỉ chọn một: có bộ phận ghi số liệu (records) hoặc chỉ tổng hợp (consolidates)."),
                  absl::StrCat("Unit kind \"", kind.id, "\" either has desks (records) or consolidates, not both."));
    }
  }
}

}  // namespace

void CheckUnits(const CatalogData& data, const KnownCodes& known, FaultList* faults) {
  CheckKinds(data, faults);
  const Versions versions = VersionsOf(data.units);
  for (const auto& [code, of_code] : versions) CheckOverlaps(of_code, faults);
  std::set<std::string> told;
  for (const Unit& unit : data.units) {
    CheckCode(kUnit, unit.code, unit.source, faults);
    CheckLabel(kUnit, unit.code, {unit.name, ""}, unit.source, faults);
    CheckSpan(kUnit, unit.code, unit.valid_from, unit.valid_to, unit.source, faults);
    if (!known.kinds.contains(unit.kind)) {
      AddUnknown(kUnit, unit.code, {"loại đơn vị", "kind"}, unit.kind, unit.source, faults);
    }
    CheckParent(versions, unit, faults);
    CheckCycle(versions, unit, &told, faults);
  }
}

}  // namespace motcua
