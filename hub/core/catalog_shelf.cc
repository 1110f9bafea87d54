#include "hub/core/catalog_shelf.h"

namespace motcua {

CatalogShelf::CatalogShelf(HubStore* store, CatalogParser parser)
    : store_(*store), parser_(std::move(parser)) {
  books_.emplace(0, CodeBook());
  numbers_.emplace(Hash{}, 0);
}

absl::Status CatalogShelf::Load() {
  MOTCUA_ASSIGN_OR_RETURN(const CatalogRow row, store_.NewestCatalog());
  MOTCUA_ASSIGN_OR_RETURN(std::shared_ptr<const Catalog> catalog, parser_(row.canonical));
  Take(std::move(catalog), row.number);
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> CatalogShelf::Store(const Catalog& catalog) {
  uint32_t number = 1;
  const absl::StatusOr<CatalogRow> newest = store_.NewestCatalog();
  if (newest.ok()) {
    number = newest->number + 1;
  } else if (!absl::IsNotFound(newest.status())) {
    return newest.status();
  }
  MOTCUA_RETURN_IF_ERROR(store_.AddCatalog({number, catalog.version(), catalog.canonical()}));
  return number;
}

void CatalogShelf::Take(std::shared_ptr<const Catalog> catalog, uint32_t number) {
  books_.insert_or_assign(number, CodeBook(catalog->version(), catalog->codes()));
  numbers_.insert_or_assign(catalog->version(), number);
  current_ = std::move(catalog);
  current_number_ = number;
}

absl::StatusOr<NumberedBook> CatalogShelf::Find(uint32_t number) {
  const auto found = books_.find(number);
  if (found != books_.end()) return NumberedBook{number, &found->second};
  MOTCUA_ASSIGN_OR_RETURN(const CatalogRow row, store_.FindCatalog(number));
  return Read(row);
}

absl::StatusOr<NumberedBook> CatalogShelf::Find(const Hash& version) {
  const auto found = numbers_.find(version);
  if (found != numbers_.end()) return Find(found->second);
  MOTCUA_ASSIGN_OR_RETURN(const CatalogRow row, store_.FindCatalog(version));
  return Read(row);
}

absl::StatusOr<NumberedBook> CatalogShelf::Read(const CatalogRow& row) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, parser_(row.canonical));
  const auto [at, fresh] =
      books_.insert_or_assign(row.number, CodeBook(catalog->version(), catalog->codes()));
  numbers_.insert_or_assign(row.version, row.number);
  return NumberedBook{row.number, &at->second};
}

}  // namespace motcua
