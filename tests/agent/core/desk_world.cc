#include "tests/agent/core/desk_world.h"

namespace motcua {

CatalogData SmallCatalogData() {
  CatalogData data;
  data.id = "small";
  data.unit_kinds = {{"province", "province", {"Tỉnh", "Province"}, false, {}},
                     {"commune", "commune", {"Xã", "Commune"}, true, {}}};
  data.units = {{"01", "Hà Nội", "province", "", kDayMin, std::nullopt, {}, {}},
                {kUnit, "Ngọc Khánh", "commune", "01", *ParseDay("2010-01-01"), *ParseDay("2025-06-30"), {}, {}}};
  data.fields = {{"civil", {"Hộ tịch", "Civil status"}, {}}};
  data.procedures = {{kProcedure, {"Khai sinh", "Birth"}, "civil", {"commune"}, {}, {}, {}},
                     {"1.001612", {"Kinh doanh", "Business"}, "civil", {"province"}, {}, {}, {}}};
  for (const char* code : {"counter", "online_partial", "online_full", "post"})
    data.channels.push_back({code, {code, code}, {}});
  const auto measure = [&](const char* code, MeasureKind kind, bool desk_wide) {
    Measure added;
    added.code = code;
    added.name = {code, code};
    added.kind = kind;
    added.desk_wide = desk_wide;
    if (kind == MeasureKind::kChoice) added.choices = {"good", "bad"};
    data.measures.push_back(added);
  };
  measure("received", MeasureKind::kFlow, false);
  measure("paid_online_amount", MeasureKind::kAmount, false);
  measure("apology_letter", MeasureKind::kFlow, true);
  measure("opening", MeasureKind::kStock, false);
  measure("mood", MeasureKind::kChoice, false);
  measure("remark", MeasureKind::kText, false);
  data.calendars = {
      {"vpcp",
       {"Quốc gia", "National"},
       {{"2020-Q1", {"Quý I", "Q1"}, *ParseDay("2019-12-15"), *ParseDay("2020-03-14"), {}, false, {}},
        {"2020-Q2", {"Quý II", "Q2"}, *ParseDay("2020-03-15"), *ParseDay("2020-06-14"), {}, true, {}}},
       {}}};
  Rule rule;
  rule.rule = "late_causes";
  rule.left.terms = {{1, "received", {}}};
  rule.message = {"phải bằng", "must be equal"};
  data.rules = {rule};
  return data;
}

std::string SmallCatalogBytes() { return "small catalog"; }

absl::StatusOr<std::shared_ptr<const Catalog>> ParseSmallCatalog(absl::string_view bytes) {
  if (bytes != SmallCatalogBytes() && bytes != SmallCatalogBytes() + " v2")
    return absl::InvalidArgumentError("unknown catalog");
  return Catalog::Build(SmallCatalogData(), std::string(bytes));
}

absl::StatusOr<std::vector<StoredLine>> MemoryStore::LoadLines() {
  std::vector<StoredLine> all;
  for (const auto& [id, line] : lines) all.push_back(line);
  return all;
}

absl::Status MemoryStore::ForEachEntry(
    const std::function<absl::Status(Position, absl::string_view)>& visit) {
  for (const auto& [at, bytes] : entries) MOTCUA_RETURN_IF_ERROR(visit(at, bytes));
  return absl::OkStatus();
}

absl::Status MemoryStore::Apply(const StoreWrite& write) {
  if (!fail_next.ok()) {
    absl::Status failed = fail_next;
    fail_next = absl::OkStatus();
    return failed;
  }
  for (const StoredLine& line : write.lines) lines[line.id] = line;
  for (const StoredEntry& entry : write.entries) {
    EXPECT_TRUE(entries.emplace(entry.at, entry.canonical).second) << "an entry was stored twice";
  }
  if (write.state) state = *write.state;
  if (write.catalog) catalog = *write.catalog;
  if (write.catalog_partial) catalog_partial = *write.catalog_partial;
  ++applied;
  return absl::OkStatus();
}

}  // namespace motcua
