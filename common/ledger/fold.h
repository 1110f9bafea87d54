// FoldCell: the value of a cell as a pure function of the set of entries known for it (DESIGN section 3).
//
//   counted adds A   = adds that are not excluded and that no (not excluded) restatement of the cell knows
//   survivors        = restatements that no other restatement of the cell knows
//   W                = the survivor of highest role, then of largest (device, seq, h8)
//   counter value    = W.value + ΣA            (no restatement: ΣA; nothing counted at all: unknown)
//   register value   = W.value                 (no restatement, or W says none: unknown)
//   conflict         : survivors with different values
//   overlap          : an add and a survivor neither of which knows the other        (counters only), or
//                      a counted add of the hub (which adds what a unit's paper says) and a counted add of a desk likewise
//   provisional      : conflict, overlap, or a negative counter
//
// The order in which postings are given does not matter, nor does giving one twice.
#pragma once

#include <span>
#include <vector>

#include "common/ledger/causality.h"
#include "common/ledger/entry.h"

namespace motcua {

enum class MeasureNature : uint8_t {
  kCounter,   // flow, amount: add and restate
  kRegister,  // stock, choice, text: restate only
};

// One add or restatement of one cell.
struct Posting {
  Position at;
  EntryName name;
  Role role = Role::kDesk;
  bool restates = false;
  int64_t delta = 0;  // adds
  Value value;        // restatements
};

struct CellState {
  bool known = false;
  Value value;  // what the cell shows; none when unknown
  bool conflict = false;
  bool overlap = false;
  bool provisional = false;
  std::optional<std::size_t> winner;       // index into the postings given
  std::vector<std::size_t> survivors;      // indices, by falling precedence
  std::vector<std::size_t> counted;        // adds that are in the value, in the order given
  std::vector<std::size_t> overlapping;    // adds concurrent with a survivor; from paper and at a desk, both of them
};

CellState FoldCell(std::span<const Posting> postings, const Causality& causality, MeasureNature nature);

// Where what the cell shows was written: the adds that count and the restatements that survive.
std::vector<Position> PlacesThatCount(std::span<const Posting> postings, const CellState& state);

// The writer's own part of a counter cell: the sum of the adds (not excluded) on the path that ends at `end`.
// Restatements do not enter it.
int64_t OwnPart(std::span<const Posting> postings, const Causality& causality, const LogTree& tree, Position end);

// Adds that saturate instead of wrapping: a wrong entry of 2^62 must not become undefined behaviour.
int64_t SaturatingAdd(int64_t a, int64_t b);

}  // namespace motcua
