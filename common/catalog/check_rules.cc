// Rules: over units (quantities) or over a form (rows and columns), never half of each.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kRule{"quy tắc", "rule"};
constexpr What kForm{"biểu mẫu", "form"};
constexpr What kRow{"hàng", "row"};
constexpr What kColumn{"cột", "column"};

const Form* FindForm(const CatalogData& data, const std::string& id) {
  for (const Form& form : data.forms) {
    if (form.id == id) return &form;
  }
  return nullptr;
}

// A row as printed: one that is written, or the repeat of one for a field. Null when there is none.
const FormRow* FindRow(const KnownCodes& known, const Form& form, const std::string& id) {
  for (const FormRow& row : form.rows) {
    if (row.id == id) return &row;
    const std::string stem = row.id + "/";
    if (row.per_field && id.starts_with(stem) && known.fields.contains(id.substr(stem.size()))) return &row;
  }
  return nullptr;
}

bool HasColumn(const Form& form, const std::string& id) {
  for (const FormColumn& column : form.columns) {
    if (column.id == id) return true;
  }
  return false;
}

void CheckObserved(const KnownCodes& known, const Rule& rule, FaultList* faults) {
  for (const std::string& code : rule.when_observed) {
    const auto found = known.measures.find(code);
    if (found == known.measures.end()) {
      AddUnknown(kRule, rule.rule, {"chỉ tiêu", "measure"}, code, rule.source, faults);
    } else if (found->second->kind != MeasureKind::kStock) {
      faults->Add(
          rule.source,
          absl::StrCat("Quy tắc \"", rule.rule, "\": when_observed chỉ nêu chỉ tiêu tồn, \"", code,
                       "\" không phải."),
          absl::StrCat("Rule \"", rule.rule, "\": when_observed names stocks, \"", code, "\" is none."));
    }
  }
}

// Of the general shape, with sums of figures on both sides.
bool IsGeneral(const Rule& rule) {
  return !rule.left_part.empty() || !rule.right_part.empty() || !rule.when_left.empty() || !rule.when_right.empty() ||
         rule.blank_is_zero || rule.compare == Compare::kRate;
}

void CheckUnitRule(const KnownCodes& known, const Rule& rule, FaultList* faults) {
  CheckQuantity(known, kRule, rule.rule, rule.left, faults, {.units = false, .area = false});
  CheckQuantity(known, kRule, rule.rule, rule.right, faults, {.units = false, .area = false});
  CheckObserved(known, rule, faults);
  if (!rule.form.empty() || !rule.row.empty() || !rule.column.empty() || !rule.part_rows.empty() ||
      !rule.part_columns.empty() || IsGeneral(rule)) {
    faults->Add(
        rule.source,
        absl::StrCat("Quy tắc \"", rule.rule, "\" xét đơn vị nên không nêu biểu mẫu, hàng hay cột."),
        absl::StrCat("Rule \"", rule.rule, "\" looks at units and cannot name a form, row or column."));
  }
  if (rule.left.empty() == rule.left_is_pending_before) return;
  faults->Add(
      rule.source,
      absl::StrCat("Quy tắc \"", rule.rule,
                   "\" cần đúng một vế trái: phép tính left, hoặc left_is_pending_before."),
      absl::StrCat("Rule \"", rule.rule, "\" needs exactly one left side: left, or left_is_pending_before."));
}

class FormRuleCheck {
 public:
  FormRuleCheck(const KnownCodes& known, const Form& form, const Rule& rule, FaultList* faults)
      : known_(known), form_(form), rule_(rule), faults_(*faults) {}

  void Check() {
    if (IsGeneral(rule_)) {
      CheckGeneral();
    } else {
      CheckShort();
    }
  }

 private:
  using Parts = std::vector<Part>;

  void Add(const std::string& vi, const std::string& en) {
    faults_.Add(rule_.source, absl::StrCat("Quy tắc \"", rule_.rule, "\" ", vi), absl::StrCat("Rule \"", rule_.rule, "\" ", en));
  }
  void CheckRow(const std::string& row) {
    if (FindRow(known_, form_, row) != nullptr) return;
    found_all_ = false;
    AddUnknown(kRule, rule_.rule, kRow, row, rule_.source, &faults_);
  }
  void CheckColumn(const std::string& column) {
    if (HasColumn(form_, column)) return;
    found_all_ = false;
    AddUnknown(kRule, rule_.rule, kColumn, column, rule_.source, &faults_);
  }

  void CheckShort() {
    const bool by_rows = !rule_.part_rows.empty() && rule_.part_columns.empty() && !rule_.row.empty();
    const bool by_columns = !rule_.part_columns.empty() && rule_.part_rows.empty() && !rule_.column.empty();
    if (!by_rows && !by_columns) {
      Add("cần hàng row với part_rows, cột column với part_columns, hoặc left_part với right_part.",
          "needs a row with part_rows, a column with part_columns, or left_part with right_part.");
    }
    if (!rule_.row.empty()) CheckRow(rule_.row);
    if (!rule_.column.empty()) CheckColumn(rule_.column);
    for (const std::string& row : rule_.part_rows) CheckRow(row);
    for (const std::string& column : rule_.part_columns) CheckColumn(column);
    if (!found_all_ || (!by_rows && !by_columns)) return;
    Parts parts = {{rule_.row, rule_.column}};
    for (const std::string& row : rule_.part_rows) parts.push_back({row, rule_.column});
    for (const std::string& column : rule_.part_columns) parts.push_back({rule_.row, column});
    CheckNumbers(parts);
  }

  void CheckGeneral() {
    if (!rule_.row.empty() || !rule_.part_rows.empty() || !rule_.part_columns.empty()) {
      Add("có left_part thì không nêu row, part_rows hay part_columns.",
          "has left_part and cannot name row, part_rows or part_columns.");
    }
    if (rule_.left_part.empty() || rule_.right_part.empty() || rule_.when_left.empty() != rule_.when_right.empty()) {
      Add("cần cả hai vế: left_part và right_part, when_left và when_right.",
          "needs both sides: left_part and right_part, when_left and when_right.");
    }
    if (!rule_.column.empty()) CheckColumn(rule_.column);
    for (const Parts* parts : {&rule_.left_part, &rule_.right_part, &rule_.when_left, &rule_.when_right}) {
      for (const Part& part : *parts) CheckPart(part);
    }
    if (!found_all_) return;
    Parts sums = rule_.right_part;
    if (rule_.compare != Compare::kRate) sums.insert(sums.end(), rule_.left_part.begin(), rule_.left_part.end());
    CheckNumbers(sums);
    CheckNumbers(rule_.when_left);
    CheckNumbers(rule_.when_right);
    if (rule_.compare == Compare::kRate) CheckRateShape();
  }

  void CheckPart(const Part& part) {
    CheckRow(part.row);
    if (!part.column.empty()) CheckColumn(part.column);
    if (part.coefficient != 0 && std::abs(part.coefficient) <= kCoefficientMax) return;
    Add(absl::StrCat("có hệ số của hàng \"", part.row, "\" bằng 0 hoặc ngoài khoảng ±", kCoefficientMax, "."),
        absl::StrCat("has a coefficient of row \"", part.row, "\" that is 0 or outside ±", kCoefficientMax, "."));
  }

  void CheckRateShape() {
    const bool plain = std::all_of(rule_.right_part.begin(), rule_.right_part.end(),
                                   [](const Part& part) { return part.coefficient == 1; });
    if (rule_.left_part.size() != 1 || rule_.left_part[0].coefficient != 1 || rule_.right_part.size() != 2 || !plain) {
      Add("so sánh tỷ lệ (RATE) cần một hàng tỷ lệ ở vế trái, tử số và mẫu số ở vế phải.",
          "compares a rate (RATE) and needs one rate on the left, a numerator and a denominator on the right.");
    } else if (!Somewhere(rule_.left_part[0], FigureNature::kRate)) {
      Add(absl::StrCat("so sánh tỷ lệ (RATE) nhưng hàng \"", rule_.left_part[0].row, "\" không phải là tỷ lệ."),
          absl::StrCat("compares a rate (RATE) and row \"", rule_.left_part[0].row, "\" is none."));
    }
  }

  // Only numbers can be summed and compared.
  void CheckNumbers(const Parts& parts) {
    for (const Part& part : parts) {
      if (Somewhere(part, FigureNature::kNumber)) continue;
      const bool by_column = part.row.empty();
      const std::string vi = absl::StrCat(by_column ? "cột \"" : "hàng \"", by_column ? part.column : part.row, "\"");
      const std::string en = absl::StrCat(by_column ? "column \"" : "row \"", by_column ? part.column : part.row, "\"");
      if (Somewhere(part, FigureNature::kRate)) {
        Add(absl::StrCat("so sánh tỷ lệ với tổng: ", vi, " là tỷ lệ, hãy dùng compare: RATE."),
            absl::StrCat("compares a rate with a sum: ", en, " is a rate; use compare: RATE."));
        return;
      }
      for (const FigureNature other : {FigureNature::kChoice, FigureNature::kText, FigureNature::kNothing}) {
        if (!Somewhere(part, other)) continue;
        Add(absl::StrCat("cộng ", vi, " không phải là số."), absl::StrCat("sums ", en, ", which is not a number."));
        return;
      }
    }
  }

  // Whether the part is of this nature in some column it is judged in; without a row, in some row of the form.
  bool Somewhere(const Part& part, FigureNature nature) const {
    const std::string& column_id = part.column.empty() ? rule_.column : part.column;
    const FormRow* of = part.row.empty() ? nullptr : FindRow(known_, form_, part.row);
    for (const FormRow& row : form_.rows) {
      if (of != nullptr && of != &row) continue;
      for (const FormColumn& column : form_.columns) {
        if (!column_id.empty() && column.id != column_id) continue;
        // A rate that does not exist was told with the form.
        const bool unknown_rate = nature == FigureNature::kRate && !known_.rates.contains(row.rate.empty() ? column.rate : row.rate);
        if (known_.NatureAt(row, column) == nature && !unknown_rate) return true;
      }
    }
    return false;
  }

  const KnownCodes& known_;
  const Form& form_;
  const Rule& rule_;
  FaultList& faults_;
  bool found_all_ = true;
};

void CheckFormRule(const CatalogData& data, const KnownCodes& known, const Rule& rule, FaultList* faults) {
  if (!rule.left.empty() || !rule.right.empty() || !rule.when_observed.empty() ||
      rule.left_is_pending_before) {
    faults->Add(rule.source,
                absl::StrCat("Quy tắc \"", rule.rule, "\" xét biểu mẫu nên không nêu phép tính."),
                absl::StrCat("Rule \"", rule.rule, "\" looks at a form and cannot have quantities."));
  }
  const Form* form = FindForm(data, rule.form);
  if (form == nullptr) {
    AddUnknown(kRule, rule.rule, kForm, rule.form, rule.source, faults);
    return;
  }
  FormRuleCheck(known, *form, rule, faults).Check();
}

}  // namespace

void CheckRules(const CatalogData& data, const KnownCodes& known, FaultList* faults) {
  for (const Rule& rule : data.rules) {
    CheckCode(kRule, rule.rule, rule.source, faults);
    if (rule.version < 1) {
      faults->Add(rule.source, absl::StrCat("Quy tắc \"", rule.rule, "\" cần số phiên bản từ 1 trở lên."),
                  absl::StrCat("Rule \"", rule.rule, "\" needs a version of 1 or more."));
    }
    if (rule.message.vi.empty()) {
      faults->Add(rule.source, absl::StrCat("Quy tắc \"", rule.rule, "\" chưa có lời nhắc (message)."),
                  absl::StrCat("Rule \"", rule.rule, "\" has no message."));
    }
    if (rule.scope == RuleScope::kForm) {
      CheckFormRule(data, known, rule, faults);
    } else {
      CheckUnitRule(known, rule, faults);
    }
  }
}

}  // namespace motcua
