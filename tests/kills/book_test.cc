// The book is what a storm of kills is judged by, so each thing it must notice is shown to it once.
//
// It should notice: an entry that is lost, doubled, altered, half of a file, nobody's, refused and there all
// the same, gone again after a look, and one that a receipt named; and what a restore named is no loss, until it is
// back.
#include "tests/kills/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace motcua::kills {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUnit[] = "00019";
constexpr char kCell[] = "00019/2020-03-02/1.001193/counter/received";

Asked Number(const std::string& note, int64_t value) { return {note, "add", kCell, value, "", false}; }

// As `ledger show --json` lists it.
Json Entry(int seq, const std::string& note, int64_t delta) {
  return {{"entry", absl::StrCat("a1b2c3d4-", seq, "-00")},
          {"seq", seq},
          {"kind", "add"},
          {"note", note},
          {"cell", kCell},
          {"delta", delta}};
}
Json Exclusion(int seq, const std::string& note, const std::string& target, const char* detail) {
  return {{"entry", absl::StrCat("00000000-", seq, "-00")},
          {"seq", seq},
          {"kind", "exclude"},
          {"note", note},
          {"cell", ""},
          {"first", target},
          {"last", target},
          {"detail", detail}};
}

class BookTest : public ::testing::Test {
 protected:
  std::size_t Begin(std::vector<Asked> asked) { return book_.Begin({kUnit, std::move(asked), {}, ""}); }
  void Told(std::vector<Asked> asked, Answer answer, const std::string& entry) {
    book_.Answered(Begin(std::move(asked)), answer, entry);
  }
  std::vector<std::string> Compare(const Json& entries) { return book_.Compare(kUnit, entries); }

  Book book_;
};

TEST_F(BookTest, WhatWasConfirmedAndIsThereOnceIsInOrder) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "a1b2c3d4-1-00");
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 4)})), IsEmpty());
  EXPECT_EQ(book_.Sums(kUnit).at(kCell), 4);
}

TEST_F(BookTest, ALostEntryIsNamed) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "a1b2c3d4-1-00");
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("lost: add \"record-1\"")));
}

TEST_F(BookTest, ADoubledEntryIsNamed) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "");
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 4), Entry(2, "record-1", 4)})),
              ElementsAre(HasSubstr("doubled")));
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 4), Entry(1, "record-1", 4)})),
              ElementsAre(HasSubstr("listed twice"), HasSubstr("is there 2 times")));
}

TEST_F(BookTest, AnotherNumberOrNameIsNamed) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "a1b2c3d4-1-00");
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 5)})), ElementsAre(HasSubstr("altered")));
  EXPECT_THAT(Compare(Json::array({Entry(2, "record-1", 4)})), ElementsAre(HasSubstr("another name")));
}

TEST_F(BookTest, ARefusedEntryThatIsThereIsNamed) {
  Told({Number("record-1", 4)}, Answer::kRefused, "");
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 4)})), ElementsAre(HasSubstr("not to be there")));
}

TEST_F(BookTest, AnEntryThatNobodyAskedForIsNamed) {
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-9", 4)})), ElementsAre(HasSubstr("nobody's")));
}

TEST_F(BookTest, WhatWasNotKnownMayBeThereOrNotAndThenStaysSo) {
  Begin({Number("record-1", 4)});
  Begin({Number("record-2", 5)});
  const Json both = Json::array({Entry(1, "record-1", 4), Entry(2, "record-2", 5)});
  const Json first = Json::array({Entry(1, "record-1", 4)});
  EXPECT_THAT(Compare(first), IsEmpty());
  EXPECT_THAT(Compare(both), ElementsAre(HasSubstr("not to be there: add \"record-2\"")));
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("lost: add \"record-1\"")));
}

TEST_F(BookTest, WhatWasAskedAgainAfterALookMayBeThere) {
  const std::size_t attempt = Begin({Number("record-1", 4)});
  EXPECT_THAT(Compare(Json::array()), IsEmpty());
  book_.AskedAgain(attempt);
  EXPECT_THAT(Compare(Json::array({Entry(1, "record-1", 4)})), IsEmpty());
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("lost: add \"record-1\"")));
}

TEST_F(BookTest, HalfOfAFileIsNamedWhicheverHalfItIs) {
  Begin({Number("import-1-1", 4), Number("import-1-2", 5)});
  EXPECT_THAT(Compare(Json::array({Entry(1, "import-1-1", 4)})), ElementsAre(HasSubstr("not to be there")));
  Begin({Number("import-2-1", 4), Number("import-2-2", 5)});
  EXPECT_THAT(Compare(Json::array({Entry(2, "import-2-2", 5)})), ElementsAre(HasSubstr("lost")));
}

TEST_F(BookTest, WhatAReceiptNamedMayNotBeMissing) {
  book_.Promised(kUnit, "a1b2c3d4-1-00");
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("a receipt named")));
  EXPECT_THAT(Book::CompareBackup(book_.promises().at(kUnit), Json::array()),
              ElementsAre(HasSubstr("not in the backup")));
}

TEST_F(BookTest, SumsLeaveOutWhatIsExcludedUntilItIsTakenBack) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "");
  Told({Number("record-2", 5)}, Answer::kConfirmed, "");
  Told({{"exclude-3", "exclude", "", 0, "a1b2c3d4-1-00", false}}, Answer::kConfirmed, "");
  Json entries = Json::array({Entry(1, "record-1", 4), Entry(2, "record-2", 5),
                              Exclusion(1, "exclude-3", "a1b2c3d4-1-00", "exclude")});
  EXPECT_THAT(Compare(entries), IsEmpty());
  EXPECT_EQ(book_.Sums(kUnit).at(kCell), 5);
  Told({{"include-4", "exclude", "", 0, "a1b2c3d4-1-00", true}}, Answer::kConfirmed, "");
  entries.push_back(Exclusion(2, "include-4", "a1b2c3d4-1-00", "include"));
  EXPECT_THAT(Compare(entries), IsEmpty());
  EXPECT_EQ(book_.Sums(kUnit).at(kCell), 9);
}

// ---- what a restore of the hub takes away

TEST_F(BookTest, WhatTheHubWroteMayBeGoneWhenARestoreNamedItAndStaysOnceItIsBack) {
  Attempt attempt{kUnit, {{"exclude-3", "exclude", "", 0, "a1b2c3d4-1-00", false}}, {}, "", /*by_hub=*/true};
  book_.Answered(book_.Begin(attempt), Answer::kConfirmed, "");
  attempt.asked.front().note = "exclude-31";
  book_.Answered(book_.Begin(attempt), Answer::kConfirmed, "");
  const Json other = Exclusion(2, "exclude-31", "a1b2c3d4-1-00", "exclude");
  book_.RestoredAway("00019 exclude a1b2c3d4-1-00  exclude-3\n");
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("lost: exclude \"exclude-31\"")));
  EXPECT_THAT(Compare(Json::array({other})), IsEmpty());
  EXPECT_EQ(book_.gone(), 1);
  EXPECT_THAT(Compare(Json::array({other, Exclusion(1, "exclude-3", "a1b2c3d4-1-00", "exclude")})), IsEmpty());
  EXPECT_EQ(book_.gone(), 0);
  EXPECT_THAT(Compare(Json::array({other})), ElementsAre(HasSubstr("lost: exclude \"exclude-3\"")));
}

TEST_F(BookTest, AnExclusionThatComesBackAfterAnotherWasLiftedStands) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "");
  Attempt attempt{kUnit, {{"exclude-2", "exclude", "", 0, "a1b2c3d4-1-00", false}}, {}, "", /*by_hub=*/true};
  book_.Answered(book_.Begin(attempt), Answer::kConfirmed, "");
  attempt.asked.front().note = "exclude-3";
  book_.RestoredAway("exclude-2");
  book_.Answered(book_.Begin(attempt), Answer::kConfirmed, "");
  Json entries = Json::array({Entry(1, "record-1", 4), Exclusion(1, "exclude-3", "a1b2c3d4-1-00", "exclude")});
  EXPECT_THAT(Compare(entries), IsEmpty());
  attempt.asked.front() = {"include-4", "exclude", "", 0, "a1b2c3d4-1-00", true};
  book_.Answered(book_.Begin(attempt), Answer::kConfirmed, "");
  entries.push_back(Exclusion(2, "include-4", "a1b2c3d4-1-00", "include"));
  EXPECT_THAT(Compare(entries), IsEmpty());
  EXPECT_EQ(book_.Sums(kUnit).at(kCell), 4);
  Json back = Exclusion(1, "exclude-2", "a1b2c3d4-1-00", "exclude");
  back["entry"] = "00000000-1-01";
  entries.push_back(back);
  EXPECT_THAT(Compare(entries), IsEmpty());
  EXPECT_EQ(book_.Sums(kUnit).count(kCell), 0u);
}

TEST_F(BookTest, WhatADeskWroteMayNotBeGoneWhateverARestoreNames) {
  Told({Number("record-1", 4)}, Answer::kConfirmed, "");
  book_.RestoredAway("record-1");
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("lost: add \"record-1\"")));
}

TEST_F(BookTest, AClosedListAndAnAcknowledgementAreLookedForToo) {
  Told({{"close-1", "review", "", 0, "a1b2c3d4-1-00", false}}, Answer::kConfirmed, "");
  Told({{"seen-2", "saw", "", 0, "", false}}, Answer::kConfirmed, "");
  EXPECT_THAT(Compare(Json::array()), ElementsAre(HasSubstr("close-1"), HasSubstr("seen-2")));
  const auto entry = [](int seq, const char* kind, const char* note, const char* detail) {
    Json json = Entry(seq, note, 0);
    json["kind"] = kind;
    json["detail"] = detail;
    return json;
  };
  EXPECT_THAT(Compare(Json::array({entry(1, "review", "close-1", "a1b2c3d4-1-00 a1b2c3d4-2-01"),
                                   entry(2, "saw", "seen-2", ""), entry(3, "saw", "", "")})),
              IsEmpty());
  EXPECT_THAT(Compare(Json::array({entry(1, "review", "close-1", "a1b2c3d4-9-00"), entry(2, "saw", "seen-2", ""),
                                   entry(3, "saw", "seen-2", "")})),
              ElementsAre(HasSubstr("altered"), HasSubstr("is there 2 times")));
}

}  // namespace
}  // namespace motcua::kills
