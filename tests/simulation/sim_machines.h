// SimHub and SimDesk: the machines of a run. Product code over simulated disks, opened and closed like the programs
// would; what the judge saw of a desk stands beside it.
//
// Threads: one. Lifetime: `time` must outlive them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/adapters/sqlite_agent_store.h"
#include "agent/core/desk.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"
#include "tests/simulation/book.h"
#include "tests/simulation/fault_disk.h"
#include "tests/simulation/sim_parts.h"

namespace motcua {

class SimHub {
 public:
  // A new hub with the first catalog and nothing else.
  SimHub(SimTime* time, uint64_t seed, const std::string& name = "hub");

  absl::Status Open();
  void Close();  // as the program ends: the log goes back into the file
  void Kill();   // nothing more is written
  bool up() const { return hub_ != nullptr; }
  Hub& hub() { return *hub_; }

  FaultDisk disk;
  SimClock clock;
  SimSigner signer;
  SimIssuer issuer{&clock};
  std::vector<FaultDisk::Image> backups;
  uint32_t protocol = kProtocolVersion;  // of the program opened next

 private:
  SeededRandom random_;
  std::unique_ptr<SqliteHubStore> store_;
  std::unique_ptr<Hub> hub_;
};

class SimDesk {
 public:
  SimDesk(SimTime* time, int number, DeskIdentity identity, std::string certificate, uint64_t seed);

  absl::Status Open();
  void Close();
  void Kill();
  bool up() const { return desk_ != nullptr; }
  Desk& desk() { return *desk_; }
  // A file was set aside as damaged while opening.
  bool set_aside() const { return store_ != nullptr && !store_->set_aside().empty(); }
  std::string Label() const;  // "desk3/a1b2c3d4"
  // The disk of a desk whose tables were made already.
  static const FaultDisk::Image& EmptyDisk();

  const int number;
  const DeskIdentity identity;
  std::string certificate;
  PeerCertificate peer() const { return SimIssuer::Peer(identity.device, identity.unit, identity.role, certificate); }
  std::string asked_with;  // the request for a new certificate whose answer has not come
  FaultDisk disk;
  SimClock clock;
  std::vector<FaultDisk::Image> backups;
  bool busy = false;      // in the middle of a sync
  bool retired = false;   // the machine is gone for good
  int64_t line_back_ms = 0;  // has no line until then
  std::optional<int64_t> answered_ms;  // when the hub last answered it
  uint32_t protocol = kProtocolVersion;  // of its program
  // What the judge has seen of it.
  Bits held;
  Bits told;               // what the hub held when it last answered
  std::vector<Seq> seen;  // by line of the ledger now in memory
  int64_t failures_at_open = 0;

 private:
  SeededRandom random_;
  std::unique_ptr<SqliteAgentStore> store_;
  std::unique_ptr<Desk> desk_;
};

}  // namespace motcua
