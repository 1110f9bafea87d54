#include "common/ledger/entry.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/base/status.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

constexpr std::size_t kDeviceDigits = 8;
constexpr std::size_t kH8Digits = 16;
constexpr std::size_t kCellParts = 5;

// Exactly `digits` hexadecimal digits and nothing else; either case, because people type names too.
bool ParseHex(absl::string_view text, std::size_t digits, uint64_t* value) {
  if (text.size() != digits) return false;
  *value = 0;
  for (char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return false;
    *value = (*value << 4) | static_cast<uint64_t>(digit);
  }
  return true;
}

// Decimal without sign, space or leading zero, at most kSeqMax.
bool ParseSeq(absl::string_view text, Seq* seq) {
  if (text.empty() || text.size() > 10 || (text.size() > 1 && text[0] == '0')) return false;
  uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  *seq = static_cast<Seq>(value);
  return value <= kSeqMax;
}

bool IsCodeOrEmpty(absl::string_view text) { return text.empty() || IsCode(text); }

}  // namespace

std::string FormatDevice(DeviceId device) { return absl::StrFormat("%08x", device.value); }

absl::StatusOr<DeviceId> ParseDevice(absl::string_view text) {
  uint64_t value = 0;
  if (!ParseHex(text, kDeviceDigits, &value)) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("\"", text, "\" không phải là mã thiết bị; mã gồm 8 chữ số thập lục phân, ví dụ 3f2a90c1."),
            absl::StrCat("\"", text, "\" is not a device; one has 8 hexadecimal digits, like 3f2a90c1.")));
  }
  return DeviceId{static_cast<uint32_t>(value)};
}

std::string FormatEntryName(const EntryName& name) {
  return absl::StrFormat("%08x-%d-%016x", name.device.value, name.seq, name.h8);
}

absl::StatusOr<EntryName> ParseEntryName(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  EntryName name;
  uint64_t device = 0;
  if (parts.size() != 3 || !ParseHex(parts[0], kDeviceDigits, &device) || !ParseSeq(parts[1], &name.seq) ||
      !ParseHex(parts[2], kH8Digits, &name.h8) || (name.seq == 0 && name.h8 != 0)) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("\"", text, "\" không phải là tên lượt ghi, ví dụ 3f2a90c1-17-9be0aa01c2d3e4f5."),
            absl::StrCat("\"", text, "\" is not the name of an entry, like 3f2a90c1-17-9be0aa01c2d3e4f5.")));
  }
  name.device.value = static_cast<uint32_t>(device);
  return name;
}

std::string FormatCell(const Cell& cell) {
  return absl::StrCat(cell.unit, "/", FormatDay(cell.day), "/", cell.procedure, "/", cell.channel, "/", cell.measure);
}

absl::StatusOr<Cell> ParseCell(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() != kCellParts || !IsCode(parts[0]) || !IsCodeOrEmpty(parts[2]) || !IsCodeOrEmpty(parts[3]) ||
      !IsCode(parts[4])) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("\"", text, "\" không phải là ô số liệu; viết đơn-vị/ngày/thủ-tục/hình-thức/chỉ-tiêu, phần trống để trống."),
            absl::StrCat("\"", text, "\" is not a cell; write unit/day/procedure/channel/measure and leave empty parts empty.")));
  }
  MOTCUA_ASSIGN_OR_RETURN(const Day day, ParseDay(parts[1]));
  return Cell{std::string(parts[0]), day, std::string(parts[2]), std::string(parts[3]), std::string(parts[4])};
}

std::string FormatValue(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

const Cell* Entry::cell() const {
  if (const auto* add = std::get_if<AddBody>(&body)) return &add->cell;
  if (const auto* restate = std::get_if<RestateBody>(&body)) return &restate->cell;
  return nullptr;
}

bool IsDecision(const Entry& entry) {
  switch (entry.kind()) {
    case EntryKind::kRestate:
      return entry.role >= Role::kSupervisor;
    case EntryKind::kExclude:
    case EntryKind::kReview:
    case EntryKind::kPeriod:
      return entry.device == kHubDevice;
    default:
      return false;
  }
}

bool IsAcknowledgement(const Entry& entry) {
  return entry.kind() == EntryKind::kSaw && (!entry.author.empty() || !entry.note.empty());
}

}  // namespace motcua
