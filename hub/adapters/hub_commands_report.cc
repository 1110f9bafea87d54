// report, facts, check: what reports read, printed.
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/report/csv.h"
#include "common/report/facts.h"
#include "common/report/report.h"
#include "common/report/text_layout.h"
#include "common/report/typed_figures.h"
#include "hub/adapters/hub_commands.h"
#include "hub/adapters/xlsx_report.h"

namespace motcua {
namespace {

std::vector<std::string> SplitList(const std::string& list) {
  std::vector<std::string> items;
  for (absl::string_view item : absl::StrSplit(list, ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

absl::StatusOr<CommandResult> ListRows(const Catalog& catalog, const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const Form* form, FindFormNamed(catalog, options.form));
  nlohmann::ordered_json json = {{"form", form->id}, {"form_version", form->version}};
  json["rows"] = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  for (const FormRow& row : form->rows) {
    json["rows"].push_back({{"id", row.id}, {"label", row.label.Text()}, {"per_field", row.per_field}});
    rows.push_back({row.id, row.label.Text()});
    if (row.per_field) rows.push_back({row.id + "/FIELD", Say("mỗi lĩnh vực một dòng", "one row per field")});
  }
  CommandResult result;
  if (options.json || options.format == "json") {
    result.out = json.dump(2) + "\n";
  } else if (options.format == "csv") {
    AppendCsvRow({"row", "label"}, &result.out);
    for (const std::vector<std::string>& row : rows) AppendCsvRow(row, &result.out);
  } else {
    result.out = Columns(rows, 1);
  }
  return result;
}

absl::StatusOr<std::string> Print(const Report& report, const HubOptions& options) {
  if (options.format == "xlsx") return ReportAsXlsx(report);
  if (options.json || options.format == "json") return ReportAsJson(report);
  return options.format == "csv" ? ReportAsCsv(report) : ReportAsTable(report);
}

std::string EndWithNewline(std::string text) {
  if (!text.empty() && text.back() != '\n') text.push_back('\n');
  return text;
}

CommandResult Found(const std::vector<Finding>& findings, const HubOptions& options) {
  CommandResult result;
  result.out = EndWithNewline(options.json ? FindingsAsJson(findings) : FindingsAsText(findings));
  result.exit_code = options.strict && !findings.empty() ? kExitRefused : kExitDone;
  return result;
}

absl::StatusOr<std::vector<Finding>> FindingsInTyped(const Catalog& catalog, const std::string& form_id,
                                                     const std::string& typed) {
  MOTCUA_ASSIGN_OR_RETURN(const Form* form, FindFormNamed(catalog, form_id));
  MOTCUA_ASSIGN_OR_RETURN(const Report report, ReadTypedFigures(catalog, *form, typed));
  return CheckTyped(catalog, report);
}

}  // namespace

absl::StatusOr<CommandResult> ReportCommand(const HubContext& context, const HubOptions& options) {
  if (options.rows) return ListRows(*context.hub->catalog(), options);
  const ReportOrder order{options.form, options.unit,          options.period, options.revision.value_or(0),
                          options.seal, options.compare_rates};
  CommandResult result;
  MOTCUA_RETURN_IF_ERROR(context.hub->WithReport(order, [&](const Report& report) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(result.out, Print(report, options));
    if (options.format != "xlsx") result.out = EndWithNewline(std::move(result.out));
    return absl::OkStatus();
  }));
  return result;
}

absl::StatusOr<CommandResult> FactsCommand(const HubContext& context, const HubOptions& options) {
  FactsQuery query;
  query.unit = options.unit;
  MOTCUA_ASSIGN_OR_RETURN(query.from, ParseDay(options.from));
  MOTCUA_ASSIGN_OR_RETURN(query.to, ParseDay(options.to));
  query.dimensions = SplitList(options.by);
  query.measures = SplitList(options.measures);
  CommandResult result;
  MOTCUA_RETURN_IF_ERROR(
      context.hub->WithFacts([&](const Catalog& catalog, const FactSource& facts) -> absl::Status {
        MOTCUA_ASSIGN_OR_RETURN(const FactsTable table, ListFacts(catalog, facts, query));
        const bool json = options.json || options.format == "json";
        result.out = EndWithNewline(json ? FactsAsJson(table) : FactsAsCsv(table));
        return absl::OkStatus();
      }));
  return result;
}

absl::StatusOr<CommandResult> CheckCommand(const HubContext& context, const HubOptions& options,
                                           const std::string& typed) {
  std::vector<Finding> findings;
  if (!options.values.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(findings, FindingsInTyped(*context.hub->catalog(), options.form, typed));
    return Found(findings, options);
  }
  MOTCUA_ASSIGN_OR_RETURN(const auto period, SplitPeriod(options.period));
  MOTCUA_RETURN_IF_ERROR(context.hub->WithFacts([&](const Catalog& catalog,
                                                    const FactSource& facts) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(findings, CheckPeriod(catalog, facts, options.unit, period.first, period.second));
    return absl::OkStatus();
  }));
  return Found(findings, options);
}

}  // namespace motcua
