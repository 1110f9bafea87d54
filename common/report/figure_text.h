// A figure as files write it and as people read it.
#pragma once

#include <string>

#include "common/report/report.h"

namespace motcua {

// Plain: "51378", "99.72", "" when not known, "n/a" for 0/0.
std::string PlainText(const Figure& figure);
// In the current language: "51.378", "99,72", "" when not known, 0/0 as the form prints it.
std::string PeopleText(const Figure& figure, ZeroOverZero zero_over_zero);
// What stands beside it: of a rate also what it was computed from, by which definition, over how many units.
std::string NoteOf(const Figure& figure);
// Beside figures that do not concern the reported unit, in files; on paper they are blank.
std::string RemitNote();
// "error", "warning", "reason_needed".
std::string SeverityName(Severity severity);

}  // namespace motcua
