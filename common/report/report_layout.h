// What a printed form has in every medium: headings over runs of columns, the paper form's own item numbers, and
// what is said about the report as a whole below the figures.
//
// Threads: pure functions. Texts are in the current language.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/report/report.h"

namespace motcua {

// Runs of columns under one heading, first and last; a column without one stands alone.
std::vector<std::pair<std::size_t, std::size_t>> HeadingGroups(const Form& form);

// "2.3.6" of "2.3.6/received/online", "3B-3.1", "I.5": the paper form's own number, when the row's id begins with one.
std::string ItemOf(const ReportRow& row);
// Everything said beside the row's figures, one after the other.
std::string NotesOf(const ReportRow& row);

std::string ItemHeading();
std::string LabelHeading();
std::string UnitHeading();
std::string NotesHeading();

// "Phường Điện Biên (00019) · kỳ 9M · 15/12/2019 – 31/08/2020".
std::string SubjectLine(const Report& report);
std::string CoverageLine(const Report& report);

// What the figures rest on, one sentence each: definitions of the rates, form and version, locked or living, the units
// without figures, and the report's code.
std::vector<std::string> FooterLines(const Report& report);

// "7F3A-90C1-22BE": names these figures of this form, unit, period and revision, in either language. Two people who
// read it to each other over the telephone know whether they hold the same report.
std::string ReportCode(const Report& report);

}  // namespace motcua
