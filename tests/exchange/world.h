// World: one unit's real hub and its real desks in one process: SQLite files in a temporary folder, the
// shipped catalog, a clock that moves when the test says so, and between them either a link that loses what
// it is told to lose or the real port.
//
//   World world(seed);
//   DeskSide* desk = world.Enrol(Role::kDesk);
//   desk->Sync({});
//   desk->Add("2.000815", "counter", "received", 3);
//   world.Heal();
//   world.ExpectAllAgree();
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/adapters/sqlite_agent_store.h"
#include "agent/core/desk.h"
#include "agent/core/sync_session.h"
#include "common/security/ca.h"
#include "common/security/receipt_key.h"
#include "hub/adapters/grpc_issuer.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"

namespace motcua {

inline constexpr char kWorldUnit[] = "00031";  // Giảng Võ
inline constexpr Day kWorldDay{18'500};        // 2020-08-26

// Wall time stands at 2020-09-01 and moves with every sleep and every sync; TLS needs real time and gets its
// own.
class WorldClock final : public Clock {
 public:
  int64_t WallMs() const override { return 1'598'918'400'000 + MonotonicMs(); }
  int64_t MonotonicMs() const override {
    return passed_ms_ + (follows_ ? real_.MonotonicMs() - began_ms_ : 0);
  }
  void SleepMs(int64_t duration_ms) override {
    if (follows_) return real_.SleepMs(duration_ms);
    passed_ms_ += duration_ms;
  }
  // From now on the clock also goes with real time: for calls that must end by themselves.
  void FollowRealTime() {
    follows_ = true;
    began_ms_ = real_.MonotonicMs();
  }

 private:
  bool follows_ = false;
  int64_t began_ms_ = 0;
  SystemClock real_;
  std::atomic<int64_t> passed_ms_{0};
};

// The world's time as a machine shows it whose clock was set wrong.
class DeskClock final : public Clock {
 public:
  explicit DeskClock(Clock* world) : world_(*world) {}
  void SetWrongBy(int64_t offset_ms) { offset_ms_ = offset_ms; }
  int64_t WallMs() const override { return world_.WallMs() + offset_ms_; }
  int64_t MonotonicMs() const override { return world_.MonotonicMs(); }
  void SleepMs(int64_t duration_ms) override { world_.SleepMs(duration_ms); }

 private:
  Clock& world_;
  int64_t offset_ms_ = 0;
};

enum class Fault {
  kNone,
  kRequestLost,   // the hub never hears of it
  kReplyLost,     // the hub committed, the desk never learns
  kDuplicated,    // the hub gets it twice, the desk the second answer
  kDeskKilled,    // the desk's process ends while waiting, the hub committed
  kHubRestarted,  // the hub committed, ended and came back; the reply is lost
};
// Thrown through the session by Fault::kDeskKilled.
struct DeskKilled {};

class World;

// A HubLink that asks World's hub through the wire format, with one fault per call taken from `faults`.
class FaultyLink final : public HubLink {
 public:
  FaultyLink(World* world, PeerCertificate caller, std::vector<Fault> faults)
      : world_(*world), caller_(std::move(caller)), faults_(std::move(faults)) {}
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t deadline_ms) override;
  int64_t bytes_sent() const override { return bytes_sent_; }
  int64_t bytes_received() const override { return bytes_received_; }
  void Reconnect() override {}

 private:
  absl::StatusOr<ExchangeResponse> Ask(const std::string& sent);

  World& world_;
  PeerCertificate caller_;
  std::vector<Fault> faults_;
  std::size_t calls_ = 0;
  int64_t bytes_sent_ = 0;
  int64_t bytes_received_ = 0;
};

// What the port proves of the holder of a certificate.
PeerCertificate PeerOf(const std::string& certificate_pem);

// An installation: a folder with its store, opened and closed like the program would.
class DeskSide {
 public:
  DeskSide(World* world, DeskIdentity identity, PeerCertificate certificate, std::string folder);

  void Open();
  void Close();
  // Opens a folder whose database was damaged, and returns where the damaged file was put.
  std::string OpenDamaged();
  // What a person does; an accepted entry goes into the world's book of everything that must never be lost.
  absl::Status Add(const std::string& procedure, const std::string& channel, const std::string& measure,
                   int64_t delta);
  absl::Status Observe(const std::string& procedure, const std::string& channel, const std::string& measure,
                       int64_t value);
  absl::Status Restate(const std::string& procedure, const std::string& channel, const std::string& measure,
                       int64_t value);
  absl::Status Record(const RecordRequest& request) { return Noted(desk_->Record(request)); }
  // A line that fails as told, for a session or for a link that stands before it.
  FaultyLink Link(std::vector<Fault> faults) { return {&world_, certificate_, std::move(faults)}; }
  // One session with these faults, one per call. Killed, the desk is opened again and the result is kAborted.
  SyncResult Sync(std::vector<Fault> faults, std::size_t batch_bytes_max = kBatchBytesMax);
  SyncResult SyncOver(HubLink* link, std::size_t batch_bytes_max = kBatchBytesMax);
  SyncResult SyncOver(HubLink* link, const SyncOptions& options);

  Desk& desk() { return *desk_; }
  const DeskIdentity& identity() const { return identity_; }
  const PeerCertificate& certificate() const { return certificate_; }
  void set_certificate(PeerCertificate certificate) { certificate_ = std::move(certificate); }
  const std::string& folder() const { return folder_; }
  DeskClock& clock() { return clock_; }

 private:
  void OpenDesk();
  absl::Status Noted(const absl::StatusOr<RecordAnswer>& answer);

  World& world_;
  DeskIdentity identity_;
  PeerCertificate certificate_;
  std::string folder_;
  DeskClock clock_;
  std::unique_ptr<SqliteAgentStore> store_;
  std::unique_ptr<Desk> desk_;
};

class World {
 public:
  explicit World(uint64_t seed);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void OpenHub();
  void CloseHub();
  // The hub's database as it is now, and back to it.
  void BackUpHub();
  void RestoreHub();
  Hub& hub() { return *hub_; }
  SqliteHubStore& store() { return *store_; }
  WorldClock& clock() { return clock_; }
  SeededRandom& random() { return random_; }
  const CertificateAuthority& ca() const { return *ca_; }
  const ReceiptVerifier& verifier() const { return *checker_; }
  int64_t ca_now_s() const { return ca_now_s_; }

  NewToken Token(Role role, const std::string& unit = kWorldUnit);
  // Enrols an installation in this process.
  DeskSide* Enrol(Role role, const std::string& unit = kWorldUnit);
  // One that was enrolled elsewhere.
  DeskSide* Adopt(const DeskIdentity& identity, PeerCertificate certificate = {});
  // A copy of the whole folder as it is now, opened beside the original.
  DeskSide* Copy(DeskSide* original);
  const std::vector<std::unique_ptr<DeskSide>>& desks() const { return desks_; }

  // What was confirmed to a person.
  struct Confirmed {
    Cell cell;
    int64_t delta = 0;  // adds
    bool adds = false;
  };
  std::map<EntryName, Confirmed>& book() { return book_; }

  // Every desk syncs without faults until nothing new comes.
  void Heal();
  // All replicas of a unit hold the same ends and show the same cells; the hub finds nothing to complain
  // about; everything in the book is there once, and (`exact_sums`, where nobody restated) counters are
  // exactly the sums of the book.
  void ExpectAllAgree(bool exact_sums);

  // A fresh empty folder that goes with the world.
  std::string NewFolder();

 private:
  void ExpectUnitAgrees(const std::string& unit, bool exact_sums);

  WorldClock clock_;
  SeededRandom random_;
  const int64_t ca_now_s_;
  SystemClock system_clock_;
  std::string root_;
  int folders_ = 0;
  std::shared_ptr<const Catalog> catalog_;
  std::unique_ptr<CertificateAuthority> ca_;
  std::unique_ptr<CaIssuer> issuer_;
  std::unique_ptr<ReceiptKey> receipt_key_;
  std::unique_ptr<ReceiptChecker> checker_;
  std::unique_ptr<SqliteHubStore> store_;
  std::unique_ptr<Hub> hub_;
  std::vector<std::unique_ptr<DeskSide>> desks_;
  std::map<EntryName, Confirmed> book_;
};

}  // namespace motcua
