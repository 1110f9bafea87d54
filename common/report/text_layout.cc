#include "common/report/text_layout.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

// The bytes of the character that begins at `at`, with the combining marks behind it.
std::size_t CharacterBytes(absl::string_view text, std::size_t at) {
  const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
  std::size_t end = at + 1;
  while (end < text.size() && continues(end)) ++end;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && continues(next)) ++next;
    if (DisplayWidth(text.substr(end, next - end)) != 0) break;
    end = next;
  }
  return end - at;
}

std::string Spaces(int count) { return std::string(static_cast<std::size_t>(std::max(count, 0)), ' '); }

// Takes from the front of `word` what fits `width` columns, at least one character.
absl::string_view TakePiece(absl::string_view* word, int width) {
  std::size_t bytes = CharacterBytes(*word, 0);
  while (bytes < word->size()) {
    const std::size_t more = CharacterBytes(*word, bytes);
    if (DisplayWidth(word->substr(0, bytes + more)) > width) break;
    bytes += more;
  }
  const absl::string_view piece = word->substr(0, bytes);
  word->remove_prefix(bytes);
  return piece;
}

}  // namespace

std::vector<std::string> Wrap(absl::string_view text, int width) {
  width = std::max(width, 1);
  std::vector<std::string> lines(1);
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (!lines.back().empty()) {
      if (DisplayWidth(lines.back()) + 1 + DisplayWidth(word) <= width) {
        absl::StrAppend(&lines.back(), " ", word);
        continue;
      }
      lines.emplace_back();
    }
    while (DisplayWidth(word) > width) {
      lines.back() = std::string(TakePiece(&word, width));
      if (!word.empty()) lines.emplace_back();
    }
    if (!word.empty()) lines.back() = std::string(word);
  }
  return lines;
}

int LongestWord(absl::string_view text) {
  int longest = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ')) longest = std::max(longest, DisplayWidth(word));
  return longest;
}

std::string PadRight(absl::string_view text, int width) { return absl::StrCat(text, Spaces(width - DisplayWidth(text))); }
std::string PadLeft(absl::string_view text, int width) { return absl::StrCat(Spaces(width - DisplayWidth(text)), text); }

std::string Centered(absl::string_view text, int width) {
  const int left = (width - DisplayWidth(text)) / 2;
  return PadRight(absl::StrCat(Spaces(left), text), width);
}

std::string RuleLine(int width) {
  std::string line;
  for (int i = 0; i < width; ++i) line += "─";
  return line;
}

std::string Columns(const std::vector<std::vector<std::string>>& rows, std::size_t left) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      const std::string text = i < left || last ? PadRight(row[i], last ? 0 : widths[i]) : PadLeft(row[i], widths[i]);
      absl::StrAppend(&line, text, last ? "" : "  ");
    }
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    AppendLine(std::move(line), &out);
  }
  return out;
}

void AppendLine(std::string line, std::string* out) {
  line.erase(line.find_last_not_of(' ') + 1);
  absl::StrAppend(out, line, "\n");
}

void AppendWrapped(absl::string_view text, int width, int hanging, std::string* out) {
  bool first = true;
  for (const std::string& line : Wrap(text, width - hanging)) {
    AppendLine(absl::StrCat(first ? "" : Spaces(hanging), line), out);
    first = false;
  }
}

}  // namespace motcua
