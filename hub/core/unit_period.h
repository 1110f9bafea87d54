// UnitPeriods: where a unit stands with a period, from what lies at the hub: its submissions and what came after them,
// what its machines say still waits, and what the operator decided.
//
// Whether a submission was on time is judged by bounds. It was not sealed before the hub wrote what its context knows
// of the hub's log, nor after it arrived; between the two stands the desk's own clock, corrected by the offset measured
// last. What the hub wrote is the only thing in a chain that bears the hub's time (a receipt is in none). Arrived by the due time (24:00 of the due day in Vietnam): yes. Certainly or by the desk's own word after it:
// no. In between it is the desk's claim, and an operator decides.
//
// Threads: the hub's mutex is held. Cost: what came since the submission; the rest is a few rows a unit. What it read
// of devices and decisions it remembers, so one lives no longer than one question.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/report/fact_source.h"
#include "hub/core/code_ids.h"
#include "hub/core/unit_log.h"

namespace motcua {

enum class OnTime : uint8_t { kNotSaid, kYes, kNo, kClaimed };

struct SubmissionAt {
  EntryName name;
  Entry entry;
  int64_t arrived_s = 0;
  const SubmitBody& body() const { return std::get<SubmitBody>(entry.body); }
};

struct UnitPeriod {
  UnitState state = UnitState::kNotStarted;
  int64_t seen_s = 0;     // the latest exchange of any of its machines; 0: never
  uint32_t waiting = 0;   // entries its machines still hold, by their latest word
  std::optional<SubmissionAt> first;   // that stands: on time is judged by it, for a correction is no delay
  std::optional<SubmissionAt> newest;  // that stands
  OnTime on_time = OnTime::kNotSaid;   // nothing submitted, or the period has no due day
  bool on_time_decided = false;        // by an operator
};

class UnitPeriods {
 public:
  UnitPeriods(HubStore* store, const CodeIds* ids, CatalogShelf* shelf) : store_(*store), ids_(*ids), shelf_(*shelf) {}

  // `has_entries`: any cell dated in the period.
  struct Question {
    std::string unit;
    std::string period;  // "CALENDAR/ID"
    Day first;
    Day last;
    std::optional<Day> due;
  };
  absl::StatusOr<UnitPeriod> Read(const Question& question, const FactSource& facts);
  // Every period's decisions, oldest first within a unit.
  absl::StatusOr<const std::vector<PeriodRow>*> Decisions(const std::string& period);

 private:
  struct Machines {
    uint32_t waiting = 0;
    int64_t seen_s = 0;
    std::map<DeviceId, int64_t> offset_ms;  // desk less hub
  };
  absl::StatusOr<const Machines*> MachinesOf(const std::string& unit);
  absl::Status ReadMachines();
  // The submissions of the period that stand, by arrival and name; of each line the last is what it says now.
  struct Standing {
    std::vector<SubmissionAt> all;
    std::vector<std::pair<Position, SubmissionAt>> current;
  };
  absl::StatusOr<Standing> ReadSubmissions(const Question& question, UnitLog& log, const Causality* causality);
  absl::StatusOr<bool> ChangedSince(const Standing& standing, const Question& question, UnitLog& log,
                                    const Causality* causality);
  absl::Status Judge(const Question& question, UnitLog& log, const Machines& machines, UnitPeriod* answer);
  absl::StatusOr<int64_t> NotBefore(const SubmissionAt& submission, UnitLog& log);

  HubStore& store_;
  const CodeIds& ids_;
  CatalogShelf& shelf_;
  std::map<std::string, std::vector<PeriodRow>> decisions_;
  std::optional<std::map<std::string, Machines>> machines_;
};

// The moment by which a period is due.
int64_t DueSeconds(Day due);

}  // namespace motcua
