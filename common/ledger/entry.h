// Entry: the one thing that is ever written. An entry is immutable, named by (device, seq, h8), and never
// renamed; everything else in this project is computed from sets of entries.
//
// Threads: plain values. Lifetime: entries own their text.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/day.h"
#include "common/base/hash.h"

namespace motcua {

// One enrolled installation: 32 random bits drawn by the hub. 0 is the hub itself, which writes one log per unit.
struct DeviceId {
  uint32_t value = 0;
  auto operator<=>(const DeviceId&) const = default;
};
inline constexpr DeviceId kHubDevice{0};

// Position in a log, gap-free from 1 along a line; 0 is the empty log.
using Seq = uint32_t;
inline constexpr Seq kSeqMax = 0x7FFFFFFF;

// (device, seq, h8): h8 is the first eight bytes of the entry's chain hash. seq 0 names the empty log of the
// device (h8 is then 0). The order is the one that breaks ties between restatements.
struct EntryName {
  DeviceId device;
  Seq seq = 0;
  uint64_t h8 = 0;
  auto operator<=>(const EntryName&) const = default;
};
// "3f2a90c1-17-9be0aa01c2d3e4f5": device and h8 in hex, seq in decimal.
std::string FormatEntryName(const EntryName& name);
absl::StatusOr<EntryName> ParseEntryName(absl::string_view text);
std::string FormatDevice(DeviceId device);  // "3f2a90c1"
absl::StatusOr<DeviceId> ParseDevice(absl::string_view text);

// The writer's authority, stated in the entry and checked against the device table at ingest. Larger wins.
enum class Role : uint8_t { kDesk = 1, kSupervisor = 2, kHub = 3 };

// What a number is about. Unit, procedure, channel and measure are catalog codes; procedure and channel are
// empty for desk-wide measures.
struct Cell {
  std::string unit;
  Day day;
  std::string procedure;
  std::string channel;
  std::string measure;
  auto operator<=>(const Cell&) const = default;
};
// "00019/2020-08-31/1.001193/counter/received"; empty parts stay empty.
std::string FormatCell(const Cell& cell);
absl::StatusOr<Cell> ParseCell(absl::string_view text);

// No value (blank, "taken back"), a number (count or VND), or text (a choice's code or free text).
using Value = std::variant<std::monostate, int64_t, std::string>;
std::string FormatValue(const Value& value);  // plain: "", "25", "text"

// Flow or amount: adds `delta` to the writer's own slice. `typed` is what was typed when it came from --set.
struct AddBody {
  Cell cell;
  int64_t delta = 0;
  std::optional<int64_t> typed;
  std::optional<int64_t> shown;  // the own part the writer was shown, with `typed`
  bool operator==(const AddBody&) const = default;
};
// Says what the unit's number is; no value takes an observation back. `shown` is what the writer was shown.
struct RestateBody {
  Cell cell;
  Value value;
  Value shown;
  bool operator==(const RestateBody&) const = default;
};
// What the writing replica had learned of other lines of the unit's logs.
struct SawBody {
  std::vector<EntryName> ends;  // sorted, unique
  bool operator==(const SawBody&) const = default;
};
// Hub only: takes the entries first..last (along the path that ends at `last`) out of what counts, or (lifts =
// true) lifts the exclusions of them that this entry's context knows. The reason stands in the entry's note.
struct ExcludeBody {
  bool lifts = false;
  EntryName first;
  EntryName last;
  bool operator==(const ExcludeBody&) const = default;
};
// Begins an import: the following `rows` entries of this line came from a file with this digest.
struct ImportBody {
  Hash digest{};
  uint32_t rows = 0;
  std::string file_name;
  bool operator==(const ImportBody&) const = default;
};
// A unit says that a period is complete, as far as `covers` goes.
struct SubmitBody {
  std::string period;  // "CALENDAR/ID"
  std::vector<EntryName> covers;
  Hash totals{};  // digest of the totals the signer saw
  bool nothing_to_report = false;
  std::string signer;
  std::string document;
  struct Reason {
    std::string rule;
    std::string text;
    bool operator==(const Reason&) const = default;
  };
  std::vector<Reason> reasons;
  bool operator==(const SubmitBody&) const = default;
};

// Hub only: a person has gone through what the copies of a device wrote behind `fork` and closes the list. It speaks
// of the branches named and of no other one: a further copy opens the list again.
struct ReviewBody {
  EntryName fork;                   // the last common entry; seq 0 when the copies share none
  std::vector<EntryName> branches;  // the first entry of each behind it; sorted, unique, two or more
  bool operator==(const ReviewBody&) const = default;
};

// Where a unit stands with a period that it owes. Permanent numbers; 0 is said of a unit that only consolidates.
enum class UnitState : uint8_t {
  kNone = 0,
  kNotStarted = 1,
  kWaiting = 2,  // recorded there, nothing of it has arrived
  kOpen = 3,     // arrived, not submitted
  kSubmitted = 4,
  kSubmittedZero = 5,  // nothing to report
  kChanged = 6,        // entries after the submission
  kExempt = 7,         // owes nothing for this period
};
inline constexpr UnitState kUnitStateLast = UnitState::kExempt;

// What the hub decides about a period. Permanent numbers.
enum class PeriodAct : uint8_t {
  kLock = 1,    // frozen with declared coverage: the first revision
  kAccept = 2,  // the amendments that were shown become the next revision
  kUnlock = 3,  // counts as open until a time, then as locked at its newest revision again
  kRelock = 4,  // ends that early
  kExempt = 5,  // the unit owes nothing for the period
  kOblige = 6,  // it does again
  kOnTime = 7,  // a submission whose times leave it undecided counts as on time
  kLate = 8,    // or as late
};
inline constexpr PeriodAct kPeriodActLast = PeriodAct::kLate;

// Hub only: a decision about a period, in the log of every unit that it concerns. A revision stands in the logs of all
// units of the area; each holds the unit's own part and, in `coverage`, the seal over the parts of all of them. A unit
// with more ends than one entry has names for gets several such entries, alike but for `covers`.
struct PeriodBody {
  // What a unit's frozen figures are made of, for kLock and kAccept.
  struct Frozen {
    Hash catalog{};                // version: unit tree, forms, rates and rules travel in it
    UnitState state = UnitState::kNone;
    uint32_t units = 0;            // of the area, that record
    std::vector<EntryName> covers;  // ends; the figures are the fold of the entries on the paths to them, of no others
    Hash figures{};                // digest of that fold
    Hash coverage{};               // digest of the parts of all units
    Hash shown{};                  // digest of the amendments that were accepted; zero in a lock
    bool operator==(const Frozen&) const = default;
  };
  PeriodAct act = PeriodAct::kLock;
  std::string period;     // "CALENDAR/ID"
  std::string area;       // the unit whose period is locked; of a decision about one unit, that unit
  uint32_t revision = 0;  // from 1; for what concerns no revision 0
  Frozen frozen;
  int64_t until_s = 0;   // kUnlock
  EntryName submission;  // kOnTime, kLate
  // Whether it makes a revision.
  bool freezes() const { return act == PeriodAct::kLock || act == PeriodAct::kAccept; }
  bool judges() const { return act == PeriodAct::kOnTime || act == PeriodAct::kLate; }
  bool operator==(const PeriodBody&) const = default;
};

// Permanent numbers; the order of the variant's alternatives is theirs minus one. Later kinds append.
enum class EntryKind : uint8_t {
  kAdd = 1,
  kRestate = 2,
  kSaw = 3,
  kExclude = 4,
  kImport = 5,
  kSubmit = 6,
  kReview = 7,
  kPeriod = 8,
};
using EntryBody =
    std::variant<AddBody, RestateBody, SawBody, ExcludeBody, ImportBody, SubmitBody, ReviewBody, PeriodBody>;

struct Entry {
  DeviceId device;
  Seq seq = 0;
  Role role = Role::kDesk;
  int64_t clock_s = 0;            // the writer's wall clock: evidence, never order
  std::optional<uint64_t> nonce;  // 64 random bits in the first entry of each process: copies never write equal bytes
  std::string author;             // the name stated with --by; the device is what is proven
  std::string note;
  EntryBody body;

  EntryKind kind() const { return static_cast<EntryKind>(body.index() + 1); }
  // The cell of an add or a restatement, else null.
  const Cell* cell() const;
  bool operator==(const Entry&) const = default;
};

// What people should hear of: a restatement by the hub or a supervisor, an exclusion or its lifting, a closed list, what
// the hub decided about a period.
bool IsDecision(const Entry& entry);
// A `saw` to which somebody put a name or a note; what machines write by themselves has neither.
bool IsAcknowledgement(const Entry& entry);

}  // namespace motcua
