#include "tests/simulation/sim_catalog.h"

#include "common/base/invariant.h"

namespace motcua {
namespace {

Unit MakeUnit(const char* code, const char* kind, const char* parent) {
  Unit unit;
  unit.code = code;
  unit.name = code;
  unit.kind = kind;
  unit.parent = parent;
  return unit;
}

UnitKind MakeKind(const char* id, bool records) {
  UnitKind kind;
  kind.id = id;
  kind.level = id;
  kind.name.vi = id;
  kind.records = records;
  return kind;
}

void AddMeasure(CatalogData* data, const char* code, MeasureKind kind, bool desk_wide) {
  Measure measure;
  measure.code = code;
  measure.name.vi = code;
  measure.kind = kind;
  measure.desk_wide = desk_wide;
  data->measures.push_back(measure);
}

void AddProcedure(CatalogData* data, const char* code) {
  Procedure procedure;
  procedure.code = code;
  procedure.name.vi = code;
  procedure.field = "F";
  data->procedures.push_back(procedure);
}

CatalogData MakeData(int version) {
  CatalogData data;
  data.id = "simulated";
  data.unit_kinds = {MakeKind("province", false), MakeKind("district", false), MakeKind("commune", true)};
  data.units = {MakeUnit("0", "province", ""), MakeUnit("D", "district", "0"), MakeUnit("A", "commune", "D"),
                MakeUnit("B", "commune", "D"), MakeUnit("C", "commune", "D")};
  Field field;
  field.id = "F";
  field.name.vi = "F";
  data.fields = {field};
  AddProcedure(&data, "P1");
  AddProcedure(&data, "P2");
  if (version >= 3) AddProcedure(&data, "P3");
  for (const char* code : {"counter", "online_full"}) {
    Channel channel;
    channel.code = code;
    channel.name.vi = code;
    data.channels.push_back(channel);
  }
  AddMeasure(&data, "received", MeasureKind::kFlow, false);
  AddMeasure(&data, "refused", MeasureKind::kFlow, false);
  if (version >= 2) AddMeasure(&data, "late", MeasureKind::kFlow, false);
  AddMeasure(&data, "suspended", MeasureKind::kStock, false);
  AddMeasure(&data, "remark", MeasureKind::kText, true);
  Period period;
  period.id = "2020";
  period.name.vi = "2020";
  period.from = Day{18'262};
  period.to = Day{18'627};
  Calendar calendar;
  calendar.id = "year";
  calendar.name.vi = "year";
  calendar.periods = {period};
  data.calendars = {calendar};
  return data;
}

// As long as two chunks or so would need too many bytes here; this one only has to be bytes.
std::string CanonicalOf(int version) { return absl::StrCat("simulated catalog ", version, std::string(200, 'x')); }

std::vector<std::shared_ptr<const Catalog>> MakeAll() {
  std::vector<std::shared_ptr<const Catalog>> all;
  for (int version = 1; version <= kSimCatalogs; ++version) {
    auto made = Catalog::Build(MakeData(version), CanonicalOf(version));
    if (!made.ok()) std::fprintf(stderr, "%s\n", made.status().ToString().c_str());
    MOTCUA_INVARIANT(made.ok(), "the simulated catalogs are good");
    all.push_back(*made);
  }
  return all;
}

}  // namespace

const std::shared_ptr<const Catalog>& SimCatalog(int version) {
  static const auto* all = new std::vector<std::shared_ptr<const Catalog>>(MakeAll());
  return (*all)[static_cast<std::size_t>(version - 1)];
}

absl::StatusOr<std::shared_ptr<const Catalog>> ParseSimCatalog(absl::string_view canonical) {
  for (int version = 1; version <= kSimCatalogs; ++version) {
    if (SimCatalog(version)->canonical() == canonical) return SimCatalog(version);
  }
  return absl::InvalidArgumentError("not a catalog of the simulation");
}

}  // namespace motcua
