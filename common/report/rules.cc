#include "common/report/rules.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_join.h"
#include "common/base/language.h"

namespace motcua {
namespace {

bool Holds(Compare compare, int64_t left, int64_t right) {
  switch (compare) {
    case Compare::kEqual: return left == right;
    case Compare::kAtMost: return left <= right;
    case Compare::kAtLeast: return left >= right;
    case Compare::kRate: return true;  // not between numbers
  }
  return true;
}

// How the two sides stand to each other when the rule is broken.
absl::string_view Sign(int64_t left, int64_t right) { return left < right ? "<" : ">"; }

// "Phường Giảng Võ, Trực tiếp (18 ≠ 19): <the rule's sentence>"
std::string Message(const Rule& rule, const std::vector<std::string>& where, int64_t left, int64_t right) {
  const absl::string_view sign = rule.compare == Compare::kEqual ? "≠" : Sign(left, right);
  return absl::StrCat(absl::StrJoin(where, ", "), " (", GroupedNumber(left), " ", sign, " ", GroupedNumber(right),
                      "): ", rule.message.Text());
}

Finding Start(const Rule& rule, const std::string& unit, const std::string& period, int64_t left, int64_t right) {
  Finding finding;
  finding.rule = rule.rule;
  finding.rule_version = rule.version;
  finding.unit = unit;
  finding.period = period;
  finding.severity = rule.severity;
  finding.left = left;
  finding.right = right;
  return finding;
}

class UnitRules {
 public:
  UnitRules(const Catalog& catalog, const UnitFigures& figures, const std::string& period,
            std::vector<Finding>* findings)
      : catalog_(catalog), figures_(figures), period_(period), findings_(*findings) {}

  void Check(const Rule& rule) {
    if (rule.left_is_pending_before) {
      CheckOpenings(rule);
    } else if (rule.scope == RuleScope::kUnit) {
      CheckWithin(rule, nullptr);
    } else if (rule.scope == RuleScope::kUnitChannel) {
      const std::set<std::string> known = figures_.Channels();
      for (const Channel& channel : catalog_.data().channels) {
        if (known.contains(channel.code)) CheckWithin(rule, &channel);
      }
    }
  }

 private:
  void CheckWithin(const Rule& rule, const Channel* channel) {
    Filter filter;
    if (channel != nullptr) filter.channels = {channel->code};
    const bool applies = rule.when_observed.empty() ||
                         std::any_of(rule.when_observed.begin(), rule.when_observed.end(),
                                     [&](const std::string& stock) { return figures_.Observed(stock, filter); });
    if (!applies) return;
    const int64_t left = figures_.Evaluate(rule.left, filter);
    const int64_t right = figures_.Evaluate(rule.right, filter);
    if (!Holds(rule.compare, left, right)) Report(rule, nullptr, channel, left, right);
  }

  void CheckOpenings(const Rule& rule) {
    for (const OpeningCheck& opening : figures_.opening_checks()) {
      if (Holds(rule.compare, opening.pending_before, opening.observed)) continue;
      Report(rule, opening.procedure, opening.channel, opening.pending_before, opening.observed);
    }
  }

  void Report(const Rule& rule, const Procedure* procedure, const Channel* channel, int64_t left, int64_t right) {
    Finding finding = Start(rule, figures_.unit().code, period_, left, right);
    std::vector<std::string> where = {figures_.unit().name};
    if (procedure != nullptr) {
      finding.procedure = procedure->code;
      where.push_back(procedure->name.Text());
    }
    if (channel != nullptr) {
      finding.channel = channel->code;
      where.push_back(channel->name.Text());
    }
    finding.message = Message(rule, where, left, right);
    findings_.push_back(std::move(finding));
  }

  const Catalog& catalog_;
  const UnitFigures& figures_;
  const std::string& period_;
  std::vector<Finding>& findings_;
};

class FormRules {
 public:
  FormRules(const Report& report, std::vector<Finding>* findings) : report_(report), findings_(*findings) {}

  void Check(const Rule& rule) {
    for (const ReportRow& row : report_.rows) {
      if (!rule.row.empty() && row.id != rule.row) continue;
      for (std::size_t column = 0; column < report_.form->columns.size(); ++column) {
        if (!rule.column.empty() && report_.form->columns[column].id != rule.column) continue;
        CheckAt(rule, row, column);
      }
    }
  }

 private:
  // Parts that are blank count as 0 as long as one of them is known; a blank figure is not judged.
  void CheckAt(const Rule& rule, const ReportRow& row, std::size_t column) {
    const Figure& figure = row.figures[column];
    Total parts;
    for (const std::string& id : rule.part_columns) AddPart(row, ColumnIndex(id), &parts);
    for (const std::string& id : rule.part_rows) {
      if (const ReportRow* part = FindRow(id); part != nullptr) AddPart(*part, column, &parts);
    }
    if (figure.kind != Figure::Kind::kNumber || !parts.known) return;
    if (Holds(rule.compare, figure.number, parts.value)) return;
    const std::string& column_id = report_.form->columns[column].id;
    Finding finding = Start(rule, report_.unit, absl::StrCat(report_.form->calendar, "/", report_.period->id),
                            figure.number, parts.value);
    finding.row = row.id;
    finding.column = column_id;
    const std::string at = Say(absl::StrCat("biểu ", report_.form->id, " hàng ", row.id, " cột ", column_id),
                               absl::StrCat("form ", report_.form->id, " row ", row.id, " column ", column_id));
    finding.message = Message(rule, {report_.unit_name, at}, figure.number, parts.value);
    findings_.push_back(std::move(finding));
  }

  void AddPart(const ReportRow& row, std::size_t column, Total* parts) const {
    if (column >= row.figures.size()) return;
    const Figure& part = row.figures[column];
    if (part.kind == Figure::Kind::kNumber) parts->Add({part.number, true, false});
  }

  std::size_t ColumnIndex(const std::string& id) const {
    const auto& columns = report_.form->columns;
    return static_cast<std::size_t>(
        std::find_if(columns.begin(), columns.end(), [&](const FormColumn& c) { return c.id == id; }) -
        columns.begin());
  }

  const ReportRow* FindRow(const std::string& id) const {
    const auto at = std::find_if(report_.rows.begin(), report_.rows.end(),
                                 [&](const ReportRow& row) { return row.id == id; });
    return at == report_.rows.end() ? nullptr : &*at;
  }

  const Report& report_;
  std::vector<Finding>& findings_;
};

}  // namespace

void CheckUnit(const Catalog& catalog, const UnitFigures& figures, const std::string& period,
               std::vector<Finding>* findings) {
  UnitRules rules(catalog, figures, period, findings);
  for (const Rule& rule : catalog.data().rules) {
    if (rule.scope != RuleScope::kForm) rules.Check(rule);
  }
}

void CheckForm(const Catalog& catalog, const Report& report, std::vector<Finding>* findings) {
  FormRules rules(report, findings);
  for (const Rule& rule : catalog.data().rules) {
    if (rule.scope == RuleScope::kForm && rule.form == report.form->id) rules.Check(rule);
  }
}

void SortFindings(std::vector<Finding>* findings) {
  const auto key = [](const Finding& f) { return std::tie(f.unit, f.rule, f.channel, f.procedure, f.row, f.column); };
  std::stable_sort(findings->begin(), findings->end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace motcua
