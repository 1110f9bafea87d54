// CsvReader cuts a CSV file into rows: `,` or `;` (whichever the header uses), with or without BOM, LF or
// CRLF, fields in double quotes where they need it. It only knows lines and fields; what they mean is
// its callers'.
//
// A row is one line: a quoted field may hold a separator or "" but no line break, so that a line number
// always says where to look and one stray quote spoils one line, not the rest of the file.
//
// Threads: one. Lifetime: `text` must outlive the reader.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace motcua {

// A line of a real file has about 60 bytes; a longer note than this is refused anyway.
inline constexpr std::size_t kCsvLineBytesMax = 64 * 1024;

class CsvReader {
 public:
  // `text`: the whole file.
  explicit CsvReader(absl::string_view text);

  // Moves to the next line that is not blank; false at the end.
  bool Next();
  std::size_t line() const { return line_; }  // from 1
  // The current line's fields; kInvalidArgument (one sentence, without the line's number) for a line that is
  // too long, not UTF-8, or badly quoted.
  absl::StatusOr<std::vector<std::string>> Fields() const;

 private:
  absl::string_view left_;
  absl::string_view current_;
  char separator_ = ',';
  std::size_t line_ = 0;
};

}  // namespace motcua
