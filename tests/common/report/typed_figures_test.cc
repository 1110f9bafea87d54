// Figures typed from paper: taken whole or refused whole, every fault with its line.
#include "common/report/typed_figures.h"

#include <gmock/gmock.h>

#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TypedFiguresTest : public testing::Test {
 protected:
  TypedFiguresTest() {
    catalog_.Measured("method", MeasureKind::kChoice).desk_wide = true;
    catalog_.data.measures.back().choices = {"0", "1"};
    catalog_.data.measures.back().choice_names = {{"Trực tuyến", "Online"}, {"Phát phiếu", "Paper"}};
    catalog_.data.rates.push_back({"on_time", 1, {"Tỷ lệ", ""}, Q("resolved_on_time"), Q("resolved"), {}});
    Form& form = catalog_.Tall("F");
    form.rows = {SmallCatalog::Row("total", "Tổng", Q("resolved")), SmallCatalog::Row("on_time", "Đúng hạn", Q("resolved_on_time")),
                 SmallCatalog::Row("late", "Quá hạn", Q("resolved_late")), SmallCatalog::Row("rate", "Tỷ lệ", {}),
                 SmallCatalog::Row("method", "Hình thức", Q("method")), SmallCatalog::Row("head", "Mục", {}),
                 SmallCatalog::Row("field", "Lĩnh vực", Q("received"))};
    form.rows[3].rate = "on_time";
    form.rows[5].heading = true;
    form.rows[6].per_field = true;
  }

  Rule& Parts(std::vector<Part> left, std::vector<Part> right, Compare compare = Compare::kEqual) {
    Rule& rule = catalog_.Ruled("sum_parts", RuleScope::kForm, compare, {}, {});
    rule.form = "F";
    rule.left_part = std::move(left);
    rule.right_part = std::move(right);
    return rule;
  }

  absl::StatusOr<Report> Read(const std::string& csv) {
    built_ = catalog_.Build();
    return ReadTypedFigures(*built_, *built_->FindForm("F"), csv);
  }
  std::vector<std::string> Found(const std::string& rows) {
    const auto report = Read("row,column,value\n" + rows);
    EXPECT_THAT(report, IsOk());
    std::vector<std::string> found;
    for (const Finding& f : CheckTyped(*built_, *report)) found.push_back(absl::StrCat(f.row, " ", f.left, ":", f.right));
    return found;
  }
  std::vector<std::string> Faults(const std::string& csv) {
    const auto report = Read(csv);
    EXPECT_THAT(report, StatusIs(absl::StatusCode::kInvalidArgument));
    return absl::StrSplit(std::string(report.status().message()), '\n');
  }

  const ScopedLanguage english_{Language::kEnglish};
  SmallCatalog catalog_;
  std::shared_ptr<const Catalog> built_;
};

TEST_F(TypedFiguresTest, AReportWrittenAsCsvIsReadBack) {
  MemoryFacts facts;
  facts.Put("C1", "2020-02-01", "P1", "counter", "resolved_on_time", int64_t{3});
  facts.Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{3});
  facts.Put("C1", "2020-02-01", "", "", "method", std::string("1"));
  built_ = catalog_.Build();
  const auto made = MakeReport(*built_, facts, "F", "001", "Q1", {.compare_rates = true});
  ASSERT_THAT(made, IsOk());
  const auto read = Read(ReportAsCsv(*made));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->rows[1].figures[0].number, 3);
  EXPECT_EQ(read->rows[3].figures[0].text, "100.00");
  EXPECT_EQ(read->rows[3].figures[0].kind, Figure::Kind::kDecimal);
}

TEST_F(TypedFiguresTest, ChoicesAreTypedAsCodeOrName) {
  for (const char* answer : {"1", "Phát phiếu", "Paper", ""}) {
    EXPECT_THAT(Read(std::string("row,column,value\nmethod,value,") + answer + "\n"), IsOk()) << answer;
  }
}

TEST_F(TypedFiguresTest, ASideIsKnownWhereAPartIsAndBlankPartsCountZero) {
  Parts({{"total", ""}}, {{"on_time", ""}, {"late", ""}});
  EXPECT_THAT(Found("total,value,5\non_time,value,5\n"), IsEmpty());
  EXPECT_THAT(Found("total,value,5\non_time,value,4\n"), ElementsAre("total 5:4"));
  EXPECT_THAT(Found("total,value,5\n"), IsEmpty()) << "nothing to hold it against";
  EXPECT_THAT(Found("on_time,value,4\n"), IsEmpty());
}

TEST_F(TypedFiguresTest, ABlankSideCountsZeroWhereTheRuleSaysSo) {
  Parts({{"total", ""}}, {{"on_time", ""}, {"late", ""}}).blank_is_zero = true;
  EXPECT_THAT(Found("total,value,5\n"), ElementsAre("total 5:0"));
  EXPECT_THAT(Found("late,value,5\n"), ElementsAre("total 0:5"));
  EXPECT_THAT(Found("total,value,0\n"), IsEmpty());
  EXPECT_THAT(Found(""), IsEmpty());
}

TEST_F(TypedFiguresTest, ARuleWithAConditionIsJudgedWhereItHolds) {
  Rule& rule = Parts({{"total", ""}}, {{"on_time", "", 2}});
  rule.when_left = {{"late", ""}};
  rule.when_right = {{"field", ""}};
  EXPECT_THAT(Found("total,value,5\non_time,value,1\nlate,value,1\nfield,value,1\n"), ElementsAre("total 5:2"));
  EXPECT_THAT(Found("total,value,5\non_time,value,1\nlate,value,1\nfield,value,2\n"), IsEmpty());
  EXPECT_THAT(Found("total,value,5\non_time,value,1\nlate,value,1\n"), IsEmpty()) << "not known";
}

TEST_F(TypedFiguresTest, APrintedRateAgreesWithinItsDigits) {
  Parts({{"rate", ""}}, {{"on_time", ""}, {"total", ""}}, Compare::kRate);
  const std::string counts = "on_time,value,51052\ntotal,value,51195\n";
  for (const char* agrees : {"99.7206758", "99.72", "99.73", "99.7", "100", "99", ""}) {
    EXPECT_THAT(Found(counts + "rate,value," + agrees + "\n"), IsEmpty()) << agrees;
  }
  EXPECT_THAT(Found(counts + "rate,value,99.74\n"), ElementsAre("rate 9974:9972"));
  EXPECT_THAT(Found(counts + "rate,value,0\n"), ElementsAre("rate 0:100"));
  EXPECT_THAT(Found("total,value,223\nrate,value,0\n"), ElementsAre("rate 0:0")) << "a rate beside a blank numerator";
  EXPECT_THAT(Found("on_time,value,3\nrate,value,7\n"), IsEmpty()) << "no denominator";
}

TEST_F(TypedFiguresTest, FieldsStandUnderTheirRow) {
  Parts({{"field", ""}}, {{"field/civil", ""}, {"field/land", ""}});
  EXPECT_THAT(Found("field,value,3\nfield/civil,value,1\nfield/land,value,2\n"), IsEmpty());
  EXPECT_THAT(Found("field,value,3\nfield/land,value,2\n"), ElementsAre("field 3:2"));
}

// ---- What is refused. ----

TEST_F(TypedFiguresTest, EveryFaultIsToldWithItsLineAndNothingIsTaken) {
  EXPECT_EQ(Faults("row,column,value,note\n"
                   "total,value,\"1.234,5\",\n"
                   "on_time,value,-3,\n"
                   "late,value,Tỷ lệ %,\n"
                   "rate,value,\"99,72\",\n"
                   "method,value,2,\n"
                   "head,value,1,\n"
                   "tota,value,1,\n"
                   "total,q1,1,\n"
                   "field/tax,value,1,\n"
                   "field,value,12.5,\n"
                   "field/land,value,7,\n"
                   "field/land,value,7,\n"
                   "field/civil,value\n"),
            (std::vector<std::string>{
                "line 2: \"1.234,5\" is not a whole number; write digits alone, like 1234, or leave it blank.",
                "line 3: \"-3\" is negative; counts are not, check it.",
                "line 4: \"Tỷ lệ %\" is not a whole number; write digits alone, like 1234, or leave it blank.",
                "line 5: \"99,72\" is not a rate; write it like 99.72, or leave it blank.",
                "line 6: \"2\" is not a choice; use one of: 0, 1, Online, Paper.",
                "line 7: row head is a heading and has no figures; leave it blank.",
                "line 8: form F has no row \"tota\"; see report --rows.",
                "line 9: form F has no column \"q1\"; its columns are value.",
                "line 10: form F has no row \"field/tax\"; see report --rows.",
                "line 11: \"12.5\" is not a whole number; write digits alone, like 1234, or leave it blank.",
                "line 13: row field/land column value already stands in line 12; keep one of them.",
                "line 14: the row has 2 fields and the header 4 columns; write one field per column."}));
}

TEST_F(TypedFiguresTest, AHeaderThatDoesNotSayWhatIsWhatIsRefused) {
  EXPECT_THAT(Faults(""), ElementsAre("line 1: the header is wrong: the file has no lines; use the columns row,column,value."));
  EXPECT_THAT(Faults("row,value\n"), ElementsAre("line 1: the header is wrong: the column column is missing; use the columns row,column,value."));
  EXPECT_THAT(Faults("row,row,value\n"), ElementsAre("line 1: the header is wrong: the column row stands twice; use the columns row,column,value."));
  EXPECT_THAT(Faults("row,column,value,why\n"), ElementsAre("line 1: the header is wrong: there is no column \"why\"; use the columns row,column,value."));
}

TEST_F(TypedFiguresTest, NumbersBeyondWhatCountsHoldAndHugeFilesAreRefused) {
  EXPECT_EQ(Faults("row,column,value\ntotal,value,99999999999999999999\n").size(), 1u);
  EXPECT_EQ(Faults("row,column,value\nrate,value,1234567890123456789\n").size(), 1u);
  EXPECT_EQ(Faults("row,column,value\nrate,value,1.12345678901\n").size(), 1u);
  EXPECT_EQ(Faults(std::string(kTypedFiguresBytesMax + 1, 'x')).size(), 1u);
  std::string many = "row,column,value\n";
  for (int i = 0; i < 150; ++i) many += "nowhere,value,1\n";
  EXPECT_EQ(Faults(many).back(), "… and 50 more.");
}

}  // namespace
}  // namespace motcua
