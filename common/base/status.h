// Errors are values here: absl::Status, or absl::StatusOr<T> with a result. The code says what the caller
// should do next, the message is one sentence for a person:
//
//   kUnavailable         the same call may work later (no line, hub busy)
//   kAborted             begin the whole step anew (the ledger moved on meanwhile)
//   kFailedPrecondition  a person acts first (enrol, restate instead of set, free disk space)
//   kInvalidArgument     the input is wrong, whatever the state
//   kNotFound, kAlreadyExists, kPermissionDenied, kUnauthenticated, kUnimplemented (a newer format),
//   kDataLoss (stored bytes do not verify), kResourceExhausted (a bound is reached; disk full)
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace motcua {

// Puts what was being done in front of what went wrong; OK stays OK.
inline absl::Status Annotate(const absl::Status& status, absl::string_view doing) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(doing, ": ", status.message()));
}

}  // namespace motcua

#define MOTCUA_RETURN_IF_ERROR(expr)                 \
  do {                                               \
    if (absl::Status motcua_status = (expr); !motcua_status.ok()) return motcua_status; \
  } while (false)

#define MOTCUA_CONCAT_INNER(a, b) a##b
#define MOTCUA_CONCAT(a, b) MOTCUA_CONCAT_INNER(a, b)
#define MOTCUA_ASSIGN_OR_RETURN(lhs, expr) \
  MOTCUA_ASSIGN_OR_RETURN_IMPL(MOTCUA_CONCAT(motcua_or_, __LINE__), lhs, expr)
#define MOTCUA_ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                                 \
  if (!tmp.ok()) return std::move(tmp).status();     \
  lhs = std::move(tmp).value()
