// Scene: one hub, the desks of some units, and the line between them, as folders and as command lines of the
// real programs.
//
// Threads: one (the line has its own).
#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/kills/child.h"
#include "tests/support/fault_proxy.h"

namespace motcua::kills {

// What the storm records, and so what is looked at.
inline constexpr const char* kDays[] = {"2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"};
inline constexpr const char* kFirstDay = kDays[0];
inline constexpr const char* kLastDay = kDays[3];
inline constexpr const char* kProcedures[] = {"1.001193", "2.000815", "1.000894"};
inline constexpr const char* kChannels[] = {"counter", "online_full"};
inline constexpr const char* kFlows[] = {"received", "resolved_on_time"};
inline constexpr const char* kStock = "pending_overdue";

struct DeskPlace {
  std::string name;
  std::string unit;
  std::string folder;
  bool supervisor = false;
  bool away = false;  // a copy that nobody uses any more; others hold what it wrote
};

struct SceneOptions {
  std::string programs;  // folder of motcua-hub and motcua-agent
  std::string catalog;
  std::string home;  // a fresh folder; of each unit the first desk is a supervisor's, and the last serves
  int units = 3;
  int desks_per_unit = 2;
};

// A serving hub or desk: started again whenever it has ended, whoever ended it.
class Service {
 public:
  Service(std::vector<std::string> words, std::string output)
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
  // While held it is not started again. Hold() itself ends nothing.
  void Hold() { held_ = true; }
  void LetGo() { held_ = false; }
  bool held() const { return held_; }
  bool runs() const { return child_ != nullptr; }
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
  bool held_ = false;
  bool asked_to_end_ = false;  // by SIGTERM
  bool leaving_ = false;       // a signal that ends it was sent
  int disturbances_ = 0;
  int64_t ready_took_us_ = 100'000;
};

class Scene {
 public:
  explicit Scene(SceneOptions options);

  // Starts `serve` at the desks that do, now that they are enrolled.
  void BeginToServe();
  // Makes the hub. False: `complaint` says why not.
  bool MakeHub(std::string* complaint);
  Service& hub() { return *hub_; }
  // References stay good when a desk is added.
  const std::deque<DeskPlace>& desks() const { return desks_; }
  // `motcua-agent serve` of a desk; null where there is none.
  Service* serving(int desk) { return serving_[static_cast<std::size_t>(desk)].get(); }
  // A copy of a desk's folder that goes on beside it, as a desk of its own; returns its number.
  int CopyDesk(int desk);
  // The machine is put away.
  void PutAway(int desk) { desks_[static_cast<std::size_t>(desk)].away = true; }
  // Keeps a copy of the folder; puts the kept one in its place (false: there is none).
  void KeepFolder(int desk);
  bool TakeFolderBack(int desk);
  const std::vector<std::string>& units() const { return units_; }
  const std::string& home() const { return options_.home; }
  // Where desks find the hub: at the line's near end.
  std::string address() const { return line_->address(); }
  FaultProxy& line() { return *line_; }

  // Command lines. `arguments` begins with the command.
  std::vector<std::string> AtDesk(const DeskPlace& desk, std::vector<std::string> arguments) const;
  std::vector<std::string> AtHub(std::vector<std::string> arguments) const;
  std::vector<std::string> AtHubFolder(const std::string& folder, std::vector<std::string> arguments) const;
  // Whether there is a list beside each database that a restore set aside; the lists that were not read yet.
  std::vector<std::string> NewLists(std::string* complaint);
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
  std::set<std::string> lists_;  // read already
  std::vector<std::string> units_;
  std::deque<DeskPlace> desks_;
  std::unique_ptr<FaultProxy> line_;
  std::unique_ptr<Service> hub_;
  std::deque<std::unique_ptr<Service>> serving_;  // in the order of desks_; null: nobody serves there
};

}  // namespace motcua::kills
