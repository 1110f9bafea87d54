#include "tests/kills/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"

namespace motcua::kills {
namespace {

constexpr const char* kUnits[] = {"00019", "00031", "00022", "00004", "00007"};
constexpr int64_t kCommandUsMax = 120'000'000;
constexpr int kOutputsKept = 400;

bool PortIsFree(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return free;
}

// Below the ports that outgoing connections draw from: while a killed hub is away nobody takes its place, and
// no desk that dials meets itself.
int ChoosePort() {
  SystemRandom random;
  for (int tries = 0; tries < 1000; ++tries) {
    const int port = 20'000 + static_cast<int>(random.Below(12'000));
    if (PortIsFree(port)) return port;
  }
  return 0;
}

}  // namespace

Service::Ending Service::Tick() {
  if (child_ && child_->Ended()) {
    const Ending ending = HowItEnded();
    complaint_ =
        absl::StrCat("code ", child_->exit_code(), ", signal ", child_->signal(), ": ", child_->Err());
    child_.reset();
    ready_ = false;
    asked_to_end_ = leaving_ = false;
    ++disturbances_;
    return ending;
  }
  if (!child_ && !held_) {
    child_ = std::make_unique<Child>(words_, output_);
    ++disturbances_;
  }
  Ready();
  return Ending::kNone;
}

Service::Ending Service::HowItEnded() const {
  if (child_->killed()) return Ending::kKilled;
  if (asked_to_end_ && child_->exit_code() == 0) return Ending::kDrained;
  // Before it serves there is nothing to drain, and the signal ends it as it ends any program.
  if (asked_to_end_ && child_->signal() == SIGTERM && !ready_) return Ending::kDrained;
  return child_->exit_code() == 1 && !ready_ ? Ending::kRefused : Ending::kCrashed;
}

bool Service::Ready() {
  if (!ready_ && child_ && absl::StartsWith(child_->Out(), "ready ")) {
    ready_ = true;
    ready_took_us_ = NowUs() - child_->began_us();
  }
  return ready_ && !leaving_;
}

void Service::Send(int signal) {
  if (!child_) return;
  Ready();
  child_->Send(signal);
  if (signal == SIGTERM) asked_to_end_ = true;
  if (signal == SIGTERM || signal == SIGKILL) leaving_ = true;
  ++disturbances_;
}

Scene::Scene(SceneOptions options) : options_(std::move(options)), port_(ChoosePort()) {
  for (int u = 0; u < options_.units; ++u) {
    units_.push_back(kUnits[u]);
    for (int d = 0; d < options_.desks_per_unit; ++d) {
      const std::string name = absl::StrCat("desk-", kUnits[u], "-", d + 1);
      desks_.push_back({name, kUnits[u], absl::StrCat(options_.home, "/", name), d == 0});
      serving_.emplace_back();
    }
  }
  line_ = std::make_unique<FaultProxy>(port_);
  hub_ = std::make_unique<Service>(
      AtHub({"serve", "--grpc", absl::StrCat("127.0.0.1:", port_), "--http", "127.0.0.1:0"}),
      options_.home + "/hub-process");
}

void Scene::BeginToServe() {
  for (std::size_t i = static_cast<std::size_t>(options_.desks_per_unit) - 1; i < desks_.size();
       i += static_cast<std::size_t>(options_.desks_per_unit)) {
    serving_[i] = std::make_unique<Service>(
        AtDesk(desks_[i], {"serve", "--http", "127.0.0.1:0", "--timeout", "20s"}), desks_[i].folder + "-serve");
  }
}

int Scene::CopyDesk(int desk) {
  const DeskPlace& place = desks_[static_cast<std::size_t>(desk)];
  const std::string name = absl::StrCat(place.name, "-copy-", desks_.size());
  const std::string folder = absl::StrCat(options_.home, "/", name);
  std::filesystem::copy(place.folder, folder, std::filesystem::copy_options::recursive);
  desks_.push_back({name, place.unit, folder, place.supervisor});
  serving_.emplace_back();
  return static_cast<int>(desks_.size()) - 1;
}

void Scene::KeepFolder(int desk) {
  const std::string folder = desks_[static_cast<std::size_t>(desk)].folder;
  std::filesystem::remove_all(folder + "-kept");
  std::filesystem::copy(folder, folder + "-kept", std::filesystem::copy_options::recursive);
}

bool Scene::TakeFolderBack(int desk) {
  const std::string folder = desks_[static_cast<std::size_t>(desk)].folder;
  if (!std::filesystem::exists(folder + "-kept")) return false;
  std::filesystem::remove_all(folder);
  std::filesystem::rename(folder + "-kept", folder);
  return true;
}

std::vector<std::string> Scene::NewLists(std::string* complaint) {
  std::vector<std::string> lists;
  for (const auto& file : std::filesystem::directory_iterator(options_.home + "/hub")) {
    const std::string path = file.path().string();
    if (!absl::StartsWith(file.path().filename().string(), "hub.db.before-restore-")) continue;
    if (absl::EndsWith(path, ".txt") || absl::EndsWith(path, "-wal") || absl::EndsWith(path, "-shm")) continue;
    if (!lists_.insert(path).second) continue;
    std::ifstream list(path + ".txt");
    if (!list) *complaint = path + " was set aside and there is no list of what only it had";
    lists.emplace_back(std::istreambuf_iterator<char>(list), std::istreambuf_iterator<char>());
  }
  return lists;
}

bool Scene::MakeHub(std::string* complaint) {
  const Ran made = Run(AtHub({"init", "--catalog", options_.catalog}));
  *complaint = made.err;
  return made.exit_code == 0;
}

std::vector<std::string> Scene::AtDesk(const DeskPlace& desk, std::vector<std::string> arguments) const {
  std::vector<std::string> words = {options_.programs + "/motcua-agent"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--data", desk.folder, "--lang", "en"});
  return words;
}

std::vector<std::string> Scene::AtHub(std::vector<std::string> arguments) const {
  return AtHubFolder(options_.home + "/hub", std::move(arguments));
}

std::vector<std::string> Scene::AtHubFolder(const std::string& folder,
                                            std::vector<std::string> arguments) const {
  std::vector<std::string> words = {options_.programs + "/motcua-hub"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--data", folder, "--lang", "en"});
  return words;
}

std::string Scene::NewOutput() { return absl::StrCat(options_.home, "/output-", ++outputs_ % kOutputsKept); }

Scene::Ran Scene::Run(const std::vector<std::string>& words) {
  Child child(words, NewOutput());
  if (!child.Await(kCommandUsMax)) return {-1, "", "did not end"};
  return {child.exit_code(), child.Out(), child.Err()};
}

}  // namespace motcua::kills
