// Desk: what a person does at a desk, on the unit's logs as this machine holds them: record, restate, import,
// look, submit. No network is needed for any of it.
//
//   MOTCUA_ASSIGN_OR_RETURN(auto desk, Desk::Open(identity, store, clock, random, ParseCatalogBytes));
//   MOTCUA_ASSIGN_OR_RETURN(RecordAnswer answer, desk->Record(request));
//
// Threads:    one.
// Durability: what an OK answers is stored and survives a power cut; after an error nothing was written.
// Errors:     one sentence for the person. kAborted: the number changed since it was shown, look again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/desk_log.h"
#include "agent/core/desk_periods.h"
#include "agent/core/draft.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/catalog/catalog.h"
#include "common/report/report.h"

namespace motcua {

using CatalogParser =
    std::function<absl::StatusOr<std::shared_ptr<const Catalog>>(absl::string_view canonical)>;

struct RecordRequest {
  std::optional<Day> day;      // none: today by the desk's clock
  bool day_confirmed = false;  // a day after today is meant
  std::string procedure;
  std::string channel;
  std::string measure;
  bool adds = false;  // else sets
  Value value;
  std::optional<Value> shown;  // sets: what the person saw; none: what stands now
  Remark remark;
};

struct RecordAnswer {
  EntryName entry;
  Cell cell;
  CellView view;
  std::vector<DeskPeriod> locks;  // of its day: what was recorded is an amendment there
};

struct SubmitRequest {
  std::string period;  // "CALENDAR/ID"
  bool nothing_to_report = false;
  std::string signer;
  std::string document;
  std::vector<SubmitBody::Reason> reasons;
};

struct SubmitAnswer {
  EntryName entry;
  std::string period;
  std::vector<EntryName> covers;
  std::vector<DeviceId> lacks;  // devices whose newest entries the hub names and this desk does not hold
  Hash totals{};
  std::vector<Finding> findings;  // what does not add up: with a reason each, or only a warning
  std::vector<DeskPeriod> locks;  // of the period, when it is locked already
};

struct ShownCell {
  Cell cell;
  CellView view;
  bool in_catalog = true;  // else it is held until the catalog knows it, and has no value yet
};
// An entry the hub took out of what counts, with its reason.
struct ExcludedEntry {
  EntryName entry;
  std::optional<Cell> cell;
  std::string author;
  std::string reason;
};
struct ShowAnswer {
  std::vector<ShownCell> cells;  // sorted
  std::vector<ExcludedEntry> excluded;
};

// Copies of a device (this one or another of the unit) that both wrote the same cells, not closed yet.
struct DeskFork {
  EntryName fork;                   // the last common entry
  std::vector<EntryName> branches;  // the first entries of those that wrote them
  std::vector<Cell> cells;          // sorted
};

// A restatement by the hub or a supervisor, an exclusion or its lifting, a closed list, what the hub decided about a
// period: written elsewhere.
struct DeskDecision {
  EntryName entry;
  Entry content;
};

struct AcknowledgeAnswer {
  EntryName entry;
  std::vector<DeskDecision> acknowledged;  // what had come and was not acknowledged before
};

struct DeskStatus {
  std::size_t entries = 0;  // held, of all lines
  uint32_t waiting = 0;     // own ones that the latest receipt does not cover
  std::size_t excluded = 0;
  std::vector<Cell> conflicts;  // conflicts and overlaps: cells shown as provisional
  std::vector<DeskFork> forks;
  std::vector<DeskPeriod> periods;      // locked ones
  std::vector<DeskDecision> decisions;  // that came and that nobody has acknowledged here, by time
};

class Desk {
 public:
  static absl::StatusOr<std::unique_ptr<Desk>> Open(const DeskIdentity& identity, AgentStore* store,
                                                    Clock* clock, RandomSource* random,
                                                    CatalogParser parse_catalog);

  absl::StatusOr<RecordAnswer> Record(const RecordRequest& request);
  // The unit's number, whatever was recorded. Flows and amounts need a supervisor's machine.
  absl::StatusOr<RecordAnswer> Restate(const RecordRequest& request);
  // Says that a period is complete. What its rules find wrong, or want a reason for, is refused, all of it named, until
  // a reason is given for each such rule; the reasons travel. It may be repeated.
  absl::StatusOr<SubmitAnswer> Submit(const SubmitRequest& request);
  // Writes down that somebody has seen the decisions held here; the entry names the ends held. kNotFound: there are none
  // that were not acknowledged.
  absl::StatusOr<AcknowledgeAnswer> Acknowledge(const Remark& remark);
  ShowAnswer Show(Day first, Day last) const;
  // Locks of any day first to last that stand now.
  std::vector<DeskPeriod> LocksBetween(Day first, Day last) const;
  DeskStatus Status() const;

  // For imports: a draft over what stands now, and writing it. Nothing else may write between the two.
  absl::StatusOr<Draft> NewDraft() const;
  // Writes the draft's entries in one transaction and returns the name of the last.
  absl::StatusOr<EntryName> Write(const Draft& draft);
  // kFailedPrecondition for a day after today that nobody confirmed.
  absl::Status CheckDay(Day day, bool confirmed) const;
  Day Today() const { return DayInVietnam(clock_.WallSeconds()); }

  DeskLog& log() { return *log_; }
  const DeskLog& log() const { return *log_; }
  Clock& clock() { return clock_; }
  RandomSource& random() { return random_; }
  // Null until a first sync has brought one.
  const std::shared_ptr<const Catalog>& catalog() const { return catalog_; }
  void set_catalog(std::shared_ptr<const Catalog> catalog) { catalog_ = std::move(catalog); }
  const CatalogParser& parse_catalog() const { return parse_catalog_; }

 private:
  Desk(Clock* clock, RandomSource* random, CatalogParser parse_catalog)
      : clock_(*clock), random_(*random), parse_catalog_(std::move(parse_catalog)) {}
  absl::Status LoadCatalog(AgentStore& store);
  std::vector<DeskFork> OpenForks() const;
  std::vector<DeskDecision> UnacknowledgedDecisions() const;
  absl::StatusOr<Cell> CellFor(const RecordRequest& request) const;
  absl::StatusOr<EntryName> WriteEntries(std::vector<Entry> entries);
  absl::StatusOr<RecordAnswer> WriteOne(const Draft& draft, const Cell& cell);
  absl::StatusOr<const Period*> FindPeriod(const std::string& period) const;
  absl::StatusOr<std::vector<Finding>> FindingsOf(const std::string& period) const;
  bool AnythingRecorded(Day first, Day last) const;
  Hash TotalsOf(Day first, Day last) const;
  std::vector<DeviceId> LackedDevices() const;

  Clock& clock_;
  RandomSource& random_;
  CatalogParser parse_catalog_;
  std::unique_ptr<DeskLog> log_;
  std::shared_ptr<const Catalog> catalog_;
  // The first entry of each process carries 64 random bits, so that two copies of a folder never write equal
  // bytes.
  bool nonce_due_ = true;
};

}  // namespace motcua
