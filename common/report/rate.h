// Rates are computed from summed counts, exactly, and rounded only to be printed.
#pragma once

#include <cstdint>
#include <string>

namespace motcua {

// numerator / denominator in percent with `decimals` digits behind the point, rounded half away from zero:
// PercentText(51052, 51195, 2) is "99.72". The denominator must not be 0; decimals 0 to 10.
std::string PercentText(int64_t numerator, int64_t denominator, int decimals);

}  // namespace motcua
