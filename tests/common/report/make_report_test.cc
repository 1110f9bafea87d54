#include "common/base/language.h"
#include "common/report/rate.h"
#include "common/report/report.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class MakeReportTest : public ::testing::Test {
 protected:
  MakeReportTest() : form_(catalog_.Tall("F")) {}

  void Put(const std::string& unit, const std::string& measure, int64_t value, const std::string& day = "2020-02-01",
           const std::string& procedure = "P1", const std::string& channel = "counter") {
    facts_.Put(unit, day, procedure, channel, measure, value);
  }
  FormRow& AddRow(const std::string& id, Quantity quantity, Filter filter = {}) {
    return form_.rows.emplace_back(SmallCatalog::Row(id, "Hàng " + id, std::move(quantity), std::move(filter)));
  }
  void AddRate(const std::string& id, Quantity numerator, Quantity denominator) {
    catalog_.data.rates.push_back({id, 2, {"Tỷ lệ " + id, ""}, std::move(numerator), std::move(denominator), {}});
    AddRow("rate/" + id, {}).rate = id;
  }
  const Report& Make(const std::string& unit = "001", const std::string& period = "Q1") {
    built_ = catalog_.Build();
    auto report = MakeReport(*built_, facts_, "F", unit, period);
    EXPECT_THAT(report, IsOk());
    report_ = *std::move(report);
    return report_;
  }
  const Figure& At(const std::string& row, std::size_t column = 0) const {
    for (const ReportRow& r : report_.rows) {
      if (r.id == row) return r.figures[column];
    }
    static const Figure none;
    ADD_FAILURE() << "no row " << row;
    return none;
  }
  std::vector<std::string> RowIds() const {
    std::vector<std::string> ids;
    for (const ReportRow& row : report_.rows) ids.push_back(row.id);
    return ids;
  }

  ScopedLanguage language_{Language::kVietnamese};
  SmallCatalog catalog_;
  Form& form_;
  MemoryFacts facts_;
  std::shared_ptr<const Catalog> built_;
  Report report_;
};

TEST_F(MakeReportTest, FiguresSumOverTheUnitsOfTheLevel) {
  AddRow("communes", Q("received"), Levels("commune"));
  AddRow("all", Q("received"));
  Put("C1", "received", 3);
  Put("C2", "received", 4);
  Put("001D", "received", 5, "2020-02-01", "P3");
  Make();
  EXPECT_EQ(At("communes").number, 7);
  EXPECT_EQ(At("all").number, 12);
  Make("C1");
  EXPECT_EQ(At("all").number, 3);
}

TEST_F(MakeReportTest, RowColumnAndTermFiltersAllApply) {
  form_.columns = {SmallCatalog::Column("online", "Trực tuyến", {}, Channels({"online_full", "online_partial"})),
                   SmallCatalog::Column("all", "Tất cả", {})};
  FormRow& row = AddRow("r", Q({{1, "received"}, {10, "received"}}), Levels("commune"));
  row.quantity.terms[1].filter = {{}, {}, {"P2"}, {}};
  Put("C1", "received", 1, "2020-02-01", "P1", "online_full");
  Put("C1", "received", 2, "2020-02-01", "P2", "online_full");
  Put("C1", "received", 4, "2020-02-01", "P2", "counter");
  Put("001D", "received", 100, "2020-02-01", "P3", "online_full");
  Make();
  EXPECT_EQ(At("r", 0).number, 1 + 2 + 20);
  EXPECT_EQ(At("r", 1).number, 1 + 2 + 4 + 20 + 40);
}

// --- Blank and zero ---

TEST_F(MakeReportTest, AFlowWithoutEntriesOfAUnitWithAnyEntryIsZero) {
  AddRow("late", Q("resolved_late"));
  facts_.Put("C1", "2020-02-01", "", "", "desk_staff", int64_t{3});
  Make();
  EXPECT_EQ(At("late").kind, Figure::Kind::kNumber);
  EXPECT_EQ(At("late").number, 0);
}

TEST_F(MakeReportTest, WithoutAnyUnitWithDataTheFigureIsBlank) {
  AddRow("communes", Q("received"), Levels("commune"));
  AddRow("districts", Q("received"), Levels("district"));
  Put("001D", "received", 1, "2020-02-01", "P3");
  Make();
  EXPECT_EQ(At("communes").kind, Figure::Kind::kUnknown);
  EXPECT_EQ(At("districts").number, 1);
}

TEST_F(MakeReportTest, AStockNobodyObservedIsBlankAndOneObservedAsZeroIsZero) {
  AddRow("staff/communes", Q("desk_staff"), Levels("commune"));
  AddRow("staff/districts", Q("desk_staff"), Levels("district"));
  Put("C1", "received", 1);
  facts_.Put("001D", "2020-02-01", "", "", "desk_staff", int64_t{0});
  Make();
  EXPECT_EQ(At("staff/communes").kind, Figure::Kind::kUnknown);
  EXPECT_EQ(At("staff/districts").kind, Figure::Kind::kNumber);
  EXPECT_EQ(At("staff/districts").number, 0);
}

TEST_F(MakeReportTest, OverdueNotObservedCountsZeroAndIsSaid) {
  AddRow("overdue", Q("pending_overdue"));
  AddRow("in_term", Q("pending_in_term"));
  Put("C1", "received", 5);
  Put("C2", "received", 5);
  Put("C2", "pending_overdue", 2, "2020-03-31");
  Make();
  EXPECT_EQ(At("overdue").number, 2);
  EXPECT_EQ(At("in_term").number, 8);
  EXPECT_THAT(At("overdue").note, HasSubstr("VI pending_overdue 1/2"));
  EXPECT_THAT(At("in_term").note, HasSubstr("VI suspended 2/2"));
}

TEST_F(MakeReportTest, ASilentUnitsDossiersAreStillInTheAreasStock) {
  AddRow("carried", Q("carried_over"));
  AddRow("pending", Q("pending"));
  AddRow("received", Q("received"));
  Put("C1", "received", 10, "2020-02-01");
  Put("C2", "received", 1, "2020-05-01");
  Make("001", "Q1");
  EXPECT_EQ(At("pending").number, 10);
  Make("001", "Q2");
  EXPECT_EQ(At("carried").number, 10);
  EXPECT_EQ(At("pending").number, 11);
  Make("C1", "Q2");
  EXPECT_EQ(At("carried").number, 10);
  EXPECT_EQ(At("received").kind, Figure::Kind::kUnknown);
}

// --- Rates ---

TEST_F(MakeReportTest, RatesAreRecomputedFromSummedCountsAndSayTheirDefinition) {
  AddRate("on_time", Q({{1, "resolved_early"}, {1, "resolved_on_time"}}), Q("resolved"));
  Put("C1", "resolved_on_time", 1);
  Put("C2", "resolved_on_time", 1);
  Put("C2", "resolved_late", 4);
  Make();
  EXPECT_EQ(At("rate/on_time").text, "33.33") << "never the mean of 100 and 20";
  EXPECT_EQ(At("rate/on_time").rate.numerator, 2);
  EXPECT_EQ(At("rate/on_time").rate.denominator, 6);
  EXPECT_EQ(At("rate/on_time").rate.definition, "on_time v2");
  EXPECT_THAT(report_.rate_definitions,
              ElementsAre("Tỷ lệ on_time (on_time v2) = (VI resolved_early + VI resolved_on_time) / Đã giải quyết"));
}

TEST_F(MakeReportTest, ZeroOfZeroIsKeptAsNotApplicable) {
  AddRate("on_time", Q("resolved_on_time"), Q("resolved"));
  Put("C1", "received", 1);
  Make();
  EXPECT_EQ(At("rate/on_time").kind, Figure::Kind::kRate);
  EXPECT_EQ(At("rate/on_time").rate.denominator, 0);
  EXPECT_EQ(At("rate/on_time").text, "");
}

TEST_F(MakeReportTest, ARateOfUnknownCountsIsBlank) {
  AddRate("on_time", Q("resolved_on_time"), Q("resolved"));
  Make();
  EXPECT_EQ(At("rate/on_time").kind, Figure::Kind::kUnknown);
}

TEST_F(MakeReportTest, ARowMayRoundDifferentlyFromItsForm) {
  AddRate("late", Q("resolved_late"), Q("resolved"));
  form_.rows.back().rate_decimals = 4;
  Put("C1", "resolved_late", 1);
  Put("C1", "resolved_on_time", 2);
  Make();
  EXPECT_EQ(At("rate/late").text, "33.3333");
}

TEST(PercentTextTest, RoundsHalfAwayFromZeroWithoutFloatingPoint) {
  EXPECT_EQ(PercentText(51052, 51195, 7), "99.7206758");
  EXPECT_EQ(PercentText(51052, 51195, 2), "99.72");
  EXPECT_EQ(PercentText(143, 51195, 8), "0.27932415");
  EXPECT_EQ(PercentText(1, 800, 2), "0.13");
  EXPECT_EQ(PercentText(-1, 800, 2), "-0.13");
  EXPECT_EQ(PercentText(1, 200, 0), "1");
  EXPECT_EQ(PercentText(0, 7, 2), "0.00");
  EXPECT_EQ(PercentText(-1, 1000000, 2), "0.00");
  EXPECT_EQ(PercentText(7, 7, 1), "100.0");
  EXPECT_EQ(PercentText(INT64_MAX, INT64_MAX, 10), "100.0000000000");
  EXPECT_EQ(PercentText(INT64_MIN, 1, 10), "-922337203685477580800.0000000000");
}

// --- Coverage ---

TEST_F(MakeReportTest, CoverageNamesWhoIsMissingAndHowFarTheyAre) {
  AddRow("received", Q("received"));
  Put("C1", "received", 1);
  facts_.HasEntriesWithoutCells("C2");
  facts_.Submit("C1", Submission::kSubmitted);
  const Coverage& coverage = Make().coverage;
  EXPECT_EQ(coverage.units_expected, 3);
  EXPECT_EQ(coverage.units_with_data, 1);
  EXPECT_EQ(coverage.units_submitted, 1);
  ASSERT_EQ(coverage.missing.size(), 2u);
  EXPECT_EQ(coverage.missing[0].unit, "001D");
  EXPECT_EQ(coverage.missing[0].state, "not_started");
  EXPECT_EQ(coverage.missing[1].unit, "C2");
  EXPECT_EQ(coverage.missing[1].state, "open");
}

TEST_F(MakeReportTest, NothingToReportMakesZeroAndIsNotMissing) {
  AddRow("received", Q("received"));
  facts_.Submit("C1", Submission::kNothingToReport);
  Make("C1");
  EXPECT_EQ(At("received").kind, Figure::Kind::kNumber);
  EXPECT_EQ(At("received").number, 0);
  EXPECT_EQ(report_.coverage.units_with_data, 0);
  EXPECT_EQ(report_.coverage.units_covered, 1);
  EXPECT_TRUE(report_.coverage.missing.empty());
}

// --- Rows per field ---

TEST_F(MakeReportTest, FieldRowsFollowTheirTotalWhereThereIsRemitOrData) {
  AddRow("commune", Q("received"), Levels("commune")).per_field = true;
  AddRow("district", Q("received"), Levels("district")).per_field = true;
  Put("C1", "received", 2, "2020-02-01", "P1");
  Put("C1", "received", 3, "2020-02-01", "P2");
  Make();
  EXPECT_THAT(RowIds(), ElementsAre("commune", "commune/civil", "commune/land", "district", "district/land"));
  EXPECT_EQ(At("commune").number, 5);
  EXPECT_EQ(At("commune/civil").number, 2);
  EXPECT_EQ(At("commune/land").number, 3);
  EXPECT_EQ(At("district/land").kind, Figure::Kind::kUnknown);
  EXPECT_EQ(report_.rows[1].label, "Hộ tịch");
  EXPECT_EQ(report_.rows[1].indent, 1);
  Put("001D", "received", 1, "2020-02-01", "P1");
  Make();
  EXPECT_THAT(RowIds(), ElementsAre("commune", "commune/civil", "commune/land", "district", "district/civil", "district/land"))
      << "a field with data is shown whatever the remit says";
}

// --- Notes ---

TEST_F(MakeReportTest, LateIsListedByUnitWithItsCauses) {
  AddRow("late", Q("resolved_late")).note_measures = {"resolved_late"};
  Put("C1", "resolved_late", 1100);
  Put("C2", "resolved_late", 19);
  Put("C2", "late_cause_software", 7);
  Put("C2", "late_cause_not_closed", 11);
  Put("001D", "resolved_late", 0, "2020-02-01", "P3");
  EXPECT_EQ(Make().rows[0].figures[0].note,
            "Phường Một: 1.100; Phường Hai: 19 (VI late_cause_not_closed 11, VI late_cause_software 7, không rõ nguyên nhân 1)");
  ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(Make().rows[0].figures[0].note,
            "Phường Một: 1,100; Phường Hai: 19 (EN late_cause_not_closed 11, EN late_cause_software 7, no cause given 1)");
}

TEST_F(MakeReportTest, AUnitAloneIsNotListedBesideItsOwnFigure) {
  AddRow("late", Q("resolved_late")).note_measures = {"resolved_late"};
  Put("C1", "resolved_late", 11);
  EXPECT_EQ(Make("C1").rows[0].figures[0].note, "");
  Put("C1", "late_cause_line", 11);
  EXPECT_EQ(Make("C1").rows[0].figures[0].note, "Phường Một: 11 (VI late_cause_line 11)");
}

TEST_F(MakeReportTest, SeveralListsSayWhichIsWhich) {
  AddRow("late", Q("resolved_late")).note_measures = {"resolved_late", "refused"};
  Put("C1", "resolved_late", 11);
  Put("C2", "refused", 2);
  EXPECT_EQ(Make().rows[0].figures[0].note, "VI resolved_late – Phường Một: 11. VI refused – Phường Hai: 2");
}

TEST_F(MakeReportTest, TheListStandsBesideTheColumnThatPrintsTheMeasure) {
  form_.columns = {SmallCatalog::Column("7", "Tổng", Q("resolved")), SmallCatalog::Column("8", "Khác", Q({{1, "resolved_early"}, {1, "resolved_late"}})),
                   SmallCatalog::Column("10", "Quá hạn", Q("resolved_late"))};
  AddRow("r", {}).note_measures = {"resolved_late", "resolved_early"};
  Put("C1", "resolved_late", 2);
  Put("C2", "resolved_early", 3);
  Make();
  EXPECT_EQ(At("r", 0).note, "");
  EXPECT_EQ(At("r", 1).note, "VI resolved_early – Phường Hai: 3");
  EXPECT_EQ(At("r", 2).note, "VI resolved_late – Phường Một: 2");
}

TEST_F(MakeReportTest, FixedNotesAndNotedQuantitiesOfRowAndColumnStandTogether) {
  FormRow& row = AddRow("resolved", Q({{1, "resolved"}, {1, "refused"}}));
  row.note = {"Theo Điều 5", ""};
  row.note_quantity = Q("refused");
  row.note_label = {"Trong đó từ chối", ""};
  form_.columns[0].note_quantity = Q("withdrawn");
  form_.columns[0].note_label = {"Rút", ""};
  Put("C1", "refused", 1200);
  EXPECT_EQ(Make().rows[0].figures[0].note, "Theo Điều 5. Trong đó từ chối: 1.200");
  Put("C1", "withdrawn", 1);
  EXPECT_EQ(Make().rows[0].figures[0].note, "Theo Điều 5. Trong đó từ chối: 1.200. Rút: 1");
}

TEST_F(MakeReportTest, ProvisionalFiguresAreMarked) {
  AddRow("received", Q("received"));
  AddRow("late", Q("resolved_late"));
  facts_.Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{3}, /*provisional=*/true);
  Make();
  EXPECT_THAT(At("received").note, HasSubstr("Tạm tính"));
  EXPECT_THAT(At("late").note, Not(HasSubstr("Tạm tính")));
}

TEST_F(MakeReportTest, TextsAreTheAnswerOfTheUnitOrAListOfAnswers) {
  AddRow("remark", Q("remark"));
  facts_.Put("C1", "2020-02-01", "", "", "remark", std::string("cũ"));
  facts_.Put("C1", "2020-03-01", "", "", "remark", std::string("mất điện"));
  facts_.Put("C2", "2020-03-01", "", "", "remark", std::string("tốt"));
  Make("C1");
  EXPECT_EQ(At("remark").kind, Figure::Kind::kText);
  EXPECT_EQ(At("remark").text, "mất điện");
  Make("001");
  EXPECT_EQ(At("remark").text, "Phường Một: mất điện; Phường Hai: tốt");
  Make("C1", "Q2");
  EXPECT_EQ(At("remark").kind, Figure::Kind::kUnknown) << "an answer holds for its period";
}

TEST_F(MakeReportTest, ATextThatHoldsUntilChangedIsStillTheAnswerLater) {
  AddRow("remark", Q("remark"));
  for (Measure& measure : catalog_.data.measures) measure.until_changed = measure.code == "remark";
  facts_.Put("C1", "2020-02-01", "", "", "remark", std::string("mất điện"));
  Make("C1", "Q2");
  EXPECT_EQ(At("remark").text, "mất điện");
}

// --- Questions that cannot be answered ---

TEST_F(MakeReportTest, UnknownFormUnitAndPeriodAreNamed) {
  AddRow("received", Q("received"));
  Make();
  EXPECT_THAT(MakeReport(*built_, facts_, "G", "001", "Q1"), StatusIs(absl::StatusCode::kNotFound, "biểu mẫu \"G\""));
  EXPECT_THAT(MakeReport(*built_, facts_, "F", "999", "Q1"), StatusIs(absl::StatusCode::kNotFound, "đơn vị \"999\""));
  EXPECT_THAT(MakeReport(*built_, facts_, "F", "001", "Q9"), StatusIs(absl::StatusCode::kNotFound, "\"Q9\"; hãy chọn trong Q1, Q2, 6M"));
  EXPECT_THAT(CheckPeriod(*built_, facts_, "001", "U", "Q1"), StatusIs(absl::StatusCode::kNotFound, "\"U\"; hãy chọn trong T"));
}

TEST_F(MakeReportTest, APeriodMayBeWrittenWithItsCalendar) {
  AddRow("received", Q("received"));
  EXPECT_EQ(Make("001", "T/Q2").period->id, "Q2");
}

TEST_F(MakeReportTest, AFormOutOfForceIsRefused) {
  AddRow("received", Q("received"));
  form_.valid_to = D("2020-03-31");
  Make("001", "Q1");
  EXPECT_THAT(MakeReport(*built_, facts_, "F", "001", "Q2"), StatusIs(absl::StatusCode::kFailedPrecondition, "30/06/2020"));
}

}  // namespace
}  // namespace motcua
