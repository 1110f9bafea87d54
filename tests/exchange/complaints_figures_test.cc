// What users of systems like this one complain about in their figures, each as a story that has to end well
// here (tests/README.md says which complaint is which). The others: complaints_sync_test.cc.
//
// It should survive: two desks and one number, an officer who sends after everyone else has closed, an entry
// the hub takes out, units that are merged, units that say nothing, two people who correct the same number.
#include <algorithm>

#include "common/report/facts.h"
#include "common/report/report.h"
#include "common/rpc/catalog_text.h"
#include "tests/exchange/world.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

constexpr char kBirth[] = "1.001193";
constexpr char kDistrict[] = "001";
constexpr char kOtherUnit[] = "00034";
constexpr int64_t kDayMs = 86'400'000;

Cell CellOf(const std::string& measure, const std::string& unit = kWorldUnit) {
  return {unit, kWorldDay, kBirth, "counter", measure};
}

RecordRequest Request(const std::string& measure, Value value) {
  RecordRequest request;
  request.day = kWorldDay;
  request.procedure = kBirth;
  request.channel = "counter";
  request.measure = measure;
  request.value = std::move(value);
  return request;
}

// The hub's report of the nine months in which kWorldDay lies.
Report ReportOf(World& world, const std::string& form, const std::string& unit) {
  Report report;
  EXPECT_THAT(world.hub().WithFacts([&](const Catalog& catalog, const FactSource& facts) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(report, MakeReport(catalog, facts, form, unit, "2020-9M"));
    // The form belongs to a catalog that may be replaced.
    report.form = nullptr;
    report.period = nullptr;
    return absl::OkStatus();
  }),
              IsOk());
  return report;
}

// The known figures of one measure, as text: nothing where nothing is known.
std::string FactOf(World& world, const std::string& unit, const std::string& measure) {
  std::string text;
  EXPECT_THAT(world.hub().WithFacts([&](const Catalog& catalog, const FactSource& facts) -> absl::Status {
    FactsQuery query{unit, kWorldDay, kWorldDay, {}, {measure}};
    MOTCUA_ASSIGN_OR_RETURN(const FactsTable table, ListFacts(catalog, facts, query));
    text = FactsAsCsv(table);
    return absl::OkStatus();
  }),
              IsOk());
  const std::size_t header_end = text.find('\n');
  return header_end == std::string::npos ? "" : text.substr(header_end + 1);
}

// C01: "Reports are considered as independent and sum together; this leads to overcounting"; the mend
// replaced "existing data with null data".
TEST(Complaints, C01_TwoReportersOfOneUnitNeitherOvercountNorBlankEachOther) {
  World world(201);
  DeskSide* a = world.Enrol(Role::kDesk);
  DeskSide* b = world.Enrol(Role::kDesk);
  world.Heal();
  // What is counted adds up, each desk its own part; what is observed is one number, not a sum.
  ASSERT_THAT(a->Add(kBirth, "counter", "received", 3), IsOk());
  ASSERT_THAT(b->Add(kBirth, "counter", "received", 4), IsOk());
  ASSERT_THAT(a->Observe(kBirth, "counter", "pending_overdue", 10), IsOk());
  ASSERT_THAT(b->Observe(kBirth, "counter", "pending_overdue", 12), IsOk());
  world.Heal();
  world.ExpectAllAgree(true);
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{7}));
  const CellState observed =
      world.hub().LoadLedger(kWorldUnit)->Fold(CellOf("pending_overdue"), MeasureNature::kRegister);
  EXPECT_TRUE(observed.conflict);
  EXPECT_TRUE(observed.value == Value(int64_t{10}) || observed.value == Value(int64_t{12}));
  EXPECT_EQ(observed.survivors.size(), 2u) << "both are shown until a person decides";
  // Setting the own part again replaces the own part, the other's stays; saying it twice changes nothing.
  ASSERT_THAT(a->Record(Request("received", int64_t{5})), IsOk());
  EXPECT_EQ(a->desk().Show(kWorldDay, kWorldDay).cells.at(1).view.own_part, 5);
  world.Heal();
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{9}));
  // Nobody can blank a count, and "nothing to report" is refused where something is.
  EXPECT_FALSE(a->desk().Record(Request("received", Value())).ok());
  SubmitRequest nothing;
  nothing.period = "vpcp/2020-9M";
  nothing.nothing_to_report = true;
  EXPECT_THAT(a->desk().Submit(nothing).status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{9}));
}

// C09: "An offline value refused on reconnect lives in memory until reload"; "the client rolls back the
// change"; work done in time is rejected after the deadline.
TEST(Complaints, C09_WorkDoneInTimeCountsOnItsDayHoweverLateItArrives) {
  World world(209);
  DeskSide* desk = world.Enrol(Role::kDesk);
  world.Heal();
  ASSERT_THAT(desk->Add(kBirth, "counter", "received", 6), IsOk());
  const int64_t written_s = world.clock().WallSeconds();
  world.clock().SleepMs(60 * kDayMs);  // the line is down past the period's end and its due day
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{6}));
  const EntryName end = desk->desk().log().own_end();
  const UnitLedger held = *world.hub().LoadLedger(kWorldUnit);
  EXPECT_LT(std::abs(held.EntryAt(*held.Find(end)).clock_s - written_s), 60) << "when it was written stays";
  world.ExpectAllAgree(true);
}

TEST(Complaints, C09_WhatTheHubTakesOutStaysAtTheDeskWithItsReason) {
  World world(1209);
  DeskSide* desk = world.Enrol(Role::kDesk);
  world.Heal();
  ASSERT_THAT(desk->Add(kBirth, "counter", "received", 6), IsOk());
  ASSERT_THAT(desk->Add(kBirth, "counter", "received", 2), IsOk());
  world.Heal();
  const EntryName second = desk->desk().log().own_end();
  ASSERT_THAT(world.hub().Exclude(kWorldUnit, second, second, false, "đếm hai lần", "operator"), IsOk());
  world.Heal();
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{6}));
  for (int start = 0; start < 2; ++start) {  // as durable as what counts
    const ShowAnswer shown = desk->desk().Show(kWorldDay, kWorldDay);
    ASSERT_EQ(shown.excluded.size(), 1u);
    EXPECT_EQ(shown.excluded[0].entry, second);
    EXPECT_EQ(shown.excluded[0].reason, "đếm hai lần");
    EXPECT_EQ(shown.cells.at(0).view.value, Value(int64_t{6}));
    desk->Close();
    desk->Open();
  }
  // Nothing behind it waits, and it can be taken back.
  ASSERT_THAT(desk->Add(kBirth, "counter", "received", 1), IsOk());
  world.Heal();
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{7}));
  ASSERT_THAT(world.hub().Exclude(kWorldUnit, second, second, true, "hai hồ sơ khác nhau", "operator"),
              IsOk());
  world.Heal();
  world.ExpectAllAgree(true);
  EXPECT_EQ(*world.hub().CellValue(CellOf("received")), Value(int64_t{9}));
}

// The shipped catalog with two communes under a new one that takes their place.
std::shared_ptr<const Catalog> MergedCatalog() {
  std::vector<CatalogFile> files = *ReadCatalogFiles(MOTCUA_SOURCE_DIR "/deploy/catalog/badinh-2020");
  for (CatalogFile& file : files) {
    if (file.name.find("units") == std::string::npos) continue;
    for (const char* code : {kWorldUnit, kOtherUnit}) {
      const std::size_t unit = file.text.find(absl::StrCat("code: \"", code, "\""));
      const std::size_t parent = file.text.find("parent: \"001\"", unit);
      file.text.replace(parent, 13, "parent: \"00099\"");
    }
    file.text +=
        "\nunit { code: \"00099\" name: \"Giảng Võ mới\" kind: \"commune\" parent: \"001\" valid_from: "
        "\"2004-07-08\" valid_to: \"2025-06-30\" }\n";
  }
  const auto catalog = LoadCatalog(files);
  EXPECT_THAT(catalog.status(), IsOk());
  return *catalog;
}

// C10: "Overlapping values are resolved by LAST_UPDATED or DISCARD"; whoever merges units loses one side.
TEST(Complaints, C10_MergedUnitsAddUpAndKeepTheirOwnPast) {
  World world(210);
  DeskSide* one = world.Enrol(Role::kDesk);
  DeskSide* other = world.Enrol(Role::kDesk, kOtherUnit);
  world.Heal();
  ASSERT_THAT(one->Add(kBirth, "counter", "received", 3), IsOk());
  ASSERT_THAT(other->Add(kBirth, "counter", "received", 4), IsOk());
  ASSERT_THAT(other->Add(kBirth, "counter", "resolved_on_time", 1), IsOk());
  ASSERT_THAT(one->Sync({}).status, IsOk());
  // One desk sends after the merger what it wrote before: it counts where it was written, and in the sum.
  EXPECT_TRUE(*world.hub().ApplyCatalog(MergedCatalog()));
  ASSERT_THAT(other->Sync({}).status, IsOk());
  EXPECT_EQ(FactOf(world, "00099", "received"), "received,7\n");
  EXPECT_EQ(FactOf(world, kWorldUnit, "received"), "received,3\n");
  EXPECT_EQ(FactOf(world, kOtherUnit, "received"), "received,4\n");
  EXPECT_EQ(FactOf(world, kDistrict, "received"), "received,7\n");
  ASSERT_THAT(one->Add(kBirth, "counter", "received", 2), IsOk());
  world.Heal();
  EXPECT_EQ(FactOf(world, "00099", "received"), "received,9\n");
  world.ExpectAllAgree(true);
}

// C12: "Reporting rates above 100 %", complete reports that are empty, zero taken for missing.
TEST(Complaints, C12_CoverageCountsUnitsAndZeroIsNotNothing) {
  World world(212);
  DeskSide* a = world.Enrol(Role::kDesk);
  DeskSide* b = world.Enrol(Role::kDesk);
  DeskSide* silent = world.Enrol(Role::kDesk, kOtherUnit);
  DeskSide* zero = world.Enrol(Role::kDesk, "00028");
  world.Heal();
  // Two desks of one unit report, both twice: one unit.
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(a->Add(kBirth, "counter", "resolved_on_time", 3), IsOk());
    ASSERT_THAT(b->Add(kBirth, "counter", "resolved_late", 1), IsOk());
    ASSERT_THAT(a->Add(kBirth, "counter", "received", 4), IsOk());
    world.Heal();
  }
  ASSERT_THAT(zero->Record(Request("received", int64_t{0})), IsOk());
  SubmitRequest nothing;
  nothing.period = "vpcp/2020-9M";
  nothing.nothing_to_report = true;
  ASSERT_THAT(silent->desk().Submit(nothing).status(), IsOk());
  world.Heal();
  const Report report = ReportOf(world, "vpcp-06", kDistrict);
  const Coverage& coverage = report.coverage;
  EXPECT_EQ(coverage.units_with_data, 2);
  EXPECT_EQ(coverage.units_covered, 3) << "nothing to report is an answer";
  EXPECT_EQ(static_cast<int>(coverage.missing.size()), coverage.units_expected - 3) << "each is named";
  EXPECT_LE(coverage.units_submitted, coverage.units_expected);
  // A zero that was recorded is a zero, what nobody recorded is not known.
  EXPECT_EQ(FactOf(world, "00028", "received"), "received,0\n");
  EXPECT_EQ(FactOf(world, kOtherUnit, "received"), "");
  // Rates carry what they come from, cannot pass one, and without a denominator there is none.
  int rates = 0;
  for (const std::string unit : {kWorldUnit, "00028", kDistrict}) {
    for (const ReportRow& row : ReportOf(world, "badinh-2020", unit).rows) {
      for (const Figure& figure : row.figures) {
        if (figure.kind != Figure::Kind::kRate) continue;
        ++rates;
        EXPECT_GE(figure.rate.numerator, 0);
        EXPECT_LE(figure.rate.numerator, figure.rate.denominator);
        EXPECT_EQ(figure.rate.denominator == 0, figure.text.empty());
        EXPECT_NE(figure.rate.definition, "");
      }
    }
  }
  EXPECT_GT(rates, 0) << "the form was to print rates";
}

// C13: "Whichever write lands last just wins"; people ask which rows were overwritten.
TEST(Complaints, C13_TheLosingValueIsShownUntilAPersonDecides) {
  World world(213);
  DeskSide* a = world.Enrol(Role::kSupervisor);
  DeskSide* b = world.Enrol(Role::kSupervisor);
  world.Heal();
  ASSERT_THAT(a->Restate(kBirth, "counter", "received", 40), IsOk());
  ASSERT_THAT(b->Restate(kBirth, "counter", "received", 50), IsOk());
  world.Heal();
  const auto shown_at = [](DeskSide* desk) {
    return desk->desk().Show(kWorldDay, kWorldDay).cells.at(0).view;
  };
  EXPECT_TRUE(shown_at(a).conflict);
  EXPECT_TRUE(shown_at(b).conflict);
  EXPECT_TRUE(shown_at(a).provisional);
  EXPECT_EQ(shown_at(a).value, shown_at(b).value);
  EXPECT_EQ(a->desk().Status().conflicts, std::vector<Cell>{CellOf("received")});
  const auto values = [&] {
    std::vector<int64_t> list;
    for (const Posting& posting : world.hub().LoadLedger(kWorldUnit)->PostingsOf(CellOf("received"))) {
      list.push_back(std::get<int64_t>(posting.value));
    }
    std::sort(list.begin(), list.end());
    return list;
  };
  EXPECT_EQ(values(), (std::vector<int64_t>{40, 50}));
  // A person who was shown something else by now is asked again instead of overwriting.
  RecordRequest stale = Request("received", int64_t{45});
  stale.shown = Value(int64_t{7});
  EXPECT_THAT(a->desk().Restate(stale).status(), StatusIs(absl::StatusCode::kAborted));
  ASSERT_THAT(a->Restate(kBirth, "counter", "received", 45), IsOk());
  world.Heal();
  EXPECT_FALSE(shown_at(b).conflict);
  EXPECT_EQ(shown_at(b).value, Value(int64_t{45}));
  EXPECT_EQ(values(), (std::vector<int64_t>{40, 45, 50})) << "both stay on record";
  world.ExpectAllAgree(false);
}

// C15: "12 of 12 submitted?"; "if a worker has not synced, the aggregate will not be up to date", and nobody
// sees it.
TEST(Complaints, C15_TheHubKnowsWhoIsBehindHowFarAndSinceWhen) {
  World world(215);
  DeskSide* desk = world.Enrol(Role::kDesk);
  DeskSide* never = world.Enrol(Role::kDesk, kOtherUnit);
  world.Heal();
  const int64_t began_s = world.clock().WallSeconds();
  for (int i = 0; i < 300; ++i) ASSERT_THAT(desk->Add(kBirth, "counter", "received", 1), IsOk());
  world.clock().SleepMs(3 * kDayMs);
  // One exchange gets through and tells what still waits at the desk; then the line is gone.
  desk->Sync({Fault::kNone, Fault::kDeskKilled}, kBatchBytesMin);
  desk->Close();
  const auto told_by = [&](DeskSide* side) {
    const std::vector<DeviceInfo> devices = *world.hub().ListDevices();
    for (const DeviceInfo& info : devices) {
      if (info.device.device == side->identity().device) return info.heartbeat;
    }
    ADD_FAILURE() << "not listed";
    return HeartbeatRow{};
  };
  EXPECT_GT(told_by(desk).waiting, 0u);
  EXPECT_LT(told_by(desk).waiting, 300u);
  EXPECT_NEAR(static_cast<double>(told_by(desk).oldest_waiting_s), static_cast<double>(began_s), 60.0);
  EXPECT_GT(told_by(desk).seen_ms, told_by(never).seen_ms) << "who was seen when";
  // And the figure says for how many units it speaks, and which are missing.
  const Coverage coverage = ReportOf(world, "vpcp-06", kDistrict).coverage;
  EXPECT_EQ(coverage.units_with_data, 1);
  EXPECT_TRUE(
      std::any_of(coverage.missing.begin(), coverage.missing.end(), [](const Coverage::Missing& missing) {
        return missing.unit == kOtherUnit && missing.state == "not_started";
      }));
  desk->Open();
  ASSERT_THAT(desk->Sync({}).status, IsOk());
  EXPECT_EQ(told_by(desk).waiting, 0u);
}

}  // namespace
}  // namespace motcua
