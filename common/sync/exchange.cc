#include "common/sync/exchange.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/ledger/entry_parts.h"

namespace motcua {
namespace {

constexpr absl::string_view kReceiptMagic = "motcua receipt ";
constexpr char kReceiptFormat = '1';
// Ed25519 signatures have 64 bytes; a simulator's may be shorter.
constexpr std::size_t kSignatureBytesMax = 64;
constexpr std::size_t kUnitBytesMax = 64;

absl::Status NotAReceipt() {
  return absl::InvalidArgumentError(
      Say("Đây không phải là xác nhận của máy chủ tổng hợp, hoặc đã bị hỏng; hãy đồng bộ lại.",
          "This is not a receipt of the hub, or it is damaged; sync again."));
}

std::vector<EntryName> ReadEnds(ByteReader& in) {
  std::vector<EntryName> ends = ReadNames(in, kEndsMax);
  const auto not_ascending = [](const EntryName& a, const EntryName& b) { return !(a < b); };
  if (std::adjacent_find(ends.begin(), ends.end(), not_ascending) != ends.end()) in.Fail();
  return ends;
}

}  // namespace

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAppend:
      return "APPEND";
    case Verdict::kDuplicate:
      return "DUPLICATE";
    case Verdict::kRegressed:
      return "REGRESSED";
    case Verdict::kForked:
      return "FORKED";
    case Verdict::kGap:
      return "GAP";
    case Verdict::kUnknown:
      return "UNKNOWN";
    case Verdict::kRevoked:
      return "REVOKED";
    case Verdict::kTooOld:
      return "TOO_OLD";
    case Verdict::kTooNew:
      return "TOO_NEW";
    case Verdict::kRetryLater:
      return "RETRY_LATER";
  }
  return "?";
}

std::string ReceiptPayload(const Receipt& receipt) {
  std::string bytes(kReceiptMagic);
  bytes.push_back(kReceiptFormat);
  ByteWriter out(&bytes);
  out.Text(receipt.unit);
  out.Fixed64(receipt.incarnation);
  out.Zigzag(receipt.hub_time_ms);
  WriteNames(receipt.ends, out);
  return bytes;
}

std::string EncodeReceipt(const Receipt& receipt) {
  std::string bytes = ReceiptPayload(receipt);
  ByteWriter(&bytes).Text(receipt.signature);
  return bytes;
}

absl::StatusOr<Receipt> DecodeReceipt(absl::string_view bytes) {
  ByteReader in(bytes);
  if (in.Raw(kReceiptMagic.size()) != kReceiptMagic) return NotAReceipt();
  const uint8_t format = in.Byte();
  if (!in.ok()) return NotAReceipt();
  if (format != kReceiptFormat) {
    return absl::UnimplementedError(Say("Xác nhận do phiên bản mới hơn viết; hãy nâng cấp chương trình này.",
                                        "The receipt was written by a newer version; upgrade this program."));
  }
  Receipt receipt;
  receipt.unit = std::string(in.Text(kUnitBytesMax));
  receipt.incarnation = in.Fixed64();
  receipt.hub_time_ms = in.Zigzag();
  receipt.ends = ReadEnds(in);
  receipt.signature = std::string(in.Text(kSignatureBytesMax));
  if (!in.AtEnd() || !IsCode(receipt.unit) || receipt.signature.empty()) return NotAReceipt();
  return receipt;
}

}  // namespace motcua
