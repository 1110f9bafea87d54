// What the reader survives: bytes altered, cut short or made up. It neither crashes nor allocates beyond what
// arrived, and nothing altered verifies as anything but what was written.
#include <array>

#include "common/base/bytes.h"
#include "common/sync/batch.h"
#include "common/sync/batch_format.h"
#include "tests/common/sync/random_entries.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

using absl::StatusCode;
using Columns = std::array<std::string, batch_format::kColumns>;

Columns Split(absl::string_view bytes) {
  ByteReader in(bytes.substr(1));
  Columns columns;
  for (std::string& column : columns) column = std::string(in.Text(kBatchBytesMax));
  EXPECT_TRUE(in.AtEnd());
  return columns;
}

std::string Join(const Columns& columns, uint8_t version = batch_format::kVersion) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Byte(version);
  for (const std::string& column : columns) out.Text(column);
  return bytes;
}

template <typename... Numbers>
std::string Varints(Numbers... numbers) {
  std::string bytes;
  ByteWriter out(&bytes);
  (out.Varint(static_cast<uint64_t>(numbers)), ...);
  return bytes;
}

// A batch of two adds to one cell, the book it was written with, and its parts for tampering.
class BatchHostileTest : public ::testing::Test {
 protected:
  BatchHostileTest() : book_(Sha256("c"), {"00019", "counter", "received"}) {
    run_.parent = {kDevice, 0, 0};
    for (Seq seq : {1u, 2u}) {
      Entry entry;
      entry.device = kDevice;
      entry.seq = seq;
      entry.clock_s = 1600000000 + seq;
      entry.author = "Lan";
      entry.body = AddBody{{"00019", Day{18500}, "9.spelled", "counter", "received"}, 3, {}, {}};
      run_.entries.push_back(entry);
    }
    bytes_ = EncodeBatch({run_}, {ChainRoot(kDevice)}, book_, kBatchBytesMax).bytes;
  }

  // The batch with one column replaced.
  std::string With(batch_format::Column column, const std::string& content) const {
    Columns columns = Split(bytes_);
    columns[column] = content;
    return Join(columns);
  }
  std::string RunsColumn(Seq parent_seq, uint64_t entries) const {
    std::string bytes;
    ByteWriter out(&bytes);
    out.Fixed32(kDevice.value);
    out.Varint(parent_seq);
    if (parent_seq > 0) out.Fixed64(1);
    out.Varint(entries);
    out.Fixed64(2);
    return bytes;
  }
  void ExpectRefused(const std::string& bytes, StatusCode code = StatusCode::kInvalidArgument) const {
    EXPECT_THAT(DecodeBatch(bytes, book_), StatusIs(code));
  }

  static constexpr DeviceId kDevice{0x11223344};
  CodeBook book_;
  motcua::Run run_;
  std::string bytes_;
};

TEST_F(BatchHostileTest, TheUntouchedBatchIsRead) {
  EXPECT_EQ(Join(Split(bytes_)), bytes_);
  EXPECT_THAT(DecodeBatch(bytes_, book_), IsOk());
}

// --- Altered bytes
// -------------------------------------------------------------------------------------------

// Whatever verifies under the parent that the store would look up must be what was written.
void ExpectNothingFalseVerifies(absl::string_view bytes, const CodeBook& book,
                                const std::vector<HashedRun>& written) {
  const auto decoded = DecodeBatch(bytes, book);
  if (!decoded.ok()) return;
  for (const DecodedRun& run : *decoded) {
    bool verifies = false;
    bool was_written = false;
    for (const HashedRun& original : written) {
      if (run.run.parent != original.run.parent) continue;
      verifies = verifies || VerifyChain(run, original.parent_hash).ok();
      was_written = was_written || run.run.entries == original.run.entries;
    }
    ASSERT_TRUE(was_written || !verifies);
  }
}

struct Written {
  CodeBook book;
  std::vector<HashedRun> runs;
  std::string bytes;
};

Written WriteRandom(uint64_t seed) {
  RandomEntries random(seed);
  Written written{random.Book(), random.Runs(3, 8), {}};
  std::vector<motcua::Run> runs;
  std::vector<Hash> parents;
  for (const HashedRun& run : written.runs) {
    runs.push_back(run.run);
    parents.push_back(run.parent_hash);
  }
  written.bytes = EncodeBatch(runs, parents, written.book, kBatchBytesMax).bytes;
  return written;
}

TEST(BatchMutationTest, AnAlteredByteNeverVerifiesAsOtherContent) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const Written written = WriteRandom(seed);
    SeededRandom random(seed);
    for (int i = 0; i < 400; ++i) {
      std::string bytes = written.bytes;
      for (uint64_t changes = 1 + random.Below(3); changes > 0; --changes) {
        bytes[random.Below(bytes.size())] ^= static_cast<char>(1 << random.Below(8));
      }
      ExpectNothingFalseVerifies(bytes, written.book, written.runs);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(BatchMutationTest, CutInsertedAndMadeUpBytesNeverVerify) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const Written written = WriteRandom(seed);
    for (std::size_t size = 1; size < written.bytes.size(); ++size) {
      ASSERT_FALSE(DecodeBatch(absl::string_view(written.bytes).substr(0, size), written.book).ok()) << size;
    }
    SeededRandom random(seed);
    for (int i = 0; i < 200; ++i) {
      std::string bytes = written.bytes;
      bytes.insert(random.Below(bytes.size()), 1, static_cast<char>(random.Below(256)));
      ExpectNothingFalseVerifies(bytes, written.book, written.runs);
      std::string noise(1 + random.Below(300), '\0');
      for (char& c : noise) c = static_cast<char>(random.Below(random.Below(2) == 0 ? 8 : 256));
      noise[0] = batch_format::kVersion;
      ExpectNothingFalseVerifies(noise, written.book, written.runs);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST_F(BatchHostileTest, AWrongParentHashOrARunTakenElsewhereDoesNotVerify) {
  auto decoded = DecodeBatch(bytes_, book_);
  ASSERT_THAT(decoded, IsOk());
  DecodedRun run = decoded->front();
  EXPECT_THAT(VerifyChain(run, ChainRoot(kDevice)), IsOk());
  EXPECT_THAT(VerifyChain(run, ChainRoot(DeviceId{1})), StatusIs(StatusCode::kDataLoss));
  DecodedRun elsewhere = run;
  elsewhere.run.parent.seq = 5;
  elsewhere.run.parent.h8 = First8(ChainRoot(kDevice)) + 1;
  EXPECT_THAT(VerifyChain(elsewhere, ChainRoot(kDevice)), StatusIs(StatusCode::kDataLoss));
  run.run.entries.pop_back();
  EXPECT_THAT(VerifyChain(run, ChainRoot(kDevice)), StatusIs(StatusCode::kDataLoss));
  run.run.entries.clear();
  EXPECT_THAT(VerifyChain(run, ChainRoot(kDevice)), StatusIs(StatusCode::kDataLoss));
}

// --- Bounds
// --------------------------------------------------------------------------------------------------

TEST_F(BatchHostileTest, CountsBeyondWhatArrivedAreRefused) {
  ExpectRefused(With(batch_format::kRuns, RunsColumn(0, 3)));  // 2 bytes of clock cannot hold 3
  ExpectRefused(With(batch_format::kRuns, RunsColumn(0, kBatchEntriesMax)));
  ExpectRefused(With(batch_format::kRuns, RunsColumn(0, ~uint64_t{0})));
  ExpectRefused(With(batch_format::kRuns, RunsColumn(0, 1)));  // leaves an entry over
  ExpectRefused(With(batch_format::kRuns, RunsColumn(0, 0)));
  ExpectRefused(With(batch_format::kRuns, RunsColumn(kSeqMax - 1, 2)));  // past the last possible seq
  std::string many;
  for (std::size_t i = 0; i <= kBatchRunsMax; ++i) many += RunsColumn(0, 1);
  ExpectRefused(With(batch_format::kRuns, many));
}

TEST_F(BatchHostileTest, RunsThatTogetherSayMoreThanABatchMayUnfoldToAreRefused) {
  Columns columns = Split(bytes_);
  columns[batch_format::kRuns] = RunsColumn(0, kBatchEntriesMax / 2) + RunsColumn(0, kBatchEntriesMax / 2 + 1);
  columns[batch_format::kClockOf] = std::string(kBatchEntriesMax + 1, '\0');
  EXPECT_THAT(DecodeBatch(Join(columns), book_), StatusIs(StatusCode::kInvalidArgument, "số lượt ghi"));
}

TEST_F(BatchHostileTest, TablesOfMoreTextsThanABatchMayHaveAreRefused) {
  std::string codes;
  for (std::size_t i = 0; i < kBatchTextsMax; ++i) ByteWriter(&codes).Zigzag(i % 2 == 0 ? -1 : 1);
  EXPECT_THAT(DecodeBatch(With(batch_format::kCodes, Split(bytes_)[batch_format::kCodes] + codes), book_),
              StatusIs(StatusCode::kInvalidArgument, "bảng mã"));
  std::string authors;
  for (std::size_t i = 0; i < kBatchTextsMax; ++i) ByteWriter(&authors).Text("x");
  EXPECT_THAT(DecodeBatch(With(batch_format::kAuthors, authors), book_), IsOk());
  EXPECT_THAT(DecodeBatch(With(batch_format::kAuthors, authors + Varints(1) + "x"), book_),
              StatusIs(StatusCode::kInvalidArgument, "bảng kiểu"));
}

TEST_F(BatchHostileTest, RepeatsMustComeOutEven) {
  ExpectRefused(With(batch_format::kShapeOf, Varints(0 << 1 | 1, 1)));  // three shapes for two entries
  ExpectRefused(With(batch_format::kShapeOf, Varints(0 << 1)));         // one
  ExpectRefused(With(batch_format::kShapeOf, Varints(0 << 1 | 1, ~uint64_t{0})));
  ExpectRefused(With(batch_format::kShapeOf, Varints(7 << 1 | 1, 0)));     // a shape that is not in the table
  ExpectRefused(With(batch_format::kDayOf, Varints(120000 << 1 | 1, 0)));  // steps of 164 years
}

TEST_F(BatchHostileTest, PlacesOutsideTheTablesAreRefused) {
  ExpectRefused(With(batch_format::kFacetOf, Varints(0, 1)));
  ExpectRefused(With(batch_format::kProcedureOf, Varints(4, 5)));
  ExpectRefused(With(batch_format::kFacets, Varints(1, 2, 99)));
  ExpectRefused(With(batch_format::kShapes, std::string("\1\1\0\2", 4)));  // the second of one author
}

TEST_F(BatchHostileTest, CodeNumbersOutsideTheAgreedCatalogAreRefused) {
  std::string codes;
  ByteWriter out(&codes);
  for (int64_t step : {1, 1, 1}) out.Zigzag(step);
  EXPECT_THAT(DecodeBatch(With(batch_format::kCodes, codes + Varints(0, 3) + "9.p"), book_), IsOk());
  for (int64_t step : {int64_t{1}, int64_t{-4}, INT64_MAX, INT64_MIN}) {
    std::string beyond = codes;
    ByteWriter(&beyond).Zigzag(step);
    ExpectRefused(With(batch_format::kCodes, beyond));
  }
}

TEST_F(BatchHostileTest, SpelledOutTextIsCheckedLikeAnyEntrys) {
  ExpectRefused(With(batch_format::kCodes, Varints(2, 2, 2, 0, 3) + "a b"));
  ExpectRefused(With(batch_format::kCodes, Varints(2, 2, 2, 0, 65) + std::string(65, 'x')));
  ExpectRefused(With(batch_format::kAuthors, Varints(2) + "\xC3\x28"));
  ExpectRefused(
      With(batch_format::kAuthors, Varints(kAuthorBytesMax + 1) + std::string(kAuthorBytesMax + 1, 'x')));
}

TEST_F(BatchHostileTest, NumbersOutsideTheEntryBoundsAreRefused) {
  std::string numbers;
  ByteWriter out(&numbers);
  out.Zigzag(kNumberMax + 1);
  out.Zigzag(1);
  ExpectRefused(With(batch_format::kNumberOf, numbers));
}

TEST_F(BatchHostileTest, ABatchOverTheBoundIsRefusedBeforeItIsRead) {
  ExpectRefused(bytes_ + std::string(kBatchBytesMax, '\0'));
  Columns columns = Split(bytes_);
  columns[batch_format::kRestOf] = std::string(kBatchBytesMax, '\0');
  ExpectRefused(Join(columns));
}

TEST_F(BatchHostileTest, BytesLeftOverAreRefusedInEveryColumn) {
  for (std::size_t i = batch_format::kShapeOf; i < batch_format::kColumns; ++i) {
    SCOPED_TRACE(i);
    Columns columns = Split(bytes_);
    columns[i] += '\0';
    ExpectRefused(Join(columns));
  }
  ExpectRefused(bytes_ + '\0');
}

// --- Newer versions
// ------------------------------------------------------------------------------------------

TEST_F(BatchHostileTest, NewerVersionsKindsAndFlagsSayUpgrade) {
  ExpectRefused(Join(Split(bytes_), batch_format::kVersion + 1), StatusCode::kUnimplemented);
  ExpectRefused(Join(Split(bytes_), 0), StatusCode::kUnimplemented);
  ExpectRefused(With(batch_format::kShapes, std::string("\x09\1\0\1", 4)), StatusCode::kUnimplemented);
  ExpectRefused(With(batch_format::kShapes, std::string("\1\1\x10\1", 4)), StatusCode::kUnimplemented);
}

TEST_F(BatchHostileTest, ImpossibleShapesAreRefused) {
  ExpectRefused(With(batch_format::kShapes, std::string("\0\1\0\1", 4)));  // no kind
  ExpectRefused(With(batch_format::kShapes, std::string("\1\0\0\1", 4)));  // no role
  ExpectRefused(With(batch_format::kShapes, std::string("\1\4\0\1", 4)));  // a role nobody has
  ExpectRefused(With(batch_format::kShapes, std::string("\3\1\4\1", 4)));  // a saw with something typed
}

}  // namespace
}  // namespace motcua
