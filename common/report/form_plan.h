// FormPlan: which days each column of a form is about, for one reported period. Column periods that end later than the
// reported one are not filled yet.
//
// Threads: a plain value. Lifetime: catalog and form must outlive it.
#pragma once

#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/unit_figures.h"

namespace motcua {

struct FormPlan {
  static constexpr std::size_t kNotFilled = static_cast<std::size_t>(-1);

  FormPlan(const Catalog& catalog, const Form& form, const Period& reported);

  bool Fills(std::size_t column) const { return column_windows[column] != kNotFilled; }

  const Form* form;
  std::vector<const Period*> periods;       // the reported one first
  std::vector<Window> windows;              // their days
  std::vector<std::size_t> column_windows;  // by column: index into the two above, or kNotFilled
  std::size_t note_column = 0;              // where notes that belong to the whole row stand: the first of the reported period,
                                            // else the last one filled
  bool by_weekday = false;                  // some filter asks for weekdays
};

}  // namespace motcua
