// A small province for report tests: two wards and a district desk, two fields, two periods; forms, rates and rules
// are added by each test before Build().
//
//   01 ── 001 ─┬─ 001D  desk (level district)
//              ├─ C1, C2  wards (level commune)
//   period T/Q1: January to March 2020, T/Q2: April to June, T/6M: both
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/catalog/catalog.h"
#include "tests/support/status_matchers.h"

namespace motcua {

inline Day D(const std::string& text) { return *ParseDay(text); }

inline Quantity Q(const std::vector<std::pair<int, std::string>>& terms) {
  Quantity quantity;
  for (const auto& [coefficient, measure] : terms) quantity.terms.push_back({coefficient, measure, {}});
  return quantity;
}
inline Quantity Q(const std::string& measure) { return Q({{1, measure}}); }

inline Filter Levels(const std::string& level) { return {{level}, {}, {}, {}}; }
inline Filter Channels(std::vector<std::string> channels) { return {{}, {}, {}, std::move(channels)}; }

class SmallCatalog {
 public:
  SmallCatalog() {
    data.id = "small";
    data.unit_kinds = {{"province", "province", {"Tỉnh", ""}, false, {}},
                       {"district", "district", {"Huyện", ""}, false, {}},
                       {"district_desk", "district", {"Một cửa huyện", ""}, true, {}},
                       {"commune", "commune", {"Xã", ""}, true, {}}};
    data.units = {Place("01", "Tỉnh Mẫu", "province", ""), Place("001", "Huyện Mẫu", "district", "01"),
                  Place("001D", "Một cửa huyện", "district_desk", "001"), Place("C1", "Phường Một", "commune", "001"),
                  Place("C2", "Phường Hai", "commune", "001")};
    data.fields = {{"civil", {"Hộ tịch", "Civil status"}, {}}, {"land", {"Đất đai", "Land"}, {}}};
    data.procedures = {{"P1", {"Khai sinh", "Birth"}, "civil", {"commune"}, {}, {}, {}},
                       {"P2", {"Đất ở", "Land use"}, "land", {"commune"}, {}, {}, {}},
                       {"P3", {"Sổ đỏ", "Land title"}, "land", {"district"}, {}, {}, {}}};
    for (const char* channel : {"counter", "online_partial", "online_full", "post"}) {
      data.channels.push_back({channel, {std::string("Kênh ") + channel, std::string("Channel ") + channel}, {}});
    }
    for (const char* flow : {"received", "resolved_early", "resolved_on_time", "resolved_late", "refused",
                             "refused_at_reception", "withdrawn", "stopped", "late_cause_line", "late_cause_not_closed",
                             "late_cause_software", "late_cause_other"}) {
      Measured(flow, MeasureKind::kFlow);
    }
    for (const char* stock : {"opening", "pending_overdue", "suspended"}) Measured(stock, MeasureKind::kStock);
    Measured("desk_staff", MeasureKind::kStock).desk_wide = true;
    Measured("remark", MeasureKind::kText).desk_wide = true;
    data.calendars = {{"T",
                       {"Lịch", "Calendar"},
                       {Span("Q1", "2020-01-01", "2020-03-31"), Span("Q2", "2020-04-01", "2020-06-30"),
                        Span("6M", "2020-01-01", "2020-06-30")},
                       {}}};
    data.calendars[0].periods[1].stand_alone = true;  // the others begin in January
  }

  Measure& Measured(const std::string& code, MeasureKind kind) {
    Measure& measure = data.measures.emplace_back();
    measure.code = code;
    measure.name = {"VI " + code, "EN " + code};
    measure.unit = {"hồ sơ", "dossiers"};
    measure.kind = kind;
    return measure;
  }

  // A form with the one column "value".
  Form& Tall(const std::string& id) {
    Form& form = data.forms.emplace_back();
    form.id = id;
    form.title = {"Biểu " + id, "Form " + id};
    form.calendar = "T";
    form.columns.emplace_back();
    form.columns[0].id = "value";
    form.columns[0].label = {"Số lượng", "Quantity"};
    return form;
  }

  static FormRow Row(const std::string& id, const std::string& label, Quantity quantity, Filter filter = {}) {
    FormRow row;
    row.id = id;
    row.label = {label, label + " (en)"};
    row.quantity = std::move(quantity);
    row.filter = std::move(filter);
    return row;
  }
  static FormColumn Column(const std::string& id, const std::string& label, Quantity quantity, Filter filter = {}) {
    FormColumn column;
    column.id = id;
    column.label = {label, label + " (en)"};
    column.quantity = std::move(quantity);
    column.filter = std::move(filter);
    return column;
  }

  Rule& Ruled(const std::string& id, RuleScope scope, Compare compare, Quantity left, Quantity right) {
    Rule& rule = data.rules.emplace_back();
    rule.rule = id;
    rule.scope = scope;
    rule.compare = compare;
    rule.left = std::move(left);
    rule.right = std::move(right);
    rule.message = {"Không khớp.", "Does not match."};
    return rule;
  }

  std::shared_ptr<const Catalog> Build() const {
    auto catalog = Catalog::Build(data, "small");
    EXPECT_THAT(catalog, IsOk());
    return catalog.ok() ? *catalog : nullptr;
  }

  CatalogData data;

 private:
  static Unit Place(const std::string& code, const std::string& name, const std::string& kind, const std::string& parent) {
    Unit unit;
    unit.code = code;
    unit.name = name;
    unit.kind = kind;
    unit.parent = parent;
    return unit;
  }
  static Period Span(const std::string& id, const std::string& from, const std::string& to) {
    return {id, {"Kỳ " + id, "Period " + id}, D(from), D(to), {}, false, {}};
  }
};

}  // namespace motcua
