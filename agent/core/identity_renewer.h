// IdentityRenewer: a new key and certificate for this machine, asked for with the old ones.
#pragma once

#include <cstdint>

#include "common/base/status.h"

namespace motcua {

class IdentityRenewer {
 public:
  virtual ~IdentityRenewer() = default;
  // When it returns OK the new pair is stored and used from the next call on; until then the old one stays
  // usable. Asking again after a lost answer asks the same. The sentence of an error is for a person.
  virtual absl::Status Renew(int64_t deadline_ms) = 0;
};

}  // namespace motcua
