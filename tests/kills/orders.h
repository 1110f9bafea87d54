// Orders: what is asked of the programs next, drawn at random: numbers to record, files to import, exchanges,
// restatements, exclusions, backups. Every order that writes is noted in the book before it runs.
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
};

class Orders {
 public:
  Orders(Scene* scene, Book* book, RandomSource* random) : scene_(*scene), book_(*book), random_(*random) {}

  Order ForDesk(int desk);
  Order ForOperator();
  // An import of this desk was killed before it answered: the person tries the file again some time.
  void ImportLeftOpen(const Order& order) { open_imports_[order.desk] = order; }

 private:
  Order Record(int desk);
  Order Import(int desk);
  Order Sync(int desk);
  Order Restate(const std::string& unit);
  Order Exclude(const std::string& unit);
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
  std::map<int, Order> open_imports_;
  int notes_ = 0;
};

}  // namespace motcua::kills
