// Every bound of the exchange in one place, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace motcua {

// A batch: 35 s of a 2G line at 8 kbit/s, and small enough that a cut line repeats little.
inline constexpr std::size_t kBatchBytesMax = 32 * 1024;
// Halving after failures stops here; one entry always travels, whatever its size.
inline constexpr std::size_t kBatchBytesMin = 256;
// What the columns of one batch may describe. A typical entry takes 8 bytes; one byte each is the floor.
inline constexpr std::size_t kBatchEntriesMax = 16 * 1024;
inline constexpr std::size_t kBatchRunsMax = 512;
// Codes and texts a batch spells out.
inline constexpr std::size_t kBatchTextsMax = 8 * 1024;
// Ends of all logs of one unit: devices ever enrolled, copies of them, and the hub's own.
inline constexpr std::size_t kEndsMax = 1024;
// Copies of one device that go on by themselves. A machine that forks every night for months, or one that means
// harm, must leave room for its unit's others.
inline constexpr std::size_t kLinesOfDeviceMax = 128;
static_assert(kLinesOfDeviceMax <= kEndsMax / 4);
// Runs of other devices that one desk returns in pieces at the same time. An honest one works on one; its copies
// may be at others.
inline constexpr std::size_t kReturnedMax = 8;
// Pieces that wait at the hub for the rest of their run: of one run some two million entries, of one unit a few
// such runs.
inline constexpr int64_t kStagedRunBytesMax = int64_t{16} * 1024 * 1024;
inline constexpr int64_t kStagedUnitBytesMax = 4 * kStagedRunBytesMax;
// A desk that never came back to finish: it begins anew.
inline constexpr int64_t kStagedLifeS = int64_t{30} * 86400;
// 1, 2, 4, 8 … behind an end of at most 2^31 entries.
inline constexpr std::size_t kLocatorMax = 33;
// A catalog travels whole; the largest known (a province, all procedures) is about 1.5 MiB.
inline constexpr std::size_t kCatalogBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kCatalogChunkBytes = 128 * 1024;
// gRPC's receive limits: a batch, ends, a receipt and a catalog chunk, with room.
inline constexpr std::size_t kRequestBytesMax = 256 * 1024;
inline constexpr std::size_t kResponseBytesMax = 1024 * 1024;
static_assert(kBatchBytesMax + kEndsMax * 17 * 3 < kRequestBytesMax);
static_assert(kBatchBytesMax + kCatalogChunkBytes + kEndsMax * 17 * 2 < kResponseBytesMax);
static_assert(kBatchBytesMin < kBatchBytesMax);

// A bundle on a USB stick: 256 full batches are about a million entries, years of a unit. The answer to it may
// carry as much of the unit's other lines, and one answer more for every request that made a fork.
inline constexpr std::size_t kBundleExchangesMax = 256;
inline constexpr std::size_t kBundleAnswersMax = 2 * kBundleExchangesMax;
// Where writing a bundle or an answer stops: every request repeats ends and a receipt, which a unit of a thousand
// lines would fill the file with. The rest goes with the next one.
inline constexpr std::size_t kBundleContentBytesMax = 16 * 1024 * 1024;
// A whole file: the content above, one exchange more, a catalog. The hub takes it over its socket in one message.
inline constexpr std::size_t kBundleBytesMax = 32 * 1024 * 1024;
static_assert(kBundleExchangesMax * kBatchBytesMax <= kBundleContentBytesMax);
static_assert(kBundleContentBytesMax + kResponseBytesMax + kCatalogBytesMax < kBundleBytesMax);

inline constexpr int64_t kCallDeadlineMs = 30'000;   // a slow line is not a dead one; a dead one is found
inline constexpr int64_t kSessionBudgetMs = 60'000;  // default of `sync --timeout`
inline constexpr int kExchangesWithoutProgressMax = 5;  // then stop and say so instead of looping

// Protocol versions: this one and one back are spoken.
//   1  entry kinds 1 … 6
//   2  entry kinds 7 (review) and 8 (period)
inline constexpr uint32_t kProtocolVersion = 2;
inline constexpr uint32_t kProtocolVersionOldest = 1;
static_assert(kProtocolVersion <= kProtocolVersionOldest + 1);
// The oldest version a program speaks whose newest is `newest`.
inline constexpr uint32_t OldestSpoken(uint32_t newest) {
  return newest > kProtocolVersionOldest ? newest - 1 : kProtocolVersionOldest;
}

}  // namespace motcua
