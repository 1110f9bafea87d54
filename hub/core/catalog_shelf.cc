#include "hub/core/catalog_shelf.h"

#include "common/base/language.h"

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

absl::StatusOr<std::shared_ptr<const Catalog>> CatalogShelf::Open(const Hash& version) {
  if (current_->version() == version) return current_;
  if (opened_ != nullptr && opened_->version() == version) return opened_;
  const absl::StatusOr<CatalogRow> row = store_.FindCatalog(version);
  if (absl::IsNotFound(row.status())) {
    const std::string name = ToHex(AsBytes(version)).substr(0, 16);
    return absl::FailedPreconditionError(
        Say(absl::StrCat("Máy chủ này không có danh mục phiên bản ", name,
                         " mà bản chốt dùng; hãy áp dụng lại bằng catalog apply."),
            absl::StrCat("This hub lacks catalog version ", name,
                         ", which the revision is made with; apply it again with catalog apply.")));
  }
  MOTCUA_RETURN_IF_ERROR(row.status());
  MOTCUA_ASSIGN_OR_RETURN(opened_, parser_(row->canonical));
  return opened_;
}

absl::StatusOr<NumberedBook> CatalogShelf::Read(const CatalogRow& row) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, parser_(row.canonical));
  const auto [at, fresh] =
      books_.insert_or_assign(row.number, CodeBook(catalog->version(), catalog->codes()));
  numbers_.insert_or_assign(row.version, row.number);
  return NumberedBook{row.number, &at->second};
}

}  // namespace motcua
