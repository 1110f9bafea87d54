#include "hub/core/entry_check.h"

#include "absl/strings/str_cat.h"

namespace motcua {
namespace {

std::string Both(absl::string_view vi, absl::string_view en) { return absl::StrCat(vi, " / ", en); }

bool FitsKind(const Value& value, const Measure& measure) {
  if (std::holds_alternative<std::monostate>(value)) return measure.nature() == MeasureNature::kRegister;
  const bool worded = measure.kind == MeasureKind::kChoice || measure.kind == MeasureKind::kText;
  return std::holds_alternative<std::string>(value) == worded;
}

}  // namespace

std::optional<std::string> ForeignReason(const Entry& entry, const std::string& unit, Role device_role) {
  const bool hub_only = entry.kind() == EntryKind::kExclude || entry.kind() == EntryKind::kReview ||
                        entry.kind() == EntryKind::kPeriod;
  if (hub_only || entry.role == Role::kHub) {
    return Both("Chỉ máy chủ tổng hợp mới được ghi lượt này.", "Only the hub may write this entry.");
  }
  if (entry.role > device_role) {
    return Both("Thiết bị không có vai trò ghi trong lượt này; hãy xin mã mới có vai trò đó.",
                "The device does not have the role stated in this entry; ask for a code with that role.");
  }
  const Cell* cell = entry.cell();
  if (cell != nullptr && cell->unit != unit) {
    return Both(
        absl::StrCat("Ô số liệu thuộc đơn vị ", cell->unit, ", không phải ", unit, "; hãy ghi ở đơn vị đó."),
        absl::StrCat("The cell belongs to unit ", cell->unit, ", not ", unit, "; record it there."));
  }
  return std::nullopt;
}

std::optional<std::string> MisfitReason(const Entry& entry, const Measure& measure) {
  const bool counter = measure.nature() == MeasureNature::kCounter;
  if (entry.kind() == EntryKind::kAdd) {
    if (counter) return std::nullopt;
    return Both(absl::StrCat("Chỉ tiêu ", measure.code, " không cộng dồn; hãy ghi lại bằng --set."),
                absl::StrCat("Measure ", measure.code, " is not added up; record it with --set."));
  }
  if (counter && entry.role < Role::kSupervisor) {
    return Both("Chỉ người phụ trách mới được sửa số của cả đơn vị; hãy nhờ người phụ trách.",
                "Only a supervisor may restate the unit's number; ask one.");
  }
  if (!FitsKind(std::get<RestateBody>(entry.body).value, measure)) {
    return Both(absl::StrCat("Giá trị không đúng loại của chỉ tiêu ", measure.code, "."),
                absl::StrCat("The value does not fit the kind of measure ", measure.code, "."));
  }
  return std::nullopt;
}

}  // namespace motcua
