// HubFolder: the folder given with --data.
//
//   lock              held by the one process that uses the folder
//   hub.db            ledger, facts, devices; written last by init: with it the folder is a hub
//   hub.db.restored   there for a moment, or after a restore was interrupted (hub_restore.h)
//   *.before-restore-TIME   what a restore set aside
//   ca.key.pem        the hub's CA
//   ca.cert.pem
//   receipt.key.pem   signs receipts
//   hub.sock          operators' commands while the hub serves (grpc_admin.h)
//
// Everything is readable by its owner only.
//
// Threads: one. Lifetime: the lock is let go when the object goes.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/catalog/catalog.h"
#include "common/security/ca.h"
#include "common/security/receipt_key.h"
#include "hub/adapters/grpc_issuer.h"
#include "hub/adapters/hub_keys.h"
#include "hub/adapters/leftovers.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"

namespace motcua {

class HubFolder {
 public:
  // Finishes a restore that was interrupted. kFailedPrecondition: no hub was made there (hub init). kAborted:
  // another process uses it.
  static absl::StatusOr<HubFolder> Lock(const std::string& path);
  // The same whether or not there is a hub; what had to be made is noted in `leftovers`.
  static absl::StatusOr<HubFolder> LockOrMake(const std::string& path, Leftovers& leftovers);
  // Makes a hub: folder, keys, database with its first catalog. kAlreadyExists: there is one. Whatever fails,
  // nothing new is left behind.
  static absl::Status Initialise(const std::string& path, const Catalog& catalog, uint64_t incarnation);

  HubFolder(HubFolder&& other) noexcept : path_(std::move(other.path_)), lock_(other.lock_) {
    other.lock_ = -1;
  }
  HubFolder& operator=(HubFolder&&) = delete;
  ~HubFolder();

  const std::string& path() const { return path_; }

 private:
  HubFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  static absl::StatusOr<HubFolder> TakeLock(const std::string& path);

  std::string path_;
  int lock_ = -1;
};

// A hub with everything real around it, in the order in which it must be taken down.
struct RunningHub {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<CertificateAuthority> ca;
  std::unique_ptr<ReceiptKey> receipt_key;
  std::unique_ptr<ReceiptChecker> receipt_checker;
  std::unique_ptr<CaIssuer> issuer;
  std::unique_ptr<SqliteHubStore> store;
  std::unique_ptr<Hub> hub;
};
absl::StatusOr<std::unique_ptr<RunningHub>> OpenHub(const HubFolder& folder);
// The caller holds the lock of the folder the database lies in.
absl::StatusOr<std::unique_ptr<RunningHub>> OpenHub(const std::string& database, const HubKeys& keys);

}  // namespace motcua
