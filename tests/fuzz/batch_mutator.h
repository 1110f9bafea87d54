// Mutates a batch column by column, so that sizes stay right and changes reach what the columns say. For mutators
// only: it needs libFuzzer.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

extern "C" std::size_t LLVMFuzzerMutate(uint8_t* data, std::size_t size, std::size_t size_max);

namespace motcua {

// At most `size_max` bytes.
std::string MutateBytes(absl::string_view bytes, std::size_t size_max);
std::string MutateBatch(absl::string_view bytes, std::size_t size_max, unsigned seed);

}  // namespace motcua
