#include "tests/hub/adapters/store_conformance.h"

#include <cstdlib>
#include <filesystem>

namespace motcua {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HubStoreTest);

void HubStoreTest::SetUp() {
  std::string pattern = (std::filesystem::temp_directory_path() / "motcua-store-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  Reopen();
}

void HubStoreTest::TearDown() {
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void HubStoreTest::Reopen() {
  store_.reset();
  store_ = GetParam()(folder_);
  ASSERT_NE(store_, nullptr);
}

void HubStoreTest::Committed(const std::function<void(HubStore&)>& write) {
  ASSERT_THAT(store_->Begin(), IsOk());
  write(*store_);
  ASSERT_THAT(store_->Commit(), IsOk());
  Reopen();
}

namespace {

SegmentRow Segment(uint32_t line, Seq first, Seq last) {
  SegmentRow row;
  row.line = line;
  row.first = first;
  row.last = last;
  row.parent_hash = Sha256(absl::StrCat("parent", first));
  row.end_hash = Sha256(absl::StrCat("end", last));
  row.catalog = 3;
  row.received_s = 1'600'000'000;
  row.bytes = std::string("bytes\0of it", 11);
  return row;
}

LineRow NewLine(uint32_t unit, uint32_t device) {
  LineRow row;
  row.unit = unit;
  row.device = DeviceId{device};
  row.end_hash = Sha256("end");
  return row;
}

TEST_P(HubStoreTest, WhatWasCommittedIsThereAfterReopening) {
  Committed([](HubStore& store) {
    EXPECT_THAT(store.PutMeta("key", std::string("\0v", 2)), IsOk());
    EXPECT_THAT(store.AddCode(CodeKind::kMeasure, 1, "received"), IsOk());
    EXPECT_THAT(store.AddCatalog({1, Sha256("a"), "canonical a"}), IsOk());
    EXPECT_THAT(store.AddCatalog({2, Sha256("b"), "canonical b"}), IsOk());
  });
  EXPECT_EQ(store_->Meta("key").value(), std::string("\0v", 2));
  std::string codes;
  ASSERT_THAT(store_->ForEachCode([&](CodeKind kind, uint32_t id, const std::string& text) {
    absl::StrAppend(&codes, static_cast<int>(kind), ":", id, ":", text);
  }),
              IsOk());
  EXPECT_EQ(codes, "4:1:received");
  EXPECT_EQ(store_->NewestCatalog()->number, 2u);
  EXPECT_EQ(store_->FindCatalog(Sha256("a"))->canonical, "canonical a");
  EXPECT_EQ(store_->FindCatalog(2u)->version, Sha256("b"));
}

TEST_P(HubStoreTest, NothingOfATransactionThatWasNotCommittedIsThere) {
  ASSERT_THAT(store_->BeginUnit(7), IsOk());
  ASSERT_THAT(store_->AddLine(NewLine(7, 1)), IsOk());
  ASSERT_THAT(store_->PutCell(CellTable::kCounters, 5, {int64_t{1}, 1, "p"}), IsOk());
  Reopen();  // the process died
  EXPECT_TRUE(store_->LinesOf(7)->empty());
  EXPECT_EQ(store_->Cell(CellTable::kCounters, 5).value(), std::nullopt);
  ASSERT_THAT(store_->Begin(), IsOk());
  ASSERT_THAT(store_->PutMeta("key", "v"), IsOk());
  store_->Rollback();
  store_->Rollback();
  EXPECT_THAT(store_->Meta("key"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Begin(), IsOk());
}

TEST_P(HubStoreTest, WhatRunsAreAboutIsFoundFromAPlaceOn) {
  const SpanRow first{7, 1, 10, Day{18000}, Day{18003}, false};
  const SpanRow second{7, 11, 11, Day{1}, Day{0}, true};
  Committed([&](HubStore& store) {
    EXPECT_THAT(store.AddSpan(second), IsOk());
    EXPECT_THAT(store.AddSpan(first), IsOk());
    EXPECT_THAT(store.AddSpan({8, 1, 4, Day{18000}, Day{18000}, false}), IsOk());
  });
  EXPECT_EQ(store_->SpansOf(7, 1).value(), (std::vector<SpanRow>{first, second}));
  EXPECT_EQ(store_->SpansOf(7, 10).value(), (std::vector<SpanRow>{first, second})) << "the end of the first";
  EXPECT_EQ(store_->SpansOf(7, 11).value(), (std::vector<SpanRow>{second}));
  EXPECT_TRUE(store_->SpansOf(7, 12)->empty());
}

TEST_P(HubStoreTest, LinesAndSegmentsAreFoundByPlace) {
  uint32_t line = 0;
  Committed([&](HubStore& store) {
    line = store.AddLine(NewLine(7, 0xFFFFFFFF)).value();
    EXPECT_THAT(store.AddLine(NewLine(8, 2)), IsOk());
    EXPECT_THAT(store.AddSegment(Segment(line, 1, 10)), IsOk());
    EXPECT_THAT(store.AddSegment(Segment(line, 11, 11)), IsOk());
    EXPECT_THAT(store.AddSegment(Segment(line + 1, 1, 4)), IsOk());
    EXPECT_THAT(store.MoveEnd(line, 11, Sha256("moved")), IsOk());
  });
  const std::vector<LineRow> lines = store_->LinesOf(7).value();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].device, DeviceId{0xFFFFFFFF});
  EXPECT_EQ(lines[0].parent, kNoLine);
  EXPECT_EQ(lines[0].end_seq, 11u);
  EXPECT_EQ(lines[0].end_hash, Sha256("moved"));
  const SegmentRow at = store_->SegmentAt(line, 10).value();
  EXPECT_EQ(at.first, 1u);
  EXPECT_EQ(at.last, 10u);
  EXPECT_EQ(at.bytes, Segment(line, 1, 10).bytes);
  EXPECT_EQ(at.parent_hash, Segment(line, 1, 10).parent_hash);
  EXPECT_EQ(at.end_hash, Segment(line, 1, 10).end_hash);
  EXPECT_EQ(at.catalog, 3u);
  EXPECT_EQ(store_->SegmentAt(line, 11)->first, 11u);
  EXPECT_THAT(store_->SegmentAt(line, 12), StatusIs(absl::StatusCode::kDataLoss));
  std::vector<Seq> firsts;
  ASSERT_THAT(store_->ForEachSegment(line,
                                     [&](const SegmentRow& row) {
                                       firsts.push_back(row.first);
                                       return absl::OkStatus();
                                     }),
              IsOk());
  EXPECT_EQ(firsts, (std::vector<Seq>{1, 11}));
}

TEST_P(HubStoreTest, CellsKeepNumberTextAndNoneApart) {
  Committed([](HubStore& store) {
    EXPECT_THAT(store.PutCell(CellTable::kCounters, 1, {int64_t{-7}, 3, "a"}), IsOk());
    EXPECT_THAT(store.PutCell(CellTable::kRegisters, 1, {std::string("7"), 1, "b"}), IsOk());
    EXPECT_THAT(store.PutCell(CellTable::kRegisters, 2, {Value{}, 16, std::string("\0", 1)}), IsOk());
    EXPECT_THAT(store.PutCell(CellTable::kRegisters, 2, {Value{}, 17, std::string("\0c", 2)}), IsOk());
  });
  EXPECT_EQ(*store_->Cell(CellTable::kCounters, 1).value(), (CellRow{int64_t{-7}, 3, "a"}));
  EXPECT_EQ(*store_->Cell(CellTable::kRegisters, 1).value(), (CellRow{std::string("7"), 1, "b"}));
  EXPECT_EQ(*store_->Cell(CellTable::kRegisters, 2).value(), (CellRow{Value{}, 17, std::string("\0c", 2)}));
  EXPECT_TRUE(store_->AnyCell(CellTable::kRegisters, 2, 3).value());
  EXPECT_FALSE(store_->AnyCell(CellTable::kRegisters, 3, 9).value());
  std::vector<uint64_t> keys;
  ASSERT_THAT(store_->ForEachValue(CellTable::kRegisters, 1, 2,
                                   [&](uint64_t key, const Value&, uint32_t) { keys.push_back(key); }),
              IsOk());
  EXPECT_EQ(keys, std::vector<uint64_t>{1});
  Committed([](HubStore& store) { EXPECT_THAT(store.RemoveCells(CellTable::kRegisters, 1, 2), IsOk()); });
  EXPECT_EQ(store_->Cell(CellTable::kRegisters, 1).value(), std::nullopt);
  EXPECT_TRUE(store_->AnyCell(CellTable::kRegisters, 2, 3).value());
}

TEST_P(HubStoreTest, RollupsAddUpAndGoWhenNoUnitKnowsThem) {
  const auto rows = [&] {
    std::string text;
    EXPECT_THAT(store_->ForEachRollup(0, 100,
                                      [&](uint64_t key, const RollupRow& row) {
                                        absl::StrAppend(&text, key, "=", row.value, "/", row.units, " ");
                                      }),
                IsOk());
    return text;
  };
  Committed([](HubStore& store) {
    EXPECT_THAT(store.AddToRollup(9, 5, 1), IsOk());
    EXPECT_THAT(store.AddToRollup(4, 0, 1), IsOk());
    EXPECT_THAT(store.AddToRollup(9, 7, 1), IsOk());
  });
  EXPECT_EQ(rows(), "4=0/1 9=12/2 ");
  Committed([](HubStore& store) {
    EXPECT_THAT(store.AddToRollup(4, 0, -1), IsOk());
    EXPECT_THAT(store.AddToRollup(9, -5, -1), IsOk());
  });
  EXPECT_EQ(rows(), "9=7/1 ");
  Committed([](HubStore& store) { EXPECT_THAT(store.RemoveRollups(), IsOk()); });
  EXPECT_EQ(rows(), "");
}

TEST_P(HubStoreTest, WhatStandsBesideALineComesBackInOrder) {
  Committed([](HubStore& store) {
    for (const Seq seq : {9u, 3u}) {
      EXPECT_THAT(store.PutSkeleton({5, seq, seq == 9, "skeleton"}), IsOk());
      EXPECT_THAT(store.PutReview({5, seq, seq == 3, "review"}), IsOk());
      EXPECT_THAT(store.AddHeld(5, seq), IsOk());
      EXPECT_THAT(store.AddImport({5, seq, Sha256("file"), 12, "tệp.csv"}), IsOk());
      EXPECT_THAT(store.AddSubmission({5, seq, "vpcp/2020-9M", true, "An"}), IsOk());
    }
    EXPECT_THAT(store.PutSkeleton({6, 1, false, "another line"}), IsOk());
    EXPECT_THAT(store.PutUnit({7, 5, 2, 1, 4}), IsOk());
  });
  const auto skeleton = store_->SkeletonOf(5).value();
  ASSERT_EQ(skeleton.size(), 2u);
  EXPECT_EQ(skeleton[0].seq, 3u);
  EXPECT_FALSE(skeleton[0].dangling);
  EXPECT_TRUE(skeleton[1].dangling);
  const auto reviews = store_->ReviewsOf(5).value();
  ASSERT_EQ(reviews.size(), 2u);
  EXPECT_TRUE(reviews[0].dangling);
  EXPECT_EQ(reviews[1].bytes, "review");
  EXPECT_TRUE(store_->ReviewsOf(6)->empty());
  EXPECT_EQ(store_->HeldOf(5).value(), (std::vector<Seq>{3, 9}));
  EXPECT_EQ(store_->ImportsOf(5)->at(1).file_name, "tệp.csv");
  EXPECT_EQ(store_->ImportsOf(5)->at(0).digest, Sha256("file"));
  EXPECT_EQ(store_->SubmissionsOf(5)->at(0).period, "vpcp/2020-9M");
  EXPECT_TRUE(store_->SubmissionsOf(5)->at(0).nothing_to_report);
  EXPECT_EQ(store_->Unit(7).value(), (UnitRow{7, 5, 2, 1, 4}));
  EXPECT_EQ(store_->Unit(8)->hub_line, kNoLine);
  EXPECT_EQ(store_->Units()->size(), 1u);
  Committed([](HubStore& store) { EXPECT_THAT(store.RemoveHeld(5), IsOk()); });
  EXPECT_TRUE(store_->HeldOf(5)->empty());
}

TEST_P(HubStoreTest, ImportsAreFoundByWhatTheyImportedAndDoubledOnesAreMarkedOnce) {
  Committed([](HubStore& store) {
    for (const uint32_t line : {6u, 5u}) {
      EXPECT_THAT(store.AddImport({line, 2, Sha256("file"), 12, "a.csv"}), IsOk());
      EXPECT_THAT(store.AddImport({line, 9, Sha256(absl::StrCat(line)), 1, "b.csv"}), IsOk());
    }
    for (const uint32_t unit : {8u, 7u, 8u}) EXPECT_THAT(store.MarkDoubled(unit, Sha256("file")), IsOk());
  });
  const auto same = store_->ImportsOf(Sha256("file")).value();
  ASSERT_EQ(same.size(), 2u);
  EXPECT_EQ(same[0].line, 5u);
  EXPECT_EQ(same[1].line, 6u);
  EXPECT_EQ(same[1].rows, 12u);
  EXPECT_TRUE(store_->ImportsOf(Sha256("another"))->empty());
  const auto doubled = store_->Doubled().value();
  ASSERT_EQ(doubled.size(), 2u);
  EXPECT_EQ(doubled[0].unit, 7u);
  EXPECT_EQ(doubled[1].digest, Sha256("file"));
}

TEST_P(HubStoreTest, DecisionsAboutPeriodsAreFoundByLineAndByPeriodAndFrozenFiguresByTheirDigest) {
  Committed([](HubStore& store) {
    EXPECT_THAT(store.AddPeriod({6, 2, 9, "vpcp/2020-9M", "001", "second"}), IsOk());
    EXPECT_THAT(store.AddPeriod({5, 7, 4, "vpcp/2020-9M", "001", "first"}), IsOk());
    EXPECT_THAT(store.AddPeriod({5, 3, 4, "vpcp/2020-6M", "001", "other"}), IsOk());
    EXPECT_THAT(store.PutFrozen(Sha256("a"), "a"), IsOk());
    EXPECT_THAT(store.PutFrozen(Sha256("a"), "a"), IsOk());
    EXPECT_THAT(store.PutFrozen(Sha256(""), ""), IsOk());
  });
  const auto of_line = store_->PeriodsOf(5).value();
  ASSERT_EQ(of_line.size(), 2u);
  EXPECT_EQ(of_line[0].seq, 3u);
  EXPECT_EQ(of_line[1].entry, "first");
  EXPECT_EQ(of_line[1].unit, 4u);
  const auto of_period = store_->Periods("vpcp/2020-9M").value();
  ASSERT_EQ(of_period.size(), 2u);
  EXPECT_EQ(of_period[0].entry, "first");
  EXPECT_EQ(of_period[1].line, 6u);
  EXPECT_EQ(of_period[1].area, "001");
  EXPECT_TRUE(store_->Periods("vpcp/2021")->empty());
  EXPECT_EQ(store_->Frozen(Sha256("a")).value(), "a");
  EXPECT_EQ(store_->Frozen(Sha256("")).value(), "");
  EXPECT_THAT(store_->Frozen(Sha256("b")).status(), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(HubStoreTest, OpenCellsAreFoundWhileTheyAreOpen) {
  const auto open = [&](CellTable table, uint64_t begin, uint64_t end) {
    std::string text;
    EXPECT_THAT(store_->ForEachOpenCell(table, begin, end,
                                        [&](uint64_t key, const CellRow& row) {
                                          absl::StrAppend(&text, key, "=", FormatValue(row.value), row.postings, " ");
                                        }),
                IsOk());
    return text;
  };
  for (const CellTable table : {CellTable::kCounters, CellTable::kRegisters}) {
    Committed([&](HubStore& store) {
      for (uint64_t key = 1; key <= 8; ++key) {
        const uint32_t flags = 1u << (key - 1);
        EXPECT_THAT(store.PutCell(table, key, {static_cast<int64_t>(key), flags, "p"}), IsOk());
      }
    });
    EXPECT_EQ(open(table, 0, 100), "2=2p 7=7p ");  // provisional, forked
    EXPECT_EQ(open(table, 3, 100), "7=7p ");
    EXPECT_EQ(open(table, 0, 7), "2=2p ");
    Committed([&](HubStore& store) {
      EXPECT_THAT(store.PutCell(table, 2, {int64_t{20}, 1, "p"}), IsOk());
      EXPECT_THAT(store.PutCell(table, 3, {int64_t{30}, 3, "q"}), IsOk());
      EXPECT_THAT(store.RemoveCells(table, 7, 8), IsOk());
    });
    EXPECT_EQ(open(table, 0, 100), "3=30q ");
    EXPECT_EQ(store_->Cell(table, 2).value(), (CellRow{int64_t{20}, 1, "p"}));
  }
}

TEST_P(HubStoreTest, DevicesAndCodesAreKept) {
  DeviceRow device;
  device.device = DeviceId{0xFFFF0000};
  device.unit = "00019";
  device.role = Role::kSupervisor;
  device.state = DeviceState::kRevoked;
  device.name = "máy 1";
  device.machine = 0xFFFFFFFF;
  device.enrolled_s = 12;
  Committed([&](HubStore& store) {
    EXPECT_THAT(store.PutDevice(device), IsOk());
    EXPECT_THAT(store.PutHeartbeat(device.device, {5, 6, 7, -8, "0.1", std::string("ends\0", 5)}), IsOk());
    EXPECT_THAT(
        store.PutToken({Sha256("s"), "00019", Role::kDesk, DeviceId{1}, 2, 3, DeviceId{4}, Sha256("csr"), "0b"}),
        IsOk());
  });
  const DeviceRow read = store_->Device(device.device).value();
  EXPECT_EQ(read.unit, "00019");
  EXPECT_EQ(read.role, Role::kSupervisor);
  EXPECT_EQ(read.state, DeviceState::kRevoked);
  EXPECT_EQ(read.name, "máy 1");
  EXPECT_EQ(read.machine, 0xFFFFFFFF);
  EXPECT_EQ(store_->Heartbeat(device.device)->clock_offset_ms, -8);
  EXPECT_EQ(store_->Heartbeat(device.device)->held, std::string("ends\0", 5));
  EXPECT_EQ(store_->Heartbeat(DeviceId{9})->seen_ms, 0);
  const TokenRow token = store_->Token(Sha256("s")).value();
  EXPECT_EQ(token.replaces, DeviceId{1});
  EXPECT_EQ(token.used_by, DeviceId{4});
  EXPECT_EQ(token.used_csr, Sha256("csr"));
  EXPECT_EQ(token.used_serial, "0b");
  EXPECT_EQ(store_->Devices()->size(), 1u);
}

TEST_P(HubStoreTest, NotesOfADeviceAreKeptInOrder) {
  const DeviceNoteRow first{DeviceId{0xFFFF0000}, 9, "Lan", "máy bị mất"};
  const DeviceNoteRow second{DeviceId{0xFFFF0000}, 5, "", "xong"};  // a clock that went back
  Committed([&](HubStore& store) {
    EXPECT_THAT(store.AddDeviceNote(first), IsOk());
    EXPECT_THAT(store.AddDeviceNote(second), IsOk());
    EXPECT_THAT(store.AddDeviceNote({DeviceId{2}, 1, "An", "khác"}), IsOk());
  });
  EXPECT_EQ(store_->DeviceNotes(DeviceId{0xFFFF0000}).value(), (std::vector<DeviceNoteRow>{first, second}));
  EXPECT_TRUE(store_->DeviceNotes(DeviceId{3})->empty());
}

TEST_P(HubStoreTest, CertificatesOfADeviceComeOldestFirst) {
  const DeviceId device{0xFFFF0000};
  Committed([&](HubStore& store) {
    EXPECT_THAT(store.PutCertificate({"bb", device, 20, CertificateState::kActive, Sha256("csr"), "pem"}), IsOk());
    EXPECT_THAT(store.PutCertificate({"aa", device, 30, CertificateState::kActive, {}, ""}), IsOk());
    EXPECT_THAT(store.PutCertificate({"cc", DeviceId{1}, 10, CertificateState::kActive, {}, ""}), IsOk());
    EXPECT_THAT(store.PutCertificate({"aa", device, 30, CertificateState::kRevoked, {}, ""}), IsOk());
  });
  const std::vector<CertificateRow> rows = store_->CertificatesOf(device).value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].serial, "bb");
  EXPECT_EQ(rows[0].csr, Sha256("csr"));
  EXPECT_EQ(rows[0].pem, "pem");
  EXPECT_EQ(rows[1].state, CertificateState::kRevoked);
  EXPECT_EQ(store_->Certificate("aa")->device, device);
  EXPECT_EQ(store_->Certificate("aa")->issued_s, 30);
}

TEST_P(HubStoreTest, StagedRunsAreKeptWithTheirPiecesAndGoWithThem) {
  StagedRunRow run;
  run.unit = 7;
  run.sender = DeviceId{0xFFFFFFFF};
  run.parent = {DeviceId{0xFFFF0000}, 3, 0xFFFFFFFFFFFFFFFF};
  run.first = {DeviceId{0xFFFF0000}, 4, 0x8000000000000000};
  run.last_hash = Sha256("last");
  run.last = {DeviceId{0xFFFF0000}, 9, First8(run.last_hash)};
  run.bytes = 11;
  run.touched_s = 12;
  Committed([&](HubStore& store) {
    run.id = store.AddStagedRun(run).value();
    EXPECT_THAT(store.AddStagedPiece({run.id, 4, 3, std::string("pie\0ce", 6)}), IsOk());
    EXPECT_THAT(store.AddStagedPiece({run.id, 7, 0, "next"}), IsOk());
    StagedRunRow other = run;
    other.unit = 8;
    EXPECT_THAT(store.AddStagedPiece({store.AddStagedRun(other).value(), 4, 3, "of another"}), IsOk());
    run.bytes = 22;
    run.touched_s = 23;
    EXPECT_THAT(store.PutStagedRun(run), IsOk());
  });
  const std::vector<StagedRunRow> rows = store_->StagedRunsOf(7).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].sender, run.sender);
  EXPECT_EQ(rows[0].parent, run.parent);
  EXPECT_EQ(rows[0].first, run.first);
  EXPECT_EQ(rows[0].last, run.last);
  EXPECT_EQ(rows[0].last_hash, run.last_hash);
  EXPECT_EQ(rows[0].bytes, 22);
  EXPECT_EQ(rows[0].touched_s, 23);
  EXPECT_EQ(store_->StagedPiece(run.id, 4)->bytes, std::string("pie\0ce", 6));
  EXPECT_EQ(store_->StagedPiece(run.id, 4)->catalog, 3u);
  EXPECT_THAT(store_->StagedPiece(run.id, 5), StatusIs(absl::StatusCode::kDataLoss));
  Committed([&](HubStore& store) { EXPECT_THAT(store.RemoveStagedRun(run.id), IsOk()); });
  EXPECT_TRUE(store_->StagedRunsOf(7)->empty());
  EXPECT_THAT(store_->StagedPiece(run.id, 4), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(store_->StagedRunsOf(8)->size(), 1u);
}

// Errors.

TEST_P(HubStoreTest, MissingRowsAreNotFound) {
  EXPECT_THAT(store_->NewestCatalog(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->FindCatalog(4u), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Device(DeviceId{1}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Certificate("x"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Token(Sha256("x")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_TRUE(store_->LinesOf(1)->empty());
}

}  // namespace
}  // namespace motcua
