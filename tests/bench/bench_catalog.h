// A country's catalog, made up: communes under 34 provinces, procedures in a few fields, the channels and
// measures of the synthetic desks. Loaded by the same code as a real one.
#pragma once

#include <memory>
#include <string>

#include "common/base/status.h"
#include "common/catalog/catalog.h"
#include "tests/common/sync/synthetic_night.h"

namespace motcua::bench {

inline constexpr std::size_t kProvinces = 34;
inline std::string ProvinceOf(std::size_t unit) { return absl::StrCat("P", unit % kProvinces); }

absl::StatusOr<std::shared_ptr<const Catalog>> MakeCatalog(const SyntheticCodes& codes);

}  // namespace motcua::bench
