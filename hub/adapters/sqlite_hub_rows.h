// Small conversions between rows and values. Private to the sqlite_hub_store*.cc files.
#pragma once

#include <algorithm>

#include "common/base/hash.h"
#include "common/base/language.h"
#include "common/base/status.h"
#include "common/ledger/entry.h"
#include "common/sqlite/database.h"

namespace motcua {

inline Hash HashFrom(absl::string_view bytes) {
  Hash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

inline int64_t PlaceKey(uint32_t line, Seq seq) { return static_cast<int64_t>(uint64_t{line} << 32 | seq); }
inline uint32_t LineOfKey(int64_t key) { return static_cast<uint32_t>(static_cast<uint64_t>(key) >> 32); }
inline Seq SeqOfKey(int64_t key) { return static_cast<Seq>(key & 0xFFFFFFFF); }

inline Value ValueFrom(const Query& query, int column) {
  if (query.IsNull(column)) return std::monostate();
  if (query.IsText(column)) return std::string(query.Text(column));
  return query.Int(column);
}

inline absl::Status NotStored(absl::string_view vi, absl::string_view en) {
  return absl::NotFoundError(
      Say(absl::StrCat("Không có ", vi, " này."), absl::StrCat("There is no such ", en, ".")));
}

}  // namespace motcua
