#include <algorithm>
#include <functional>
#include <set>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/language.h"
#include "common/report/measures.h"
#include "common/report/note_book.h"
#include "common/report/rate.h"
#include "common/report/report.h"
#include "common/report/rules.h"

namespace motcua {
namespace {

absl::Status NoUnit(absl::string_view code) {
  return absl::NotFoundError(
      Say(absl::StrCat("Danh mục không có đơn vị ", Quoted(code), "; hãy xem lại mã đơn vị."),
          absl::StrCat("The catalog has no unit ", Quoted(code), "; check its code.")));
}

// `vi` and `en` begin the sentence; the codes that could have been meant end it.
template <typename T>
absl::Status NotAmong(absl::string_view vi, absl::string_view en, absl::string_view code,
                      const std::vector<T>& known) {
  const std::string list =
      absl::StrJoin(known, ", ", [](std::string* out, const T& one) { out->append(one.id); });
  return absl::NotFoundError(Say(absl::StrCat(vi, " ", Quoted(code), "; hãy chọn trong ", list, "."),
                                 absl::StrCat(en, " ", Quoted(code), "; choose one of ", list, ".")));
}

struct Question {
  const Catalog& catalog;
  const FactSource& facts;
  const Unit* unit;
  const Period* period;
  std::string period_name;  // "CALENDAR/ID"
};

absl::StatusOr<Question> Resolve(const Catalog& catalog, const FactSource& facts, const std::string& unit,
                                 const std::string& calendar, absl::string_view period) {
  absl::ConsumePrefix(&period, calendar + "/");
  MOTCUA_ASSIGN_OR_RETURN(const Period* found, FindPeriodNamed(catalog, calendar, period));
  // An area that was closed within the period is reported as it stood.
  const Unit* area = catalog.FindUnit(unit, found->to);
  if (area == nullptr) area = catalog.FindUnit(unit);
  if (area == nullptr) return NoUnit(unit);
  return Question{catalog, facts, area, found, absl::StrCat(calendar, "/", found->id)};
}

// Reads the recording units one after another, so that an area of any size needs the memory of one unit.
absl::Status ForEachUnit(const Question& question, Coverage* coverage,
                         const std::function<void(const UnitFigures&)>& visit) {
  const auto& [catalog, facts, area, period, period_name] = question;
  for (const Unit* unit : catalog.RecordingUnits(area->code, period->from, period->to)) {
    MOTCUA_ASSIGN_OR_RETURN(UnitFigures figures, UnitFigures::Read(catalog, facts, *unit, period->from, period->to));
    MOTCUA_ASSIGN_OR_RETURN(const Submission submission, facts.SubmissionOf(unit->code, period_name));
    ++coverage->units_expected;
    coverage->units_with_data += figures.has_data() ? 1 : 0;
    coverage->units_submitted += submission != Submission::kNone ? 1 : 0;
    if (submission == Submission::kNothingToReport) figures.MarkNothingToReport();
    if (figures.has_data() || submission == Submission::kNothingToReport) {
      ++coverage->units_covered;
    } else {
      MOTCUA_ASSIGN_OR_RETURN(const bool any, facts.HasEntries(unit->code, period->from, period->to));
      coverage->missing.push_back({unit->code, unit->name, any ? "open" : "not_started"});
    }
    visit(figures);
  }
  return absl::OkStatus();
}

class RowFiller {
 public:
  RowFiller(const Catalog& catalog, const Form& form, const Period& period, const FigureTable& total,
            const NoteBook& notes)
      : catalog_(catalog), form_(form), period_(period), total_(total), notes_(notes) {}

  std::vector<ReportRow> Rows() const {
    std::vector<ReportRow> rows;
    for (std::size_t i = 0; i < form_.rows.size(); ++i) {
      rows.push_back(Row(i, nullptr));
      if (!form_.rows[i].per_field) continue;
      for (const Field& field : catalog_.data().fields) {
        if (Shows(form_.rows[i], field)) rows.push_back(Row(i, &field));
      }
    }
    return rows;
  }

 private:
  // A field has a row where it has figures, or where some unit of the area may record it.
  bool Shows(const FormRow& row, const Field& field) const {
    const Filter* const filters[] = {&row.filter};
    const auto allowed = [&](const Procedure& procedure, const std::string& level) {
      return (procedure.levels.empty() ||
              std::find(procedure.levels.begin(), procedure.levels.end(), level) != procedure.levels.end()) &&
             procedure.valid_from.value_or(kDayMin) <= period_.to && period_.from <= procedure.valid_to.value_or(kDayMax);
    };
    const auto has_figures = [&](const PairFigures& pair) {
      return pair.procedure != nullptr && pair.procedure->field == field.id && total_.Passes(pair, filters);
    };
    if (std::any_of(total_.pairs().begin(), total_.pairs().end(), has_figures)) return true;
    for (const Procedure& procedure : catalog_.data().procedures) {
      if (procedure.field != field.id) continue;
      for (std::size_t level = 0; level < total_.levels().size(); ++level) {
        PairFigures place;
        place.level = level;
        place.procedure = &procedure;
        Filter without_channels = row.filter;
        without_channels.channels.clear();
        const Filter* const remit[] = {&without_channels};
        if (allowed(procedure, total_.levels()[level].level) && total_.Passes(place, remit)) return true;
      }
    }
    return false;
  }

  ReportRow Row(std::size_t index, const Field* field) const {
    const FormRow& form_row = form_.rows[index];
    ReportRow row;
    row.id = field == nullptr ? form_row.id : absl::StrCat(form_row.id, "/", field->id);
    row.label = field == nullptr ? form_row.label.Text() : field->name.Text();
    row.indent = form_row.indent + (field == nullptr ? 0 : 1);
    row.unit_label = form_row.unit.Text();
    Filter of_field;
    if (field != nullptr) of_field.fields = {field->id};
    for (std::size_t column = 0; column < form_.columns.size(); ++column) {
      const Filter* const filters[] = {&form_row.filter, &form_.columns[column].filter, &of_field};
      Figure figure = FigureAt(index, column, filters);
      if (field == nullptr) AppendNote(notes_.NoteAt(index, column, total_), &figure);
      row.figures.push_back(std::move(figure));
    }
    return row;
  }

  Figure FigureAt(std::size_t row, std::size_t column, FigureTable::Filters filters) const {
    const FormRow& form_row = form_.rows[row];
    const FormColumn& form_column = form_.columns[column];
    const std::string& rate_id = form_row.rate.empty() ? form_column.rate : form_row.rate;
    if (const Rate* rate = catalog_.FindRate(rate_id); rate != nullptr) {
      return RateFigureOf(*rate, form_row.rate_decimals.value_or(form_.rate_decimals), filters);
    }
    Figure figure;
    if (notes_.TextMeasureAt(form_row, form_column) != nullptr) {
      figure.text = notes_.TextAt(row, column);
      if (!figure.text.empty()) figure.kind = Figure::Kind::kText;
      return figure;
    }
    const Total sum = total_.Evaluate(NoteBook::QuantityAt(form_row, form_column), filters);
    if (!sum.known) return figure;
    figure.kind = Figure::Kind::kNumber;
    figure.number = sum.value;
    MarkProvisional(sum, &figure);
    return figure;
  }

  Figure RateFigureOf(const Rate& rate, int decimals, FigureTable::Filters filters) const {
    const Total numerator = total_.Evaluate(rate.numerator, filters);
    const Total denominator = total_.Evaluate(rate.denominator, filters);
    Figure figure;
    if (!numerator.known || !denominator.known) return figure;
    figure.kind = Figure::Kind::kRate;
    figure.rate = {numerator.value, denominator.value, absl::StrCat(rate.id, " v", rate.version)};
    if (denominator.value != 0) figure.text = PercentText(numerator.value, denominator.value, decimals);
    MarkProvisional(numerator, &figure);
    if (!numerator.provisional) MarkProvisional(denominator, &figure);
    return figure;
  }

  static void MarkProvisional(const Total& sum, Figure* figure) {
    if (!sum.provisional) return;
    AppendNote(Say("Tạm tính: có ô số liệu chưa thống nhất", "Provisional: cells in it await a decision"), figure);
  }

  static void AppendNote(const std::string& text, Figure* figure) {
    if (text.empty()) return;
    figure->note = figure->note.empty() ? text : absl::StrCat(text, ". ", figure->note);
  }

  const Catalog& catalog_;
  const Form& form_;
  const Period& period_;
  const FigureTable& total_;
  const NoteBook& notes_;
};

// "(Trả trước hạn + Trả đúng hạn)": the quantity with the measures' names.
std::string InWords(const Catalog& catalog, const Quantity& quantity) {
  std::string words;
  for (const Term& term : quantity.terms) {
    const bool first = words.empty();
    absl::StrAppend(&words, first ? (term.coefficient < 0 ? "−" : "") : (term.coefficient < 0 ? " − " : " + "));
    if (std::abs(term.coefficient) != 1) absl::StrAppend(&words, std::abs(term.coefficient), " × ");
    absl::StrAppend(&words, MeasureName(catalog, term.measure));
  }
  return quantity.terms.size() > 1 ? absl::StrCat("(", words, ")") : words;
}

std::vector<std::string> RateDefinitions(const Catalog& catalog, const Form& form) {
  std::set<std::string> ids;
  for (const FormRow& row : form.rows) ids.insert(row.rate);
  for (const FormColumn& column : form.columns) ids.insert(column.rate);
  std::vector<std::string> definitions;
  for (const Rate& rate : catalog.data().rates) {
    if (!ids.contains(rate.id)) continue;
    definitions.push_back(absl::StrCat(rate.name.Text(), " (", rate.id, " v", rate.version,
                                       ") = ", InWords(catalog, rate.numerator), " / ",
                                       InWords(catalog, rate.denominator)));
  }
  return definitions;
}

absl::Status CheckInForce(const Form& form, const Period& period) {
  if (form.valid_from.value_or(kDayMin) <= period.to && period.to <= form.valid_to.value_or(kDayMax)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Biểu mẫu \"", form.id, "\" không có hiệu lực vào ngày ", FormatDayForPeople(period.to),
                       ", ngày cuối kỳ; hãy chọn biểu mẫu đang có hiệu lực."),
          absl::StrCat("Form \"", form.id, "\" is not in force on ", FormatDay(period.to),
                       ", the period's last day; choose one that is.")));
}

Report FilledForm(const Question& question, const Form& form, const FigureTable& total, const NoteBook& notes) {
  Report report;
  report.form = &form;
  report.unit = question.unit->code;
  report.unit_name = question.unit->name;
  report.period = question.period;
  report.rows = RowFiller(question.catalog, form, *question.period, total, notes).Rows();
  report.rate_definitions = RateDefinitions(question.catalog, form);
  return report;
}

}  // namespace

absl::StatusOr<const Form*> FindFormNamed(const Catalog& catalog, absl::string_view id) {
  if (const Form* form = catalog.FindForm(id); form != nullptr) return form;
  return NotAmong("Danh mục không có biểu mẫu", "The catalog has no form", id, catalog.data().forms);
}

absl::StatusOr<const Period*> FindPeriodNamed(const Catalog& catalog, absl::string_view calendar,
                                              absl::string_view id) {
  const Calendar* of = catalog.FindCalendar(calendar);
  if (of == nullptr) {
    return NotAmong("Danh mục không có lịch báo cáo", "The catalog has no calendar", calendar,
                    catalog.data().calendars);
  }
  if (const Period* period = catalog.FindPeriod(calendar, id); period != nullptr) return period;
  return NotAmong(absl::StrCat("Lịch báo cáo ", calendar, " không có kỳ"),
                  absl::StrCat("The calendar ", calendar, " has no period"), id, of->periods);
}

absl::StatusOr<Report> MakeReport(const Catalog& catalog, const FactSource& facts, const std::string& form_id,
                                  const std::string& unit, const std::string& period) {
  MOTCUA_ASSIGN_OR_RETURN(const Form* form, FindFormNamed(catalog, form_id));
  MOTCUA_ASSIGN_OR_RETURN(const Question question, Resolve(catalog, facts, unit, form->calendar, period));
  MOTCUA_RETURN_IF_ERROR(CheckInForce(*form, *question.period));
  Coverage coverage;
  FigureTable total(&catalog);
  NoteBook notes(&catalog, form);
  std::vector<Finding> findings;
  MOTCUA_RETURN_IF_ERROR(ForEachUnit(question, &coverage, [&](const UnitFigures& figures) {
    total.Add(figures.table());
    notes.Absorb(figures);
    CheckUnit(catalog, figures, question.period_name, &findings);
  }));
  Report report = FilledForm(question, *form, total, notes);
  report.coverage = std::move(coverage);
  CheckForm(catalog, report, &findings);
  SortFindings(&findings);
  report.findings = std::move(findings);
  return report;
}

absl::StatusOr<std::vector<Finding>> CheckPeriod(const Catalog& catalog, const FactSource& facts,
                                                 const std::string& unit, const std::string& calendar,
                                                 const std::string& period) {
  MOTCUA_ASSIGN_OR_RETURN(const Question question, Resolve(catalog, facts, unit, calendar, period));
  Coverage coverage;
  FigureTable total(&catalog);
  std::vector<Finding> findings;
  MOTCUA_RETURN_IF_ERROR(ForEachUnit(question, &coverage, [&](const UnitFigures& figures) {
    total.Add(figures.table());
    CheckUnit(catalog, figures, question.period_name, &findings);
  }));
  for (const Form& form : catalog.data().forms) {
    if (form.calendar != calendar || !CheckInForce(form, *question.period).ok()) continue;
    CheckForm(catalog, FilledForm(question, form, total, NoteBook(&catalog, &form)), &findings);
  }
  SortFindings(&findings);
  return findings;
}

}  // namespace motcua
