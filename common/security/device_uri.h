// The URI by which a certificate names a device, its unit, its role and which of its machines holds it. Written
// by the CA, read from the verified certificate on every call. A hub that lost a device takes it back by what
// stands here.
//
//   uri     := "spiffe://motcua/device/" device:<8 hex> [ "/unit/" unit "/role/" role [ "/machine/" machine ] ]
//   unit    := the code's bytes; any but letters, digits and -._~ as %XX in upper case
//   role    := "desk" | "supervisor"
//   machine := how many machines this one came after: 1 to 4294967295, no leading zeros; the first has no part
//
// Certificates of the first version end behind the device; until machines were counted all ended behind the role.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/ledger/entry.h"

namespace motcua {

inline constexpr absl::string_view kDeviceUriPrefix = "spiffe://motcua/device/";

struct DeviceNames {
  DeviceId device;
  std::string unit;  // empty in a certificate of the first version
  Role role = Role::kDesk;
  uint32_t machine = 0;
  bool operator==(const DeviceNames&) const = default;
};

std::string DeviceUri(const DeviceNames& names);
// None unless `uri` is exactly what DeviceUri() writes for a device other than the hub.
std::optional<DeviceNames> NamesOfUri(absl::string_view uri);

}  // namespace motcua
