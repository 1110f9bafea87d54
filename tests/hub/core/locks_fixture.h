// The fixture of the tests about periods: the calendar "month" of the world's catalog, and a small vocabulary over it.
// The clock begins on 13 September 2020; August is over and due since the 5th.
#pragma once

#include <string>
#include <vector>

#include "tests/hub/core/exchange_fixture.h"

namespace motcua {

class LocksTest : public ExchangeTest {
 protected:
  static constexpr int kAugust = 18484 - 18000;     // 10 August, as TestDesk::At counts
  static constexpr int kSeptember = 18510 - 18000;  // 5 September
  static constexpr char kPeriod[] = "month/2020-08";

  static PeriodOrder Order(const std::string& unit, const std::string& period = kPeriod) {
    return {period, unit, "because", "Chi"};
  }
  absl::StatusOr<LockAnswer> Lock(const std::string& unit = "D1", bool accept_missing = false) {
    return world_.hub().LockPeriod(Order(unit), accept_missing);
  }
  absl::StatusOr<LockAnswer> Accept(const std::string& unit = "D1", const std::optional<std::string>& shown = std::nullopt) {
    return world_.hub().AcceptAmendments(Order(unit), shown);
  }
  absl::StatusOr<Amendments> Amended(const std::string& unit = "D1") {
    return world_.hub().AmendmentsOf(kPeriod, unit);
  }
  // A report as it is printed, or the sentence of the error.
  std::string Printed(int64_t revision, const std::string& unit = "D1", const std::string& period = "2020-08",
                      const std::string& seal = "") {
    return PrintedBy(world_.hub(), revision, unit, period, seal);
  }
  static std::string PrintedBy(Hub& hub, int64_t revision, const std::string& unit, const std::string& period,
                               const std::string& seal = "") {
    const ScopedLanguage english(Language::kEnglish);
    std::string text;
    const absl::Status status = hub.WithReport({"f", unit, period, revision, seal}, [&](const Report& report) {
      text = absl::StrCat(ReportAsTable(report), ReportAsCsv(report), ReportAsJson(report));
      return absl::OkStatus();
    });
    return status.ok() ? text : std::string(status.message());
  }
  // "value" of a row.
  std::string FigureOf(const std::string& row, int64_t revision, const std::string& unit = "D1") {
    std::string figure = "none";
    EXPECT_THAT(world_.hub().WithReport({"f", unit, "2020-08", revision, ""},
                                        [&](const Report& report) {
                                          for (const ReportRow& there : report.rows) {
                                            if (there.id == row) figure = absl::StrCat(there.figures[0].number);
                                          }
                                          return absl::OkStatus();
                                        }),
                IsOk());
    return figure;
  }
  static void Submit(TestDesk& desk, const std::string& period = kPeriod, bool nothing = false) {
    SubmitBody body;
    body.period = period;
    body.covers = desk.ledger().Ends();
    body.nothing_to_report = nothing;
    body.signer = "Lan";
    body.document = "12/BC";
    desk.Write(std::move(body));
  }
  // The desk gives a hub that lost its newest days everything it holds of the hub's own log of its unit.
  static void ReturnHubLog(TestDesk& desk) {
    const EntryName end = desk.ledger().NameAt(desk.ledger().OfKind(EntryKind::kPeriod).back());
    ExchangeRequest request = desk.Request();
    request.batch = EncodePath(desk.ledger(), end, 1, end.seq, *desk.catalog_);
    ASSERT_THAT(desk.Send(request), IsOk());
    for (int i = 0; i < 3; ++i) ASSERT_THAT(desk.Sync(), IsOk());
  }
  UnitStatus StatusOf(const std::string& unit) {
    const PeriodStatus status = world_.hub().PeriodStatusOf(kPeriod, unit).value();
    EXPECT_EQ(status.units.size(), 1u);
    return status.units.front();
  }
  // U1 and U2 of D1 with figures of August, both submitted.
  void MakeAugust() {
    a_.emplace(Desk("U1"));
    b_.emplace(Desk("U2"));
    for (TestDesk* desk : {&*a_, &*b_}) {
      desk->Add(desk->At("received", kAugust), 10);
      Submit(*desk);
      ASSERT_THAT(desk->Sync(), IsOk());
    }
  }

  std::optional<TestDesk> a_, b_;
};

}  // namespace motcua
