#include "common/report/measures.h"

#include <algorithm>
#include <array>

#include "common/base/language.h"

namespace motcua {
namespace {

using Parts = std::span<const SignedMeasure>;

// Every form below is the beginning of this list, or a piece of it: carried over, what came in, what was settled,
// what left otherwise, and what of the rest is not "in term".
constexpr std::array<SignedMeasure, 10> kBalance = {{{kCarriedOver, 1},
                                                     {"received", 1},
                                                     {"resolved_early", -1},
                                                     {"resolved_on_time", -1},
                                                     {"resolved_late", -1},
                                                     {"refused", -1},
                                                     {"withdrawn", -1},
                                                     {"stopped", -1},
                                                     {"pending_overdue", -1},
                                                     {"suspended", -1}}};
constexpr std::array<SignedMeasure, 3> kResolved = {{{"resolved_early"}, {"resolved_on_time"}, {"resolved_late"}}};
constexpr std::array<SignedMeasure, 3> kLateBySystem = {
    {{"late_cause_line"}, {"late_cause_not_closed"}, {"late_cause_software"}}};

constexpr std::array<absl::string_view, 6> kDerived = {kCarriedOver, "to_handle",       "resolved",
                                                       "pending",    "pending_in_term", "late_by_system_only"};

Parts DerivedParts(absl::string_view code) {
  const Parts balance(kBalance);
  if (code == kCarriedOver) return balance.first(1);
  if (code == "to_handle") return balance.first(2);
  if (code == "pending") return balance.first(8);
  if (code == "pending_in_term") return balance;
  if (code == "resolved") return kResolved;
  if (code == "late_by_system_only") return kLateBySystem;
  return {};
}

}  // namespace

std::span<const absl::string_view> DerivedCodes() { return kDerived; }

bool IsDerived(absl::string_view code) { return std::find(kDerived.begin(), kDerived.end(), code) != kDerived.end(); }

std::vector<SignedMeasure> PartsOf(absl::string_view code) {
  if (!IsDerived(code)) return {{code, 1}};
  const Parts parts = DerivedParts(code);
  return {parts.begin(), parts.end()};
}

int StockSign(absl::string_view code) {
  const auto at = std::find_if(kBalance.begin() + 1, kBalance.begin() + 8,
                               [&](const SignedMeasure& part) { return part.measure == code; });
  return at == kBalance.begin() + 8 ? 0 : at->sign;
}

bool CountsZeroUnobserved(absl::string_view code) { return code == "pending_overdue" || code == "suspended"; }

std::string MeasureName(const Catalog& catalog, absl::string_view code) {
  if (const Measure* measure = catalog.FindMeasure(code); measure != nullptr) return measure->name.Text();
  if (code == kCarriedOver) return Say("Kỳ trước chuyển qua", "Carried over");
  if (code == "to_handle") return Say("Phải giải quyết", "To handle");
  if (code == "resolved") return Say("Đã giải quyết", "Resolved");
  if (code == "pending") return Say("Đang giải quyết", "In hand");
  if (code == "pending_in_term") return Say("Đang giải quyết trong hạn", "In hand, in term");
  if (code == "late_by_system_only") return Say("Quá hạn chỉ do hệ thống", "Late by the system only");
  return std::string(code);
}

}  // namespace motcua
