#include "common/report/row_filler.h"

#include <algorithm>

#include "common/base/language.h"
#include "common/report/rate.h"

namespace motcua {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

void AppendNote(const std::string& text, Figure* figure) {
  if (text.empty()) return;
  figure->note = figure->note.empty() ? text : absl::StrCat(text, ". ", figure->note);
}

void MarkProvisional(const Total& sum, Figure* figure) {
  if (!sum.provisional) return;
  AppendNote(Say("Tạm tính: có ô số liệu chưa thống nhất", "Provisional: cells in it await a decision"), figure);
}

}  // namespace

RowFiller::RowFiller(const Catalog* catalog, const FormPlan* plan, const UnitKind* area,
                     const std::vector<FigureTable>* totals, const UnitCounts* counts, const NoteBook* notes,
                     const FormOptions& options)
    : catalog_(*catalog),
      plan_(*plan),
      form_(*plan->form),
      area_(area),
      totals_(*totals),
      counts_(*counts),
      notes_(notes),
      options_(options) {
  for (const FigureTable& total : *totals) resolvers_.push_back(std::make_unique<Resolver>(catalog, &total));
  for (std::size_t row = 0; row < form_.rows.size(); ++row) rows_.emplace(form_.rows[row].id, row);
}

std::vector<ReportRow> RowFiller::Rows() {
  std::vector<ReportRow> rows;
  for (std::size_t i = 0; i < form_.rows.size(); ++i) {
    AppendRow({i, nullptr}, &rows);
    if (!form_.rows[i].per_field) continue;
    for (const Field* field : FieldsShown(form_.rows[i])) AppendRow({i, field}, &rows);
  }
  return rows;
}

void RowFiller::AppendRow(const At& at, std::vector<ReportRow>* rows) {
  const FormRow& form_row = RowOf(at);
  ReportRow row;
  row.id = at.field == nullptr ? form_row.id : absl::StrCat(form_row.id, "/", at.field->id);
  row.label = at.field == nullptr ? form_row.label.Text() : at.field->name.Text();
  row.indent = form_row.indent + (at.field == nullptr ? 0 : 1);
  row.unit_label = form_row.unit.Text();
  for (std::size_t column = 0; column < form_.columns.size(); ++column) {
    Figure figure = FigureAt(at, column);
    const bool noted = notes_ != nullptr && at.field == nullptr && plan_.Fills(column) && Concerns(form_row);
    if (noted) {
      const std::size_t window = plan_.column_windows[column];
      AppendNote(notes_->NoteAt(at.row, column, totals_[window], *resolvers_[window]), &figure);
    }
    row.figures.push_back(std::move(figure));
  }
  rows->push_back(std::move(row));
  if (options_.compare_rates) AppendOtherRates(at, ReportRow(rows->back()), rows);
}

// One row for each other definition of the families of the row's rates.
void RowFiller::AppendOtherRates(const At& at, const ReportRow& row, std::vector<ReportRow>* rows) {
  for (const Rate& rate : catalog_.data().rates) {
    if (rate.family.empty()) continue;
    ReportRow other{absl::StrCat(row.id, "@", rate.id), rate.name.Text(), row.indent + 1, row.unit_label, {}};
    bool any = false;
    for (std::size_t column = 0; column < form_.columns.size(); ++column) {
      const Rate* printed = catalog_.RateAt(RowOf(at), form_.columns[column]);
      const bool compares = printed != nullptr && printed != &rate && printed->family == rate.family;
      any = any || compares;
      const bool filled = compares && plan_.Fills(column) && Concerns(RowOf(at));
      other.figures.push_back(filled ? RateFigureOf(rate, at, column) : Figure());
    }
    if (any) rows->push_back(std::move(other));
  }
}

// A field has a row where it has figures, or where some unit of the area may record it.
std::vector<const Field*> RowFiller::FieldsShown(const FormRow& row) {
  std::vector<const Field*> shown;
  for (const Field& field : catalog_.data().fields) {
    if (HasFigures(row, field) || InRemit(row, field)) shown.push_back(&field);
  }
  return shown;
}

bool RowFiller::HasFigures(const FormRow& row, const Field& field) {
  for (std::size_t window = 0; window < totals_.size(); ++window) {
    const Selection* const selections[] = {&resolvers_[window]->Of(row.filter)};
    const std::vector<PairFigures>& pairs = totals_[window].pairs();
    const bool any = std::any_of(pairs.begin(), pairs.end(), [&](const PairFigures& pair) {
      return pair.procedure != nullptr && pair.procedure->field == field.id && totals_[window].Passes(pair, selections);
    });
    if (any) return true;
  }
  return false;
}

bool RowFiller::InRemit(const FormRow& row, const Field& field) {
  Filter without_channels = row.filter;
  without_channels.channels.clear();
  without_channels.weekdays.clear();
  const Selection remit(catalog_, without_channels, &totals_.front());
  const Window& window = plan_.windows.front();
  for (const Procedure& procedure : catalog_.data().procedures) {
    if (procedure.field != field.id || !remit.Passes(&procedure, nullptr, 0)) continue;
    if (procedure.valid_from.value_or(kDayMin) > window.to || procedure.valid_to.value_or(kDayMax) < window.from) continue;
    for (const FigureTable::Group& group : totals_.front().groups()) {
      if (!remit.PassesKind(group.kind)) continue;
      if (procedure.levels.empty() || Has(procedure.levels, group.kind->level)) return true;
    }
  }
  return false;
}

bool RowFiller::Concerns(const FormRow& row) const {
  return row.remit_kinds.empty() || (area_ != nullptr && Has(row.remit_kinds, area_->id));
}

Figure RowFiller::FigureAt(const At& at, std::size_t column) {
  const FormRow& form_row = RowOf(at);
  const FormColumn& form_column = form_.columns[column];
  Figure figure;
  if (form_row.heading) return figure;
  if (!Concerns(form_row)) {
    figure.kind = Figure::Kind::kNotInRemit;
    return figure;
  }
  if (form_column.target) {
    if (!form_row.target.empty()) figure.kind = Figure::Kind::kDecimal;
    figure.text = form_row.target;
    return figure;
  }
  if (!plan_.Fills(column)) return figure;
  if (const Rate* rate = catalog_.RateAt(form_row, form_column); rate != nullptr) return RateFigureOf(*rate, at, column);
  if (catalog_.WordsAt(form_row, form_column) != nullptr) return WordsAt(at, column);
  const Total sum = Evaluate(QuantityAt(form_row, form_column), at, column);
  if (!sum.known) return figure;
  figure.kind = Figure::Kind::kNumber;
  figure.number = sum.value;
  MarkProvisional(sum, &figure);
  return figure;
}

Figure RowFiller::WordsAt(const At& at, std::size_t column) const {
  Figure figure;
  if (notes_ == nullptr) return figure;
  figure.text = notes_->TextAt(at.row, column);
  if (!figure.text.empty()) figure.kind = Figure::Kind::kText;
  return figure;
}

Figure RowFiller::RateFigureOf(const Rate& rate, const At& at, std::size_t column) {
  const Total numerator = Evaluate(rate.numerator, at, column);
  const Total denominator = Evaluate(rate.denominator, at, column);
  Figure figure;
  if (!numerator.known || !denominator.known) return figure;
  figure.kind = Figure::Kind::kRate;
  figure.rate = {numerator.value, denominator.value, absl::StrCat(rate.id, " v", rate.version), 0, 0};
  const std::size_t window = plan_.column_windows[column];
  const Selection* const selections[] = {&resolvers_[window]->Of(RowOf(at).filter),
                                         &resolvers_[window]->Of(form_.columns[column].filter)};
  for (const FigureTable::Group& group : totals_[window].groups()) {
    if (!totals_[window].GroupPasses(group, selections)) continue;
    figure.rate.units_expected += group.units;
    figure.rate.units_with_data += group.units_with_data;
  }
  const int decimals = RowOf(at).rate_decimals.value_or(form_.rate_decimals);
  if (denominator.value != 0) figure.text = PercentText(numerator.value, denominator.value, decimals);
  MarkProvisional(numerator, &figure);
  if (!numerator.provisional) MarkProvisional(denominator, &figure);
  return figure;
}

Total RowFiller::Evaluate(const Quantity& quantity, const At& at, std::size_t column) {
  const std::size_t window = plan_.column_windows[column];
  Resolver& resolver = *resolvers_[window];
  const Selection* selections[3] = {&resolver.Of(RowOf(at).filter), &resolver.Of(form_.columns[column].filter), nullptr};
  std::size_t count = 2;
  if (at.field != nullptr) {
    std::unique_ptr<Selection>& of = of_field_[at.field];
    if (of == nullptr) of = std::make_unique<Selection>(catalog_, Filter{.fields = {at.field->id}});
    selections[count++] = of.get();
  }
  Total sum;
  for (const Term& term : quantity.terms) {
    Total part;
    if (!term.row.empty()) {
      part = OfRow(term.row, at, column);
    } else if (term.count == Count::kUnits) {
      part = counts_.Of(term, at.row, column);
    } else {
      part = totals_[window].Evaluate(term, resolver, {selections, count});
    }
    sum.Add(part, term.coefficient);
  }
  return sum;
}

// The other row's quantity under its own filter, of the same column and field.
Total RowFiller::OfRow(const std::string& row, const At& at, std::size_t column) {
  const At other{rows_.find(row)->second, at.field};
  if (!Concerns(RowOf(other))) return {};
  const auto key = std::make_tuple(other.row, column, at.field);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const Total sum = Evaluate(QuantityAt(RowOf(other), form_.columns[column]), other, column);
  known_.emplace(key, sum);
  return sum;
}

}  // namespace motcua
