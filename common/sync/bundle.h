// Bundle: what a desk without any line carries to the hub on a USB stick, and what it carries back. A bundle
// holds the very requests an exchange would have sent; the hub takes them through the same path, so a bundle
// and the network may deliver the same entries in any order and any number of times. The bundle's receipt
// holds the hub's answers, which the desk applies as if they had come over the line.
//
// Here are the plain values and their bounds. The file around them is drawn in bundle_file.h, the bytes of
// the values in common/rpc/bundle_wire.h.
//
// Batches are written with catalog zero: every code is spelled out, so that a hub with any catalog version
// reads them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/sync/exchange.h"
#include "common/sync/limits.h"

namespace motcua {

struct Bundle {
  DeviceId device;
  std::string unit;
  int64_t created_ms = 0;  // the desk's clock: shown, never believed
  // SHA-256 of the receipt the desk last had; zero when none. The answer repeats it, so that the desk can tell
  // an answer to what it asked last from an older one without comparing clocks.
  Hash base{};
  Hash catalog{};          // the version the desk works with; zero when none
  uint32_t entries = 0;    // in all batches, `saw` not counted: what a person is told
  std::vector<ExchangeRequest> requests;  // at least one; parents before children
};

struct BundleReceipt {
  DeviceId device;
  std::string unit;
  Hash base{};             // as in the bundle it answers
  int64_t made_ms = 0;     // the hub's clock
  bool more = false;       // the hub holds more for the desk than a receipt file may carry
  std::string catalog;     // canonical bytes of the hub's catalog, whole; empty when the desk has it
  // In the order in which the desk applies them; the last one's receipt is what the hub holds. Batches are in
  // numbers of catalog zero, catalog chunks are left out.
  std::vector<ExchangeResponse> responses;
};

// How much of kBundleContentBytesMax one exchange takes, at most.
std::size_t BundleBytesOf(const ExchangeRequest& request);
std::size_t BundleBytesOf(const ExchangeResponse& response);

// kInvalidArgument: nothing to exchange, over a bound, or a request of another device or unit than the bundle's.
absl::Status CheckBundle(const Bundle& bundle);
absl::Status CheckBundleReceipt(const BundleReceipt& receipt);

}  // namespace motcua
