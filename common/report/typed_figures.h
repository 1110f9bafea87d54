// Figures typed from a paper form, in the columns `report --format csv` writes: row,column,value and, optional, label
// and note. They become a report that the rules over forms judge like any other.
//
//   row,column,value,note
//   2.3.6/resolved,value,51195,
//   2.3.6/resolved/on_time/rate,value,99.7206758,
//
// Numbers are plain digits, rates may have a point and are kept with all their digits, a choice is its code or its name,
// a blank is not known; "n/a" is a rate of 0/0. A row that is not in the file is blank.
//
// Threads: a pure function. Errors: kInvalidArgument lists every fault by line, and nothing is taken.
#pragma once

#include "absl/strings/string_view.h"
#include "common/report/report.h"

namespace motcua {

// A form has a few hundred rows; a megabyte is a mistake.
inline constexpr std::size_t kTypedFiguresBytesMax = 1024 * 1024;

absl::StatusOr<Report> ReadTypedFigures(const Catalog& catalog, const Form& form, absl::string_view csv);

// What the form's rules find in them.
std::vector<Finding> CheckTyped(const Catalog& catalog, const Report& typed);

}  // namespace motcua
