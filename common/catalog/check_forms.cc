// Rates and forms: every figure of a form says in exactly one place what it is. Row and column filters meet in
// check_figures.cc.
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/utf8.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kRate{"tỷ lệ", "rate"};
constexpr What kForm{"biểu mẫu", "form"};
constexpr What kRow{"hàng", "row"};
constexpr What kColumn{"cột", "column"};
constexpr What kHeading{"tiêu đề trên cột", "heading above the column"};
constexpr int kRateDecimalsMax = 10;

void CheckVersion(const What& what, const std::string& id, int version, const Source& source,
                  FaultList* faults) {
  if (version >= 1) return;
  faults->Add(source, absl::StrCat(what.vi, " \"", id, "\" cần số phiên bản từ 1 trở lên."),
              absl::StrCat("The ", what.en, " \"", id, "\" needs a version of 1 or more."));
}

void CheckDecimals(const What& what, const std::string& id, int decimals, const Source& source,
                   FaultList* faults) {
  if (decimals >= 0 && decimals <= kRateDecimalsMax) return;
  faults->Add(
      source, absl::StrCat(what.vi, " \"", id, "\": số chữ số thập phân từ 0 đến ", kRateDecimalsMax, "."),
      absl::StrCat("The ", what.en, " \"", id, "\" rounds rates to 0 to ", kRateDecimalsMax, " decimals."));
}

void CheckRate(const KnownCodes& known, const Rate& rate, FaultList* faults) {
  CheckLabel(kRate, rate.id, rate.name, rate.source, faults);
  CheckVersion(kRate, rate.id, rate.version, rate.source, faults);
  CheckQuantity(known, kRate, rate.id, rate.numerator, faults);
  CheckQuantity(known, kRate, rate.id, rate.denominator, faults);
  if (!rate.family.empty()) CheckCode({"họ tỷ lệ", "rate family"}, rate.family, rate.source, faults);
  if (!rate.numerator.empty() && !rate.denominator.empty()) return;
  faults->Add(rate.source, absl::StrCat("Tỷ lệ \"", rate.id, "\" cần cả tử số và mẫu số."),
              absl::StrCat("Rate \"", rate.id, "\" needs both a numerator and a denominator."));
}

// What rows and columns share: a figure is a quantity or a rate.
template <typename T>
void CheckFigure(const KnownCodes& known, const What& what, const std::string& id, const T& figure,
                 const QuantityUse& use, FaultList* faults) {
  CheckQuantity(known, what, id, figure.quantity, faults, use);
  CheckQuantity(known, what, id, figure.note_quantity, faults, {.units = false});
  CheckFilter(known, what, id, figure.filter, figure.source, faults);
  if (!figure.rate.empty() && !known.rates.contains(figure.rate)) {
    AddUnknown(what, id, kRate, figure.rate, figure.source, faults);
  }
  if (!figure.rate.empty() && !figure.quantity.empty()) {
    faults->Add(figure.source, absl::StrCat(what.vi, " \"", id, "\" có cả phép tính lẫn tỷ lệ; hãy giữ một."),
                absl::StrCat("The ", what.en, " \"", id, "\" has both a quantity and a rate; keep one."));
  }
  if (!figure.note_quantity.empty() && figure.note_label.vi.empty()) {
    faults->Add(figure.source,
                absl::StrCat(what.vi, " \"", id, "\" có số ghi chú nhưng chưa có lời ghi chú."),
                absl::StrCat("The ", what.en, " \"", id, "\" has a note quantity and no note label."));
  }
}

template <typename T>
bool SaysWhat(const T& figure) {
  return !figure.quantity.empty() || !figure.rate.empty();
}

void CheckRowId(const std::string& form, const FormRow& row, FaultList* faults) {
  for (absl::string_view part : absl::StrSplit(row.id, '/')) {
    if (IsCode(part)) continue;
    faults->Add(
        row.source,
        absl::StrCat("Hàng \"", row.id, "\" của biểu mẫu \"", form,
                     "\": mã hàng là các mã nối bằng gạch chéo."),
        absl::StrCat("Row \"", row.id, "\" of form \"", form, "\": a row id is codes joined by slashes."));
    return;
  }
}

void CheckHeading(const std::string& id, const FormRow& row, FaultList* faults) {
  if (!row.heading) return;
  if (!SaysWhat(row) && !row.per_field && row.target.empty() && row.note_text.empty() && row.note_measures.empty() &&
      row.note_quantity.empty()) {
    return;
  }
  faults->Add(row.source, absl::StrCat("Hàng \"", id, "\" là tiêu đề nên không có số liệu, chỉ tiêu phấn đấu hay ghi chú."),
              absl::StrCat("Row \"", id, "\" is a heading and has no figures, target or notes."));
}

// "30", "99.5": plain digits with at most one point inside.
bool IsDecimal(const std::string& text) {
  constexpr std::size_t kDigitsMax = 18;
  const std::size_t point = text.find('.');
  const std::string digits = point == std::string::npos ? text : text.substr(0, point) + text.substr(point + 1);
  return !digits.empty() && digits.size() <= kDigitsMax &&
         digits.find_first_not_of("0123456789") == std::string::npos && point != 0 && point + 1 != text.size();
}

void CheckRowWords(const KnownCodes& known, const std::string& id, const FormRow& row, FaultList* faults) {
  for (const std::string& kind : row.remit_kinds) {
    if (!known.kinds.contains(kind)) AddUnknown(kRow, id, {"loại đơn vị", "unit kind"}, kind, row.source, faults);
  }
  if (!row.target.empty() && !IsDecimal(row.target)) {
    faults->Add(row.source, absl::StrCat("Hàng \"", id, "\": chỉ tiêu phấn đấu \"", row.target, "\" phải là số viết như 30 hoặc 99.5."),
                absl::StrCat("Row \"", id, "\": the target \"", row.target, "\" is a number written like 30 or 99.5."));
  }
  if (!row.note_measures.empty() && !row.filter.with_dossiers_by.empty()) {
    faults->Add(row.source,
                absl::StrCat("Hàng \"", id, "\" liệt kê theo từng đơn vị (note_measures) nên không lọc theo thủ tục có phát sinh hồ sơ (with_dossiers_by)."),
                absl::StrCat("Row \"", id, "\" lists unit by unit (note_measures) and cannot be narrowed to procedures with dossiers (with_dossiers_by)."));
  }
  if (row.note_text.empty()) return;
  const Measure* text = known.MeasureOf(row.note_text);
  if (text == nullptr) {
    AddUnknown(kRow, id, {"chỉ tiêu", "measure"}, row.note_text, row.source, faults);
  } else if (text->kind != MeasureKind::kText) {
    faults->Add(row.source, absl::StrCat("Hàng \"", id, "\": note_text cần một chỉ tiêu chữ, \"", row.note_text, "\" không phải."),
                absl::StrCat("Row \"", id, "\": note_text names a text, \"", row.note_text, "\" is none."));
  }
}

void CheckRow(const KnownCodes& known, const Form& form, const FormRow& row, FaultList* faults) {
  const std::string id = absl::StrCat(form.id, "/", row.id);
  CheckRowId(form.id, row, faults);
  CheckLabel(kRow, id, row.label, row.source, faults);
  CheckFigure(known, kRow, id, row, {.words = true, .form = &form}, faults);
  CheckHeading(id, row, faults);
  CheckRowWords(known, id, row, faults);
  if (row.rate_decimals) CheckDecimals(kRow, id, *row.rate_decimals, row.source, faults);
  for (const std::string& measure : row.note_measures) {
    if (!IsDerivedMeasure(measure) && !known.measures.contains(measure)) {
      AddUnknown(kRow, id, {"chỉ tiêu", "measure"}, measure, row.source, faults);
    }
  }
}

// Row and column meet in a figure: one of them must say what it is, and only one.
void CheckMeeting(const Form& form, const FormRow& row, FaultList* faults) {
  if (row.heading) return;
  for (const FormColumn& column : form.columns) {
    if (column.target || SaysWhat(row) != SaysWhat(column)) continue;
    const std::string at = absl::StrCat("\"", row.id, "\" × \"", column.id, "\"");
    if (SaysWhat(row)) {
      faults->Add(row.source,
                  absl::StrCat("Biểu mẫu \"", form.id, "\", ô ", at,
                               ": cả hàng và cột đều nêu số liệu; hãy giữ một."),
                  absl::StrCat("Form \"", form.id, "\", figure ", at,
                               ": row and column both say what it is; keep one."));
    } else {
      faults->Add(row.source,
                  absl::StrCat("Biểu mẫu \"", form.id, "\", ô ", at, ": chưa có phép tính hay tỷ lệ."),
                  absl::StrCat("Form \"", form.id, "\", figure ", at, " has neither a quantity nor a rate."));
    }
    return;  // the row's other columns would say the same
  }
}

// per_field repeats become ROW/FIELD; a row written with that id would stand twice.
void CheckRepeats(const KnownCodes& known, const Form& form, FaultList* faults) {
  std::map<std::string, const FormRow*> rows;
  for (const FormRow& row : form.rows) rows.emplace(row.id, &row);
  for (const FormRow& row : form.rows) {
    if (!row.per_field) continue;
    for (const absl::string_view field : known.fields) {
      const auto found = rows.find(absl::StrCat(row.id, "/", field));
      if (found != rows.end()) AddDuplicate(kRow, found->first, row.source, found->second->source, faults);
    }
  }
}

void CheckColumn(const CatalogData& data, const KnownCodes& known, const Form& form, const FormColumn& column,
                 FaultList* faults) {
  const std::string id = absl::StrCat(form.id, "/", column.id);
  CheckLabel(kColumn, id, column.label, column.source, faults);
  if (!column.group.en.empty()) CheckLabel(kHeading, id, column.group, column.source, faults);
  CheckFigure(known, kColumn, id, column, {.words = true}, faults);
  if (column.target && (SaysWhat(column) || !column.period.empty() || !column.note_quantity.empty())) {
    faults->Add(column.source, absl::StrCat("Cột \"", id, "\" in chỉ tiêu phấn đấu nên không nêu phép tính, tỷ lệ, kỳ hay ghi chú."),
                absl::StrCat("Column \"", id, "\" prints targets and has no quantity, rate, period or note."));
  }
  if (column.period.empty()) return;
  for (const Calendar& calendar : data.calendars) {
    if (calendar.id != form.calendar) continue;
    for (const Period& period : calendar.periods) {
      if (period.id == column.period) return;
    }
    AddUnknown(kColumn, id, {"kỳ báo cáo", "period"}, absl::StrCat(form.calendar, "/", column.period), column.source,
               faults);
  }
}

void CheckForm(const CatalogData& data, const KnownCodes& known, const Form& form, FaultList* faults) {
  CheckLabel(kForm, form.id, form.title, form.source, faults);
  CheckVersion(kForm, form.id, form.version, form.source, faults);
  CheckDecimals(kForm, form.id, form.rate_decimals, form.source, faults);
  CheckSpan(kForm, form.id, form.valid_from, form.valid_to, form.source, faults);
  if (!known.calendars.contains(form.calendar)) {
    AddUnknown(kForm, form.id, {"lịch báo cáo", "calendar"}, form.calendar, form.source, faults);
  }
  if (form.rows.empty() || form.columns.empty()) {
    faults->Add(form.source, absl::StrCat("Biểu mẫu \"", form.id, "\" cần ít nhất một hàng và một cột."),
                absl::StrCat("Form \"", form.id, "\" needs at least one row and one column."));
  }
  CheckIds(kColumn, form.columns, &FormColumn::id, faults);
  for (const FormColumn& column : form.columns) CheckColumn(data, known, form, column, faults);
  std::map<absl::string_view, const Source*> seen;
  for (const FormRow& row : form.rows) {
    const auto [first, fresh] = seen.emplace(row.id, &row.source);
    if (!fresh) AddDuplicate(kRow, row.id, *first->second, row.source, faults);
    CheckRow(known, form, row, faults);
    CheckMeeting(form, row, faults);
  }
  CheckRepeats(known, form, faults);
  CheckFigures(data, known, form, faults);
}

}  // namespace

void CheckForms(const CatalogData& data, const KnownCodes& known, FaultList* faults) {
  CheckIds(kRate, data.rates, &Rate::id, faults);
  CheckIds(kForm, data.forms, &Form::id, faults);
  for (const Rate& rate : data.rates) CheckRate(known, rate, faults);
  for (const Form& form : data.forms) CheckForm(data, known, form, faults);
}

}  // namespace motcua
