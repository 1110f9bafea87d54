// A report as a workbook laid out like the official form: title block, from and to, merged headings, numbers as numbers
// (Excel writes them in the reader's own way), notes beside them, and below what the figures rest on.
//
// Threads: any. Equal reports in one language give equal bytes: the workbook's dates are the period's, not today's.
// Errors:  kUnavailable: the folder for temporary files is full or cannot be written; nothing is left there.
#pragma once

#include <string>

#include "common/base/status.h"
#include "common/report/report.h"

namespace motcua {

absl::StatusOr<std::string> ReportAsXlsx(const Report& report);

}  // namespace motcua
