#include "tests/simulation/explore_state.h"

#include "absl/strings/str_split.h"

namespace motcua::explore {
namespace {

struct ActionName {
  Do what;
  const char* name;
  bool of_hub;
};
constexpr ActionName kActions[] = {
    {Do::kRecord, "r", false},   {Do::kSync, "s", false},        {Do::kRecordCut, "xr", false},
    {Do::kSyncCut, "xs", false}, {Do::kLoss, "l", false},        {Do::kTwice, "d", false},
    {Do::kHold, "h", false},     {Do::kLate, "f", false},        {Do::kClone, "c", false},
    {Do::kKeepDesk, "k", false}, {Do::kPutBackDesk, "b", false}, {Do::kKeepHub, "kH", true},
    {Do::kPutBackHub, "bH", true}, {Do::kExport, "w", false},    {Do::kImport, "i", false},
    {Do::kTakeAnswer, "t", false},
};
constexpr char kDesks[] = "ABCD";

struct FaultName {
  unsigned kind;
  const char* name;
};
constexpr FaultName kFaults[] = {
    {kCrash, "crash"},  {kDuplicate, "duplicate"},        {kLoss, "loss"},
    {kCloned, "clone"}, {kAgentRestore, "agent-restore"}, {kHubRestore, "hub-restore"},
    {kBundle, "bundle"},
};

}  // namespace

std::string NameOf(const Action& action) {
  std::string name;
  for (const ActionName& known : kActions) {
    if (known.what != action.what) continue;
    name = known.name;
    if (!known.of_hub) name += kDesks[action.who];
  }
  if (action.which > 0) absl::StrAppend(&name, action.which);
  return name;
}

std::optional<Action> ParseAction(const std::string& name) {
  for (const ActionName& known : kActions) {
    for (uint8_t who = 0; who < (known.of_hub ? 1 : kDesksMax); ++who) {
      for (uint8_t which = 0; which < 64; ++which) {
        const Action action{known.what, who, which};
        if (NameOf(action) == name) return action;
      }
    }
  }
  return std::nullopt;
}

std::optional<unsigned> ParseFaults(const std::string& names) {
  unsigned kinds = 0;
  for (const absl::string_view name : absl::StrSplit(names, ',', absl::SkipEmpty())) {
    unsigned found = 0;
    for (const FaultName& known : kFaults) found |= name == known.name ? known.kind : 0;
    if (found == 0) return std::nullopt;
    kinds |= found;
  }
  return kinds;
}

std::string ShowFaults(unsigned kinds) {
  std::string names;
  for (const FaultName& known : kFaults) {
    if ((kinds & known.kind) != 0) absl::StrAppend(&names, names.empty() ? "" : ",", known.name);
  }
  return names;
}

}  // namespace motcua::explore
