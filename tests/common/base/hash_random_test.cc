// Hashes and randomness. Faults they should survive: a hasher used again and again, ranges that do not divide 2^64.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/base/random.h"

namespace motcua {
namespace {

TEST(HashTest, IsSha256) {
  EXPECT_EQ(ToHex(AsBytes(Sha256(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(AsBytes(Sha256("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HashTest, TwoPartsHashLikeTheirJoinAndTheHasherStartsAnewEachTime) {
  Sha256Hasher hasher;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(hasher.Of("ab", "c"), Sha256("abc"));
    EXPECT_EQ(hasher.Of("", ""), Sha256(""));
  }
}

TEST(HashTest, First8IsTheFrontMostSignificantFirst) { EXPECT_EQ(First8(Sha256("abc")), 0xba7816bf8f01cfeau); }

TEST(RandomTest, SeedRepeatsItsStreamAndSeedsDiffer) {
  SeededRandom a(1), again(1), b(2);
  for (int i = 0; i < 100; ++i) {
    const uint64_t value = a.Next64();
    EXPECT_EQ(value, again.Next64());
    EXPECT_NE(value, b.Next64());
  }
}

TEST(RandomTest, BelowReachesEveryMemberOfItsRangeAndNothingElse) {
  SeededRandom random(5);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) ++seen.at(random.Below(7));
  for (int count : seen) EXPECT_NEAR(count, 1000, 200);
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomTest, KernelRandomnessFillsEveryByte) {
  SystemRandom random;
  std::vector<uint8_t> ever(33);
  for (int i = 0; i < 40; ++i) {
    std::vector<uint8_t> bytes(ever.size());
    random.Fill(bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at) ever[at] |= bytes[at];
  }
  for (uint8_t byte : ever) EXPECT_EQ(byte, 0xFF);  // a bit stays 0 forty times once in 2^40
}

}  // namespace
}  // namespace motcua
