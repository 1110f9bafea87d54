#include "common/report/unit_figures.h"

#include "tests/common/report/memory_facts.h"
#include "tests/common/report/small_catalog.h"

namespace motcua {
namespace {

class UnitFiguresTest : public ::testing::Test {
 protected:
  void Put(const std::string& day, const std::string& channel, const std::string& measure, int64_t value,
           const std::string& procedure = "P1") {
    facts_.Put("C1", day, procedure, channel, measure, value);
  }
  UnitFigures Read(const std::string& period) {
    const Period* span = catalog_->FindPeriod("T", period);
    auto figures = UnitFigures::Read(*catalog_, facts_, *catalog_->FindUnit("C1"), span->from, span->to);
    EXPECT_THAT(figures, IsOk());
    return *std::move(figures);
  }

  std::shared_ptr<const Catalog> catalog_ = SmallCatalog().Build();
  MemoryFacts facts_;
  const Filter all_;
};

TEST_F(UnitFiguresTest, IdentitiesHoldWithEveryWayADossierMayLeave) {
  Put("2019-12-20", "counter", "opening", 10);
  Put("2019-12-21", "counter", "received", 5);
  Put("2019-12-22", "counter", "resolved_late", 3);
  Put("2020-01-10", "counter", "received", 40);
  Put("2020-01-11", "counter", "refused_at_reception", 100);
  Put("2020-02-01", "counter", "resolved_early", 8);
  Put("2020-02-01", "counter", "resolved_on_time", 20);
  Put("2020-02-02", "counter", "resolved_late", 2);
  Put("2020-02-03", "counter", "refused", 1);
  Put("2020-02-04", "counter", "withdrawn", 2);
  Put("2020-02-05", "counter", "stopped", 3);
  Put("2020-03-31", "counter", "pending_overdue", 4);
  Put("2020-03-31", "counter", "suspended", 5);
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("carried_over", all_), 12);
  EXPECT_EQ(q1.Sum("to_handle", all_), 52);
  EXPECT_EQ(q1.Sum("resolved", all_), 30);
  EXPECT_EQ(q1.Sum("pending", all_), 16);
  EXPECT_EQ(q1.Sum("pending_in_term", all_), 7);
  EXPECT_EQ(q1.Sum("refused_at_reception", all_), 100);
  EXPECT_EQ(Read("Q2").Sum("carried_over", all_), q1.Sum("pending", all_)) << "carried_over(t) = pending(t - 1)";
}

TEST_F(UnitFiguresTest, LateBySystemOnlyIsLineNotClosedAndSoftware) {
  Put("2020-01-10", "counter", "late_cause_line", 23);
  Put("2020-01-10", "counter", "late_cause_not_closed", 62);
  Put("2020-01-10", "counter", "late_cause_software", 7);
  Put("2020-01-10", "counter", "late_cause_other", 51);
  EXPECT_EQ(Read("Q1").Sum("late_by_system_only", all_), 92);
}

TEST_F(UnitFiguresTest, OpeningOnTheFirstDayCountsBesideReceiptsOfThatDay) {
  Put("2020-01-05", "counter", "received", 3);
  Put("2020-01-05", "counter", "opening", 20);
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("carried_over", all_), 20);
  EXPECT_EQ(q1.Sum("pending", all_), 23);
  EXPECT_TRUE(q1.opening_checks().empty());
}

TEST_F(UnitFiguresTest, OpeningAfterEarlierEntriesIsACheckAndNeverAdded) {
  Put("2020-01-05", "counter", "received", 30);
  Put("2020-01-06", "counter", "resolved_on_time", 10);
  Put("2020-02-01", "counter", "opening", 25);
  Put("2020-02-01", "counter", "received", 100);
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("carried_over", all_), 0);
  EXPECT_EQ(q1.Sum("pending", all_), 120);
  ASSERT_EQ(q1.opening_checks().size(), 1u);
  EXPECT_EQ(q1.opening_checks()[0].pending_before, 20);
  EXPECT_EQ(q1.opening_checks()[0].observed, 25);
}

TEST_F(UnitFiguresTest, SecondOpeningIsHeldAgainstTheFirstAndWhatMovedSince) {
  Put("2019-12-15", "counter", "opening", 7);
  Put("2020-01-05", "counter", "received", 3);
  Put("2020-01-20", "counter", "opening", 10);
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("carried_over", all_), 7);
  ASSERT_EQ(q1.opening_checks().size(), 1u);
  EXPECT_EQ(q1.opening_checks()[0].pending_before, 10);
  EXPECT_EQ(q1.opening_checks()[0].observed, 10);
}

TEST_F(UnitFiguresTest, OpeningIsJudgedPerProcedureAndChannel) {
  Put("2020-01-05", "counter", "received", 1);
  Put("2020-02-05", "online_full", "opening", 6);
  Put("2020-02-05", "counter", "opening", 9, "P2");
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("carried_over", all_), 15);
  EXPECT_EQ(q1.Sum("carried_over", Channels({"online_full"})), 6);
}

TEST_F(UnitFiguresTest, OpeningBeforeThePeriodIsCarriedOverOnce) {
  Put("2020-01-01", "counter", "opening", 12);
  EXPECT_EQ(Read("Q1").Sum("carried_over", all_), 12);
  EXPECT_EQ(Read("Q2").Sum("carried_over", all_), 12);
  EXPECT_EQ(Read("Q2").Sum("to_handle", all_), 12);
}

TEST_F(UnitFiguresTest, StocksAreTheLastObservationOfThePeriodAndDoNotCarryOver) {
  Put("2020-01-31", "counter", "pending_overdue", 9);
  Put("2020-03-15", "counter", "pending_overdue", 4);
  Put("2020-03-15", "online_full", "pending_overdue", 0);
  EXPECT_EQ(Read("Q1").Sum("pending_overdue", all_), 4);
  EXPECT_TRUE(Read("Q1").Observed("pending_overdue", Channels({"online_full"})));
  EXPECT_FALSE(Read("Q2").Observed("pending_overdue", all_));
  EXPECT_EQ(Read("Q2").Sum("pending_overdue", all_), 0);
}

TEST_F(UnitFiguresTest, FactsInAnyOrderGiveTheSameFigures) {
  Put("2019-12-20", "counter", "opening", 10);
  Put("2020-01-31", "counter", "pending_overdue", 9);
  Put("2020-02-01", "counter", "opening", 11);
  Put("2020-02-05", "counter", "received", 4);
  Put("2020-03-15", "counter", "pending_overdue", 4);
  const UnitFigures forwards = Read("Q1");
  facts_.Reverse();
  const UnitFigures backwards = Read("Q1");
  for (const char* measure : {"carried_over", "pending", "pending_in_term", "pending_overdue", "opening"}) {
    EXPECT_EQ(forwards.Sum(measure, all_), backwards.Sum(measure, all_)) << measure;
  }
  ASSERT_EQ(backwards.opening_checks().size(), 1u);
  EXPECT_EQ(backwards.opening_checks()[0].pending_before, 10);
}

TEST_F(UnitFiguresTest, FiltersNarrowByLevelFieldProcedureAndChannel) {
  Put("2020-01-05", "counter", "received", 1, "P1");
  Put("2020-01-05", "online_full", "received", 2, "P1");
  Put("2020-01-05", "counter", "received", 4, "P2");
  facts_.Put("C1", "2020-01-05", "", "", "desk_staff", int64_t{5});
  const UnitFigures q1 = Read("Q1");
  EXPECT_EQ(q1.Sum("received", all_), 7);
  EXPECT_EQ(q1.Sum("received", {{}, {"civil"}, {}, {}}), 3);
  EXPECT_EQ(q1.Sum("received", {{}, {}, {"P2"}, {}}), 4);
  EXPECT_EQ(q1.Sum("received", {{}, {}, {}, {"counter"}}), 5);
  EXPECT_EQ(q1.Sum("received", Levels("commune")), 7);
  EXPECT_EQ(q1.Sum("received", Levels("district")), 0);
  EXPECT_EQ(q1.Sum("desk_staff", all_), 5);
  EXPECT_EQ(q1.Sum("desk_staff", Channels({"counter"})), 0);
  EXPECT_EQ(q1.Channels(), (std::set<const Channel*>{catalog_->FindChannel("counter"), catalog_->FindChannel("online_full")}));
  EXPECT_EQ(q1.Fields(), (std::set<std::string>{"civil", "land"}));
}

TEST_F(UnitFiguresTest, ATermNarrowsOnlyItself) {
  Put("2020-01-05", "counter", "received", 5);
  Put("2020-01-05", "online_full", "received", 2);
  Quantity quantity = Q({{3, "received"}, {-1, "received"}});
  quantity.terms[1].filter = Channels({"online_full"});
  EXPECT_EQ(Read("Q1").Evaluate(quantity, all_), 19);
}

TEST_F(UnitFiguresTest, ProvisionalCellsAreRememberedWhereTheyCount) {
  facts_.Put("C1", "2020-01-05", "P1", "counter", "received", int64_t{5}, /*provisional=*/true);
  facts_.Put("C1", "2020-01-05", "P2", "counter", "received", int64_t{5});
  const UnitFigures q1 = Read("Q1");
  EXPECT_TRUE(q1.provisional());
  const Filter civil{{}, {"civil"}, {}, {}}, land{{}, {"land"}, {}, {}};
  const auto provisional = [&](const char* measure, const Filter& filter) {
    const Selection selection(*catalog_, filter);
    const Selection* const selections[] = {&selection};
    return q1.table().Sum(Expand(*catalog_, measure), selections).provisional;
  };
  EXPECT_TRUE(provisional("pending", civil));
  EXPECT_FALSE(provisional("pending", land));
  EXPECT_FALSE(provisional("resolved", civil));
}

TEST_F(UnitFiguresTest, HugeNumbersSaturateInsteadOfWrapping) {
  Put("2019-12-20", "counter", "resolved_late", INT64_MIN);
  Put("2020-01-05", "counter", "received", INT64_MAX);
  EXPECT_EQ(Read("Q1").Sum("to_handle", all_), INT64_MAX);
}

// --- What does not belong in ---

TEST_F(UnitFiguresTest, CodesTheCatalogDoesNotKnowAreLeftOut) {
  Put("2020-01-05", "counter", "received", 5, "P9");
  Put("2020-01-05", "fax", "received", 5);
  Put("2020-01-05", "counter", "smiles", 5);
  const UnitFigures q1 = Read("Q1");
  EXPECT_FALSE(q1.has_data());
  EXPECT_EQ(q1.Sum("received", all_), 0);
}

TEST_F(UnitFiguresTest, EntriesAfterThePeriodDoNotCount) {
  Put("2020-04-01", "counter", "received", 5);
  const UnitFigures q1 = Read("Q1");
  EXPECT_FALSE(q1.has_data());
  EXPECT_EQ(q1.Sum("received", all_), 0);
}

TEST_F(UnitFiguresTest, AFaultOfTheSourceIsHandedOn) {
  class Broken : public MemoryFacts {
    absl::Status ForEachFact(const std::string&, Day, Day, const std::function<void(const Fact&)>&) const override {
      return absl::DataLossError("disk");
    }
  };
  EXPECT_THAT(UnitFigures::Read(*catalog_, Broken(), *catalog_->FindUnit("C1"), D("2020-01-01"), D("2020-03-31")),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace motcua
