// Who signs and checks receipts; the real ones live in common/security, the simulator brings its own.
#pragma once

#include <string>

#include "common/base/status.h"

namespace motcua {

class ReceiptSigner {
 public:
  virtual ~ReceiptSigner() = default;
  virtual std::string Sign(absl::string_view payload) = 0;
};

class ReceiptVerifier {
 public:
  virtual ~ReceiptVerifier() = default;
  virtual bool Verify(absl::string_view payload, absl::string_view signature) const = 0;
};

}  // namespace motcua
