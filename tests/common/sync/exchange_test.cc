// Receipts come back as they were signed, and nothing else is taken for one.
#include "common/sync/exchange.h"

#include <set>

#include "common/base/bytes.h"
#include "common/base/random.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;

Receipt SampleReceipt(std::size_t ends) {
  Receipt receipt;
  receipt.unit = "00019";
  receipt.incarnation = 0xFEDCBA9876543210;
  receipt.hub_time_ms = 1'600'000'000'123;
  for (std::size_t i = 0; i < ends; ++i) {
    receipt.ends.push_back({DeviceId{static_cast<uint32_t>(i)}, kSeqMax - static_cast<Seq>(i), i * 7919});
  }
  receipt.signature = std::string(64, '\x5A');
  return receipt;
}

void ExpectSame(const Receipt& a, const Receipt& b) {
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.incarnation, b.incarnation);
  EXPECT_EQ(a.hub_time_ms, b.hub_time_ms);
  EXPECT_EQ(a.ends, b.ends);
  EXPECT_EQ(a.signature, b.signature);
}

TEST(ReceiptTest, ComesBackAsItWasWrittenWithTheSamePayload) {
  for (std::size_t ends : {std::size_t{0}, std::size_t{1}, std::size_t{5}, kEndsMax}) {
    const Receipt receipt = SampleReceipt(ends);
    const auto decoded = DecodeReceipt(EncodeReceipt(receipt));
    ASSERT_THAT(decoded, IsOk());
    ExpectSame(*decoded, receipt);
    EXPECT_EQ(ReceiptPayload(*decoded), ReceiptPayload(receipt));
  }
}

TEST(VerdictNameTest, EveryVerdictHasANameOfItsOwnAndWhatIsNoneIsShownAsThat) {
  std::set<absl::string_view> names;
  for (Verdict verdict : {Verdict::kAppend, Verdict::kDuplicate, Verdict::kRegressed, Verdict::kForked, Verdict::kGap,
                          Verdict::kUnknown, Verdict::kRevoked, Verdict::kTooOld, Verdict::kTooNew, Verdict::kRetryLater}) {
    names.insert(VerdictName(verdict));
  }
  EXPECT_EQ(names.size(), 10u);
  EXPECT_EQ(VerdictName(static_cast<Verdict>(99)), "?");
}

TEST(ReceiptTest, ThePayloadIsTheOneThatIsDrawn) {
  Receipt receipt;
  receipt.unit = "19";
  receipt.incarnation = 1;
  receipt.hub_time_ms = 1;
  receipt.ends = {{DeviceId{0x01020304}, 5, 6}};
  EXPECT_EQ(ReceiptPayload(receipt), std::string("motcua receipt 1"
                                                 "\2"
                                                 "19"
                                                 "\0\0\0\0\0\0\0\1"
                                                 "\2"
                                                 "\1"
                                                 "\1\2\3\4"
                                                 "\5"
                                                 "\0\0\0\0\0\0\0\6",
                                                 16 + 3 + 8 + 1 + 1 + 4 + 1 + 8));
}

TEST(ReceiptTest, EveryFieldIsSigned) {
  const std::string payload = ReceiptPayload(SampleReceipt(2));
  Receipt other = SampleReceipt(2);
  other.unit = "00022";
  EXPECT_NE(ReceiptPayload(other), payload);
  other = SampleReceipt(2);
  ++other.incarnation;
  EXPECT_NE(ReceiptPayload(other), payload);
  other = SampleReceipt(2);
  ++other.hub_time_ms;
  EXPECT_NE(ReceiptPayload(other), payload);
  other = SampleReceipt(2);
  other.ends.pop_back();
  EXPECT_NE(ReceiptPayload(other), payload);
  other = SampleReceipt(2);
  ++other.ends[1].h8;
  EXPECT_NE(ReceiptPayload(other), payload);
}

// Readers accept one form only, so altered bytes are refused or are another receipt with another payload.
TEST(ReceiptTest, TamperedBytesAreRefusedOrChangeWhatWasSigned) {
  const Receipt receipt = SampleReceipt(4);
  const std::string bytes = EncodeReceipt(receipt);
  SeededRandom random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string tampered = bytes;
    tampered[random.Below(tampered.size())] ^= static_cast<char>(1 << random.Below(8));
    const auto decoded = DecodeReceipt(tampered);
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodeReceipt(*decoded), tampered);
    EXPECT_TRUE(ReceiptPayload(*decoded) != ReceiptPayload(receipt) ||
                decoded->signature != receipt.signature);
  }
}

// --- Errors
// --------------------------------------------------------------------------------------------------

TEST(ReceiptTest, CutShortOrProlongedItIsRefused) {
  const std::string bytes = EncodeReceipt(SampleReceipt(3));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeReceipt(absl::string_view(bytes).substr(0, size)),
                StatusIs(StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(DecodeReceipt(bytes + '\0'), StatusIs(StatusCode::kInvalidArgument));
}

TEST(ReceiptTest, UnsignedUnsortedOversizeAndForeignTextAreRefused) {
  Receipt receipt = SampleReceipt(2);
  receipt.signature.clear();
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(receipt)), StatusIs(StatusCode::kInvalidArgument));
  receipt = SampleReceipt(2);
  std::swap(receipt.ends[0], receipt.ends[1]);
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(receipt)), StatusIs(StatusCode::kInvalidArgument));
  receipt = SampleReceipt(2);
  receipt.ends[1] = receipt.ends[0];
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(receipt)), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(SampleReceipt(kEndsMax + 1))),
              StatusIs(StatusCode::kInvalidArgument));
  receipt = SampleReceipt(2);
  receipt.unit = "a unit";
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(receipt)), StatusIs(StatusCode::kInvalidArgument));
  receipt = SampleReceipt(2);
  receipt.signature.push_back('x');
  EXPECT_THAT(DecodeReceipt(EncodeReceipt(receipt)), StatusIs(StatusCode::kInvalidArgument));
}

TEST(ReceiptTest, ANewerFormatSaysUpgrade) {
  std::string bytes = EncodeReceipt(SampleReceipt(1));
  bytes[15] = '2';
  EXPECT_THAT(DecodeReceipt(bytes), StatusIs(StatusCode::kUnimplemented));
}

TEST(VerdictNameTest, NamesAreThoseOfTheDesign) {
  EXPECT_EQ(VerdictName(Verdict::kAppend), "APPEND");
  EXPECT_EQ(VerdictName(Verdict::kDuplicate), "DUPLICATE");
  EXPECT_EQ(VerdictName(Verdict::kRegressed), "REGRESSED");
  EXPECT_EQ(VerdictName(Verdict::kForked), "FORKED");
  EXPECT_EQ(VerdictName(Verdict::kGap), "GAP");
  EXPECT_EQ(VerdictName(Verdict::kUnknown), "UNKNOWN");
  EXPECT_EQ(VerdictName(Verdict::kRevoked), "REVOKED");
  EXPECT_EQ(VerdictName(Verdict::kTooOld), "TOO_OLD");
  EXPECT_EQ(VerdictName(Verdict::kTooNew), "TOO_NEW");
  EXPECT_EQ(VerdictName(Verdict::kRetryLater), "RETRY_LATER");
}

}  // namespace
}  // namespace motcua
