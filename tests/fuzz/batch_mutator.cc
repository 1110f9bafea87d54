#include "tests/fuzz/batch_mutator.h"

#include <algorithm>

#include "common/base/random.h"
#include "tests/fuzz/batch_columns.h"

namespace motcua {

std::string MutateBytes(absl::string_view bytes, std::size_t size_max) {
  std::string mutated(bytes.substr(0, size_max));
  const std::size_t size = mutated.size();
  mutated.resize(size_max);
  mutated.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(mutated.data()), size, size_max));
  return mutated;
}

std::string MutateBatch(absl::string_view bytes, std::size_t size_max, unsigned seed) {
  SeededRandom random(seed);
  std::optional<BatchColumns> columns = SplitBatch(bytes);
  if (!columns || random.Below(16) == 0) return MutateBytes(bytes, size_max);
  for (uint64_t changes = 1 + random.Below(3); changes > 0; --changes) {
    std::string& column = (*columns)[random.Below(columns->size())];
    const std::size_t others = JoinBatch(*columns).size() - column.size() + 2;  // its size may take more bytes
    if (others < size_max) column = MutateBytes(column, std::min(size_max - others, column.size() + 64));
  }
  return JoinBatch(*columns);
}

}  // namespace motcua
