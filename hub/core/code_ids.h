// CodeIds gives every code a small permanent number, local to this hub, so that facts are keyed by integers.
// Numbers are handed out on first use and never reused; they never travel (batches use the catalog's code
// book).
//
// Threads: one. Crash: a number is stored in the transaction that first uses it; Undo() forgets the numbers
// of a transaction that was not committed.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/core/hub_store.h"

namespace motcua {

class CodeIds {
 public:
  explicit CodeIds(HubStore* store) : store_(*store) {}
  // Reads the dictionary; before anything else.
  absl::Status Load();

  // The number, or 0 when the code is empty or has none yet.
  uint32_t Find(CodeKind kind, std::string_view text) const;
  // The number, handed out when new. kResourceExhausted: as many codes as a fact's key can tell apart.
  absl::StatusOr<uint32_t> Get(CodeKind kind, const std::string& text);
  // The code; kDataLoss for a number that was never handed out, which a damaged row may hold. The view lives until
  // the next Get() or Undo().
  absl::StatusOr<absl::string_view> Text(CodeKind kind, uint32_t id) const;

  // A roll-up's owner: the figures of recording units of `level` in the area of `ancestor`.
  absl::StatusOr<uint32_t> Scope(const std::string& ancestor, const std::string& level);
  // Every scope of an ancestor handed out so far, with its level.
  std::vector<std::pair<uint32_t, std::string>> ScopesOf(const std::string& ancestor) const;

  void Settle() { added_.clear(); }
  void Undo();

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Kind {
    std::vector<std::string> texts{std::string()};  // by number; 0 is the empty code
    std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> ids;
  };
  Kind& Of(CodeKind kind) { return kinds_[static_cast<std::size_t>(kind)]; }
  const Kind& Of(CodeKind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }

  HubStore& store_;
  std::array<Kind, 6> kinds_;
  std::vector<CodeKind> added_;  // since the last Settle or Undo, in order
};

}  // namespace motcua
