#include "common/rpc/bundle_wire.h"

#include <cstring>

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/rpc/wire.h"
#include "common/sync/bundle_file.h"

namespace motcua {
namespace {

constexpr std::size_t kUnitBytesMax = 64;

absl::Status Malformed() {
  return absl::InvalidArgumentError(
      Say("Nội dung tệp sai định dạng nên không nhận gì; hãy xuất lại bằng chương trình cùng phiên bản.",
          "The file's content is malformed and nothing of it was taken; export it again with a program of the "
          "same version."));
}

Hash ReadHash(ByteReader& in) {
  Hash hash{};
  const absl::string_view bytes = in.Raw(hash.size());
  if (bytes.size() == hash.size()) std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

// Reads `count` messages, each of which is translated by FromWire(). The list grows as messages come, never ahead
// of them.
template <typename Message, typename Value>
absl::Status ReadMessages(ByteReader& in, std::size_t count_max, std::size_t bytes_max, std::vector<Value>* out) {
  const uint64_t count = in.VarintUpTo(count_max);
  for (uint64_t i = 0; i < count; ++i) {
    const absl::string_view bytes = in.Text(bytes_max);
    Message message;
    if (!in.ok() || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Malformed();
    MOTCUA_ASSIGN_OR_RETURN(Value value, FromWire(message));
    out->push_back(std::move(value));
  }
  return in.AtEnd() ? absl::OkStatus() : Malformed();
}

}  // namespace

std::string EncodeBundle(const Bundle& bundle) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Fixed32(bundle.device.value);
  out.Text(bundle.unit);
  out.Zigzag(bundle.created_ms);
  out.Raw(AsBytes(bundle.base));
  out.Raw(AsBytes(bundle.catalog));
  out.Varint(bundle.entries);
  out.Varint(bundle.requests.size());
  for (const ExchangeRequest& request : bundle.requests) out.Text(ToWire(request).SerializeAsString());
  return bytes;
}

std::string EncodeBundleReceipt(const BundleReceipt& receipt) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Fixed32(receipt.device.value);
  out.Text(receipt.unit);
  out.Raw(AsBytes(receipt.base));
  out.Zigzag(receipt.made_ms);
  out.Byte(receipt.more ? 1 : 0);
  out.Text(receipt.catalog);
  out.Varint(receipt.responses.size());
  for (const ExchangeResponse& response : receipt.responses) out.Text(ToWire(response).SerializeAsString());
  return bytes;
}

absl::StatusOr<ReceivedBundle> DecodeBundle(absl::string_view bytes) {
  MOTCUA_ASSIGN_OR_RETURN(const BundleFileParts parts, ReadBundleFile(BundleFileKind::kBundle, bytes));
  ReceivedBundle received;
  Bundle& bundle = received.bundle;
  ByteReader in(parts.payload);
  bundle.device = DeviceId{in.Fixed32()};
  bundle.unit = std::string(in.Text(kUnitBytesMax));
  bundle.created_ms = in.Zigzag();
  bundle.base = ReadHash(in);
  bundle.catalog = ReadHash(in);
  bundle.entries = static_cast<uint32_t>(in.VarintUpTo(kBundleExchangesMax * kBatchEntriesMax));
  if (!in.ok() || !IsCode(bundle.unit)) return Malformed();
  MOTCUA_RETURN_IF_ERROR(
      ReadMessages<v1::ExchangeRequest>(in, kBundleExchangesMax, kRequestBytesMax, &bundle.requests));
  MOTCUA_RETURN_IF_ERROR(CheckBundle(bundle));
  received.signed_part = std::string(parts.signed_part);
  received.certificate = std::string(parts.certificate);
  received.signature = std::string(parts.signature);
  return received;
}

absl::StatusOr<ReceivedBundleReceipt> DecodeBundleReceipt(absl::string_view bytes) {
  MOTCUA_ASSIGN_OR_RETURN(const BundleFileParts parts, ReadBundleFile(BundleFileKind::kAnswer, bytes));
  ReceivedBundleReceipt received;
  BundleReceipt& receipt = received.receipt;
  ByteReader in(parts.payload);
  receipt.device = DeviceId{in.Fixed32()};
  receipt.unit = std::string(in.Text(kUnitBytesMax));
  receipt.base = ReadHash(in);
  receipt.made_ms = in.Zigzag();
  const uint8_t more = in.Byte();
  receipt.more = more == 1;
  receipt.catalog = std::string(in.Text(kCatalogBytesMax));
  if (!in.ok() || more > 1 || !IsCode(receipt.unit)) return Malformed();
  MOTCUA_RETURN_IF_ERROR(
      ReadMessages<v1::ExchangeResponse>(in, kBundleAnswersMax, kResponseBytesMax, &receipt.responses));
  MOTCUA_RETURN_IF_ERROR(CheckBundleReceipt(receipt));
  received.signed_part = std::string(parts.signed_part);
  received.signature = std::string(parts.signature);
  return received;
}

}  // namespace motcua
