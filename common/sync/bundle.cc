#include "common/sync/bundle.h"

#include <algorithm>

#include "common/base/language.h"

namespace motcua {
namespace {

// A name takes at most 17 bytes; everything of fixed size is well below this.
constexpr std::size_t kNameBytes = 17;
constexpr std::size_t kFixedBytes = 512;

}  // namespace

std::size_t BundleBytesOf(const ExchangeRequest& request) {
  return kFixedBytes + request.batch.size() + request.newest_receipt.size() +
         kNameBytes * (request.ends.size() + request.locator.size());
}

std::size_t BundleBytesOf(const ExchangeResponse& response) {
  return kFixedBytes + response.batch.size() + response.message.size() +
         kNameBytes * response.receipt.ends.size();
}

absl::Status CheckBundle(const Bundle& bundle) {
  if (bundle.requests.empty() || bundle.requests.size() > kBundleExchangesMax) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Gói phải có từ 1 đến ", kBundleExchangesMax, " phần; hãy xuất lại gói."),
            absl::StrCat("A bundle has 1 to ", kBundleExchangesMax, " parts; export it again.")));
  }
  const bool own = std::all_of(bundle.requests.begin(), bundle.requests.end(), [&](const ExchangeRequest& request) {
    return request.device == bundle.device && request.unit == bundle.unit && request.catalog == Hash{};
  });
  if (own) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say("Trong gói có phần của máy khác, của đơn vị khác hoặc viết theo số của một danh mục; hãy xuất lại gói.",
          "The bundle has a part of another device or unit, or one in a catalog's numbers; export it again."));
}

absl::Status CheckBundleReceipt(const BundleReceipt& receipt) {
  const std::size_t count = receipt.responses.size();
  const bool whole = std::all_of(receipt.responses.begin(), receipt.responses.end(),
                                 [](const ExchangeResponse& response) { return response.catalog_chunk.empty(); });
  if (count > 0 && count <= kBundleAnswersMax && receipt.catalog.size() <= kCatalogBytesMax && whole)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say("Tệp xác nhận có số phần hoặc danh mục sai cỡ; hãy nhận lại gói ở máy chủ tổng hợp.",
          "The receipt file has a wrong number of parts or size of catalog; import the bundle at the hub again."));
}

}  // namespace motcua
