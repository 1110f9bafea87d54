#include "common/base/utf8.h"

#include <cstdint>

namespace motcua {
namespace {

constexpr std::size_t kCodeBytesMax = 64;

// Decodes one character from the front of `text`; returns its size in bytes, 0 when malformed.
std::size_t DecodeOne(absl::string_view text, uint32_t* character) {
  const auto byte = [&](std::size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *character = lead;
    return 1;
  }
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  uint32_t value = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    value = (value << 6) | (byte(i) & 0x3Fu);
  }
  const uint32_t smallest = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
  if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return 0;
  *character = value;
  return size;
}

bool IsCombining(uint32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
         c == 0x200B || c == 0xFEFF;
}

bool IsWide(uint32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    uint32_t character = 0;
    const std::size_t size = DecodeOne(text, &character);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool IsPlainText(absl::string_view text) {
  while (!text.empty()) {
    uint32_t character = 0;
    const std::size_t size = DecodeOne(text, &character);
    const bool control = character < 0x20 ? character != '\t' && character != '\n' : character >= 0x7F && character < 0xA0;
    if (size == 0 || control) return false;
    text.remove_prefix(size);
  }
  return true;
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    uint32_t character = 0;
    const std::size_t size = DecodeOne(text, &character);
    width += size == 0 ? 1 : IsCombining(character) ? 0 : IsWide(character) ? 2 : 1;
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return width;
}

bool IsCode(absl::string_view text) {
  if (text.empty() || text.size() > kCodeBytesMax) return false;
  for (char c : text) {
    if (c <= ' ' || c > '~' || c == ',' || c == ';' || c == '/' || c == '"' || c == '\'' || c == '\\') return false;
  }
  return true;
}

}  // namespace motcua
