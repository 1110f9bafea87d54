// A catalog small enough to read at a glance and complete enough to break in every way: a district with a
// desk and two wards, two procedures, two forms, rules of each scope. Every thing stands on a line of its
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

inline Quantity SumOfRows(std::vector<std::string> rows, int line) {
  Quantity quantity;
  quantity.source = Line(line);
  for (std::string& row : rows) {
    Term term;
    term.row = std::move(row);
    quantity.terms.push_back(std::move(term));
  }
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

// One column "value"; rows: a sum of two others, a heading, a flow, how many wards have a scanner, a rate, an answer.
inline Form ListForm() {
  Form form;
  form.id = "list";
  form.title = {"Danh sách", "List"};
  form.calendar = "year";
  form.source = Line(80);
  FormColumn column;
  column.id = "value";
  column.label = {"Số", "Number"};
  column.source = Line(81);
  form.columns.push_back(column);
  int line = 82;
  const auto row = [&](const char* id) -> FormRow& {
    FormRow& added = form.rows.emplace_back();
    added.id = id;
    added.label = {id, ""};
    added.source = Line(line);
    added.quantity.source = Line(line++);
    return added;
  };
  row("total").quantity = SumOfRows({"received", "scanners"}, 82);
  row("heading").heading = true;                        // 83
  row("received").quantity = Sum({"received"}, 84);
  FormRow& scanners = row("scanners");                  // 85
  scanners.quantity = Sum({"has_scanner"}, 85);
  scanners.quantity.terms[0].count = Count::kUnits;
  scanners.quantity.terms[0].answer = "yes";
  row("early").rate = "early";                          // 86
  row("remark").quantity = Sum({"remark"}, 87);
  row("procedures").quantity = Sum({"procedures_ours"}, 88);
  return form;
}

inline Rule PartsRule(std::vector<std::string> left, std::vector<std::string> right, int line) {
  Rule rule;
  rule.rule = "same_quantity";
  rule.scope = RuleScope::kForm;
  rule.form = "list";
  rule.message = {"Không khớp.", "Does not fit."};
  rule.source = Line(line);
  for (std::string& row : left) rule.left_part.push_back({std::move(row), ""});
  for (std::string& row : right) rule.right_part.push_back({std::move(row), ""});
  return rule;
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
  data.unit_kinds = {{"district", "district", {"Quận", "District"}, false, Line(2), true},
                     {"desk", "district", {"Bộ phận Một cửa", "Desk"}, true, Line(3)},
                     {"commune", "commune", {"Phường", "Ward"}, true, Line(4)}};
  data.units = {SmallUnit("001", "district", "", 10), SmallUnit("001D", "desk", "001", 11),
                SmallUnit("00001", "commune", "001", 12), SmallUnit("00004", "commune", "001", 13)};
  data.fields = {{"justice", {"Tư pháp", "Justice"}, Line(20)}, {"land", {"Đất đai", "Land"}, Line(21), {"watched"}}};
  data.procedures = {
      {"1.1", {"Khai sinh", "Birth"}, "justice", {"commune"}, {}, {}, Line(25), {"online_3"}},
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
  data.measures.push_back({"procedures_ours", {"TTHC", ""}, {}, MeasureKind::kStock, true, {}, true, Line(46), true});
  Period period;
  period.id = "2020";
  period.name = {"Năm 2020", "2020"};
  period.from = DayOf("2019-12-15");
  period.to = DayOf("2020-12-14");
  period.source = Line(51);
  data.calendars = {{"year", {"Năm", "Year"}, {period}, Line(50)}};
  data.rates = {{"early", 1, {"Sớm", "Early"}, Sum({"resolved_early"}, 56), Sum({"resolved"}, 57), Line(55)}};
  data.forms = {SmallForm(), ListForm()};
  data.rules = {SmallRule(RuleScope::kUnit, 70), SmallRule(RuleScope::kForm, 71),
                PartsRule({"total"}, {"received", "scanners"}, 72)};
  return data;
}

}  // namespace motcua
