// The bytes of bundles and of their receipts (common/sync/bundle.h) inside their signed file
// (common/sync/bundle_file.h).
//
//   bundle  := device:fixed32 unit:text created_ms:zigzag base:32 catalog:32 entries:varint count:varint {request}
//   answer  := device:fixed32 unit:text base:32 made_ms:zigzag more:byte catalog:text count:varint {response}
//   request, response := text: the bytes of v1.ExchangeRequest, v1.ExchangeResponse (proto/motcua/v1/sync.proto)
//
// Messages are counted and measured here instead of being repeated fields, so that a small file cannot unfold into
// gigabytes of empty ones. primitives: common/base/bytes.h.
//
// Reading checks sizes, form and what the values say about themselves; whose signature it is, is for the caller to
// check with what comes back. Threads: pure functions. Errors: those of bundle_file.h and wire.h.
#pragma once

#include <string>

#include "common/base/status.h"
#include "common/sync/bundle.h"

namespace motcua {

std::string EncodeBundle(const Bundle& bundle);
std::string EncodeBundleReceipt(const BundleReceipt& receipt);

struct ReceivedBundle {
  Bundle bundle;
  std::string signed_part;
  std::string certificate;
  std::string signature;
};
// `bytes` is a whole file.
absl::StatusOr<ReceivedBundle> DecodeBundle(absl::string_view bytes);

struct ReceivedBundleReceipt {
  BundleReceipt receipt;
  std::string signed_part;
  std::string signature;
};
absl::StatusOr<ReceivedBundleReceipt> DecodeBundleReceipt(absl::string_view bytes);

}  // namespace motcua
