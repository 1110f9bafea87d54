// The accept path against the fold: whatever desks write, in whatever order and pieces it reaches the hub,
// the hub's facts are the fold of the set of entries.
//
// What the hub lists as open is likewise what the fold says is open.
//
// It should survive: adds, restatements and observations of several desks, copies that go on from the middle
// of a log, answers that get lost, batches repeated, saws that name what the hub does not hold yet, cells of
// other units, roles not held, codes the catalog does not know, exclusions and inclusions in between.
#include <set>

#include "tests/hub/core/hub_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

// The same text as HubWorld::Facts, from one unit's ledger alone.
void CollectFacts(const UnitLedger& ledger, const Catalog& catalog, std::set<std::string>* lines) {
  for (const Cell& cell : ledger.Cells()) {
    const Measure* measure = catalog.FindMeasure(cell.measure);
    if (cell.unit != ledger.unit() || measure == nullptr) continue;
    const CellState state = ledger.Fold(cell, measure->nature());
    if (!state.known) continue;
    lines->insert(absl::StrCat(FormatCell(cell), " = ", FormatValue(state.value),
                               state.provisional ? " provisional" : "", "\n"));
  }
}

// What is open in one unit, by its ledger alone: "kind cell" lines, forks with their common entry.
void CollectOpen(const UnitLedger& ledger, const Catalog& catalog, std::set<std::string>* lines) {
  const Forks forks = ledger.LoadForks();
  for (const Cell& cell : ledger.Cells()) {
    const Measure* measure = catalog.FindMeasure(cell.measure);
    if (cell.unit != ledger.unit() || measure == nullptr) continue;
    const std::vector<Posting> postings = ledger.PostingsOf(cell);
    const CellState state = ledger.Fold(cell, measure->nature());
    const auto say = [&](const std::string& what) { lines->insert(absl::StrCat(what, " ", FormatCell(cell), "\n")); };
    if (state.conflict) say("1");
    if (state.overlap) say("2");
    if (measure->nature() == MeasureNature::kCounter && state.known && std::get<int64_t>(state.value) < 0) say("3");
    for (const Forks::Touched& touched : forks.OpenFor(PlacesThatCount(postings, state))) {
      const Fork& fork = forks.all()[touched.fork];
      say(absl::StrCat("4 ", fork.point.seq == 0 ? "" : FormatEntryName(ledger.NameAt(fork.point))));
    }
  }
}

std::string Joined(const std::set<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

class Story {
 public:
  Story(HubWorld* world, uint64_t seed, bool operators)
      : world_(*world), random_(seed), operators_(operators) {
    AddDesk("U1", Role::kDesk);
    AddDesk("U1", Role::kDesk);
    AddDesk("U1", Role::kSupervisor);
    AddDesk("U3", Role::kDesk);
  }

  void Run(int steps) {
    for (int i = 0; i < steps; ++i) Step();
    // Twice: what the last desk brings, the first one fetches.
    for (int round = 0; round < 2; ++round) {
      for (const auto& desk : desks_) ASSERT_THAT(desk->Sync(), IsOk());
    }
  }
  const std::vector<std::unique_ptr<TestDesk>>& desks() const { return desks_; }

 private:
  void AddDesk(const std::string& unit, Role role) {
    desks_.push_back(
        std::make_unique<TestDesk>(&world_, world_.Enroll(unit, role), unit, role, random_.Next64()));
  }
  TestDesk& Any() { return *desks_[random_.Below(desks_.size())]; }

  void Step() {
    TestDesk& desk = Any();
    const uint64_t choice = random_.Below(100);
    if (choice < 60) return Write(desk);
    if (choice < 70) return LearnFromNeighbour(desk);
    if (choice < 73) return Copy(desk);
    if (choice < 77 && operators_) return Operate(desk);
    Exchange(desk);
  }

  Cell AnyCell(const TestDesk& desk, const std::string& measure) {
    Cell cell = desk.At(measure, static_cast<int>(random_.Below(3)));
    if (random_.Below(2) == 0) cell.channel = "online_full";
    return cell;
  }

  void Write(TestDesk& desk) {
    const auto number = static_cast<int64_t>(random_.Below(8)) - 2;
    const std::string counter = random_.Below(2) == 0 ? "received" : "refused";
    switch (random_.Below(20)) {
      case 0:
      case 1:
      case 2:  // by a desk it will be excluded
        desk.Saw();
        desk.Restate(AnyCell(desk, counter), number);
        return;
      case 3:
        desk.Saw();
        desk.Restate(AnyCell(desk, "suspended"), number);
        return;
      case 4:
        desk.Restate(AnyCell(desk, "suspended"), random_.Below(2) == 0 ? Value{} : Value{number});
        return;
      case 5:
        desk.Restate(AnyCell(desk, "remark"), absl::StrCat("text ", number));
        return;
      case 6:
        desk.Add(AnyCell(desk, "suspended"), number);
        return;
      case 7: {
        Cell foreign = AnyCell(desk, counter);
        foreign.unit = desk.unit() == "U1" ? "U3" : "U1";
        desk.Add(foreign, 1000);
        return;
      }
      case 8:
        desk.Write(RestateBody{AnyCell(desk, counter), number, {}}, Role::kSupervisor);
        return;
      case 9:
        desk.Add(AnyCell(desk, "late"), 1);
        return;
      case 10:
        if (desk.end().seq > 0) desk.Write(ExcludeBody{false, desk.end(), desk.end()});
        return;
      case 11:
        desk.Write(ImportBody{Sha256("file"), 3, "file.csv"});
        return;
      case 12:
        desk.Saw();
        return;
      default:
        desk.Add(AnyCell(desk, counter), number);
    }
  }

  void LearnFromNeighbour(TestDesk& desk) {
    TestDesk& other = Any();
    if (other.unit() == desk.unit()) desk.Learn(other.ledger());
  }

  void Copy(const TestDesk& desk) {
    if (desks_.size() < 9) desks_.push_back(std::make_unique<TestDesk>(desk.Copy(random_.Next64())));
  }

  void Operate(TestDesk& desk) {
    Hub& hub = world_.hub();
    if (random_.Below(3) == 0) {
      const std::vector<OpenMatter> open = hub.OpenMatters({desk.unit()}).value();
      for (const OpenMatter& matter : open) {
        if (matter.kind != MatterKind::kFork) continue;
        ASSERT_THAT(hub.CloseFork(desk.unit(), matter.fork, "seen", "op"), IsOk());
        return;
      }
    }
    if (random_.Below(4) == 0) return RecordFromPaper(desk);
    if (random_.Below(2) == 0) {
      ASSERT_THAT(hub.Restate(AnyCell(desk, "received"), int64_t{7}, std::nullopt, "counted", "op"), IsOk());
      return;
    }
    if (desk.receipt_.empty() || desk.sent_ == 0) return;
    const Position end = desk.ledger().Find(desk.end()).value();
    const auto last = static_cast<Seq>(1 + random_.Below(desk.sent_));
    const auto first = static_cast<Seq>(1 + random_.Below(last));
    const EntryName from = desk.ledger().NameAt(desk.ledger().tree().Normalize(end.line, first));
    const EntryName to = desk.ledger().NameAt(desk.ledger().tree().Normalize(end.line, last));
    // Refused where a foreign cell is among them; that changes nothing.
    hub.Exclude(desk.unit(), from, to, random_.Below(2) == 0, "reason", "op").status().IgnoreError();
  }

  void RecordFromPaper(const TestDesk& desk) {
    PaperRecord paper;
    paper.cell = AnyCell(desk, "received");
    paper.add = 4;
    // Refused where the day would fall below zero.
    world_.hub().RecordFromPaper(paper).status().IgnoreError();
  }

  void Exchange(TestDesk& desk) {
    const std::size_t entries = 1 + random_.Below(9);
    const ExchangeRequest request = desk.Request(entries);
    switch (random_.Below(4)) {
      case 0:  // the answer is lost
        ASSERT_THAT(desk.Send(request), IsOk());
        return;
      case 1:  // it is sent twice
        ASSERT_THAT(desk.Send(request), IsOk());
        ASSERT_THAT(desk.Exchange(entries), IsOk());
        return;
      default:
        ASSERT_THAT(desk.Exchange(entries), IsOk());
    }
  }

  HubWorld& world_;
  SeededRandom random_;
  bool operators_;
  std::vector<std::unique_ptr<TestDesk>> desks_;
};

std::string FactsOfHubLedgers(HubWorld& world) {
  std::set<std::string> lines;
  const std::vector<std::string> units = world.hub().UnitsWithLedger().value();
  for (const std::string& unit : units) {
    CollectFacts(world.hub().LoadLedger(unit).value(), *world.hub().catalog(), &lines);
  }
  return Joined(lines);
}

std::string OpenOfHubLedgers(HubWorld& world) {
  std::set<std::string> lines;
  const std::vector<std::string> units = world.hub().UnitsWithLedger().value();
  for (const std::string& unit : units) {
    CollectOpen(world.hub().LoadLedger(unit).value(), *world.hub().catalog(), &lines);
  }
  return Joined(lines);
}

// The same as the hub lists it.
std::string OpenOfHub(HubWorld& world) {
  std::set<std::string> lines;
  const std::vector<OpenMatter> open = world.hub().OpenMatters({}).value();
  for (const OpenMatter& matter : open) {
    if (matter.kind == MatterKind::kImport) continue;
    std::string kind = absl::StrCat(static_cast<int>(matter.kind));
    if (matter.kind == MatterKind::kFork)
      absl::StrAppend(&kind, " ", matter.fork.seq == 0 ? "" : FormatEntryName(matter.fork));
    lines.insert(absl::StrCat(kind, " ", FormatCell(matter.cell), "\n"));
  }
  return Joined(lines);
}

class OracleTest : public testing::TestWithParam<uint64_t> {};

TEST_P(OracleTest, FactsAreTheFoldOfTheLogWhateverWasWrittenAndHoweverItCame) {
  SCOPED_TRACE(absl::StrCat("seed ", GetParam()));
  HubWorld world(GetParam());
  Story story(&world, GetParam(), /*operators=*/true);
  ASSERT_NO_FATAL_FAILURE(story.Run(120));
  EXPECT_THAT(world.Findings(), testing::IsEmpty());
  EXPECT_EQ(world.Facts(), FactsOfHubLedgers(world));
  EXPECT_EQ(OpenOfHub(world), OpenOfHubLedgers(world));
  for (const auto& desk : story.desks()) {
    // Nobody lost an entry: what the hub signed for is what every desk of the unit holds, and the other way
    // round.
    EXPECT_EQ(desk->receipt_.ends, desk->ledger().Ends());
    std::set<std::string> own, hub;
    CollectFacts(desk->ledger(), *desk->catalog_, &own);
    CollectFacts(world.hub().LoadLedger(desk->unit()).value(), *desk->catalog_, &hub);
    EXPECT_EQ(Joined(own), Joined(hub));
  }
  world.Reopen();
  EXPECT_THAT(world.Findings(), testing::IsEmpty());
}

TEST_P(OracleTest, AnotherOrderAndOtherPiecesGiveTheSameFacts) {
  SCOPED_TRACE(absl::StrCat("seed ", GetParam()));
  HubWorld world(GetParam());
  Story story(&world, GetParam(), /*operators=*/false);
  ASSERT_NO_FATAL_FAILURE(story.Run(100));

  HubWorld other(GetParam());  // draws the same device numbers
  SeededRandom random(GetParam() + 1);
  std::vector<std::unique_ptr<TestDesk>> senders;
  Story devices(&other, GetParam(), false);
  for (const auto& desk : story.desks()) {
    for (const EntryName& end : desk->ledger().Ends()) {
      if (end.device != desk->device()) continue;
      auto sender = std::make_unique<TestDesk>(&other, desk->device(), desk->unit(), desk->role(), 1);
      sender->Learn(desk->ledger());
      sender->ContinueAt(end);
      senders.push_back(std::move(sender));
    }
  }
  while (!senders.empty()) {
    const std::size_t i = random.Below(senders.size());
    if (senders[i]->everything_sent()) {
      senders.erase(senders.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      // Only what was sent counts here; the answer's catch-up is the other test's business.
      const auto response = senders[i]->Send(senders[i]->Request(1 + random.Below(20)));
      ASSERT_THAT(response, IsOk());
      senders[i]->sent_ = response->common.seq;
    }
  }
  EXPECT_THAT(other.Findings(), testing::IsEmpty());
  EXPECT_EQ(other.Facts(), world.Facts());
  EXPECT_EQ(other.Rollups(), world.Rollups());
}

INSTANTIATE_TEST_SUITE_P(Seeds, OracleTest, testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace motcua
