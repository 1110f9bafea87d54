// Orders: what is asked of the programs next, drawn at random: numbers to record, files to import, exchanges, sticks
// carried to the hub and back, restatements, exclusions, conflicts settled and acknowledged, backups, restores. Every
// order that writes is noted in the book before it runs.
//
// Threads: one. Lifetime: all that is given outlives it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "tests/kills/book.h"
#include "tests/kills/scene.h"

namespace motcua::kills {

inline constexpr int kOperator = -1;  // instead of a desk

struct Order {
  std::string command;
  std::vector<std::string> words = {};
  int desk = kOperator;
  bool meets_hub = false;
  std::string unit;
  std::optional<std::size_t> attempt = {};  // in the book
  std::string backup = {};                  // the file it is to make
  Book::Promises promised = {};             // what must be in it, of a hub's
  int64_t promised_seq = 0;                 // the same of a desk's: up to which own entry
  bool faulty = false;                      // a file with a fault: to be refused whole
  bool repeated = false;                    // the same file once more: refused, it is there
  std::optional<std::size_t> stick = {};    // that is carried
  bool takes_hub = false;                   // only while no hub serves
};

// What may be restored between two looks. One thing at a time: a machine that is put back while the hub has not got
// back what it lost would take away the only copy.
enum class Restores { kNone, kHub, kDesks };

// What a look found for the orders that follow it.
struct Known {
  Restores restores = Restores::kNone;
  std::vector<std::string> open_cells;  // conflicts and overlaps
  struct OpenFork {
    std::string unit, fork;
  };
  std::vector<OpenFork> forks;
  std::vector<std::string> hub_backups;                 // files that are whole
  std::map<int, std::vector<std::string>> desk_backups;  // by desk
};

class Orders {
 public:
  Orders(Scene* scene, Book* book, RandomSource* random) : scene_(*scene), book_(*book), random_(*random) {}

  Order ForDesk(int desk);
  Order ForOperator();
  // An import of this desk was killed before it answered: the person tries the file again some time.
  void ImportLeftOpen(const Order& order) { open_imports_[order.desk] = order; }
  // Another state of the machine: what it imported since is not known to it, so no file is tried again.
  void PutBack(int desk) { open_imports_.erase(desk); }
  // A bundle or its receipt may be on the stick now: it is when it bears its name.
  void StickReturned(std::size_t stick);
  void Learn(Known known) { known_ = std::move(known); }
  Restores restores() const { return known_.restores; }

 private:
  Order Record(int desk);
  Order Import(int desk);
  Order Sync(int desk);
  Order Exclude(const std::string& unit);
  Order Acknowledge(int desk);
  Order ExportBundle(int desk);
  Order ImportBundle(std::size_t stick);
  Order ReadReceipt(std::size_t stick);
  Order RestoreDesk(int desk, const std::string& file);
  Order RestoreHub();
  Order Resolve();
  Order CloseFork();
  // A restatement's order, of an operator or of the desk's supervisor.
  Order RestateWith(const std::string& command, int desk, const std::string& unit);
  std::vector<std::size_t> SticksFor(int desk, bool with_receipt) const;
  Order BackUpHub();
  Order BackUpDesk(int desk);
  // A random cell; `restated` picks among those that operators restate.
  struct Place {
    std::string day, procedure, channel, measure;
  };
  Place SomePlace(bool restated);
  std::string NewNote(const std::string& what);
  bool OneIn(uint64_t n) { return random_.Below(n) == 0; }

  Scene& scene_;
  Book& book_;
  RandomSource& random_;
  struct Stick {
    int desk = 0;
    std::string bundle, receipt;  // files
    bool has_bundle = false;
    bool has_receipt = false;
  };
  std::map<int, Order> open_imports_;
  std::vector<Stick> sticks_;
  Known known_;
  int notes_ = 0;
};

}  // namespace motcua::kills
