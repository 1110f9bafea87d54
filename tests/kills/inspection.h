// Inspection: what must hold when the killing pauses. Every desk syncs to its end; then the hub's ledger
// holds what the book says, once; the figures are the book's sums; every desk shows the hub's figures, open conflicts
// and open forks; the parts of a roll-up add up to it; `ledger verify` finds nothing. Backups are restored elsewhere
// and hold what was confirmed before they began; a few are kept for the storm to restore.
//
// Threads: one. Lifetime: scene and book outlive it. The hub must serve, and nothing else may run meanwhile.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/kills/book.h"
#include "tests/kills/orders.h"
#include "tests/kills/scene.h"

namespace motcua::kills {

class Inspection {
 public:
  Inspection(Scene* scene, Book* book) : scene_(*scene), book_(*book) {}

  // One sentence for everything that is not as it must be.
  std::vector<std::string> Look();
  // A backup of the hub or of a desk, to be restored and looked at with the next Look().
  struct Backup {
    std::string file;
    int desk = kOperator;  // or the hub's
    Book::Promises promised = {};     // what must be in it, of a hub's
    int64_t promised_seq = 0;         // the same of a desk's
  };
  void AddBackup(Backup backup) { backups_.push_back(std::move(backup)); }
  int backups_restored() const { return backups_restored_; }
  // What the last Look() found open, and the backups at hand.
  const Known& known() const { return known_; }
  void Forget(int desk) { known_.desk_backups.erase(desk); }

 private:
  using Figures = std::map<std::string, int64_t>;  // by cell

  void SyncAll();
  void SyncUntilDone(const DeskPlace& desk);
  void LookAtUnit(const std::string& unit);
  void LookAtDesk(const DeskPlace& desk, const Figures& at_hub);
  void CompareMatters(const DeskPlace& desk, const std::set<std::string>& cells,
                      const std::set<std::string>& forks);
  void LookAtRollups();
  void LookAtMatters();
  void ReadLists();
  void Keep(const Backup& backup);
  void LookAtBackup(const Backup& backup);
  void LookAtHubBackup(const Backup& backup, const std::string& folder);
  void LookAtDeskBackup(const Backup& backup, const std::string& folder);
  Figures FactsOf(const std::string& unit);
  void CompareFigures(const std::string& where, const Figures& expected, const Figures& found);
  // What a command that must succeed printed; a finding and null when it did not.
  nlohmann::json Ask(const std::vector<std::string>& words);

  Scene& scene_;
  Book& book_;
  std::vector<Backup> backups_;
  int backups_restored_ = 0;
  Known known_;
  std::vector<std::string> findings_;
};

}  // namespace motcua::kills
