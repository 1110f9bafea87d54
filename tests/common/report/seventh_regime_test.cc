// A regime that nobody has programmed: its catalog is text, and everything its form asks is printed from entries.
#include <gmock/gmock.h>

#include "common/base/language.h"
#include "common/report/report.h"
#include "common/report/typed_figures.h"
#include "common/rpc/catalog_text.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using ::testing::HasSubstr;

constexpr char kRegime[] = R"(
id: "seventh"
unit_kind { id: "district" level: "district" name { vi: "Huyện" } consolidates: true }
unit_kind { id: "district_desk" level: "district" name { vi: "Một cửa huyện" } records: true }
unit_kind { id: "ward" level: "commune" name { vi: "Phường" } records: true }
unit_kind { id: "village" level: "commune" name { vi: "Xã" } records: true }
unit_kind { id: "province" level: "province" name { vi: "Tỉnh" } }
unit { code: "70" name: "Tỉnh Bảy" kind: "province" }
unit { code: "7" name: "Huyện Bảy" kind: "district" parent: "70" }
unit { code: "7D" name: "Một cửa" kind: "district_desk" parent: "7" }
unit { code: "W1" name: "Phường Một" kind: "ward" parent: "7" }
unit { code: "W2" name: "Phường Hai" kind: "ward" parent: "7" }
unit { code: "V1" name: "Xã Ba" kind: "village" parent: "7" }
field { id: "civil" name { vi: "Hộ tịch" } properties: "watched" }
field { id: "land" name { vi: "Đất đai" } }
procedure { code: "P1" name { vi: "Khai sinh" } field: "civil" properties: ["online_3", "fee"] }
procedure { code: "P2" name { vi: "Khai tử" } field: "civil" }
procedure { code: "P3" name { vi: "Sổ đỏ" } field: "land" properties: ["online_4", "fee", "payable"] }
procedure { code: "P4" name { vi: "Tách thửa" } field: "land" }
channel { code: "counter" name { vi: "Trực tiếp" } }
channel { code: "online_full" name { vi: "Trực tuyến" } }
channel { code: "post" name { vi: "Bưu chính" } }
measure { code: "received" kind: FLOW name { vi: "Tiếp nhận" } }
measure { code: "resolved_on_time" kind: FLOW name { vi: "Đúng hạn" } }
measure { code: "resolved_late" kind: FLOW name { vi: "Quá hạn" } }
measure { code: "desk_staff" kind: STOCK desk_wide: true name { vi: "Nhân sự" } }
measure { code: "procedures" kind: STOCK desk_wide: true once: true until_changed: true name { vi: "Số TTHC" } }
measure { code: "method" kind: CHOICE desk_wide: true once: true name { vi: "Hình thức khảo sát" }
  choices: ["0", "1"] choice_names { vi: "Trực tuyến" en: "Online" } choice_names { vi: "Phát phiếu" en: "Paper" } }
measure { code: "saturday" kind: CHOICE desk_wide: true until_changed: true name { vi: "Làm sáng thứ bảy" } choices: ["yes", "no"]
  choice_names { vi: "Có" } choice_names { vi: "Không" } }
measure { code: "remark" kind: TEXT desk_wide: true name { vi: "Nhận xét" } }
calendar {
  id: "seventh" name { vi: "Lịch bảy" }
  period { id: "Q1" name { vi: "Quý I" } from: "2024-01-01" to: "2024-03-31" }
  period { id: "6M" name { vi: "6 tháng" } from: "2024-01-01" to: "2024-06-30" }
  period { id: "Q2" name { vi: "Quý II" } from: "2024-04-01" to: "2024-06-30" stand_alone: true }
  period { id: "Y" name { vi: "Năm" } from: "2024-01-01" to: "2024-12-31" }
}
rate { id: "online" version: 1 name { vi: "Tỷ lệ trực tuyến" } family: "online"
  numerator { term { measure: "received" filter { channels: "online_full" } } }
  denominator { term { measure: "received" } } }
rate { id: "online_offered" version: 2 name { vi: "Trong lĩnh vực có trực tuyến mức 4" } family: "online"
  numerator { term { measure: "received" filter { channels: "online_full" } } }
  denominator { term { measure: "received" filter { fields_offering: "online_4" } } } }
rate { id: "online_used" version: 1 name { vi: "Trong thủ tục có phát sinh" } family: "online"
  numerator { term { measure: "received" filter { channels: "online_full" } } }
  denominator { term { measure: "received" filter { with_dossiers_by: "online_full" } } } }
rate { id: "saturday_share" version: 1 name { vi: "Tỷ lệ đơn vị làm thứ bảy" }
  numerator { term { measure: "saturday" count: UNITS answer: "yes" } }
  denominator { term { count: UNITS } } }
form {
  id: "seven" version: 1 title { vi: "Biểu bảy" } calendar: "seventh" rate_decimals: 1
  column { id: "q1" label { vi: "Quý I" } period: "Q1" }
  column { id: "q2" label { vi: "Quý II" } period: "Q2" }
  column { id: "6m" label { vi: "6 tháng" } period: "6M" }
  column { id: "year" label { vi: "Năm" } period: "Y" }
  column { id: "target" label { vi: "Chỉ tiêu" } target: true }
  row { id: "A" label { vi: "Hồ sơ" } heading: true }
  row { id: "A.1" label { vi: "Tiếp nhận" } quantity { term { measure: "received" } } note_text: "remark" }
  row { id: "A.2" label { vi: "Phường" } quantity { term { measure: "received" } } filter { unit_kinds: "ward" } }
  row { id: "A.3" label { vi: "Sáng thứ bảy" } quantity { term { measure: "received" } } filter { weekdays: 6 } }
  row { id: "A.4" label { vi: "Lĩnh vực theo dõi" } quantity { term { measure: "received" } } filter { field_properties: "watched" } }
  row { id: "A.5" label { vi: "Mức 3, 4" } quantity { term { measure: "received" } } filter { procedure_properties: ["online_3", "online_4"] } }
  row { id: "A.6" label { vi: "Phường hơn mức 3, 4" } quantity { term { row: "A.2" } term { row: "A.5" coefficient: -1 } } }
  row { id: "A.7" label { vi: "Cộng" } quantity { term { row: "A.6" } term { row: "A.5" } } }
  row { id: "B.1" label { vi: "TTHC có hồ sơ trực tuyến" } quantity { term { measure: "received" count: PROCEDURES } } filter { channels: "online_full" } }
  row { id: "B.2" label { vi: "Số TTHC" } quantity { term { measure: "procedures" } } }
  row { id: "B.3" label { vi: "Đơn vị làm thứ bảy" } quantity { term { measure: "saturday" count: UNITS answer: "yes" } } filter { levels: "commune" } }
  row { id: "B.4" label { vi: "Số xã, phường" } quantity { term { count: UNITS filter { levels: "commune" } } } }
  row { id: "B.5" label { vi: "Đơn vị có hồ sơ quá hạn" } quantity { term { measure: "resolved_late" count: UNITS } } }
  row { id: "B.6" label { vi: "Hình thức khảo sát" } quantity { term { measure: "method" } } }
  row { id: "B.7" label { vi: "Nhân sự" } quantity { term { measure: "desk_staff" } } remit_kinds: "district" }
  row { id: "C.1" label { vi: "Tỷ lệ trực tuyến" } rate: "online" target: "30" }
  row { id: "C.2" label { vi: "Tỷ lệ thứ bảy" } rate: "saturday_share" filter { levels: "commune" } }
}
rule { rule: "part_of" version: 1 severity: ERROR scope: FORM compare: AT_MOST form: "seven" message { vi: "Nhiều hơn số TTHC." }
  left_part { row: "B.1" } right_part { row: "B.2" } }
rule { rule: "same_quantity" version: 1 severity: WARNING scope: FORM compare: EQUAL form: "seven" column: "q1" message { vi: "Một số, hai dòng." }
  left_part { row: "A.2" } right_part { row: "A.7" } when_left { row: "A.1" } when_right { row: "A.1" } blank_is_zero: true }
rule { rule: "rate_range" version: 1 severity: ERROR scope: FORM compare: RATE form: "seven" message { vi: "Tỷ lệ sai." }
  left_part { row: "C.2" } right_part { row: "B.3" } right_part { row: "B.4" } }
)";

class SeventhRegimeTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto catalog = LoadCatalog({{"seventh.txtpb", kRegime}});
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *catalog;
    const auto flow = [&](const char* unit, const char* day, const char* procedure, const char* channel, int64_t value,
                          const char* measure = "received") { facts_.Put(unit, day, procedure, channel, measure, value); };
    flow("W1", "2024-01-06", "P1", "counter", 40);      // a Saturday
    flow("W1", "2024-01-08", "P3", "online_full", 10);  // a Monday
    flow("W2", "2024-02-05", "P1", "counter", 20);
    flow("V1", "2024-02-10", "P4", "counter", 7);       // a Saturday
    flow("V1", "2024-05-06", "P3", "online_full", 5);   // the second quarter
    flow("W1", "2024-05-07", "P1", "online_full", 2);
    flow("V1", "2024-02-12", "P4", "counter", 3, "resolved_late");
    facts_.Put("7", "2023-06-01", "", "", "procedures", int64_t{223});  // before every period, and still so
    facts_.Put("W2", "2024-02-01", "", "", "procedures", int64_t{93});  // another's own count
    facts_.Put("7", "2024-02-01", "", "", "method", std::string("1"));
    facts_.Put("W1", "2023-12-01", "", "", "saturday", std::string("yes"));
    facts_.Put("W2", "2024-01-10", "", "", "saturday", std::string("no"));
    facts_.Put("7D", "2024-02-01", "", "", "saturday", std::string("yes"));
    facts_.Put("W1", "2024-03-01", "", "", "desk_staff", int64_t{4});
    facts_.Put("W2", "2024-03-01", "", "", "remark", std::string("Chờ bổ sung"));
  }

  Report Make(const std::string& unit, const std::string& period, const FormOptions& options = {}) {
    auto report = MakeReport(*catalog_, facts_, "seven", unit, period, options);
    EXPECT_THAT(report, IsOk());
    return *std::move(report);
  }
  const Figure& At(const Report& report, const std::string& row, const std::string& column) {
    for (const ReportRow& one : report.rows) {
      if (one.id != row) continue;
      for (std::size_t i = 0; i < report.form->columns.size(); ++i) {
        if (report.form->columns[i].id == column) return one.figures[i];
      }
    }
    ADD_FAILURE() << row << " " << column;
    static const Figure kNone;
    return kNone;
  }
  std::string Text(const Report& report, const std::string& row, const std::string& column = "q1") {
    const Figure& figure = At(report, row, column);
    if (figure.kind == Figure::Kind::kNumber) return std::to_string(figure.number);
    if (figure.kind == Figure::Kind::kUnknown) return "?";
    return figure.kind == Figure::Kind::kNotInRemit ? "not in remit" : figure.text;
  }

  const ScopedLanguage vietnamese_{Language::kVietnamese};
  std::shared_ptr<const Catalog> catalog_;
  MemoryFacts facts_;
};

TEST_F(SeventhRegimeTest, EverySelectionIsCounted) {
  const Report q1 = Make("7", "Q1");
  EXPECT_EQ(Text(q1, "A"), "?") << "a heading has no figures";
  EXPECT_EQ(Text(q1, "A.1"), "77");
  EXPECT_EQ(Text(q1, "A.2"), "70") << "wards, not villages";
  EXPECT_EQ(Text(q1, "A.3"), "47") << "the two Saturdays";
  EXPECT_EQ(Text(q1, "A.4"), "60") << "procedures of watched fields";
  EXPECT_EQ(Text(q1, "A.5"), "70");
  EXPECT_EQ(Text(q1, "A.6"), "0") << "a difference of rows, each under its own filter";
  EXPECT_EQ(Text(q1, "A.7"), "70") << "a row of rows";
  EXPECT_EQ(Text(q1, "B.1"), "1") << "one procedure came in online";
  EXPECT_EQ(Text(q1, "B.3"), "1") << "W1 said yes before the period and still means it; the desk is no commune";
  EXPECT_EQ(Text(q1, "B.4"), "3");
  EXPECT_EQ(Text(q1, "B.5"), "1");
  EXPECT_EQ(Text(q1, "C.2"), "33.3");
}

TEST_F(SeventhRegimeTest, WhatIsCountedOnceIsOfTheReportedUnitAlone) {
  EXPECT_EQ(Text(Make("7", "Q1"), "B.2"), "223") << "never 223 + 93";
  EXPECT_EQ(Text(Make("W2", "Q1"), "B.2"), "93");
  EXPECT_EQ(Text(Make("W1", "Q1"), "B.2"), "?");
  EXPECT_EQ(Text(Make("70", "Q1"), "A.1"), "77");
  EXPECT_EQ(Text(Make("70", "Q1"), "B.2"), "?") << "nobody counted for the province, whatever its parts say";
  EXPECT_EQ(Text(Make("7", "Q1"), "B.6"), "Phát phiếu");
  EXPECT_EQ(Text(Make("W1", "Q1"), "B.6"), "?");
  EXPECT_EQ(Make("7", "Q1").coverage.units_expected, 4) << "who only consolidates is not expected to report";
}

TEST_F(SeventhRegimeTest, ColumnsOfPeriodsAreFilledAsTheYearGoes) {
  const Report q1 = Make("7", "Q1");
  EXPECT_EQ(Text(q1, "A.1", "6m"), "?");
  EXPECT_EQ(Text(q1, "B.4", "year"), "?") << "not filled yet, also where nothing needs to be recorded";
  const Report half = Make("7", "6M");
  EXPECT_EQ(Text(half, "A.1", "q1"), "77");
  EXPECT_EQ(Text(half, "A.1", "q2"), "7") << "stand-alone";
  EXPECT_EQ(Text(half, "A.1", "6m"), "84") << "cumulative";
  EXPECT_EQ(Text(half, "A.1", "year"), "?");
  EXPECT_EQ(Text(half, "B.1", "6m"), "2") << "distinct over the period, not the sum of its parts";
  EXPECT_EQ(Text(half, "B.1", "q2"), "2");
  EXPECT_EQ(Text(half, "B.2", "q2"), "223") << "holds until it changes";
  EXPECT_EQ(Text(half, "B.6", "q2"), "?") << "an answer of one period";
}

TEST_F(SeventhRegimeTest, ARateStandsBesideItsTargetAndItsOtherDefinitions) {
  const Report report = Make("7", "Q1", {.compare_rates = true});
  EXPECT_EQ(Text(report, "C.1"), "13.0");
  EXPECT_EQ(Text(report, "C.1", "target"), "30");
  EXPECT_EQ(Text(report, "C.1@online_offered"), "58.8") << "10 of the 17 in fields with a level 4 procedure";
  EXPECT_EQ(Text(report, "C.1@online_used"), "100.0") << "10 of the 10 for procedures somebody used online";
  const RateFigure& rate = At(report, "C.1", "q1").rate;
  EXPECT_EQ(rate.numerator, 10);
  EXPECT_EQ(rate.denominator, 77);
  EXPECT_EQ(rate.definition, "online v1");
  EXPECT_EQ(rate.units_expected, 4);
  EXPECT_EQ(rate.units_with_data, 4);
  EXPECT_EQ(At(report, "C.2", "q1").rate.units_expected, 3) << "the communes alone";
  const Report plain = Make("7", "Q1");
  for (const ReportRow& row : plain.rows) EXPECT_EQ(row.id.find('@'), std::string::npos) << row.id;
  EXPECT_THAT(ReportAsCsv(report), HasSubstr("C.1@online_offered,q1,58.8,"));
  EXPECT_THAT(ReportAsCsv(report), HasSubstr("10 / 77, online v1, "));
}

TEST_F(SeventhRegimeTest, ARowOutsideTheRemitIsBlankAndFilesSayWhy) {
  const Report ward = Make("W1", "Q1");
  EXPECT_EQ(Text(ward, "B.7"), "not in remit");
  EXPECT_EQ(Text(Make("7", "Q1"), "B.7"), "4");
  EXPECT_THAT(ReportAsJson(ward), HasSubstr("\"q1\": \"Không thuộc thẩm quyền báo cáo\""));
  EXPECT_THAT(ReportAsTable(ward), testing::Not(HasSubstr("Không thuộc thẩm quyền")));
}

TEST_F(SeventhRegimeTest, NotesOfTheUnitsBelowAreGathered) {
  EXPECT_THAT(At(Make("7", "Q1"), "A.1", "q1").note, HasSubstr("Phường Hai: Chờ bổ sung"));
  EXPECT_EQ(At(Make("W2", "Q1"), "A.1", "q1").note, "Chờ bổ sung") << "alone it needs no name";
}

TEST_F(SeventhRegimeTest, ItsRulesJudgeWhatIsPrintedAndWhatIsTyped) {
  const auto found = [](const std::vector<Finding>& findings) {
    std::vector<std::string> places;
    for (const Finding& f : findings) places.push_back(f.rule + " " + f.row + "/" + f.column);
    return places;
  };
  EXPECT_THAT(found(Make("7", "Q1").findings), testing::IsEmpty());
  const auto typed = ReadTypedFigures(*catalog_, *catalog_->FindForm("seven"),
                                      "row,column,value\nB.1,q1,300\nB.2,q1,223\nB.1,6m,300\nC.2,q1,50.0\nB.3,q1,1\nB.4,q1,3\n"
                                      "A.1,q1,77\nA.2,q1,70\n");
  ASSERT_THAT(typed, IsOk());
  EXPECT_EQ(found(CheckTyped(*catalog_, *typed)),
            (std::vector<std::string>{"part_of B.1/q1", "rate_range C.2/q1", "same_quantity A.2/q1"}));
}

}  // namespace
}  // namespace motcua
