// Book: what people were told while programs were being killed, and what must therefore be in the ledger.
//
// Every number that a command is asked to write carries a note like no other, by which it is found again. A
// command's answer says what must hold for the numbers it was asked to write:
//   confirmed  each is there once, as it was asked for, under the name that was printed;
//   not known  all of them or none, each at most once: the program was killed before it answered;
//   refused    none of them, ever.
// What was not known is settled by the first look after a quiet exchange and stays so. Only what the operator wrote and
// a restore of the hub named may be gone; it may come back as long as a desk, a stick or a backup holds it.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace motcua::kills {

// The place of an entry on its line: 17 of "3f2a90c1-17-9be0aa01c2d3e4f5"; 0 for anything else.
int64_t SeqOf(const std::string& entry);

enum class Answer { kConfirmed, kNotKnown, kRefused };

// One number, one exclusion, one closed list, one acknowledgement.
struct Asked {
  std::string note;
  std::string kind;    // as `ledger show` calls it: "add", "restate", "exclude", "review", "saw"
  std::string cell;    // adds and restatements
  int64_t value = 0;   // an add's delta, a restatement's number
  std::string target;  // exclusions: the entry; reviews: the fork
  bool lifts = false;  // exclusions: `include`
};

// What one command was asked to write, as one whole.
struct Attempt {
  std::string unit;
  std::vector<Asked> asked;
  Answer answer = Answer::kNotKnown;
  std::string entry;  // of the last one, as printed; empty when it was not
  bool by_hub = false;  // written in the hub's own log
};

class Book {
 public:
  using Json = nlohmann::json;
  using Promises = std::map<std::string, std::set<std::string>>;  // entries by unit

  // Returns a number for Answered().
  std::size_t Begin(Attempt attempt);
  // Begin() has noted it as not known: that holds until somebody is told more. `entry` may be empty.
  void Answered(std::size_t attempt, Answer answer, const std::string& entry);
  // The same command is given once more, though a look has settled that nothing of it was there: it may be there after all.
  void AskedAgain(std::size_t attempt);
  // A receipt named this entry: from now on the hub may not be without it.
  void Promised(const std::string& unit, const std::string& entry) { promised_[unit].insert(entry); }

  // A restore of the hub said that only the lost one had this; the words of its list.
  void RestoredAway(const std::string& list);
  // How many confirmed commands a restore named and nobody has brought back.
  int64_t gone() const;

  // Holds the book against all that `ledger show --json` lists of the unit, when every desk has synced, and
  // settles what was not known. One sentence for everything that is lost, doubled, altered or nobody's.
  std::vector<std::string> Compare(const std::string& unit, const Json& entries);
  // The same against a backup: what was promised when it began is there. Nothing is settled.
  static std::vector<std::string> CompareBackup(const std::set<std::string>& promised, const Json& entries);

  // After Compare(). The sum of the counting adds of each cell that nobody restated.
  std::map<std::string, int64_t> Sums(const std::string& unit) const;
  // Cells that somebody tried to restate.
  const std::set<std::string>& restated() const { return restated_; }
  // Adds that are at the hub and count, and those that are excluded there.
  std::vector<std::string> Counting(const std::string& unit) const;
  std::vector<std::string> Excluded(const std::string& unit) const;
  const Promises& promises() const { return promised_; }

  struct Totals {
    int64_t confirmed = 0;
    int64_t refused = 0;
    int64_t not_known_came = 0;  // of what was not known: was there all the same
    int64_t not_known_gone = 0;
    int64_t entries = 0;  // numbers and exclusions found, all units
  };
  Totals totals() const;

 private:
  struct Found {
    int times = 0;
    Json entry;
  };
  struct Add {
    std::string cell;
    int64_t delta = 0;
  };
  // What is at the hub of one unit, as of the last Compare().
  struct Held {
    std::map<std::string, Add> adds;  // by entry
    std::set<std::string> excluded;
    std::map<std::string, std::set<std::string>> exclusions;  // notes, by the entry that is excluded or was
    int64_t entries = 0;
  };

  // Whether the attempt may be missing because a restore named it.
  bool MayBeGone(const Attempt& attempt) const;
  void Check(const Attempt& attempt, const std::map<std::string, Found>& by_note,
             std::vector<std::string>* findings) const;
  void CheckOne(const Asked& asked, const Found& found, std::vector<std::string>* findings) const;
  void Hold(const std::string& unit, const Json& entries);

  std::vector<Attempt> attempts_;
  std::vector<bool> settled_;  // was not known and has been looked at
  std::set<std::string> notes_;
  std::set<std::string> named_;  // notes that stood in the list of a restore
  // By the note of each lifting: the notes of the exclusions of its entry that were there at the look before. Others
  // it does not lift.
  std::map<std::string, std::set<std::string>> lifts_;
  std::set<std::string> restated_;
  Promises promised_;
  std::map<std::string, Held> held_;
};

}  // namespace motcua::kills
