// The signed file of a bundle should survive: every byte changed, a cut at every length, another program's file, the
// one file given for the other, a format of next year, sizes that lie.
#include "common/sync/bundle.h"

#include "common/base/bytes.h"
#include "common/base/hash.h"
#include "common/sync/bundle_file.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;

constexpr absl::string_view kPayload = "what a desk carries";
constexpr absl::string_view kCertificate = "-----BEGIN CERTIFICATE-----";

std::string SmallFile(BundleFileKind kind = BundleFileKind::kBundle) {
  return WriteBundleFile(BundleSignedPart(kind, kPayload, kCertificate), "signed");
}

TEST(BundleFileTest, WhatWasWrittenIsReadBack) {
  for (const BundleFileKind kind : {BundleFileKind::kBundle, BundleFileKind::kAnswer}) {
    const std::string file = SmallFile(kind);
    const absl::StatusOr<BundleFileParts> parts = ReadBundleFile(kind, file);
    ASSERT_THAT(parts, IsOk());
    EXPECT_EQ(parts->payload, kPayload);
    EXPECT_EQ(parts->certificate, kCertificate);
    EXPECT_EQ(parts->signature, "signed");
    EXPECT_EQ(parts->signed_part, BundleSignedPart(kind, kPayload, kCertificate));
  }
}

TEST(BundleFileTest, EveryFlippedBitIsRefused) {
  const std::string good = SmallFile();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      EXPECT_FALSE(ReadBundleFile(BundleFileKind::kBundle, bad).ok()) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(BundleFileTest, ACutAtAnyLengthIsToldAsOne) {
  const std::string good = SmallFile();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, good.substr(0, size)), StatusIs(StatusCode::kDataLoss))
        << size;
  }
}

TEST(BundleFileTest, WhatStandsBehindTheEndIsRefused) {
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, SmallFile() + "x"), StatusIs(StatusCode::kDataLoss));
}

TEST(BundleFileTest, AnotherProgramsFileIsNotOurs) {
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, "PK\x03\x04 a spreadsheet of some kind"),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kAnswer, "day,procedure,channel"),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(BundleFileTest, OneFileGivenForTheOtherIsToldByName) {
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, SmallFile(BundleFileKind::kAnswer)),
              StatusIs(StatusCode::kInvalidArgument, "bundle receipt"));
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kAnswer, SmallFile()),
              StatusIs(StatusCode::kInvalidArgument, "bundle import"));
}

TEST(BundleFileTest, ANewerFormatAsksForAnUpgradeWhateverFollows) {
  std::string newer = SmallFile();
  newer[std::string("motcua bundle\n").size()] = 2;
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, newer), StatusIs(StatusCode::kUnimplemented));
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, newer.substr(0, 15)), StatusIs(StatusCode::kUnimplemented));
}

TEST(BundleFileTest, FormatZeroWasNeverWritten) {
  std::string part = BundleSignedPart(BundleFileKind::kBundle, kPayload, kCertificate);
  part[std::string("motcua bundle\n").size()] = 0;
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, WriteBundleFile(part, "signed")), StatusIs(StatusCode::kDataLoss));
}

TEST(BundleFileTest, AFileOverTheBoundIsRefusedUnread) {
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, std::string(kBundleBytesMax + 1, 'x')),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(BundleFileTest, ALengthBeyondTheFileIsACut) {
  std::string bytes = "motcua bundle\n";
  ByteWriter out(&bytes);
  out.Byte(1);
  out.Fixed32(0xFFFFFFFF);
  EXPECT_THAT(ReadBundleFile(BundleFileKind::kBundle, bytes), StatusIs(StatusCode::kDataLoss));
}

Bundle SmallBundle() {
  Bundle bundle;
  bundle.device = DeviceId{7};
  bundle.unit = "U1";
  bundle.requests.resize(2);
  for (ExchangeRequest& request : bundle.requests) {
    request.device = bundle.device;
    request.unit = bundle.unit;
  }
  return bundle;
}

TEST(BundleTest, EveryPartIsOfTheBundlesDeviceAndUnitAndSpellsItsCodesOut) {
  EXPECT_THAT(CheckBundle(SmallBundle()), IsOk());
  Bundle other_device = SmallBundle();
  other_device.requests[1].device = DeviceId{8};
  EXPECT_THAT(CheckBundle(other_device), StatusIs(StatusCode::kInvalidArgument));
  Bundle other_unit = SmallBundle();
  other_unit.requests[1].unit = "U2";
  EXPECT_THAT(CheckBundle(other_unit), StatusIs(StatusCode::kInvalidArgument));
  Bundle numbers = SmallBundle();
  numbers.requests[0].catalog = Sha256("a catalog");
  EXPECT_THAT(CheckBundle(numbers), StatusIs(StatusCode::kInvalidArgument));
}

TEST(BundleTest, NumbersOfPartsAreBounded) {
  Bundle bundle = SmallBundle();
  bundle.requests.resize(kBundleExchangesMax + 1, bundle.requests.front());
  EXPECT_THAT(CheckBundle(bundle), StatusIs(StatusCode::kInvalidArgument));
  bundle.requests.clear();
  EXPECT_THAT(CheckBundle(bundle), StatusIs(StatusCode::kInvalidArgument));
  BundleReceipt receipt;
  EXPECT_THAT(CheckBundleReceipt(receipt), StatusIs(StatusCode::kInvalidArgument));
  receipt.responses.resize(kBundleAnswersMax);
  EXPECT_THAT(CheckBundleReceipt(receipt), IsOk());
  receipt.responses.resize(kBundleAnswersMax + 1);
  EXPECT_THAT(CheckBundleReceipt(receipt), StatusIs(StatusCode::kInvalidArgument));
}

TEST(BundleTest, ACatalogOverTheBoundIsRefused) {
  BundleReceipt receipt;
  receipt.responses.resize(1);
  receipt.catalog = std::string(kCatalogBytesMax, 'x');
  EXPECT_THAT(CheckBundleReceipt(receipt), IsOk());
  receipt.catalog.push_back('x');
  EXPECT_THAT(CheckBundleReceipt(receipt), StatusIs(StatusCode::kInvalidArgument));
}

// The writer of a bundle adds these up to know when to stop; what it says must not be less than what is written.
TEST(BundleTest, AnExchangeCountsForAtLeastWhatItTakes) {
  ExchangeRequest request;
  request.batch = std::string(1000, 'b');
  request.newest_receipt = std::string(500, 'r');
  request.ends.resize(30);
  request.locator.resize(20);
  EXPECT_GE(BundleBytesOf(request), 1500u + 50 * 17);
  ExchangeResponse response;
  response.batch = request.batch;
  response.message = "m";
  response.receipt.ends.resize(30);
  EXPECT_GE(BundleBytesOf(response), 1001u + 30 * 17);
}

TEST(BundleTest, ACatalogComesWholeOrNotAtAll) {
  BundleReceipt receipt;
  receipt.responses.resize(1);
  receipt.responses[0].catalog_chunk = "a piece";
  EXPECT_THAT(CheckBundleReceipt(receipt), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
