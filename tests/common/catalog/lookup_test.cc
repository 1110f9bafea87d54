// Lookups over a catalog whose units come, go and return.
#include <gtest/gtest.h>

#include "common/base/language.h"
#include "common/ledger/entry.h"
#include "tests/common/catalog/small_catalog.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

class CatalogLookupTest : public testing::Test {
 protected:
  // Besides the small catalog: from 1 July 2025 the ward 00004 stands alone under a new name, having absorbed
  // 00001.
  void SetUp() override {
    CatalogData data = SmallCatalog();
    Unit merged = SmallUnit("00004", "commune", "", 14);
    merged.name = "Phường mới";
    merged.valid_from = DayOf("2025-07-01");
    merged.valid_to.reset();
    data.units.insert(data.units.begin(), merged);  // written order does not matter
    data.unit_kinds.push_back({"province", "province", {"Tỉnh", "Province"}, false, Line(5)});
    data.units.push_back(SmallUnit("01", "province", "", 15));
    absl::StatusOr<std::shared_ptr<const Catalog>> built = Catalog::Build(std::move(data), "");
    ASSERT_THAT(built, IsOk());
    catalog_ = *built;
  }

  std::vector<std::string> Recording(absl::string_view code, const char* from, const char* to) const {
    std::vector<std::string> names;
    for (const Unit* unit : catalog_->RecordingUnits(code, DayOf(from), DayOf(to)))
      names.push_back(unit->name);
    return names;
  }
  absl::Status Check(const char* unit, const char* day, const char* procedure, const char* channel,
                     const char* measure) const {
    return catalog_->CheckCell({unit, DayOf(day), procedure, channel, measure});
  }
  absl::Status CheckValue(const char* measure, Value value) const {
    return catalog_->CheckValue(*catalog_->FindMeasure(measure), value);
  }

  const ScopedLanguage english_{Language::kEnglish};
  std::shared_ptr<const Catalog> catalog_;
};

TEST_F(CatalogLookupTest, AUnitIsTheVersionOfTheDayElseTheNewest) {
  EXPECT_EQ(catalog_->FindUnit("00004")->name, "Phường mới");
  EXPECT_EQ(catalog_->FindUnit("00004", DayOf("2025-06-30"))->name, "Đơn vị 00004");
  EXPECT_EQ(catalog_->FindUnit("00004", DayOf("2025-07-01"))->name, "Phường mới");
  EXPECT_EQ(catalog_->FindUnit("00004", DayOf("2003-12-31")), nullptr);
  EXPECT_EQ(catalog_->FindUnit("4"), nullptr);
}

TEST_F(CatalogLookupTest, RecordingUnitsAreThoseOfTheAreaInTheWindowByCode) {
  EXPECT_EQ(Recording("001", "2020-01-01", "2020-12-31"),
            (std::vector<std::string>{"Đơn vị 00001", "Đơn vị 00004", "Đơn vị 001D"}));
  EXPECT_EQ(Recording("00001", "2020-01-01", "2020-12-31"), std::vector<std::string>{"Đơn vị 00001"});
  EXPECT_EQ(Recording("001", "2025-07-01", "2025-12-31"), std::vector<std::string>());
  EXPECT_EQ(Recording("999", "2020-01-01", "2020-12-31"), std::vector<std::string>());
}

TEST_F(CatalogLookupTest, AUnitWithTwoVersionsInTheWindowCountsOnceAsItsNewest) {
  EXPECT_EQ(Recording("00004", "2025-01-01", "2025-12-31"), std::vector<std::string>{"Phường mới"});
  // In the district's area only the version that belonged to it.
  EXPECT_EQ(Recording("001", "2025-01-01", "2025-12-31"),
            (std::vector<std::string>{"Đơn vị 00001", "Đơn vị 00004", "Đơn vị 001D"}));
}

TEST_F(CatalogLookupTest, AncestorsAreThoseOfTheDay) {
  EXPECT_EQ(catalog_->SelfAndAncestors("00004", DayOf("2020-01-01")),
            (std::vector<std::string>{"00004", "001"}));
  EXPECT_EQ(catalog_->SelfAndAncestors("00004", DayOf("2025-07-01")), std::vector<std::string>{"00004"});
  EXPECT_EQ(catalog_->SelfAndAncestors("00001", DayOf("2025-07-01")), std::vector<std::string>());
}

TEST_F(CatalogLookupTest, FindsEverythingByItsIdAndNothingByAnother) {
  EXPECT_EQ(catalog_->FindField("land")->name.Text(), "Land");
  EXPECT_EQ(catalog_->FindProcedure("1.1")->field, "justice");
  EXPECT_EQ(catalog_->FindChannel("post")->code, "post");
  EXPECT_EQ(catalog_->FindMeasure("desk_staff")->nature(), MeasureNature::kRegister);
  EXPECT_EQ(catalog_->FindMeasure("received")->nature(), MeasureNature::kCounter);
  EXPECT_EQ(catalog_->FindCalendar("year")->periods.size(), 1u);
  EXPECT_EQ(catalog_->FindPeriod("year", "2020")->to, DayOf("2020-12-14"));
  EXPECT_EQ(catalog_->FindForm("table")->rows.size(), 1u);
  EXPECT_EQ(catalog_->FindRate("early")->version, 1);
  EXPECT_EQ(catalog_->FindField("x"), nullptr);
  EXPECT_EQ(catalog_->FindProcedure(""), nullptr);
  EXPECT_EQ(catalog_->FindPeriod("year", "2021"), nullptr);
  EXPECT_EQ(catalog_->FindPeriod("month", "2020"), nullptr);
  EXPECT_EQ(catalog_->KindOf(*catalog_->FindUnit("001D"))->level, "district");
}

TEST_F(CatalogLookupTest, ALabelWithoutEnglishIsShownInVietnamese) {
  EXPECT_EQ((Label{"Trực tiếp", "Counter"}).Text(), "Counter");
  EXPECT_EQ((Label{"Trực tiếp", ""}).Text(), "Trực tiếp");
  const ScopedLanguage vietnamese(Language::kVietnamese);
  EXPECT_EQ((Label{"Trực tiếp", "Counter"}).Text(), "Trực tiếp");
}

TEST_F(CatalogLookupTest, CellsThatCanBeRecorded) {
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "counter", "received"), IsOk());
  EXPECT_THAT(Check("001D", "2019-12-31", "2.2", "post", "received"), IsOk());  // no levels: everybody's
  EXPECT_THAT(Check("00001", "2020-01-01", "", "", "desk_staff"), IsOk());
  EXPECT_THAT(Check("00004", "2030-01-01", "1.1", "counter", "received"), IsOk());
}

TEST_F(CatalogLookupTest, WhoConsolidatesRecordsWhatIsCountedOnceAndNothingElse) {
  EXPECT_THAT(Check("001", "2020-01-01", "", "", "procedures_ours"), IsOk());
  EXPECT_THAT(Check("00001", "2020-01-01", "", "", "procedures_ours"), IsOk());
  EXPECT_THAT(Check("001", "2020-01-01", "", "", "desk_staff"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "Unit 001 (Đơn vị 001) records only what is counted once for its area, desk_staff is not; record "
                       "at one of its units."));
  EXPECT_THAT(Check("001", "2020-01-01", "", "", "nothing"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CatalogLookupTest, AFigureIsWhatItsRowElseItsColumnSays) {
  const Form& list = *catalog_->FindForm("list");
  const auto nature = [&](std::size_t row) { return catalog_->NatureAt(list.rows[row], list.columns[0]); };
  EXPECT_EQ(nature(0), FigureNature::kNumber);
  EXPECT_EQ(nature(1), FigureNature::kNothing);
  EXPECT_EQ(nature(3), FigureNature::kNumber);  // how many answered yes
  EXPECT_EQ(nature(4), FigureNature::kRate);
  EXPECT_EQ(nature(5), FigureNature::kText);
  EXPECT_EQ(catalog_->WordsAt(list.rows[5], list.columns[0])->code, "remark");
  EXPECT_EQ(catalog_->RateAt(list.rows[4], list.columns[0])->id, "early");
  const Form& table = *catalog_->FindForm("table");
  EXPECT_EQ(catalog_->NatureAt(table.rows[0], table.columns[0]), FigureNature::kNumber);
}

TEST_F(CatalogLookupTest, ValuesThatFit) {
  EXPECT_THAT(CheckValue("received", int64_t{0}), IsOk());
  EXPECT_THAT(CheckValue("desk_staff", std::monostate()), IsOk());
  EXPECT_THAT(CheckValue("has_scanner", std::string("yes")), IsOk());
  EXPECT_THAT(CheckValue("remark", std::string(2000, 'x')), IsOk());
}

TEST_F(CatalogLookupTest, APeriodIsWrittenWithItsCalendar) {
  const auto period = SplitPeriod("vpcp/2020-9M");
  ASSERT_THAT(period, IsOk());
  EXPECT_EQ(*period, (std::pair<std::string, std::string>("vpcp", "2020-9M")));
}

// ---- Refusals ----

using CatalogLookupErrorsTest = CatalogLookupTest;

TEST_F(CatalogLookupErrorsTest, UnknownCodesAreNotFoundSoThatTheHubMayWaitForThem) {
  EXPECT_THAT(Check("9", "2020-01-01", "1.1", "counter", "received"),
              StatusIs(absl::StatusCode::kNotFound, "no unit \"9\""));
  EXPECT_THAT(Check("00001", "2020-01-01", "9.9", "counter", "received"),
              StatusIs(absl::StatusCode::kNotFound, "no procedure \"9.9\""));
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "fax", "received"),
              StatusIs(absl::StatusCode::kNotFound, "no channel \"fax\""));
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "counter", "recieved"),
              StatusIs(absl::StatusCode::kNotFound, "no measure \"recieved\""));
}

TEST_F(CatalogLookupErrorsTest, CellsThatCannotBeRecordedAreRefusedWithTheReason) {
  const absl::StatusCode invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Check("00001", "2025-07-01", "1.1", "counter", "received"),
              StatusIs(invalid,
                       "2025-07-01 lies outside the validity of unit 00001 (from 2004-01-01 to 2025-06-30)"));
  EXPECT_THAT(Check("01", "2020-01-01", "1.1", "counter", "received"),
              StatusIs(invalid, "only consolidates"));
  EXPECT_THAT(Check("001D", "2020-01-01", "1.1", "counter", "received"),
              StatusIs(invalid, "not in the remit"));
  EXPECT_THAT(Check("00001", "2020-01-01", "2.2", "counter", "received"),
              StatusIs(invalid, "not valid on 2020-01-01 (from 2010-01-01 to 2019-12-31)"));
  EXPECT_THAT(Check("00001", "2020-01-01", "", "counter", "received"), StatusIs(invalid, "needs both"));
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "", "received"), StatusIs(invalid, "needs both"));
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "", "desk_staff"), StatusIs(invalid, "desk-wide"));
  EXPECT_THAT(Check("00001", "2020-01-01", "1.1", "counter", "pending"), StatusIs(invalid, "computed"));
}

TEST_F(CatalogLookupErrorsTest, ValuesThatDoNotFitAreRefused) {
  const absl::StatusCode invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(CheckValue("received", int64_t{-1}), StatusIs(invalid, "not negative"));
  EXPECT_THAT(CheckValue("received", std::monostate()), StatusIs(invalid, "needs a number"));
  EXPECT_THAT(CheckValue("desk_staff", std::string("5")), StatusIs(invalid, "whole number"));
  EXPECT_THAT(CheckValue("has_scanner", std::string("maybe")), StatusIs(invalid, "one of: yes, no"));
  EXPECT_THAT(CheckValue("has_scanner", int64_t{1}), StatusIs(invalid, "takes text"));
  EXPECT_THAT(CheckValue("remark", std::string(2001, 'x')), StatusIs(invalid, "at most 2000 bytes"));
  EXPECT_THAT(CheckValue("remark", std::string("\xC3")), StatusIs(invalid, "UTF-8"));
}

TEST_F(CatalogLookupErrorsTest, APeriodWithoutOrWithTwoSlashesIsRefused) {
  for (const char* text : {"2020-9M", "a/b/c", "/2020", "vpcp/", ""}) {
    EXPECT_THAT(SplitPeriod(text), StatusIs(absl::StatusCode::kInvalidArgument, "CALENDAR/ID")) << text;
  }
}

}  // namespace
}  // namespace motcua
