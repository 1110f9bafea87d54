// What a desk knows of locked periods, from the hub's log of its unit: what it writes into one is not lost but an
// amendment, which an operator accepts as the next revision.
//
// Threads: pure functions over a desk's log.
#pragma once

#include <string>
#include <vector>

#include "agent/core/desk_log.h"
#include "common/catalog/catalog.h"

namespace motcua {

struct DeskPeriod {
  std::string period;  // "CALENDAR/ID"
  std::string area;    // whose lock it is: the unit itself or one above it
  uint32_t revision = 0;
  int64_t at_s = 0;            // of the newest revision
  int64_t open_until_s = 0;    // unlocked until then; may be past
  Day from;
  Day to;
  std::size_t amendments = 0;  // entries of its days that no revision covers
  std::size_t accepted = 0;    // those that came after the first and that the newest covers
};

// By period and area; periods that the catalog does not know are left out. `counts`: amendments too, which reads the log.
std::vector<DeskPeriod> LockedPeriods(const DeskLog& log, const Catalog& catalog, bool counts);
// One sentence for a person: what is written there is an amendment.
std::string AmendmentNotice(const DeskPeriod& period);
// How many wait and how many were accepted; empty when there are none of either.
std::string AmendmentCount(const DeskPeriod& period);

}  // namespace motcua
