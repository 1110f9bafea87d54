// CSV after RFC 4180 with LF line ends: fields that hold a comma, a quote or a line end are quoted.
#pragma once

#include <string>
#include <vector>

namespace motcua {

void AppendCsvRow(const std::vector<std::string>& fields, std::string* out);

}  // namespace motcua
