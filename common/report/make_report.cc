#include <functional>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/language.h"
#include "common/report/period_words.h"
#include "common/report/rate_words.h"
#include "common/report/report.h"
#include "common/report/row_filler.h"
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
  std::string calendar;
  std::string PeriodName() const { return absl::StrCat(calendar, "/", period->id); }
};

absl::StatusOr<Question> Resolve(const Catalog& catalog, const FactSource& facts, const std::string& unit,
                                 const std::string& calendar, absl::string_view period) {
  absl::ConsumePrefix(&period, calendar + "/");
  MOTCUA_ASSIGN_OR_RETURN(const Period* found, FindPeriodNamed(catalog, calendar, period));
  // An area that was closed within the period is reported as it stood.
  const Unit* area = catalog.FindUnit(unit, found->to);
  if (area == nullptr) area = catalog.FindUnit(unit);
  if (area == nullptr) return NoUnit(unit);
  return Question{catalog, facts, area, found, calendar};
}

// The recording units of any of the windows by code, each with the windows it belongs to.
std::map<std::string, std::pair<const Unit*, std::vector<bool>>> UnitsIn(const Question& question,
                                                                         const std::vector<Window>& windows) {
  std::map<std::string, std::pair<const Unit*, std::vector<bool>>> units;
  for (std::size_t window = 0; window < windows.size(); ++window) {
    const auto& [from, to] = windows[window];
    for (const Unit* unit : question.catalog.RecordingUnits(question.unit->code, from, to)) {
      auto& [first, belongs] = units[unit->code];
      if (first == nullptr) first = unit;
      belongs.resize(windows.size());
      belongs[window] = true;
    }
  }
  return units;
}

// An exempt unit owes nothing and is not expected; whatever it recorded is in the figures all the same.
void CountUnit(const UnitFigures& figures, UnitState state, Coverage* coverage) {
  const Unit& unit = figures.unit();
  if (state == UnitState::kExempt) {
    coverage->exempt.push_back(unit.code);
    return;
  }
  ++coverage->units_expected;
  coverage->units_with_data += figures.has_data() ? 1 : 0;
  coverage->units_submitted += IsSubmitted(state) ? 1 : 0;
  if (figures.has_data() || state == UnitState::kSubmittedZero) {
    ++coverage->units_covered;
  } else {
    coverage->missing.push_back({unit.code, unit.name, UnitStateName(state)});
  }
}

std::vector<std::string> RateDefinitions(const Catalog& catalog, const Form& form, const FormOptions& options) {
  std::set<std::string> ids;
  std::set<std::string> families;
  const auto add = [&](const std::string& id) {
    const Rate* rate = catalog.FindRate(id);
    if (rate == nullptr) return;
    ids.insert(id);
    if (options.compare_rates && !rate->family.empty()) families.insert(rate->family);
  };
  for (const FormRow& row : form.rows) add(row.rate);
  for (const FormColumn& column : form.columns) add(column.rate);
  std::vector<std::string> definitions;
  for (const Rate& rate : catalog.data().rates) {
    if (!ids.contains(rate.id) && !families.contains(rate.family)) continue;
    definitions.push_back(RateInWords(catalog, rate));
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

// A form on its way from units to a report.
class FormMaker {
 public:
  // `noted`: with the notes, which the rules do not need.
  FormMaker(const Question& question, const Form& form, const FormOptions& options, bool noted)
      : question_(question),
        form_(form),
        options_(options),
        plan_(question.catalog, form, *question.period),
        totals_(plan_.windows.size(), FigureTable(&question.catalog)),
        counts_(&question.catalog, &plan_) {
    if (noted) notes_.emplace(&question.catalog, &plan_, question.unit);
  }
  FormMaker(const FormMaker&) = delete;
  FormMaker& operator=(const FormMaker&) = delete;

  const FormPlan& plan() const { return plan_; }

  void Absorb(const UnitFigures& figures, std::size_t window) {
    totals_[window].Add(figures.table());
    if (figures.unit().code == question_.unit->code) totals_[window].TakeOnce(figures.table());
    counts_.Absorb(figures, window);
    if (notes_) notes_->Absorb(figures, window);
  }
  void AbsorbOwn(const UnitFigures& figures, std::size_t window) {
    totals_[window].TakeOnce(figures.table());
    if (notes_) notes_->AbsorbOwn(figures, window);
  }

  Report Fill() const {
    Report report;
    report.form = &form_;
    report.unit = question_.unit->code;
    report.unit_name = question_.unit->name;
    report.period = question_.period;
    const UnitKind* kind = question_.catalog.KindOf(*question_.unit);
    report.rows = RowFiller(&question_.catalog, &plan_, kind, &totals_, &counts_, notes_ ? &*notes_ : nullptr, options_).Rows();
    report.rate_definitions = RateDefinitions(question_.catalog, form_, options_);
    return report;
  }

 private:
  const Question& question_;
  const Form& form_;
  const FormOptions options_;
  const FormPlan plan_;
  std::vector<FigureTable> totals_;
  UnitCounts counts_;
  std::optional<NoteBook> notes_;
};

// Reads the recording units one after another, so that an area of any size needs the memory of one unit, and shows
// each one's figures of the reported period to `check`; then the reported unit's own, where it records without a desk.
absl::Status Gather(const Question& question, FormMaker* maker, Coverage* coverage,
                    const std::function<void(const UnitFigures&)>& check) {
  const auto& [catalog, facts, area, reported, calendar] = question;
  const FormPlan& plan = maker->plan();
  const Reading reading{.by_weekday = plan.by_weekday};
  for (const auto& [code, unit] : UnitsIn(question, plan.windows)) {
    MOTCUA_ASSIGN_OR_RETURN(std::vector<UnitFigures> figures,
                            UnitFigures::ReadEach(catalog, facts, *unit.first, plan.windows, reading));
    for (std::size_t window = 0; window < figures.size(); ++window) {
      if (!unit.second[window]) continue;
      const std::string period = absl::StrCat(calendar, "/", plan.periods[window]->id);
      MOTCUA_ASSIGN_OR_RETURN(const UnitState state, facts.StateOf(code, period, plan.windows[window].from,
                                                                   plan.windows[window].to));
      if (state == UnitState::kSubmittedZero) figures[window].MarkNothingToReport();
      if (window == 0) {
        CountUnit(figures[window], state, coverage);
        check(figures[window]);
      }
      maker->Absorb(figures[window], window);
    }
  }
  if (!catalog.KindOf(*area)->consolidates) return absl::OkStatus();
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitFigures> own,
                          UnitFigures::ReadEach(catalog, facts, *area, plan.windows, reading));
  check(own.front());
  for (std::size_t window = 0; window < own.size(); ++window) maker->AbsorbOwn(own[window], window);
  return absl::OkStatus();
}

bool IsCarriedOver(const Quantity& quantity) {
  if (quantity.terms.size() != 1) return false;
  const Term& term = quantity.terms.front();
  return term.measure == "carried_over" && term.coefficient == 1 && term.count == Count::kSum && term.row.empty();
}

Quantity Closing(const Quantity& quantity) {
  if (!IsCarriedOver(quantity)) return {};
  Quantity pending = quantity;
  pending.terms.front().measure = "pending";
  return pending;
}

// The form with nothing but, in place of its carried-over, what was in hand at the end.
Form ClosingForm(const Form& form) {
  Form closing = form;
  for (FormRow& row : closing.rows) {
    row.quantity = Closing(row.quantity);
    row.rate.clear();
  }
  for (FormColumn& column : closing.columns) {
    column.quantity = Closing(column.quantity);
    column.rate.clear();
    column.period.clear();
  }
  return closing;
}

std::string CarriedNote(const FrozenClosing& closing, int64_t closed, int64_t carried) {
  return Say(absl::StrCat("Kỳ trước (", closing.period, ") chốt bản ", closing.revision, ": ", GroupedNumber(closed),
                          "; nay theo sổ: ", GroupedNumber(carried)),
             absl::StrCat("The period before (", closing.period, ") was locked at revision ", closing.revision, " with ",
                          GroupedNumber(closed), "; by the ledger it is ", GroupedNumber(carried), " now"));
}

// Both numbers where the carried-over is no longer what the period before was closed with.
absl::Status NoteClosing(const FrozenClosing& closing, Report* report) {
  MOTCUA_ASSIGN_OR_RETURN(const Question question, Resolve(*closing.catalog, *closing.facts, report->unit,
                                                           report->form->calendar, closing.period));
  const Form form = ClosingForm(*report->form);
  FormMaker maker(question, form, {}, false);
  Coverage coverage;
  MOTCUA_RETURN_IF_ERROR(Gather(question, &maker, &coverage, [](const UnitFigures&) {}));
  std::map<std::string, ReportRow> closed;
  for (ReportRow& row : maker.Fill().rows) closed.emplace(row.id, std::move(row));
  for (ReportRow& row : report->rows) {
    const auto of_form = std::find_if(report->form->rows.begin(), report->form->rows.end(), [&](const FormRow& known) {
      return row.id == known.id || (known.per_field && row.id.rfind(known.id + "/", 0) == 0);
    });
    const auto was = closed.find(row.id);
    if (of_form == report->form->rows.end() || was == closed.end()) continue;
    for (std::size_t i = 0; i < row.figures.size(); ++i) {
      const FormColumn& column = report->form->columns[i];
      Figure& figure = row.figures[i];
      const Figure& before = was->second.figures[i];
      const bool both = figure.kind == Figure::Kind::kNumber && before.kind == Figure::Kind::kNumber;
      if (!both || !column.period.empty() || !IsCarriedOver(QuantityAt(*of_form, column))) continue;
      if (figure.number == before.number) continue;
      const std::string note = CarriedNote(closing, before.number, figure.number);
      figure.note = figure.note.empty() ? note : absl::StrCat(note, ". ", figure.note);
    }
  }
  return absl::OkStatus();
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
                                  const std::string& unit, const std::string& period, const FormOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const Form* form, FindFormNamed(catalog, form_id));
  MOTCUA_ASSIGN_OR_RETURN(const Question question, Resolve(catalog, facts, unit, form->calendar, period));
  MOTCUA_RETURN_IF_ERROR(CheckInForce(*form, *question.period));
  Coverage coverage;
  FormMaker maker(question, *form, options, true);
  UnitRules rules(&catalog);
  std::vector<Finding> findings;
  MOTCUA_RETURN_IF_ERROR(Gather(question, &maker, &coverage, [&](const UnitFigures& figures) {
    rules.Check(figures, question.PeriodName(), &findings);
  }));
  Report report = maker.Fill();
  report.coverage = std::move(coverage);
  if (options.closing != nullptr) MOTCUA_RETURN_IF_ERROR(NoteClosing(*options.closing, &report));
  CheckForm(catalog, report, &findings);
  SortFindings(&findings);
  report.findings = std::move(findings);
  return report;
}

absl::StatusOr<std::vector<Finding>> CheckPeriod(const Catalog& catalog, const FactSource& facts,
                                                 const std::string& unit, const std::string& calendar,
                                                 const std::string& period) {
  MOTCUA_ASSIGN_OR_RETURN(const Question question, Resolve(catalog, facts, unit, calendar, period));
  const Form none;  // for a calendar without forms: its units are judged all the same
  std::vector<const Form*> forms;
  for (const Form& form : catalog.data().forms) {
    if (form.calendar == calendar && CheckInForce(form, *question.period).ok()) forms.push_back(&form);
  }
  if (forms.empty()) forms.push_back(&none);
  UnitRules rules(&catalog);
  std::vector<Finding> findings;
  for (const Form* form : forms) {
    FormMaker maker(question, *form, {}, false);
    Coverage coverage;
    MOTCUA_RETURN_IF_ERROR(Gather(question, &maker, &coverage, [&](const UnitFigures& figures) {
      if (form == forms.front()) rules.Check(figures, question.PeriodName(), &findings);
    }));
    CheckForm(catalog, maker.Fill(), &findings);
  }
  SortFindings(&findings);
  return findings;
}

}  // namespace motcua
