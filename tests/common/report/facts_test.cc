#include "common/report/facts.h"

#include "common/base/language.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

class FactsTest : public ::testing::Test {
 protected:
  FactsTest() {
    catalog_.data.rates.push_back({"on_time", 1, {"Tỷ lệ", ""}, Q("resolved_on_time"), Q("resolved"), {}});
    built_ = catalog_.Build();
  }
  void Put(const std::string& unit, const std::string& day, const std::string& procedure, const std::string& channel,
           const std::string& measure, Value value) {
    facts_.Put(unit, day, procedure, channel, measure, std::move(value));
  }
  std::string List(std::vector<std::string> dimensions, std::vector<std::string> measures = {},
                   const std::string& unit = "001") {
    const auto table = ListFacts(*built_, facts_, {unit, D("2020-01-01"), D("2020-03-31"), dimensions, measures});
    EXPECT_THAT(table, IsOk());
    return table.ok() ? FactsAsCsv(*table) : "";
  }
  absl::Status Refusal(std::vector<std::string> dimensions, std::vector<std::string> measures,
                       const std::string& unit = "001", const std::string& to = "2020-03-31") {
    return ListFacts(*built_, facts_, {unit, D("2020-01-01"), D(to), dimensions, measures}).status();
  }

  ScopedLanguage language_{Language::kEnglish};
  SmallCatalog catalog_;
  std::shared_ptr<const Catalog> built_;
  MemoryFacts facts_;
};

TEST_F(FactsTest, WithoutUnitOneFigureStandsForTheArea) {
  Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{3});
  Put("C2", "2020-02-01", "P1", "counter", "received", int64_t{4});
  EXPECT_EQ(List({}, {"received"}), "measure,value\nreceived,7\n");
  EXPECT_EQ(List({"unit"}, {"received"}), "unit,measure,value\nC1,received,3\nC2,received,4\n");
}

TEST_F(FactsTest, KnownZerosAreListedAndUnknownCellsAreAbsent) {
  Put("C1", "2020-02-01", "P1", "counter", "resolved_late", int64_t{0});
  Put("C2", "2020-02-01", "P1", "counter", "late_cause_line", int64_t{2});
  EXPECT_EQ(List({"unit"}),
            "unit,measure,value\n"
            "C1,carried_over,0\nC1,pending,0\nC1,pending_in_term,0\nC1,resolved,0\nC1,resolved_late,0\nC1,to_handle,0\n"
            "C2,late_by_system_only,2\nC2,late_cause_line,2\n");
}

// A state at the end of a span has no day; what is a sum of flows has one.
TEST_F(FactsTest, ByDaySumsOfFlowsAreListedForTheirDay) {
  Put("C1", "2020-02-01", "P1", "counter", "late_cause_line", int64_t{2});
  Put("C1", "2020-02-01", "P1", "counter", "late_cause_software", int64_t{3});
  Put("C1", "2020-02-02", "P1", "counter", "late_cause_other", int64_t{4});
  EXPECT_EQ(List({"day"}),
            "day,measure,value\n2020-02-01,late_by_system_only,5\n2020-02-01,late_cause_line,2\n"
            "2020-02-01,late_cause_software,3\n2020-02-02,late_cause_other,4\n");
}

TEST_F(FactsTest, ColumnsStandInTheOrderNamedAndRowsAreSorted) {
  Put("C2", "2020-02-02", "P2", "post", "received", int64_t{1});
  Put("C2", "2020-02-01", "P1", "counter", "received", int64_t{2});
  Put("C1", "2020-02-01", "P2", "counter", "received", int64_t{3});
  EXPECT_EQ(List({"channel", "field", "unit", "procedure", "day"}, {"received"}),
            "channel,field,unit,procedure,day,measure,value\n"
            "counter,civil,C2,P1,2020-02-01,received,2\n"
            "counter,land,C1,P2,2020-02-01,received,3\n"
            "post,land,C2,P2,2020-02-02,received,1\n");
}

TEST_F(FactsTest, DeskWideMeasuresHaveEmptyDimensions) {
  Put("C1", "2020-02-01", "", "", "desk_staff", int64_t{4});
  EXPECT_EQ(List({"unit", "procedure", "channel", "field"}), "unit,procedure,channel,field,measure,value\nC1,,,,desk_staff,4\n");
}

TEST_F(FactsTest, AStockIsItsLastObservationUpToTheLastDayHoweverEarly) {
  Put("C1", "2019-11-01", "P1", "counter", "pending_overdue", int64_t{9});
  Put("C1", "2019-12-01", "P1", "counter", "pending_overdue", int64_t{5});
  Put("C2", "2020-02-01", "P1", "counter", "pending_overdue", int64_t{2});
  Put("C2", "2020-04-01", "P1", "counter", "pending_overdue", int64_t{100});
  EXPECT_EQ(List({"unit"}, {"pending_overdue"}), "unit,measure,value\nC1,pending_overdue,5\nC2,pending_overdue,2\n");
  EXPECT_EQ(List({}, {"pending_overdue"}), "measure,value\npending_overdue,7\n");
}

TEST_F(FactsTest, DerivedFiguresIncludeWhatCameBefore) {
  Put("C1", "2019-12-01", "P1", "counter", "received", int64_t{10});
  Put("C1", "2020-02-01", "P1", "counter", "resolved_on_time", int64_t{4});
  EXPECT_EQ(List({}, {"carried_over", "to_handle", "pending", "received"}),
            "measure,value\ncarried_over,10\npending,6\nto_handle,10\n");
}

TEST_F(FactsTest, ByDayEveryDayStandsAloneAndOnlyResolvedIsDerived) {
  Put("C1", "2019-12-01", "P1", "counter", "received", int64_t{10});
  Put("C1", "2020-02-01", "P1", "counter", "resolved_on_time", int64_t{4});
  Put("C1", "2020-02-01", "P1", "counter", "resolved_late", int64_t{1});
  Put("C2", "2020-02-01", "P1", "counter", "resolved_late", int64_t{1});
  Put("C1", "2020-02-02", "P1", "counter", "pending_overdue", int64_t{3});
  EXPECT_EQ(List({"day"}),
            "day,measure,value\n2020-02-01,resolved,6\n2020-02-01,resolved_late,2\n2020-02-01,resolved_on_time,4\n"
            "2020-02-02,pending_overdue,3\n");
}

TEST_F(FactsTest, TextsAppearOnlyWhereNothingIsAddedUp) {
  Put("C1", "2020-02-01", "", "", "remark", std::string("tốt, \"rất\" tốt"));
  EXPECT_EQ(List({"unit"}), "unit,measure,value\nC1,remark,\"tốt, \"\"rất\"\" tốt\"\n");
  EXPECT_EQ(List({}), "measure,value\n");
  EXPECT_EQ(List({}, {}, "C1"), "measure,value\nremark,\"tốt, \"\"rất\"\" tốt\"\n");
}

TEST_F(FactsTest, JsonHasNumbersTextsAndEmptyDimensions) {
  Put("C1", "2020-02-01", "", "", "desk_staff", int64_t{4});
  Put("C1", "2020-02-01", "", "", "remark", std::string("tốt"));
  const auto table = ListFacts(*built_, facts_, {"001", D("2020-01-01"), D("2020-03-31"), {"unit", "channel"}, {}});
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(FactsAsJson(*table), R"({
  "rows": [
    {
      "unit": "C1",
      "channel": "",
      "measure": "desk_staff",
      "value": 4
    },
    {
      "unit": "C1",
      "channel": "",
      "measure": "remark",
      "value": "tốt"
    }
  ]
}
)");
}

TEST_F(FactsTest, NothingKnownIsAnEmptyList) {
  EXPECT_EQ(List({"unit"}), "unit,measure,value\n");
  const auto table = ListFacts(*built_, facts_, {"001", D("2020-01-01"), D("2020-03-31"), {}, {}});
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(FactsAsJson(*table), "{\n  \"rows\": []\n}\n");
}

// --- Questions that cannot be answered ---

TEST_F(FactsTest, EveryFaultOfAQueryIsNamed) {
  const absl::Status refusal = Refusal({"colour", "unit", "unit"}, {"smiles", "on_time"}, "001", "2019-01-01");
  for (const char* part : {"\"colour\"", "\"unit\" is named twice", "no measure \"smiles\"", "\"on_time\" is a rate", "first day"}) {
    EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kInvalidArgument, part));
  }
}

TEST_F(FactsTest, AnUnknownUnitIsNotFound) {
  EXPECT_THAT(Refusal({}, {}, "999"), StatusIs(absl::StatusCode::kNotFound, "\"999\""));
}

}  // namespace
}  // namespace motcua
