// ByteWriter and ByteReader. Faults they should survive: input cut anywhere, lengths that lie, numbers written in a
// longer form than needed, numbers that do not fit.
#include "common/base/bytes.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "common/base/random.h"

namespace motcua {
namespace {

std::string Varint(uint64_t value) {
  std::string bytes;
  ByteWriter(&bytes).Varint(value);
  return bytes;
}
std::string Hex(std::initializer_list<int> bytes) {
  std::string text;
  for (int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

TEST(BytesTest, VarintsHaveTheirPermanentBytes) {
  EXPECT_EQ(Varint(0), Hex({0}));
  EXPECT_EQ(Varint(127), Hex({0x7F}));
  EXPECT_EQ(Varint(128), Hex({0x80, 0x01}));
  EXPECT_EQ(Varint(300), Hex({0xAC, 0x02}));
  EXPECT_EQ(Varint(UINT64_MAX), Hex({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));
}

TEST(BytesTest, VarintsReadBackAtEveryLength) {
  for (int bits = 0; bits < 64; ++bits) {
    for (const uint64_t value : {uint64_t{1} << bits, (uint64_t{1} << bits) - 1, ~uint64_t{0} >> bits}) {
      const std::string bytes = Varint(value);
      ByteReader in(bytes);
      EXPECT_EQ(in.Varint(), value);
      EXPECT_TRUE(in.AtEnd());
    }
  }
}

TEST(BytesTest, SignedNumbersReadBackSmallOnesShort) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{1}, int64_t{-64}, int64_t{63}, int64_t{64}, kMin, kMax}) {
    std::string bytes;
    ByteWriter(&bytes).Zigzag(value);
    ByteReader in(bytes);
    EXPECT_EQ(in.Zigzag(), value);
    EXPECT_TRUE(in.AtEnd());
    if (value >= -64 && value <= 63) {
      EXPECT_EQ(bytes.size(), 1u) << value;
    }
  }
}

TEST(BytesTest, FixedNumbersAreBigEndian) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Fixed32(0x01020304);
  out.Fixed64(0x05060708090A0B0C);
  EXPECT_EQ(bytes, Hex({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  ByteReader in(bytes);
  EXPECT_EQ(in.Fixed32(), 0x01020304u);
  EXPECT_EQ(in.Fixed64(), 0x05060708090A0B0Cu);
  EXPECT_TRUE(in.AtEnd());
}

TEST(BytesTest, TextsReadBack) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Text("");
  out.Text(std::string("a\0b", 3));
  out.Text(std::string(1000, 'x'));
  ByteReader in(bytes);
  EXPECT_EQ(in.Text(10), "");
  EXPECT_EQ(in.Text(10), absl::string_view("a\0b", 3));
  EXPECT_EQ(in.Text(1000).size(), 1000u);
  EXPECT_TRUE(in.AtEnd());
}

// ---- errors

TEST(BytesTest, LongerFormsOfANumberAreRefused) {
  for (const std::string& bytes : {Hex({0x80, 0x00}), Hex({0xFF, 0x00}), Hex({0x80, 0x80, 0x00}),
                                   Hex({0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00})}) {
    ByteReader in(bytes);
    EXPECT_EQ(in.Varint(), 0u);
    EXPECT_FALSE(in.ok());
  }
}

TEST(BytesTest, NumbersBeyond64BitsAreRefused) {
  for (const int last : {0x02, 0x7F, 0x81}) {
    std::string bytes(9, '\xFF');
    bytes += Hex({last, 0x01});
    ByteReader in(bytes);
    in.Varint();
    EXPECT_FALSE(in.ok()) << last;
  }
}

TEST(BytesTest, EveryTruncationIsAFault) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Varint(UINT64_MAX);
  out.Fixed32(7);
  out.Fixed64(8);
  out.Text("chỉ tiêu");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader in(absl::string_view(bytes).substr(0, size));
    in.Varint();
    in.Fixed32();
    in.Fixed64();
    in.Text(100);
    EXPECT_FALSE(in.ok()) << size;
    EXPECT_FALSE(in.AtEnd()) << size;
  }
}

TEST(BytesTest, TextLongerThanAllowedOrThanWhatIsLeftIsRefused) {
  std::string bytes;
  ByteWriter(&bytes).Text("12345");
  ByteReader bounded(bytes);
  EXPECT_EQ(bounded.Text(4), "");
  EXPECT_FALSE(bounded.ok());
  std::string lying = Varint(UINT64_MAX) + "12345";
  ByteReader in(lying);
  EXPECT_EQ(in.Text(SIZE_MAX), "");
  EXPECT_FALSE(in.ok());
}

TEST(BytesTest, VarintUpToRefusesWhatIsLarger) {
  const std::string bytes = Varint(100);
  ByteReader fits(bytes);
  EXPECT_EQ(fits.VarintUpTo(100), 100u);
  EXPECT_TRUE(fits.ok());
  ByteReader larger(bytes);
  EXPECT_EQ(larger.VarintUpTo(99), 0u);
  EXPECT_FALSE(larger.ok());
}

TEST(BytesTest, AfterAFaultEverythingReadsAsZeroOrEmpty) {
  const std::string bytes = Hex({0x80, 0x00, 0x05, 'h', 'e', 'l', 'l', 'o'});
  ByteReader in(bytes);
  in.Varint();
  EXPECT_EQ(in.Byte(), 0);
  EXPECT_EQ(in.Varint(), 0u);
  EXPECT_EQ(in.Zigzag(), 0);
  EXPECT_EQ(in.Fixed64(), 0u);
  EXPECT_EQ(in.Raw(1), "");
  EXPECT_EQ(in.Text(10), "");
  EXPECT_EQ(in.left(), 0u);
  EXPECT_FALSE(in.AtEnd());
}

TEST(BytesTest, RandomBytesNeverReadPastTheEndAndNumbersAreUnique) {
  SeededRandom random(4);
  for (int i = 0; i < 20000; ++i) {
    std::vector<uint8_t> noise(random.Below(14));
    random.Fill(noise);
    const std::string bytes(noise.begin(), noise.end());
    ByteReader in(bytes);
    const uint64_t value = in.Varint();
    if (in.ok()) {
      ASSERT_EQ(Varint(value), bytes.substr(0, bytes.size() - in.left()));
    }
  }
}

}  // namespace
}  // namespace motcua
