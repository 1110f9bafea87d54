#include "common/sync/code_book.h"

namespace motcua {

CodeBook::CodeBook(const Hash& catalog, const std::vector<std::string>& codes) : catalog_(catalog) {
  codes_.reserve(codes.size() + 1);
  numbers_.reserve(codes.size() + 1);
  codes_.emplace_back();
  numbers_.emplace("", 0);
  for (const std::string& code : codes) {
    if (numbers_.emplace(code, static_cast<uint32_t>(codes_.size())).second) codes_.push_back(code);
  }
}

uint32_t CodeBook::NumberOf(absl::string_view code) const {
  const auto found = numbers_.find(std::string_view(code.data(), code.size()));
  return found == numbers_.end() ? static_cast<uint32_t>(codes_.size()) : found->second;
}

}  // namespace motcua
