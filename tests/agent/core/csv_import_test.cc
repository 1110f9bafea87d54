#include "agent/core/csv_import.h"

#include "absl/strings/str_replace.h"
#include "agent/core/desk_facts.h"
#include "tests/agent/core/desk_world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr char kHeader[] = "day,procedure,channel,measure,action,value,note\n";
constexpr char kGood[] = "2020-03-02,1.001193,counter,received,add,1,\n";

class CsvImportTest : public ::testing::Test {
 protected:
  CsvImportTest() : language_(Language::kEnglish) {}

  absl::StatusOr<ImportAnswer> Import(const std::string& bytes, bool again = false, bool dry_run = false) {
    ImportRequest request;
    request.bytes = bytes;
    request.file_name = "march.csv";
    request.again = again;
    request.dry_run = dry_run;
    return ImportCsv(*world_.desk, request);
  }
  // Refused with each of `parts` in the message, and nothing written.
  void ExpectRefused(const std::string& bytes, const std::vector<std::string>& parts) {
    const std::size_t before = world_.entry_count();
    for (const std::string& part : parts)
      EXPECT_THAT(Import(bytes), StatusIs(absl::StatusCode::kInvalidArgument, part));
    EXPECT_EQ(world_.entry_count(), before);
    EXPECT_EQ(world_.store.entries.size(), before);
  }

  ScopedLanguage language_;
  DeskWorld world_;
};

TEST_F(CsvImportTest, RowsAreStoredInOneWriteBehindAnEntryWithTheFilesDigest) {
  const int before = world_.store.applied;
  const std::string file =
      absl::StrCat(kHeader, kGood, kGood, "2020-03-02,1.001193,counter,opening,set,40,kiểm kê\n");
  absl::StatusOr<ImportAnswer> answer = Import(file);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->rows, 3u);
  EXPECT_EQ(world_.store.applied, before + 1);
  EXPECT_EQ(std::get<ImportBody>(world_.desk->log().OwnEntryAt(1).body),
            (ImportBody{Sha256(file), 3, "march.csv"}));
  EXPECT_EQ(world_.desk->log().own_end().seq, 4u);
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{2}));
  EXPECT_EQ(world_.Shown("opening"), Value(int64_t{40}));
  EXPECT_EQ(world_.desk->log().OwnEntryAt(4).note, "kiểm kê");
}

TEST_F(CsvImportTest, ColumnsInAnyOrderSemicolonByteOrderMarkAndCrLfAreRead) {
  ASSERT_THAT(Import("\xEF\xBB\xBFvalue;note;action;measure;channel;procedure;day\r\n"
                     "2;\"a;b \"\"c\"\"\";add;received;counter;1.001193;2020-03-02\r\n"),
              IsOk());
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{2}));
  EXPECT_EQ(world_.desk->log().OwnEntryAt(2).note, "a;b \"c\"");
}

TEST_F(CsvImportTest, TheNoteColumnAndTheLastLineBreakMayBeMissing) {
  ASSERT_THAT(
      Import("day,procedure,channel,measure,action,value\n2020-03-02,1.001193,counter,received,add,4"),
      IsOk());
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{4}));
}

TEST_F(CsvImportTest, DeskWideMeasuresLeaveProcedureAndChannelEmpty) {
  ASSERT_THAT(Import(absl::StrCat(kHeader, "2020-03-02,,,apology_letter,add,2,\n")), IsOk());
  EXPECT_EQ(world_.Shown("apology_letter"), Value(int64_t{2}));
}

TEST_F(CsvImportTest, SetOfAFlowIsAgainstTheRunningOwnPart) {
  ASSERT_THAT(world_.Add(10), IsOk());
  const std::string set = "2020-03-02,1.001193,counter,received,set,";
  ASSERT_THAT(Import(absl::StrCat(kHeader, set, "25,\n", kGood, set, "30,\n")), IsOk());
  EXPECT_EQ(std::get<AddBody>(world_.desk->log().OwnEntryAt(3).body).delta, 15);
  EXPECT_EQ(std::get<AddBody>(world_.desk->log().OwnEntryAt(5).body).delta, 4);
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{30}));
}

TEST_F(CsvImportTest, DryRunChecksEverythingAndWritesNothing) {
  absl::StatusOr<ImportAnswer> answer = Import(absl::StrCat(kHeader, kGood), false, /*dry_run=*/true);
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->written);
  EXPECT_EQ(world_.entry_count(), 0u);
}

TEST_F(CsvImportTest, TheSameFileCountsAgainOnlyWhenAskedTo) {
  const std::string file = absl::StrCat(kHeader, kGood);
  ASSERT_THAT(Import(file), IsOk());
  EXPECT_THAT(Import(file), StatusIs(absl::StatusCode::kAlreadyExists, "--again"));
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{1}));
  ASSERT_THAT(Import(file, /*again=*/true), IsOk());
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{2}));
}

TEST_F(CsvImportTest, TheSameFileSavedAnewByASpreadsheetIsTheSameFile) {
  const std::string file = absl::StrCat(kHeader, kGood);
  ASSERT_THAT(Import(file), IsOk());
  const std::string carriage = absl::StrReplaceAll(file, {{"\n", "\r\n"}});
  for (const std::string& anew : {carriage, "\xEF\xBB\xBF" + file, file + "\n", "\xEF\xBB\xBF" + carriage + "\r\n",
                                  file.substr(0, file.size() - 1), absl::StrReplaceAll(file, {{",", ";"}})}) {
    EXPECT_THAT(Import(anew), StatusIs(absl::StatusCode::kAlreadyExists, "--again")) << anew;
  }
  EXPECT_EQ(world_.Shown("received"), Value(int64_t{1}));
}

TEST_F(CsvImportTest, TheSameFileIsNamedAsThatAlsoWhereItsRowsNoLongerFitTheNumbers) {
  ASSERT_THAT(world_.Add(5), IsOk());
  const std::string file = absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add,-5,\n");
  ASSERT_THAT(Import(file), IsOk());
  EXPECT_THAT(Import(file), StatusIs(absl::StatusCode::kAlreadyExists, "--again"));
}

TEST_F(CsvImportTest, TheSameFileFromAnotherDeskOfTheUnitIsRefusedToo) {
  const std::string file = absl::StrCat(kHeader, kGood);
  LogPlan plan(&world_.desk->log().ledger());
  Entry import;
  import.device = DeviceId{0x22};
  import.seq = 1;
  import.body = ImportBody{Sha256(file), 1, "x.csv"};
  ASSERT_THAT(plan.Add({DeviceId{0x22}, 0, 0}, import), IsOk());
  ASSERT_THAT(world_.desk->log().ApplyExchange(plan, world_.desk->log().state(), {}, {}), IsOk());
  EXPECT_THAT(Import(file), StatusIs(absl::StatusCode::kAlreadyExists, "00000022"));
}

TEST_F(CsvImportTest, AnImportOfObservationsAfterOthersArrivedBeginsWithASaw) {
  LogPlan plan(&world_.desk->log().ledger());
  Entry other;
  other.device = DeviceId{0x22};
  other.seq = 1;
  other.body = RestateBody{DeskWorld::CellOf("opening"), int64_t{41}, {}};
  ASSERT_THAT(plan.Add({DeviceId{0x22}, 0, 0}, other), IsOk());
  ASSERT_THAT(world_.desk->log().ApplyExchange(plan, world_.desk->log().state(), {}, {}), IsOk());
  ASSERT_THAT(Import(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,opening,set,40,\n")), IsOk());
  EXPECT_EQ(world_.desk->log().OwnEntryAt(1).kind(), EntryKind::kSaw);
  EXPECT_EQ(world_.desk->log().OwnEntryAt(2).kind(), EntryKind::kImport);
  EXPECT_EQ(world_.Shown("opening"), Value(int64_t{40}));
  EXPECT_TRUE(world_.desk->Status().conflicts.empty());
}

TEST_F(CsvImportTest, FactsForReportsComeFromTheSameCells) {
  ASSERT_THAT(Import(absl::StrCat(kHeader, kGood, kGood)), IsOk());
  const DeskFacts facts(&world_.desk->log(), world_.desk->catalog().get());
  int64_t received = 0;
  ASSERT_THAT(facts.ForEachFact(kUnit, kDay, kDay,
                                [&](const Fact& fact) { received += std::get<int64_t>(*fact.value); }),
              IsOk());
  EXPECT_EQ(received, 2);
  EXPECT_TRUE(*facts.HasEntries(kUnit, kDay, kDay));
  EXPECT_FALSE(*facts.HasEntries(kUnit, kDay + 1, kDay + 1));
  EXPECT_FALSE(*facts.HasEntries("00022", kDay, kDay));
}

// Errors.

TEST_F(CsvImportTest, AWrongHeaderIsNamed) {
  ExpectRefused("date,procedure,channel,measure,action,value,note\n",
                {"line 1", "header", "\"date\"", "day,procedure"});
  ExpectRefused("day,procedure,channel,measure,action,note\n", {"\"value\" is missing"});
  ExpectRefused("day,day,procedure,channel,measure,action,value\n", {"stands twice"});
  ExpectRefused("", {"empty"});
  ExpectRefused(kHeader, {"no rows"});
}

TEST_F(CsvImportTest, NumbersAndDaysThatMeanDifferentThingsToDifferentPeopleAreRefusedByLine) {
  const std::string row = "2020-03-02,1.001193,counter,received,add,";
  ExpectRefused(absl::StrCat(kHeader, kGood, row, "1.234,\n"), {"line 3", "\"1.234\""});
  ExpectRefused(absl::StrCat(kHeader, row, "\"1,5\",\n"), {"line 2", "\"1,5\""});
  ExpectRefused(absl::StrCat(kHeader, "31/08/2020,1.001193,counter,received,add,1,\n"),
                {"line 2", "31/08/2020"});
  for (const char* number : {"", "-", "+1", " 1", "1e3", "0x10", "99999999999999999999"}) {
    ExpectRefused(absl::StrCat(kHeader, row, "\"", number, "\",\n"), {"line 2"});
  }
}

TEST_F(CsvImportTest, BadUtf8QuotesWidthAndActionAreRefusedByLine) {
  ExpectRefused(absl::StrCat(kHeader, kGood, "2020-03-02,1.001193,counter,received,add,1,\xFF\n"),
                {"line 3", "UTF-8"});
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add,1,\"open\n"),
                {"line 2", "quote"});
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add,\"1\"2,\n"),
                {"line 2", "quote"});
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add\n"),
                {"line 2: the row has 5 fields", "7 columns"});
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,take,1,\n"),
                {"line 2", "\"take\""});
}

TEST_F(CsvImportTest, AStrayQuoteSpoilsItsLineOnly) {
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add,1,\"open\n", kGood,
                             "2020-03-02,1.001193,counter,received,add,x,\n"),
                {"line 2", "line 4"});
}

TEST_F(CsvImportTest, ALineOfTenMegabytesIsRefusedByItsNumber) {
  ExpectRefused(absl::StrCat(kHeader, std::string(10 * 1024 * 1024, 'x'), "\n", kGood),
                {"line 2", "10485760 bytes"});
}

TEST_F(CsvImportTest, EveryFaultOfALargeFileIsListedAndNothingIsApplied) {
  std::string file = kHeader;
  for (int line = 2; line < 7000; ++line) file += kGood;
  file += "2020-03-02,1.001193,counter,received,add,x,\n" + std::string(kGood) +
          "2020-03-02,9.9,counter,received,add,1,\n";
  ExpectRefused(file, {"line 7000: \"x\"", "line 7002", "9.9"});
}

TEST_F(CsvImportTest, AFileWithoutARightRowListsItsFaultsUpToABound) {
  std::string file = kHeader;
  for (std::size_t i = 0; i < kFaultsListedMax + 150; ++i)
    file += "2020-03-02,1.001193,counter,received,add,x,\n";
  ExpectRefused(file, {absl::StrCat("line ", kFaultsListedMax + 1, ": "), "… and 150 more."});
  const std::string message(Import(file).status().message());
  EXPECT_EQ(message.find(absl::StrCat("line ", kFaultsListedMax + 2, ": ")), std::string::npos);
}

TEST_F(CsvImportTest, ARowThatTakesMoreAwayThanTheRowsAboveLeftIsFound) {
  const std::string take = "2020-03-02,1.001193,counter,received,add,-2,\n";
  ExpectRefused(absl::StrCat(kHeader, kGood, take, kGood), {"line 3", "own part"});
  EXPECT_THAT(Import(absl::StrCat(kHeader, kGood, kGood, take)), IsOk());
}

TEST_F(CsvImportTest, ADayAfterTodayIsRefusedByLine) {
  ExpectRefused(absl::StrCat(kHeader, "2020-03-06,1.001193,counter,received,add,1,\n"),
                {"line 2", "--day-confirmed"});
}

TEST_F(CsvImportTest, ADiskThatFillsLeavesNothingOfTheFile) {
  world_.store.fail_next = absl::ResourceExhaustedError("disk full");
  const std::string file = absl::StrCat(kHeader, kGood, kGood);
  EXPECT_THAT(Import(file), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(world_.entry_count(), 0u);
  EXPECT_THAT(Import(file), IsOk()) << "it was not imported, so it is no repeat";
}

TEST_F(CsvImportTest, FaultsAreListedInVietnameseToo) {
  ScopedLanguage vietnamese(Language::kVietnamese);
  ExpectRefused(absl::StrCat(kHeader, "2020-03-02,1.001193,counter,received,add,1.234,\n"),
                {"dòng 2", "số nguyên", "Chưa ghi dòng nào"});
}

}  // namespace
}  // namespace motcua
