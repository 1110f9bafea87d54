// Packed keys of facts: local numbers of codes side by side in one 62-bit integer, so that a fact costs one
// B-tree key and the facts of a unit (or of a roll-up scope) and day lie together.
//
//   counter  := owner(16) day(16) procedure(14) channel(6) measure(10)
//   register := owner(16) procedure(14) channel(6) measure(10) day(16)
//   owner    := number of the unit, or of the scope of a roll-up
//   day      := days since 1900-01-01; last in a register, so that the newest observation is one step away
//
// Sixteen bits of days reach 2079-06-06 (DayFits); entries for a later day are held, like unknown codes.
#pragma once

#include <cstdint>

#include "common/base/day.h"

namespace motcua {

inline constexpr uint32_t kOwnersMax = (1u << 16) - 1;
inline constexpr uint32_t kProceduresMax = (1u << 14) - 1;
inline constexpr uint32_t kChannelsMax = (1u << 6) - 1;
inline constexpr uint32_t kMeasuresMax = (1u << 10) - 1;

// Local numbers (hub/core/code_ids.h); 0 is the empty code.
struct FactKey {
  uint32_t owner = 0;
  Day day;
  uint32_t procedure = 0;
  uint32_t channel = 0;
  uint32_t measure = 0;
  bool operator==(const FactKey&) const = default;
};

inline bool DayFits(Day day) { return day >= kDayMin && day.number - kDayMin.number < (1 << 16); }

inline uint64_t DayBits(Day day) { return static_cast<uint64_t>(day.number - kDayMin.number); }
inline Day DayFromBits(uint64_t bits) { return kDayMin + static_cast<int32_t>(bits & 0xFFFF); }

inline uint64_t PackCounter(const FactKey& key) {
  return uint64_t{key.owner} << 46 | DayBits(key.day) << 30 | uint64_t{key.procedure} << 16 |
         uint64_t{key.channel} << 10 | key.measure;
}
inline FactKey UnpackCounter(uint64_t packed) {
  return {static_cast<uint32_t>(packed >> 46), DayFromBits(packed >> 30),
          static_cast<uint32_t>(packed >> 16 & 0x3FFF), static_cast<uint32_t>(packed >> 10 & 0x3F),
          static_cast<uint32_t>(packed & 0x3FF)};
}
inline uint64_t PackRegister(const FactKey& key) {
  return uint64_t{key.owner} << 46 | uint64_t{key.procedure} << 32 | uint64_t{key.channel} << 26 |
         uint64_t{key.measure} << 16 | DayBits(key.day);
}
inline FactKey UnpackRegister(uint64_t packed) {
  return {static_cast<uint32_t>(packed >> 46), DayFromBits(packed),
          static_cast<uint32_t>(packed >> 32 & 0x3FFF), static_cast<uint32_t>(packed >> 26 & 0x3F),
          static_cast<uint32_t>(packed >> 16 & 0x3FF)};
}
// The first key of an owner; the first of the next owner ends its range.
inline uint64_t OwnerBegin(uint32_t owner) { return uint64_t{owner} << 46; }

}  // namespace motcua
