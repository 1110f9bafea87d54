// What a report looks like on a terminal, as CSV and as JSON, character by character.
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/report/rate_words.h"
#include "common/report/report.h"
#include "common/report/report_layout.h"
#include "common/report/text_layout.h"
#include "common/rpc/catalog_text.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RenderTest : public ::testing::Test {
 protected:
  RenderTest() {
    Form& form = catalog_.Tall("F");
    form.version = 4;
    form.legal_basis = {"Thông tư 1", "Circular 1"};
    form.zero_over_zero = ZeroOverZero::kDash;
    catalog_.data.rates.push_back({"on_time", 1, {"Tỷ lệ đúng hạn", "On-time rate"}, Q("resolved_on_time"), Q("resolved"), {}});
    FormRow total = SmallCatalog::Row("1/received", "Số mới tiếp nhận", Q("received"), Levels("commune"));
    total.unit = {"Hồ sơ", "dossiers"};
    FormRow online = SmallCatalog::Row("1/online", "Trong đó, \"trực tuyến\"", Q("received"), {{"commune"}, {}, {}, {"online_full"}});
    online.indent = 1;
    online.note = {"mức độ 4, toàn trình", "level 4"};
    FormRow rate = SmallCatalog::Row("1/rate", "Tỷ lệ", {}, Levels("commune"));
    rate.rate = "on_time";
    FormRow district = SmallCatalog::Row("2/received", "Cấp huyện", Q("received"), Levels("district"));
    form.rows = {total, online, rate, district};
    Rule& rule = catalog_.Ruled("stock_negative", RuleScope::kUnitChannel, Compare::kAtLeast, Q("pending"), {});
    rule.severity = Severity::kWarning;
  }
  void PutFigures() {
    facts_.Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{51000});
    facts_.Put("C1", "2020-02-01", "P1", "online_full", "received", int64_t{378});
    facts_.Put("C1", "2020-02-01", "P1", "counter", "resolved_on_time", int64_t{51052});
    facts_.Put("C1", "2020-02-01", "P1", "counter", "resolved_late", int64_t{143});
  }
  Report Make(const std::string& form = "F") {
    built_ = catalog_.Build();
    auto report = MakeReport(*built_, facts_, form, "001", "Q1");
    EXPECT_THAT(report, IsOk());
    return *std::move(report);
  }

  SmallCatalog catalog_;
  MemoryFacts facts_;
  std::shared_ptr<const Catalog> built_;
};

TEST_F(RenderTest, TableReadsWellInVietnamese) {
  ScopedLanguage language(Language::kVietnamese);
  PutFigures();
  EXPECT_EQ(ReportAsTable(Make()), R"(Biểu F
Thông tư 1
Huyện Mẫu (001) · kỳ Q1 · 01/01/2020 – 31/03/2020
Có số liệu của 1 trên 3 đơn vị.

Mục  Nội dung                  Đơn vị  Số lượng  Ghi chú
─────────────────────────────────────────────────────────────────────────────────────────────
1    Số mới tiếp nhận          Hồ sơ     51.378
       Trong đó, "trực tuyến"               378  mức độ 4, toàn trình
     Tỷ lệ                                99,72  51.052 / 51.195, on_time v1, 1 trên 2 đơn vị
2    Cấp huyện
─────────────────────────────────────────────────────────────────────────────────────────────
Cách tính: Tỷ lệ đúng hạn (on_time v1) = VI resolved_on_time / Đã giải quyết
Biểu mẫu F, phiên bản 4; số liệu hiện hành, chưa chốt.
Chưa có số liệu: Một cửa huyện (001D), Phường Hai (C2).
Mã xác nhận của bảng số liệu: 3F5E-03B1-4F5C.

Chưa khớp: 1 điểm.
1. Cần xem lại – Phường Một, Kênh counter (-195 < 0): Không khớp. [stock_negative]
)");
}

TEST_F(RenderTest, TableReadsWellInEnglish) {
  ScopedLanguage language(Language::kEnglish);
  PutFigures();
  Report report = Make();
  report.revision = 2;
  EXPECT_EQ(ReportAsTable(report), R"(Form F
Circular 1
Huyện Mẫu (001) · period Q1 · 2020-01-01 – 2020-03-31
Figures of 1 of 3 units.

Item  Content                        Unit      Quantity  Notes
──────────────────────────────────────────────────────────────────────────────────────────────────
1     Số mới tiếp nhận (en)          dossiers    51,378
        Trong đó, "trực tuyến" (en)                 378  level 4
      Tỷ lệ (en)                                  99.72  51,052 / 51,195, on_time v1, 1 of 2 units
2     Cấp huyện (en)
──────────────────────────────────────────────────────────────────────────────────────────────────
Definition: On-time rate (on_time v1) = EN resolved_on_time / Resolved
Form F, version 4; locked revision 2.
No figures yet: Một cửa huyện (001D), Phường Hai (C2).
Code of these figures: DEF8-6918-8C51.

Does not add up: 1 point.
1. Look again – Phường Một, Channel counter (-195 < 0): Does not match. [stock_negative]
)");
}

TEST_F(RenderTest, WideTablesMergeHeadingsAndPutNotesBelow) {
  ScopedLanguage language(Language::kVietnamese);
  PutFigures();
  Form& form = catalog_.Tall("W");
  form.columns = {SmallCatalog::Column("3", "Tổng số", Q("to_handle")), SmallCatalog::Column("4", "Mới tiếp nhận", Q("received")),
                  SmallCatalog::Column("5", "Quá hạn", Q("resolved_late"))};
  form.columns[0].group = form.columns[1].group = {"Nhận giải quyết", "To handle"};
  form.columns[2].group = {"Đã giải quyết", "Settled"};
  form.rows = {SmallCatalog::Row("commune", "Cấp xã", {}, Levels("commune"))};
  form.rows[0].note_measures = {"resolved_late"};
  catalog_.data.rules.clear();
  facts_.Put("C2", "2020-02-01", "P1", "counter", "resolved_late", int64_t{2});
  EXPECT_EQ(ReportAsTable(Make("W")), R"(Biểu W
Huyện Mẫu (001) · kỳ Q1 · 01/01/2020 – 31/03/2020
Có số liệu của 2 trên 3 đơn vị.

                           Đã
            Nhận giải     giải
              quyết       quyết
          ──────────────  ─────
                     Mới
            Tổng    tiếp    Quá
              số    nhận    hạn
Nội dung     (3)     (4)    (5)
───────────────────────────────
Cấp xã    51.378  51.378    145
───────────────────────────────
Ghi chú:
- Cấp xã (5): Phường Một: 143; Phường Hai: 2
Biểu mẫu W, phiên bản 1; số liệu hiện hành, chưa chốt.
Chưa có số liệu: Một cửa huyện (001D).
Mã xác nhận của bảng số liệu: 57E6-F902-76D8.

Các số liệu khớp nhau.
)");
}

TEST_F(RenderTest, HeadingsAboveColumnsAreInTheReadersLanguage) {
  PutFigures();
  catalog_.data.forms[0].columns[0].group = {"Nhận", "Taken"};
  {
    ScopedLanguage language(Language::kEnglish);
    EXPECT_THAT(ReportAsTable(Make()), testing::AllOf(HasSubstr("Taken"), testing::Not(HasSubstr("Nhận"))));
  }
  ScopedLanguage language(Language::kVietnamese);
  EXPECT_THAT(ReportAsTable(Make()), HasSubstr("Nhận"));
}

TEST_F(RenderTest, NoLineIsWiderThanTheTerminal) {
  for (const Language lang : {Language::kVietnamese, Language::kEnglish}) {
    ScopedLanguage language(lang);
    PutFigures();
    std::string words;
    for (int i = 0; i < 60; ++i) words += "hồ sơ tiếp nhận ";
    catalog_.data.forms[0].rows[1].note = {words, words};
    catalog_.data.forms[0].rows[1].label = {words, words};
    catalog_.data.forms[0].title = {words, words};
    catalog_.data.rules[0].message = {words, words};
    catalog_.data.forms[0].rows.push_back(SmallCatalog::Row("3/remark", "Nhận xét", Q("remark")));
    catalog_.data.forms[0].rows.back().id += lang == Language::kEnglish ? "/en" : "";
    facts_.Put("C1", "2020-03-01", "", "", "remark", words);
    for (absl::string_view line : absl::StrSplit(ReportAsTable(Make()), '\n')) {
      EXPECT_LE(DisplayWidth(line), kTableWidth) << line;
    }
  }
}

TEST_F(RenderTest, ZeroOfZeroPrintsAsTheFormSays) {
  ScopedLanguage language(Language::kVietnamese);
  facts_.Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{1});
  const std::vector<std::pair<ZeroOverZero, std::string>> prints = {
      {ZeroOverZero::kBlank, "Tỷ lệ                                       0 / 0,"},
      {ZeroOverZero::kDash, "  –  0 / 0,"},
      {ZeroOverZero::kZero, "  0  0 / 0,"},
      {ZeroOverZero::kHundred, "  100  0 / 0,"}};
  for (const auto& [how, print] : prints) {
    catalog_.data.forms[0].zero_over_zero = how;
    const Report report = Make();
    EXPECT_THAT(ReportAsTable(report), HasSubstr(print));
    EXPECT_THAT(ReportAsCsv(report), HasSubstr("1/rate,value,n/a,")) << "files keep what it is";
  }
}

TEST_F(RenderTest, CsvIsPlainAndQuotedWhereNeeded) {
  ScopedLanguage language(Language::kVietnamese);
  PutFigures();
  EXPECT_EQ(ReportAsCsv(Make()),
            "row,column,value,label,note\n"
            "1/received,value,51378,Số mới tiếp nhận,\n"
            "1/online,value,378,\"Trong đó, \"\"trực tuyến\"\"\",\"mức độ 4, toàn trình\"\n"
            "1/rate,value,99.72,Tỷ lệ,\"51.052 / 51.195, on_time v1, 1 trên 2 đơn vị\"\n"
            "2/received,value,,Cấp huyện,\n");
}

TEST_F(RenderTest, JsonHasTheContractsKeysInOrder) {
  ScopedLanguage language(Language::kVietnamese);
  PutFigures();
  EXPECT_EQ(ReportAsJson(Make()), R"({
  "form": "F",
  "form_version": 4,
  "unit": "001",
  "period": "Q1",
  "from": "2020-01-01",
  "to": "2020-03-31",
  "revision": 0,
  "lock": null,
  "code": "3F5E-03B1-4F5C",
  "coverage": {
    "units_expected": 3,
    "units_with_data": 1,
    "units_submitted": 0,
    "missing": [
      {
        "unit": "001D",
        "state": "not_started"
      },
      {
        "unit": "C2",
        "state": "not_started"
      }
    ],
    "exempt": []
  },
  "rows": [
    {
      "id": "1/received",
      "label": "Số mới tiếp nhận",
      "values": {
        "value": 51378
      },
      "rates": {},
      "notes": {}
    },
    {
      "id": "1/online",
      "label": "Trong đó, \"trực tuyến\"",
      "values": {
        "value": 378
      },
      "rates": {},
      "notes": {
        "value": "mức độ 4, toàn trình"
      }
    },
    {
      "id": "1/rate",
      "label": "Tỷ lệ",
      "values": {
        "value": 99.72
      },
      "rates": {
        "value": {
          "numerator": 51052,
          "denominator": 51195,
          "definition": "on_time v1",
          "units_with_data": 1,
          "units_expected": 2
        }
      },
      "notes": {}
    },
    {
      "id": "2/received",
      "label": "Cấp huyện",
      "values": {
        "value": null
      },
      "rates": {},
      "notes": {}
    }
  ],
  "violations": [
    {
      "rule": "stock_negative",
      "rule_version": 1,
      "unit": "C1",
      "period": "T/Q1",
      "procedure": "",
      "channel": "counter",
      "row": "",
      "column": "",
      "severity": "warning",
      "left": -195,
      "right": 0,
      "message": "Phường Một, Kênh counter (-195 < 0): Không khớp."
    }
  ]
}
)");
}

TEST_F(RenderTest, ZeroOfZeroIsNotApplicableInJson) {
  facts_.Put("C1", "2020-02-01", "P1", "counter", "received", int64_t{1});
  EXPECT_THAT(ReportAsJson(Make()), HasSubstr(R"("value": "n/a")"));
}

TEST_F(RenderTest, EqualFactsInAnotherOrderGiveEqualBytes) {
  PutFigures();
  const Report forwards = Make();
  const std::shared_ptr<const Catalog> kept = built_;
  facts_.Reverse();
  const Report backwards = Make();
  EXPECT_EQ(ReportAsJson(forwards), ReportAsJson(backwards));
  EXPECT_EQ(ReportAsTable(forwards), ReportAsTable(backwards));
  EXPECT_EQ(ReportAsCsv(forwards), ReportAsCsv(backwards));
}

TEST_F(RenderTest, FindingsAloneAreAnObjectWithViolations) {
  EXPECT_EQ(FindingsAsJson({}), "{\n  \"violations\": []\n}\n");
  ScopedLanguage language(Language::kVietnamese);
  EXPECT_EQ(FindingsAsText({}), "Các số liệu khớp nhau.\n");
}

// --- Layout ---

TEST(ReportLayoutTest, ARowBeginsWithTheNumberItHasOnPaperOrWithNone) {
  const std::map<std::string, std::string> items = {
      {"2.3.6/received/online", "2.3.6"}, {"3B-3.1", "3B-3.1"}, {"1-3.1.2", "1-3.1.2"}, {"I.5/dialogue", "I.5"},
      {"commune/land", ""},               {"narrative/units", ""}, {"total", ""}};
  for (const auto& [id, item] : items) EXPECT_EQ(ItemOf(ReportRow{id, "", 0, "", {}}), item) << id;
}

// "Received / received" would say nothing: what a definition leaves out is part of it.
TEST(RateWordsTest, ADefinitionSaysWhatItIsNarrowedTo) {
  const auto catalog = LoadCatalog(*ReadCatalogFiles(MOTCUA_SOURCE_DIR "/deploy/catalog/cuchi-2020"));
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  const ScopedLanguage english(Language::kEnglish);
  EXPECT_EQ(RateInWords(**catalog, *(*catalog)->FindRate("online_3_in_fields")),
            "Received online at level 3 of received in the fields that offer level 3 (online_3_in_fields v1) = "
            "Received [Online, partial (level 3); fields with procedures online_3] / "
            "Received [fields with procedures online_3]");
  EXPECT_EQ(RateInWords(**catalog, *(*catalog)->FindRate("late_of_resolved")),
            "Late of settled (late_of_resolved v1) = Resolved late / Resolved");
}

TEST(TextLayoutTest, WrapsAtSpacesByDisplayWidth) {
  EXPECT_THAT(Wrap("Tổng số hồ sơ đã giải quyết", 10), ElementsAre("Tổng số hồ", "sơ đã giải", "quyết"));
  EXPECT_THAT(Wrap("", 10), ElementsAre(""));
}

TEST(TextLayoutTest, BreaksAWordThatIsTooLongBetweenCharacters) {
  EXPECT_THAT(Wrap("a ữữữữữ b", 2), ElementsAre("a", "ữữ", "ữữ", "ữ", "b"));
  // Decomposed letters keep their marks: "ữ" as u, horn, tilde.
  EXPECT_THAT(Wrap("u\u031B\u0303u\u031B\u0303", 1), ElementsAre("u\u031B\u0303", "u\u031B\u0303"));
}

TEST(TextLayoutTest, PadsByColumnsNotBytes) {
  EXPECT_EQ(PadLeft("Quá hạn", 9), "  Quá hạn");
  EXPECT_EQ(PadRight("Quá hạn", 9), "Quá hạn  ");
  EXPECT_EQ(Centered("hạn", 6), " hạn  ");
  EXPECT_EQ(PadLeft("Quá hạn", 3), "Quá hạn");
}

}  // namespace
}  // namespace motcua
