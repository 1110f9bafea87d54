// Frozen figures: what one unit's ledger says up to a day, as bytes that stay what they are, whatever becomes of the
// hub's local numbers, the catalog or the program. A lock commits to their digest in the ledger; the bytes themselves
// are a cache that the log can make again.
//
//   figures := {month:varint digest:32 bytes}         (ascending; month: years × 12 + months, from year 0)
//   part    := texts:varint {text} {fact}             (the facts of one month; texts in order of first use)
//   fact    := step:varint procedure:varint channel:varint measure:varint provisional:byte(0|1) value
//   step    := days after the fact before; of the first, after kDayMin
//   value   := 1 number:zigzag | 2 text:text
//   procedure, channel, measure: 0 the empty code, else place in texts, from 1. Facts ascend by day and codes.
//
// Cut by months, because each later lock has the same past: it stores the months that are new or changed, and shares
// the others.
//
// Threads: pure functions. Errors: kDataLoss for bytes that are not the above.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "common/base/hash.h"
#include "common/catalog/catalog.h"
#include "common/ledger/unit_ledger.h"
#include "common/report/fact_source.h"

namespace motcua {

struct FrozenFact {
  Day day;
  std::string procedure;
  std::string channel;
  std::string measure;
  Value value;
  bool provisional = false;
  auto operator<=>(const FrozenFact&) const = default;
};

struct FrozenPart {
  uint32_t month = 0;
  Hash digest{};
  std::string bytes;  // empty when only the digest is known
};

struct FrozenFigures {
  std::vector<FrozenPart> parts;  // ascending
  Hash digest{};                  // over EncodeList()
};

// `facts` in any order; sorted afterwards.
FrozenFigures Freeze(std::vector<FrozenFact>* facts);
std::string EncodeList(const FrozenFigures& figures);
absl::StatusOr<FrozenFigures> DecodeList(absl::string_view bytes);
absl::StatusOr<std::vector<FrozenFact>> DecodePart(absl::string_view bytes);
uint32_t MonthOf(Day day);

// What a source says of a unit up to a day.
absl::StatusOr<std::vector<FrozenFact>> FactsUpTo(const FactSource& source, const std::string& unit, Day last);
// The same, folded from a ledger by the natures and codes of `catalog`.
std::vector<FrozenFact> FoldFacts(const UnitLedger& ledger, const Catalog& catalog, Day last);
// A ledger of the entries on the paths to `covers` and of no others; names that are not held add nothing.
absl::StatusOr<UnitLedger> CoveredPart(const UnitLedger& ledger, const std::vector<EntryName>& covers);

}  // namespace motcua
