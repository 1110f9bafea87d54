// HubWorld: a hub over real SQLite in a temporary folder, with simulated clock, randomness and keys, and
// desks that keep a ledger of their own. Desks of one test share the catalog below; nothing sleeps and
// nothing listens.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/ledger/unit_ledger.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"
#include "tests/hub/core/faulty_store.h"

namespace motcua {

class TestClock final : public Clock {
 public:
  int64_t WallMs() const override { return now_ms; }
  int64_t MonotonicMs() const override { return now_ms; }
  void SleepMs(int64_t duration_ms) override { now_ms += duration_ms; }
  int64_t now_ms = 1'600'000'000'000;
};

// Stands for Ed25519: whoever holds the same world can sign.
class TestSigner final : public ReceiptSigner, public ReceiptVerifier {
 public:
  std::string Sign(absl::string_view payload) override { return Signature(payload); }
  bool Verify(absl::string_view payload, absl::string_view signature) const override {
    return signature == Signature(payload);
  }

 private:
  static std::string Signature(absl::string_view payload) {
    return std::string(AsBytes(Sha256(absl::StrCat("test key", payload))));
  }
};

// A certificate is "certificate7/1": its serial and the machine that holds it.
class TestIssuer final : public CertificateIssuer {
 public:
  explicit TestIssuer(const Clock* issuer_clock) : clock(issuer_clock) {}
  absl::StatusOr<IssuedCertificate> Issue(const std::string& csr_pem, DeviceId, const std::string&, Role,
                                          uint32_t machine) override {
    if (csr_pem == "unusable") return absl::InvalidArgumentError("unusable CSR");
    ++serial_;
    return IssuedCertificate{absl::StrCat("certificate", serial_, "/", machine), absl::StrCat("serial", serial_),
                             clock->WallSeconds()};
  }

  const Clock* clock;

 private:
  int serial_ = 0;
};

// What tests change of the catalog.
struct CatalogShape {
  std::string version = "one";
  bool late_measure = false;      // knows the flow "late"
  bool second_procedure = false;  // knows "P2"
  bool visits_are_stock = false;
  bool empty_district = false;  // has a district D3 without units
  std::string parent_of_u1 = "D1";
  int form_version = 1;  // of the form "f"; its received are multiplied by it
};
// Units 0 (province) > D1, D2 (districts) > U1, U2 (communes of D1), U3 (of D2); procedure P1; channels
// counter and online_full; calendar "month" with 2020-08 and 2020-09, each due on the 5th behind it, and its form "f" with
// rows carried_over, received, pending and the column value; flows received, refused and visits, stock suspended, text remark.
std::shared_ptr<const Catalog> MakeCatalog(const CatalogShape& shape = {});
absl::StatusOr<std::shared_ptr<const Catalog>> ParseTestCatalog(absl::string_view canonical);

class HubWorld {
 public:
  explicit HubWorld(uint64_t seed = 1, const CatalogShape& shape = {});
  ~HubWorld();

  Hub& hub() { return *hub_; }
  SqliteHubStore& store() { return *store_; }
  // What the hub's calls go through.
  FaultyStore& faults() { return *faulty_; }
  std::string database() const { return (folder_ / "hub.db").string(); }
  void Close();
  // As after a crash: what was committed is there.
  void Reopen();
  // A hub that knows nothing but what is stored, beside the one that serves: what the disk says.
  std::unique_ptr<Hub> WhatIsStored();
  // The database as it is now, and back to it: a hub restored from a backup.
  void Backup();
  void RestoreBackup();

  DeviceId Enroll(const std::string& unit, Role role = Role::kDesk);
  // Everything that reports and checks can see, as one text.
  std::string Facts();
  static std::string Facts(Hub& hub);
  // One roll-up of every owner, as "scope day … = value/units" lines.
  std::string Rollups();
  std::vector<std::string> Findings();
  int64_t EntryCount();

  TestClock clock;
  SeededRandom random;
  TestSigner signer;
  TestIssuer issuer{&clock};
  uint32_t protocol = kProtocolVersion;  // of the hub opened next

 private:
  HubParts Parts(HubStore* store);

  std::filesystem::path folder_;
  std::unique_ptr<SqliteHubStore> store_;
  std::unique_ptr<FaultyStore> faulty_;
  std::unique_ptr<Hub> hub_;
};

// One copy of a device: what it wrote and what it learned. The copy of a desk shares its number and its past.
class TestDesk {
 public:
  TestDesk(HubWorld* world, DeviceId device, std::string unit, Role role, uint64_t seed);
  TestDesk Copy(uint64_t seed) const;

  Cell At(const std::string& measure, int day = 0) const;
  EntryName Write(EntryBody body, std::optional<Role> role = std::nullopt);
  EntryName Add(const Cell& cell, int64_t delta) { return Write(AddBody{cell, delta, {}, {}}); }
  EntryName Restate(const Cell& cell, Value value) { return Write(RestateBody{cell, std::move(value), {}}); }
  // Writes down what was learned since the last time, if anything.
  void Saw();
  // Takes over everything another copy or desk knows.
  void Learn(const UnitLedger& other);

  // The next request: up to `entries` of what the hub is thought to lack.
  ExchangeRequest Request(std::size_t entries = 1000);
  // Sends one request and takes over the answer, as an agent would.
  absl::StatusOr<ExchangeResponse> Exchange(std::size_t entries = 1000);
  absl::StatusOr<ExchangeResponse> Send(const ExchangeRequest& request);
  // Until neither side has more.
  absl::Status Sync();
  bool everything_sent() const { return sent_ == end_.seq; }
  // Becomes the copy that writes behind `end`, with nothing of it sent.
  void ContinueAt(const EntryName& end) {
    end_ = end;
    sent_ = 0;
  }

  UnitLedger& ledger() { return ledger_; }
  const EntryName& end() const { return end_; }
  DeviceId device() const { return device_; }
  const std::string& unit() const { return unit_; }
  Role role() const { return role_; }
  Seq sent_ = 0;  // the hub is thought to hold the own log up to here
  Receipt receipt_;
  std::shared_ptr<const Catalog> catalog_;

 private:
  void TakeAnswer(const ExchangeResponse& response);

  HubWorld* world_;
  DeviceId device_;
  std::string unit_;
  Role role_;
  SeededRandom random_;
  bool fresh_ = true;  // the next entry is the first of its process
  UnitLedger ledger_;
  EntryName end_;
};

// The runs of a ledger that lie on the path to `end`, seq first..last, as one batch.
std::string EncodePath(const UnitLedger& ledger, const EntryName& end, Seq first, Seq last,
                       const Catalog& catalog);

}  // namespace motcua
