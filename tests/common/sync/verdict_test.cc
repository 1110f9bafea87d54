// Judge() row by row, then over every small log tree against an oracle that sees both sides whole.
#include "common/sync/verdict.h"

#include <map>
#include <set>

#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr DeviceId kDevice{0xABCD0001};
const EntryName kNothing{kDevice, 0, 0};

// A small hub and a small agent. An entry is written as the path of letters that leads to it: "aab" is the
// third entry of the copy that wrote a, a, b. The path is its content, so equal paths are the same entry.
EntryName NameOf(const std::string& path) {
  if (path.empty()) return kNothing;
  uint64_t h8 = 1;
  for (char letter : path) h8 = h8 * 7 + static_cast<uint64_t>(letter - 'a');
  return {kDevice, static_cast<Seq>(path.size()), h8};
}

class Hub {
 public:
  Hub() = default;
  // Holds these ends and everything before them.
  explicit Hub(const std::vector<std::string>& ends) {
    for (const std::string& end : ends) Store(end);
  }
  void Store(const std::string& path) {
    for (std::size_t size = 1; size <= path.size(); ++size)
      held_.emplace(NameOf(path.substr(0, size)), path.substr(0, size));
  }
  bool Holds(const EntryName& name) const { return name == kNothing || held_.count(name) > 0; }
  bool HasSuccessor(const EntryName& name) const {
    const std::string path = name == kNothing ? "" : held_.at(name);
    for (const auto& [other, other_path] : held_) {
      if (other_path.size() > path.size() && other_path.compare(0, path.size(), path) == 0) return true;
    }
    return false;
  }
  std::size_t size() const { return held_.size(); }

 private:
  std::map<EntryName, std::string> held_;
};

std::vector<EntryName> LocatorOf(const std::string& path) {
  std::vector<EntryName> names;
  if (path.empty()) return names;
  names.push_back(NameOf(path));
  for (std::size_t behind = 1; behind < path.size(); behind *= 2)
    names.push_back(NameOf(path.substr(0, path.size() - behind)));
  return names;
}

// An agent whose log is `path` sends entries first+1 … last of it.
Judgement Ask(const Hub& hub, const std::string& path, std::size_t first, std::size_t last) {
  JudgeInput input;
  input.device = kDevice;
  input.locator = LocatorOf(path);
  if (last > first) {
    input.batch_parent = NameOf(path.substr(0, first));
    for (std::size_t size = first + 1; size <= last; ++size)
      input.batch_names.push_back(NameOf(path.substr(0, size)));
  }
  input.holds = [&](const EntryName& name) { return hub.Holds(name); };
  input.has_successor = [&](const EntryName& name) { return hub.HasSuccessor(name); };
  return Judge(input);
}

void Expect(const Judgement& judgement, Verdict verdict, const std::string& common, std::size_t known) {
  EXPECT_EQ(VerdictName(judgement.verdict), VerdictName(verdict));
  EXPECT_EQ(judgement.common, NameOf(common));
  EXPECT_EQ(judgement.batch_known, known);
}

// --- The table, row by row
// -----------------------------------------------------------------------------------

TEST(VerdictTest, ANewDeskAndANewLogAreDuplicateThenAppend) {
  Expect(Ask(Hub(), "", 0, 0), Verdict::kDuplicate, "", 0);
  Expect(Ask(Hub(), "aaa", 0, 3), Verdict::kAppend, "", 0);
  Expect(Ask(Hub({"aaa"}), "aaa", 0, 0), Verdict::kDuplicate, "aaa", 0);
}

TEST(VerdictTest, AReplacedMachineWithAnEmptyLogIsRegressed) {
  Expect(Ask(Hub({"aaa"}), "", 0, 0), Verdict::kRegressed, "", 0);
}

TEST(VerdictTest, ARestoredMachineIsRegressedUntilItGoesOnAndThenForked) {
  const Hub hub({"aaaaa"});
  Expect(Ask(hub, "aaa", 0, 0), Verdict::kRegressed, "aaa", 0);
  Expect(Ask(hub, "aaa", 1, 3), Verdict::kRegressed, "aaa", 2);
  Expect(Ask(hub, "aaab", 3, 4), Verdict::kForked, "aaa", 0);
  Expect(Ask(hub, "aaab", 1, 4), Verdict::kForked, "aaa", 2);
}

TEST(VerdictTest, ALostReplyIsKnownEntriesAndNeverAForkOfItself) {
  Expect(Ask(Hub({"aaaa"}), "aaaa", 1, 4), Verdict::kDuplicate, "aaaa", 3);  // the whole batch had arrived
  Expect(Ask(Hub({"aaaa"}), "aaaaaa", 1, 6), Verdict::kAppend, "aaaa", 3);   // half of it
  Expect(Ask(Hub({"aaaa"}), "aaaaaa", 1, 3), Verdict::kAppend, "aaaa", 2);  // it, with the rest still to come
  Expect(Ask(Hub({"aaab"}), "aaab", 2, 4), Verdict::kDuplicate, "aaab", 2);
}

TEST(VerdictTest, EntriesOfItsOwnBetweenTwoLocatorNamesAreNoFork) {
  const std::string path(20, 'a');
  const Hub hub({path.substr(0, 9)});  // the locator names 20, 19, 18, 16, 12, 4
  Expect(Ask(hub, path, 0, 0), Verdict::kAppend, path.substr(0, 4), 0);
  Expect(Ask(hub, path, 9, 20), Verdict::kAppend, path.substr(0, 9), 0);
  Expect(Ask(hub, path, 4, 8), Verdict::kAppend, path.substr(0, 8), 4);
  Expect(Ask(hub, path, 12, 20), Verdict::kGap, path.substr(0, 4), 0);
}

TEST(VerdictTest, AGapComesBeforeAForkBecauseNothingCanBeStored) {
  const Hub hub({"aaaaa"});
  Expect(Ask(hub, "aabbb", 3, 5), Verdict::kGap, "a", 0);  // the locator names 5, 4, 3 and 1
  Expect(Ask(hub, "aabbb", 1, 5), Verdict::kForked, "aa", 1);
}

TEST(VerdictTest, AForkOfAForkIsForkedAtItsOwnPlace) {
  const Hub hub({"aaaa", "aabb"});
  Expect(Ask(hub, "aabbb", 4, 5), Verdict::kAppend, "aabb", 0);
  Expect(Ask(hub, "aabc", 3, 4), Verdict::kForked, "aab", 0);
  Expect(Ask(hub, "aacc", 2, 4), Verdict::kForked, "aa", 0);
  Expect(Ask(hub, "aab", 0, 0), Verdict::kRegressed, "aab", 0);
}

TEST(VerdictTest, AnotherDevicesFirstEntriesForkAtTheEmptyLog) {
  Expect(Ask(Hub({"aaa"}), "bb", 0, 2), Verdict::kForked, "", 0);
}

// The agent's log is `path`; what it sends of `line` another copy of its device wrote.
Judgement Return(const Hub& hub, const std::string& path, const std::string& line, std::size_t first, std::size_t last) {
  JudgeInput input;
  input.device = kDevice;
  input.locator = LocatorOf(path);
  input.batch_parent = NameOf(line.substr(0, first));
  for (std::size_t size = first + 1; size <= last; ++size) input.batch_names.push_back(NameOf(line.substr(0, size)));
  input.holds = [&](const EntryName& name) { return hub.Holds(name); };
  input.has_successor = [&](const EntryName& name) { return hub.HasSuccessor(name); };
  return Judge(input);
}

TEST(VerdictTest, WhoReturnsAnotherCopysLineIsJudgedByItsOwnEnd) {
  Expect(Return(Hub({"ab", "aaaaa"}), "ab", "aaaaa", 1, 4), Verdict::kDuplicate, "ab", 3);  // again, after a lost reply
  Expect(Return(Hub({"abb", "aaaa"}), "ab", "aaaa", 1, 4), Verdict::kRegressed, "ab", 3);
  Expect(Return(Hub({"ab", "aaa"}), "ab", "aaaaa", 3, 5), Verdict::kAppend, "aaa", 0);
  Expect(Return(Hub({"abb", "aaa"}), "ab", "aaaaa", 3, 5), Verdict::kRegressed, "ab", 0);
  Expect(Return(Hub({"ab"}), "ab", "aaaaa", 1, 5), Verdict::kForked, "a", 0);
  Expect(Return(Hub({"ab"}), "ab", "aaaaa", 3, 5), Verdict::kGap, "ab", 0);
  Expect(Return(Hub({"aaaa"}), "", "aaaa", 0, 3), Verdict::kRegressed, "", 3);  // a replaced machine
}

TEST(VerdictTest, ABatchThatReachesBeyondTheNamedEndIsTaken) {
  JudgeInput input;
  const Hub hub({"aa"});
  input.device = kDevice;
  input.locator = {NameOf("aa"), NameOf("a")};
  input.batch_parent = NameOf("a");
  input.batch_names = {NameOf("aa"), NameOf("aaa")};
  input.holds = [&](const EntryName& name) { return hub.Holds(name); };
  input.has_successor = [&](const EntryName& name) { return hub.HasSuccessor(name); };
  Expect(Judge(input), Verdict::kAppend, "aa", 1);
}

TEST(VerdictTest, WhereTheLocatorContradictsTheBatchTheBatchWins) {
  JudgeInput input;
  const Hub hub({"aaaaa"});
  input.device = kDevice;
  input.locator = {NameOf("abbbbb"), NameOf("aaaa")};  // claims an entry of a line its own does not follow
  input.batch_parent = NameOf("a");
  input.batch_names = {NameOf("ab"), NameOf("abb")};
  input.holds = [&](const EntryName& name) { return hub.Holds(name); };
  input.has_successor = [&](const EntryName& name) { return hub.HasSuccessor(name); };
  Expect(Judge(input), Verdict::kForked, "a", 0);
}

// --- Exhaustive
// ----------------------------------------------------------------------------------------------

constexpr std::size_t kDepth = 4;

std::vector<std::string> AllPaths() {
  std::vector<std::string> paths = {""};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].size() == kDepth) continue;
    for (char letter : {'a', 'b'}) paths.push_back(paths[i] + letter);
  }
  return paths;
}

std::size_t CommonLength(const std::string& path, const std::vector<std::string>& ends) {
  std::size_t longest = 0;
  for (const std::string& end : ends) {
    std::size_t same = 0;
    while (same < path.size() && same < end.size() && path[same] == end[same]) ++same;
    longest = std::max(longest, same);
  }
  return longest;
}

bool AnyBehind(const std::string& path, const std::vector<std::string>& ends) {
  for (const std::string& end : ends) {
    if (end.size() > path.size() && end.compare(0, path.size(), path) == 0) return true;
  }
  return false;
}

// Sees the agent's whole log and the hub's, where Judge sees names only.
Verdict Oracle(const std::string& path, const std::vector<std::string>& ends, std::size_t first,
               std::size_t last) {
  const std::size_t common = CommonLength(path, ends);
  if (common == path.size()) return AnyBehind(path, ends) ? Verdict::kRegressed : Verdict::kDuplicate;
  if (last <= std::max(first, common)) return Verdict::kAppend;
  if (first > common) return Verdict::kGap;
  return AnyBehind(path.substr(0, common), ends) ? Verdict::kForked : Verdict::kAppend;
}

template <typename Visit>
void ForEverySituation(Visit visit) {
  const std::vector<std::string> paths = AllPaths();
  for (const std::string& path : paths) {
    for (const std::string& one : paths) {
      for (const std::string& two : paths) {
        if (two < one) continue;
        visit(path, std::vector<std::string>{one, two});
      }
    }
  }
}

TEST(VerdictExhaustiveTest, AgreesWithTheOracleOnEveryTreeAndEveryBatch) {
  ForEverySituation([](const std::string& path, const std::vector<std::string>& ends) {
    const Hub hub(ends);
    for (std::size_t first = 0; first <= path.size(); ++first) {
      for (std::size_t last = first; last <= path.size(); ++last) {
        const Judgement judgement = Ask(hub, path, first, last);
        const std::size_t common = CommonLength(path, ends);
        ASSERT_EQ(VerdictName(judgement.verdict), VerdictName(Oracle(path, ends, first, last)))
            << path << " at " << ends[0] << "," << ends[1] << " sends " << first << ".." << last;
        ASSERT_EQ(judgement.batch_known, common > first ? std::min(common, last) - first : 0);
        ASSERT_LE(judgement.common.seq, common);
        ASSERT_TRUE(hub.Holds(judgement.common));
      }
    }
  });
}

// The conversation as desks and hubs hold it: send from where one believes the hub stands, store on APPEND
// and FORKED, go on from what the verdict says.
TEST(VerdictExhaustiveTest, EveryConversationEndsWithEverythingStoredAndOneForkedPerNewBranch) {
  ForEverySituation([](const std::string& path, const std::vector<std::string>& ends) {
    for (std::size_t believed = 0; believed <= path.size(); ++believed) {
      for (std::size_t batch_max : {1u, 2u, 4u}) {
        Hub hub(ends);
        std::size_t next = believed;
        std::size_t forked = 0;
        bool ended = false;
        for (int exchange = 0; exchange < 20 && !ended; ++exchange) {
          const std::size_t last = std::min(path.size(), next + batch_max);
          const Judgement judgement = Ask(hub, path, next, last);
          const bool stored = judgement.verdict != Verdict::kGap && last > next;
          if (stored) hub.Store(path.substr(0, last));
          next = stored ? std::max<std::size_t>(last, judgement.common.seq) : judgement.common.seq;
          forked += judgement.verdict == Verdict::kForked;
          ended = judgement.verdict == Verdict::kDuplicate || judgement.verdict == Verdict::kRegressed;
        }
        ASSERT_TRUE(ended) << path << " at " << ends[0] << "," << ends[1] << " from " << believed << " by "
                           << batch_max;
        ASSERT_TRUE(hub.Holds(NameOf(path)));
        const std::size_t common = CommonLength(path, ends);
        const bool branches = common < path.size() && AnyBehind(path.substr(0, common), ends);
        ASSERT_EQ(forked, branches ? 1u : 0u);
      }
    }
  });
}

}  // namespace
}  // namespace motcua
