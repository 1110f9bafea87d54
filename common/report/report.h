// Report: a form filled from facts, with coverage, notes and findings; and the same as text, CSV and JSON.
// Labels, notes and messages are in the language that was current when the report was made.
//
// Threads: plain values and pure functions. Lifetime: the catalog must outlive a report (it points at the form
// and the period). Equal facts and language give equal bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/fact_source.h"

namespace motcua {

struct Finding {
  std::string rule;
  int rule_version = 1;
  std::string unit;
  std::string period;  // "CALENDAR/ID"
  std::string procedure;
  std::string channel;
  std::string row;
  std::string column;
  Severity severity = Severity::kError;
  int64_t left = 0;  // both times 10^decimals
  int64_t right = 0;
  std::string message;
  int decimals = 0;         // of rates held against what they are computed from
  bool right_known = true;  // false: a printed rate whose numerator is blank
};

// Numerator, denominator and coverage stay beside a rate for ever; a denominator of 0 makes it "not applicable".
struct RateFigure {
  int64_t numerator = 0;
  int64_t denominator = 0;
  std::string definition;   // "on_time_of_resolved v1"
  int units_expected = 0;   // recording units of the kinds the figure is about
  int units_with_data = 0;  // those of them with data, or submitted with nothing to report
};

struct Figure {
  // kDecimal: a number with digits behind the point as it was written, a target or a rate typed from paper.
  enum class Kind { kNumber, kRate, kDecimal, kText, kUnknown, kNotInRemit };
  Kind kind = Kind::kUnknown;
  int64_t number = 0;
  RateFigure rate;
  std::string text;  // kText; kRate and kDecimal: as printed but plain, "99.72"
  std::string note;
};

struct ReportRow {
  std::string id;  // the form's; of a field "ROW/FIELD"; of another definition of its rate "ROW@RATE"
  std::string label;
  int indent = 0;
  std::string unit_label;
  std::vector<Figure> figures;  // one per column of the form
};

struct Coverage {
  struct Missing {
    std::string unit;
    std::string name;
    std::string state;  // UnitStateName()
  };
  int units_expected = 0;
  int units_with_data = 0;
  int units_submitted = 0;
  int units_covered = 0;  // with data, or submitted with nothing to report
  std::vector<Missing> missing;     // all others
  std::vector<std::string> exempt;  // owe nothing for the period, and are in none of the counts
};

// What is said of a locked period: its newest revision, or the one that is printed, with the coverage declared then.
struct LockLine {
  int revision = 0;
  int64_t at_s = 0;
  std::string author;
  std::string note;
  int units_expected = 0;
  int units_submitted = 0;
  std::vector<Coverage::Missing> missing;  // owed and not submitted
  // Of living figures only.
  int64_t cells_changed = 0;  // known cells that differ from the revision now
  int64_t open_until_s = 0;   // unlocked until then; 0: locked
};

// What the living carried-over is compared with: the closing stock that the period before was locked with.
struct FrozenClosing {
  const Catalog* catalog = nullptr;
  const FactSource* facts = nullptr;
  std::string period;  // of the same calendar, by id
  int revision = 0;
};

// Of figures typed from paper only form, rows and findings are there.
struct Report {
  const Form* form = nullptr;
  std::string unit;
  std::string unit_name;
  const Period* period = nullptr;
  int revision = 0;  // 0: living
  std::optional<LockLine> lock;
  Coverage coverage;
  std::vector<ReportRow> rows;
  std::vector<std::string> rate_definitions;  // "on_time_of_resolved v1: … = … / …", one per rate the form prints
  std::vector<Finding> findings;
};

// By their ids; kNotFound with a sentence that lists those there are.
absl::StatusOr<const Form*> FindFormNamed(const Catalog& catalog, absl::string_view id);
absl::StatusOr<const Period*> FindPeriodNamed(const Catalog& catalog, absl::string_view calendar,
                                              absl::string_view id);

struct FormOptions {
  // Every rate is followed by rows with the other definitions of its family, from the same counts.
  bool compare_rates = false;
  // Where a figure is the carried-over and this says another number, a note shows both; may be null.
  const FrozenClosing* closing = nullptr;
};

// kNotFound with a sentence for an unknown form, unit or period; kFailedPrecondition for a form that was not in force
// at the period's end. `period` is an id of the form's calendar, with or without "CALENDAR/" before it.
absl::StatusOr<Report> MakeReport(const Catalog& catalog, const FactSource& facts, const std::string& form,
                                  const std::string& unit, const std::string& period,
                                  const FormOptions& options = {});
// The rules over every recording unit of the area, then those over the forms of the calendar; sorted by unit, rule,
// channel, procedure, row and column.
absl::StatusOr<std::vector<Finding>> CheckPeriod(const Catalog& catalog, const FactSource& facts,
                                                 const std::string& unit, const std::string& calendar,
                                                 const std::string& period);

inline constexpr int kTableWidth = 120;  // columns of a terminal

std::string ReportAsTable(const Report& report);  // for a terminal, in the current language
std::string ReportAsCsv(const Report& report);
std::string ReportAsJson(const Report& report);
std::string FindingsAsJson(const std::vector<Finding>& findings);
std::string FindingsAsText(const std::vector<Finding>& findings);

}  // namespace motcua
