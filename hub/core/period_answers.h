// What is asked of and answered about periods: plain values for Hub's calls in hub_periods.cc and hub_reports.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/report/report.h"
#include "hub/core/amendments.h"

namespace motcua {

// Of an area and a period, with why and by whom.
struct PeriodOrder {
  std::string period;  // "CALENDAR/ID"
  std::string unit;
  std::string note;
  std::string author;
};

struct LockAnswer {
  std::string period;
  std::string unit;
  LockLine lock;
  bool already = false;   // it was locked; nothing was written
  bool relocked = false;  // it was unlocked, and is locked at the same revision again
};

// One unit and what it owes.
struct UnitStatus {
  std::string unit;
  std::string name;
  std::string contact;  // phone
  UnitPeriod there;
};

struct PeriodStatus {
  std::string period;
  std::string unit;
  std::string unit_name;
  Day from;
  Day to;
  std::optional<Day> due;
  std::vector<UnitStatus> units;
  std::optional<LockLine> lock;  // newest revision
  // Of all owed, each (unit, period) counted once.
  int expected = 0;
  int submitted = 0;
  int exempt = 0;
};

struct ListedLock {
  std::string unit;
  std::string unit_name;
  std::vector<Revision> revisions;
  int64_t open_until_s = 0;  // 0: locked
};
struct ListedPeriod {
  std::string period;
  std::string name;
  Day from;
  Day to;
  std::optional<Day> due;
  std::vector<ListedLock> locks;  // by unit
};

// What a revision declared; names by `catalog`.
LockLine DescribeRevision(const Revision& revision, const Catalog& catalog);

struct ReportOrder {
  std::string form;
  std::string unit;
  std::string period;  // with or without "CALENDAR/"
  int64_t revision = 0;  // 0: living
  std::string seal;      // of the revision meant, when two bear the number
  bool compare_rates = false;
};

}  // namespace motcua
