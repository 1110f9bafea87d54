#include "common/security/device_uri.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

constexpr absl::string_view kUnitPart = "/unit/";
constexpr absl::string_view kRolePart = "/role/";
constexpr absl::string_view kMachinePart = "/machine/";
constexpr absl::string_view kSupervisor = "supervisor";
constexpr absl::string_view kDesk = "desk";

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~", c)) {
      escaped.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      absl::StrAppend(&escaped, "%", std::string(1, "0123456789ABCDEF"[byte >> 4]),
                      std::string(1, "0123456789ABCDEF"[byte & 15]));
    }
  }
  return escaped;
}

// Whatever this makes of a bad escape, DeviceUri() does not write it back the same way.
std::string Unescaped(absl::string_view text) {
  const auto digit = [&](std::size_t at) {
    const char c = at < text.size() ? text[at] : '0';
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) ? c - '0' : (c - 'A' + 10) & 15;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain.push_back(text[i]);
      continue;
    }
    plain.push_back(static_cast<char>(digit(i + 1) * 16 + digit(i + 2)));
    i += 2;
  }
  return plain;
}

}  // namespace

std::string DeviceUri(const DeviceNames& names) {
  const std::string device = absl::StrCat(kDeviceUriPrefix, FormatDevice(names.device));
  if (names.unit.empty()) return device;
  const std::string uri = absl::StrCat(device, kUnitPart, Escaped(names.unit), kRolePart,
                                       names.role == Role::kSupervisor ? kSupervisor : kDesk);
  return names.machine == 0 ? uri : absl::StrCat(uri, kMachinePart, names.machine);
}

std::optional<DeviceNames> NamesOfUri(absl::string_view uri) {
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, kDeviceUriPrefix)) return std::nullopt;
  const std::size_t unit = rest.find(kUnitPart);
  const absl::StatusOr<DeviceId> device = ParseDevice(rest.substr(0, unit));
  if (!device.ok() || *device == kHubDevice) return std::nullopt;
  DeviceNames names{*device, "", Role::kDesk};
  if (unit != absl::string_view::npos) {
    rest.remove_prefix(unit + kUnitPart.size());
    const std::size_t role = rest.find(kRolePart);
    names.unit = Unescaped(rest.substr(0, role));
    if (!IsCode(names.unit)) return std::nullopt;
    const std::size_t machine = rest.find(kMachinePart);
    if (machine != absl::string_view::npos &&
        !absl::SimpleAtoi(rest.substr(machine + kMachinePart.size()), &names.machine)) {
      return std::nullopt;
    }
    if (absl::EndsWith(rest.substr(0, machine), kSupervisor)) names.role = Role::kSupervisor;
  }
  // One spelling only.
  if (DeviceUri(names) != uri) return std::nullopt;
  return names;
}

}  // namespace motcua
