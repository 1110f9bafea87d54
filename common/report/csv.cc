#include "common/report/csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace motcua {

void AppendCsvRow(const std::vector<std::string>& fields, std::string* out) {
  bool first = true;
  for (const std::string& field : fields) {
    if (!first) out->push_back(',');
    first = false;
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      out->append(field);
    } else {
      absl::StrAppend(out, "\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
    }
  }
  out->push_back('\n');
}

}  // namespace motcua
