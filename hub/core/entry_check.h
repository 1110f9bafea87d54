// What the hub refuses in an entry it has taken: the entry stays in its chain and counts as absent, and the
// reason is shown at the desk. Nothing behind it waits.
#pragma once

#include <optional>
#include <string>

#include "common/catalog/catalog.h"
#include "common/ledger/entry.h"

namespace motcua {

// Without the catalog: a cell of another unit, a role above the device's, an entry only the hub may write.
// The reason in both languages ("vi / en"), since it is stored for desks of either; nullopt: nothing to
// refuse.
std::optional<std::string> ForeignReason(const Entry& entry, const std::string& unit, Role device_role);

// With the measure's definition: an add to a register, a value of the wrong kind, a desk restating a counter.
std::optional<std::string> MisfitReason(const Entry& entry, const Measure& measure);

}  // namespace motcua
