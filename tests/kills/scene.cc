#include "tests/kills/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

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

HubProcess::Ending HubProcess::Tick() {
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
  if (!child_) {
    child_ = std::make_unique<Child>(words_, output_);
    ++disturbances_;
  }
  Ready();
  return Ending::kNone;
}

HubProcess::Ending HubProcess::HowItEnded() const {
  if (child_->killed()) return Ending::kKilled;
  if (asked_to_end_ && child_->exit_code() == 0) return Ending::kDrained;
  // Before it serves there is nothing to drain, and the signal ends it as it ends any program.
  if (asked_to_end_ && child_->signal() == SIGTERM && !ready_) return Ending::kDrained;
  return child_->exit_code() == 1 && !ready_ ? Ending::kRefused : Ending::kCrashed;
}

bool HubProcess::Ready() {
  if (!ready_ && child_ && absl::StartsWith(child_->Out(), "ready ")) {
    ready_ = true;
    ready_took_us_ = NowUs() - child_->began_us();
  }
  return ready_ && !leaving_;
}

void HubProcess::Send(int signal) {
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
      desks_.push_back({name, kUnits[u], absl::StrCat(options_.home, "/", name)});
    }
  }
  line_ = std::make_unique<FaultProxy>(port_);
  hub_ = std::make_unique<HubProcess>(
      AtHub({"serve", "--grpc", absl::StrCat("127.0.0.1:", port_), "--http", "127.0.0.1:0"}),
      options_.home + "/hub-process");
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
