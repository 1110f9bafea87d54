#include "common/rpc/wire.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_join.h"
#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

constexpr std::size_t kNameBytesMax = 5 + 4 + 8;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kVersionBytesMax = 64;
constexpr std::size_t kMessageBytesMax = 4 * 1024;
// Payload and signature of a receipt over kEndsMax ends.
constexpr std::size_t kReceiptBytesMax = kEndsMax * kNameBytesMax + 512;

// Collects everything that is wrong with a message, so that it is refused once and completely.
class Faults {
 public:
  void Check(bool good, absl::string_view field) {
    if (!good) fields_.emplace_back(field);
  }
  void Hash32(absl::string_view bytes, Hash* out, absl::string_view field) {
    Check(bytes.empty() || bytes.size() == out->size(), field);
    if (bytes.size() == out->size()) std::memcpy(out->data(), bytes.data(), out->size());
  }
  void Names(absl::string_view bytes, std::size_t names_max, std::vector<EntryName>* out,
             absl::string_view field) {
    absl::StatusOr<std::vector<EntryName>> names = UnpackNames(bytes, names_max);
    Check(names.ok(), field);
    if (names.ok()) *out = *std::move(names);
  }
  absl::Status ToStatus() const {
    if (fields_.empty()) return absl::OkStatus();
    const std::string list = absl::StrJoin(fields_, ", ");
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Gói tin đồng bộ sai định dạng hoặc quá cỡ ở: ", list,
                         ". Hãy cập nhật motcua trên máy này rồi đồng bộ lại."),
            absl::StrCat("The exchange message is malformed or over size in: ", list,
                         ". Update motcua on this machine and sync again.")));
  }

 private:
  std::vector<std::string> fields_;
};

std::string HashBytes(const Hash& hash) {
  return hash == Hash{} ? std::string() : std::string(AsBytes(hash));
}

bool UnitFits(absl::string_view unit) { return unit.empty() || IsCode(unit); }

// A peer may offer or want more than this version carries; the smaller of both wins.
std::size_t AgreedBatchBytes(uint32_t offered) {
  return std::clamp<std::size_t>(offered, kBatchBytesMin, kBatchBytesMax);
}

void WriteReceipt(const Receipt& receipt, v1::Receipt* out) {
  out->set_unit(receipt.unit);
  out->set_incarnation(receipt.incarnation);
  out->set_hub_time_ms(receipt.hub_time_ms);
  out->set_ends(PackNames(receipt.ends));
  out->set_signature(receipt.signature);
}

Receipt ReadReceipt(const v1::Receipt& message, Faults* faults) {
  Receipt receipt;
  faults->Check(UnitFits(message.unit()), "receipt.unit");
  faults->Check(message.signature().size() <= kSignatureBytes, "receipt.signature");
  faults->Names(message.ends(), kEndsMax, &receipt.ends, "receipt.ends");
  receipt.unit = message.unit();
  receipt.incarnation = message.incarnation();
  receipt.hub_time_ms = message.hub_time_ms();
  receipt.signature = message.signature();
  return receipt;
}

EntryName ReadCommon(const v1::ExchangeResponse& message, Faults* faults) {
  std::vector<EntryName> common;
  faults->Names(message.common(), 1, &common, "common");
  return common.empty() ? EntryName{} : common.front();
}

}  // namespace

std::string PackNames(const std::vector<EntryName>& names) {
  std::string bytes;
  ByteWriter writer(&bytes);
  DeviceId device;
  for (const EntryName& name : names) {
    const bool other = name.device != device;
    writer.Varint((uint64_t{name.seq} << 1) | (other ? 1 : 0));
    if (other) writer.Fixed32(name.device.value);
    if (name.seq != 0) writer.Fixed64(name.h8);
    device = name.device;
  }
  return bytes;
}

absl::StatusOr<std::vector<EntryName>> UnpackNames(absl::string_view bytes, std::size_t names_max) {
  ByteReader reader(bytes);
  std::vector<EntryName> names;
  DeviceId device;
  while (reader.left() > 0 && names.size() < names_max) {
    const uint64_t head = reader.VarintUpTo(uint64_t{kSeqMax} * 2 + 1);
    if ((head & 1) != 0) device.value = reader.Fixed32();
    EntryName name{device, static_cast<Seq>(head >> 1), 0};
    if (name.seq != 0) name.h8 = reader.Fixed64();
    names.push_back(name);
  }
  if (!reader.AtEnd()) {
    return absl::InvalidArgumentError(
        Say("Danh sách đầu nhánh sai định dạng hoặc quá dài: hãy cập nhật motcua rồi thử lại.",
            "A list of entry names is malformed or too long: update motcua and try again."));
  }
  return names;
}

v1::ExchangeRequest ToWire(const ExchangeRequest& request) {
  v1::ExchangeRequest message;
  message.set_protocol(request.protocol);
  message.set_catalog(HashBytes(request.catalog));
  message.set_device(request.device.value);
  message.set_unit(request.unit);
  message.set_locator(PackNames(request.locator));
  message.set_ends(PackNames(request.ends));
  message.set_newest_receipt(request.newest_receipt);
  message.set_batch(request.batch);
  message.set_waiting(request.waiting);
  message.set_oldest_waiting_s(request.oldest_waiting_s);
  message.set_batch_bytes_max(static_cast<uint32_t>(request.batch_bytes_max));
  message.set_catalog_offset(request.catalog_offset);
  message.set_catalog_wanted(HashBytes(request.catalog_wanted));
  message.set_agent_time_ms(request.agent_time_ms);
  message.set_agent_version(request.agent_version);
  return message;
}

absl::StatusOr<ExchangeRequest> FromWire(const v1::ExchangeRequest& message) {
  Faults faults;
  ExchangeRequest request;
  faults.Hash32(message.catalog(), &request.catalog, "catalog");
  faults.Hash32(message.catalog_wanted(), &request.catalog_wanted, "catalog_wanted");
  faults.Names(message.locator(), kLocatorMax, &request.locator, "locator");
  faults.Names(message.ends(), kEndsMax, &request.ends, "ends");
  faults.Check(UnitFits(message.unit()), "unit");
  faults.Check(message.newest_receipt().size() <= kReceiptBytesMax, "newest_receipt");
  faults.Check(message.batch().size() <= kBatchBytesMax, "batch");
  faults.Check(message.catalog_offset() <= kCatalogBytesMax, "catalog_offset");
  faults.Check(message.agent_version().size() <= kVersionBytesMax, "agent_version");
  MOTCUA_RETURN_IF_ERROR(faults.ToStatus());
  request.protocol = message.protocol();
  request.device = DeviceId{message.device()};
  request.unit = message.unit();
  request.newest_receipt = message.newest_receipt();
  request.batch = message.batch();
  request.waiting = message.waiting();
  request.oldest_waiting_s = message.oldest_waiting_s();
  request.batch_bytes_max = AgreedBatchBytes(message.batch_bytes_max());
  request.catalog_offset = message.catalog_offset();
  request.agent_time_ms = message.agent_time_ms();
  request.agent_version = message.agent_version();
  return request;
}

v1::ExchangeResponse ToWire(const ExchangeResponse& response) {
  v1::ExchangeResponse message;
  message.set_verdict(static_cast<v1::Verdict>(response.verdict));
  message.set_hub_behind(response.hub_behind);
  if (response.common != EntryName{}) message.set_common(PackNames({response.common}));
  if (!response.receipt.empty()) WriteReceipt(response.receipt, message.mutable_receipt());
  message.set_batch(response.batch);
  message.set_more(response.more);
  message.set_hub_time_ms(response.hub_time_ms);
  message.set_batch_bytes_max(static_cast<uint32_t>(response.batch_bytes_max));
  message.set_catalog(HashBytes(response.catalog));
  message.set_catalog_chunk(response.catalog_chunk);
  message.set_catalog_size(response.catalog_size);
  message.set_message(response.message);
  message.set_returned(PackNames(response.returned));
  message.set_renew(response.renew);
  return message;
}

absl::StatusOr<ExchangeResponse> FromWire(const v1::ExchangeResponse& message) {
  if (message.verdict() < v1::VERDICT_APPEND || message.verdict() > v1::VERDICT_RETRY_LATER) {
    return absl::UnimplementedError(
        Say("Máy chủ tổng hợp trả lời bằng phiên bản mới hơn máy này: hãy cập nhật motcua trên máy này rồi "
            "đồng bộ lại.",
            "The hub answered in a newer version than this machine's: update motcua on this machine and sync "
            "again."));
  }
  Faults faults;
  ExchangeResponse response;
  faults.Hash32(message.catalog(), &response.catalog, "catalog");
  faults.Check(message.batch().size() <= kBatchBytesMax, "batch");
  faults.Check(message.catalog_chunk().size() <= kCatalogChunkBytes, "catalog_chunk");
  faults.Check(message.catalog_size() <= kCatalogBytesMax, "catalog_size");
  faults.Check(message.message().size() <= kMessageBytesMax, "message");
  faults.Names(message.returned(), kReturnedMax, &response.returned, "returned");
  response.common = ReadCommon(message, &faults);
  if (message.has_receipt()) response.receipt = ReadReceipt(message.receipt(), &faults);
  MOTCUA_RETURN_IF_ERROR(faults.ToStatus());
  response.verdict = static_cast<Verdict>(message.verdict());
  response.hub_behind = message.hub_behind();
  response.batch = message.batch();
  response.more = message.more();
  response.hub_time_ms = message.hub_time_ms();
  response.batch_bytes_max = AgreedBatchBytes(message.batch_bytes_max());
  response.catalog_chunk = message.catalog_chunk();
  response.catalog_size = message.catalog_size();
  response.message = message.message();
  response.renew = message.renew();
  return response;
}

}  // namespace motcua
