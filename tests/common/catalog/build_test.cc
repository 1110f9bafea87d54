// Build() refuses whatever would lead a report or a desk astray, names every fault with its place, and lets
// nothing of a faulty catalog through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "tests/common/catalog/small_catalog.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

std::vector<std::string> Faults(CatalogData data) {
  const absl::StatusOr<std::shared_ptr<const Catalog>> built = Catalog::Build(std::move(data), "bytes");
  if (built.ok()) return {};
  EXPECT_EQ(built.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrSplit(std::string(built.status().message()), '\n');
}

TEST(CatalogBuildTest, AcceptsASoundCatalogAndNamesItByItsBytes) {
  const auto catalog = Catalog::Build(SmallCatalog(), "bytes");
  ASSERT_THAT(catalog, IsOk());
  EXPECT_EQ((*catalog)->canonical(), "bytes");
  EXPECT_EQ((*catalog)->version(), Sha256("bytes"));
}

TEST(CatalogBuildTest, CodesAreUnitsProceduresChannelsMeasuresAsListedAndEachOnce) {
  CatalogData data = SmallCatalog();
  Unit again = SmallUnit("00004", "commune", "", 14);
  again.valid_from = DayOf("2025-07-01");
  again.valid_to.reset();
  data.units.push_back(again);
  const auto catalog = Catalog::Build(data, "");
  ASSERT_THAT(catalog, IsOk());
  const std::vector<std::string> codes = {
      "001",  "001D",     "00001",          "00004",           "1.1",        "2.2",         "counter",
      "post", "received", "resolved_early", "pending_overdue", "desk_staff", "has_scanner", "remark", "procedures_ours"};
  EXPECT_EQ((*catalog)->codes(), codes);
}

TEST(CatalogBuildTest, OneCodeMayReturnWhenItsVersionsDoNotOverlap) {
  CatalogData data = SmallCatalog();
  Unit merged = SmallUnit("00004", "commune", "", 14);
  merged.valid_from = DayOf("2025-07-01");
  merged.valid_to.reset();
  data.units.insert(data.units.begin(), merged);
  EXPECT_EQ(Faults(data), std::vector<std::string>());
}

TEST(CatalogBuildTest, PeriodsMayLieInsideOneAnother) {
  CatalogData data = SmallCatalog();
  Period quarter = data.calendars[0].periods[0];
  quarter.id = "2020-Q1";
  quarter.to = DayOf("2020-03-14");
  data.calendars[0].periods.push_back(quarter);
  EXPECT_EQ(Faults(data), std::vector<std::string>());
}

// ---- Faults: each alone, in both languages, with its place. ----

struct FaultCase {
  std::string name;
  std::function<void(CatalogData&)> spoil;
  std::string sentence;  // English
};
void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class CatalogFaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(CatalogFaultTest, IsToldWithFileLineAndSentence) {
  CatalogData data = SmallCatalog();
  GetParam().spoil(data);
  {
    const ScopedLanguage english(Language::kEnglish);
    EXPECT_EQ(Faults(data), std::vector<std::string>{GetParam().sentence});
  }
  const ScopedLanguage vietnamese(Language::kVietnamese);
  const std::vector<std::string> told = Faults(data);
  ASSERT_EQ(told.size(), 1u);
  // The same place, in other words.
  const std::string place = GetParam().sentence.substr(0, GetParam().sentence.find(": "));
  EXPECT_TRUE(told[0].starts_with(place + ": ")) << told[0];
  EXPECT_NE(told[0], GetParam().sentence);
}

std::string At(int line, const std::string& sentence) {
  return "small.txtpb:" + std::to_string(line) + ": " + sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Units, CatalogFaultTest,
    testing::Values(
        FaultCase{
            "CatalogId", [](CatalogData& d) { d.id = "a b"; },
            At(1,
               "The catalog code \"a b\" is not usable: write 1 to 64 ASCII characters without space, comma, "
               "semicolon, slash or quotes.")},
        FaultCase{"UnknownKind", [](CatalogData& d) { d.units[3].kind = "ward"; },
                  At(13, "The unit \"00004\" names an unknown kind \"ward\".")},
        FaultCase{"MissingParent", [](CatalogData& d) { d.units[3].parent = "002"; },
                  At(13, "The unit \"00004\" names an unknown parent \"002\".")},
        FaultCase{"ParentEndsEarlier", [](CatalogData& d) { d.units[3].valid_to.reset(); },
                  At(13, "Unit \"00004\" has no parent on 2025-07-01: \"001\" is not valid on that day.")},
        FaultCase{"ParentBeginsLater", [](CatalogData& d) { d.units[3].valid_from = DayOf("2003-01-01"); },
                  At(13, "Unit \"00004\" has no parent on 2003-01-01: \"001\" is not valid on that day.")},
        FaultCase{"Cycle", [](CatalogData& d) { d.units[0].parent = "00001"; },
                  At(10, "Units are their own ancestors: 001 → 00001 → 001.")},
        FaultCase{"OwnParent", [](CatalogData& d) { d.units[0].parent = "001"; },
                  At(10, "Units are their own ancestors: 001 → 001.")},
        FaultCase{
            "OverlappingValidity",
            [](CatalogData& d) {
              Unit again = SmallUnit("00004", "commune", "", 14);
              again.valid_from = DayOf("2025-06-30");
              again.valid_to.reset();
              d.units.push_back(again);
            },
            At(14,
               "Unit \"00004\" from 2025-06-30 overlaps the validity of the same code at small.txtpb:13; on "
               "one day a code names one unit.")},
        FaultCase{"EndsBeforeItBegins", [](CatalogData& d) { d.units[3].valid_to = DayOf("2003-12-31"); },
                  At(13, "The unit \"00004\" ends on 2003-12-31 before it begins on 2004-01-01.")},
        FaultCase{"EmptyName", [](CatalogData& d) { d.units[3].name = " "; },
                  At(13, "The unit \"00004\" has no Vietnamese name; give it one.")},
        FaultCase{
            "BadCode", [](CatalogData& d) { d.units[3].code = "0/4"; },
            At(13,
               "The unit code \"0/4\" is not usable: write 1 to 64 ASCII characters without space, comma, "
               "semicolon, slash or quotes.")},
        FaultCase{"DuplicateKind",
                  [](CatalogData& d) {
                    d.unit_kinds.push_back(d.unit_kinds[2]), d.unit_kinds.back().source = Line(5);
                  },
                  At(5, "Duplicate unit kind \"commune\": it already stands at small.txtpb:4.")}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Lists, CatalogFaultTest,
    testing::Values(
        FaultCase{"UnknownField", [](CatalogData& d) { d.procedures[0].field = "tax"; },
                  At(25, "The procedure \"1.1\" names an unknown field \"tax\".")},
        FaultCase{"UnknownLevel", [](CatalogData& d) { d.procedures[0].levels = {"province"}; },
                  At(25, "The procedure \"1.1\" names an unknown level \"province\".")},
        FaultCase{"ProcedureEndsBeforeItBegins",
                  [](CatalogData& d) { d.procedures[1].valid_to = DayOf("2009-12-31"); },
                  At(26, "The procedure \"2.2\" ends on 2009-12-31 before it begins on 2010-01-01.")},
        FaultCase{"DuplicateProcedure", [](CatalogData& d) { d.procedures[1].code = "1.1"; },
                  At(26, "Duplicate procedure \"1.1\": it already stands at small.txtpb:25.")},
        FaultCase{"DuplicateField",
                  [](CatalogData& d) { d.fields.push_back(d.fields[0]), d.fields[2].source = Line(22); },
                  At(22, "Duplicate field \"justice\": it already stands at small.txtpb:20.")},
        FaultCase{"DuplicateChannel", [](CatalogData& d) { d.channels[1].code = "counter"; },
                  At(31, "Duplicate channel \"counter\": it already stands at small.txtpb:30.")},
        FaultCase{"ChannelWithoutName", [](CatalogData& d) { d.channels[1].name.vi = ""; },
                  At(31, "The channel \"post\" has no Vietnamese name; give it one.")},
        FaultCase{
            "DuplicateMeasure",
            [](CatalogData& d) { d.measures.push_back(d.measures[5]), d.measures[7].source = Line(46); },
            At(46, "Duplicate measure \"remark\": it already stands at small.txtpb:45.")},
        FaultCase{"ChoiceWithoutChoices", [](CatalogData& d) { d.measures[4].choices.clear(); },
                  At(44, "Measure \"has_scanner\" is a choice and lists no choices.")},
        FaultCase{"ChoicesWithoutChoice", [](CatalogData& d) { d.measures[5].choices = {"a"}; },
                  At(45, "Measure \"remark\" lists choices and is not a choice.")},
        FaultCase{"ChoiceTwice",
                  [](CatalogData& d) {
                    d.measures[4].choices = {"yes", "yes"};
                  },
                  At(44, "Duplicate choice \"yes\": it already stands at small.txtpb:44.")},
        FaultCase{"DeskWideReceived", [](CatalogData& d) { d.measures[0].desk_wide = true; },
                  At(40, "Measure \"received\" must not be desk_wide.")},
        FaultCase{"StaffPerProcedure", [](CatalogData& d) { d.measures[3].desk_wide = false; },
                  At(43, "Measure \"desk_staff\" must be desk_wide.")},
        FaultCase{"ReceivedAsStock", [](CatalogData& d) { d.measures[0].kind = MeasureKind::kStock; },
                  At(40, "Measure \"received\" means the same in every catalog; keep its kind.")},
        FaultCase{"DerivedMeasureDefined",
                  [](CatalogData& d) {
                    d.measures.push_back(
                        {"pending", {"x", ""}, {}, MeasureKind::kStock, false, {}, false, Line(47)});
                  },
                  At(47, "Measure \"pending\" is computed everywhere; choose another code.")},
        FaultCase{"StockUntilChanged", [](CatalogData& d) { d.measures[3].until_changed = true; },
                  At(43, "Measure \"desk_staff\": until_changed is for choices, texts and stocks counted once only.")},
        FaultCase{"KindThatRecordsAndConsolidates", [](CatalogData& d) { d.unit_kinds[0].records = true; },
                  At(2, "Unit kind \"district\" either has desks (records) or consolidates, not both.")},
        FaultCase{"OnceOnAFlow",
                  [](CatalogData& d) { d.measures[0].once = true; },
                  At(40, "Measure \"received\": once is for desk-wide stocks, choices and texts only.")},
        FaultCase{"OncePerProcedure", [](CatalogData& d) { d.measures[6].desk_wide = false; },
                  At(46, "Measure \"procedures_ours\": once is for desk-wide stocks, choices and texts only.")},
        FaultCase{"ChoiceNamesOfAnotherLength",
                  [](CatalogData& d) {
                    d.measures[4].choice_names = {{"Có", "Yes"}};
                  },
                  At(44, "Measure \"has_scanner\" has 2 choices and 1 names; each choice needs one.")},
        FaultCase{"ChoiceNamesAlike",
                  [](CatalogData& d) {
                    d.measures[4].choice_names = {{"Có", "Yes"}, {"Có", "No"}};
                  },
                  At(44, "Duplicate choice \"Có\": it already stands at small.txtpb:44.")},
        FaultCase{"PropertyTwice",
                  [](CatalogData& d) {
                    d.procedures[0].properties = {"online_3", "online_3"};
                  },
                  At(25, "The procedure \"1.1\" names the property \"online_3\" twice.")},
        FaultCase{"PropertyThatIsNoCode", [](CatalogData& d) { d.fields[0].properties = {"a b"}; },
                  At(20,
                     "The property code \"a b\" is not usable: write 1 to 64 ASCII characters without space, comma, "
                     "semicolon, slash or quotes.")},
        FaultCase{"CumulativePeriodsOfTwoBeginnings",
                  [](CatalogData& d) {
                    Period part = d.calendars[0].periods[0];
                    part.id = "2020-9M";
                    part.from = DayOf("2020-01-01");
                    part.to = DayOf("2020-09-30");
                    part.source = Line(52);
                    d.calendars[0].periods.push_back(part);
                  },
                  At(52,
                     "Periods \"year/2020-9M\" and \"2020\" overlap and are cumulative but begin on different days; "
                     "give them one first day or mark one stand_alone.")},
        FaultCase{"StandAlonePeriodsOverlap",
                  [](CatalogData& d) {
                    Period part = d.calendars[0].periods[0];
                    d.calendars[0].periods[0].stand_alone = true;
                    part.id = "2020-Q3";
                    part.stand_alone = true;
                    part.from = DayOf("2020-06-01");
                    part.to = DayOf("2020-08-31");
                    part.source = Line(52);
                    d.calendars[0].periods.push_back(part);
                  },
                  At(52,
                     "The stand-alone periods \"year/2020-Q3\" and \"2020\" overlap; check their first and last "
                     "days.")},
        FaultCase{"PeriodEndsBeforeItStarts",
                  [](CatalogData& d) { d.calendars[0].periods[0].to = DayOf("2019-12-14"); },
                  At(51, "The period \"year/2020\" ends on 2019-12-14 before it begins on 2019-12-15.")},
        FaultCase{"DuplicatePeriod",
                  [](CatalogData& d) {
                    d.calendars[0].periods.push_back(d.calendars[0].periods[0]);
                    d.calendars[0].periods[1].source = Line(52);
                  },
                  At(52, "Duplicate period \"2020\": it already stands at small.txtpb:51.")},
        FaultCase{
            "PeriodsShareSomeDays",
            [](CatalogData& d) {
              Period next = d.calendars[0].periods[0];
              next.id = "2021";
              next.from = DayOf("2020-12-14");
              next.to = DayOf("2021-12-14");
              next.source = Line(52);
              d.calendars[0].periods.push_back(next);
            },
            At(52,
               "Periods \"year/2021\" and \"2020\" overlap and are cumulative but begin on different days; give them "
               "one first day or mark one stand_alone.")},
        FaultCase{"DueBeforeTheEnd",
                  [](CatalogData& d) { d.calendars[0].periods[0].due = DayOf("2020-12-13"); },
                  At(51, "Period \"year/2020\" is due on 2020-12-13, before its last day 2020-12-14.")}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Figures, CatalogFaultTest,
    testing::Values(
        FaultCase{"RateWithoutDenominator", [](CatalogData& d) { d.rates[0].denominator.terms.clear(); },
                  At(55, "Rate \"early\" needs both a numerator and a denominator.")},
        FaultCase{"RateUnknownMeasure",
                  [](CatalogData& d) { d.rates[0].numerator = Sum({"resolved_soon"}, 56); },
                  At(56, "The rate \"early\" names an unknown measure \"resolved_soon\".")},
        FaultCase{"RateWithoutVersion", [](CatalogData& d) { d.rates[0].version = 0; },
                  At(55, "The rate \"early\" needs a version of 1 or more.")},
        FaultCase{
            "CoefficientZero", [](CatalogData& d) { d.rates[0].numerator.terms[0].coefficient = 0; },
            At(56,
               "Rate \"early\": the coefficient of \"resolved_early\" must not be 0 and lie within ±1000.")},
        FaultCase{"TextSummed", [](CatalogData& d) { d.rates[0].numerator = Sum({"remark"}, 56); },
                  At(56, "Rate \"early\": measure \"remark\" is not a number and cannot be summed.")},
        FaultCase{"DeskWideNarrowed",
                  [](CatalogData& d) {
                    d.rates[0].numerator = Sum({"desk_staff"}, 56);
                    d.rates[0].numerator.terms[0].filter.channels = {"post"};
                  },
                  At(56,
                     "Rate \"early\": measure \"desk_staff\" is desk-wide and cannot be narrowed by field, "
                     "procedure or channel.")},
        FaultCase{"UnknownCalendar", [](CatalogData& d) { d.forms[0].calendar = "month"; },
                  At(60, "The form \"table\" names an unknown calendar \"month\".")},
        FaultCase{"UnknownChannel", [](CatalogData& d) { d.forms[0].rows[0].filter.channels = {"fax"}; },
                  At(63, "The row \"table/commune\" names an unknown channel \"fax\".")},
        FaultCase{"UnknownProcedure", [](CatalogData& d) { d.forms[0].columns[0].filter.procedures = {"9"}; },
                  At(61, "The column \"table/total\" names an unknown procedure \"9\".")},
        FaultCase{"UnknownRate",
                  [](CatalogData& d) {
                    d.forms[0].columns[1].quantity.terms.clear();
                    d.forms[0].columns[1].rate = "soon";
                  },
                  At(61, "The column \"table/early\" names an unknown rate \"soon\".")},
        FaultCase{"UnknownNoteMeasure", [](CatalogData& d) { d.forms[0].rows[0].note_measures = {"late"}; },
                  At(63, "The row \"table/commune\" names an unknown measure \"late\".")},
        FaultCase{"QuantityAndRate", [](CatalogData& d) { d.forms[0].columns[1].rate = "early"; },
                  At(61, "The column \"table/early\" has both a quantity and a rate; keep one.")},
        FaultCase{"RowAndColumnBothSay",
                  [](CatalogData& d) { d.forms[0].rows[0].quantity = Sum({"received"}, 63); },
                  At(63,
                     "Form \"table\", figure \"commune\" × \"total\": row and column both say what it is; "
                     "keep one.")},
        FaultCase{
            "NeitherSays", [](CatalogData& d) { d.forms[0].columns[1].quantity.terms.clear(); },
            At(63, "Form \"table\", figure \"commune\" × \"early\" has neither a quantity nor a rate.")},
        FaultCase{"WithoutRows", [](CatalogData& d) { d.forms[0].rows.clear(); },
                  At(60, "Form \"table\" needs at least one row and one column.")},
        FaultCase{"HeadingWithoutVietnamese", [](CatalogData& d) { d.forms[0].columns[0].group.en = "To handle"; },
                  At(61, "The heading above the column \"table/total\" has no Vietnamese name; give it one.")},
        FaultCase{"WithoutColumns", [](CatalogData& d) { d.forms[0].columns.clear(), d.rules.erase(d.rules.begin() + 1); },
                  At(60, "Form \"table\" needs at least one row and one column.")},
        FaultCase{"DuplicateRow",
                  [](CatalogData& d) {
                    d.forms[0].rows.push_back(d.forms[0].rows[0]), d.forms[0].rows[1].source = Line(64);
                  },
                  At(64, "Duplicate row \"commune\": it already stands at small.txtpb:63.")},
        FaultCase{"RowOfAFieldWritten",
                  [](CatalogData& d) {
                    FormRow row = d.forms[0].rows[0];
                    row.id = "commune/land";
                    row.per_field = false;
                    row.source = Line(64);
                    d.forms[0].rows.push_back(row);
                  },
                  At(64, "Duplicate row \"commune/land\": it already stands at small.txtpb:63.")},
        FaultCase{"BadRowId", [](CatalogData& d) { d.forms[0].rows[0].id = "commune/"; },
                  At(63, "Row \"commune/\" of form \"table\": a row id is codes joined by slashes.")},
        FaultCase{"NoteWithoutLabel",
                  [](CatalogData& d) { d.forms[0].rows[0].note_quantity = Sum({"received"}, 63); },
                  At(63, "The row \"table/commune\" has a note quantity and no note label.")},
        FaultCase{"TooManyDecimals", [](CatalogData& d) { d.forms[0].rate_decimals = 11; },
                  At(60, "The form \"table\" rounds rates to 0 to 10 decimals.")}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rules, CatalogFaultTest,
    testing::Values(
        FaultCase{"UnknownMeasure", [](CatalogData& d) { d.rules[0].left = Sum({"left_over"}, 70); },
                  At(70, "The rule \"stock_negative\" names an unknown measure \"left_over\".")},
        FaultCase{
            "WithoutLeft", [](CatalogData& d) { d.rules[0].left.terms.clear(); },
            At(70, "Rule \"stock_negative\" needs exactly one left side: left, or left_is_pending_before.")},
        FaultCase{
            "TwoLefts", [](CatalogData& d) { d.rules[0].left_is_pending_before = true; },
            At(70, "Rule \"stock_negative\" needs exactly one left side: left, or left_is_pending_before.")},
        FaultCase{"ObservedFlow", [](CatalogData& d) { d.rules[0].when_observed = {"received"}; },
                  At(70, "Rule \"stock_negative\": when_observed names stocks, \"received\" is none.")},
        FaultCase{"UnitRuleWithForm", [](CatalogData& d) { d.rules[0].form = "table"; },
                  At(70, "Rule \"stock_negative\" looks at units and cannot name a form, row or column.")},
        FaultCase{"UnknownForm", [](CatalogData& d) { d.rules[1].form = "tables"; },
                  At(71, "The rule \"sum_parts\" names an unknown form \"tables\".")},
        FaultCase{"UnknownRow", [](CatalogData& d) { d.rules[1].row = "communes"; },
                  At(71, "The rule \"sum_parts\" names an unknown row \"communes\".")},
        FaultCase{"UnknownRowOfAField", [](CatalogData& d) { d.rules[1].row = "commune/tax"; },
                  At(71, "The rule \"sum_parts\" names an unknown row \"commune/tax\".")},
        FaultCase{"UnknownColumn", [](CatalogData& d) { d.rules[1].part_columns = {"late"}; },
                  At(71, "The rule \"sum_parts\" names an unknown column \"late\".")},
        FaultCase{"WithoutParts", [](CatalogData& d) { d.rules[1].part_columns.clear(); },
                  At(71,
                     "Rule \"sum_parts\" needs a row with part_rows, a column with part_columns, or left_part with "
                     "right_part.")},
        FaultCase{"FormRuleWithQuantity", [](CatalogData& d) { d.rules[1].left = Sum({"pending"}, 71); },
                  At(71, "Rule \"sum_parts\" looks at a form and cannot have quantities.")},
        FaultCase{"WithoutMessage", [](CatalogData& d) { d.rules[0].message = {}; },
                  At(70, "Rule \"stock_negative\" has no message.")},
        FaultCase{"WithoutVersion", [](CatalogData& d) { d.rules[0].version = 0; },
                  At(70, "Rule \"stock_negative\" needs a version of 1 or more.")}),
    [](const auto& info) { return info.param.name; });

// Rows of ListForm by their place in it.
constexpr std::size_t kTotal = 0, kHeading = 1, kReceived = 2, kScanners = 3, kEarly = 4, kRemark = 5, kProcedures = 6;

FaultCase InList(const char* name, std::function<void(Form&)> spoil, int line, const std::string& sentence) {
  return {name, [spoil = std::move(spoil)](CatalogData& data) { spoil(data.forms[1]); }, At(line, sentence)};
}

INSTANTIATE_TEST_SUITE_P(
    Selections, CatalogFaultTest,
    testing::Values(
        InList("UnknownRowInASum", [](Form& f) { f.rows[kTotal].quantity.terms[0].row = "recieved"; }, 82,
               "The row \"list/total\" names an unknown row \"recieved\"."),
        InList("RowTermWithAMeasure", [](Form& f) { f.rows[kTotal].quantity.terms[0].measure = "received"; }, 82,
               "Row \"list/total\": a term that takes row \"received\" names no measure, count or filter beside it."),
        InList("SumOfARate", [](Form& f) { f.rows[kTotal].quantity.terms[0].row = "early"; }, 82,
               "Row \"list/total\": row \"early\" is not a number that can be summed."),
        InList("SumOfAHeading", [](Form& f) { f.rows[kTotal].quantity.terms[0].row = "heading"; }, 82,
               "Row \"list/total\": row \"heading\" is not a number that can be summed."),
        InList("SumOfWords", [](Form& f) { f.rows[kTotal].quantity.terms[0].row = "remark"; }, 82,
               "Row \"list/total\": row \"remark\" is not a number that can be summed."),
        InList("RowsSumThemselves", [](Form& f) { f.rows[kReceived].quantity = SumOfRows({"total"}, 84); }, 82,
               "Row \"list/total\": rows sum themselves: total → received → total."),
        InList("RowSumsItself", [](Form& f) { f.rows[kTotal].quantity.terms[0].row = "total"; }, 82,
               "Row \"list/total\": rows sum themselves: total → total."),
        FaultCase{"RowTermInAColumn",
                  [](CatalogData& d) {
                    d.rules.pop_back();
                    Form& form = d.forms[1];
                    form.rows = {form.rows[kHeading]};
                    form.columns[0].quantity = SumOfRows({"heading"}, 81);
                  },
                  At(81, "Column \"list/value\": only a row of a form may sum other rows.")},
        InList("UnknownUnitKind", [](Form& f) { f.rows[kReceived].filter.unit_kinds = {"ward"}; }, 84,
               "The row \"list/received\" names an unknown unit kind \"ward\"."),
        InList("UnknownProcedureProperty", [](Form& f) { f.rows[kReceived].filter.procedure_properties = {"online_4"}; },
               84, "The row \"list/received\" names an unknown procedure property \"online_4\"."),
        InList("UnknownFieldProperty", [](Form& f) { f.rows[kReceived].filter.field_properties = {"online_3"}; }, 84,
               "The row \"list/received\" names an unknown field property \"online_3\"."),
        InList("UnknownOffer", [](Form& f) { f.rows[kReceived].filter.fields_offering = {"watched"}; }, 84,
               "The row \"list/received\" names an unknown procedure property \"watched\"."),
        InList("UnknownChannelOfDossiers", [](Form& f) { f.rows[kReceived].filter.with_dossiers_by = {"fax"}; }, 84,
               "The row \"list/received\" names an unknown channel \"fax\"."),
        InList("WeekdayZero", [](Form& f) { f.rows[kReceived].filter.weekdays = {0}; }, 84,
               "Row \"list/received\": a weekday is 1 (Monday) to 7 (Sunday), not 0."),
        InList("WeekdayEight", [](Form& f) { f.rows[kReceived].filter.weekdays = {8}; }, 84,
               "Row \"list/received\": a weekday is 1 (Monday) to 7 (Sunday), not 8."),
        InList("WeekdaysOfAStock",
               [](Form& f) {
                 f.rows[kReceived].quantity.terms[0].measure = "pending";
                 f.rows[kReceived].quantity.terms[0].filter.weekdays = {6};
               },
               84, "Row \"list/received\": measure \"pending\" is not a flow and cannot be narrowed to weekdays."),
        InList("WeekdaysOfTheRowOnAStock",
               [](Form& f) {
                 f.rows[kReceived].quantity.terms[0].measure = "pending_overdue";
                 f.rows[kReceived].filter.weekdays = {6};
               },
               84,
               "Row \"list/received\": measure \"pending_overdue\" is not a flow and cannot be narrowed to weekdays."),
        InList("OnceNarrowed", [](Form& f) { f.rows[kProcedures].filter.levels = {"commune"}; }, 88,
               "Row \"list/procedures\": measure \"procedures_ours\" is counted once for an area and cannot be "
               "narrowed."),
        InList("AnswerThatIsNoChoice", [](Form& f) { f.rows[kScanners].quantity.terms[0].answer = "maybe"; }, 85,
               "Row \"list/scanners\": \"maybe\" is not one of the choices of \"has_scanner\"."),
        InList("AnswerWithoutAChoice", [](Form& f) { f.rows[kReceived].quantity.terms[0].answer = "yes"; }, 84,
               "Row \"list/received\": an answer is for counting units by a choice only."),
        InList("UnitsCountedByText", [](Form& f) { f.rows[kScanners].quantity = f.rows[kRemark].quantity,
                                                   f.rows[kScanners].quantity.terms[0].count = Count::kUnits; },
               87, "Row \"list/scanners\": units cannot be counted by the text \"remark\"."),
        InList("AllUnitsNarrowedByChannel",
               [](Form& f) {
                 f.rows[kScanners].quantity.terms[0].measure = "";
                 f.rows[kScanners].quantity.terms[0].answer = "";
                 f.rows[kScanners].quantity.terms[0].filter.channels = {"post"};
               },
               85, "Row \"list/scanners\": all units are counted, which cannot be narrowed by procedure, channel or "
                   "weekday."),
        InList("UnitsWithDossiersBy",
               [](Form& f) {
                 f.rows[kReceived].quantity.terms[0].count = Count::kUnits;
                 f.rows[kReceived].filter.with_dossiers_by = {"post"};
               },
               84,
               "Row \"list/received\": measure \"received\" is counted by units and cannot be narrowed to procedures with "
               "dossiers."),
        InList("UnitsPerField",
               [](Form& f) {
                 f.rows[kScanners].per_field = true;
                 f.rows[kTotal].quantity.terms.pop_back();
               },
               85, "Row \"list/scanners\": a count of units is not repeated per field."),
        InList("ProceduresCountedByAStock",
               [](Form& f) {
                 f.rows[kReceived].quantity.terms[0].measure = "pending";
                 f.rows[kReceived].quantity.terms[0].count = Count::kProcedures;
               },
               84,
               "Row \"list/received\": procedures are counted by a flow recorded per procedure, \"pending\" is none."),
        InList("HeadingWithFigures", [](Form& f) { f.rows[kHeading].quantity = Sum({"received"}, 83); }, 83,
               "Row \"list/heading\" is a heading and has no figures, target or notes."),
        InList("TargetThatIsNoNumber", [](Form& f) { f.rows[kReceived].target = "99,5"; }, 84,
               "Row \"list/received\": the target \"99,5\" is a number written like 30 or 99.5."),
        InList("UnknownRemit", [](Form& f) { f.rows[kReceived].remit_kinds = {"ward"}; }, 84,
               "The row \"list/received\" names an unknown unit kind \"ward\"."),
        InList("NoteTextThatIsNone", [](Form& f) { f.rows[kReceived].note_text = "received"; }, 84,
               "Row \"list/received\": note_text names a text, \"received\" is none."),
        InList("ListByUnitWithDossiersBy",
               [](Form& f) {
                 f.rows[kReceived].note_measures = {"received"};
                 f.rows[kReceived].filter.with_dossiers_by = {"post"};
               },
               84, "Row \"list/received\" lists unit by unit (note_measures) and cannot be narrowed to procedures with dossiers "
                   "(with_dossiers_by)."),
        InList("UnknownNoteText", [](Form& f) { f.rows[kReceived].note_text = "remarks"; }, 84,
               "The row \"list/received\" names an unknown measure \"remarks\"."),
        InList("UnknownPeriod", [](Form& f) { f.columns[0].period = "2021"; }, 81,
               "The column \"list/value\" names an unknown period \"year/2021\"."),
        InList("TargetColumnWithAPeriod", [](Form& f) { f.columns.push_back(f.columns[0]), f.columns[1].id = "target",
                                                        f.columns[1].target = true, f.columns[1].period = "2020"; },
               81, "Column \"list/target\" prints targets and has no quantity, rate, period or note.")),
    [](const auto& info) { return info.param.name; });

FaultCase InParts(const char* name, std::function<void(Rule&)> spoil, const std::string& sentence) {
  return {name, [spoil = std::move(spoil)](CatalogData& data) { spoil(data.rules[2]); }, At(72, sentence)};
}

INSTANTIATE_TEST_SUITE_P(
    RulesOfParts, CatalogFaultTest,
    testing::Values(
        InParts("UnknownRow", [](Rule& r) { r.right_part[1].row = "scanner"; },
                "The rule \"same_quantity\" names an unknown row \"scanner\"."),
        InParts("UnknownColumn", [](Rule& r) { r.right_part[1].column = "v"; },
                "The rule \"same_quantity\" names an unknown column \"v\"."),
        InParts("OneSide", [](Rule& r) { r.right_part.clear(); },
                "Rule \"same_quantity\" needs both sides: left_part and right_part, when_left and when_right."),
        InParts("HalfACondition", [](Rule& r) { r.when_left = r.left_part; },
                "Rule \"same_quantity\" needs both sides: left_part and right_part, when_left and when_right."),
        InParts("BothShapes", [](Rule& r) { r.row = "total"; },
                "Rule \"same_quantity\" has left_part and cannot name row, part_rows or part_columns."),
        InParts("CoefficientZero", [](Rule& r) { r.right_part[0].coefficient = 0; },
                "Rule \"same_quantity\" has a coefficient of row \"received\" that is 0 or outside ±1000."),
        InParts("RateAgainstASum", [](Rule& r) { r.left_part[0].row = "early"; },
                "Rule \"same_quantity\" compares a rate with a sum: row \"early\" is a rate; use compare: RATE."),
        InParts("RateInACondition",
                [](Rule& r) {
                  r.when_left = {{"early", ""}};
                  r.when_right = {{"received", ""}};
                },
                "Rule \"same_quantity\" compares a rate with a sum: row \"early\" is a rate; use compare: RATE."),
        InParts("WordsInASum", [](Rule& r) { r.left_part[0].row = "remark"; },
                "Rule \"same_quantity\" sums row \"remark\", which is not a number."),
        InParts("RateOfThree",
                [](Rule& r) {
                  r.compare = Compare::kRate;
                  r.left_part[0].row = "early";
                  r.right_part.push_back(r.right_part[0]);
                },
                "Rule \"same_quantity\" compares a rate (RATE) and needs one rate on the left, a numerator and a "
                "denominator on the right."),
        InParts("RateThatIsNone", [](Rule& r) { r.compare = Compare::kRate; },
                "Rule \"same_quantity\" compares a rate (RATE) and row \"total\" is none."),
        FaultCase{"RateInTheShortShape",
                  [](CatalogData& d) {
                    d.rules[2].left_part.clear();
                    d.rules[2].right_part.clear();
                    d.rules[2].row = "early";
                    d.rules[2].part_rows = {"received"};
                  },
                  At(72, "Rule \"same_quantity\" compares a rate with a sum: row \"early\" is a rate; use compare: RATE.")},
        FaultCase{"UnitRuleWithParts", [](CatalogData& d) { d.rules[0].left_part = d.rules[2].left_part; },
                  At(70, "Rule \"stock_negative\" looks at units and cannot name a form, row or column.")},
        FaultCase{"UnitRuleThatSumsRows", [](CatalogData& d) { d.rules[0].left = SumOfRows({"total"}, 70); },
                  At(70, "Rule \"stock_negative\": only a row of a form may sum other rows.")},
        FaultCase{"UnitRuleThatAsksTheArea", [](CatalogData& d) { d.rules[0].left.terms[0].filter.with_dossiers_by = {"post"}; },
                  At(70,
                     "Rule \"stock_negative\": a rule looks at one unit and cannot ask of which procedures the area has "
                     "dossiers (with_dossiers_by).")},
        FaultCase{"UnitRuleThatCountsUnits", [](CatalogData& d) { d.rules[0].left.terms[0] = d.forms[1].rows[kScanners].quantity.terms[0]; },
                  At(70, "Rule \"stock_negative\": units cannot be counted here.")}),
    [](const auto& info) { return info.param.name; });

TEST(CatalogBuildTest, AStandAlonePeriodMayLieInsideCumulativeOnes) {
  CatalogData data = SmallCatalog();
  Period quarter = data.calendars[0].periods[0];
  quarter.id = "2020-Q3";
  quarter.from = DayOf("2020-06-01");
  quarter.to = DayOf("2020-08-31");
  quarter.stand_alone = true;
  data.calendars[0].periods.push_back(quarter);
  EXPECT_EQ(Faults(data), std::vector<std::string>());
}

TEST(CatalogBuildTest, ARateMayBeHeldAgainstItsNumeratorAndDenominator) {
  CatalogData data = SmallCatalog();
  data.rules[2].compare = Compare::kRate;
  data.rules[2].left_part[0].row = "early";
  EXPECT_EQ(Faults(data), std::vector<std::string>());
}

TEST(CatalogBuildErrorsTest, RowsThatSumRowsTooDeepAreTold) {
  CatalogData data = SmallCatalog();
  const ScopedLanguage english(Language::kEnglish);
  Form& form = data.forms[1];
  for (int i = 0; i < 100; ++i) {
    FormRow row = form.rows[kTotal];
    row.id = "r" + std::to_string(i);
    row.quantity = SumOfRows({i == 99 ? "received" : "r" + std::to_string(i + 1)}, 90);
    row.source = Line(90);
    form.rows.push_back(row);
  }
  const std::vector<std::string> faults = Faults(data);
  ASSERT_FALSE(faults.empty());
  EXPECT_THAT(faults[0], testing::HasSubstr("sums rows more than 64 deep"));
}

TEST(CatalogBuildErrorsTest, AllFaultsAreListedAtOnceInTheOrderOfTheirLines) {
  const ScopedLanguage english(Language::kEnglish);
  CatalogData data = SmallCatalog();
  data.rules[0].left = Sum({"left_over"}, 70);
  data.units[3].kind = "ward";
  data.units[3].parent = "002";
  data.calendars[0].periods[0].to = DayOf("2019-12-14");
  EXPECT_EQ(Faults(data),
            (std::vector<std::string>{
                At(13, "The unit \"00004\" names an unknown kind \"ward\"."),
                At(13, "The unit \"00004\" names an unknown parent \"002\"."),
                At(51, "The period \"year/2020\" ends on 2019-12-14 before it begins on 2019-12-15."),
                At(70, "The rule \"stock_negative\" names an unknown measure \"left_over\"."),
            }));
}

TEST(CatalogBuildErrorsTest, ALongCycleIsToldOnce) {
  const ScopedLanguage english(Language::kEnglish);
  CatalogData data = SmallCatalog();
  data.units[0].parent = "00004";
  data.units[3].parent = "001D";
  EXPECT_EQ(Faults(data),
            std::vector<std::string>{At(10, "Units are their own ancestors: 001 → 00004 → 001D → 001.")});
}

TEST(CatalogBuildErrorsTest, CountsTheFaultsBeyondTheFirstThousand) {
  const ScopedLanguage english(Language::kEnglish);
  CatalogData data = SmallCatalog();
  for (int i = 0; i < 1500; ++i) data.channels.push_back({"c" + std::to_string(i), {}, Line(1000 + i)});
  const std::vector<std::string> faults = Faults(data);
  ASSERT_EQ(faults.size(), 1001u);
  EXPECT_EQ(faults.back(), "… and 500 more; mend the ones above first.");
}

}  // namespace
}  // namespace motcua
