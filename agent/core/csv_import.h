// ImportCsv: a file of recorded numbers, all rows or none.
//
//   day,procedure,channel,measure,action,value,note        columns by name, in any order; note may be missing
//   2020-08-31,1.001193,counter,received,add,12,
//
// `add` adds to a flow or amount; `set` brings the own part of a flow or amount to the value, or restates a
// stock, choice or text. Numbers are plain digits: "1.234", "1,5" and "31/08/2020" mean different things to
// different people and are refused.
//
// Every row is checked as Record() would check it with the rows above it written; if one is faulty, all
// faults are listed with their lines and nothing is written. The rows and an entry with the file's digest are
// stored in one transaction.
#pragma once

#include <string>
#include <vector>

#include "agent/core/desk.h"

namespace motcua {

inline constexpr std::size_t kImportBytesMax = 64 * 1024 * 1024;  // a desk's whole decade has less
inline constexpr std::size_t kFaultsListedMax =
    10'000;  // a bound for memory, far above what a file of a desk has; the rest is counted

struct ImportRequest {
  std::string bytes;      // the whole file
  std::string file_name;  // as people know it, without folders
  bool dry_run = false;   // checks everything and writes nothing
  bool again = false;     // the same file has been imported and is meant to count again
  bool day_confirmed = false;
  std::string author;
};

struct ImportAnswer {
  std::size_t rows = 0;
  bool written = false;
  EntryName last;  // newest entry, when written
  Hash digest{};
  std::vector<DeskPeriod> locks;  // that its days fall into
};

// kInvalidArgument: the message lists the faults, one per line ("line 7000: …"). kAlreadyExists: a line of
// the unit holds an import of the same bytes, and `again` is not set.
absl::StatusOr<ImportAnswer> ImportCsv(Desk& desk, const ImportRequest& request);

}  // namespace motcua
