// Syncs, and machines that end and begin.
#include "tests/simulation/sim_link.h"
#include "tests/simulation/sim_world.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

// How often a machine is switched on again before its disk is mended.
constexpr int kOpensBeforeMending = 4;

// A new key and certificate over the desk's line; what the data folder keeps of it is kept by the desk.
class SimRenewer final : public IdentityRenewer {
 public:
  SimRenewer(SimWorld* world, SimDesk* desk) : world_(*world), desk_(*desk) {}
  absl::Status Renew(int64_t) override { return world_.Renew(desk_); }

 private:
  SimWorld& world_;
  SimDesk& desk_;
};

}  // namespace

// Errors a person or a program can meet; the others say that something broke.
void SimWorld::CheckStatus(const absl::Status& status, const char* what) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kOutOfRange:
      Accuse("no damage", what, ": ", status.ToString());
    default:
      return;
  }
}

void SimWorld::Sync(SimDesk& desk) {
  desk.busy = true;
  const Bits held_before = desk.held;
  BeginProbe(desk.disk, Fault::kDeskCrash);
  SimLink link(this, &desk);
  SimRenewer renewer(this, &desk);
  SyncOptions options;
  options.protocol = desk.protocol;
  const std::size_t thin = size_t{256} << Below(4);
  if (Chance(30) && !mix_.stopped()) options.batch_bytes_max = thin;
  SyncResult result;
  bool ended = false;
  try {
    result = SyncSession(&desk.desk(), &link, &hub_.signer, options, &renewer).Run();
  } catch (const DeskEnds&) {
    ended = true;
  } catch (const Violation&) {
    desk.busy = false;
    throw;
  }
  desk.busy = false;
  judge_.DeskSees(desk);
  ProbeDesk(desk, held_before);
  if (ended) {
    trace_.Line(desk.Label(), " ends while it waits");
    return CrashDesk(desk);
  }
  trace_.Line(desk.Label(), " syncs: ", result.status.ToString(), " ", result.verdict, " pushed ", result.pushed,
              " pulled ", result.pulled, " waiting ", result.waiting);
  CheckStatus(result.status, "a sync");
  const EntryName end = desk.desk().log().own_end();
  if (result.status.ok()) {
    const auto number = judge_.book(desk.identity.unit).Find(end);
    if (result.waiting != 0) Accuse("I2 synced means held", desk.Label(), " synced with ", result.waiting, " waiting");
    if (end.seq > 0 && !number) Accuse("I2 synced means held", FormatEntryName(end), " was never seen");
    // While it waited, the world may have restored the hub; then its last answer was true when it was given.
    if (end.seq > 0 && !desk.told.Has(*number))
      Accuse("I2 synced means held", desk.Label(), " is told synced, the hub never held ", FormatEntryName(end));
  } else if (mix_.stopped()) {
    Accuse("liveness", desk.Label(), " cannot sync after the heal: ", result.status.ToString());
  }
  AfterDesk(desk);
}

absl::Status SimWorld::Renew(SimDesk& desk) {
  if (!hub_.up()) return absl::UnavailableError("the hub is down");
  if (mix_.Strikes(Fault::kLoss, 100)) {
    mix_.Met(Fault::kLoss);
    return absl::UnavailableError("the request was lost");
  }
  if (desk.asked_with.empty()) desk.asked_with = absl::StrCat("key ", Below(1'000'000'000));
  const absl::StatusOr<std::string> certificate = hub_.hub().Renew(desk.peer(), desk.asked_with);
  trace_.Line(desk.Label(), " asks for a new certificate: ", certificate.ok() ? *certificate : certificate.status().ToString());
  CheckStatus(certificate.status(), "a renewal");
  const bool ended = hub_.disk.dead();
  AfterHub();
  const bool lost = mix_.Strikes(Fault::kLostReply, 150);
  if (lost) mix_.Met(Fault::kLostReply);
  if (ended || lost) return absl::UnavailableError("the reply was lost");
  MOTCUA_RETURN_IF_ERROR(certificate.status());
  if (judge_.Forked(desk.identity.unit, desk.identity.device)) ++counts_.of(Scene::kRenewalAfterFork);
  desk.certificate = *certificate;
  desk.asked_with.clear();
  return absl::OkStatus();
}

void SimWorld::AfterDesk(SimDesk& desk) {
  if (desk.disk.dead()) CrashDesk(desk);
}

void SimWorld::SwitchOn(FaultDisk& disk, Fault crash, const std::string& whose) {
  const std::size_t at_stake = disk.Restart(&mix_.Of(crash));
  ++counts_.power_cuts;
  counts_.crash_states += at_stake > 0 ? 1 : 0;
  trace_.Line(whose, " loses power, ", at_stake, " changes at stake");
  if (mix_.Strikes(Fault::kIoError, 60)) {
    RandomSource& random = mix_.Of(Fault::kIoError);
    disk.FailAfter(1 + static_cast<int64_t>(random.Below(20)), random.Below(4) == 0);
  }
  recovers_.insert(&disk);
}

void SimWorld::AfterRecovery(const FaultDisk& disk, int64_t failures_before) {
  if (recovers_.erase(&disk) > 0 && disk.failures() > failures_before) ++counts_.of(Scene::kErrorInRecovery);
}

void SimWorld::CrashDesk(SimDesk& desk) {
  desk.Kill();
  if (!mix_.stopped()) mix_.Met(Fault::kDeskCrash);
  if (desk.disk.dead() || mix_.Of(Fault::kDeskCrash).Below(2) == 0)
    SwitchOn(desk.disk, Fault::kDeskCrash, desk.Label());
  OpenDesk(desk, /*same_disk=*/true);
}

void SimWorld::OpenDesk(SimDesk& desk, bool same_disk) {
  for (int attempt = 1;; ++attempt) {
    if (desk.disk.dead()) {
      desk.Kill();
      SwitchOn(desk.disk, Fault::kDeskCrash, desk.Label());
    }
    const int64_t failures = desk.disk.failures();
    const absl::Status opened = desk.Open();
    AfterRecovery(desk.disk, failures);
    if (desk.set_aside()) Accuse("no damage", desk.Label(), " set its file aside as damaged");
    if (opened.ok() && !desk.disk.dead()) break;
    trace_.Line(desk.Label(), " does not open: ", opened.ToString());
    CheckStatus(opened, "opening a desk");
    desk.Close();
    if (attempt >= kOpensBeforeMending) desk.disk.Mend();
    if (attempt > 2 * kOpensBeforeMending) Accuse("liveness", desk.Label(), " never opens: ", opened.ToString());
  }
  if (same_disk) {
    judge_.DeskReopened(desk);
  } else {
    judge_.DeskDiskChanged(desk);
  }
}

void SimWorld::AfterHub() {
  if (hub_.disk.dead()) CrashHub();
}

void SimWorld::CrashHub() {
  hub_.Kill();
  if (!mix_.stopped()) mix_.Met(Fault::kHubCrash);
  if (hub_.disk.dead() || mix_.Of(Fault::kHubCrash).Below(2) == 0) SwitchOn(hub_.disk, Fault::kHubCrash, "hub");
  OpenHub(/*same_disk=*/true);
}

void SimWorld::OpenHub(bool same_disk) {
  for (int attempt = 1;; ++attempt) {
    if (hub_.disk.dead()) {
      hub_.Kill();
      SwitchOn(hub_.disk, Fault::kHubCrash, "hub");
    }
    const int64_t failures = hub_.disk.failures();
    const absl::Status opened = hub_.Open();
    AfterRecovery(hub_.disk, failures);
    if (opened.ok() && !hub_.disk.dead()) break;
    trace_.Line("hub does not open: ", opened.ToString());
    CheckStatus(opened, "opening the hub");
    hub_.Close();
    if (attempt >= kOpensBeforeMending) hub_.disk.Mend();
    if (attempt > 2 * kOpensBeforeMending) Accuse("liveness", "the hub never opens: ", opened.ToString());
  }
  if (!same_disk) return judge_.HubDiskChanged(hub_);
  for (const std::string& unit : units_) judge_.HubSees(hub_, unit);
}

void SimWorld::BeginProbe(FaultDisk& disk, Fault fault) {
  if (mix_.Strikes(fault, 90)) disk.SnapshotBefore(1 + static_cast<int64_t>(mix_.Of(fault).Below(14)));
}

void SimWorld::ProbeDesk(SimDesk& desk, const Bits& held_before) {
  const std::optional<FaultDisk::State> middle = desk.disk.TakeSnapshot();
  if (!middle) return;
  SimDesk probe(&time_, 1000 + desk.number, desk.identity, desk.certificate, 0);
  probe.disk.Load(*middle);
  if (probe.disk.Restart(&mix_.Of(Fault::kDeskCrash)) == 0) return;
  probe.held = held_before;
  const absl::Status opened = probe.Open();
  if (!opened.ok() || probe.set_aside()) Accuse("I2 durability", desk.Label(), " after a power cut: ", opened.ToString());
  judge_.DeskReopened(probe);
  judge_.Survivors(desk.identity.unit, Desks());  // what landed there unconfirmed may be on no real disk
  ++counts_.crash_states;
}

void SimWorld::ProbeHub(const std::string& unit, const Bits& held_before) {
  const std::optional<FaultDisk::State> middle = hub_.disk.TakeSnapshot();
  if (!middle) return;
  SimHub probe(&time_, 0, "hub-probe");
  probe.disk.Load(*middle);
  if (probe.disk.Restart(&mix_.Of(Fault::kHubCrash)) == 0) return;
  const absl::Status opened = probe.Open();
  if (!opened.ok()) Accuse("I2 durability", "the hub after a power cut: ", opened.ToString());
  judge_.HubProbed(probe, unit, held_before);
  ++counts_.crash_states;
}

}  // namespace motcua
