// HubFacts: what reports read, straight from the stored cells.
//
// Threads: the hub's mutex is held. `visit` must not ask the same source again while it is being called.
#pragma once

#include "common/report/fact_source.h"
#include "hub/core/catalog_shelf.h"
#include "hub/core/code_ids.h"
#include "hub/core/hub_store.h"

namespace motcua {

class HubFacts final : public FactSource {
 public:
  HubFacts(HubStore* store, const CodeIds* ids, CatalogShelf* shelf)
      : store_(*store), ids_(*ids), shelf_(*shelf) {}

  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override;
  absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const override;
  absl::StatusOr<Submission> SubmissionOf(const std::string& unit, const std::string& period) const override;

 private:
  HubStore& store_;
  const CodeIds& ids_;
  CatalogShelf& shelf_;
};

}  // namespace motcua
