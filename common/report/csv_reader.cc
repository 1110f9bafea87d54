#include "common/report/csv_reader.h"

#include <algorithm>

#include "common/base/language.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

absl::Status BadQuotes() {
  return absl::InvalidArgumentError(
      Say("dấu ngoặc kép không khép đúng chỗ; mỗi dòng là một hàng, dấu \" trong ô viết là \"\".",
          "a quote does not close where it should; one row per line, a \" inside a field "
          "is written \"\"."));
}

// Reads one quoted field; `rest` begins behind the opening quote and ends behind the closing one.
bool TakeQuoted(absl::string_view* rest, std::string* field) {
  while (!rest->empty()) {
    const char c = rest->front();
    rest->remove_prefix(1);
    if (c != '"') {
      field->push_back(c);
    } else if (!rest->empty() && rest->front() == '"') {
      field->push_back('"');
      rest->remove_prefix(1);
    } else {
      return true;
    }
  }
  return false;
}

}  // namespace

CsvReader::CsvReader(absl::string_view text) : left_(text) {
  constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (left_.substr(0, kByteOrderMark.size()) == kByteOrderMark) left_.remove_prefix(kByteOrderMark.size());
  const absl::string_view header = left_.substr(0, left_.find('\n'));
  if (std::count(header.begin(), header.end(), ';') > std::count(header.begin(), header.end(), ','))
    separator_ = ';';
}

bool CsvReader::Next() {
  while (!left_.empty()) {
    const std::size_t end = left_.find('\n');
    current_ = left_.substr(0, end);
    left_.remove_prefix(end == absl::string_view::npos ? left_.size() : end + 1);
    ++line_;
    if (!current_.empty() && current_.back() == '\r') current_.remove_suffix(1);
    if (!current_.empty()) return true;
  }
  return false;
}

absl::StatusOr<std::vector<std::string>> CsvReader::Fields() const {
  if (current_.size() > kCsvLineBytesMax) {
    return absl::InvalidArgumentError(Say(absl::StrCat("dòng dài ", current_.size(), " byte, tối đa ",
                                                       kCsvLineBytesMax, "; hãy xem lại dấu xuống dòng."),
                                          absl::StrCat("the line has ", current_.size(), " bytes, at most ",
                                                       kCsvLineBytesMax, " are read; check the line ends.")));
  }
  if (!IsValidUtf8(current_)) {
    return absl::InvalidArgumentError(Say("không phải UTF-8; hãy lưu lại tệp với mã hóa UTF-8.",
                                          "this is not UTF-8; save the file as UTF-8."));
  }
  std::vector<std::string> fields(1);
  absl::string_view rest = current_;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == separator_) {
      fields.emplace_back();
    } else if (c != '"') {
      fields.back().push_back(c);
    } else {
      if (!fields.back().empty() || !TakeQuoted(&rest, &fields.back())) return BadQuotes();
      if (!rest.empty() && rest.front() != separator_) return BadQuotes();
    }
  }
  return fields;
}

}  // namespace motcua
