// The URI by which a certificate names a device: spiffe://motcua/device/<8 hex>. Written by the CA, read from
// the verified certificate on every call.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/ledger/entry.h"

namespace motcua {

inline constexpr absl::string_view kDeviceUriPrefix = "spiffe://motcua/device/";

std::string DeviceUri(DeviceId device);
// None unless `uri` is exactly what DeviceUri() writes for a device other than the hub.
std::optional<DeviceId> DeviceOfUri(absl::string_view uri);

}  // namespace motcua
