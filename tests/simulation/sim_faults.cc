// What goes wrong.
#include <algorithm>

#include "tests/simulation/sim_world.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

constexpr int64_t kTenYearsMs = 10LL * 365 * 24 * 3600 * 1000;
constexpr std::size_t kDesksMax = 9;
constexpr std::size_t kBackupsMax = 3;

}  // namespace

void SimWorld::FaultsStrike() {
  StrikeDisks();
  StrikeDesks();
  StrikeHub();
  SticksMove();
  UpgradeSome();
  if (mix_.Strikes(Fault::kReview, 25)) OperatorClosesList();
  if (mix_.Strikes(Fault::kDelay, 150) || mix_.Strikes(Fault::kReorder, 80)) DeliverOld();
}

void SimWorld::StrikeDisks() {
  std::vector<FaultDisk*> disks = {&hub_.disk};
  for (SimDesk* desk : Desks()) {
    if (!desk->retired) disks.push_back(&desk->disk);
  }
  const auto any_disk = [&](Fault fault) { return disks[mix_.Of(fault).Below(disks.size())]; };
  if (mix_.Strikes(Fault::kDiskFull, 12)) {
    FaultDisk* disk = any_disk(Fault::kDiskFull);
    disk->set_bytes_max(disk->bytes_used() + static_cast<int64_t>(mix_.Of(Fault::kDiskFull).Below(12'000)));
  }
  if (mix_.Strikes(Fault::kIoError, 15)) {
    RandomSource& random = mix_.Of(Fault::kIoError);
    any_disk(Fault::kIoError)->FailAfter(1 + static_cast<int64_t>(random.Below(40)), random.Below(3) == 0);
  }
  for (FaultDisk* disk : disks) {
    const bool freed = mix_.Strikes(Fault::kDiskFull, 60);
    const bool repaired = mix_.Strikes(Fault::kIoError, 60);
    if (freed || repaired) disk->Mend();
  }
}

void SimWorld::StrikeDesks() {
  SimDesk* desk = nullptr;
  if (mix_.Strikes(Fault::kDeskCrash, 30) && (desk = AnyDesk()) != nullptr) {
    // Most cuts meet a later act in the middle; some meet nothing.
    if (mix_.Of(Fault::kDeskCrash).Below(5) > 0) {
      desk->disk.CutPowerAfter(1 + static_cast<int64_t>(mix_.Of(Fault::kDeskCrash).Below(24)));
    } else {
      CrashDesk(*desk);
    }
  }
  if (mix_.Strikes(Fault::kPartition, 15) && (desk = AnyDesk()) != nullptr) {
    desk->line_back_ms = time_.now_ms + static_cast<int64_t>(mix_.Of(Fault::kPartition).Below(6'000'000));
    mix_.Met(Fault::kPartition);
  }
  if (mix_.Strikes(Fault::kClone, 6) && (desk = AnyDesk()) != nullptr) CloneDesk(*desk);
  if (mix_.Strikes(Fault::kDeskRestore, 60) && (desk = AnyDesk()) != nullptr) {
    if (desk->backups.size() == kBackupsMax) desk->backups.erase(desk->backups.begin());
    desk->backups.push_back(desk->disk.Copy());
  }
  if (mix_.Strikes(Fault::kDeskRestore, 12) && (desk = AnyDesk()) != nullptr) RestoreDesk(*desk);
  if (desks_.size() < kDesksMax && mix_.Strikes(Fault::kReplace, 4) && (desk = AnyDesk()) != nullptr) ReplaceDesk(*desk);
  if (mix_.Strikes(Fault::kClocks, 12) && (desk = AnyDesk()) != nullptr) StrikeClocks(desk->clock);
}

void SimWorld::StrikeHub() {
  if (mix_.Strikes(Fault::kHubCrash, 25)) {
    if (mix_.Of(Fault::kHubCrash).Below(5) > 0) {
      hub_.disk.CutPowerAfter(1 + static_cast<int64_t>(mix_.Of(Fault::kHubCrash).Below(40)));
    } else {
      CrashHub();
    }
  }
  if (mix_.Strikes(Fault::kHubRestore, 40) && hub_.backups.size() < kBackupsMax) hub_.backups.push_back(hub_.disk.Copy());
  if (mix_.Strikes(Fault::kHubRestore, 8) && !hub_.backups.empty()) {
    const bool forked = std::any_of(desks_.begin(), desks_.end(), [&](const std::unique_ptr<SimDesk>& desk) {
      return judge_.Forked(desk->identity.unit, desk->identity.device);
    });
    counts_.of(Scene::kHubLostWithForks) += forked ? 1 : 0;
    mix_.Met(Fault::kHubRestore);
    hub_.Kill();
    hub_.disk.Put(hub_.backups[mix_.Of(Fault::kHubRestore).Below(hub_.backups.size())]);
    trace_.Line("hub is restored from a backup");
    OpenHub(/*same_disk=*/false);
    for (const std::string& unit : units_) judge_.Survivors(unit, Desks());
  }
  if (mix_.Strikes(Fault::kClocks, 4)) StrikeClocks(hub_.clock);
}

void SimWorld::StrikeClocks(SimClock& clock) {
  mix_.Met(Fault::kClocks);
  RandomSource& random = mix_.Of(Fault::kClocks);
  clock.offset_ms = static_cast<int64_t>(random.Below(2 * kTenYearsMs)) - kTenYearsMs;
  clock.drift_per_mille = static_cast<int64_t>(random.Below(200)) - 100;
}

void SimWorld::CopyMade(Fault fault) {
  mix_.Met(fault);
  ++counts_.copies;
  judge_.ExpectCopies();
}

void SimWorld::CloneDesk(SimDesk& desk) {
  if (desks_.size() >= kDesksMax) return;
  const FaultDisk::Image image = desk.disk.Copy();
  SimDesk* clone = AddDesk(desk.identity, desk.certificate);
  clone->disk.Put(image);
  clone->asked_with = desk.asked_with;
  clone->protocol = desk.protocol;
  trace_.Line(clone->Label(), " is a copy of ", desk.Label());
  CopyMade(Fault::kClone);
  OpenDesk(*clone, /*same_disk=*/false);
}

void SimWorld::RestoreDesk(SimDesk& desk) {
  if (desk.backups.empty()) return;
  desk.Kill();
  desk.disk.Put(desk.backups[mix_.Of(Fault::kDeskRestore).Below(desk.backups.size())]);
  trace_.Line(desk.Label(), " is restored from a backup");
  CopyMade(Fault::kDeskRestore);
  OpenDesk(desk, /*same_disk=*/false);
  judge_.Survivors(desk.identity.unit, Desks());
}

// The machine and every copy of it are gone. Who gets no answer tries again when the weather is better: the hub may have
// taken the new machine in.
void SimWorld::ReplaceDesk(SimDesk& desk) {
  if (!hub_.up()) return;
  for (const auto& other : desks_) {
    if (other->identity.device == desk.identity.device && other->busy) return;
  }
  const auto token = hub_.hub().CreateToken(desk.identity.unit, desk.identity.role, 3600, desk.identity.device);
  const auto enrolled = token.ok() ? hub_.hub().Enroll({token->secret, absl::StrCat("csr ", desks_.size()), "desk"})
                                   : token.status();
  trace_.Line(desk.Label(), " is replaced: ", enrolled.status().ToString());
  CheckStatus(enrolled.status(), "an enrolment");
  AfterHub();
  if (!enrolled.ok()) {
    half_replaced_.insert(desk.identity.device);
    return;
  }
  half_replaced_.erase(desk.identity.device);
  for (const auto& other : desks_) {
    if (other->identity.device != desk.identity.device) continue;
    other->Kill();
    other->retired = true;
  }
  CopyMade(Fault::kReplace);
  SimDesk* fresh = AddDesk(desk.identity, enrolled->certificate_pem);
  OpenDesk(*fresh, /*same_disk=*/false);
  judge_.Survivors(desk.identity.unit, Desks());
}

void SimWorld::FinishReplacing() {
  const std::set<DeviceId> unanswered = half_replaced_;
  for (const DeviceId device : unanswered) {
    const auto old = std::find_if(desks_.begin(), desks_.end(), [&](const std::unique_ptr<SimDesk>& desk) {
      return desk->identity.device == device && !desk->retired;
    });
    if (old != desks_.end()) ReplaceDesk(**old);
  }
}

void SimWorld::DeliverOld() {
  RandomSource& random = mix_.Of(Fault::kReorder);
  Message message;
  if (!held_back_.empty()) {
    const std::size_t which = mix_.on(Fault::kReorder) ? random.Below(held_back_.size()) : 0;
    message = held_back_[which];
    held_back_.erase(held_back_.begin() + static_cast<std::ptrdiff_t>(which));
  } else if (!old_.empty()) {
    message = old_[random.Below(old_.size())];
    mix_.Met(Fault::kReorder);
  }
  if (message.from != nullptr && !message.from->retired) (void)Deliver(message.bytes, *message.from, /*waits=*/false);
}

void SimWorld::UpgradeSome() {
  if (mix_.Strikes(Fault::kOldHub, 8) && hub_.up() && hub_.protocol < kProtocolVersion) {
    UpgradeHub();
    ++counts_.of(Scene::kUpgrade);
  }
  SimDesk* desk = nullptr;
  if (!mix_.Strikes(Fault::kOldDesk, 16) || (desk = AnyDesk()) == nullptr || desk->protocol == kProtocolVersion) return;
  UpgradeDesk(*desk);
  ++counts_.of(Scene::kUpgrade);
}

void SimWorld::UpgradeDesk(SimDesk& desk) {
  if (desk.protocol == kProtocolVersion) return;
  trace_.Line(desk.Label(), " is upgraded");
  desk.protocol = kProtocolVersion;
  desk.Close();
  if (desk.disk.dead()) return CrashDesk(desk);
  OpenDesk(desk, /*same_disk=*/true);
}

void SimWorld::UpgradeHub() {
  if (hub_.protocol == kProtocolVersion) return;
  trace_.Line("hub is upgraded");
  hub_.protocol = kProtocolVersion;
  hub_.Close();
  if (hub_.disk.dead()) return CrashHub();
  OpenHub(/*same_disk=*/true);
}

}  // namespace motcua
