// CatalogShelf keeps the current catalog and the code books of every version ever applied: segments of the
// log stay in the numbers of the version they came in.
//
// Threads: one. Lifetime: books live as long as the shelf.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "common/catalog/catalog.h"
#include "common/sync/code_book.h"
#include "hub/core/hub_store.h"

namespace motcua {

// Reads canonical catalog bytes; the real one is common/rpc/catalog_text.h.
using CatalogParser =
    std::function<absl::StatusOr<std::shared_ptr<const Catalog>>(absl::string_view canonical)>;

struct NumberedBook {
  uint32_t number = 0;
  const CodeBook* book = nullptr;
};

class CatalogShelf {
 public:
  CatalogShelf(HubStore* store, CatalogParser parser);

  // Reads the newest catalog; kNotFound when none was ever applied.
  absl::Status Load();
  // Stores a version (inside the caller's transaction); Take() makes it the current one after the commit.
  absl::StatusOr<uint32_t> Store(const Catalog& catalog);
  void Take(std::shared_ptr<const Catalog> catalog, uint32_t number);

  const std::shared_ptr<const Catalog>& current() const { return current_; }
  NumberedBook current_book() { return {current_number_, &books_.at(current_number_)}; }
  // Number 0 is the empty book. kNotFound: never applied here.
  absl::StatusOr<NumberedBook> Find(uint32_t number);
  absl::StatusOr<NumberedBook> Find(const Hash& version);
  // A whole version, as it was. kFailedPrecondition, in a sentence: this hub has not got it (any more).
  absl::StatusOr<std::shared_ptr<const Catalog>> Open(const Hash& version);

 private:
  absl::StatusOr<NumberedBook> Read(const CatalogRow& row);

  HubStore& store_;
  CatalogParser parser_;
  std::shared_ptr<const Catalog> current_;
  uint32_t current_number_ = 0;
  std::shared_ptr<const Catalog> opened_;  // the version that Open() read last
  std::map<uint32_t, CodeBook> books_;
  std::map<Hash, uint32_t> numbers_;
};

}  // namespace motcua
