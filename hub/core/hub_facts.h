// HubFacts: what reports read, straight from the stored cells.
//
// Threads: the hub's mutex is held. `visit` must not ask the same source again while it is being called.
#pragma once

#include "common/report/fact_source.h"
#include "hub/core/catalog_shelf.h"
#include "hub/core/code_ids.h"
#include "hub/core/hub_store.h"
#include "hub/core/unit_period.h"

namespace motcua {

class HubFacts final : public FactSource {
 public:
  HubFacts(HubStore* store, const CodeIds* ids, CatalogShelf* shelf)
      : store_(*store), ids_(*ids), periods_(store, ids, shelf) {}

  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override;
  absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const override;
  absl::StatusOr<UnitState> StateOf(const std::string& unit, const std::string& period, Day first,
                                    Day last) const override;

 private:
  HubStore& store_;
  const CodeIds& ids_;
  mutable UnitPeriods periods_;
};

}  // namespace motcua
