// CodeBook numbers the codes of one catalog version, so that batches carry numbers instead of text. Both sides
// build it from the same catalog (named by its hash) and therefore agree. Number 0 is the empty code.
//
// Threads: const after construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/hash.h"

namespace motcua {

class CodeBook {
 public:
  CodeBook() : CodeBook(Hash{}, {}) {}
  // Codes in the catalog's order; duplicates (one text used for two kinds) keep their first number.
  CodeBook(const Hash& catalog, const std::vector<std::string>& codes);

  const Hash& catalog() const { return catalog_; }
  std::size_t size() const { return codes_.size(); }
  const std::string& code(uint32_t number) const { return codes_[number]; }
  // Returns the number, or size() when the book does not have the code.
  uint32_t NumberOf(absl::string_view code) const;

 private:
  // Lets NumberOf look up a view without making a string of it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  Hash catalog_;
  std::vector<std::string> codes_;
  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> numbers_;
};

}  // namespace motcua
