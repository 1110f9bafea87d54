#include "common/report/form_plan.h"

#include <algorithm>

namespace motcua {
namespace {

bool AsksWeekdays(const Quantity& quantity) {
  return std::any_of(quantity.terms.begin(), quantity.terms.end(),
                     [](const Term& term) { return !term.filter.weekdays.empty(); });
}

template <typename T>
bool AsksWeekdays(const Catalog& catalog, const std::vector<T>& figures) {
  return std::any_of(figures.begin(), figures.end(), [&](const T& figure) {
    const Rate* rate = catalog.FindRate(figure.rate);
    return !figure.filter.weekdays.empty() || AsksWeekdays(figure.quantity) || AsksWeekdays(figure.note_quantity) ||
           (rate != nullptr && (AsksWeekdays(rate->numerator) || AsksWeekdays(rate->denominator)));
  });
}

}  // namespace

FormPlan::FormPlan(const Catalog& catalog, const Form& of_form, const Period& reported) : form(&of_form) {
  periods.push_back(&reported);
  bool noted = false;
  for (const FormColumn& column : form->columns) {
    const Period* period = column.period.empty() ? &reported : catalog.FindPeriod(form->calendar, column.period);
    if (period->to > reported.to) {
      column_windows.push_back(kNotFilled);
      continue;
    }
    const auto known = std::find(periods.begin(), periods.end(), period);
    column_windows.push_back(static_cast<std::size_t>(known - periods.begin()));
    if (known == periods.end()) periods.push_back(period);
    if (!noted && period == &reported && !column.target) {
      note_column = column_windows.size() - 1;
      noted = true;
    }
  }
  for (std::size_t column = 0; !noted && column < column_windows.size(); ++column) {
    if (Fills(column) && !form->columns[column].target) note_column = column;
  }
  for (const Period* period : periods) windows.push_back({period->from, period->to});
  by_weekday = AsksWeekdays(catalog, form->rows) || AsksWeekdays(catalog, form->columns);
}

}  // namespace motcua
