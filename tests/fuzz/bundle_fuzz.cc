// A bundle, or the answer to one, as it comes from a USB stick.
//
//   input := ways:byte bytes          bit 0: an answer · bit 1: what is inside, else the whole file
//
// What can be read keeps its form, and what was signed is what stands in the file.
#include <google/protobuf/stubs/logging.h>

#include "absl/strings/match.h"
#include "common/base/language.h"
#include "common/rpc/bundle_wire.h"
#include "common/sync/batch.h"
#include "common/sync/bundle_file.h"
#include "tests/common/sync/random_entries.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

enum Ways : uint8_t { kAnswer = 1, kInside = 2 };

std::string FileOf(BundleFileKind kind, absl::string_view payload) {
  const absl::string_view certificate = kind == BundleFileKind::kBundle ? "certificate" : "";
  return WriteBundleFile(BundleSignedPart(kind, payload, certificate), "signature");
}

void CheckRefusal(const absl::Status& status) {
  MOTCUA_INVARIANT(absl::IsDataLoss(status) || absl::IsInvalidArgument(status) || absl::IsUnimplemented(status),
                   "copy it again, export it again, or upgrade");
  MOTCUA_INVARIANT(!status.message().empty(), "a refusal has a sentence");
}

void ReadBundle(const std::string& file) {
  const absl::StatusOr<ReceivedBundle> received = DecodeBundle(file);
  if (!received.ok()) return CheckRefusal(received.status());
  MOTCUA_INVARIANT(absl::StartsWith(file, received->signed_part), "what is signed is what the file begins with");
  const std::string payload = EncodeBundle(received->bundle);
  const absl::StatusOr<ReceivedBundle> again = DecodeBundle(FileOf(BundleFileKind::kBundle, payload));
  MOTCUA_INVARIANT(again.ok() && EncodeBundle(again->bundle) == payload, "a bundle keeps its form");
  MOTCUA_INVARIANT(absl::IsInvalidArgument(DecodeBundleReceipt(file).status()), "a bundle is no answer");
  for (const ExchangeRequest& request : received->bundle.requests) (void)DecodeBatch(request.batch, CodeBook());
}

void ReadAnswer(const std::string& file) {
  const absl::StatusOr<ReceivedBundleReceipt> received = DecodeBundleReceipt(file);
  if (!received.ok()) return CheckRefusal(received.status());
  MOTCUA_INVARIANT(absl::StartsWith(file, received->signed_part), "what is signed is what the file begins with");
  const std::string payload = EncodeBundleReceipt(received->receipt);
  const absl::StatusOr<ReceivedBundleReceipt> again = DecodeBundleReceipt(FileOf(BundleFileKind::kAnswer, payload));
  MOTCUA_INVARIANT(again.ok() && EncodeBundleReceipt(again->receipt) == payload, "an answer keeps its form");
  MOTCUA_INVARIANT(absl::IsInvalidArgument(DecodeBundle(file).status()), "an answer is no bundle");
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  RandomEntries random(3);
  const HashedRun run = random.RandomRun(4);
  const HashedRun review = random.ReviewRun();
  Bundle bundle;
  bundle.device = run.run.parent.device;
  bundle.unit = "00019";
  bundle.created_ms = 1583373600000;
  bundle.entries = 4;
  ExchangeRequest request;
  request.device = bundle.device;
  request.unit = bundle.unit;
  request.batch = EncodeBatch({run.run}, {run.parent_hash}, CodeBook(), kBatchBytesMax).bytes;
  // A desk that goes on, one that returns what a restored hub has lost of its own log, and one that only asks.
  bundle.requests = {request, request, request};
  bundle.requests[1].batch = EncodeBatch({review.run}, {review.parent_hash}, CodeBook(), kBatchBytesMax).bytes;
  bundle.requests.back().batch.clear();
  BundleReceipt answer;
  answer.device = bundle.device;
  answer.unit = bundle.unit;
  answer.made_ms = bundle.created_ms;
  answer.catalog = "catalog";
  ExchangeResponse response;
  response.batch = EncodeBatch({run.run, review.run}, {run.parent_hash, review.parent_hash}, CodeBook(), kBatchBytesMax).bytes;
  response.receipt.unit = bundle.unit;
  response.receipt.ends = {{bundle.device, 4, 5}};
  response.receipt.signature = "s";
  response.message = "m";
  answer.responses = {response, ExchangeResponse{}};
  std::vector<std::string> seeds;
  for (const std::string& payload : {EncodeBundle(bundle), EncodeBundleReceipt(answer)}) {
    const uint8_t way = seeds.empty() ? 0 : kAnswer;
    const BundleFileKind kind = seeds.empty() ? BundleFileKind::kBundle : BundleFileKind::kAnswer;
    seeds.push_back(std::string(1, static_cast<char>(way | kInside)) + payload);
    seeds.push_back(std::string(1, static_cast<char>(way)) + FileOf(kind, payload));
  }
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
  if (size == 0 || !silent) return 0;
  const ScopedLanguage language(Language::kEnglish);
  const bool answer = (data[0] & kAnswer) != 0;
  const BundleFileKind kind = answer ? BundleFileKind::kAnswer : BundleFileKind::kBundle;
  const absl::string_view bytes = AsInput(data + 1, size - 1);
  const std::string file = (data[0] & kInside) != 0 ? FileOf(kind, bytes) : std::string(bytes);
  if (answer) {
    ReadAnswer(file);
  } else {
    ReadBundle(file);
  }
  return 0;
}
