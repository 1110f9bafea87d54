// What a person should look at, with everything needed to decide: cells restated differently or added to while
// being restated, negative counts, cells that several lines of one device wrote, files imported twice. And what
// was decided, with who holds the decision and who has acknowledged it.
//
// Plain values; read by Hub::OpenMatters() and Hub::Decisions().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/ledger/entry.h"
#include "common/ledger/unit_ledger.h"

namespace motcua {

// Of a cell with a great many postings the ones that matter most are listed; how many were left off is said.
inline constexpr std::size_t kPostingsListedMax = 200;

enum class MatterKind : uint8_t {
  kConflict = 1,  // restatements that survive give different values
  kOverlap = 2,   // adds that neither know a surviving restatement nor are known to it; or an add of the hub, from
                  // paper, and one of a desk likewise
  kNegative = 3,  // a count below zero
  kFork = 4,      // several lines of a device, or of the hub, wrote the cell, and nobody has closed their list
  kImport = 5,    // two lines of the unit imported the same file
};

struct MatterPosting {
  EntryName entry;
  Entry content;                // an add or a restatement: who, when, role, note
  std::vector<EntryName> knew;  // what it had seen of the cell's other postings; of an add: restatements only
  UnitLedger::FateKind fate = UnitLedger::FateKind::kCounted;
  EntryName excluded_by;  // when excluded, with the reason given there
  std::string reason;
  std::optional<EntryName> branch;  // forks: the first entry of the branch it stands on
};

struct DoubledImport {
  EntryName first;  // the import's own entry
  EntryName last;   // the last of its rows that is held
  Entry content;
  bool excluded = false;
};

// One matter. A cell that is open for several reasons is one matter for each.
struct OpenMatter {
  MatterKind kind = MatterKind::kConflict;
  std::string unit;
  Cell cell;    // all but imports
  Value value;  // what the cell shows now
  // Surviving restatements by falling precedence, then overlapping adds, then the rest by name.
  std::vector<MatterPosting> postings;
  std::size_t postings_left_off = 0;
  EntryName fork;                    // forks: the last common entry
  std::vector<EntryName> branches;   // forks: the first entries of the branches that wrote the cell
  std::vector<DoubledImport> imports;
};

struct MatterFilter {
  std::string unit;  // a recording unit, or one above it; empty: all
  Day first = kDayMin;
  Day last = kDayMax;
};

struct DecisionHolder {
  DeviceId device;
  std::string name;
  bool holds = false;  // by what the device named in its latest exchange, or what its entries know
  // The first entry with which somebody there said so.
  std::optional<EntryName> acknowledged;
  std::string author;
  std::string note;
  int64_t clock_s = 0;
};

// A restatement by the hub or a supervisor, an exclusion or its lifting, a closed list.
struct Decision {
  EntryName entry;
  Entry content;
  std::vector<DecisionHolder> devices;  // the unit's active ones but the one that wrote it
};

}  // namespace motcua
