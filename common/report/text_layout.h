// Text in columns of a terminal, measured in display columns (Vietnamese letters take one, whatever their bytes).
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace motcua {

// Breaks at spaces into lines of at most `width` columns; a word that is longer is broken inside. Never empty.
std::vector<std::string> Wrap(absl::string_view text, int width);
// The widest single word.
int LongestWord(absl::string_view text);

std::string PadRight(absl::string_view text, int width);  // text, then spaces
std::string PadLeft(absl::string_view text, int width);   // spaces, then text
std::string Centered(absl::string_view text, int width);
std::string RuleLine(int width);  // "────"

// Rows of texts under each other, two spaces apart, each column as wide as its widest text. The first `left` columns and
// the last one are flush left, the others flush right. What would break a line is shown as a space.
std::string Columns(const std::vector<std::vector<std::string>>& rows, std::size_t left);

// Lines that lose the spaces at their ends.
void AppendLine(std::string line, std::string* out);
// Wraps `text` to `width`; lines after the first begin with `hanging` spaces.
void AppendWrapped(absl::string_view text, int width, int hanging, std::string* out);

}  // namespace motcua
