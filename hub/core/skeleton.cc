#include "hub/core/skeleton.h"

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/ledger/canonical.h"
#include "common/ledger/entry_parts.h"

namespace motcua {

std::string EncodeSkeleton(const Skeleton& skeleton) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Byte(static_cast<uint8_t>(skeleton.kind));
  out.Varint(skeleton.places.size());
  for (const StoredPlace& place : skeleton.places) {
    out.Varint(place.line);
    out.Varint(place.seq);
  }
  WriteNames(skeleton.names, out);
  return bytes;
}

absl::StatusOr<Skeleton> DecodeSkeleton(absl::string_view bytes) {
  ByteReader in(bytes);
  Skeleton skeleton;
  skeleton.kind = static_cast<SkeletonKind>(in.Byte());
  const uint64_t places = in.VarintUpTo(kNamesMax);
  for (uint64_t i = 0; i < places && in.ok(); ++i) {
    const auto line = static_cast<uint32_t>(in.VarintUpTo(UINT32_MAX));
    skeleton.places.push_back({line, static_cast<Seq>(in.VarintUpTo(kSeqMax))});
  }
  skeleton.names = ReadNames(in, kNamesMax);
  if (in.AtEnd() && skeleton.kind <= SkeletonKind::kReview) return skeleton;
  return absl::DataLossError(Say("Một dòng quan hệ giữa các lượt ghi bị hỏng; hãy khôi phục từ bản sao lưu.",
                                 "A stored relation between entries is damaged; restore from a backup."));
}

}  // namespace motcua
