// The canonical encoding of an entry and the hash chain over it. Equal entries have equal bytes; what is
// hashed, stored at the desk and spelled out in the auditor's listing is this one form.
//
//   entry    := format:byte(1) kind:byte role:byte device:fixed32 seq:varint clock_s:zigzag
//               flags:byte [nonce:fixed64] [author:text] [note:text] body
//   flags    := bit 0 nonce present · bit 1 author not empty · bit 2 note not empty; other bits 0
//   body     := add | restate | saw | exclude | import | submit | review | period   (by kind 1 … 8)
//   add      := cell delta:zigzag bits:byte [typed:zigzag] [shown:zigzag]  (bit 0 typed, bit 1 shown)
//   restate  := cell value value
//   saw      := names
//   exclude  := lifts:byte(0|1) name name
//   import   := digest:32 bytes rows:varint file_name:text
//   submit   := period:text names totals:32 bytes nothing:byte(0|1) signer:text document:text
//               reasons:varint {rule:text text:text}
//   review   := name names                                                 (the fork point, its branches)
//   period   := act:byte period:text area:text revision:varint what
//   what     := frozen                                                     (act 1 lock, 2 accept)
//             | until_s:zigzag                                             (act 3 unlock)
//             | name                                                       (act 7 on time, 8 late: a submission)
//             | nothing                                                    (act 4 relock, 5 exempt, 6 oblige)
//   frozen   := catalog:32 bytes state:byte(0 … 7) units:varint names figures:32 bytes coverage:32 bytes shown:32 bytes
//   cell     := unit:text day:zigzag procedure:text channel:text measure:text   (day: days since 1970-01-01)
//   value    := 0 | 1 number:zigzag | 2 text:text
//   names    := count:varint {name}            (strictly ascending)
//   name     := device:fixed32 seq:varint h8:fixed64
//   varint, zigzag, fixed, text: common/base/bytes.h
//
//   h(0) = SHA-256("motcua log 1" ‖ device:fixed32)      h(n) = SHA-256(h(n−1) ‖ entry n)
//
// Format and kind numbers are permanent. A new field is a new format or kind, never a new meaning.
#pragma once

#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/ledger/entry.h"

namespace motcua {

inline constexpr uint8_t kEntryFormat = 1;
// Bounds of one entry; what exceeds them is refused before anything is allocated.
inline constexpr std::size_t kEntryBytesMax = 8 * 1024;
inline constexpr std::size_t kAuthorBytesMax = 200;
inline constexpr std::size_t kNoteBytesMax = 2000;
inline constexpr std::size_t kTextValueBytesMax = 2000;
inline constexpr std::size_t kNamesMax = 256;
inline constexpr std::size_t kFileNameBytesMax = 255;
inline constexpr std::size_t kReasonsMax = 64;
inline constexpr uint32_t kRevisionMax = 1'000'000;
inline constexpr uint32_t kPeriodUnitsMax = 65'535;  // a country's communes, several times over
// Numbers lie within ±2^53, so that every JSON reader has them exactly; in VND that is nine million billion.
inline constexpr int64_t kNumberMax = int64_t{1} << 53;
// Clocks are evidence and may be wrong by years, yet must print: the years 1 to 9999.
inline constexpr int64_t kClockSecondsMin = -62135596800;
inline constexpr int64_t kClockSecondsMax = 253402300799;

// Appends the canonical bytes. The entry must be within the bounds above (CheckBounds).
void AppendCanonical(const Entry& entry, std::string* out);
// kInvalidArgument for bytes that are not canonical; kUnimplemented for a format or kind from a newer version.
absl::StatusOr<Entry> ParseCanonical(absl::string_view bytes);
// Bounds, UTF-8, codes, sorted names: everything about an entry that needs no catalog and no ledger. All faults
// are in the message. Whether a measure takes a number or a text is the catalog's business, whether the writer
// has the role it states is ingest's.
absl::Status CheckBounds(const Entry& entry);

Hash ChainRoot(DeviceId device);

// Computes chain hashes without allocating per entry. Threads: one per object.
class Chain {
 public:
  // The hash of `entry` behind an entry whose hash is `parent`.
  Hash Next(const Hash& parent, const Entry& entry);
  Hash NextCanonical(const Hash& parent, absl::string_view canonical);

 private:
  Sha256Hasher hasher_;
  std::string scratch_;
};

}  // namespace motcua
