#include "tests/simulation/sim_world.h"

#include <algorithm>

#include "common/rpc/wire.h"
#include "tests/simulation/fault_vfs.h"
#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/violation.h"

namespace motcua {
namespace {

// SQLite's part of a run begins before the first database is opened.
uint64_t Begin(uint64_t seed) {
  RegisterFaultVfs();
  SimDesk::EmptyDisk();
  return seed;
}

// Enough rounds for a hub's loss to come back through the desks, for both lines of a fork to reach both, and for a
// hub that lacks a catalog.
constexpr int kHealRoundsMax = 6;

}  // namespace

SimWorld::SimWorld(const RunOptions& options, Trace* trace)
    : options_(options),
      trace_(*trace),
      mix_(Begin(options.seed), options.without),
      random_(options.seed ^ 0x70656f706c65ULL),
      hub_(&time_, options.seed ^ 0x687562ULL),
      judge_() {
  SeedFaultVfs(options.seed);
}

SimWorld::~SimWorld() {
  for (const auto& desk : desks_) desk->Kill();
  hub_.Kill();
}

void SimWorld::Run() {
  trace_.Line("seed ", options_.seed, " faults: ", mix_.Names());
  SetUp();
  Storm();
  Heal();
  for (const std::string& unit : units_) counts_.entries += static_cast<int64_t>(judge_.book(unit).size());
}

RunCounts SimWorld::counts() const {
  RunCounts counts = counts_;
  counts.verdicts_of_copies = judge_.verdicts_of_copies;
  counts.faults = mix_.met();
  std::vector<const FaultDisk*> disks = {&hub_.disk};
  for (const auto& desk : desks_) disks.push_back(&desk->disk);
  for (const FaultDisk* disk : disks) {
    counts.failed_calls += disk->failures();
    counts.faults[static_cast<std::size_t>(Fault::kDiskFull)] += disk->full();
    counts.faults[static_cast<std::size_t>(Fault::kIoError)] += disk->failures() - disk->full();
  }
  return counts;
}

void SimWorld::SetUp() {
  units_ = {"A", "B"};
  if (Chance(30)) units_.push_back("C");
  if (mix_.on(Fault::kThinLine)) line_bytes_max_ = 250 + mix_.Of(Fault::kThinLine).Below(500);
  if (mix_.on(Fault::kOldHub)) hub_.protocol = OldestSpoken(kProtocolVersion);
  OpenHub(/*same_disk=*/false);
  for (const std::string& unit : units_) {
    const uint64_t desks = 1 + (Chance(80) ? 1 : 0) + (Chance(25) ? 1 : 0);
    for (uint64_t i = 0; i < desks; ++i) Enrol(unit, i == 0 && Chance(60) ? Role::kSupervisor : Role::kDesk);
  }
}

SimDesk* SimWorld::Enrol(const std::string& unit, Role role) {
  const absl::StatusOr<NewToken> token = hub_.hub().CreateToken(unit, role, 3600, std::nullopt);
  if (!token.ok()) Accuse("set-up", token.status().ToString());
  const auto enrolled = hub_.hub().Enroll({token->secret, absl::StrCat("csr ", desks_.size()), "desk"});
  if (!enrolled.ok()) Accuse("set-up", enrolled.status().ToString());
  judge_.Enrolled(enrolled->device, unit);
  SimDesk* desk = AddDesk({enrolled->device, unit, role}, enrolled->certificate_pem);
  if (mix_.on(Fault::kOldDesk) && mix_.Of(Fault::kOldDesk).Below(2) == 0) desk->protocol = OldestSpoken(kProtocolVersion);
  OpenDesk(*desk, /*same_disk=*/false);
  if (Chance(80)) Sync(*desk);
  return desk;
}

SimDesk* SimWorld::AddDesk(const DeskIdentity& identity, const std::string& certificate) {
  const int number = static_cast<int>(desks_.size()) + 1;
  desks_.push_back(std::make_unique<SimDesk>(&time_, number, identity, certificate, random_.Next64()));
  if (Chance(90)) desks_.back()->disk.Put(SimDesk::EmptyDisk());
  trace_.Line(desks_.back()->Label(), " of ", identity.unit);
  return desks_.back().get();
}

std::vector<SimDesk*> SimWorld::Desks() const {
  std::vector<SimDesk*> desks;
  for (const auto& desk : desks_) desks.push_back(desk.get());
  return desks;
}

SimDesk* SimWorld::AnyDesk() {
  std::vector<SimDesk*> able;
  for (const auto& desk : desks_) {
    if (!desk->retired && !desk->busy && desk->up()) able.push_back(desk.get());
  }
  return able.empty() ? nullptr : able[Below(able.size())];
}

SimDesk* SimWorld::CopyOfABusyDesk() {
  for (const auto& desk : desks_) {
    const bool able = !desk->retired && !desk->busy && desk->up();
    if (able && CopiesOf(*desk, [](const SimDesk& copy) { return copy.busy; })) return desk.get();
  }
  return nullptr;
}

bool SimWorld::CopiesOf(const SimDesk& desk, const std::function<bool(const SimDesk&)>& is) const {
  return std::any_of(desks_.begin(), desks_.end(), [&](const std::unique_ptr<SimDesk>& copy) {
    return copy.get() != &desk && !copy->retired && copy->identity.device == desk.identity.device && is(*copy);
  });
}

void SimWorld::Storm() {
  const int steps = options_.steps > 0 ? options_.steps : 40 + static_cast<int>(Below(100));
  for (int step = 1; step <= steps; ++step) {
    trace_.set_step(step);
    ++counts_.steps;
    time_.now_ms += 1000 * static_cast<int64_t>(Below(600));
    FaultsStrike();
    Act();
  }
}

void SimWorld::Act() {
  const uint64_t choice = Below(100);
  if (choice < 8) return OperatorActs();
  SimDesk* desk = AnyDesk();
  if (desk == nullptr) return;
  if (choice < 60) return PersonActs(*desk);
  if (choice < 92) return Sync(*desk);
  if (choice < 96) return judge_.DeskShowsExclusions(*desk);
  // A command ends and the next one begins.
  trace_.Line(desk->Label(), " begins anew");
  desk->Close();
  if (desk->disk.dead()) return CrashDesk(*desk);
  OpenDesk(*desk, /*same_disk=*/true);
}

void SimWorld::Crowd() {
  if (depth_ >= 2) return;
  ++depth_;
  mix_.Met(Fault::kCrowd);
  try {
    SimDesk* copy = CopyOfABusyDesk();
    if (copy != nullptr && mix_.Of(Fault::kCrowd).Below(2) == 0) {
      Sync(*copy);
    } else {
      Act();
    }
  } catch (...) {
    --depth_;
    throw;
  }
  --depth_;
}

void SimWorld::HoldBack(const std::string& request, SimDesk& from) { held_back_.push_back({request, &from}); }

void SimWorld::Remember(const std::string& request, SimDesk& from) {
  old_.push_back({request, &from});
  if (old_.size() > 8) old_.pop_front();
}

void SimWorld::CountExchange(SimDesk& desk, const ExchangeRequest& request) {
  constexpr int64_t kHourMs = 3'600'000;
  ++counts_.exchanges;
  if (request.protocol < hub_.protocol) mix_.Met(Fault::kOldDesk);
  if (hub_.protocol < desk.protocol) mix_.Met(Fault::kOldHub);
  desk.answered_ms = time_.now_ms;
  const auto lately = [&](const SimDesk& copy) { return copy.answered_ms && time_.now_ms - *copy.answered_ms < kHourMs; };
  if (CopiesOf(desk, lately)) ++counts_.of(Scene::kCopiesTogether);
}

absl::StatusOr<std::string> SimWorld::Deliver(const std::string& bytes, SimDesk& from, bool waits) {
  if (!hub_.up()) return absl::UnavailableError("the hub is down");
  v1::ExchangeRequest message;
  if (!message.ParseFromString(bytes)) Accuse("bounds", "a request that does not parse");
  MOTCUA_ASSIGN_OR_RETURN(const ExchangeRequest request, FromWire(message));
  const Bits held_before = judge_.HubHeld(from.identity.unit);
  BeginProbe(hub_.disk, Fault::kHubCrash);
  const absl::StatusOr<ExchangeResponse> response = ExchangeFor(hub_.hub(), from.peer(), request);
  const absl::Status status = response.status();
  trace_.Line("hub ", waits ? "answers " : "gets an old request of ", from.Label(), ": ",
              response.ok() ? std::string(VerdictName(response->verdict)) : status.ToString(),
              response.ok() && response->hub_behind ? " HUB_BEHIND" : "", response.ok() && response->more ? " more" : "");
  CheckStatus(status, "an exchange at the hub");
  if (response.ok()) {
    CountExchange(from, request);
    judge_.Exchanged(hub_, request, *response, waits);
    if (waits) from.told = judge_.HubHeld(from.identity.unit);
  }
  ProbeHub(from.identity.unit, held_before);
  const bool ended = hub_.disk.dead();
  AfterHub();
  // The answer left before the power went, or it did not.
  if (ended && mix_.Of(Fault::kHubCrash).Below(2) == 0) return absl::UnavailableError("the hub went away");
  MOTCUA_RETURN_IF_ERROR(status);
  return ToWire(*response).SerializeAsString();
}

void SimWorld::Heal() {
  trace_.set_step(trace_.step() + 1);
  trace_.Line("heal");
  for (; !held_back_.empty(); held_back_.pop_front()) {
    const Message& late = held_back_.front();
    if (!late.from->retired) (void)Deliver(late.bytes, *late.from, /*waits=*/false);
  }
  mix_.StopAll();
  hub_.disk.Mend();
  if (!hub_.up() || hub_.disk.dead()) CrashHub();
  UpgradeHub();
  for (const auto& desk : desks_) {
    desk->disk.Mend();
    desk->line_back_ms = 0;
    if (desk->retired) continue;
    if (!desk->up() || desk->disk.dead()) CrashDesk(*desk);
    UpgradeDesk(*desk);
  }
  FinishReplacing();
  const auto all_agree = [&] {
    return std::all_of(units_.begin(), units_.end(),
                       [&](const std::string& unit) { return judge_.Agree(unit, Desks()); });
  };
  int round = 0;
  do {
    ++round;
    trace_.Line("round ", round);
    for (const auto& desk : desks_) {
      if (!desk->retired) Sync(*desk);
    }
  } while (round < 2 || (!all_agree() && round < kHealRoundsMax));
  counts_.heal_rounds = round;
  for (const std::string& unit : units_) judge_.Converged(hub_, unit, Desks());
  judge_.HubVerifies(hub_);
}

}  // namespace motcua
