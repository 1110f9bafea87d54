// The URI by which a certificate names a device, its unit and its role. Written by the CA, read from the
// verified certificate on every call. A hub that lost a device takes it back by what stands here.
//
//   uri  := "spiffe://motcua/device/" device:<8 hex> [ "/unit/" unit "/role/" role ]
//   unit := the code's bytes; any but letters, digits and -._~ as %XX in upper case
//   role := "desk" | "supervisor"
//
// Certificates of the first version end behind the device.
#pragma once

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
  bool operator==(const DeviceNames&) const = default;
};

std::string DeviceUri(const DeviceNames& names);
// None unless `uri` is exactly what DeviceUri() writes for a device other than the hub.
std::optional<DeviceNames> NamesOfUri(absl::string_view uri);

}  // namespace motcua
