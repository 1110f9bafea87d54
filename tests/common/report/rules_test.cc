#include "common/report/rules.h"

#include "common/base/language.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RulesTest : public ::testing::Test {
 protected:
  void Put(const std::string& unit, const std::string& channel, const std::string& measure, int64_t value,
           const std::string& day = "2020-02-01", const std::string& procedure = "P1") {
    facts_.Put(unit, day, procedure, channel, measure, value);
  }
  const std::vector<Finding>& Check(const std::string& period = "Q1") {
    built_ = catalog_.Build();
    auto findings = CheckPeriod(*built_, facts_, "001", "T", period);
    EXPECT_THAT(findings, IsOk());
    findings_ = *std::move(findings);
    return findings_;
  }
  static std::vector<std::string> Places(const std::vector<Finding>& findings) {
    std::vector<std::string> places;
    for (const Finding& f : findings) {
      places.push_back(absl::StrCat(f.rule, " ", f.unit, " ", f.channel, f.row, f.row.empty() ? "" : "/", f.column, " ", f.left, ":", f.right));
    }
    return places;
  }

  ScopedLanguage language_{Language::kVietnamese};
  SmallCatalog catalog_;
  MemoryFacts facts_;
  std::shared_ptr<const Catalog> built_;
  std::vector<Finding> findings_;
};

TEST_F(RulesTest, EachComparisonFindsOnlyWhatBreaksIt) {
  Put("C1", "counter", "received", 1);
  Put("C1", "counter", "refused", 2);
  Put("C2", "counter", "received", 2);
  Put("C2", "counter", "refused", 2);
  Put("001D", "counter", "received", 3, "2020-02-01", "P3");
  Put("001D", "counter", "refused", 2, "2020-02-01", "P3");
  catalog_.Ruled("equal", RuleScope::kUnit, Compare::kEqual, Q("received"), Q("refused"));
  catalog_.Ruled("most", RuleScope::kUnit, Compare::kAtMost, Q("received"), Q("refused"));
  catalog_.Ruled("least", RuleScope::kUnit, Compare::kAtLeast, Q("received"), Q("refused"));
  EXPECT_THAT(Places(Check()), ElementsAre("equal 001D  3:2", "most 001D  3:2", "equal C1  1:2", "least C1  1:2"));
}

TEST_F(RulesTest, AMissingRightSideIsZero) {
  Put("001D", "online_full", "received", 2904, "2020-02-01", "P3");
  Put("001D", "online_full", "resolved_on_time", 3217, "2020-02-01", "P3");
  Put("001D", "counter", "received", 5000, "2020-02-01", "P3");
  catalog_.Ruled("stock_negative", RuleScope::kUnitChannel, Compare::kAtLeast, Q("pending"), {});
  EXPECT_THAT(Places(Check()), ElementsAre("stock_negative 001D online_full -313:0"));
  EXPECT_EQ(findings_[0].message, "Một cửa huyện, Kênh online_full (-313 < 0): Không khớp.");
  EXPECT_EQ(findings_[0].period, "T/Q1");
}

TEST_F(RulesTest, ANegativeStockStaysAFindingInASilentPeriod) {
  Put("C1", "counter", "resolved_on_time", 2);
  catalog_.Ruled("stock_negative", RuleScope::kUnitChannel, Compare::kAtLeast, Q("pending"), {});
  EXPECT_THAT(Places(Check("Q2")), ElementsAre("stock_negative C1 counter -2:0"));
}

TEST_F(RulesTest, AUnitRuleLooksOverAllChannels) {
  Put("C1", "counter", "resolved_late", 1);
  Put("C1", "online_full", "late_cause_line", 1);
  catalog_.Ruled("late_causes", RuleScope::kUnit, Compare::kEqual, Q("late_cause_line"), Q("resolved_late"));
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(RulesTest, WhenObservedJudgesOnlyWhereAStockWasSeen) {
  Put("C1", "counter", "received", 1);
  Put("C1", "counter", "pending_overdue", 0);
  Put("C1", "online_full", "received", 1);
  Put("C2", "counter", "received", 1);
  Rule& rule = catalog_.Ruled("pending_parts", RuleScope::kUnitChannel, Compare::kEqual, Q("pending_overdue"), Q("pending"));
  rule.when_observed = {"pending_overdue", "suspended"};
  EXPECT_THAT(Places(Check()), ElementsAre("pending_parts C1 counter 0:1"));
}

TEST_F(RulesTest, OpeningIsHeldAgainstWhatWasInHandTheEveningBefore) {
  Put("C1", "counter", "received", 30, "2020-01-05");
  Put("C1", "counter", "opening", 25, "2020-02-01");
  Put("C1", "online_full", "received", 4, "2020-01-05");
  Put("C1", "online_full", "opening", 4, "2020-02-01");
  Put("C2", "counter", "opening", 9, "2020-02-01");
  Rule& rule = catalog_.Ruled("opening_previous", RuleScope::kUnitChannel, Compare::kEqual, {}, Q("opening"));
  rule.left_is_pending_before = true;
  rule.severity = Severity::kReasonNeeded;
  rule.version = 3;
  EXPECT_THAT(Places(Check()), ElementsAre("opening_previous C1 counter 30:25"));
  EXPECT_EQ(findings_[0].procedure, "P1");
  EXPECT_EQ(findings_[0].severity, Severity::kReasonNeeded);
  EXPECT_EQ(findings_[0].rule_version, 3);
  EXPECT_EQ(findings_[0].message, "Phường Một, Khai sinh, Kênh counter (30 ≠ 25): Không khớp.");
  EXPECT_THAT(Check("Q2"), IsEmpty()) << "each check belongs to its own period";
}

// --- Rules over a form ---

class FormRulesTest : public RulesTest {
 protected:
  FormRulesTest() {
    Form& form = catalog_.Tall("F");
    form.columns = {SmallCatalog::Column("3", "Tổng", Q("to_handle")), SmallCatalog::Column("4", "Mới", Q("received"), Channels({"counter"})),
                    SmallCatalog::Column("5", "Cũ", Q("carried_over"))};
    form.rows = {SmallCatalog::Row("commune", "Xã", {}, Levels("commune")), SmallCatalog::Row("district", "Huyện", {}, Levels("district")),
                 SmallCatalog::Row("all", "Cộng", {})};
    form.rows[0].per_field = true;
  }
  Rule& FormRule(const std::string& row, const std::string& column) {
    Rule& rule = catalog_.Ruled("sum_parts", RuleScope::kForm, Compare::kEqual, {}, {});
    rule.form = "F";
    rule.row = row;
    rule.column = column;
    return rule;
  }
};

TEST_F(FormRulesTest, ColumnsAreHeldAgainstTheirPartsInEveryRow) {
  FormRule("", "3").part_columns = {"4", "5"};
  Put("C1", "counter", "received", 2);
  EXPECT_THAT(Check(), IsEmpty());
  Put("C1", "post", "received", 7);
  EXPECT_THAT(Places(Check()), ElementsAre("sum_parts 001 all/3 9:2", "sum_parts 001 commune/3 9:2", "sum_parts 001 commune/civil/3 9:2"));
  EXPECT_THAT(findings_[0].message, HasSubstr("Huyện Mẫu, biểu F hàng all cột 3 (9 ≠ 2): "));
}

TEST_F(FormRulesTest, RowsAreHeldAgainstTheirPartsInEveryColumn) {
  FormRule("all", "").part_rows = {"commune"};
  Put("C1", "counter", "received", 2);
  EXPECT_THAT(Check(), IsEmpty());
  Put("001D", "counter", "received", 5, "2020-02-01", "P3");
  EXPECT_THAT(Places(Check()), ElementsAre("sum_parts 001 all/3 7:2", "sum_parts 001 all/4 7:2"));
}

TEST_F(FormRulesTest, BlankPartsCountAsNothingAndABlankFigureIsNotJudged) {
  FormRule("all", "3").part_rows = {"commune", "district"};
  FormRule("district", "3").part_rows = {"commune"};
  Put("C1", "counter", "received", 2);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(FormRulesTest, AReportHasItsOwnFormsFindingsOnly) {
  FormRule("", "3").part_columns = {"4", "5"};
  Form other = catalog_.data.forms[0];
  other.id = "G";
  catalog_.data.forms.push_back(other);
  Put("C1", "post", "received", 7);
  EXPECT_EQ(Check().size(), 3u);
  const auto report = MakeReport(*built_, facts_, "G", "001", "Q1");
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(report->findings, IsEmpty());
}

}  // namespace
}  // namespace motcua
