// ByteWriter and ByteReader: the primitives of every stored and sent format of this project.
//
//   varint  unsigned LEB128, at most 10 bytes, shortest form only (a longer form is refused, so that equal
//           values have equal bytes)
//   zigzag  signed value as varint of (n << 1) ^ (n >> 63)
//   fixed   big-endian
//   text    varint length, then the bytes
//
// The reader never reads past its input: after the first fault every read gives zero or empty and ok() is
// false, so a parser may check once at the end. Lengths are checked against what is left before use.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace motcua {

class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(*out) {}

  void Byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      Byte(static_cast<uint8_t>(value | 0x80));
      value >>= 7;
    }
    Byte(static_cast<uint8_t>(value));
  }
  void Zigzag(int64_t value) { Varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void Fixed32(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) Byte(static_cast<uint8_t>(value >> shift));
  }
  void Fixed64(uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) Byte(static_cast<uint8_t>(value >> shift));
  }
  void Raw(absl::string_view bytes) { out_.append(bytes.data(), bytes.size()); }
  void Text(absl::string_view text) {
    Varint(text.size());
    Raw(text);
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : left_(bytes) {}

  uint8_t Byte();
  uint64_t Varint();
  // A varint that must fit `max`; larger values are a fault.
  uint64_t VarintUpTo(uint64_t max);
  int64_t Zigzag();
  uint32_t Fixed32();
  uint64_t Fixed64();
  absl::string_view Raw(std::size_t size);
  absl::string_view Text(std::size_t size_max);

  void Fail() {
    ok_ = false;
    left_ = {};
  }
  bool ok() const { return ok_; }
  // True when everything was read without a fault.
  bool AtEnd() const { return ok_ && left_.empty(); }
  std::size_t left() const { return left_.size(); }

 private:
  absl::string_view left_;
  bool ok_ = true;
};

}  // namespace motcua
