// CheckBounds and the printed forms of names, devices, cells and values. Faults it should survive: texts too long
// or not UTF-8, codes that are none, numbers JSON cannot carry, lists unsorted, and all of them at once.
#include <functional>

#include "common/base/language.h"
#include "common/ledger/canonical.h"
#include "tests/common/ledger/desks.h"

namespace motcua {
namespace {

using testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Entry Good(EntryBody body) {
  Entry entry;
  entry.device = DeviceId{1};
  entry.seq = 1;
  entry.body = std::move(body);
  return entry;
}
Entry GoodAdd() { return Good(AddBody{CounterCell(), 1, {}, {}}); }
const EntryName kName{DeviceId{2}, 3, 4};

// What CheckBounds says of a good add after `spoil`.
absl::Status After(const std::function<void(Entry&, AddBody&)>& spoil) {
  const ScopedLanguage english(Language::kEnglish);
  Entry entry = GoodAdd();
  spoil(entry, std::get<AddBody>(entry.body));
  return CheckBounds(entry);
}

TEST(BoundsTest, GoodEntriesOfEveryKindPass) {
  EXPECT_THAT(CheckBounds(GoodAdd()), IsOk());
  EXPECT_THAT(CheckBounds(Good(RestateBody{RegisterCell(), std::string("Đạt"), {}})), IsOk());
  EXPECT_THAT(CheckBounds(Good(SawBody{})), IsOk());
  EXPECT_THAT(CheckBounds(Good(ExcludeBody{false, kName, kName})), IsOk());
  EXPECT_THAT(CheckBounds(Good(ImportBody{{}, 5, "tháng 8.csv"})), IsOk());
  EXPECT_THAT(CheckBounds(Good(SubmitBody{"vpcp/2020-08", {kName}, {}, false, "", "", {}})), IsOk());
  EXPECT_THAT(CheckBounds(Good(ReviewBody{kName, {{kName.device, 4, 1}, {kName.device, 4, 2}}})), IsOk());
}

PeriodBody GoodLock() {
  PeriodBody lock;
  lock.period = "vpcp/2020-08";
  lock.area = "001";
  lock.revision = 1;
  lock.frozen.state = UnitState::kSubmitted;
  lock.frozen.covers = {kName};
  return lock;
}

// What CheckBounds says of a good lock after `spoil`.
absl::Status LockAfter(const std::function<void(PeriodBody&)>& spoil) {
  const ScopedLanguage english(Language::kEnglish);
  PeriodBody lock = GoodLock();
  spoil(lock);
  return CheckBounds(Good(lock));
}

TEST(BoundsTest, DecisionsAboutPeriodsHoldWhatTheirActNeedsAndNothingElse) {
  EXPECT_THAT(CheckBounds(Good(GoodLock())), IsOk());
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.act = static_cast<PeriodAct>(0); }), StatusIs(kInvalid, "not clear"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.act = static_cast<PeriodAct>(9); }), StatusIs(kInvalid, "not clear"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.act = PeriodAct::kRelock; }), StatusIs(kInvalid, "not clear"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.until_s = 1; }), StatusIs(kInvalid, "not clear"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.submission = kName; }), StatusIs(kInvalid, "not clear"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.period = "2020"; }), StatusIs(kInvalid, "CALENDAR/ID"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.area = ""; }), StatusIs(kInvalid, "area"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.revision = 0; }), StatusIs(kInvalid, "revision"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.revision = kRevisionMax + 1; }), StatusIs(kInvalid, "revision"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.frozen.state = static_cast<UnitState>(8); }),
              StatusIs(kInvalid, "state"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.frozen.units = kPeriodUnitsMax + 1; }), StatusIs(kInvalid, "state"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock.frozen.covers = {kName, kName}; }), StatusIs(kInvalid, "covers"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) {
                lock = {PeriodAct::kUnlock, "vpcp/2020-08", "001", 1, {}, -1, {}};
              }),
              StatusIs(kInvalid, "until"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock = {PeriodAct::kExempt, "vpcp/2020-08", "001", 1, {}, 0, {}}; }),
              StatusIs(kInvalid, "revision"));
  EXPECT_THAT(LockAfter([](PeriodBody& lock) { lock = {PeriodAct::kLate, "vpcp/2020-08", "001", 0, {}, 0, {}}; }),
              StatusIs(kInvalid, "submission"));
}

TEST(BoundsTest, BranchesStandRightBehindTheirForkAndAreTwoOrMore) {
  const auto review = [](EntryName fork, std::vector<EntryName> branches) {
    const ScopedLanguage english(Language::kEnglish);
    return CheckBounds(Good(ReviewBody{fork, std::move(branches)}));
  };
  const DeviceId device{2};
  EXPECT_THAT(review({device, 0, 0}, {{device, 1, 1}, {device, 1, 2}}), IsOk());
  EXPECT_THAT(review({device, 0, 7}, {{device, 1, 1}, {device, 1, 2}}), StatusIs(kInvalid, "fork"));
  EXPECT_THAT(review(kName, {}), StatusIs(kInvalid, "branches"));
  EXPECT_THAT(review(kName, {{device, 4, 1}}), StatusIs(kInvalid, "branches"));
  EXPECT_THAT(review(kName, {{device, 4, 2}, {device, 4, 1}}), StatusIs(kInvalid, "ascending"));
  EXPECT_THAT(review(kName, {{device, 4, 1}, {device, 5, 2}}), StatusIs(kInvalid, "branches"));
  EXPECT_THAT(review(kName, {{device, 4, 1}, {DeviceId{3}, 4, 2}}), StatusIs(kInvalid, "branches"));
  EXPECT_THAT(review({device, kSeqMax, 1}, {{device, kSeqMax, 1}, {device, kSeqMax, 2}}), StatusIs(kInvalid, "fork"));
}

TEST(BoundsTest, NumbersAtTheBoundsPass) {
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.delta = kNumberMax; }), IsOk());
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.delta = -kNumberMax; }), IsOk());
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.seq = kSeqMax; }), IsOk());
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.day = kDayMin; }), IsOk());
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.day = kDayMax; }), IsOk());
}

TEST(BoundsTest, ProcedureAndChannelMayBeEmpty) {
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.procedure = add.cell.channel = ""; }), IsOk());
}

// ---- errors

TEST(BoundsTest, HeadOutOfBoundsIsRefused) {
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.seq = 0; }), StatusIs(kInvalid, "seq"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.seq = kSeqMax + 1; }), StatusIs(kInvalid, "seq"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.role = static_cast<Role>(0); }), StatusIs(kInvalid, "role"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.role = static_cast<Role>(4); }), StatusIs(kInvalid, "role"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.clock_s = kClockSecondsMax + 1; }), StatusIs(kInvalid, "clock"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.clock_s = INT64_MIN; }), StatusIs(kInvalid, "clock"));
}

TEST(BoundsTest, TextTooLongOrNotUtf8IsRefused) {
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.author.assign(kAuthorBytesMax + 1, 'a'); }), StatusIs(kInvalid, "author"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.note.assign(kNoteBytesMax + 1, 'a'); }), StatusIs(kInvalid, "note"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.note = "\xC0\x80"; }), StatusIs(kInvalid, "UTF-8"));
  const auto restate = [](std::string text) { return CheckBounds(Good(RestateBody{RegisterCell(), std::move(text), {}})); };
  EXPECT_THAT(restate(std::string(kTextValueBytesMax, 'a')), IsOk());
  EXPECT_THAT(restate(std::string(kTextValueBytesMax + 1, 'a')), StatusIs(kInvalid, "value"));
  EXPECT_THAT(restate("\xED\xA0\x80"), StatusIs(kInvalid, "value"));
  EXPECT_THAT(CheckBounds(Good(ImportBody{{}, 1, std::string(kFileNameBytesMax + 1, 'f')})), StatusIs(kInvalid, "file_name"));
}

TEST(BoundsTest, ImportOfMoreRowsThanALogCanHaveIsRefused) {
  EXPECT_THAT(CheckBounds(Good(ImportBody{{}, kSeqMax, "a.csv"})), IsOk());
  EXPECT_THAT(CheckBounds(Good(ImportBody{{}, kSeqMax + 1, "a.csv"})), StatusIs(kInvalid, "rows"));
}

TEST(BoundsTest, TextThatATerminalWouldObeyIsRefused) {
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.author = "An\x1b[2J"; }), StatusIs(kInvalid, "author"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.note = "a\rb"; }), StatusIs(kInvalid, "control"));
  EXPECT_THAT(After([](Entry& entry, AddBody&) { entry.note = "hai\ndòng\tvà một tab"; }), IsOk());
  EXPECT_THAT(CheckBounds(Good(ImportBody{{}, 1, "a\x9b.csv"})), StatusIs(kInvalid, "file_name"));
}

TEST(BoundsTest, CodesAreCodes) {
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.unit = ""; }), StatusIs(kInvalid, "unit"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.measure = ""; }), StatusIs(kInvalid, "measure"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.procedure = "a b"; }), StatusIs(kInvalid, "procedure"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.channel = "a/b"; }), StatusIs(kInvalid, "channel"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.unit.assign(65, 'u'); }), StatusIs(kInvalid, "unit"));
}

TEST(BoundsTest, NumbersThatJsonCannotCarryAreRefused) {
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.delta = kNumberMax + 1; }), StatusIs(kInvalid, "delta"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.typed = -kNumberMax - 1; }), StatusIs(kInvalid, "typed"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.shown = INT64_MIN; }), StatusIs(kInvalid, "shown"));
  EXPECT_THAT(CheckBounds(Good(RestateBody{RegisterCell(), INT64_MAX, {}})), StatusIs(kInvalid, "value"));
  EXPECT_THAT(CheckBounds(Good(RestateBody{RegisterCell(), {}, INT64_MAX})), StatusIs(kInvalid, "shown"));
}

TEST(BoundsTest, DaysOutsideTheCalendarAreRefused) {
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.day = kDayMin - 1; }), StatusIs(kInvalid, "day"));
  EXPECT_THAT(After([](Entry&, AddBody& add) { add.cell.day = kDayMax + 1; }), StatusIs(kInvalid, "day"));
}

TEST(BoundsTest, NamesAreSortedUniqueFewAndOfEntries) {
  const EntryName later{DeviceId{3}, 1, 1};
  EXPECT_THAT(CheckBounds(Good(SawBody{{later, kName}})), StatusIs(kInvalid, "saw"));
  EXPECT_THAT(CheckBounds(Good(SawBody{{kName, kName}})), StatusIs(kInvalid, "saw"));
  EXPECT_THAT(CheckBounds(Good(SawBody{{{DeviceId{3}, 0, 0}}})), StatusIs(kInvalid, "saw"));
  SawBody many;
  for (uint32_t i = 1; i <= kNamesMax + 1; ++i) many.ends.push_back({DeviceId{1}, i, 1});
  EXPECT_THAT(CheckBounds(Good(many)), StatusIs(kInvalid, "saw"));
}

TEST(BoundsTest, ExcludedRangeIsOfOneDeviceAndForward) {
  EXPECT_THAT(CheckBounds(Good(ExcludeBody{false, kName, {DeviceId{9}, 3, 4}})), StatusIs(kInvalid, "first"));
  EXPECT_THAT(CheckBounds(Good(ExcludeBody{false, kName, {DeviceId{2}, 2, 4}})), StatusIs(kInvalid, "first"));
  EXPECT_THAT(CheckBounds(Good(ExcludeBody{false, {DeviceId{2}, 0, 0}, kName})), StatusIs(kInvalid, "first"));
}

TEST(BoundsTest, SubmissionIsBoundedInItsPartsAndAsAWhole) {
  SubmitBody submit{"vpcp/2020-08", {}, {}, false, "", "", {}};
  for (const char* period : {"", "vpcp", "/", "vpcp/", "vpcp/2020/08", "vp cp/1"}) {
    submit.period = period;
    EXPECT_THAT(CheckBounds(Good(submit)), StatusIs(kInvalid, "period")) << period;
  }
  submit.period = "vpcp/2020-08";
  submit.reasons.assign(4, {"late_causes", std::string(1900, 'r')});
  EXPECT_THAT(CheckBounds(Good(submit)), IsOk());
  submit.reasons.assign(5, {"late_causes", std::string(1900, 'r')});
  EXPECT_THAT(CheckBounds(Good(submit)), StatusIs(kInvalid));
  submit.reasons.assign(kReasonsMax + 1, {"late_causes", "r"});
  EXPECT_THAT(CheckBounds(Good(submit)), StatusIs(kInvalid));
  submit.reasons = {{"no code", "r"}};
  EXPECT_THAT(CheckBounds(Good(submit)), StatusIs(kInvalid, "rule"));
}

TEST(BoundsTest, EveryFaultIsListed) {
  const absl::Status status = After([](Entry& entry, AddBody& add) {
    entry.seq = 0;
    entry.note = "\xFF";
    add.cell.unit = "";
    add.delta = INT64_MAX;
  });
  for (const char* field : {"seq", "note", "unit", "delta"}) EXPECT_THAT(std::string(status.message()), HasSubstr(field));
}

// ---- printed forms

TEST(PrintedFormTest, EntryNameReadsBack) {
  const EntryName name{DeviceId{0x3f2a90c1}, 17, 0x9be0aa01c2d3e4f5};
  EXPECT_EQ(FormatEntryName(name), "3f2a90c1-17-9be0aa01c2d3e4f5");
  for (const EntryName& each : {name, EntryName{}, EntryName{DeviceId{1}, kSeqMax, UINT64_MAX}}) {
    const absl::StatusOr<EntryName> again = ParseEntryName(FormatEntryName(each));
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(*again, each);
  }
}

TEST(PrintedFormTest, NoOtherTextIsAnEntryName) {
  for (const char* text : {"", "3f2a90c1", "3f2a90c1-17", "3f2a90c-17-9be0aa01c2d3e4f5", "3f2a90c1-017-9be0aa01c2d3e4f5",
                           "3f2a90c1--9be0aa01c2d3e4f5", "3f2a90c1-17-9be0aa01c2d3e4f", "3f2a90c1-17-9be0aa01c2d3e4f5-",
                           "3f2a90c1-2147483648-9be0aa01c2d3e4f5", "3f2a90c1-99999999999-9be0aa01c2d3e4f5",
                           "3f2a90c1-+7-9be0aa01c2d3e4f5", "3f2a90c1-1x-9be0aa01c2d3e4f5", "3f2a90cg-17-9be0aa01c2d3e4f5", "3f2a90c1-0-9be0aa01c2d3e4f5"}) {
    EXPECT_THAT(ParseEntryName(text), StatusIs(kInvalid)) << text;
  }
}

TEST(PrintedFormTest, NamesOrderByDeviceThenSeqThenHash) {
  EXPECT_LT((EntryName{DeviceId{1}, 9, 9}), (EntryName{DeviceId{2}, 1, 1}));
  EXPECT_LT((EntryName{DeviceId{1}, 1, 9}), (EntryName{DeviceId{1}, 2, 1}));
  EXPECT_LT((EntryName{DeviceId{1}, 1, 1}), (EntryName{DeviceId{1}, 1, UINT64_MAX}));
}

TEST(PrintedFormTest, DeviceReadsBack) {
  EXPECT_EQ(FormatDevice(DeviceId{0xC1}), "000000c1");
  EXPECT_EQ(*ParseDevice("000000C1"), DeviceId{0xC1});
  for (const char* text : {"", "c1", "0x0000c1", "000000c1 ", "+00000c1"}) EXPECT_THAT(ParseDevice(text), StatusIs(kInvalid)) << text;
}

TEST(PrintedFormTest, CellReadsBackWithEmptyPartsEmpty) {
  EXPECT_EQ(FormatCell(CounterCell()), "00019/2020-08-31/1.001193/counter/received");
  const Cell desk_wide{"00019", Day{18505}, "", "", "desk_staff"};
  EXPECT_EQ(FormatCell(desk_wide), "00019/2020-08-31///desk_staff");
  for (const Cell& cell : {CounterCell(), desk_wide}) EXPECT_EQ(*ParseCell(FormatCell(cell)), cell);
}

TEST(PrintedFormTest, NoOtherTextIsACell) {
  for (const char* text : {"", "00019", "/2020-08-31///m", "u/2020-08-31///", "u/2020-02-30///m", "u/2020-08-31//m",
                           "u/2020-08-31////m", "u/2020-08-31/a b//m", "u/2020-08-31//a b/m", "u/31/08/2020//m"}) {
    EXPECT_THAT(ParseCell(text), StatusIs(kInvalid)) << text;
  }
}

TEST(PrintedFormTest, ValuesPrintPlain) {
  EXPECT_EQ(FormatValue({}), "");
  EXPECT_EQ(FormatValue(int64_t{51378}), "51378");
  EXPECT_EQ(FormatValue(int64_t{-5}), "-5");
  EXPECT_EQ(FormatValue(std::string("Đạt")), "Đạt");
}

TEST(BoundsTest, ASignerThatIsTooLongIsSaidOnce) {
  Entry entry = GoodAdd();
  entry.author = std::string(kAuthorBytesMax + 1, 'x');
  SubmitBody submit;
  submit.period = "vpcp/2020-08";
  submit.signer = entry.author;
  entry.body = submit;
  const std::string said(CheckBounds(entry).message());
  EXPECT_EQ(said.find("author"), std::string::npos) << said;
  EXPECT_NE(said.find("signer"), std::string::npos) << said;
}

}  // namespace
}  // namespace motcua
