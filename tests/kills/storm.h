// Storm: people and operators at work while a hand kills their programs.
//
// Commands run on free desks and at the hub, a few at once. Most are struck at a moment drawn evenly from 0
// to 1.2 times what the command takes here undisturbed: SIGKILL, SIGSTOP and later SIGCONT, or SIGSTOP and
// later SIGKILL; or the hub is struck instead, also while it starts. Now and then everything is left in quiet
// and looked at.
//
// Between two looks one of these may happen as well:
//   hub     the hub ends, a backup is restored under kills (given up or tried again), and it serves on
//   desks   desks are restored from their backups under kills; whole folders are put back or copied, and copies go on
//           beside the original until they are put away
// At the last desk of each unit `serve` syncs by itself beside people's commands, struck like the hub. Before a look it
// is asked to end, and so it does, with 0.
//
// It should survive: death in any instruction of record, import, sync, enrol, restate, exclude, backup, bundle export,
// import and receipt, conflict resolve and close, acknowledge, restore and serve; of the desk, of the hub, of both;
// before, while and after the commit; a process that stands still and holds its lock; a file that is imported again
// because nobody knew whether it was; a stick that is carried twice, late, or after a newer one.
//
// What must hold at a look, once all desks have synced (inspection.h, book.h):
//   bundles       a file under its name is whole. What the desk was told is received is in the hub, once, whichever of
//                 line and stick was first; an import of a whole bundle is refused only for lack of what stands before it
//   serve         no command beside it fails, and it loses and doubles nothing
//   hub restore   it has happened or not. Every entry of a desk, and every end a receipt named, is back. What the
//                 operator wrote may be missing only if the list beside the database that was set aside names it
//   desk restore  refused while something waits; else what came since is back, and what both continuations wrote
//                 counts once each
//   copies        both lines count; forks are shown alike at the hub and at every desk of the unit
//   conflicts     a confirmed resolution, closed list or acknowledgement is there once; what is open is shown alike
//
// The seed draws commands and moments; what is running at a moment depends on the machine as well.
//
// Threads: one. Lifetime: scene and book outlive it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "tests/kills/book.h"
#include "tests/kills/child.h"
#include "tests/kills/inspection.h"
#include "tests/kills/orders.h"
#include "tests/kills/scene.h"

namespace motcua::kills {

struct StormOptions {
  int64_t kills = 200;
  uint64_t seed = 1;
  int at_once = 2;       // commands that run at the same time
  int look_every = 100;  // kills between two looks
};

class Storm {
 public:
  Storm(Scene* scene, Book* book, StormOptions options);

  // Until so many were killed, or something is wrong. One sentence for everything that is.
  std::vector<std::string> Run();

  // How many processes were killed, by command; "hub" for the serving one.
  const std::map<std::string, int64_t>& kills() const { return kills_; }
  int64_t kills_total() const;
  int64_t stops() const { return stops_; }
  int64_t looks() const { return looks_; }
  int weather_changes() const { return weather_changes_; }
  int backups_restored() const { return inspection_.backups_restored(); }
  const std::map<std::string, int64_t>& done() const { return done_; }
  int copies() const { return copies_; }

 private:
  struct Blow {
    int64_t at_us = 0;
    int signal = 0;
    bool at_hub = false;
    Service* service = nullptr;  // of a desk, instead
  };
  struct Running {
    Order order;
    std::unique_ptr<Child> child;
    int disturbances = 0;  // when it began; -1: the hub was away or the line was bad already
  };

  void EnrolAll();
  void Enrol(int desk);
  void Start(Order order, bool struck);
  void PlanBlows(Running* running);
  void PlanBlowAtStartingHub();
  void Strike();
  void TickHub();
  void TickServing();
  void PlanBlowAtServing(Service* service);
  void EndServing();
  // The hub ends; Step() starts the order when it has.
  void BeginHubRestore(Order order);
  void GoOnWithHubRestore();
  void SettleHubRestore(const Running& running);
  // After a look: what may be restored until the next, and what is done to folders now.
  void DrawRestores();
  void PutFoldersBack();
  void CopySomeDesk();
  bool MayBeRefused(const Order& order, const Child& child) const;
  void Step();  // one look at everything that runs
  void Settle(Running* running);
  void NoteDuration(const std::string& command, int64_t took_us);
  void SettleAnswer(const Running& running);
  void SettleRefusal(const Running& running);
  // Bad for a moment, or good again when the moment is over.
  void ChangeWeather();
  void ClearWeather();
  Weather SomeBadWeather();
  // Rises with everything that may keep a command from its hub.
  int disturbances() { return scene_.hub().disturbances() + weather_changes_; }
  void QuietDown();
  void Look();
  bool DeskIsBusy(int desk) const;
  void Found(const std::string& finding) { findings_.push_back(finding); }

  Scene& scene_;
  Book& book_;
  StormOptions options_;
  SeededRandom random_;
  Orders orders_;
  Inspection inspection_;
  std::vector<std::unique_ptr<Running>> running_;
  std::vector<std::pair<Running*, Blow>> blows_;  // of a running command, or of the hub on its behalf
  std::map<std::string, int64_t> typical_us_;     // undisturbed, by command
  std::map<std::string, int64_t> kills_;
  std::map<std::string, int64_t> done_;
  std::optional<Order> hub_restore_;  // waits for the hub to end, or to be tried again
  int hub_restore_tries_ = 0;
  std::map<int, int64_t> copied_at_;  // copies in use, by desk: the look after which they were made
  int copies_ = 0;
  std::set<int> was_put_back_;  // desks
  std::map<int, int64_t> told_seq_;  // by desk: the newest own entry that somebody was told of
  int64_t stops_ = 0;
  int64_t looks_ = 0;
  int64_t next_look_ = 0;
  int hub_refusals_ = 0;
  int weather_changes_ = 0;
  int64_t weather_until_us_ = 0;  // 0: good
  std::vector<std::string> findings_;
};

}  // namespace motcua::kills
