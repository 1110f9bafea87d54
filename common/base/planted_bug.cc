#include "common/base/planted_bug.h"

#ifdef MOTCUA_PLANTED_BUGS

#include <utility>

namespace motcua::planted {
namespace {

Bug planted = Bug::kNone;

constexpr std::pair<std::string_view, Bug> kBugs[] = {
    {"ack-before-commit", Bug::kAckBeforeCommit},
    {"mark-before-commit", Bug::kMarkBeforeCommit},
    {"saw-not-closed", Bug::kSawNotClosed},
    {"restate-without-saw", Bug::kRestateWithoutSaw},
    {"losing-adds-counted", Bug::kLosingAddsCounted},
    {"duplicate-applied", Bug::kDuplicateApplied},
    {"receipt-too-high", Bug::kReceiptTooHigh},
    {"excluded-blocks", Bug::kExcludedBlocks},
    {"bundle-bypasses-dedup", Bug::kBundleBypassesDedup},
    {"facts-kept-on-rollback", Bug::kFactsKeptOnRollback},
    {"gap-taken-as-append", Bug::kGapTakenAsAppend},
    {"fork-of-fork-lost", Bug::kForkOfForkLost},
};

}  // namespace

std::vector<std::string_view> Names() {
  std::vector<std::string_view> names;
  for (const auto& [name, bug] : kBugs) names.push_back(name);
  return names;
}

bool Plant(std::string_view name) {
  planted = Bug::kNone;
  for (const auto& [known, bug] : kBugs) {
    if (known == name) planted = bug;
  }
  return planted != Bug::kNone;
}

bool Is(Bug bug) { return planted == bug; }

std::vector<std::function<void()>>& Kept() {
  static std::vector<std::function<void()>> kept;
  return kept;
}

}  // namespace motcua::planted

#endif
