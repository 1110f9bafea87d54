// The daily entries of Ba Đình's nine months against the figures that were published.
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/report/facts.h"
#include "common/report/report.h"
#include "common/report/unit_figures.h"
#include "common/rpc/catalog_text.h"
#include "tests/common/report/memory_facts.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using Json = nlohmann::json;

const std::string kSample = std::string(MOTCUA_SOURCE_DIR) + "/deploy/sample/badinh-2020-9m";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Cells as a ledger folds them: adds of a flow sum up, observations stand alone.
void LoadUnit(const std::string& unit, MemoryFacts* facts) {
  std::map<std::vector<std::string>, int64_t> cells;
  bool header = true;
  for (absl::string_view line : absl::StrSplit(ReadFile(kSample + "/entries/" + unit + ".csv"), '\n', absl::SkipEmpty())) {
    if (std::exchange(header, false)) continue;
    // The first six fields of these files are never quoted; the note may be.
    const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(',', 6));
    ASSERT_EQ(fields.size(), 7u) << line;
    int64_t value = 0;
    ASSERT_TRUE(absl::SimpleAtoi(fields[5], &value)) << line;
    cells[{fields[0], fields[1], fields[2], fields[3]}] += value;
  }
  ASSERT_FALSE(cells.empty()) << unit;
  for (const auto& [cell, value] : cells) facts->Put(unit, cell[0], cell[1], cell[2], cell[3], value);
}

class BadinhSampleTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto files = ReadCatalogFiles(std::string(MOTCUA_SOURCE_DIR) + "/deploy/catalog/badinh-2020");
    ASSERT_THAT(files, IsOk());
    auto catalog = LoadCatalog(*files);
    ASSERT_THAT(catalog, IsOk());
    catalog_ = *catalog;
    facts_ = new MemoryFacts;
    for (const Unit* unit : catalog_->RecordingUnits("001", kFrom, kTo)) LoadUnit(unit->code, facts_);
    expected_ = new Json(Json::parse(ReadFile(kSample + "/expected.json")));
  }
  static void TearDownTestSuite() {
    delete facts_;
    delete expected_;
    catalog_.reset();
  }

  static int64_t Expected(const std::string& level, const std::string& what) { return (*expected_)[level][what]; }

  static inline const Day kFrom = *ParseDay("2019-12-15");
  static inline const Day kTo = *ParseDay("2020-08-31");
  static inline std::shared_ptr<const Catalog> catalog_;
  static inline MemoryFacts* facts_ = nullptr;
  static inline Json* expected_ = nullptr;
  ScopedLanguage language_{Language::kVietnamese};
};

class Filled {
 public:
  explicit Filled(const Report& report) : json_(Json::parse(ReportAsJson(report))) {}
  Json At(const std::string& row, const std::string& column) const {
    for (const Json& r : json_["rows"]) {
      if (r["id"] == row) return r["values"].at(column);
    }
    ADD_FAILURE() << "no row " << row;
    return nullptr;
  }
  Json At(const std::string& row) const { return At(row, "value"); }

 private:
  Json json_;
};

TEST_F(BadinhSampleTest, NationalTablePrintsThePublishedTotals) {
  const auto report = MakeReport(*catalog_, *facts_, "vpcp-06", "001", "2020-9M");
  ASSERT_THAT(report, IsOk());
  const Filled form(*report);
  const std::map<std::string, std::string> levels = {{"commune", "commune_level"}, {"district", "district_desk"}};
  for (const auto& [row, level] : levels) {
    EXPECT_EQ(form.At(row, "3"), Expected(level, "to_handle"));
    EXPECT_EQ(form.At(row, "4"), Expected(level, "received_online"));
    EXPECT_EQ(form.At(row, "5"), Expected(level, "received_counter_or_post"));
    EXPECT_EQ(form.At(row, "6"), Expected(level, "carried_over"));
    EXPECT_EQ(form.At(row, "7"), Expected(level, "resolved"));
    EXPECT_EQ(form.At(row, "8").get<int64_t>() + form.At(row, "9").get<int64_t>(),
              Expected(level, "resolved_early_or_on_time"));
    EXPECT_EQ(form.At(row, "10"), Expected(level, "resolved_late"));
    EXPECT_EQ(form.At(row, "11"), Expected(level, "pending"));
    EXPECT_EQ(form.At(row, "12"), Expected(level, "pending_in_term"));
    EXPECT_EQ(form.At(row, "13"), Expected(level, "pending_overdue"));
  }
  EXPECT_EQ(report->coverage.units_expected, 15);
  EXPECT_EQ(report->coverage.units_with_data, 15);
}

TEST_F(BadinhSampleTest, DistrictFormPrintsThePublishedTotals) {
  const auto report = MakeReport(*catalog_, *facts_, "badinh-2020", "001", "2020-9M");
  ASSERT_THAT(report, IsOk());
  const Filled form(*report);
  const std::map<std::string, std::string> items = {{"2.3.6", "commune_level"}, {"2.3.5", "district_desk"}};
  for (const auto& [item, level] : items) {
    EXPECT_EQ(form.At(item + "/to_handle"), Expected(level, "to_handle"));
    EXPECT_EQ(form.At(item + "/received/online"), Expected(level, "received_online"));
    EXPECT_EQ(form.At(item + "/carried_over"), Expected(level, "carried_over"));
    EXPECT_EQ(form.At(item + "/received/counter_or_post"), Expected(level, "received_counter_or_post"));
    EXPECT_EQ(form.At(item + "/resolved"), Expected(level, "resolved"));
    EXPECT_EQ(form.At(item + "/resolved/on_time"), Expected(level, "resolved_early_or_on_time"));
    EXPECT_EQ(form.At(item + "/resolved/on_time/regular"), Expected(level, "resolved_early_or_on_time_regular"));
    EXPECT_EQ(form.At(item + "/resolved/on_time/online"), Expected(level, "resolved_early_or_on_time_online"));
    EXPECT_EQ(form.At(item + "/resolved/late"), Expected(level, "resolved_late"));
    EXPECT_EQ(form.At(item + "/pending"), Expected(level, "pending"));
    EXPECT_EQ(form.At(item + "/pending/in_term"), Expected(level, "pending_in_term"));
    EXPECT_EQ(form.At(item + "/pending/overdue"), Expected(level, "pending_overdue"));
  }
  EXPECT_EQ(form.At("2.3.6/resolved/late/regular"), Expected("commune_level", "resolved_late_regular"));
  EXPECT_EQ(form.At("2.3.6/resolved/late/online"), Expected("commune_level", "resolved_late_online"));
  EXPECT_EQ(form.At("2.3.2/commune/desk_staff"), Expected("commune_level", "desk_staff"));
  EXPECT_EQ(form.At("2.3.2/district/desk_staff"), Expected("district_desk", "desk_staff"));
}

TEST_F(BadinhSampleTest, RatesAreThePublishedOnes) {
  const auto report = MakeReport(*catalog_, *facts_, "badinh-2020", "001", "2020-9M");
  ASSERT_THAT(report, IsOk());
  std::map<std::string, const Figure*> rates;
  for (const ReportRow& row : report->rows) {
    if (row.figures[0].kind == Figure::Kind::kRate) rates[row.id] = &row.figures[0];
  }
  const auto about = [&](const std::string& row) { return std::stod(rates.at(row)->text); };
  EXPECT_NEAR(about("2.3.6/resolved/on_time/rate"), (*expected_)["commune_level"]["rate_on_time_percent"], 1e-7);
  EXPECT_NEAR(about("2.3.6/resolved/late/rate"), (*expected_)["commune_level"]["rate_late_percent"], 1e-7);
  EXPECT_NEAR(about("2.3.5/resolved/on_time/rate"), (*expected_)["district_desk"]["rate_on_time_percent"], 1e-7);
  EXPECT_EQ(rates.at("2.3.6/resolved/on_time/rate")->rate.numerator, 51052);
  EXPECT_EQ(rates.at("2.3.6/resolved/on_time/rate")->rate.denominator, 51195);
}

TEST_F(BadinhSampleTest, ExactlyTheTwoKnownContradictionsAreFound) {
  for (const char* form : {"vpcp-06", "badinh-2020"}) {
    const auto report = MakeReport(*catalog_, *facts_, form, "001", "2020-9M");
    ASSERT_THAT(report, IsOk());
    ASSERT_EQ(report->findings.size(), 2u) << FindingsAsText(report->findings);
    EXPECT_EQ(report->findings[0].rule, "late_causes");
    EXPECT_EQ(report->findings[0].unit, "00031");
    EXPECT_EQ(report->findings[0].left, 18);
    EXPECT_EQ(report->findings[0].right, 19);
    EXPECT_EQ(report->findings[1].rule, "stock_negative");
    EXPECT_EQ(report->findings[1].unit, "001D");
    EXPECT_EQ(report->findings[1].channel, "online_full");
    EXPECT_EQ(report->findings[1].left, -313);
  }
  const auto findings = CheckPeriod(*catalog_, *facts_, "001", "badinh-2020", "2020-9M");
  ASSERT_THAT(findings, IsOk());
  EXPECT_EQ(findings->size(), 2u);
}

// The form counts refused dossiers as settled on time, its on-time rate does not: a computed rate is right by its own
// definition, only a typed one is held against the rows beside it.
TEST_F(BadinhSampleTest, RefusedDossiersLeaveEveryRateOfTheFormInPeace) {
  MemoryFacts facts = *facts_;
  facts.Put("00004", "2020-03-03", "1.001193", "counter", "received", 6000);
  facts.Put("00004", "2020-03-03", "1.001193", "counter", "refused", 6000);
  const auto report = MakeReport(*catalog_, facts, "badinh-2020", "001", "2020-9M");
  ASSERT_THAT(report, IsOk());
  const Filled form(*report);
  EXPECT_EQ(form.At("2.3.6/resolved/on_time"), 51052 + 6000);
  EXPECT_EQ(form.At("2.3.6/resolved/on_time/rate"), 99.7206758);
  EXPECT_EQ(report->findings.size(), 2u) << FindingsAsText(report->findings);
}

TEST_F(BadinhSampleTest, LateAndOverdueStandBesideTheFigureByWard) {
  const auto report = MakeReport(*catalog_, *facts_, "badinh-2020", "001", "2020-9M");
  ASSERT_THAT(report, IsOk());
  std::map<std::string, std::string> notes;
  for (const ReportRow& row : report->rows) notes[row.id] = row.figures[0].note;
  for (const auto& [unit, count] : (*expected_)["commune_level"]["resolved_late_by_unit"].items()) {
    const std::string item = absl::StrCat(catalog_->FindUnit(unit)->name, ": ", count.get<int>());
    EXPECT_THAT(notes["2.3.6/resolved/late"], ::testing::HasSubstr(item));
  }
  for (const auto& [unit, count] : (*expected_)["commune_level"]["pending_overdue_by_unit"].items()) {
    const std::string item = absl::StrCat(catalog_->FindUnit(unit)->name, ": ", count.get<int>());
    EXPECT_THAT(notes["2.3.6/pending/overdue"], ::testing::HasSubstr(item));
  }
}

TEST_F(BadinhSampleTest, ListedFactsAddUpToTheSameTotals) {
  const FactsQuery query{"001", kFrom, kTo, {"unit"}, {"received", "resolved", "pending", "carried_over", "desk_staff"}};
  const auto table = ListFacts(*catalog_, *facts_, query);
  ASSERT_THAT(table, IsOk());
  std::map<std::string, int64_t> communes;
  for (const FactsRow& row : table->rows) {
    if (row.key[0] != "001D") communes[row.measure] += std::get<int64_t>(row.value);
  }
  EXPECT_EQ(communes, (std::map<std::string, int64_t>{
                          {"carried_over", 2843}, {"desk_staff", 48}, {"pending", 183}, {"received", 48535}, {"resolved", 51195}}));
}

}  // namespace
}  // namespace motcua
