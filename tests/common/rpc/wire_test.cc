// Survives: lists over their limits, hashes of a wrong size, packed names cut anywhere, fields of a newer
// version.
#include "common/rpc/wire.h"

#include "common/base/language.h"
#include "common/base/random.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using ::testing::HasSubstr;

std::string Noise(SeededRandom& random, std::size_t size_max) {
  std::string bytes(random.Below(size_max + 1), '\0');
  for (char& c : bytes) c = static_cast<char>(random.Next32());
  return bytes;
}

EntryName RandomName(SeededRandom& random) {
  const DeviceId device{random.Below(3) == 0 ? 0 : static_cast<uint32_t>(random.Below(3) * 1'000'003)};
  const Seq seq = random.Below(4) == 0 ? kSeqMax : static_cast<Seq>(random.Below(20'000));
  return {device, seq, seq == 0 ? 0 : random.Next64()};
}

std::vector<EntryName> RandomNames(SeededRandom& random, std::size_t count_max) {
  std::vector<EntryName> names(random.Below(count_max + 1));
  for (EntryName& name : names) name = RandomName(random);
  return names;
}

Hash RandomHash(SeededRandom& random) { return Sha256(Noise(random, 8)); }

ExchangeRequest RandomRequest(SeededRandom& random) {
  ExchangeRequest request;
  request.protocol = random.Next32();
  request.catalog = random.Below(2) == 0 ? Hash{} : RandomHash(random);
  request.device = DeviceId{random.Next32()};
  request.unit = random.Below(4) == 0 ? "" : "00019";
  request.locator = RandomNames(random, kLocatorMax);
  request.ends = RandomNames(random, 60);
  request.newest_receipt = Noise(random, 300);
  request.batch = Noise(random, 2'000);
  request.waiting = random.Next32();
  request.oldest_waiting_s = static_cast<int64_t>(random.Next64());
  request.batch_bytes_max = kBatchBytesMin + random.Below(kBatchBytesMax - kBatchBytesMin + 1);
  request.catalog_offset = static_cast<uint32_t>(random.Below(kCatalogBytesMax + 1));
  request.catalog_wanted = random.Below(2) == 0 ? Hash{} : RandomHash(random);
  request.agent_time_ms = static_cast<int64_t>(random.Next64());
  request.agent_version = "0.1.0";
  return request;
}

ExchangeResponse RandomResponse(SeededRandom& random) {
  ExchangeResponse response;
  response.verdict = static_cast<Verdict>(1 + random.Below(10));
  response.hub_behind = random.Below(2) == 0;
  response.common = random.Below(3) == 0 ? EntryName{} : RandomName(random);
  if (random.Below(3) != 0) {
    response.receipt = {"00019", random.Next64(), static_cast<int64_t>(random.Next64()),
                        RandomNames(random, 60), std::string(64, 's')};
  }
  response.batch = Noise(random, 2'000);
  response.more = random.Below(2) == 0;
  response.hub_time_ms = static_cast<int64_t>(random.Next64());
  response.batch_bytes_max = kBatchBytesMin + random.Below(kBatchBytesMax - kBatchBytesMin + 1);
  response.catalog = RandomHash(random);
  response.catalog_chunk = Noise(random, 500);
  response.catalog_size = static_cast<uint32_t>(random.Below(kCatalogBytesMax + 1));
  response.message = "Thiết bị này đã được sao chép.";
  response.returned = {{DeviceId{7}, 5, 55}, {DeviceId{9}, 6, 66}};
  response.renew = true;
  return response;
}

void ExpectEqual(const ExchangeRequest& a, const ExchangeRequest& b) {
  EXPECT_EQ(a.protocol, b.protocol);
  EXPECT_EQ(a.catalog, b.catalog);
  EXPECT_EQ(a.device, b.device);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.locator, b.locator);
  EXPECT_EQ(a.ends, b.ends);
  EXPECT_EQ(a.newest_receipt, b.newest_receipt);
  EXPECT_EQ(a.batch, b.batch);
  EXPECT_EQ(a.waiting, b.waiting);
  EXPECT_EQ(a.oldest_waiting_s, b.oldest_waiting_s);
  EXPECT_EQ(a.batch_bytes_max, b.batch_bytes_max);
  EXPECT_EQ(a.catalog_offset, b.catalog_offset);
  EXPECT_EQ(a.catalog_wanted, b.catalog_wanted);
  EXPECT_EQ(a.agent_time_ms, b.agent_time_ms);
  EXPECT_EQ(a.agent_version, b.agent_version);
}

void ExpectEqual(const ExchangeResponse& a, const ExchangeResponse& b) {
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.hub_behind, b.hub_behind);
  EXPECT_EQ(a.common, b.common);
  EXPECT_EQ(EncodeReceipt(a.receipt), EncodeReceipt(b.receipt));
  EXPECT_EQ(a.batch, b.batch);
  EXPECT_EQ(a.more, b.more);
  EXPECT_EQ(a.hub_time_ms, b.hub_time_ms);
  EXPECT_EQ(a.batch_bytes_max, b.batch_bytes_max);
  EXPECT_EQ(a.catalog, b.catalog);
  EXPECT_EQ(a.catalog_chunk, b.catalog_chunk);
  EXPECT_EQ(a.catalog_size, b.catalog_size);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.returned, b.returned);
  EXPECT_EQ(a.renew, b.renew);
}

TEST(WireTest, AnyRequestComesBackAsItWasSent) {
  SeededRandom random(1);
  for (int i = 0; i < 300; ++i) {
    const ExchangeRequest request = RandomRequest(random);
    v1::ExchangeRequest received;
    ASSERT_TRUE(received.ParseFromString(ToWire(request).SerializeAsString()));
    const absl::StatusOr<ExchangeRequest> read = FromWire(received);
    ASSERT_THAT(read, IsOk());
    ExpectEqual(*read, request);
  }
}

TEST(WireTest, AnyResponseComesBackAsItWasSent) {
  SeededRandom random(2);
  for (int i = 0; i < 300; ++i) {
    const ExchangeResponse response = RandomResponse(random);
    v1::ExchangeResponse received;
    ASSERT_TRUE(received.ParseFromString(ToWire(response).SerializeAsString()));
    const absl::StatusOr<ExchangeResponse> read = FromWire(received);
    ASSERT_THAT(read, IsOk());
    ExpectEqual(*read, response);
  }
}

TEST(WireTest, OneNameOfADeviceTakesAtMostSeventeenBytesAndTheNextOnesLess) {
  const std::vector<EntryName> names{{DeviceId{7}, kSeqMax, 1}, {DeviceId{7}, 100, 2}};
  EXPECT_EQ(PackNames(names).size(), 17u + 2 + 8);
}

TEST(WireTest, PeerThatWantsMoreThanThisVersionCarriesGetsThisVersionsMost) {
  v1::ExchangeRequest message = ToWire(ExchangeRequest{});
  message.set_batch_bytes_max(1 << 30);
  EXPECT_EQ(FromWire(message)->batch_bytes_max, kBatchBytesMax);
  message.set_batch_bytes_max(0);
  EXPECT_EQ(FromWire(message)->batch_bytes_max, kBatchBytesMin);
}

TEST(WireTest, FieldOfANewerVersionSurvivesATripThroughThisOne) {
  v1::ExchangeRequest message = ToWire(ExchangeRequest{});
  const std::string newer = message.SerializeAsString() + std::string("\xFA\x7F\x03new", 6);  // field 2047
  v1::ExchangeRequest read;
  ASSERT_TRUE(read.ParseFromString(newer));
  EXPECT_THAT(FromWire(read), IsOk());
  EXPECT_THAT(read.SerializeAsString(), HasSubstr("new"));
}

// Errors
// ------------------------------------------------------------------------------------------------------------

TEST(WireErrorTest, PackedNamesCutAnywhereAreRefused) {
  const std::string whole = PackNames({{DeviceId{7}, 300, 1}, {DeviceId{8}, 2, 2}});
  const std::size_t first = PackNames({{DeviceId{7}, 300, 1}}).size();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    if (size == first) continue;
    EXPECT_THAT(UnpackNames(whole.substr(0, size), 10), StatusIs(absl::StatusCode::kInvalidArgument)) << size;
  }
}

TEST(WireErrorTest, MoreNamesThanTheLimitAreRefused) {
  const std::vector<EntryName> names(kEndsMax + 1, EntryName{DeviceId{1}, 5, 6});
  EXPECT_THAT(UnpackNames(PackNames(names), kEndsMax), StatusIs(absl::StatusCode::kInvalidArgument));
  ExchangeRequest request;
  request.ends = names;
  EXPECT_THAT(FromWire(ToWire(request)), StatusIs(absl::StatusCode::kInvalidArgument, "ends"));
  ExchangeResponse response;
  response.receipt.ends = names;
  response.receipt.signature = "s";
  EXPECT_THAT(FromWire(ToWire(response)), StatusIs(absl::StatusCode::kInvalidArgument, "receipt.ends"));
}

TEST(WireErrorTest, SeqOverItsLimitIsRefused) {
  EXPECT_THAT(UnpackNames(PackNames({{DeviceId{1}, kSeqMax + 1, 6}}), 1),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(WireErrorTest, EveryFaultOfARequestIsListedAtOnce) {
  v1::ExchangeRequest message = ToWire(ExchangeRequest{});
  message.set_catalog("short");
  message.set_catalog_wanted(std::string(33, 'x'));
  message.set_locator("\x01");
  message.set_ends("\xFF");
  message.set_unit("with space");
  message.set_newest_receipt(std::string(64 * 1024, 'x'));
  message.set_batch(std::string(kBatchBytesMax + 1, 'x'));
  message.set_catalog_offset(kCatalogBytesMax + 1);
  message.set_agent_version(std::string(65, 'x'));
  EXPECT_THAT(FromWire(message),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "catalog, catalog_wanted, locator, ends, unit, newest_receipt, batch, "
                       "catalog_offset, agent_version"));
}

TEST(WireErrorTest, EveryFaultOfAResponseIsListedAtOnce) {
  v1::ExchangeResponse message = ToWire(ExchangeResponse{});
  message.set_catalog("short");
  message.set_batch(std::string(kBatchBytesMax + 1, 'x'));
  message.set_catalog_chunk(std::string(kCatalogChunkBytes + 1, 'x'));
  message.set_catalog_size(kCatalogBytesMax + 1);
  message.set_message(std::string(4097, 'x'));
  message.set_common(PackNames({{DeviceId{1}, 1, 1}, {DeviceId{1}, 2, 1}}));
  message.mutable_receipt()->set_unit(std::string(65, 'x'));
  message.mutable_receipt()->set_signature(std::string(65, 'x'));
  EXPECT_THAT(
      FromWire(message),
      StatusIs(
          absl::StatusCode::kInvalidArgument,
          "catalog, batch, catalog_chunk, catalog_size, message, common, receipt.unit, receipt.signature"));
}

TEST(WireErrorTest, VerdictOfANewerHubAsksForAnUpdate) {
  v1::ExchangeResponse message = ToWire(ExchangeResponse{});
  message.set_verdict(static_cast<v1::Verdict>(11));
  EXPECT_THAT(FromWire(message), StatusIs(absl::StatusCode::kUnimplemented, "cập nhật"));
  message.clear_verdict();
  EXPECT_THAT(FromWire(message), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(WireErrorTest, NoisyBytesNeverGetPastTheLimits) {
  SeededRandom random(3);
  for (int i = 0; i < 2'000; ++i) {
    const absl::StatusOr<std::vector<EntryName>> names = UnpackNames(Noise(random, 200), 5);
    if (names.ok()) {
      EXPECT_LE(names->size(), 5u);
    }
  }
}

}  // namespace
}  // namespace motcua
