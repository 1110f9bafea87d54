#include "common/report/figure_trail.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/strip.h"
#include "common/base/language.h"
#include "common/report/figure_table.h"
#include "common/report/form_plan.h"
#include "common/report/measures.h"
#include "common/report/selection.h"
#include "common/report/unit_figures.h"

namespace motcua {
namespace {

// A term of the figure with everything that narrows it.
struct TracedTerm {
  const Term* term;
  std::vector<const Filter*> filters;
};

absl::Status NoRow(absl::string_view what_vi, absl::string_view what_en, const FigureQuestion& question, const std::string& id) {
  return absl::NotFoundError(
      Say(absl::StrCat("Báo cáo không có ", what_vi, " ", Quoted(id), "; xem report --form ", question.form, " --rows."),
          absl::StrCat("The report has no ", what_en, " ", Quoted(id), "; see report --form ", question.form, " --rows.")));
}

// The parts of one figure: the row's or the column's quantity, or both sides of its rate, other rows resolved.
class PartsOfFigure {
 public:
  PartsOfFigure(const Catalog& catalog, const Form& form, const FormColumn& column, const Filter* field)
      : catalog_(catalog), form_(form), column_(column), field_(field) {}

  std::vector<TracedTerm> Of(const FormRow& row, const Rate* rate) {
    if (rate != nullptr) {
      Add(rate->numerator, row);
      Add(rate->denominator, row);
    } else {
      Add(QuantityAt(row, column_), row);
    }
    return std::move(parts_);
  }

 private:
  void Add(const Quantity& quantity, const FormRow& row) {
    for (const Term& term : quantity.terms) {
      if (term.row.empty()) {
        parts_.push_back({&term, {&row.filter, &column_.filter, &term.filter, field_}});
        continue;
      }
      for (const FormRow& other : form_.rows) {
        if (other.id == term.row) Add(QuantityAt(other, column_), other);
      }
    }
  }

  const Catalog& catalog_;
  const Form& form_;
  const FormColumn& column_;
  const Filter* field_;
  std::vector<TracedTerm> parts_;
};

// Which facts of one unit count for one part.
class PartFilter {
 public:
  PartFilter(const Catalog& catalog, const TracedTerm& part, const FigureTable* area)
      : term_(*part.term), form_(Expand(catalog, part.term->measure)), measures_(catalog.data().measures.data()) {
    for (const Filter* filter : part.filters) selections_.emplace_back(catalog, *filter, area);
  }

  bool PassesKind(const UnitKind* kind) const {
    return std::all_of(selections_.begin(), selections_.end(), [&](const Selection& s) { return s.PassesKind(kind); });
  }
  bool Passes(const Measure& measure, const Procedure* procedure, const Channel* channel, int weekday) const {
    if (measure.once) return &measure == form_.base;
    return std::all_of(selections_.begin(), selections_.end(),
                       [&](const Selection& s) { return s.Passes(procedure, channel, weekday); });
  }
  // As a figure of the period.
  bool CountsInPeriod(const Measure& measure) const {
    return form_.base == &measure || form_.signs[static_cast<std::size_t>(&measure - measures_)] != 0;
  }
  bool CarriesOver() const { return form_.carried_over != 0; }

 private:
  const Term& term_;
  const LinearForm form_;
  const Measure* measures_;
  std::vector<Selection> selections_;
};

// Goes through the facts of one unit and keeps the cells that count.
class UnitTrail {
 public:
  UnitTrail(const Catalog& catalog, const Unit& unit, bool once, Window window, const std::vector<PartFilter>& parts)
      : catalog_(catalog), unit_(unit), once_(once), window_(window) {
    for (const PartFilter& part : parts) {
      if (once || part.PassesKind(catalog.KindOf(unit))) parts_.push_back(&part);
    }
  }

  absl::Status Read(const FactSource& facts, std::set<Cell>* cells) {
    if (parts_.empty()) return absl::OkStatus();
    MOTCUA_RETURN_IF_ERROR(
        facts.ForEachFact(unit_.code, kDayMin, window_.to, [&](const Fact& fact) { Take(fact, cells); }));
    for (const auto& [place, observed] : observations_) cells->insert(observed);
    for (const auto& [place, opening] : openings_) {
      // The first opening begins the stock where nothing was recorded before it.
      if (first_day_.at(place) == opening.day) cells->insert(opening);
    }
    return absl::OkStatus();
  }

 private:
  using Place = std::pair<const Procedure*, const Channel*>;

  void Take(const Fact& fact, std::set<Cell>* cells) {
    const Measure* measure = catalog_.FindMeasure(fact.measure);
    if (measure == nullptr || fact.value == nullptr || measure->once != once_) return;
    const Procedure* procedure = measure->desk_wide ? nullptr : catalog_.FindProcedure(fact.procedure);
    const Channel* channel = measure->desk_wide ? nullptr : catalog_.FindChannel(fact.channel);
    if (!measure->desk_wide && (procedure == nullptr || channel == nullptr)) return;
    const Cell cell{unit_.code, fact.day, std::string(fact.procedure), std::string(fact.channel), measure->code};
    const Place place(procedure, channel);
    Day& first = first_day_.try_emplace(place, fact.day).first->second;
    first = std::min(first, fact.day);
    for (const PartFilter* part : parts_) {
      if (part->Passes(*measure, procedure, channel, WeekdayOf(fact.day))) TakeFor(*part, *measure, place, cell, cells);
    }
  }

  void TakeFor(const PartFilter& part, const Measure& measure, const Place& place, const Cell& cell, std::set<Cell>* cells) {
    const bool inside = cell.day >= window_.from;
    if (part.CarriesOver() && measure.code == kOpening) {
      const auto [at, fresh] = openings_.try_emplace(place, cell);
      if (!fresh && cell.day < at->second.day) at->second = cell;
    }
    if (part.CarriesOver() && StockSign(measure.code) != 0 && !inside) cells->insert(cell);
    if (!part.CountsInPeriod(measure)) return;
    if (measure.nature() == MeasureNature::kCounter) {
      if (inside) cells->insert(cell);
      return;
    }
    if (!inside && !measure.until_changed) return;
    const auto [at, fresh] = observations_.try_emplace({&measure, place.first, place.second}, cell);
    if (!fresh && cell.day >= at->second.day) at->second = cell;
  }

  const Catalog& catalog_;
  const Unit& unit_;
  const bool once_;
  const Window window_;
  std::vector<const PartFilter*> parts_;
  std::map<std::tuple<const Measure*, const Procedure*, const Channel*>, Cell> observations_;  // the last one counts
  std::map<Place, Cell> openings_;
  std::map<Place, Day> first_day_;
};

// The area's figures, which `with_dossiers_by` asks for.
absl::StatusOr<FigureTable> AreaFigures(const Catalog& catalog, const FactSource& facts,
                                        const std::vector<const Unit*>& units, Window window) {
  FigureTable total(&catalog);
  for (const Unit* unit : units) {
    MOTCUA_ASSIGN_OR_RETURN(const UnitFigures figures,
                            UnitFigures::Read(catalog, facts, *unit, window.from, window.to));
    total.Add(figures.table());
  }
  return total;
}

struct Place {
  const FormRow* row = nullptr;
  std::size_t column = 0;
  const Field* field = nullptr;
  const Rate* rate = nullptr;  // what the printed figure is a rate of, if it is one
};

absl::StatusOr<Place> FindPlace(const Catalog& catalog, const Form& form, const FigureQuestion& question) {
  Place place;
  const auto column = std::find_if(form.columns.begin(), form.columns.end(),
                                   [&](const FormColumn& c) { return c.id == question.column; });
  if (column == form.columns.end()) return NoRow("cột", "column", question, question.column);
  place.column = static_cast<std::size_t>(column - form.columns.begin());
  const std::string id = question.row.substr(0, question.row.find('@'));
  for (const FormRow& row : form.rows) {
    if (row.id == id) place.row = &row;
    if (place.row != nullptr || !row.per_field) continue;
    absl::string_view field = id;
    if (absl::ConsumePrefix(&field, row.id + "/") && catalog.FindField(field) != nullptr) {
      place.row = &row;
      place.field = catalog.FindField(field);
    }
  }
  if (place.row == nullptr) return NoRow("hàng", "row", question, question.row);
  place.rate = id == question.row ? catalog.RateAt(*place.row, *column) : catalog.FindRate(question.row.substr(id.size() + 1));
  return place;
}

}  // namespace

absl::StatusOr<FigureTrail> TraceFigure(const Catalog& catalog, const FactSource& facts, const FigureQuestion& question) {
  FormOptions options;
  options.compare_rates = question.row.find('@') != std::string::npos;
  MOTCUA_ASSIGN_OR_RETURN(const Report report,
                          MakeReport(catalog, facts, question.form, question.unit, question.period, options));
  const Form& form = *report.form;
  MOTCUA_ASSIGN_OR_RETURN(const Place place, FindPlace(catalog, form, question));
  const auto printed = std::find_if(report.rows.begin(), report.rows.end(),
                                    [&](const ReportRow& row) { return row.id == question.row; });
  if (printed == report.rows.end()) return NoRow("hàng", "row", question, question.row);
  FigureTrail trail{printed->label, printed->figures[place.column], {}};
  const FormPlan plan(catalog, form, *report.period);
  if (trail.figure.kind == Figure::Kind::kUnknown || trail.figure.kind == Figure::Kind::kNotInRemit ||
      !plan.Fills(place.column) || form.columns[place.column].target) {
    return trail;
  }
  const Window window = plan.windows[plan.column_windows[place.column]];
  const std::vector<const Unit*> units = catalog.RecordingUnits(question.unit, window.from, window.to);
  MOTCUA_ASSIGN_OR_RETURN(const FigureTable area, AreaFigures(catalog, facts, units, window));
  Filter of_field;
  if (place.field != nullptr) of_field.fields = {place.field->id};
  std::vector<PartFilter> parts;
  for (const TracedTerm& part : PartsOfFigure(catalog, form, form.columns[place.column], &of_field).Of(*place.row, place.rate)) {
    if (!part.term->measure.empty()) parts.emplace_back(catalog, part, &area);
  }
  std::set<Cell> cells;
  for (const Unit* unit : units) {
    MOTCUA_RETURN_IF_ERROR(UnitTrail(catalog, *unit, false, window, parts).Read(facts, &cells));
  }
  const Unit* own = catalog.FindUnit(question.unit, report.period->to);
  if (own == nullptr) own = catalog.FindUnit(question.unit);
  MOTCUA_RETURN_IF_ERROR(UnitTrail(catalog, *own, true, window, parts).Read(facts, &cells));
  trail.cells.assign(cells.begin(), cells.end());
  return trail;
}

}  // namespace motcua
