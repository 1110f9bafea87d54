// FactSource: the known cells of recording units, as reports read them. The hub answers from its facts, a desk
// from its own ledger; both give the same numbers for the same entries.
#pragma once

#include <functional>

#include "common/base/status.h"
#include "common/ledger/entry.h"

namespace motcua {

struct Fact {
  Day day;
  // Valid during the callback only.
  absl::string_view procedure;
  absl::string_view channel;
  absl::string_view measure;
  const Value* value = nullptr;
  bool provisional = false;
  // Numbers by which the source knows the three codes, so that who reads many facts looks each up once. The same number
  // is always the same code while the facts are being read; 0: the source has none.
  uint32_t procedure_number = 0;
  uint32_t channel_number = 0;
  uint32_t measure_number = 0;
};

// What a unit said about a period.
enum class Submission : uint8_t { kNone, kSubmitted, kNothingToReport };

class FactSource {
 public:
  virtual ~FactSource() = default;
  // Calls `visit` for every known cell of `unit` with first <= day <= last (counters and registers alike), in any
  // order. Cells whose codes the catalog does not know are held and not given.
  virtual absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                                   const std::function<void(const Fact&)>& visit) const = 0;
  // Any entry at all for `unit` (its state in the coverage line): submitted | open | not_started.
  virtual absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const = 0;
  // What `unit` last said about `period` ("CALENDAR/ID"). A source that keeps no submissions leaves this as it is.
  virtual absl::StatusOr<Submission> SubmissionOf(const std::string& /*unit*/, const std::string& /*period*/) const {
    return Submission::kNone;
  }
  // Where `unit` stands with `period` ("CALENDAR/ID", first to last). By itself: from the two answers above.
  virtual absl::StatusOr<UnitState> StateOf(const std::string& unit, const std::string& period, Day first,
                                            Day last) const;
};

}  // namespace motcua
