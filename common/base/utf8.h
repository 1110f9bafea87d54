// UTF-8 as this project accepts it: well formed, shortest form, no surrogates.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace motcua {

bool IsValidUtf8(absl::string_view text);
// Valid, and without control characters other than tab and line feed: what a stranger wrote and a terminal shows
// must not move its cursor or change its colours.
bool IsPlainText(absl::string_view text);
// Columns a terminal uses for `text`: combining marks none, East Asian wide characters two.
int DisplayWidth(absl::string_view text);
// Codes in catalogs and entries: 1 to 64 bytes of printable ASCII without space, comma, slash or quotes.
bool IsCode(absl::string_view text);

}  // namespace motcua
