// The storm's machines that serve, are put back, or are copied.
#include <signal.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/kills/storm.h"

namespace motcua::kills {
namespace {

constexpr int64_t kServePatienceUs = 30'000'000;
constexpr uint64_t kServeLivesUsMax = 1'500'000;
constexpr uint64_t kTicksBetweenRequests = 150;  // on average
constexpr int kHubRestoreTriesMax = 4;
constexpr int64_t kLooksOfACopy = 2;
constexpr std::size_t kCopiesAtOnce = 2;

}  // namespace

// ---- desks that sync by themselves

void Storm::TickServing() {
  for (int desk = 0; desk < static_cast<int>(scene_.desks().size()); ++desk) {
    Service* service = scene_.serving(desk);
    if (service == nullptr) continue;
    const bool ran = service->runs();
    switch (service->Tick()) {
      case Service::Ending::kNone:
        break;
      case Service::Ending::kKilled:
        ++kills_["serve"];
        break;
      case Service::Ending::kDrained:
        ++done_["serve ended"];
        break;
      case Service::Ending::kRefused:
      case Service::Ending::kCrashed:
        Found(absl::StrCat("serve at ", scene_.desks()[static_cast<std::size_t>(desk)].name,
                           " ended by itself: ", service->complaint()));
        break;
    }
    if (!ran && service->runs()) PlanBlowAtServing(service);
    // "Now" from the person at the desk.
    if (service->Ready() && random_.Below(kTicksBetweenRequests) == 0) service->Send(SIGHUP);
  }
}

// Also before it is ready.
void Storm::PlanBlowAtServing(Service* service) {
  Blow blow;
  blow.service = service;
  blow.at_us = NowUs() + static_cast<int64_t>(random_.Below(kServeLivesUsMax));
  const uint64_t drawn = random_.Below(10);
  blow.signal = drawn < 6 ? SIGKILL : drawn < 8 ? SIGTERM : SIGSTOP;
  blows_.emplace_back(nullptr, blow);
  if (blow.signal != SIGSTOP) return;
  blow.signal = drawn == 8 ? SIGCONT : SIGKILL;
  blow.at_us += 50'000;
  blows_.emplace_back(nullptr, blow);
  if (drawn != 8) return;
  blow.signal = SIGKILL;
  blow.at_us += static_cast<int64_t>(random_.Below(kServeLivesUsMax));
  blows_.emplace_back(nullptr, blow);
}

void Storm::EndServing() {
  for (int desk = 0; desk < static_cast<int>(scene_.desks().size()); ++desk) {
    Service* service = scene_.serving(desk);
    if (service == nullptr) continue;
    service->Hold();
    service->Send(SIGCONT);
    service->Send(SIGTERM);
  }
  const int64_t from_us = NowUs();
  for (int desk = 0; findings_.empty() && desk < static_cast<int>(scene_.desks().size()); ++desk) {
    Service* service = scene_.serving(desk);
    while (service != nullptr && service->runs() && findings_.empty()) {
      TickServing();
      ::usleep(1'000);
      if (NowUs() - from_us > kServePatienceUs) Found("a desk that serves does not end when it is asked to");
    }
    if (service != nullptr) service->LetGo();
  }
}

// ---- a hub from its backup

void Storm::BeginHubRestore(Order order) {
  hub_restore_ = std::move(order);
  hub_restore_tries_ = 0;
  scene_.hub().Hold();
  scene_.hub().Send(SIGCONT);
  scene_.hub().Send(random_.Below(2) == 0 ? SIGTERM : SIGKILL);
}

void Storm::GoOnWithHubRestore() {
  if (!hub_restore_ || scene_.hub().runs()) return;
  Order order = *std::move(hub_restore_);
  hub_restore_.reset();
  Start(std::move(order), ++hub_restore_tries_ < kHubRestoreTriesMax);
}

// Whoever is killed may have had enough: then what is there serves on, the old hub or the new one.
void Storm::SettleHubRestore(const Running& running) {
  const Child& child = *running.child;
  if (!child.killed() && child.exit_code() != 0) Found(absl::StrCat("hub restore failed: ", child.Err()));
  const bool again = child.killed() && random_.Below(4) != 0;
  if (again) {
    hub_restore_ = running.order;
  } else {
    scene_.hub().LetGo();
  }
}

// ---- what may happen until the next look

void Storm::DrawRestores() {
  Known known = inspection_.known();
  constexpr Restores kTurns[] = {Restores::kHub, Restores::kDesks, Restores::kNone};
  known.restores = looks_ == 0 ? Restores::kNone : kTurns[random_.Below(std::size(kTurns))];
  orders_.Learn(known);
  if (known.restores == Restores::kDesks) {
    PutFoldersBack();
    CopySomeDesk();
  }
  for (int desk = 0; desk < static_cast<int>(scene_.desks().size()); ++desk) {
    if (!scene_.desks()[static_cast<std::size_t>(desk)].away && random_.Below(4) == 0) scene_.KeepFolder(desk);
  }
}

// All that the folders had has been synced: what is put back gets it from the hub, or parts from it.
void Storm::PutFoldersBack() {
  for (int desk = 0; desk < static_cast<int>(scene_.desks().size()); ++desk) {
    if (scene_.desks()[static_cast<std::size_t>(desk)].away || random_.Below(4) != 0) continue;
    if (!scene_.TakeFolderBack(desk)) continue;
    ++done_["folder put back"];
    told_seq_[desk] = 0;
    orders_.PutBack(desk);
    was_put_back_.insert(desk);
  }
}

void Storm::CopySomeDesk() {
  for (auto copy = copied_at_.begin(); copy != copied_at_.end();) {
    const bool old = looks_ - copy->second >= kLooksOfACopy;
    if (old) scene_.PutAway(copy->first);
    copy = old ? copied_at_.erase(copy) : std::next(copy);
  }
  if (copied_at_.size() >= kCopiesAtOnce) return;
  const int desk = static_cast<int>(random_.Below(scene_.desks().size()));
  if (scene_.desks()[static_cast<std::size_t>(desk)].away) return;
  copied_at_[scene_.CopyDesk(desk)] = looks_;
  ++copies_;
}

bool Storm::MayBeRefused(const Order& order, const Child& child) const {
  const std::string said = child.Err();
  // A hub that was restored lacks what stands before an ordinary bundle, and says which kind of bundle helps.
  if (order.command == "bundle import") return child.exit_code() == 1 && absl::StrContains(said, "--all");
  // A machine that was put back lacks what it was told before it wrote the bundle.
  if (order.command == "bundle receipt")
    return child.exit_code() == 1 && absl::StrContains(said, "no longer knows") && was_put_back_.count(order.desk) != 0;
  if (order.command == "desk restore") return child.exit_code() == 1 && absl::StrContains(said, "no receipt covers");
  return false;
}

}  // namespace motcua::kills
