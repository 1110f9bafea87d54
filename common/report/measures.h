// The measures that every report knows by name: what the derived ones are made of, and what moves the stock in
// hand. `refused_at_reception` appears nowhere here: such a dossier never came in.
#pragma once

#include <span>
#include <string>

#include "common/catalog/catalog.h"

namespace motcua {

inline constexpr absl::string_view kCarriedOver = "carried_over";
inline constexpr absl::string_view kOpening = "opening";

struct SignedMeasure {
  absl::string_view measure;  // a base code, or carried_over
  int sign = 1;
};

// The derived codes, in the order people read them.
std::span<const absl::string_view> DerivedCodes();
bool IsDerived(absl::string_view code);
// What a derived code is the sum of; a base code is the sum of itself.
std::vector<SignedMeasure> PartsOf(absl::string_view code);
// +1 for what comes in, −1 for what leaves, 0 for what does not touch the stock in hand.
int StockSign(absl::string_view code);
// pending_overdue and suspended count 0 when nobody observed them.
bool CountsZeroUnobserved(absl::string_view code);
// The name in the current language, of base and derived measures alike.
std::string MeasureName(const Catalog& catalog, absl::string_view code);

}  // namespace motcua
