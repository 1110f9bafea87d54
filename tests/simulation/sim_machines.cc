#include "tests/simulation/sim_machines.h"

#include "common/base/invariant.h"
#include "tests/simulation/fault_vfs.h"
#include "tests/simulation/sim_catalog.h"

namespace motcua {
namespace {

// So that write-ahead logs begin anew within a short run, as they do in a long life.
constexpr char kShortLog[] = "PRAGMA wal_autocheckpoint=24";

DatabaseOptions OnFaultDisk() {
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  return options;
}

const FaultDisk::Image& EmptyHub() {
  static const FaultDisk::Image* image = [] {
    SeedFaultVfs(0);
    FaultDisk disk("new-hub");
    {
      auto store = SqliteHubStore::Open(disk.Path("hub.db"), OnFaultDisk());
      MOTCUA_INVARIANT(store.ok(), "a new hub opens");
      MOTCUA_INVARIANT(Hub::Initialise(**store, *SimCatalog(1), 77).ok(), "a new hub begins");
    }
    return new FaultDisk::Image(disk.Copy());
  }();
  return *image;
}

}  // namespace

SimHub::SimHub(SimTime* time, uint64_t seed, const std::string& name) : disk(name), clock(time), random_(seed) {
  disk.Put(EmptyHub());
}

absl::Status SimHub::Open() {
  auto store = SqliteHubStore::Open(disk.Path("hub.db"), OnFaultDisk());
  MOTCUA_RETURN_IF_ERROR(store.status());
  MOTCUA_RETURN_IF_ERROR((*store)->database().Execute(kShortLog));
  HubParts parts;
  parts.store = store->get();
  parts.clock = &clock;
  parts.random = &random_;
  parts.signer = &signer;
  parts.verifier = &signer;
  parts.receipt_key = std::string(32, 'k');
  parts.issuer = &issuer;
  parts.parse_catalog = ParseSimCatalog;
  parts.protocol = protocol;
  MOTCUA_ASSIGN_OR_RETURN(hub_, Hub::Open(std::move(parts)));
  store_ = *std::move(store);
  return absl::OkStatus();
}

void SimHub::Close() {
  hub_.reset();
  store_.reset();
}

void SimHub::Kill() {
  disk.KillProcesses();
  Close();
}

SimDesk::SimDesk(SimTime* time, int number_in, DeskIdentity identity_in, std::string certificate_in, uint64_t seed)
    : number(number_in),
      identity(std::move(identity_in)),
      certificate(std::move(certificate_in)),
      disk(absl::StrCat("desk", number_in)),
      clock(time),
      random_(seed) {}

const FaultDisk::Image& SimDesk::EmptyDisk() {
  static const FaultDisk::Image* image = [] {
    SeedFaultVfs(0);
    FaultDisk disk("new-desk");
    MOTCUA_INVARIANT(SqliteAgentStore::Open(disk.Path("agent.db"), {kFaultVfs}).ok(), "a new desk opens");
    return new FaultDisk::Image(disk.Copy());
  }();
  return *image;
}

absl::Status SimDesk::Open() {
  failures_at_open = disk.failures();
  MOTCUA_ASSIGN_OR_RETURN(store_, SqliteAgentStore::Open(disk.Path("agent.db"), {kFaultVfs}));
  absl::StatusOr<std::unique_ptr<Desk>> desk = Desk::Open(identity, store_.get(), &clock, &random_, ParseSimCatalog);
  if (!desk.ok()) {
    store_.reset();
    return desk.status();
  }
  desk_ = *std::move(desk);
  seen.clear();
  return absl::OkStatus();
}

void SimDesk::Close() {
  desk_.reset();
  store_.reset();
}

void SimDesk::Kill() {
  disk.KillProcesses();
  Close();
}

std::string SimDesk::Label() const { return absl::StrCat("desk", number, "/", FormatDevice(identity.device)); }

}  // namespace motcua
