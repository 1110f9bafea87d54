#include "tests/kills/storm.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace motcua::kills {
namespace {

using Json = nlohmann::json;

constexpr int64_t kPatienceUs = 60'000'000;     // a command that takes longer hangs
constexpr int64_t kHubPatienceUs = 60'000'000;  // and a hub that does not serve by then
constexpr int64_t kStandsStillUsMax = 60'000;
constexpr int kHubRefusalsMax = 2'000;
constexpr int kTickUs = 400;
constexpr uint64_t kTicksOfGoodWeather = 1'500;  // on average
constexpr uint64_t kBadWeatherUsMax = 400'000;

}  // namespace

Storm::Storm(Scene* scene, Book* book, StormOptions options)
    : scene_(*scene),
      book_(*book),
      options_(options),
      random_(options.seed),
      orders_(scene, book, &random_),
      inspection_(scene, book),
      next_look_(options.look_every) {}

std::vector<std::string> Storm::Run() {
  EnrolAll();
  if (findings_.empty()) Look();
  while (findings_.empty() && kills_total() < options_.kills) {
    while (running_.size() < static_cast<std::size_t>(options_.at_once)) {
      const int who = static_cast<int>(random_.Below(scene_.desks().size() + 1)) - 1;
      if (DeskIsBusy(who)) continue;
      Order order = who == kOperator ? orders_.ForOperator() : orders_.ForDesk(who);
      if (order.takes_hub) {
        BeginHubRestore(std::move(order));
      } else {
        Start(std::move(order), random_.Below(5) != 0);
      }
    }
    ChangeWeather();
    Step();
    if (kills_total() >= next_look_) Look();
  }
  if (findings_.empty()) Look();
  return findings_;
}

int64_t Storm::kills_total() const {
  int64_t total = 0;
  for (const auto& [command, kills] : kills_) total += kills;
  return total;
}

bool Storm::DeskIsBusy(int desk) const {
  if (desk == kOperator && hub_restore_) return true;
  if (desk != kOperator && scene_.desks()[static_cast<std::size_t>(desk)].away) return true;
  return std::any_of(running_.begin(), running_.end(),
                     [&](const auto& running) { return running->order.desk == desk; });
}

void Storm::EnrolAll() {
  QuietDown();
  for (int desk = 0; findings_.empty() && desk < static_cast<int>(scene_.desks().size()); ++desk) Enrol(desk);
  QuietDown();
  scene_.BeginToServe();
}

// Killed twice at most, then left alone; always with the same code, as a person would try again.
void Storm::Enrol(int desk) {
  const DeskPlace& place = scene_.desks()[desk];
  const Scene::Ran token = scene_.Run(scene_.AtHub({"token", "create", "--unit", place.unit, "--role",
                                                     place.supervisor ? "supervisor" : "desk"}));
  const std::size_t last_line = token.out.find_last_of('\n', token.out.size() - 2);
  const std::string code = token.out.substr(last_line + 1, token.out.size() - last_line - 2);
  for (int attempt = 0; attempt < 3 && findings_.empty(); ++attempt) {
    Order order{"enroll", {}, desk, true, place.unit};
    order.words =
        scene_.AtDesk(place, {"enroll", "--hub", scene_.address(), "--token", code, "--name", place.name});
    Start(std::move(order), attempt < 2);
    while (!running_.empty()) Step();
    QuietDown();
  }
  const Scene::Ran status = scene_.Run(scene_.AtDesk(place, {"status", "--json"}));
  if (status.exit_code != 0) Found(absl::StrCat(place.name, " was not enrolled: ", status.err));
}

void Storm::Start(Order order, bool struck) {
  auto running = std::make_unique<Running>();
  running->order = std::move(order);
  running->order.promised_seq = told_seq_[running->order.desk];
  // A machine that is put back may lack what somebody was told of since, until it syncs.
  if (running->order.command == "desk restore") {
    told_seq_[running->order.desk] = 0;
    was_put_back_.insert(running->order.desk);
  }
  running->child = std::make_unique<Child>(running->order.words, scene_.NewOutput());
  running->disturbances = scene_.hub().Ready() && weather_until_us_ == 0 ? disturbances() : -1;
  // The first of each command shows how long it takes.
  if (struck && typical_us_.count(running->order.command) != 0) PlanBlows(running.get());
  running_.push_back(std::move(running));
}

void Storm::PlanBlows(Running* running) {
  const auto typical = static_cast<uint64_t>(typical_us_[running->order.command]);
  Blow blow;
  blow.at_us = NowUs() + static_cast<int64_t>(random_.Below(typical * 6 / 5 + 1));
  blow.at_hub = running->order.meets_hub && random_.Below(3) == 0;
  blow.signal = SIGKILL;
  const uint64_t drawn = random_.Below(10);
  if (blow.at_hub && drawn == 0) blow.signal = SIGTERM;
  const bool stands_still = drawn == 1 || drawn == 2;
  if (stands_still) blow.signal = SIGSTOP;
  blows_.emplace_back(running, blow);
  if (stands_still) {
    // Goes on or dies. Behind the other in the list: should both be due at once, it must not come first.
    blow.signal = drawn == 1 ? SIGCONT : SIGKILL;
    blow.at_us += static_cast<int64_t>(random_.Below(kStandsStillUsMax));
    blows_.emplace_back(running, blow);
  }
}

void Storm::PlanBlowAtStartingHub() {
  if (random_.Below(4) != 0) return;
  const auto typical = static_cast<uint64_t>(scene_.hub().ready_took_us());
  blows_.emplace_back(
      nullptr, Blow{NowUs() + static_cast<int64_t>(random_.Below(typical * 6 / 5 + 1)), SIGKILL, true});
}

void Storm::Strike() {
  const int64_t now = NowUs();
  for (auto& [running, blow] : blows_) {
    if (blow.at_us > now) continue;
    if (blow.signal == SIGSTOP) ++stops_;
    if (blow.at_hub) {
      scene_.hub().Send(blow.signal);
    } else if (blow.service != nullptr) {
      blow.service->Send(blow.signal);
    } else {
      running->child->Send(blow.signal);
    }
  }
  std::erase_if(blows_, [now](const auto& planned) { return planned.second.at_us <= now; });
}

void Storm::TickHub() {
  switch (scene_.hub().Tick()) {
    case Service::Ending::kNone:
      if (scene_.hub().Ready()) hub_refusals_ = 0;
      return;
    case Service::Ending::kKilled:
      ++kills_["hub"];
      hub_refusals_ = 0;
      break;
    case Service::Ending::kDrained:
      ++done_["hub drained"];
      break;
    case Service::Ending::kRefused:
      // An operator's command that met no hub has the folder for the moment; nothing else is a reason.
      if (++hub_refusals_ > kHubRefusalsMax) {
        Found(absl::StrCat("the hub does not start: ", scene_.hub().complaint()));
      }
      return;
    case Service::Ending::kCrashed:
      Found(absl::StrCat("the hub ended by itself: ", scene_.hub().complaint()));
      return;
  }
  PlanBlowAtStartingHub();
}

void Storm::Step() {
  Strike();
  TickHub();
  TickServing();
  GoOnWithHubRestore();
  for (std::size_t i = 0; i < running_.size();) {
    Running* running = running_[i].get();
    const bool hangs = NowUs() - running->child->began_us() > kPatienceUs;
    if (hangs) {
      Found(absl::StrCat("hangs: ", running->order.command));
      running->child->Send(SIGKILL);
      running->child->Await(kPatienceUs);
    }
    if (!running->child->Ended()) {
      ++i;
      continue;
    }
    if (!hangs) Settle(running);
    std::erase_if(blows_, [running](const auto& planned) {
      return planned.first == running && !planned.second.at_hub && planned.second.service == nullptr;
    });
    // What was planned for the hub on its behalf goes on.
    for (auto& planned : blows_) {
      if (planned.first == running) planned.first = nullptr;
    }
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  ::usleep(kTickUs);
}

void Storm::Settle(Running* running) {
  const Child& child = *running->child;
  const Order& order = running->order;
  const std::string& command = order.command;
  // Under its own name a backup is whole, whoever was killed.
  if (!order.backup.empty() && std::filesystem::exists(order.backup)) {
    inspection_.AddBackup({order.backup, order.desk, order.promised, order.promised_seq});
  }
  if (order.stick) orders_.StickReturned(*order.stick);
  if (order.takes_hub) SettleHubRestore(*running);
  const bool hub_disturbed = order.meets_hub && disturbances() != running->disturbances;
  if (child.killed()) {
    ++kills_[command];
    if (command == "import") orders_.ImportLeftOpen(order);
    // It may have been killed after it had answered: what a person read is confirmed.
    SettleAnswer(*running);
  } else if (child.exit_code() == 0) {
    ++done_[command];
    if (!hub_disturbed) NoteDuration(command, child.lived_us());
    SettleAnswer(*running);
  } else if (child.signal() != 0 || child.exit_code() > 3 || child.exit_code() == 2) {
    Found(absl::StrCat(command, " ended with code ", child.exit_code(), ", signal ", child.signal(), ": ",
                       child.Err()));
  } else if (!hub_disturbed && order.attempt) {
    SettleRefusal(*running);
  } else if (MayBeRefused(order, child)) {
    ++done_[command + " refused"];
  } else if (!hub_disturbed && command != "enroll") {
    Found(absl::StrCat(command, " failed undisturbed: ", child.exit_code(), " ", child.Err()));
  }
}

void Storm::NoteDuration(const std::string& command, int64_t took_us) {
  int64_t& typical = typical_us_.try_emplace(command, took_us).first->second;
  typical = (typical * 3 + took_us) / 4;
}

void Storm::SettleAnswer(const Running& running) {
  const Json said = Json::parse(running.child->Out(), nullptr, /*allow_exceptions=*/false);
  if (!said.is_object()) return;
  const std::string& command = running.order.command;
  if (command == "sync" || command == "bundle receipt") {
    if (said["synced"] != true || said.value("older", false)) return;
    for (const Json& end : said["receipt"]["ends"]) book_.Promised(running.order.unit, end);
  } else if (running.order.attempt) {
    const std::string entry = said.value(command == "import" ? "last_entry" : "entry", "");
    book_.Answered(*running.order.attempt, Answer::kConfirmed, entry);
    told_seq_[running.order.desk] = std::max(told_seq_[running.order.desk], SeqOf(entry));
  }
}

void Storm::SettleRefusal(const Running& running) {
  ++done_[running.order.command + " refused"];
  // A file is refused the second time because it is there; unless it could never be.
  const bool there = running.order.repeated && !running.order.faulty;
  book_.Answered(*running.order.attempt, there ? Answer::kConfirmed : Answer::kRefused, "");
}

void Storm::ChangeWeather() {
  if (weather_until_us_ != 0) {
    if (NowUs() >= weather_until_us_) ClearWeather();
  } else if (random_.Below(kTicksOfGoodWeather) == 0) {
    scene_.line().Set(SomeBadWeather());
    weather_until_us_ = NowUs() + static_cast<int64_t>(random_.Below(kBadWeatherUsMax));
    ++weather_changes_;
  }
}

void Storm::ClearWeather() {
  if (weather_until_us_ == 0) return;
  scene_.line().Set({});
  weather_until_us_ = 0;
  ++weather_changes_;
}

// A handshake is about 4,000 bytes up and down, a night's batch as much again at most.
Weather Storm::SomeBadWeather() {
  const auto at = static_cast<int64_t>(random_.Below(8'000));
  Weather weather;
  switch (random_.Below(5)) {
    case 0:
      return Weather::CutUp(at, 1);
    case 1:
      return Weather::CutDown(at, 1);
    case 2:
      return Weather::Lossy(random_.Next64());
    case 3:
      return Weather::Blackhole();
    default:
      weather.latency_ms = 20;
      weather.bytes_per_second = 20'000;
      return weather;
  }
}

void Storm::QuietDown() {
  ClearWeather();
  for (const auto& [running, blow] : blows_) {
    if (running != nullptr && !blow.at_hub) running->child->Send(SIGCONT);
  }
  blows_.clear();
  for (int desk = 0; desk < static_cast<int>(scene_.desks().size()); ++desk) {
    if (scene_.serving(desk) != nullptr) scene_.serving(desk)->Send(SIGCONT);
  }
  while ((!running_.empty() || hub_restore_) && findings_.empty()) {
    scene_.hub().Send(SIGCONT);
    Step();
    blows_.clear();
  }
  EndServing();
  const int64_t from_us = NowUs();
  do {
    scene_.hub().Send(SIGCONT);
    TickHub();
    blows_.clear();
    if (NowUs() - from_us > kHubPatienceUs) Found("the hub does not serve: " + scene_.hub().complaint());
    ::usleep(kTickUs);
  } while (!scene_.hub().Ready() && findings_.empty());
}

void Storm::Look() {
  QuietDown();
  if (!findings_.empty()) return;
  ++looks_;
  next_look_ = kills_total() + options_.look_every;
  findings_ = inspection_.Look();
  DrawRestores();
  if (findings_.empty()) {
    std::cout << kills_total() << " killed, " << book_.totals().entries << " numbers held, all agree"
              << std::endl;
  }
}

}  // namespace motcua::kills
