// A catalog small enough to read at a glance and complete enough to break in every way: a district with a
// desk and two wards, two procedures, one form, one rule of each scope. Every thing stands on a line of its
// own.
#pragma once

#include "common/catalog/catalog.h"

namespace motcua {

inline Source Line(int line) { return {"small.txtpb", line}; }

inline Day DayOf(absl::string_view text) { return *ParseDay(text); }

inline Quantity Sum(std::vector<std::string> measures, int line) {
  Quantity quantity;
  quantity.source = Line(line);
  for (std::string& measure : measures) quantity.terms.push_back({1, std::move(measure), {}});
  return quantity;
}

inline Unit SmallUnit(std::string code, std::string kind, std::string parent, int line) {
  Unit unit;
  unit.name = "Đơn vị " + code;
  unit.code = std::move(code);
  unit.kind = std::move(kind);
  unit.parent = std::move(parent);
  unit.valid_from = DayOf("2004-01-01");
  unit.valid_to = DayOf("2025-06-30");
  unit.source = Line(line);
  return unit;
}

inline Form SmallForm() {
  Form form;
  form.id = "table";
  form.title = {"Biểu", "Table"};
  form.calendar = "year";
  form.source = Line(60);
  for (const char* id : {"total", "early"}) {
    FormColumn column;
    column.id = id;
    column.label = {id, ""};
    column.quantity = Sum({id == std::string("total") ? "resolved" : "resolved_early"}, 61);
    column.source = Line(61);
    form.columns.push_back(column);
  }
  FormRow row;
  row.id = "commune";
  row.label = {"Cấp xã", "Communes"};
  row.filter.levels = {"commune"};
  row.per_field = true;
  row.source = Line(63);
  form.rows.push_back(row);
  return form;
}

inline Rule SmallRule(RuleScope scope, int line) {
  Rule rule;
  rule.scope = scope;
  rule.message = {"Không khớp.", "Does not fit."};
  rule.source = Line(line);
  if (scope == RuleScope::kForm) {
    rule.rule = "sum_parts";
    rule.form = "table";
    rule.column = "total";
    rule.part_columns = {"early"};
  } else {
    rule.rule = "stock_negative";
    rule.compare = Compare::kAtLeast;
    rule.left = Sum({"pending"}, line);
  }
  return rule;
}

inline CatalogData SmallCatalog() {
  CatalogData data;
  data.id = "small";
  data.id_source = Line(1);
  data.unit_kinds = {{"district", "district", {"Quận", "District"}, false, Line(2)},
                     {"desk", "district", {"Bộ phận Một cửa", "Desk"}, true, Line(3)},
                     {"commune", "commune", {"Phường", "Ward"}, true, Line(4)}};
  data.units = {SmallUnit("001", "district", "", 10), SmallUnit("001D", "desk", "001", 11),
                SmallUnit("00001", "commune", "001", 12), SmallUnit("00004", "commune", "001", 13)};
  data.fields = {{"justice", {"Tư pháp", "Justice"}, Line(20)}, {"land", {"Đất đai", "Land"}, Line(21)}};
  data.procedures = {
      {"1.1", {"Khai sinh", "Birth"}, "justice", {"commune"}, {}, {}, Line(25)},
      {"2.2", {"Đất", "Land"}, "land", {}, DayOf("2010-01-01"), DayOf("2019-12-31"), Line(26)}};
  data.channels = {{"counter", {"Trực tiếp", "Counter"}, Line(30)},
                   {"post", {"Bưu chính", "Post"}, Line(31)}};
  int line = 40;
  const auto measure = [&](const char* code, MeasureKind kind, bool desk_wide) {
    data.measures.push_back({code, {code, ""}, {}, kind, desk_wide, {}, false, Line(line++)});
  };
  measure("received", MeasureKind::kFlow, false);          // line 40
  measure("resolved_early", MeasureKind::kFlow, false);    // 41
  measure("pending_overdue", MeasureKind::kStock, false);  // 42
  measure("desk_staff", MeasureKind::kStock, true);        // 43
  measure("has_scanner", MeasureKind::kChoice, true);      // 44
  data.measures.back().choices = {"yes", "no"};
  measure("remark", MeasureKind::kText, true);  // 45
  Period period;
  period.id = "2020";
  period.name = {"Năm 2020", "2020"};
  period.from = DayOf("2019-12-15");
  period.to = DayOf("2020-12-14");
  period.source = Line(51);
  data.calendars = {{"year", {"Năm", "Year"}, {period}, Line(50)}};
  data.rates = {{"early", 1, {"Sớm", "Early"}, Sum({"resolved_early"}, 56), Sum({"resolved"}, 57), Line(55)}};
  data.forms = {SmallForm()};
  data.rules = {SmallRule(RuleScope::kUnit, 70), SmallRule(RuleScope::kForm, 71)};
  return data;
}

}  // namespace motcua
