#include <nlohmann/json.hpp>

#include "common/report/csv.h"
#include "common/report/facts.h"

namespace motcua {

std::string FactsAsCsv(const FactsTable& table) {
  std::string out;
  std::vector<std::string> fields = table.dimensions;
  fields.insert(fields.end(), {"measure", "value"});
  AppendCsvRow(fields, &out);
  for (const FactsRow& row : table.rows) {
    fields = row.key;
    fields.insert(fields.end(), {row.measure, FormatValue(row.value)});
    AppendCsvRow(fields, &out);
  }
  return out;
}

std::string FactsAsJson(const FactsTable& table) {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const FactsRow& row : table.rows) {
    Json fields = Json::object();
    for (std::size_t i = 0; i < table.dimensions.size(); ++i) fields[table.dimensions[i]] = row.key[i];
    fields["measure"] = row.measure;
    if (const int64_t* number = std::get_if<int64_t>(&row.value); number != nullptr) {
      fields["value"] = *number;
    } else {
      fields["value"] = FormatValue(row.value);
    }
    rows.push_back(std::move(fields));
  }
  return Json{{"rows", std::move(rows)}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace motcua
