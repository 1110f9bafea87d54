#include "tests/simulation/explore_scope.h"

#include "common/base/invariant.h"
#include "common/base/status.h"

namespace motcua::explore {
namespace {

constexpr char kCanonical[] = "the explorer's catalog";
constexpr DeviceId kFirst{0x11111111};
constexpr DeviceId kSecond{0x22222222};

std::shared_ptr<const Catalog> MakeCatalog() {
  CatalogData data;
  data.id = "explore";
  const auto unit_kind = [&](const char* id, bool records) {
    UnitKind& added = data.unit_kinds.emplace_back();
    added.id = added.level = id;
    added.name = {id, id};
    added.records = records;
  };
  unit_kind("province", false);
  unit_kind("commune", true);
  const auto unit = [&](const char* code, const char* kind, const char* parent) {
    Unit& added = data.units.emplace_back();
    added.code = added.name = code;
    added.kind = kind;
    added.parent = parent;
  };
  unit("0", "province", "");
  unit(kUnitCode, "commune", "0");
  Field& field = data.fields.emplace_back();
  field.id = "civil";
  field.name = {"Hộ tịch", "Civil status"};
  Procedure& procedure = data.procedures.emplace_back();
  procedure.code = "P1";
  procedure.name = {"Khai sinh", "Birth"};
  procedure.field = "civil";
  procedure.levels = {"commune"};
  data.channels.push_back({"counter", {"Trực tiếp", "Counter"}, {}});
  const auto measure = [&](const char* code, MeasureKind kind) {
    Measure& added = data.measures.emplace_back();
    added.code = code;
    added.name = {code, code};
    added.kind = kind;
  };
  measure("received", MeasureKind::kFlow);
  measure("opening", MeasureKind::kStock);
  absl::StatusOr<std::shared_ptr<const Catalog>> built = Catalog::Build(std::move(data), kCanonical);
  MOTCUA_INVARIANT(built.ok(), "the explorer's catalog is whole");
  return *std::move(built);
}

std::vector<Scope> MakeScopes() {
  const std::array<Step, 3> restates = {{{Step::kAdd, 3}, {Step::kRestate, 20}, {Step::kObserve, 8}}};
  const std::array<Step, 3> sets = {{{Step::kAdd, 2}, {Step::kSet, 7}, {Step::kObserve, 9}}};
  const std::array<Step, 3> also_restates = {{{Step::kAdd, 2}, {Step::kRestate, 30}, {Step::kObserve, 9}}};
  const std::array<Step, 3> oversteps = {{{Step::kAdd, 2}, {Step::kRestate, 30}, {Step::kAdd, 1}}};
  const Role desk = Role::kDesk;
  const Role supervisor = Role::kSupervisor;
  return {
      {"two-devices",
       "a supervisor's and a clerk's machine of one unit",
       false,
       {{{kFirst, supervisor, supervisor, restates}, {kSecond, desk, desk, sets}}}},
      {"two-copies",
       "one supervisor's folder on two machines, copied behind its first entry",
       true,
       {{{kFirst, supervisor, supervisor, restates}, {kFirst, supervisor, supervisor, also_restates}}}},
      {"refused",
       "two machines, one of which states a role it does not hold",
       false,
       {{{kFirst, supervisor, supervisor, restates}, {kSecond, supervisor, desk, oversteps}}}},
  };
}

}  // namespace

const Day kScopeDay{18'500};

const std::vector<Scope>& Scopes() {
  static const auto* scopes = new std::vector<Scope>(MakeScopes());
  return *scopes;
}

const Scope* FindScope(const std::string& name) {
  for (const Scope& scope : Scopes()) {
    if (scope.name == name) return &scope;
  }
  return nullptr;
}

const std::shared_ptr<const Catalog>& ScopeCatalog() {
  static const auto* catalog = new std::shared_ptr<const Catalog>(MakeCatalog());
  return *catalog;
}

absl::StatusOr<std::shared_ptr<const Catalog>> ParseScopeCatalog(absl::string_view canonical) {
  if (canonical != kCanonical) return absl::InvalidArgumentError("not the explorer's catalog");
  return ScopeCatalog();
}

std::optional<MeasureNature> NatureIn(const std::string& measure) {
  const Measure* found = ScopeCatalog()->FindMeasure(measure);
  if (found == nullptr) return std::nullopt;
  return found->nature();
}

Cell FlowCell() { return {kUnitCode, kScopeDay, "P1", "counter", "received"}; }
Cell StockCell() { return {kUnitCode, kScopeDay, "P1", "counter", "opening"}; }

std::string ScopeSigner::Signature(absl::string_view payload) {
  return std::string(AsBytes(Sha256(absl::StrCat("explore", payload))));
}

}  // namespace motcua::explore
