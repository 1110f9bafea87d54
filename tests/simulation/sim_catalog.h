// The catalogs of simulated runs: few cells, so that desks meet in them often. Version 2 knows one measure more,
// version 3 one procedure more.
//
// Threads: one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/catalog/catalog.h"

namespace motcua {

inline constexpr int kSimCatalogs = 3;
// Units 0 (province) > D (district) > A, B, C (communes); procedures P1, P2 (and P3); channels counter, online_full;
// flows received, refused (and late), stock suspended, desk-wide text remark; calendar year with the period 2020.
const std::shared_ptr<const Catalog>& SimCatalog(int version);
absl::StatusOr<std::shared_ptr<const Catalog>> ParseSimCatalog(absl::string_view canonical);
inline constexpr Day kSimDay{18'500};  // 2020-08-26, the first of the few days that numbers belong to

}  // namespace motcua
