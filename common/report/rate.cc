#include "common/report/rate.h"

#include "absl/strings/str_cat.h"
#include "common/base/invariant.h"

namespace motcua {
namespace {

// 2^63 × 100 × 10^10 needs 104 bits.
__extension__ using Wide = unsigned __int128;

Wide Magnitude(int64_t value) { return value < 0 ? Wide{0} - static_cast<Wide>(value) : static_cast<Wide>(value); }

std::string Digits(Wide value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace

std::string PercentText(int64_t numerator, int64_t denominator, int decimals) {
  MOTCUA_INVARIANT(denominator != 0 && decimals >= 0 && decimals <= 10, "0/0 is said in words, not computed");
  Wide scale = 100;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const Wide below = Magnitude(denominator);
  const Wide rounded = (Magnitude(numerator) * scale * 2 + below) / (below * 2);
  std::string digits = Digits(rounded);
  const std::size_t behind = static_cast<std::size_t>(decimals);
  if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
  if (behind > 0) digits.insert(digits.size() - behind, 1, '.');
  const bool negative = rounded != 0 && (numerator < 0) != (denominator < 0);
  return negative ? absl::StrCat("-", digits) : digits;
}

}  // namespace motcua
