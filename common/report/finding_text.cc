#include "common/report/finding_text.h"

#include "absl/strings/str_join.h"
#include "common/base/language.h"

namespace motcua {
namespace {

// How the two sides stand to each other when the rule is broken.
absl::string_view Sign(Compare compare, int64_t left, int64_t right) {
  if (compare == Compare::kEqual || compare == Compare::kRate) return "≠";
  return left < right ? "<" : ">";
}

std::string SideText(int64_t scaled, int decimals) {
  return decimals == 0 ? GroupedNumber(scaled) : LocalizedDecimal(DecimalText(scaled, decimals));
}

}  // namespace

bool Holds(Compare compare, int64_t left, int64_t right) {
  switch (compare) {
    case Compare::kEqual: return left == right;
    case Compare::kAtMost: return left <= right;
    case Compare::kAtLeast: return left >= right;
    case Compare::kRate: return true;  // not between numbers
  }
  return true;
}

Finding FindingOf(const Rule& rule, const std::string& unit, const std::string& period, int64_t left, int64_t right,
                  int decimals) {
  Finding finding;
  finding.rule = rule.rule;
  finding.rule_version = rule.version;
  finding.unit = unit;
  finding.period = period;
  finding.severity = rule.severity;
  finding.left = left;
  finding.right = right;
  finding.decimals = decimals;
  return finding;
}

std::string FindingMessage(const Rule& rule, const std::vector<std::string>& where, const Finding& finding) {
  std::vector<std::string> places;
  for (const std::string& place : where) {
    if (!place.empty()) places.push_back(place);
  }
  return absl::StrCat(absl::StrJoin(places, ", "), " (", SideText(finding.left, finding.decimals), " ",
                      Sign(rule.compare, finding.left, finding.right), " ",
                      finding.right_known ? SideText(finding.right, finding.decimals) : "–",
                      "): ", rule.message.Text());
}

std::string DecimalText(int64_t scaled, int decimals) {
  const bool negative = scaled < 0;
  std::string digits = absl::StrCat(negative ? uint64_t{0} - static_cast<uint64_t>(scaled) : static_cast<uint64_t>(scaled));
  const std::size_t behind = static_cast<std::size_t>(decimals);
  if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
  if (behind > 0) digits.insert(digits.size() - behind, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace motcua
