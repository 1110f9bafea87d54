// Scene: one hub, the desks of some units, and the line between them, as folders and as command lines of the
// real programs.
//
// Threads: one (the line has its own).
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/kills/child.h"
#include "tests/support/fault_proxy.h"

namespace motcua::kills {

struct DeskPlace {
  std::string name;
  std::string unit;
  std::string folder;
};

struct SceneOptions {
  std::string programs;  // folder of motcua-hub and motcua-agent
  std::string catalog;
  std::string home;  // a fresh folder
  int units = 3;
  int desks_per_unit = 2;
};

// The serving hub: started again whenever it has ended, whoever ended it.
class HubProcess {
 public:
  HubProcess(std::vector<std::string> words, std::string output)
      : words_(std::move(words)), output_(std::move(output)) {}

  // How it ended: by SIGKILL; as asked by SIGTERM; refusing to serve before it did; in any other way.
  enum class Ending { kNone, kKilled, kDrained, kRefused, kCrashed };
  // Looks; starts it (again) when it does not run. Returns what ended since the last call.
  Ending Tick();
  // Whether it has said that it serves, and nothing was sent since that ends it.
  bool Ready();
  void Send(int signal);
  // Rises with every start and every signal: a command during which it moved met a disturbed hub.
  int disturbances() const { return disturbances_; }
  int64_t ready_took_us() const { return ready_took_us_; }
  // How the last one that ended did so, and what it had said on stderr.
  const std::string& complaint() const { return complaint_; }
  void Stop() { child_.reset(); }

 private:
  Ending HowItEnded() const;

  std::vector<std::string> words_;
  std::string output_;
  std::unique_ptr<Child> child_;
  std::string complaint_;
  bool ready_ = false;
  bool asked_to_end_ = false;  // by SIGTERM
  bool leaving_ = false;       // a signal that ends it was sent
  int disturbances_ = 0;
  int64_t ready_took_us_ = 100'000;
};

class Scene {
 public:
  explicit Scene(SceneOptions options);

  // Makes the hub. False: `complaint` says why not.
  bool MakeHub(std::string* complaint);
  HubProcess& hub() { return *hub_; }
  const std::vector<DeskPlace>& desks() const { return desks_; }
  const std::vector<std::string>& units() const { return units_; }
  const std::string& home() const { return options_.home; }
  // Where desks find the hub: at the line's near end.
  std::string address() const { return line_->address(); }
  FaultProxy& line() { return *line_; }

  // Command lines. `arguments` begins with the command.
  std::vector<std::string> AtDesk(const DeskPlace& desk, std::vector<std::string> arguments) const;
  std::vector<std::string> AtHub(std::vector<std::string> arguments) const;
  std::vector<std::string> AtHubFolder(const std::string& folder, std::vector<std::string> arguments) const;
  // Where a command's output goes; a new place each time, a few hundred are kept.
  std::string NewOutput();

  // Runs a command that nobody disturbs.
  struct Ran {
    int exit_code = -1;
    std::string out;
    std::string err;
  };
  Ran Run(const std::vector<std::string>& words);

 private:
  SceneOptions options_;
  int port_ = 0;
  int outputs_ = 0;
  std::vector<std::string> units_;
  std::vector<DeskPlace> desks_;
  std::unique_ptr<FaultProxy> line_;
  std::unique_ptr<HubProcess> hub_;
};

}  // namespace motcua::kills
