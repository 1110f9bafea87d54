// Bundles as bytes should survive: every byte of a signed file changed, a cut anywhere, and a writer that signs
// nonsense: counts and sizes that lie, messages that are none, parts of another device.
#include "common/rpc/bundle_wire.h"

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/sync/batch.h"
#include "common/sync/bundle_file.h"
#include "tests/common/sync/random_entries.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;

Bundle SomeBundle() {
  RandomEntries random(5);
  Bundle bundle;
  bundle.device = DeviceId{0x3f2a90c1};
  bundle.unit = "00019";
  bundle.created_ms = 1'600'000'000'123;
  bundle.base = Sha256("a receipt");
  bundle.catalog = Sha256("a catalog");
  bundle.entries = 17;
  for (int i = 0; i < 3; ++i) {
    const HashedRun run = random.RandomRun(20);
    ExchangeRequest request;
    request.device = bundle.device;
    request.unit = bundle.unit;
    request.locator = {{bundle.device, 9, 9}, {bundle.device, 8, 8}};
    request.ends = {{DeviceId{1}, 4, 4}};
    request.batch = EncodeBatch({run.run}, {run.parent_hash}, CodeBook(), kBatchBytesMax).bytes;
    request.waiting = 3;
    request.agent_version = "0.1.0";
    bundle.requests.push_back(request);
  }
  return bundle;
}

BundleReceipt SomeReceipt() {
  BundleReceipt receipt;
  receipt.device = DeviceId{0x3f2a90c1};
  receipt.unit = "00019";
  receipt.base = Sha256("a receipt");
  receipt.made_ms = 1'600'000'500'000;
  receipt.more = true;
  receipt.catalog = "a catalog's canonical bytes";
  ExchangeResponse response;
  response.verdict = Verdict::kForked;
  response.common = {receipt.device, 9, 9};
  response.receipt = {"00019", 7, 1'600'000'500'000, {{DeviceId{1}, 4, 4}}, std::string(64, 's')};
  response.batch = "a batch";
  response.message = "Báo người quản trị.";
  receipt.responses = {response, response};
  return receipt;
}

std::string FileOf(const Bundle& bundle) {
  return WriteBundleFile(BundleSignedPart(BundleFileKind::kBundle, EncodeBundle(bundle), "certificate"), "signature");
}
std::string FileOf(absl::string_view payload) {
  return WriteBundleFile(BundleSignedPart(BundleFileKind::kBundle, payload, "certificate"), "signature");
}
std::string FileOf(const BundleReceipt& receipt) {
  return WriteBundleFile(BundleSignedPart(BundleFileKind::kAnswer, EncodeBundleReceipt(receipt), ""), "signature");
}

TEST(BundleWireTest, ABundleIsReadBack) {
  const Bundle sent = SomeBundle();
  const absl::StatusOr<ReceivedBundle> received = DecodeBundle(FileOf(sent));
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->certificate, "certificate");
  EXPECT_EQ(received->signature, "signature");
  EXPECT_EQ(EncodeBundle(received->bundle), EncodeBundle(sent));
  EXPECT_EQ(received->bundle.entries, 17u);
  EXPECT_EQ(received->bundle.base, sent.base);
  EXPECT_EQ(received->bundle.created_ms, sent.created_ms);
  ASSERT_EQ(received->bundle.requests.size(), 3u);
  EXPECT_EQ(received->bundle.requests[1].batch, sent.requests[1].batch);
  EXPECT_EQ(received->bundle.requests[1].locator, sent.requests[1].locator);
}

TEST(BundleWireTest, AReceiptIsReadBack) {
  const BundleReceipt sent = SomeReceipt();
  const absl::StatusOr<ReceivedBundleReceipt> received = DecodeBundleReceipt(FileOf(sent));
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->signature, "signature");
  EXPECT_EQ(EncodeBundleReceipt(received->receipt), EncodeBundleReceipt(sent));
  EXPECT_EQ(received->receipt.catalog, sent.catalog);
  EXPECT_TRUE(received->receipt.more);
  ASSERT_EQ(received->receipt.responses.size(), 2u);
  EXPECT_EQ(received->receipt.responses[0].verdict, Verdict::kForked);
  EXPECT_EQ(received->receipt.responses[0].receipt.ends, sent.responses[0].receipt.ends);
}

TEST(BundleWireTest, EveryFlippedByteIsRefused) {
  const std::string bundle = FileOf(SomeBundle());
  for (std::size_t at = 0; at < bundle.size(); ++at) {
    std::string bad = bundle;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    EXPECT_FALSE(DecodeBundle(bad).ok()) << at;
  }
  const std::string answer = FileOf(SomeReceipt());
  for (std::size_t at = 0; at < answer.size(); ++at) {
    std::string bad = answer;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    EXPECT_FALSE(DecodeBundleReceipt(bad).ok()) << at;
  }
}

TEST(BundleWireTest, ACutAnywhereIsRefused) {
  const std::string bundle = FileOf(SomeBundle());
  for (std::size_t size = 0; size < bundle.size(); ++size)
    EXPECT_FALSE(DecodeBundle(bundle.substr(0, size)).ok()) << size;
}

// A device that signs what it likes: the digest fits, the content does not.
TEST(BundleWireTest, AShortenedPayloadIsRefusedAtEveryLength) {
  const std::string payload = EncodeBundle(SomeBundle());
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(DecodeBundle(FileOf(payload.substr(0, size))).ok()) << size;
  EXPECT_FALSE(DecodeBundle(FileOf(payload + "x")).ok());
}

TEST(BundleWireTest, RandomBytesInAPayloadDoNoHarm) {
  SeededRandom random(11);
  const std::string good = EncodeBundle(SomeBundle());
  for (int i = 0; i < 2000; ++i) {
    std::string payload = good;
    for (uint64_t n = 1 + random.Below(4); n > 0; --n)
      payload[random.Below(payload.size())] = static_cast<char>(random.Next32());
    (void)DecodeBundle(FileOf(payload));
  }
}

TEST(BundleWireTest, CountsBeyondTheBoundAreRefusedBeforeAnythingIsRead) {
  for (const uint64_t count : {uint64_t{kBundleExchangesMax} + 1, uint64_t{1} << 62}) {
    std::string payload;
    ByteWriter out(&payload);
    out.Fixed32(1);
    out.Text("U1");
    out.Zigzag(0);
    out.Raw(std::string(64, '\0'));
    out.Varint(0);
    out.Varint(count);
    EXPECT_THAT(DecodeBundle(FileOf(payload)), StatusIs(StatusCode::kInvalidArgument));
  }
}

TEST(BundleWireTest, APartOfAnotherDeviceIsRefused) {
  Bundle bundle = SomeBundle();
  bundle.requests[2].device = DeviceId{9};
  bundle.requests[2].locator.clear();
  EXPECT_THAT(DecodeBundle(FileOf(bundle)), StatusIs(StatusCode::kInvalidArgument));
}

TEST(BundleWireTest, AVerdictOfANewerHubAsksForAnUpgrade) {
  BundleReceipt receipt = SomeReceipt();
  receipt.responses[1].verdict = static_cast<Verdict>(99);
  EXPECT_THAT(DecodeBundleReceipt(FileOf(receipt)), StatusIs(StatusCode::kUnimplemented));
}

}  // namespace
}  // namespace motcua
