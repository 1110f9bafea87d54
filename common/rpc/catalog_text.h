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
  bool included = false;  // another file asked for it: it may have an id of its own, which is not this catalog's
};

// Merges the files in the order of their names, whatever order they are given in: lists are joined, the id
// must agree wherever it stands. Equal files give equal canonical bytes and so the same version.
absl::StatusOr<std::shared_ptr<const Catalog>> LoadCatalog(const std::vector<CatalogFile>& files);

// The catalog that `canonical` (Catalog::canonical() of the sender) describes; its version is the same.
// Places of faults have no file then. Fields from a newer version are kept in the bytes and not looked at.
absl::StatusOr<std::shared_ptr<const Catalog>> ParseCatalogBytes(absl::string_view canonical);

// One file, or every *.txtpb directly in a folder, and what these include: files or folders below the folder that holds
// the one given, each once. Together at most kCatalogBytesMax. Names are without the path, for what is included with
// that of its folder ("common/measures.txtpb"). An include that leads nowhere or too far is kInvalidArgument.
absl::StatusOr<std::vector<CatalogFile>> ReadCatalogFiles(const std::string& path);

}  // namespace motcua
