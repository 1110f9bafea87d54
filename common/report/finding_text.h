// How a broken rule is told, whatever it was found in.
//
// Threads: pure functions. Texts are in the current language.
#pragma once

#include <string>
#include <vector>

#include "common/report/report.h"

namespace motcua {

bool Holds(Compare compare, int64_t left, int64_t right);
// A finding of `rule` with both sides, times 10^decimals; its place is for the caller to fill in.
Finding FindingOf(const Rule& rule, const std::string& unit, const std::string& period, int64_t left, int64_t right,
                  int decimals = 0);
// "Phường Giảng Võ, Trực tiếp (18 ≠ 19): <the rule's sentence>"; empty places are left out.
std::string FindingMessage(const Rule& rule, const std::vector<std::string>& where, const Finding& finding);
// `scaled` / 10^decimals with all its digits, plain: "99.72".
std::string DecimalText(int64_t scaled, int decimals);

}  // namespace motcua
