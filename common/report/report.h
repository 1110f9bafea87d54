// Report: a form filled from facts, with coverage, notes and findings; and the same as text, CSV and JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
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
  int64_t left = 0;
  int64_t right = 0;
  std::string message;
};

struct RateFigure {
  int64_t numerator = 0;
  int64_t denominator = 0;
  std::string definition;  // "on_time_of_resolved v1"
};

struct Figure {
  enum class Kind { kNumber, kRate, kText, kUnknown };
  Kind kind = Kind::kUnknown;
  int64_t number = 0;
  RateFigure rate;
  std::string text;
  std::string note;
};

struct ReportRow {
  std::string id;
  std::string label;
  int indent = 0;
  std::string unit_label;
  std::vector<Figure> figures;  // one per column of the form
};

struct Coverage {
  struct Missing {
    std::string unit;
    std::string state;  // "not_started"
  };
  int units_expected = 0;
  int units_with_data = 0;
  int units_submitted = 0;
  std::vector<Missing> missing;
};

struct Report {
  const Form* form = nullptr;
  std::string unit;
  std::string unit_name;
  const Period* period = nullptr;
  int revision = 0;  // 0: living
  Coverage coverage;
  std::vector<ReportRow> rows;
  std::vector<Finding> findings;
};

// kNotFound with a sentence for an unknown form, unit or period.
absl::StatusOr<Report> MakeReport(const Catalog& catalog, const FactSource& facts, const std::string& form,
                                  const std::string& unit, const std::string& period);
absl::StatusOr<std::vector<Finding>> CheckPeriod(const Catalog& catalog, const FactSource& facts,
                                                 const std::string& unit, const std::string& calendar,
                                                 const std::string& period);

std::string ReportAsTable(const Report& report);  // for a terminal, in the current language
std::string ReportAsCsv(const Report& report);
std::string ReportAsJson(const Report& report);
std::string FindingsAsJson(const std::vector<Finding>& findings);
std::string FindingsAsText(const std::vector<Finding>& findings);

}  // namespace motcua
