// A batch taken apart and put together again, for targets and mutators: the format is drawn in
// common/sync/batch_format.h.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/sync/batch.h"
#include "common/sync/batch_format.h"

namespace motcua {

using BatchColumns = std::array<std::string, batch_format::kColumns>;

// nullopt: not twelve columns.
std::optional<BatchColumns> SplitBatch(absl::string_view bytes);
std::string JoinBatch(const BatchColumns& columns);

// What a batch may go on behind.
struct HeldNames {
  std::vector<EntryName> names;
  std::vector<Hash> hashes;  // one per name
  std::vector<DeviceId> devices;

  void Add(const EntryName& name, const Hash& hash);
  // Stand-ins become what they stand for: a small h8 is a place in `names`, a small device one in `devices`.
  EntryName Resolve(const EntryName& name) const;
};

// The same batch with every stand-in resolved and with the last names that its chain gives. What does not decode
// comes back as it was.
std::string RepairBatch(absl::string_view bytes, const CodeBook& book, const HeldNames& held);

}  // namespace motcua
