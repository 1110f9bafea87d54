// Catalogs as people write them (*.txtpb, proto/motcua/v1/catalog.proto) and as they travel (the same
// messages in deterministic binary), both into motcua::Catalog. A faulty catalog is refused whole; every
// fault is one line, "file:line: sentence". Which program may apply one is not decided here.
//
// Threads: pure functions, any thread. Errors: kInvalidArgument, a person mends the files; ReadCatalogFiles
// also kNotFound and kResourceExhausted.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/status.h"
#include "common/catalog/catalog.h"

namespace motcua {

struct CatalogFile {
  std::string name;  // as faults name it
  std::string text;
};

// Merges the files in the order of their names, whatever order they are given in: lists are joined, the id
// must agree wherever it stands. Equal files give equal canonical bytes and so the same version.
absl::StatusOr<std::shared_ptr<const Catalog>> LoadCatalog(const std::vector<CatalogFile>& files);

// The catalog that `canonical` (Catalog::canonical() of the sender) describes; its version is the same.
// Places of faults have no file then. Fields from a newer version are kept in the bytes and not looked at.
absl::StatusOr<std::shared_ptr<const Catalog>> ParseCatalogBytes(absl::string_view canonical);

// One file, or every *.txtpb directly in a folder, together at most kCatalogBytesMax. Names are without the
// path.
absl::StatusOr<std::vector<CatalogFile>> ReadCatalogFiles(const std::string& path);

}  // namespace motcua
