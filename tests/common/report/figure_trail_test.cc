// The cells behind a figure. Every figure of two real forms must come out the same from its trail alone, and differ when
// one of the counted cells of its trail is taken away: nothing is missing and nothing is there for show.
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/report/figure_text.h"
#include "common/report/figure_trail.h"
#include "common/rpc/catalog_text.h"
#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Facts of which only some cells are known.
class SomeFacts final : public FactSource {
 public:
  SomeFacts(const FactSource* all, std::set<Cell> shown) : all_(*all), shown_(std::move(shown)) {}
  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override {
    return all_.ForEachFact(unit, first, last, [&](const Fact& fact) {
      const Cell cell{unit, fact.day, std::string(fact.procedure), std::string(fact.channel), std::string(fact.measure)};
      if (shown_.contains(cell)) visit(fact);
    });
  }
  absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const override {
    return all_.HasEntries(unit, first, last);
  }

 private:
  const FactSource& all_;
  const std::set<Cell> shown_;
};

std::string PrintedAt(const Report& report, const std::string& row, std::size_t column) {
  for (const ReportRow& printed : report.rows) {
    if (printed.id == row) return PlainText(printed.figures[column]);
  }
  return "";
}

class SampleTrailTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string root = MOTCUA_SOURCE_DIR;
    catalog_ = *LoadCatalog(*ReadCatalogFiles(root + "/deploy/catalog/badinh-2020"));
    facts_ = new MemoryFacts;
    for (const std::string unit : {"001D", "00019", "00022"}) {
      std::ifstream file(root + "/deploy/sample/badinh-2020-9m/entries/" + unit + ".csv");
      std::map<std::vector<std::string>, int64_t> cells;
      std::string line;
      std::getline(file, line);
      while (std::getline(file, line)) {
        const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(',', 6));
        int64_t value = 0;
        ASSERT_TRUE(absl::SimpleAtoi(fields[5], &value)) << line;
        cells[{fields[0], fields[1], fields[2], fields[3]}] += value;
      }
      for (const auto& [cell, value] : cells) facts_->Put(unit, cell[0], cell[1], cell[2], cell[3], value);
    }
  }
  static void TearDownTestSuite() {
    delete facts_;
    catalog_.reset();
  }

  // Returns how many figures were held against their trails.
  int HoldEveryFigure(const std::string& form) {
    const Report whole = *MakeReport(*catalog_, *facts_, form, "001", "2020-9M");
    int held = 0;
    for (const ReportRow& row : whole.rows) {
      for (std::size_t column = 0; column < row.figures.size(); ++column) {
        const Figure& figure = row.figures[column];
        const std::string printed = PlainText(figure);
        if (printed.empty() || printed == "0" || printed == "n/a" || AsksForUnits(*whole.form, row.id)) continue;
        Hold(form, whole, row.id, column);
        ++held;
      }
    }
    return held;
  }

  // How many units there are is no cell's word.
  static bool AsksForUnits(const Form& form, const std::string& id) { return Asks(form, id, Count::kUnits); }
  static bool Asks(const Form& form, const std::string& id, Count count) {
    for (const FormRow& row : form.rows) {
      for (const Term& term : row.quantity.terms) {
        if (row.id == id && (term.count == count || (!term.row.empty() && Asks(form, term.row, count)))) return true;
      }
    }
    return false;
  }

  void Hold(const std::string& form, const Report& whole, const std::string& row, std::size_t column) {
    SCOPED_TRACE(absl::StrCat(form, " ", row, " ", whole.form->columns[column].id));
    const auto trail = TraceFigure(*catalog_, *facts_, {form, "001", "2020-9M", row, whole.form->columns[column].id});
    ASSERT_THAT(trail, IsOk());
    std::set<Cell> cells(trail->cells.begin(), trail->cells.end());
    ASSERT_FALSE(cells.empty());
    const std::string printed = PrintedAt(whole, row, column);
    const SomeFacts alone(facts_, cells);
    EXPECT_EQ(PrintedAt(*MakeReport(*catalog_, alone, form, "001", "2020-9M"), row, column), printed);
    // One procedure more or less counts only where it was the only one of its kind.
    if (Asks(*whole.form, row, Count::kProcedures)) return;
    // One of the cells that came in.
    const auto counted = std::find_if(cells.begin(), cells.end(), [](const Cell& c) { return c.measure == "received"; });
    if (counted == cells.end() || PrintedAt(whole, row, column).find('.') != std::string::npos) return;
    cells.erase(counted);
    const SomeFacts fewer(facts_, cells);
    EXPECT_NE(PrintedAt(*MakeReport(*catalog_, fewer, form, "001", "2020-9M"), row, column), printed);
  }

  static inline std::shared_ptr<const Catalog> catalog_;
  static inline MemoryFacts* facts_ = nullptr;
};

TEST_F(SampleTrailTest, EveryFigureOfTheNationalTableComesFromItsTrailAlone) {
  EXPECT_GT(HoldEveryFigure("vpcp-06"), 60);
}

TEST_F(SampleTrailTest, EveryFigureOfBaDinhsFormComesFromItsTrailAlone) {
  EXPECT_GT(HoldEveryFigure("badinh-2020"), 25);
}

class TrailTest : public ::testing::Test {
 protected:
  static Cell At(const std::string& unit, const std::string& day, const std::string& measure, const std::string& procedure = "P1") {
    return {unit, D(day), procedure, "counter", measure};
  }
  void Put(const Cell& cell, int64_t value) {
    facts_.Put(cell.unit, FormatDay(cell.day), cell.procedure, cell.channel, cell.measure, value);
  }
  absl::StatusOr<FigureTrail> Trail(const std::string& row, const std::string& column = "value") {
    built_ = catalog_.Build();
    return TraceFigure(*built_, facts_, {"F", "001", "Q2", row, column});
  }
  void Row(const std::string& id, Quantity quantity, Filter filter = {}) {
    catalog_.data.forms.front().rows.push_back(SmallCatalog::Row(id, id, std::move(quantity), std::move(filter)));
  }

  TrailTest() { catalog_.Tall("F"); }
  SmallCatalog catalog_;
  MemoryFacts facts_;
  std::shared_ptr<const Catalog> built_;
};

TEST_F(TrailTest, WhatIsCarriedOverComesFromEverythingBeforeThePeriod) {
  Row("carried", Q("carried_over"));
  Put(At("C1", "2020-01-05", "opening"), 7);
  Put(At("C1", "2020-01-06", "received"), 5);
  Put(At("C1", "2020-04-06", "received"), 9);
  Put(At("C1", "2020-01-06", "late_cause_line"), 1);
  const auto trail = Trail("carried");
  ASSERT_THAT(trail, IsOk());
  EXPECT_EQ(trail->figure.number, 12);
  EXPECT_THAT(trail->cells, ElementsAre(At("C1", "2020-01-05", "opening"), At("C1", "2020-01-06", "received")));
}

TEST_F(TrailTest, AnOpeningThatIsOnlyACheckIsNotPartOfTheFigure) {
  Row("carried", Q("carried_over"));
  Put(At("C1", "2020-01-02", "received"), 5);
  Put(At("C1", "2020-01-05", "opening"), 7);
  const auto trail = Trail("carried");
  ASSERT_THAT(trail, IsOk());
  EXPECT_THAT(trail->cells, ElementsAre(At("C1", "2020-01-02", "received")));
}

TEST_F(TrailTest, OfAStockTheLastObservationCounts) {
  Row("suspended", Q("suspended"));
  Put(At("C1", "2020-03-31", "suspended"), 9);
  Put(At("C1", "2020-04-03", "suspended"), 4);
  Put(At("C1", "2020-05-03", "suspended"), 3);
  const auto trail = Trail("suspended");
  ASSERT_THAT(trail, IsOk());
  EXPECT_THAT(trail->cells, ElementsAre(At("C1", "2020-05-03", "suspended")));
}

TEST_F(TrailTest, FiltersOfRowAndFieldNarrowTheTrail) {
  Row("all", Q("received"), Levels("commune"));
  catalog_.data.forms.front().rows.back().per_field = true;
  Put(At("C1", "2020-04-06", "received"), 1);
  Put(At("C2", "2020-04-06", "received", "P2"), 2);
  Put({"001D", D("2020-04-06"), "P3", "counter", "received"}, 4);
  const auto field = Trail("all/land");
  ASSERT_THAT(field, IsOk());
  EXPECT_EQ(field->figure.number, 2);
  EXPECT_THAT(field->cells, ElementsAre(At("C2", "2020-04-06", "received", "P2")));
  EXPECT_EQ(Trail("all")->cells.size(), 2u);
}

TEST_F(TrailTest, AFigureThatIsNotKnownHasNoTrail) {
  Row("received", Q("received"));
  const auto trail = Trail("received");
  ASSERT_THAT(trail, IsOk());
  EXPECT_THAT(trail->cells, IsEmpty());
}

TEST_F(TrailTest, RowsAndColumnsThatAreNotThereAreNamed) {
  Row("received", Q("received"));
  EXPECT_THAT(Trail("nothing"), StatusIs(absl::StatusCode::kNotFound, "nothing"));
  EXPECT_THAT(Trail("received/land"), StatusIs(absl::StatusCode::kNotFound, "received/land"));
  EXPECT_THAT(Trail("received@rate"), StatusIs(absl::StatusCode::kNotFound, "received@rate"));
  EXPECT_THAT(Trail("received", "9"), StatusIs(absl::StatusCode::kNotFound, "9"));
}

}  // namespace
}  // namespace motcua
