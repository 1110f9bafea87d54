// libFuzzer asks here for the next input of the batch target.
#include <algorithm>

#include "common/base/random.h"
#include "tests/fuzz/batch_mutator.h"
#include "tests/fuzz/fuzz.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size, std::size_t size_max, unsigned seed) {
  using namespace motcua;
  if (size == 0 || size_max < 2) return LLVMFuzzerMutate(data, size, size_max);
  const std::string mutated = MutateBatch(AsInput(data + 1, size - 1), size_max - 1, seed);
  std::copy(mutated.begin(), mutated.end(), data + 1);
  if (seed % 8 == 0) data[0] ^= 1;
  return mutated.size() + 1;
}
