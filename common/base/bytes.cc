#include "common/base/bytes.h"

namespace motcua {

uint8_t ByteReader::Byte() {
  if (left_.empty()) {
    Fail();
    return 0;
  }
  const auto value = static_cast<uint8_t>(left_.front());
  left_.remove_prefix(1);
  return value;
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    if (!ok_) return 0;
    // The tenth byte holds one bit; a zero byte after the first is a longer form of a shorter number.
    if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  Fail();
  return 0;
}

uint64_t ByteReader::VarintUpTo(uint64_t max) {
  const uint64_t value = Varint();
  if (value <= max) return value;
  Fail();
  return 0;
}

int64_t ByteReader::Zigzag() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

uint32_t ByteReader::Fixed32() {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8) | Byte();
  return value;
}

uint64_t ByteReader::Fixed64() {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | Byte();
  return value;
}

absl::string_view ByteReader::Raw(std::size_t size) {
  if (size > left_.size()) {
    Fail();
    return {};
  }
  const absl::string_view bytes = left_.substr(0, size);
  left_.remove_prefix(size);
  return bytes;
}

absl::string_view ByteReader::Text(std::size_t size_max) {
  const uint64_t size = Varint();
  if (!ok_ || size > size_max || size > left_.size()) {
    Fail();
    return {};
  }
  return Raw(static_cast<std::size_t>(size));
}

}  // namespace motcua
