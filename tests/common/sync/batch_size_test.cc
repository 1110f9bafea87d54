// The line is thin: what an entry costs on it. Sizes are deterministic, so they are asserted.
#include <iostream>

#include "common/sync/batch.h"
#include "tests/common/sync/synthetic_night.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

double BytesPerEntry(std::size_t entries, uint64_t seed, const CodeBook& book, const SyntheticCodes& codes) {
  SyntheticDesk desk(&codes, seed % codes.units.size(), DeviceId{0x9be0aa01}, seed);
  desk.Night(137);  // the line has a history: the parent's name is not the cheap one of an empty log
  const Hash parent = desk.end_hash();
  const EncodedBatch batch = EncodeBatch({desk.Night(entries)}, {parent}, book, kBatchBytesMax);
  EXPECT_TRUE(batch.complete);
  EXPECT_THAT(DecodeBatch(batch.bytes, book), IsOk());
  return static_cast<double>(batch.bytes.size()) / static_cast<double>(entries);
}

TEST(BatchSizeTest, ANightOf200EntriesTakesAtMostSevenAndAHalfBytesAnEntryWithEverything) {
  const SyntheticCodes codes(3300, 120);
  const CodeBook book(Sha256("catalog"), codes.All());
  double worst = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed) worst = std::max(worst, BytesPerEntry(200, seed, book, codes));
  std::cout << "200 entries, worst of 50 nights: " << worst << " bytes an entry\n";
  EXPECT_LE(worst, 7.5);
}

TEST(BatchSizeTest, ANightStaysCheapWhenTheCatalogHasThousandsOfProcedures) {
  const SyntheticCodes codes(11000, 6000);
  const CodeBook book(Sha256("catalog"), codes.All());
  const double bytes = BytesPerEntry(200, 1, book, codes);
  std::cout << "200 entries over 6,000 procedures: " << bytes << " bytes an entry\n";
  EXPECT_LE(bytes, 9.5);
}

TEST(BatchSizeTest, AMonthOfBacklogFillsItsBatches) {
  const SyntheticCodes codes(3300, 120);
  const CodeBook book(Sha256("catalog"), codes.All());
  SyntheticDesk desk(&codes, 5, DeviceId{7}, 5);
  const EncodedBatch batch = EncodeBatch({desk.Night(8000)}, {ChainRoot(DeviceId{7})}, book, kBatchBytesMax);
  EXPECT_FALSE(batch.complete);
  EXPECT_LE(batch.bytes.size(), kBatchBytesMax);
  EXPECT_GT(batch.bytes.size(), kBatchBytesMax - 64);
  EXPECT_GT(batch.entries, 5000u);
}

}  // namespace
}  // namespace motcua
