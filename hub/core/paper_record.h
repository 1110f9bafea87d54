// What a hub operator records for a unit that reports on paper: Hub::RecordFromPaper() in hub_paper.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/ledger/entry.h"

namespace motcua {

struct PaperRecord {
  Cell cell;  // the day a cumulative figure runs up to
  // Exactly one of these three. Flows and amounts take the first two, all other measures the third.
  std::optional<int64_t> add;   // what came to the number of that day
  std::optional<int64_t> cumulative;  // the paper's total from `from` to the day; the difference to what is known is stored
  std::optional<Value> observed;
  std::optional<Day> from;  // with `cumulative`; absent: the day alone
  std::string note;         // which paper
  std::string author;
};

struct PaperAnswer {
  std::optional<EntryName> entry;  // absent: the paper says what was known already
  int64_t known_before = 0;        // flows: of the days the figure is about, before this entry
  int64_t difference = 0;          // what was stored
};

}  // namespace motcua
