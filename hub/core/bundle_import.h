// What importing a bundle (common/sync/bundle.h) takes and gives: Hub::ImportBundle() in hub_bundle.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/sync/bundle.h"

namespace motcua {

// An operator's word about a bundle.
struct BundleWord {
  // Entries of a revoked device or certificate are taken in all the same. What was said is kept with the device for good, before
  // anything is taken.
  bool take_revoked = false;
  std::string note;    // why; needed with take_revoked
  std::string author;  // who says so
};

struct ImportedBundle {
  BundleReceipt receipt;           // for the desk, not signed yet
  // Of the whole: FORKED when any part was. Never REGRESSED: that an older stick came is no sign of a restored machine.
  Verdict verdict = Verdict::kDuplicate;
  bool older = false;              // the hub holds entries of the machine behind the end that the bundle names
  std::size_t taken = 0;           // entries the hub did not hold before, `saw` not counted
  std::size_t returned = 0;        // entries the receipt brings to the desk, also later ones of its own; `saw` not counted
  uint32_t waiting = 0;            // entries that had no place in the bundle
  bool hub_behind = false;
  bool revoked = false;            // taken on the operator's word; the receipt brings the desk nothing of others
  std::vector<std::string> notices;  // the hub's sentences, none twice
};

}  // namespace motcua
