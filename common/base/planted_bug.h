// Planted bugs: mistakes that a test build can be told to make, so that the tests themselves are tested. Each
// is one that a product of this kind has had; the simulator must find every one of them
// (tests/simulation/README.md).
//
// The product is built without MOTCUA_PLANTED_BUGS: every question below is then the constant false, and no
// trace of a bug is in the program. A test build defines the macro for all of its sources and chooses at run
// time.
//
// Threads: planted before anything else runs.
#pragma once

#ifdef MOTCUA_PLANTED_BUGS

#include <functional>
#include <string_view>
#include <vector>

#define MOTCUA_PLANTED(bug) (::motcua::planted::Is(::motcua::planted::Bug::bug))

namespace motcua::planted {

enum class Bug {
  kNone,
  kAckBeforeCommit,       // what is confirmed is not on the disk yet
  kMarkBeforeCommit,      // memory moves on before the store has committed
  kSawNotClosed,          // a context leaves out the contexts of the entries in it
  kRestateWithoutSaw,     // a restatement does not say what its writer knew
  kLosingAddsCounted,     // only the winning restatement takes the adds it knows into itself
  kDuplicateApplied,      // a batch whose reply was lost is stored once more
  kReceiptTooHigh,        // a receipt names what the desk said, not what is held
  kExcludedBlocks,        // nothing behind an excluded entry is sent
  kBundleBypassesDedup,   // a bundle's entries are stored without looking what is held
  kFactsKeptOnRollback,   // the log is rolled back and the facts are not
  kGapTakenAsAppend,      // a batch behind a hole is taken to continue what is held
  kForkOfForkLost,        // of two branches at one place only the first is kept
};

// The names of all bugs, for a command line: "ack-before-commit" …
std::vector<std::string_view> Names();
// kNone and false for an unknown name.
bool Plant(std::string_view name);
bool Is(Bug bug);

// What kFactsKeptOnRollback writes again after a rollback.
std::vector<std::function<void()>>& Kept();

}  // namespace motcua::planted

#else

#define MOTCUA_PLANTED(bug) false

#endif
