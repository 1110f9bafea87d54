// Catalogs as people write them: faults have the file and line they were written at, the bytes that travel
// give the same catalog, and the catalog we ship takes every row of the sample data.
//
// It should survive: a field that does not exist, broken text, bytes that are not UTF-8, days that are none,
// files in another order, damaged bytes from the network, a folder without files.
#include "common/rpc/catalog_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/ledger/entry.h"
#include "common/sync/limits.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

namespace fs = std::filesystem;

constexpr char kUnits[] =
    "id: \"small\"\n"
    "unit_kind { id: \"commune\" level: \"commune\" name { vi: \"Phường\" } records: true }\n"
    "unit {\n"
    "  code: \"00001\" name: \"Phường Phúc Xá\" kind: \"commune\"\n"
    "  valid_from: \"2004-07-08\"\n"
    "}\n";
constexpr char kMeasures[] =
    "channel { code: \"counter\" name { vi: \"Trực tiếp\" en: \"Counter\" } }\n"
    "measure { code: \"received\" kind: FLOW name { vi: \"Tiếp nhận\" } }\n";
constexpr char kForms[] =
    "id: \"small\"\n"
    "calendar {\n"
    "  id: \"year\" name { vi: \"Năm\" }\n"
    "  period { id: \"2020\" name { vi: \"Năm 2020\" } from: \"2019-12-15\" to: \"2020-12-14\" }\n"
    "}\n"
    "form {\n"
    "  id: \"table\" version: 3 title { vi: \"Biểu\" } calendar: \"year\"\n"
    "  column { id: \"value\" label { vi: \"Số\" } }\n"
    "  row {\n"
    "    id: \"a/b\" label { vi: \"Hàng\" }\n"
    "    quantity { term { measure: \"received\" coefficient: -2 filter { channels: \"counter\" } } }\n"
    "  }\n"
    "}\n";

using Files = std::vector<CatalogFile>;
Files SmallFiles() {
  return {{"forms.txtpb", kForms}, {"measures.txtpb", kMeasures}, {"units.txtpb", kUnits}};
}

constexpr std::size_t kFormsFile = 0, kMeasuresFile = 1, kUnitsFile = 2;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class CatalogTextTest : public testing::Test {
 protected:
  std::vector<std::string> Faults(const Files& files) {
    const auto catalog = LoadCatalog(files);
    EXPECT_THAT(catalog, StatusIs(absl::StatusCode::kInvalidArgument));
    return absl::StrSplit(std::string(catalog.status().message()), '\n');
  }
  // The one fault of the small catalog after `from` became `to` in `file`.
  std::string FaultAfter(std::size_t file, const std::string& from, const std::string& to) {
    Files files = SmallFiles();
    files[file].text = Replaced(files[file].text, from, to);
    const std::vector<std::string> faults = Faults(files);
    EXPECT_EQ(faults.size(), 1u) << testing::PrintToString(faults);
    return faults[0];
  }
  const ScopedLanguage english_{Language::kEnglish};
};

TEST_F(CatalogTextTest, FilesOfAFolderAreOneCatalogAndThingsKnowTheirLines) {
  const auto catalog = LoadCatalog(SmallFiles());
  ASSERT_THAT(catalog, IsOk());
  const CatalogData& data = (*catalog)->data();
  EXPECT_EQ(data.id, "small");
  const Unit& unit = *(*catalog)->FindUnit("00001");
  EXPECT_EQ(unit.name, "Phường Phúc Xá");
  EXPECT_EQ(unit.valid_from, *ParseDay("2004-07-08"));
  EXPECT_EQ(unit.valid_to, std::nullopt);
  EXPECT_EQ(unit.source.file, "units.txtpb");
  EXPECT_EQ(unit.source.line, 3);
  EXPECT_EQ((*catalog)->FindMeasure("received")->source.line, 2);
  const Form& form = *(*catalog)->FindForm("table");
  EXPECT_EQ(form.version, 3);
  EXPECT_EQ(form.rate_decimals, 2);
  EXPECT_EQ(form.rows[0].source.line, 9);
  EXPECT_EQ(form.rows[0].quantity.source.line, 11);
  EXPECT_EQ(form.rows[0].quantity.terms[0].coefficient, -2);
  EXPECT_EQ(form.rows[0].quantity.terms[0].filter.channels, std::vector<std::string>{"counter"});
  EXPECT_EQ((*catalog)->FindPeriod("year", "2020")->to, *ParseDay("2020-12-14"));
}

TEST_F(CatalogTextTest, TheSameFilesInAnyOrderAreTheSameVersion) {
  Files reversed = SmallFiles();
  std::reverse(reversed.begin(), reversed.end());
  const auto a = LoadCatalog(SmallFiles());
  const auto b = LoadCatalog(reversed);
  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  EXPECT_EQ((*a)->canonical(), (*b)->canonical());
  EXPECT_EQ((*a)->version(), (*b)->version());
  EXPECT_EQ((*a)->codes(), (*b)->codes());
}

TEST_F(CatalogTextTest, CommentsAndLayoutDoNotMakeAnotherVersionAndContentDoes) {
  Files files = SmallFiles();
  files[kUnitsFile].text = "# Đơn vị\n\n" + Replaced(files[kUnitsFile].text, "unit {\n", "unit   {\n\n");
  const auto plain = LoadCatalog(SmallFiles());
  const auto commented = LoadCatalog(files);
  ASSERT_THAT(commented, IsOk());
  EXPECT_EQ((*plain)->version(), (*commented)->version());
  files[kUnitsFile].text = Replaced(files[kUnitsFile].text, "Phúc Xá", "Phúc Xã");
  const auto renamed = LoadCatalog(files);
  ASSERT_THAT(renamed, IsOk());
  EXPECT_NE((*plain)->version(), (*renamed)->version());
}

// Every word of official reports, written once, arrives in the struct that means it.
TEST_F(CatalogTextTest, TheWordsOfOfficialReportsAreRead) {
  Files files = SmallFiles();
  files[kUnitsFile].text +=
      "unit_kind { id: \"district\" level: \"district\" name { vi: \"Quận\" } consolidates: true }\n"
      "unit { code: \"001\" name: \"Quận\" kind: \"district\" contact: \"024 1234\" }\n"
      "field { id: \"land\" name { vi: \"Đất\" } properties: \"watched\" }\n"
      "procedure { code: \"1.1\" name { vi: \"Đất\" } field: \"land\" properties: [\"online_3\", \"payable\"] }\n";
  files[kMeasuresFile].text +=
      "measure { code: \"held\" kind: CHOICE name { vi: \"Có\" } desk_wide: true once: true until_changed: true\n"
      "  choices: [\"1\", \"0\"] choice_names { vi: \"Có\" en: \"Yes\" } choice_names { vi: \"Không\" en: \"No\" } }\n"
      "measure { code: \"words\" kind: TEXT name { vi: \"Lời\" } desk_wide: true }\n"
      "measure { code: \"shared\" kind: CHOICE name { vi: \"Chung\" } desk_wide: true choices: [\"1\", \"0\"] }\n"
      "rate { id: \"r\" version: 2 name { vi: \"Tỷ lệ\" } family: \"online\"\n"
      "  numerator { term { measure: \"received\" filter { weekdays: [6, 7] with_dossiers_by: \"counter\" } } }\n"
      "  denominator { term { measure: \"received\" count: PROCEDURES filter { procedure_properties: \"online_3\"\n"
      "    field_properties: \"watched\" fields_offering: \"payable\" unit_kinds: \"commune\" } } } }\n";
  files[kFormsFile].text +=
      "form {\n"
      "  id: \"long\" version: 1 title { vi: \"Biểu\" } calendar: \"year\"\n"
      "  column { id: \"y\" label { vi: \"Năm\" } period: \"2020\" }\n"
      "  column { id: \"t\" label { vi: \"Mục tiêu\" } target: true }\n"
      "  row { id: \"h\" label { vi: \"Mục\" } heading: true }\n"
      "  row { id: \"n\" label { vi: \"Số\" } quantity { term { measure: \"shared\" count: UNITS answer: \"1\" } }\n"
      "    remit_kinds: \"district\" target: \"99.5\" note_text: \"words\" }\n"
      "  row { id: \"s\" label { vi: \"Tổng\" } quantity { term { row: \"n\" } } }\n"
      "  row { id: \"r\" label { vi: \"Tỷ lệ\" } rate: \"r\" }\n"
      "}\n"
      "rule { rule: \"same_quantity\" version: 1 severity: WARNING scope: FORM compare: EQUAL form: \"long\"\n"
      "  message { vi: \"Khác\" } left_part { row: \"s\" } right_part { row: \"n\" column: \"y\" coefficient: 2 }\n"
      "  when_left { row: \"n\" } when_right { row: \"s\" } blank_is_zero: true }\n"
      "rule { rule: \"rate_range\" version: 1 severity: ERROR scope: FORM compare: RATE form: \"long\"\n"
      "  message { vi: \"Khác\" } left_part { row: \"r\" } right_part { row: \"n\" } right_part { row: \"s\" } }\n";
  const auto catalog = LoadCatalog(files);
  ASSERT_THAT(catalog, IsOk());
  const Catalog& read = **catalog;
  EXPECT_TRUE(read.KindOf(*read.FindUnit("001"))->consolidates);
  EXPECT_EQ(read.FindUnit("001")->contact, "024 1234");
  EXPECT_EQ(read.FindField("land")->properties, std::vector<std::string>{"watched"});
  EXPECT_EQ(read.FindProcedure("1.1")->properties, (std::vector<std::string>{"online_3", "payable"}));
  const Measure& held = *read.FindMeasure("held");
  EXPECT_TRUE(held.once && held.until_changed);
  ASSERT_EQ(held.choice_names.size(), 2u);
  EXPECT_EQ(held.choice_names[1].en, "No");
  const Rate& rate = *read.FindRate("r");
  EXPECT_EQ(rate.family, "online");
  EXPECT_EQ(rate.numerator.terms[0].filter.weekdays, (std::vector<int>{6, 7}));
  EXPECT_EQ(rate.numerator.terms[0].filter.with_dossiers_by, std::vector<std::string>{"counter"});
  const Term& below = rate.denominator.terms[0];
  EXPECT_EQ(below.count, Count::kProcedures);
  EXPECT_EQ(below.filter.procedure_properties, std::vector<std::string>{"online_3"});
  EXPECT_EQ(below.filter.field_properties, std::vector<std::string>{"watched"});
  EXPECT_EQ(below.filter.fields_offering, std::vector<std::string>{"payable"});
  EXPECT_EQ(below.filter.unit_kinds, std::vector<std::string>{"commune"});
  const Form& form = *read.FindForm("long");
  EXPECT_EQ(form.columns[0].period, "2020");
  EXPECT_TRUE(form.columns[1].target);
  EXPECT_TRUE(form.rows[0].heading);
  EXPECT_EQ(form.rows[1].quantity.terms[0].count, Count::kUnits);
  EXPECT_EQ(form.rows[1].quantity.terms[0].answer, "1");
  EXPECT_EQ(form.rows[1].remit_kinds, std::vector<std::string>{"district"});
  EXPECT_EQ(form.rows[1].target, "99.5");
  EXPECT_EQ(form.rows[1].note_text, "words");
  EXPECT_EQ(form.rows[2].quantity.terms[0].row, "n");
  const Rule& rule = read.data().rules[0];
  EXPECT_EQ(rule.left_part[0].row, "s");
  EXPECT_EQ(rule.right_part[0].column, "y");
  EXPECT_EQ(rule.right_part[0].coefficient, 2);
  EXPECT_EQ(rule.left_part[0].coefficient, 1);
  EXPECT_EQ(rule.when_left[0].row, "n");
  EXPECT_EQ(rule.when_right[0].row, "s");
  EXPECT_TRUE(rule.blank_is_zero);
  EXPECT_EQ(read.data().rules[1].compare, Compare::kRate);
  EXPECT_THAT(ParseCatalogBytes(read.canonical()), IsOk());
}

TEST_F(CatalogTextTest, TheBytesThatTravelGiveTheSameCatalog) {
  const auto sent = LoadCatalog(SmallFiles());
  ASSERT_THAT(sent, IsOk());
  const auto received = ParseCatalogBytes((*sent)->canonical());
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ((*received)->version(), (*sent)->version());
  EXPECT_EQ((*received)->canonical(), (*sent)->canonical());
  EXPECT_EQ((*received)->codes(), (*sent)->codes());
  EXPECT_EQ((*received)->FindForm("table")->rows[0].quantity.terms[0].coefficient, -2);
  EXPECT_EQ((*received)->FindUnit("00001")->source.file, "");
}

// ---- The catalog we ship ----

class ShippedCatalogTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto files = ReadCatalogFiles(Path("deploy/catalog/badinh-2020"));
    ASSERT_THAT(files, IsOk());
    const auto catalog = LoadCatalog(*files);
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *catalog;
  }
  static std::string Path(const std::string& in_repository) { return MOTCUA_SOURCE_DIR "/" + in_repository; }
  std::vector<std::string> Recording(const std::string& area, const std::string& calendar) const {
    const Period& period = *catalog_->FindPeriod(calendar, "2020-9M");
    std::vector<std::string> codes;
    for (const Unit* unit : catalog_->RecordingUnits(area, period.from, period.to))
      codes.push_back(unit->code);
    return codes;
  }
  const ScopedLanguage english_{Language::kEnglish};
  std::shared_ptr<const Catalog> catalog_;
};

TEST_F(ShippedCatalogTest, FourteenWardsAndTheDistrictDeskRecordForBaDinh) {
  const std::vector<std::string> expected = {"00001", "00004", "00006", "00007", "00008",
                                             "00010", "00013", "00016", "00019", "00022",
                                             "00025", "00028", "00031", "00034", "001D"};
  EXPECT_EQ(Recording("001", "badinh-2020"), expected);
  EXPECT_EQ(Recording("01", "vpcp"), expected);
  EXPECT_EQ(catalog_->SelfAndAncestors("00019", *ParseDay("2020-08-31")),
            (std::vector<std::string>{"00019", "001", "01"}));
}

TEST_F(ShippedCatalogTest, EveryRowOfTheSampleMayBeRecorded) {
  std::size_t rows = 0;
  const Period& own = *catalog_->FindPeriod("badinh-2020", "2020-9M");
  const Period& national = *catalog_->FindPeriod("vpcp", "2020-9M");
  for (const fs::directory_entry& file :
       fs::directory_iterator(Path("deploy/sample/badinh-2020-9m/entries"))) {
    const std::string unit = file.path().stem().string();
    std::ifstream in(file.path());
    std::string line;
    std::getline(in, line);
    EXPECT_EQ(line.substr(0, 42), "day,procedure,channel,measure,action,value");
    while (std::getline(in, line)) {
      // Only the free note, last, may hold commas.
      const std::vector<std::string> columns = absl::StrSplit(line, absl::MaxSplits(',', 6));
      ASSERT_EQ(columns.size(), 7u) << line;
      const absl::StatusOr<Day> day = ParseDay(columns[0]);
      ASSERT_THAT(day, IsOk()) << line;
      ASSERT_THAT(catalog_->CheckCell({unit, *day, columns[1], columns[2], columns[3]}), IsOk()) << line;
      EXPECT_TRUE(own.from <= *day && *day <= own.to) << line;
      EXPECT_TRUE(national.from <= *day && *day <= national.to) << line;
      ++rows;
    }
  }
  EXPECT_EQ(rows, 48'583u);
}

TEST_F(ShippedCatalogTest, FormsAreTheNationalTableAndTheDistrictsOwn) {
  const Form& national = *catalog_->FindForm("vpcp-06");
  EXPECT_EQ(national.calendar, "vpcp");
  std::vector<std::string> columns;
  for (const FormColumn& column : national.columns) columns.push_back(column.id);
  EXPECT_EQ(columns, (std::vector<std::string>{"3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"}));
  ASSERT_EQ(national.rows.size(), 2u);
  EXPECT_EQ(national.rows[0].id, "commune");
  EXPECT_TRUE(national.rows[0].per_field);

  const Form& own = *catalog_->FindForm("badinh-2020");
  EXPECT_EQ(own.calendar, "badinh-2020");
  ASSERT_EQ(own.columns.size(), 1u);
  EXPECT_EQ(own.columns[0].id, "value");
  std::set<std::string> rows;
  for (const FormRow& row : own.rows) rows.insert(row.id);
  for (const std::string item : {"2.3.5/", "2.3.6/"}) {
    for (const char* row :
         {"to_handle", "received/online", "carried_over", "received/counter_or_post", "resolved",
          "resolved/on_time", "resolved/on_time/regular", "resolved/on_time/online", "resolved/on_time/rate",
          "resolved/late", "resolved/late/regular", "resolved/late/online", "resolved/late/rate", "pending",
          "pending/in_term", "pending/overdue"}) {
      EXPECT_EQ(rows.erase(item + row), 1u) << item << row;
    }
  }
  for (const char* row : {"2.3.2/commune/desk_staff", "2.3.2/district/desk_staff"}) EXPECT_EQ(rows.erase(row), 1u) << row;
}

TEST_F(ShippedCatalogTest, EveryMeasureOfTheContractIsThere) {
  for (const char* code : {"received",
                           "resolved_early",
                           "resolved_on_time",
                           "resolved_late",
                           "refused",
                           "refused_at_reception",
                           "withdrawn",
                           "stopped",
                           "supplement_repeat",
                           "result_by_post",
                           "paid_online",
                           "paid_online_amount",
                           "digitized",
                           "entered_in_system",
                           "late_cause_line",
                           "late_cause_not_closed",
                           "late_cause_operation",
                           "late_cause_software",
                           "late_cause_linked_agency",
                           "late_cause_other",
                           "opening",
                           "pending_overdue",
                           "suspended",
                           "apology_letter",
                           "apology_message",
                           "feedback_received",
                           "feedback_resolved",
                           "survey_satisfied",
                           "survey_neutral",
                           "survey_unsatisfied",
                           "desk_staff"}) {
    EXPECT_NE(catalog_->FindMeasure(code), nullptr) << code;
  }
}

TEST_F(ShippedCatalogTest, ItTravelsWhole) {
  const auto received = ParseCatalogBytes(catalog_->canonical());
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ((*received)->version(), catalog_->version());
  EXPECT_EQ((*received)->data().rules.size(), catalog_->data().rules.size());
  EXPECT_EQ((*received)->FindForm("badinh-2020")->rows.size(),
            catalog_->FindForm("badinh-2020")->rows.size());
}

// ---- Every regime we ship ----

class RegimeTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto files = ReadCatalogFiles(absl::StrCat(MOTCUA_SOURCE_DIR "/deploy/catalog/", GetParam()));
    ASSERT_THAT(files, IsOk());
    const auto catalog = LoadCatalog(*files);
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *catalog;
  }
  const ScopedLanguage english_{Language::kEnglish};
  std::shared_ptr<const Catalog> catalog_;
};

TEST_P(RegimeTest, BringsItsFormWithACalendarOfItsNameAndTheNationalTable) {
  const std::string id = GetParam();
  EXPECT_EQ(catalog_->data().id, id);
  ASSERT_NE(catalog_->FindForm(id), nullptr);
  EXPECT_EQ(catalog_->FindForm(id)->calendar, id == "vpcp-06" ? "vpcp" : id);
  ASSERT_NE(catalog_->FindForm("vpcp-06"), nullptr);
  EXPECT_EQ(catalog_->FindForm("vpcp-06")->valid_to, ParseDay("2026-02-14").value());
}

TEST_P(RegimeTest, EveryRuleOfAFormIsOfAFormThatIsThere) {
  std::set<std::string> judged;
  for (const Rule& rule : catalog_->data().rules) judged.insert(rule.form);
  for (const Form& form : catalog_->data().forms) EXPECT_EQ(judged.count(form.id), 1u) << form.id;
}

TEST_P(RegimeTest, ThreeDefinitionsOfOnTimeAreOneFamily) {
  std::set<std::string> family;
  for (const Rate& rate : catalog_->data().rates) {
    if (rate.family == "on_time") family.insert(rate.id);
  }
  EXPECT_EQ(family, (std::set<std::string>{"on_time_of_resolved", "on_time_of_resolved_and_overdue", "on_time_decision_766"}));
}

TEST_P(RegimeTest, EveryLabelIsWrittenInBothLanguages) {
  const CatalogData& data = catalog_->data();
  for (const Measure& m : data.measures) {
    EXPECT_FALSE(m.name.en.empty() || m.unit.en.empty()) << m.code;
    for (const Label& choice : m.choice_names) EXPECT_FALSE(choice.en.empty()) << m.code;
  }
  for (const Procedure& p : data.procedures) EXPECT_FALSE(p.name.en.empty()) << p.code;
  for (const Field& f : data.fields) EXPECT_FALSE(f.name.en.empty()) << f.id;
  for (const Channel& c : data.channels) EXPECT_FALSE(c.name.en.empty()) << c.code;
  for (const Rate& r : data.rates) EXPECT_FALSE(r.name.en.empty()) << r.id;
  for (const Rule& r : data.rules) EXPECT_FALSE(r.message.en.empty()) << r.source.line;
  for (const Form& form : data.forms) {
    for (const FormRow& row : form.rows) EXPECT_FALSE(row.label.en.empty()) << row.id;
    for (const FormColumn& column : form.columns) {
      EXPECT_FALSE(column.label.en.empty()) << column.id;
      EXPECT_EQ(column.group.en.empty(), column.group.vi.empty()) << column.id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, RegimeTest,
                         testing::Values("vpcp-06", "badinh-2020", "cuchi-2020", "culaodung-2024", "vinhhoa-2024",
                                         "ankhe-2021"));

// ---- Faults ----

using CatalogTextErrorsTest = CatalogTextTest;

TEST_F(CatalogTextErrorsTest, AFieldThatDoesNotExistIsToldWithItsLine) {
  EXPECT_EQ(
      FaultAfter(kUnitsFile, "  valid_from:", "  valid_form:"),
      "units.txtpb:5: Column 13 cannot be read: Message type \"motcua.v1.Catalog.Unit\" has no field named "
      "\"valid_form\".");
}

TEST_F(CatalogTextErrorsTest, BrokenTextIsToldWithItsLineForEveryFile) {
  Files files = SmallFiles();
  files[kUnitsFile].text = Replaced(files[kUnitsFile].text, "Phúc Xá\"", "Phúc Xá");
  files[kMeasuresFile].text = Replaced(files[kMeasuresFile].text, "kind: FLOW", "kind: FLOOD");
  const std::vector<std::string> faults = Faults(files);
  ASSERT_GE(faults.size(), 2u);
  EXPECT_TRUE(faults[0].starts_with("measures.txtpb:2: Column ")) << faults[0];
  EXPECT_TRUE(faults[1].starts_with("units.txtpb:4: Column ")) << faults[1];
}

TEST_F(CatalogTextErrorsTest, FaultsOfMeaningHaveTheLineOfWhatIsWrong) {
  EXPECT_EQ(FaultAfter(kUnitsFile, "kind: \"commune\"", "kind: \"ward\""),
            "units.txtpb:3: The unit \"00001\" names an unknown kind \"ward\".");
  EXPECT_EQ(FaultAfter(kFormsFile, "measure: \"received\"", "measure: \"recieved\""),
            "forms.txtpb:11: The row \"table/a/b\" names an unknown measure \"recieved\".");
  EXPECT_EQ(FaultAfter(kFormsFile, "to: \"2020-12-14\"", "to: \"2019-12-14\""),
            "forms.txtpb:4: The period \"year/2020\" ends on 2019-12-14 before it begins on 2019-12-15.");
}

TEST_F(CatalogTextErrorsTest, ADayThatIsNoneIsToldAtItsOwnLine) {
  EXPECT_EQ(FaultAfter(kUnitsFile, "2004-07-08", "08/07/2004"),
            "units.txtpb:5: \"08/07/2004\" is not a day; write YYYY-MM-DD, for example 2020-08-31.");
  EXPECT_EQ(FaultAfter(kFormsFile, " to: \"2020-12-14\"", ""),
            "forms.txtpb:4: The field \"to\" is missing or has a value that cannot be used; write it.");
}

TEST_F(CatalogTextErrorsTest, ACoefficientOfZeroIsNotTakenForOneLeftOut) {
  EXPECT_EQ(FaultAfter(kFormsFile, "coefficient: -2", "coefficient: 0"),
            "forms.txtpb:11: Row \"table/a/b\": the coefficient of \"received\" must not be 0 and lie within "
            "±1000.");
}

TEST_F(CatalogTextErrorsTest, FilesWithDifferentIdsAreNotOneCatalog) {
  EXPECT_EQ(FaultAfter(kUnitsFile, "id: \"small\"", "id: \"other\""),
            "units.txtpb:1: The catalog id \"other\" differs from \"small\" at forms.txtpb:1; the files of "
            "one catalog "
            "share one id.");
}

TEST_F(CatalogTextErrorsTest, ACatalogWithoutIdIsToldAtItsFirstFile) {
  Files files = SmallFiles();
  files[kFormsFile].text = Replaced(files[kFormsFile].text, "id: \"small\"\n", "\n");
  files[kUnitsFile].text = Replaced(files[kUnitsFile].text, "id: \"small\"\n", "\n");
  const std::vector<std::string> faults = Faults(files);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].starts_with("forms.txtpb:1: The catalog code \"\" is not usable")) << faults[0];
}

TEST_F(CatalogTextErrorsTest, FaultsOfReadingAndOfMeaningComeTogether) {
  Files files = SmallFiles();
  files[kUnitsFile].text = Replaced(files[kUnitsFile].text, "2004-07-08", "soon");
  files[kMeasuresFile].text = Replaced(files[kMeasuresFile].text, "name { vi: \"Tiếp nhận\" }", "");
  files[kFormsFile].text = Replaced(files[kFormsFile].text, "calendar: \"year\"", "calendar: \"month\"");
  EXPECT_EQ(Faults(files),
            (std::vector<std::string>{
                "units.txtpb:5: \"soon\" is not a day; write YYYY-MM-DD, for example 2020-08-31.",
                "forms.txtpb:6: The form \"table\" names an unknown calendar \"month\".",
                "measures.txtpb:2: The measure \"received\" has no Vietnamese name; give it one.",
            }));
}

TEST_F(CatalogTextErrorsTest, ALineThatIsNotUtf8IsTold) {
  EXPECT_EQ(FaultAfter(kUnitsFile, "Phường Phúc Xá", "Ph\xFF"),
            "units.txtpb:4: This line is not UTF-8; save the file as UTF-8.");
}

TEST_F(CatalogTextErrorsTest, DamagedOrOversizeBytesAreRefused) {
  const auto catalog = LoadCatalog(SmallFiles());
  ASSERT_THAT(catalog, IsOk());
  const std::string cut = (*catalog)->canonical().substr(0, (*catalog)->canonical().size() - 3);
  EXPECT_THAT(ParseCatalogBytes(cut), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCatalogBytes(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCatalogBytes(std::string(kCatalogBytesMax + 1, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted, "8 MiB"));
}

TEST_F(CatalogTextErrorsTest, EveryByteOfWhatTravelsMayBeWrongAndTheAnswerIsAStatus) {
  const auto catalog = LoadCatalog(SmallFiles());
  ASSERT_THAT(catalog, IsOk());
  const std::string& sound = (*catalog)->canonical();
  for (std::size_t at = 0; at < sound.size(); ++at) {
    for (const char flip : {'\x01', '\x08', '\x7F', '\xFF'}) {
      std::string damaged = sound;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      const auto read = ParseCatalogBytes(damaged);
      if (read.ok()) {
        EXPECT_NE((*read)->version(), (*catalog)->version());
      } else {
        EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument));
        EXPECT_FALSE(read.status().message().empty());
      }
    }
  }
}

class ReadCatalogFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  fs::path folder_;
};

TEST_F(ReadCatalogFilesTest, TakesTheTxtpbFilesOfAFolderInOrderOrOneFile) {
  Write("b.txtpb", "# b");
  Write("a.txtpb", "# a");
  Write("notes.md", "no catalog");
  const auto files = ReadCatalogFiles(folder_.string());
  ASSERT_THAT(files, IsOk());
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].name, "a.txtpb");
  EXPECT_EQ((*files)[1].text, "# b");
  const auto one = ReadCatalogFiles((folder_ / "b.txtpb").string());
  ASSERT_THAT(one, IsOk());
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ((*one)[0].name, "b.txtpb");
}

TEST_F(ReadCatalogFilesTest, WhatIsMissingOrTooLargeIsRefused) {
  EXPECT_THAT(ReadCatalogFiles(folder_.string()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadCatalogFiles((folder_ / "none.txtpb").string()), StatusIs(absl::StatusCode::kNotFound));
  Write("a.txtpb", std::string(kCatalogBytesMax / 2, '#'));
  Write("b.txtpb", std::string(kCatalogBytesMax / 2 + 1, '#'));
  EXPECT_THAT(ReadCatalogFiles(folder_.string()), StatusIs(absl::StatusCode::kResourceExhausted));
}

// ---- Includes ----

class IncludeTest : public ReadCatalogFilesTest {
 protected:
  void SetUp() override {
    ReadCatalogFilesTest::SetUp();
    for (const char* name : {"common", "national", "regime"}) fs::create_directories(folder_ / name);
  }
  std::vector<std::string> NamesRead(const std::string& of) {
    const auto files = ReadCatalogFiles((folder_ / of).string());
    EXPECT_THAT(files.status(), IsOk());
    std::vector<std::string> names;
    for (const CatalogFile& file : *files) names.push_back(file.name);
    return names;
  }
  std::string Refused(const std::string& include) {
    Write("regime/a.txtpb", "# one line\ninclude: \"" + include + "\"");
    const auto files = ReadCatalogFiles((folder_ / "regime").string());
    EXPECT_THAT(files, StatusIs(absl::StatusCode::kInvalidArgument)) << include;
    return std::string(files.status().message());
  }
  const ScopedLanguage english_{Language::kEnglish};
};

TEST_F(IncludeTest, WhatIsIncludedIsReadOnceWhoeverAsksForIt) {
  Write("common/measures.txtpb", kMeasures);
  Write("national/forms.txtpb", "include: \"../common\"\ninclude: \"../regime\"");
  Write("regime/units.txtpb", "include: \"../national\" include: \"../common/measures.txtpb\"");
  EXPECT_EQ(NamesRead("regime"),
            (std::vector<std::string>{"units.txtpb", "national/forms.txtpb", "common/measures.txtpb"}));
  EXPECT_EQ(NamesRead("regime/units.txtpb"), NamesRead("regime"));
}

TEST_F(IncludeTest, TheIdIsThatOfTheFolderGivenAndIncludesLeaveNoTrace) {
  Write("common/measures.txtpb", std::string("id: \"other\"\n") + kMeasures);
  Write("regime/forms.txtpb", std::string("include: \"../common\"\n") + kForms);
  Write("regime/units.txtpb", kUnits);
  const auto catalog = LoadCatalog(*ReadCatalogFiles((folder_ / "regime").string()));
  ASSERT_THAT(catalog, IsOk());
  EXPECT_EQ((*catalog)->data().id, "small");
  EXPECT_EQ((*catalog)->FindMeasure("received")->source.file, "common/measures.txtpb");
  // The same words in one folder are the same catalog, as far as it travels.
  Files whole = SmallFiles();
  whole[kMeasuresFile].name = "common/measures.txtpb";
  const auto plain = LoadCatalog(whole);
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ((*catalog)->version(), (*plain)->version());
}

TEST_F(IncludeTest, NoIncludeLeadsOutOfTheFolderAroundTheCatalog) {
  Write("outside.txtpb", "");
  fs::create_directories(folder_ / "deep" / "regime");
  Write("deep/regime/a.txtpb", "include: \"../../outside.txtpb\"");
  EXPECT_THAT(ReadCatalogFiles((folder_ / "deep" / "regime").string()),
              StatusIs(absl::StatusCode::kInvalidArgument, "../../outside.txtpb"));
  EXPECT_TRUE(Refused("../../../etc").starts_with("a.txtpb:2: \"../../../etc\" cannot be included")) << Refused("..");
  EXPECT_TRUE(Refused("..").starts_with("a.txtpb:2: "));
  EXPECT_TRUE(Refused("").starts_with("a.txtpb:2: "));
  EXPECT_TRUE(Refused((folder_ / "common").string()).starts_with("a.txtpb:2: "));
  fs::create_directory_symlink("/etc", folder_ / "beside");
  EXPECT_TRUE(Refused("../beside").starts_with("a.txtpb:2: "));
}

TEST_F(IncludeTest, AnIncludeThatLeadsNowhereIsToldAtItsLine) {
  EXPECT_EQ(Refused("../missing"),
            "a.txtpb:2: \"../missing\" cannot be read; check the path of the include.");
  EXPECT_EQ(Refused("../common"), "a.txtpb:2: \"../common\" cannot be read; check the path of the include.");
}

}  // namespace
}  // namespace motcua
