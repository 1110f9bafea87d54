// Draft: entries a desk is about to write, each checked against the catalog and against the numbers the desk
// would then show, before any of them is stored. One record is a draft of one, a whole import file a draft of
// many.
//
// The rules (DESIGN section 3) in the order in which they are checked: codes, day and remit; measure and
// action fit; role; the value shown is still the value; `--set` of a flow only where no restatement stands;
// the own part does not fall below zero; the unit's number does not become negative.
//
// Threads: one. Lifetime: `log` and `catalog` must outlive it; the log must not change meanwhile.
// Errors: one sentence each; a refused entry leaves the draft as it was.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/desk_log.h"
#include "common/catalog/catalog.h"

namespace motcua {

// Counts and amounts a person may type: sums of some stay within what an entry takes and JSON keeps exact
// (2^53).
inline constexpr int64_t kTypedNumberMax = 1'000'000'000'000'000;

// What a desk shows of a cell.
struct CellView {
  bool counter = true;
  int64_t own_part = 0;   // counters
  Value value;            // the unit's number; none when unknown
  bool restated = false;  // a restatement stands
  bool provisional = false;
  bool conflict = false;
  bool overlap = false;
};
CellView ViewCell(const DeskLog& log, const Cell& cell, MeasureNature nature);

// How an entry is signed by the person who writes it.
struct Remark {
  std::string author;
  std::string note;
};

class Draft {
 public:
  Draft(const DeskLog* log, const Catalog* catalog) : log_(*log), catalog_(*catalog) {}

  // A flow or amount: adds to the own part.
  absl::Status Add(const Cell& cell, int64_t delta, const Remark& remark);
  // A flow or amount: brings the own part to `value`. Anything else: restates the unit's observation. `shown`
  // is what the person saw when typing (nullopt: what stands now); kAborted when it is another by now.
  absl::Status Set(const Cell& cell, const Value& value, const std::optional<Value>& shown,
                   const Remark& remark);
  // Says what the unit's number is. kPermissionDenied for a flow or amount without the role.
  absl::Status Restate(const Cell& cell, const Value& value, const std::optional<Value>& shown,
                       const Remark& remark);
  // An entry that is about no cell.
  absl::Status Put(EntryBody body, const Remark& remark);
  // The same, before all others: what the following entries belong to.
  absl::Status PutFirst(EntryBody body, const Remark& remark);

  std::size_t size() const { return entries_.size(); }
  // The entries in order, `saw` in front where the rules of DESIGN section 3 ask for one.
  std::vector<Entry> Finish() const;

 private:
  absl::StatusOr<const Measure*> CheckCell(const Cell& cell) const;
  // As the desk would show it with the draft's entries written.
  CellView& ViewOf(const Cell& cell, MeasureNature nature);
  absl::Status CheckAdd(const Cell& cell, const CellView& view, int64_t delta) const;

  const DeskLog& log_;
  const Catalog& catalog_;
  std::vector<Entry> entries_;
  std::map<Cell, CellView> views_;
  bool restates_ = false;
};

}  // namespace motcua
