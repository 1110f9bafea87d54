#include <charconv>

#include <nlohmann/json.hpp>

#include "common/report/figure_text.h"
#include "common/report/finding_text.h"
#include "common/report/report.h"
#include "common/report/report_layout.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

// Texts come from catalogs and entries, both checked to be UTF-8; a broken one must not stop a report.
std::string Print(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

double AsNumber(const std::string& plain) {
  double value = 0;
  std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return value;
}

Json ValueOf(const Figure& figure) {
  switch (figure.kind) {
    case Figure::Kind::kNumber: return figure.number;
    case Figure::Kind::kText: return figure.text;
    case Figure::Kind::kUnknown:
    case Figure::Kind::kNotInRemit: return nullptr;
    case Figure::Kind::kDecimal: return AsNumber(figure.text);
    case Figure::Kind::kRate: break;
  }
  if (figure.rate.denominator == 0) return "n/a";
  return AsNumber(figure.text);
}

Json SideOf(const Finding& finding, int64_t side) {
  if (finding.decimals == 0) return side;
  return AsNumber(DecimalText(side, finding.decimals));
}

Json AsJson(const Finding& finding) {
  return {{"rule", finding.rule},           {"rule_version", finding.rule_version},
          {"unit", finding.unit},           {"period", finding.period},
          {"procedure", finding.procedure}, {"channel", finding.channel},
          {"row", finding.row},             {"column", finding.column},
          {"severity", SeverityName(finding.severity)},
          {"left", SideOf(finding, finding.left)},
          {"right", finding.right_known ? SideOf(finding, finding.right) : Json(nullptr)},
          {"message", finding.message}};
}

Json AsJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(AsJson(finding));
  return list;
}

Json AsJson(const Coverage& coverage) {
  Json missing = Json::array();
  for (const Coverage::Missing& unit : coverage.missing) missing.push_back({{"unit", unit.unit}, {"state", unit.state}});
  return {{"units_expected", coverage.units_expected},
          {"units_with_data", coverage.units_with_data},
          {"units_submitted", coverage.units_submitted},
          {"missing", missing},
          {"exempt", coverage.exempt}};
}

Json AsJson(const std::optional<LockLine>& lock) {
  if (!lock) return nullptr;
  Json missing = Json::array();
  for (const Coverage::Missing& unit : lock->missing) missing.push_back({{"unit", unit.unit}, {"state", unit.state}});
  return {{"revision", lock->revision},
          {"locked", FormatTimeRfc3339(lock->at_s)},
          {"by", lock->author},
          {"note", lock->note},
          {"units_expected", lock->units_expected},
          {"units_submitted", lock->units_submitted},
          {"missing", missing},
          {"cells_changed", lock->cells_changed},
          {"open_until", lock->open_until_s == 0 ? "" : FormatTimeRfc3339(lock->open_until_s)}};
}

Json AsJson(const ReportRow& row, const Form& form) {
  Json values = Json::object();
  Json rates = Json::object();
  Json notes = Json::object();
  for (std::size_t i = 0; i < row.figures.size(); ++i) {
    const Figure& figure = row.figures[i];
    const std::string& column = form.columns[i].id;
    values[column] = ValueOf(figure);
    if (figure.kind == Figure::Kind::kRate) {
      rates[column] = {{"numerator", figure.rate.numerator},
                       {"denominator", figure.rate.denominator},
                       {"definition", figure.rate.definition},
                       {"units_with_data", figure.rate.units_with_data},
                       {"units_expected", figure.rate.units_expected}};
    }
    if (!figure.note.empty()) notes[column] = figure.note;
    if (figure.kind == Figure::Kind::kNotInRemit) notes[column] = RemitNote();
  }
  return {{"id", row.id}, {"label", row.label}, {"values", values}, {"rates", rates}, {"notes", notes}};
}

}  // namespace

std::string ReportAsJson(const Report& report) {
  Json rows = Json::array();
  for (const ReportRow& row : report.rows) rows.push_back(AsJson(row, *report.form));
  const Json json = {{"form", report.form->id},
                     {"form_version", report.form->version},
                     {"unit", report.unit},
                     {"period", report.period->id},
                     {"from", FormatDay(report.period->from)},
                     {"to", FormatDay(report.period->to)},
                     {"revision", report.revision},
                     {"lock", AsJson(report.lock)},
                     {"code", ReportCode(report)},
                     {"coverage", AsJson(report.coverage)},
                     {"rows", rows},
                     {"violations", AsJson(report.findings)}};
  return Print(json);
}

std::string FindingsAsJson(const std::vector<Finding>& findings) {
  return Print(Json{{"violations", AsJson(findings)}});
}

}  // namespace motcua
