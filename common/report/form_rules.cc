// Rules over forms. The short shape (one figure against the sum of its parts) is read as the general one: a sum of
// figures on each side, judged row by row and column by column where a part leaves them open.
#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/report/finding_text.h"
#include "common/report/rate.h"
#include "common/report/rules.h"

namespace motcua {
namespace {

__extension__ using Wide = __int128;

// A rate typed from paper as it stands: 99.72 is 9972 with 2 decimals. A computed one follows from its own definition,
// which need not be the rows beside it: it may leave out dossiers that the rows count.
struct Printed {
  int64_t scaled = 0;
  int decimals = 0;
};
// False where nothing is printed.
bool ReadPrinted(const Figure& figure, Printed* printed) {
  if (figure.kind != Figure::Kind::kDecimal) return false;
  const std::size_t point = figure.text.find('.');
  std::string digits = figure.text;
  if (point != std::string::npos) digits.erase(point, 1);
  printed->decimals = point == std::string::npos ? 0 : static_cast<int>(figure.text.size() - point - 1);
  return absl::SimpleAtoi(digits, &printed->scaled);
}

// Paper forms round or cut, so anything closer than one of the last digit printed agrees.
bool Agrees(const Printed& printed, int64_t numerator, int64_t denominator) {
  Wide hundred = 100;
  for (int i = 0; i < printed.decimals; ++i) hundred *= 10;
  const Wide apart = Wide{printed.scaled} * denominator - Wide{numerator} * hundred;
  return (apart < 0 ? -apart : apart) < denominator;
}

class FormRules {
 public:
  FormRules(const Report& report, std::vector<Finding>* findings) : report_(report), findings_(*findings) {
    for (const ReportRow& row : report.rows) rows_.emplace(row.id, &row);
    const std::vector<FormColumn>& columns = report.form->columns;
    for (std::size_t i = 0; i < columns.size(); ++i) columns_.emplace(columns[i].id, i);
  }

  void Check(const Rule& rule) {
    const Sides sides = SidesOf(rule);
    const auto open_row = [](const Part& part) { return part.row.empty(); };
    const auto open_column = [](const Part& part) { return part.column.empty(); };
    if (!sides.Any(open_row)) return CheckColumns(rule, sides, nullptr, sides.Any(open_column));
    for (const ReportRow& row : report_.rows) {
      if (row.id.find('@') == std::string::npos) CheckColumns(rule, sides, &row, sides.Any(open_column));
    }
  }

 private:
  static constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
  struct Sides {
    std::vector<Part> left, right, when_left, when_right;
    template <typename Is>
    bool Any(Is is) const {
      return std::any_of(left.begin(), left.end(), is) || std::any_of(right.begin(), right.end(), is) ||
             std::any_of(when_left.begin(), when_left.end(), is) || std::any_of(when_right.begin(), when_right.end(), is);
    }
  };
  // Where a rule is being judged; null and kNoColumn where its parts say so themselves.
  struct Place {
    const ReportRow* row;
    std::size_t column;
  };

  static Sides SidesOf(const Rule& rule) {
    if (!rule.left_part.empty()) return {rule.left_part, rule.right_part, rule.when_left, rule.when_right};
    Sides sides{{{rule.row, rule.column}}, {}, {}, {}};
    for (const std::string& row : rule.part_rows) sides.right.push_back({row, rule.column});
    for (const std::string& column : rule.part_columns) sides.right.push_back({rule.row, column});
    return sides;
  }

  void CheckColumns(const Rule& rule, const Sides& sides, const ReportRow* row, bool each) {
    if (!each) return CheckAt(rule, sides, {row, kNoColumn});
    for (std::size_t column = 0; column < report_.form->columns.size(); ++column) {
      if (rule.column.empty() || report_.form->columns[column].id == rule.column) CheckAt(rule, sides, {row, column});
    }
  }

  void CheckAt(const Rule& rule, const Sides& sides, const Place& place) {
    if (!sides.when_left.empty()) {
      const Total left = Sum(sides.when_left, place);
      const Total right = Sum(sides.when_right, place);
      if (!left.known || !right.known || left.value != right.value) return;
    }
    if (rule.compare == Compare::kRate) return CheckRate(rule, sides, place);
    const Total left = Sum(sides.left, place);
    const Total right = Sum(sides.right, place);
    const bool both = left.known && right.known;
    const bool against_blank = rule.blank_is_zero && left.known != right.known && left.value != right.value;
    if ((!both && !against_blank) || Holds(rule.compare, left.value, right.value)) return;
    Tell(FindingOf(rule, report_.unit, PeriodName(), left.value, right.value), rule, sides, place);
  }

  void CheckRate(const Rule& rule, const Sides& sides, const Place& place) {
    const Figure* rate = FigureOf(sides.left[0], place);
    Printed printed;
    if (rate == nullptr || !ReadPrinted(*rate, &printed)) return;
    const Total numerator = Sum({sides.right[0]}, place);
    const Total denominator = Sum({sides.right[1]}, place);
    if (!denominator.known || denominator.value <= 0) return;
    if (numerator.known && Agrees(printed, numerator.value, denominator.value)) return;
    std::string computed = PercentText(numerator.value, denominator.value, printed.decimals);
    computed.erase(std::remove(computed.begin(), computed.end(), '.'), computed.end());
    int64_t right = 0;
    if (!absl::SimpleAtoi(computed, &right)) right = INT64_MAX;  // beyond what a rate can be
    Finding finding = FindingOf(rule, report_.unit, PeriodName(), printed.scaled, right, printed.decimals);
    finding.right_known = numerator.known;
    Tell(std::move(finding), rule, sides, place);
  }

  void Tell(Finding finding, const Rule& rule, const Sides& sides, const Place& place) {
    const Part& first = sides.left.front();
    finding.row = first.row.empty() ? place.row->id : first.row;
    finding.column = first.column.empty() ? report_.form->columns[place.column].id : first.column;
    const std::string at =
        Say(absl::StrCat("biểu ", report_.form->id, " hàng ", finding.row, " cột ", finding.column),
            absl::StrCat("form ", report_.form->id, " row ", finding.row, " column ", finding.column));
    finding.message = FindingMessage(rule, {report_.unit_name, at}, finding);
    findings_.push_back(std::move(finding));
  }

  std::string PeriodName() const {
    return report_.period == nullptr ? "" : absl::StrCat(report_.form->calendar, "/", report_.period->id);
  }

  // Null where the report has no such row: a field without one.
  const Figure* FigureOf(const Part& part, const Place& place) const {
    const ReportRow* row = place.row;
    if (!part.row.empty()) {
      const auto found = rows_.find(part.row);
      row = found == rows_.end() ? nullptr : found->second;
    }
    if (row == nullptr) return nullptr;
    return &row->figures[part.column.empty() ? place.column : columns_.find(part.column)->second];
  }

  // Known where one part is; blank parts count 0.
  Total Sum(const std::vector<Part>& parts, const Place& place) const {
    Total sum;
    for (const Part& part : parts) {
      const Figure* figure = FigureOf(part, place);
      if (figure != nullptr && figure->kind == Figure::Kind::kNumber) sum.Add({figure->number, true, false}, part.coefficient);
    }
    return sum;
  }

  const Report& report_;
  std::vector<Finding>& findings_;
  std::map<std::string, const ReportRow*, std::less<>> rows_;
  std::map<std::string, std::size_t, std::less<>> columns_;
};

}  // namespace

void CheckForm(const Catalog& catalog, const Report& report, std::vector<Finding>* findings) {
  FormRules rules(report, findings);
  for (const Rule& rule : catalog.data().rules) {
    if (rule.scope == RuleScope::kForm && rule.form == report.form->id) rules.Check(rule);
  }
}

}  // namespace motcua
