// The wire format of a batch: twelve columns, each preceded by its size. It is written by batch_writer.cc and
// read by batch_reader.cc; nothing else knows it.
//
//   batch      := version:byte(1) {column}                          (the twelve below, in this order)
//   column     := size:varint bytes                                 (items follow each other to the column's end)
//
//   runs       := {device:fixed32 parent_seq:varint [parent_h8:fixed64] entries:varint last_h8:fixed64}
//                                                     (no parent_h8 when parent_seq is 0: a log begins)
//   codes      := {step:zigzag | 0 code:text}         (step: book number less the one before; 0: spelled out)
//   facets     := {unit:code channel:code measure:code}
//   authors    := {author:text}
//   shapes     := {kind:byte role:byte flags:byte author:varint}    (author 0: none, else place in authors)
//   flags      := bit 0 nonce · bit 1 note · bit 2 typed · bit 3 shown
//
//   shape      := repeated places in shapes           (every entry)
//   clock      := {step:zigzag}                       (every entry; seconds after the entry before)
//   day        := repeated zigzag steps               (entries with a cell; days after the cell before)
//   facet      := {place in facets:varint}            (entries with a cell)
//   procedure  := {code}                              (entries with a cell)
//   number     := {delta:zigzag [typed:zigzag] [shown:zigzag]}      (adds)
//   rest       := {[nonce:fixed64] [note:text] [body]}
//   body       := restate: value value · saw, exclude, import, submit, review, period: as in common/ledger/canonical.h
//
//   code       := varint: 0 the empty code, else place in codes, from 1
//   repeated   := {(value << 1 | again):varint [count − 2:varint]}  (count when the value stands more than once)
//
// The tables (codes … shapes) grow in order of first use, so that the writer goes over the entries once and
// knows the batch's exact size at every step. What is used often is met early and takes one byte. An entry
// takes at least its clock's byte, which bounds what a small batch can unfold to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace motcua::batch_format {

inline constexpr uint8_t kVersion = 1;

enum Column : std::size_t {
  kRuns,
  kCodes,
  kFacets,
  kAuthors,
  kShapes,
  kShapeOf,
  kClockOf,
  kDayOf,
  kFacetOf,
  kProcedureOf,
  kNumberOf,
  kRestOf,
  kColumns,
};

enum Flag : uint8_t { kNonce = 1, kNote = 2, kTyped = 4, kShown = 8, kFlagsKnown = 15 };

inline std::size_t VarintSize(uint64_t value) {
  std::size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

inline uint64_t ToZigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t FromZigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace motcua::batch_format
