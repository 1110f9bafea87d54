// The causal skeleton of a unit: its saws and exclusions with the entries they name, resolved to places.
// Together with the lines it answers who knew what without reading the log.
//
//   skeleton := kind:byte places:varint {line:varint seq:varint} names:varint {name}
//   kind     := 0 saw | 1 exclude | 2 lift | 3 review
//   name     := as in common/ledger/canonical.h
//
// A saw has a place for every name the hub holds and keeps the other names. An exclude has two places (first,
// last), or, while either is missing, none and both names. A review has a place for every branch held and keeps the
// other names; its rows are kept apart.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/ledger/entry.h"

namespace motcua {

enum class SkeletonKind : uint8_t { kSaw = 0, kExclude = 1, kLift = 2, kReview = 3 };

struct StoredPlace {
  uint32_t line = 0;
  Seq seq = 0;
};

struct Skeleton {
  SkeletonKind kind = SkeletonKind::kSaw;
  std::vector<StoredPlace> places;
  std::vector<EntryName> names;
};

std::string EncodeSkeleton(const Skeleton& skeleton);
absl::StatusOr<Skeleton> DecodeSkeleton(absl::string_view bytes);  // kDataLoss

}  // namespace motcua
