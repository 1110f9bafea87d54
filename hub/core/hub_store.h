// HubStore: what the hub keeps, as rows. It stores and finds; every decision (what follows what, what a cell
// is worth) is the core's. SQLite is the embedded one; a server database comes beside it and passes the same
// suite.
//
// Transactions: everything that writes stands between Begin() and Commit(); a failure or Rollback() undoes
//               all of it. BeginUnit() also locks that unit's row, so that several hub processes never write
//               one unit's ledger at once; roll-ups, which units share, are written last and in key order,
//               so that no two wait for each other.
// Threads:      one (the hub serialises). A visitor asks nothing of the store that gives rows.
// Durability:   when Commit() returns OK the rows survive a power cut.
// Errors:       kResourceExhausted: disk full, nothing stored. kUnavailable: try again. kDataLoss: damaged.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/ledger/entry.h"
#include "common/ledger/log_tree.h"

namespace motcua {

// A line of a unit's logs; `id` is the hub's own number and never travels.
struct LineRow {
  uint32_t id = 0;
  uint32_t unit = 0;  // local number of the unit's code
  DeviceId device;
  uint32_t parent = kNoLine;  // id of the line it forks off
  Seq fork_seq = 0;
  Seq end_seq = 0;
  Hash end_hash{};
};

// A run of entries as accepted, in the columnar batch format: about ten bytes an entry.
struct SegmentRow {
  uint32_t line = 0;
  Seq first = 0;
  Seq last = 0;
  Hash parent_hash{};    // hash of the entry before `first`
  Hash end_hash{};       // hash of `last`
  uint32_t catalog = 0;  // number of the catalog version whose codes the bytes use; 0: none
  int64_t received_s = 0;
  std::string bytes;
};

// What a run of entries is about, so that whoever asks about some days need not read runs about others.
struct SpanRow {
  uint32_t line = 0;
  Seq first = 0;
  Seq last = 0;
  Day day_first;  // of the cells that the entries are of; none at all: after day_last
  Day day_last;
  bool decides = false;  // bears an exclusion, a lifting or a review, which is about cells of any day
  bool operator==(const SpanRow&) const = default;
};

// What the merge needs of saws and exclusions: places and names, encoded by the core (skeleton.h).
struct SkeletonRow {
  uint32_t line = 0;
  Seq seq = 0;
  bool dangling = false;  // names an entry the hub lacks
  std::string bytes;
};

enum class CellTable : uint8_t { kCounters, kRegisters };

// A cell with everything its value comes from. Flags: cell_row.h.
struct CellRow {
  Value value;
  uint32_t flags = 0;
  std::string postings;
  bool operator==(const CellRow&) const = default;
};

struct RollupRow {
  int64_t value = 0;
  int64_t units = 0;  // units that know the cell; the row goes when it reaches 0
  bool operator==(const RollupRow&) const = default;
};

struct UnitRow {
  uint32_t unit = 0;
  uint32_t hub_line = kNoLine;  // the line of the hub's log this hub writes
  int64_t held = 0;             // entries whose codes the catalog does not know
  int64_t dangling = 0;         // skeleton rows that name entries the hub lacks
  int64_t exclusions = 0;
  bool operator==(const UnitRow&) const = default;
};

enum class DeviceState : uint8_t { kActive = 1, kRevoked = 2 };
struct DeviceRow {
  DeviceId device;
  std::string unit;
  Role role = Role::kDesk;
  DeviceState state = DeviceState::kActive;
  std::string name;
  int64_t enrolled_s = 0;
  // Which of its machines speaks for the device: 0 for the first, one more for each that was enrolled in the place
  // of another. A count, because a hub's clock may have been set back between two of them.
  uint32_t machine = 0;
};

// kRenew: its holder may still speak and is to ask for a new one. kReplaced: another machine has taken the
// device's place.
enum class CertificateState : uint8_t { kActive = 1, kRenew = 2, kReplaced = 3, kRevoked = 4 };
struct CertificateRow {
  std::string serial;  // lower-case hex
  DeviceId device;
  int64_t issued_s = 0;
  CertificateState state = CertificateState::kActive;
  Hash csr{};       // the request that it answers; zero when this hub did not issue it
  std::string pem;  // empty when this hub did not issue it
};
// What the last exchange told about a device.
struct HeartbeatRow {
  int64_t seen_ms = 0;  // 0: never
  uint32_t waiting = 0;
  int64_t oldest_waiting_s = 0;
  int64_t clock_offset_ms = 0;
  std::string agent_version;
  std::string held;  // the ends it named, as names of common/ledger/canonical.h: which decisions have reached it
};

// What an operator decided about a device beside its log: append only.
struct DeviceNoteRow {
  DeviceId device;
  int64_t at_s = 0;
  std::string author;
  std::string note;
  bool operator==(const DeviceNoteRow&) const = default;
};

struct TokenRow {
  Hash secret_hash{};
  std::string unit;
  Role role = Role::kDesk;
  DeviceId replaces;  // 0: a new device
  int64_t expires_s = 0;
  int64_t used_s = 0;            // 0: not yet
  DeviceId used_by;              // the device it enrolled
  Hash used_csr{};               // the same request again is answered again: the reply may have been lost
  std::string used_serial = {};  // of the certificate it gave last
};

struct CatalogRow {
  uint32_t number = 0;
  Hash version{};
  std::string canonical;
};

struct ImportRow {
  uint32_t line = 0;
  Seq seq = 0;
  Hash digest{};
  uint32_t rows = 0;
  std::string file_name;
};

struct DoubledRow {
  uint32_t unit = 0;
  Hash digest{};
};

struct SubmissionRow {
  uint32_t line = 0;
  Seq seq = 0;
  std::string period;
  bool nothing_to_report = false;
  std::string signer;
};

// A decision about a period where it stands in a unit's log: the entry itself, found by period.
struct PeriodRow {
  uint32_t line = 0;
  Seq seq = 0;
  uint32_t unit = 0;
  std::string period;  // "CALENDAR/ID"
  std::string area;
  std::string entry;  // canonical bytes
};

// A run of another device's entries on its way back from a desk, and its pieces in the batch format. Outside
// the log: nobody has proven it yet.
struct StagedRunRow {
  uint32_t id = 0;
  uint32_t unit = 0;
  DeviceId sender;
  EntryName parent;  // held in the log when the run began
  EntryName first;
  EntryName last;
  Hash last_hash{};
  int64_t bytes = 0;  // of its pieces, with what a row costs
  int64_t touched_s = 0;
};
struct StagedPieceRow {
  uint32_t run = 0;
  Seq first = 0;
  uint32_t catalog = 0;
  std::string bytes;  // a batch of one run
};

enum class CodeKind : uint8_t { kUnit = 1, kProcedure = 2, kChannel = 3, kMeasure = 4, kScope = 5 };

class HubStore {
 public:
  virtual ~HubStore() = default;

  virtual absl::Status Begin() = 0;
  // Begin(), and the unit's row is locked (made when it is new) until the end of the transaction.
  virtual absl::StatusOr<UnitRow> BeginUnit(uint32_t unit) = 0;
  virtual absl::Status Commit() = 0;
  virtual void Rollback() = 0;  // harmless without a transaction

  // Small named values: incarnation, formats.
  virtual absl::StatusOr<std::string> Meta(const std::string& key) = 0;  // kNotFound
  virtual absl::Status PutMeta(const std::string& key, absl::string_view value) = 0;

  // The permanent dictionary of codes: append only.
  virtual absl::Status ForEachCode(
      const std::function<void(CodeKind, uint32_t, const std::string&)>& visit) = 0;
  virtual absl::Status AddCode(CodeKind kind, uint32_t id, const std::string& text) = 0;

  virtual absl::Status AddCatalog(const CatalogRow& row) = 0;
  virtual absl::StatusOr<CatalogRow> NewestCatalog() = 0;                   // kNotFound
  virtual absl::StatusOr<CatalogRow> FindCatalog(const Hash& version) = 0;  // kNotFound
  virtual absl::StatusOr<CatalogRow> FindCatalog(uint32_t number) = 0;      // kNotFound

  // Logs.
  virtual absl::StatusOr<UnitRow> Unit(uint32_t unit) = 0;  // zero row when the unit has nothing
  virtual absl::Status PutUnit(const UnitRow& row) = 0;
  virtual absl::StatusOr<std::vector<UnitRow>> Units() = 0;
  virtual absl::StatusOr<std::vector<LineRow>> LinesOf(uint32_t unit) = 0;  // by ascending id
  virtual absl::StatusOr<uint32_t> AddLine(const LineRow& row) = 0;         // returns the id
  virtual absl::Status MoveEnd(uint32_t line, Seq end_seq, const Hash& end_hash) = 0;
  virtual absl::Status AddSegment(const SegmentRow& row) = 0;
  virtual absl::StatusOr<SegmentRow> SegmentAt(uint32_t line,
                                               Seq seq) = 0;  // the one that holds seq; kDataLoss
  virtual absl::Status ForEachSegment(uint32_t line,
                                      const std::function<absl::Status(const SegmentRow&)>& visit) = 0;

  // Databases of older programs have none for what they took in.
  virtual absl::Status AddSpan(const SpanRow& row) = 0;
  virtual absl::StatusOr<std::vector<SpanRow>> SpansOf(uint32_t line, Seq from) = 0;  // ascending; those that end at `from` or later

  virtual absl::Status PutSkeleton(const SkeletonRow& row) = 0;
  virtual absl::StatusOr<std::vector<SkeletonRow>> SkeletonOf(uint32_t line) = 0;  // by ascending seq
  // Reviews of forks, encoded as the skeleton is.
  virtual absl::Status PutReview(const SkeletonRow& row) = 0;
  virtual absl::StatusOr<std::vector<SkeletonRow>> ReviewsOf(uint32_t line) = 0;  // by ascending seq
  virtual absl::Status AddHeld(uint32_t line, Seq seq) = 0;
  virtual absl::StatusOr<std::vector<Seq>> HeldOf(uint32_t line) = 0;
  virtual absl::Status RemoveHeld(uint32_t line) = 0;
  virtual absl::Status AddImport(const ImportRow& row) = 0;
  virtual absl::StatusOr<std::vector<ImportRow>> ImportsOf(uint32_t line) = 0;
  // Every import of a file, in any unit.
  virtual absl::StatusOr<std::vector<ImportRow>> ImportsOf(const Hash& digest) = 0;
  // Files that two lines of a unit imported, by unit; marking one twice is harmless.
  virtual absl::Status MarkDoubled(uint32_t unit, const Hash& digest) = 0;
  virtual absl::StatusOr<std::vector<DoubledRow>> Doubled() = 0;
  virtual absl::Status AddSubmission(const SubmissionRow& row) = 0;
  virtual absl::StatusOr<std::vector<SubmissionRow>> SubmissionsOf(uint32_t line) = 0;

  // What was decided about periods. By unit, line and seq.
  virtual absl::Status AddPeriod(const PeriodRow& row) = 0;
  virtual absl::StatusOr<std::vector<PeriodRow>> PeriodsOf(uint32_t line) = 0;
  virtual absl::StatusOr<std::vector<PeriodRow>> Periods(const std::string& period) = 0;
  // Frozen figures (frozen_figures.h), each piece under its digest: a cache that the log can make again. Putting one
  // twice is harmless.
  virtual absl::Status PutFrozen(const Hash& digest, absl::string_view bytes) = 0;
  virtual absl::StatusOr<std::string> Frozen(const Hash& digest) = 0;  // kNotFound

  // Runs that come back in pieces (staging.h). Nothing else reads them.
  virtual absl::StatusOr<std::vector<StagedRunRow>> StagedRunsOf(uint32_t unit) = 0;  // by ascending id
  virtual absl::StatusOr<uint32_t> AddStagedRun(const StagedRunRow& row) = 0;         // returns the id
  virtual absl::Status PutStagedRun(const StagedRunRow& row) = 0;
  virtual absl::Status AddStagedPiece(const StagedPieceRow& row) = 0;
  virtual absl::StatusOr<StagedPieceRow> StagedPiece(uint32_t run, Seq first) = 0;  // kDataLoss
  virtual absl::Status RemoveStagedRun(uint32_t run) = 0;                           // with its pieces

  // Facts. Ranges are [begin, end) over packed keys, in key order.
  virtual absl::StatusOr<std::optional<CellRow>> Cell(CellTable table, uint64_t key) = 0;
  virtual absl::Status PutCell(CellTable table, uint64_t key, const CellRow& row) = 0;
  virtual absl::Status RemoveCells(CellTable table, uint64_t begin, uint64_t end) = 0;
  virtual absl::Status ForEachCell(CellTable table, uint64_t begin, uint64_t end,
                                   const std::function<void(uint64_t, const CellRow&)>& visit) = 0;
  // The same without postings, which are most of a row.
  virtual absl::Status ForEachValue(
      CellTable table, uint64_t begin, uint64_t end,
      const std::function<void(uint64_t, const Value&, uint32_t flags)>& visit) = 0;
  // Only the cells a person should look at (kCellOpen of cell_row.h), found without looking at others.
  virtual absl::Status ForEachOpenCell(CellTable table, uint64_t begin, uint64_t end,
                                       const std::function<void(uint64_t, const CellRow&)>& visit) = 0;
  virtual absl::StatusOr<bool> AnyCell(CellTable table, uint64_t begin, uint64_t end) = 0;
  // Adds to a roll-up, making or removing its row as needed.
  virtual absl::Status AddToRollup(uint64_t key, int64_t value, int64_t units) = 0;
  virtual absl::Status ForEachRollup(uint64_t begin, uint64_t end,
                                     const std::function<void(uint64_t, const RollupRow&)>& visit) = 0;
  virtual absl::Status RemoveRollups() = 0;

  // Devices and one-time codes.
  virtual absl::StatusOr<DeviceRow> Device(DeviceId device) = 0;  // kNotFound
  virtual absl::Status PutDevice(const DeviceRow& row) = 0;
  virtual absl::StatusOr<std::vector<DeviceRow>> Devices() = 0;  // by unit, then device
  virtual absl::StatusOr<CertificateRow> Certificate(const std::string& serial) = 0;  // kNotFound
  virtual absl::Status PutCertificate(const CertificateRow& row) = 0;
  virtual absl::StatusOr<std::vector<CertificateRow>> CertificatesOf(DeviceId device) = 0;  // oldest first
  virtual absl::StatusOr<HeartbeatRow> Heartbeat(DeviceId device) = 0;
  virtual absl::Status PutHeartbeat(DeviceId device, const HeartbeatRow& row) = 0;
  virtual absl::Status AddDeviceNote(const DeviceNoteRow& row) = 0;
  virtual absl::StatusOr<std::vector<DeviceNoteRow>> DeviceNotes(DeviceId device) = 0;  // oldest first
  virtual absl::StatusOr<TokenRow> Token(const Hash& secret_hash) = 0;  // kNotFound
  virtual absl::Status PutToken(const TokenRow& row) = 0;
};

// A transaction of the store that is undone unless Commit() returned OK.
class StoreTransaction {
 public:
  explicit StoreTransaction(HubStore* store) : store_(*store) {}
  ~StoreTransaction() { store_.Rollback(); }
  StoreTransaction(const StoreTransaction&) = delete;
  StoreTransaction& operator=(const StoreTransaction&) = delete;
  absl::Status Commit() { return store_.Commit(); }

 private:
  HubStore& store_;
};

}  // namespace motcua
