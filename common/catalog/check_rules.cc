// Rules: over units (quantities) or over a form (rows and columns), never half of each.
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

// A row as printed: one that is written, or the repeat of one for a field.
bool HasRow(const KnownCodes& known, const Form& form, const std::string& id) {
  for (const FormRow& row : form.rows) {
    if (row.id == id) return true;
    const std::string stem = row.id + "/";
    if (row.per_field && id.starts_with(stem) && known.fields.contains(id.substr(stem.size()))) return true;
  }
  return false;
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

void CheckUnitRule(const KnownCodes& known, const Rule& rule, FaultList* faults) {
  CheckQuantity(known, kRule, rule.rule, rule.left, faults);
  CheckQuantity(known, kRule, rule.rule, rule.right, faults);
  CheckObserved(known, rule, faults);
  if (!rule.form.empty() || !rule.row.empty() || !rule.column.empty() || !rule.part_rows.empty() ||
      !rule.part_columns.empty()) {
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

void CheckRuleParts(const Rule& rule, FaultList* faults) {
  const bool by_rows = !rule.part_rows.empty() && rule.part_columns.empty() && !rule.row.empty();
  const bool by_columns = !rule.part_columns.empty() && rule.part_rows.empty() && !rule.column.empty();
  if (by_rows || by_columns) return;
  faults->Add(
      rule.source,
      absl::StrCat("Quy tắc \"", rule.rule,
                   "\" cần hàng row với part_rows, hoặc cột column với part_columns."),
      absl::StrCat("Rule \"", rule.rule, "\" needs a row with part_rows, or a column with part_columns."));
}

void CheckFormRule(const CatalogData& data, const KnownCodes& known, const Rule& rule, FaultList* faults) {
  if (!rule.left.empty() || !rule.right.empty() || !rule.when_observed.empty() ||
      rule.left_is_pending_before) {
    faults->Add(rule.source,
                absl::StrCat("Quy tắc \"", rule.rule, "\" xét biểu mẫu nên không nêu phép tính."),
                absl::StrCat("Rule \"", rule.rule, "\" looks at a form and cannot have quantities."));
  }
  CheckRuleParts(rule, faults);
  const Form* form = FindForm(data, rule.form);
  if (form == nullptr) {
    AddUnknown(kRule, rule.rule, kForm, rule.form, rule.source, faults);
    return;
  }
  const auto check_row = [&](const std::string& row) {
    if (!HasRow(known, *form, row)) AddUnknown(kRule, rule.rule, kRow, row, rule.source, faults);
  };
  const auto check_column = [&](const std::string& column) {
    if (!HasColumn(*form, column)) AddUnknown(kRule, rule.rule, kColumn, column, rule.source, faults);
  };
  if (!rule.row.empty()) check_row(rule.row);
  if (!rule.column.empty()) check_column(rule.column);
  for (const std::string& row : rule.part_rows) check_row(row);
  for (const std::string& column : rule.part_columns) check_column(column);
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
