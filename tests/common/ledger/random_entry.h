// Entries of every kind, within bounds, from a seed.
#pragma once

#include "common/base/random.h"
#include "common/ledger/entry.h"

namespace motcua {

Entry RandomEntry(RandomSource& random);

}  // namespace motcua
