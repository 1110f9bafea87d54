// HubLink: the line to the hub as the sync session sees it: one idempotent call with a deadline.
#pragma once

#include <cstdint>

#include "common/base/status.h"
#include "common/sync/exchange.h"

namespace motcua {

class HubLink {
 public:
  virtual ~HubLink() = default;
  // kUnavailable, kDeadlineExceeded: no answer; nothing is known about whether the hub took the batch, ask
  // again. kUnauthenticated, kPermissionDenied: a person acts (enrol anew; the device was revoked).
  // kResourceExhausted: halve the batch. Everything the hub decides comes as a verdict instead.
  virtual absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) = 0;
  // Bytes of encoded messages since construction, for `sync --json`.
  virtual int64_t bytes_sent() const = 0;
  virtual int64_t bytes_received() const = 0;
  // A fresh connection for the next call; after a failure an old one may be half dead.
  virtual void Reconnect() = 0;
};

}  // namespace motcua
