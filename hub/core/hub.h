// Hub: one more replica of every unit's ledger, with authority. It takes batches, keeps every entry, folds
// cells into facts in the same transaction, signs what it holds, and sends each desk what it lacks.
//
// It decides and does no I/O of its own: rows go through HubStore, time, randomness, keys and the catalog's
// text format come in through HubParts.
//
// Threads:    any; calls are serialised inside by one mutex.
// Durability: a call that changes something has committed when it returns OK; a receipt names only what has.
// Errors:     a refused call changes nothing, also in memory.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/mutex.h"
#include "common/base/random.h"
#include "common/ledger/unit_ledger.h"
#include "common/report/fact_source.h"
#include "common/sync/signer.h"
#include "common/sync/verdict.h"
#include "hub/core/bundle_import.h"
#include "hub/core/catalog_shelf.h"
#include "hub/core/cell_coder.h"
#include "hub/core/code_ids.h"
#include "hub/core/hub_api.h"
#include "hub/core/hub_store.h"
#include "hub/core/ingest.h"
#include "hub/core/open_matters.h"
#include "hub/core/paper_record.h"
#include "hub/core/period_answers.h"
#include "hub/core/unit_log.h"

namespace motcua {

class Hub;

// Everything the hub reaches the world through; all of it outlives the hub.
struct HubParts {
  HubStore* store = nullptr;
  Clock* clock = nullptr;
  RandomSource* random = nullptr;
  ReceiptSigner* signer = nullptr;
  const ReceiptVerifier* verifier = nullptr;
  std::string receipt_key;  // the public half, as desks get it
  CertificateIssuer* issuer = nullptr;
  CatalogParser parse_catalog;
  // The newest protocol version spoken; one version back is spoken too.
  uint32_t protocol = kProtocolVersion;
  // Runs an operator's command line; none: every command is refused.
  std::function<CommandResult(Hub&, const std::vector<std::string>&, const std::string& input, Language)> commands =
      {};
};

// A token as its maker gets it: the only moment its secret is in clear.
struct NewToken {
  std::string secret;  // kTokenSecretBytes
  int64_t expires_s = 0;
};
inline constexpr std::size_t kTokenSecretBytes = 10;  // FormatCode() of common/security/code.h
inline constexpr int kWrongCodesMax = 5;              // then this caller waits for a while
inline constexpr int64_t kWrongCodesPauseMs = 60'000;
inline constexpr std::size_t kWrongCallersMax = 1024;  // remembered at one time
// From this age on a certificate is renewed: two thirds of its five years.
inline constexpr int64_t kRenewAfterS = int64_t{5} * 365 * 86400 * 2 / 3;
// Of one device; who holds one that is to be renewed may ask for many.
inline constexpr std::size_t kCertificatesOfDeviceMax = 256;

struct DeviceInfo {
  DeviceRow device;
  HeartbeatRow heartbeat;
  std::vector<DeviceNoteRow> notes;
  std::vector<CertificateRow> certificates;  // oldest first
  int64_t lines = 0;                         // of its log; more than one: it has forked
};

struct HubStatus {
  uint64_t incarnation = 0;
  Hash catalog{};
  std::string catalog_id;
  int64_t units = 0;  // with a ledger
  int64_t devices = 0;
  int64_t devices_revoked = 0;
  int64_t lines = 0;
  int64_t entries = 0;
  int64_t held = 0;  // entries with codes the catalog does not know
  int64_t exclusions = 0;
  int64_t forks = 0;  // lines that fork off another
};

class Hub final : public HubApi {
 public:
  // Prepares an empty store: incarnation and first catalog. kAlreadyExists when it has them.
  static absl::Status Initialise(HubStore& store, const Catalog& catalog, uint64_t incarnation);
  // The store goes on as another incarnation: it was restored from a backup.
  static absl::Status RenewIncarnation(HubStore& store, uint64_t incarnation);
  // kNotFound: the store was never initialised.
  static absl::StatusOr<std::unique_ptr<Hub>> Open(HubParts parts);

  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, DeviceId caller) override;
  absl::StatusOr<EnrollResponse> Enroll(const EnrollRequest& request) override;
  absl::Status Authorise(const PeerCertificate& peer) override;
  absl::StatusOr<bool> RenewalDue(const PeerCertificate& peer) override;
  absl::StatusOr<std::string> Renew(const PeerCertificate& peer, const std::string& csr_pem) override;
  CommandResult RunCommand(const std::vector<std::string>& arguments, const std::string& input,
                           Language language) override;

  // Takes a bundle that the key of `signer` signed, as if its requests had come over the line one after the other;
  // the answers are for the caller to sign as a whole. A replaced machine's entries are taken too, and its answer brings
  // nothing of others. kPermissionDenied: revoked (see BundleWord), or of another device. kUnauthenticated: unknown.
  // kFailedPrecondition: the hub lacks what stands before it; export with --all. kInvalidArgument, kDataLoss: a
  // batch is malformed or a chain wrong. After an error at a later part the earlier ones stay taken, which importing
  // again does not double.
  absl::StatusOr<ImportedBundle> ImportBundle(const Bundle& bundle, const PeerCertificate& signer,
                                              const BundleWord& word);

  // Devices and one-time codes.
  absl::StatusOr<NewToken> CreateToken(const std::string& unit, Role role, int64_t ttl_s,
                                       std::optional<DeviceId> replaces);
  absl::StatusOr<std::vector<DeviceInfo>> ListDevices();
  absl::Status RevokeDevice(DeviceId device);
  // One of its certificates only: the copy that holds it stops, others go on. kNotFound: not one of the device's.
  absl::Status RevokeCertificate(DeviceId device, const std::string& serial);

  // The catalog now in force.
  std::shared_ptr<const Catalog> catalog();
  // Makes another version the current one and folds anew what it changes; false when it is the current one
  // already.
  absl::StatusOr<bool> ApplyCatalog(std::shared_ptr<const Catalog> catalog);

  // Calls `read` with the facts as they are now; nothing changes meanwhile.
  absl::Status WithFacts(const std::function<absl::Status(const Catalog&, const FactSource&)>& read);

  // The hub's own entries in a unit's log. `expected`: what the operator was shown; kAborted when the cell
  // shows another value now.
  absl::StatusOr<EntryName> Restate(const Cell& cell, const Value& value,
                                    const std::optional<Value>& expected, const std::string& note,
                                    const std::string& author);
  // Taking out what is out already writes nothing and names what took it out.
  struct Exclusion {
    EntryName entry;
    bool already = false;
  };
  absl::StatusOr<Exclusion> Exclude(const std::string& unit, const EntryName& first, const EntryName& last,
                                    bool lifts, const std::string& note, const std::string& author);
  // What the paper of a unit without an agent says. A cumulative figure is stored as the difference to what is known.
  // kFailedPrecondition: the unit has a device on that day, or the day would fall below zero.
  absl::StatusOr<PaperAnswer> RecordFromPaper(const PaperRecord& record);
  // What a person should look at. The cost follows what is open, not what was ever written.
  absl::StatusOr<std::vector<OpenMatter>> OpenMatters(const MatterFilter& filter);
  // Closes the list of cells that copies wrote behind `fork`, as far as it goes now. kNotFound: nothing parts there.
  // kAlreadyExists: it is closed.
  absl::StatusOr<EntryName> CloseFork(const std::string& unit, const EntryName& fork, const std::string& note,
                                      const std::string& author);
  // What was decided in one recording unit, and how far it has come. Reads the unit's whole log.
  absl::StatusOr<std::vector<Decision>> Decisions(const MatterFilter& filter);
  // What a cell shows; no value when it is not known. kNotFound: codes outside the catalog.
  absl::StatusOr<Value> CellValue(const Cell& cell);

  // Periods. Orders name an area (a unit with all below it) and a calendar's period; kNotFound when there is none,
  // kFailedPrecondition for an area without units that record.
  // Freezes what is held now as revision 1. kFailedPrecondition: units owe the period still, and are named. Locking
  // again says what stands; when the period was unlocked it ends that.
  absl::StatusOr<LockAnswer> LockPeriod(const PeriodOrder& order, bool accept_missing);
  // Until then it counts as open; then as locked at its newest revision. kInvalidArgument: that is past.
  absl::StatusOr<LockAnswer> UnlockPeriod(const PeriodOrder& order, int64_t until_s);
  absl::StatusOr<Amendments> AmendmentsOf(const std::string& period, const std::string& unit);
  // They become the next revision. `shown`: the digest (or how it begins) of those that somebody looked at; kAborted when
  // there are others by now. kFailedPrecondition: there are none.
  absl::StatusOr<LockAnswer> AcceptAmendments(const PeriodOrder& order, const std::optional<std::string>& shown);
  // One unit owes the period no more, or again; false: that stood already.
  absl::StatusOr<bool> ExemptUnit(const PeriodOrder& order, bool exempt);
  // A submission whose times leave it open counts as on time or late. kFailedPrecondition: nothing is left open.
  absl::StatusOr<UnitPeriod> JudgeSubmission(const PeriodOrder& order, bool on_time);
  absl::StatusOr<PeriodStatus> PeriodStatusOf(const std::string& period, const std::string& unit);
  // Of one calendar, one period of it ("CALENDAR/ID"), or (empty) all.
  absl::StatusOr<std::vector<ListedPeriod>> ListPeriods(const std::string& calendar_or_period);
  // Calls `read` with a report of the living figures or of a revision; it lives no longer than the call. A revision's
  // bytes are the same for ever. kNotFound: there is no such revision.
  absl::Status WithReport(const ReportOrder& order, const std::function<absl::Status(const Report&)>& read);
  // The same for who reads a revision's facts itself, with what it covers of each unit's logs. Errors as above.
  using RevisionReader = std::function<absl::Status(const Catalog&, const FactSource&, const Revision&)>;
  absl::Status WithRevision(const ReportOrder& order, const RevisionReader& read);

  // A unit's whole ledger in memory; an empty one when nothing is held. kDataLoss: the stored log does not
  // verify.
  absl::StatusOr<UnitLedger> LoadLedger(const std::string& unit);
  absl::StatusOr<std::vector<std::string>> UnitsWithLedger();
  // Every chain, and every fact against the log; one sentence per difference, none when all is well.
  absl::StatusOr<std::vector<std::string>> Verify();
  absl::StatusOr<HubStatus> Status();
  // Runs `act` while nobody else uses the store and no transaction is open: for copies and checks of the
  // store itself. Keep it short, everybody waits.
  absl::Status WithStore(const std::function<absl::Status()>& act);

 private:
  class Work;
  class Exchanger;
  class BundleImporter;
  // What differs for a request that came in a bundle.
  struct ByBundle {
    bool take_revoked = false;  // an operator said so
    std::size_t taken = 0;      // entries the hub did not hold before, `saw` not counted
  };

  explicit Hub(HubParts parts);
  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // `by_bundle` is null over the line.
  absl::StatusOr<ExchangeResponse> ExchangeOf(const ExchangeRequest& request, ByBundle* by_bundle)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CatchUp() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  IngestServices Services() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ResetCoder() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<UnitLedger> LedgerOf(uint32_t unit) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Value> ValueOf(const Cell& cell) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckNoDevice(const std::string& unit, Day day) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Σ of a counter's known cells, from the first day to the last.
  absl::StatusOr<int64_t> KnownBetween(const Cell& cell, Day first, Day last) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Does `act` to the unit's ledger in one transaction.
  absl::Status WithIngest(const std::string& unit, const std::function<absl::Status(Ingest&, UnitLog&)>& act)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Periods (hub_periods.cc, hub_reports.cc).
  using PeriodBodies = std::map<std::string, std::vector<PeriodBody>>;  // by unit
  // `decide` is told the time that all the entries will bear.
  absl::Status DecideInLogs(const PeriodOrder& order,
                            const std::function<absl::Status(int64_t now_s, PeriodBodies*)>& decide)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Revision> Freeze(const PeriodArea& there, Revision revision) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Revision> WriteRevision(const PeriodOrder& order, const PeriodArea& there, const Revision& next,
                                         const std::function<absl::Status(const Revision&)>& check)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status WriteAct(const PeriodOrder& order, const Revision& revision, PeriodAct act, int64_t until_s)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Amendments> FindAmendments(const PeriodOrder& order) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<PeriodArea> OwingUnit(const PeriodOrder& order) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> PeriodOf(const ReportOrder& order) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadRevision(const ReportOrder& order, const RevisionReader& read) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadLiving(const ReportOrder& order, const Calendar& calendar,
                          const std::function<absl::Status(const Report&)>& read) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::optional<LockLine>> StandingLock(const std::string& period, const std::string& unit)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<EnrollResponse> EnrolWith(const TokenRow& token, const EnrollRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<DeviceRow> DeviceFor(const TokenRow& token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckWrongCodes(const std::string& caller) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteWrongCode(const std::string& caller) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckToken(const TokenRow& token, const Hash& csr) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckRepeat(const TokenRow& token, const DeviceRow& device)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Certificates (hub_certificates.cc).
  absl::Status CheckPeer(const PeerCertificate& peer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeBack(const PeerCertificate& peer, std::optional<DeviceRow> known)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<bool> IsRenewalDue(const PeerCertificate& peer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::optional<CertificateRow>> FindCertificate(const std::string& serial)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Every certificate of the device that may speak gets this state, inside the caller's transaction.
  absl::Status MarkCertificates(DeviceId device, CertificateState state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> IssueFor(const DeviceRow& device, const std::string& csr_pem, std::string* serial)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  HubParts parts_ ABSL_GUARDED_BY(mutex_);
  CodeIds ids_ ABSL_GUARDED_BY(mutex_);
  CatalogShelf shelf_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<CellCoder> coder_ ABSL_GUARDED_BY(mutex_);
  uint64_t incarnation_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string> written_ ABSL_GUARDED_BY(mutex_);  // units in whose hub log this process has written
  struct WrongCodes {
    int tried = 0;
    int64_t until_ms = 0;  // monotonic; counted and, from kWrongCodesMax on, refused until then
  };
  std::map<std::string, WrongCodes> wrong_codes_ ABSL_GUARDED_BY(mutex_);  // by caller
};

}  // namespace motcua
