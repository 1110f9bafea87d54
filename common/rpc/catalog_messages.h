// From the catalog's messages to its plain structs, keeping where each thing was written.
//
// Threads: pure functions. Errors: faults are collected, never thrown away; what cannot be read gets a
// harmless stand-in so that the checks after it can go on.
#pragma once

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "motcua/v1/catalog.pb.h"

namespace motcua {

// A file's name and where its fields stand; without a tree (binary) nothing has a place.
struct CatalogPlaces {
  std::string file;
  const google::protobuf::TextFormat::ParseInfoTree* tree = nullptr;
};

// Appends everything in `message` to `data`; faults ("file:line: sentence") to `faults`. The id is taken when
// `data` has none and must agree when it has.
void AppendCatalog(const v1::Catalog& message, const CatalogPlaces& places, CatalogData* data,
                   std::vector<std::string>* faults);

}  // namespace motcua
