#include "hub/core/cell_row.h"

#include <algorithm>

#include "common/base/language.h"
#include "common/ledger/entry_parts.h"

namespace motcua {
namespace {

constexpr int64_t kContributionMax = int64_t{1} << 46;

}  // namespace

void AppendPosting(const StoredPosting& posting, std::string* out) {
  ByteWriter writer(out);
  writer.Varint(posting.line);
  writer.Varint(posting.seq);
  writer.Byte(static_cast<uint8_t>(static_cast<uint8_t>(posting.role) | (posting.restates ? 4 : 0)));
  if (!posting.restates) return writer.Zigzag(posting.delta);
  writer.Fixed64(posting.h8);
  WriteValue(posting.value, writer);
}

absl::StatusOr<std::vector<StoredPosting>> ReadPostings(absl::string_view bytes) {
  std::vector<StoredPosting> postings;
  ByteReader in(bytes);
  while (in.left() > 0) {
    StoredPosting& posting = postings.emplace_back();
    posting.line = static_cast<uint32_t>(in.VarintUpTo(kNoLine));
    posting.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
    const uint8_t kind = in.Byte();
    posting.role = static_cast<Role>(kind & 3);
    posting.restates = (kind & 4) != 0;
    if (posting.restates) {
      posting.h8 = in.Fixed64();
      posting.value = ReadValue(in);
    } else {
      posting.delta = in.Zigzag();
    }
    if (kind > 7) in.Fail();
  }
  if (in.ok()) return postings;
  return absl::DataLossError(Say("Một ô số liệu trong cơ sở dữ liệu bị hỏng; hãy khôi phục từ bản sao lưu.",
                                 "A stored cell is damaged; restore from a backup."));
}

Contribution ContributionOf(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  if (number == nullptr) return {};
  return {std::clamp(*number, -kContributionMax, kContributionMax), 1};
}

}  // namespace motcua
