// What is encoded comes back, whatever the entries, and batches are filled well and never over their bound.
#include "common/sync/batch.h"

#include "tests/common/sync/random_entries.h"
#include "tests/support/status_matchers.h"

namespace motcua {
namespace {

EncodedBatch Encode(const std::vector<HashedRun>& runs, const CodeBook& book,
                    std::size_t bytes_max = kBatchBytesMax) {
  std::vector<Run> plain;
  std::vector<Hash> parents;
  for (const HashedRun& run : runs) {
    plain.push_back(run.run);
    parents.push_back(run.parent_hash);
  }
  return EncodeBatch(plain, parents, book, bytes_max);
}

// The given runs, as far as the first `entries` of their entries go.
std::vector<HashedRun> Prefix(const std::vector<HashedRun>& runs, std::size_t entries) {
  std::vector<HashedRun> prefix;
  for (HashedRun run : runs) {
    const std::size_t taken = std::min(entries, run.run.entries.size());
    entries -= taken;
    if (taken == 0) break;
    run.run.entries.resize(taken);
    run.hashes.resize(taken);
    prefix.push_back(std::move(run));
  }
  return prefix;
}

void ExpectSame(const std::vector<DecodedRun>& decoded, const std::vector<HashedRun>& expected) {
  ASSERT_EQ(decoded.size(), expected.size());
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    EXPECT_EQ(decoded[i].run.parent, expected[i].run.parent);
    ASSERT_EQ(decoded[i].run.entries.size(), expected[i].run.entries.size());
    for (std::size_t n = 0; n < decoded[i].run.entries.size(); ++n) {
      ASSERT_TRUE(decoded[i].run.entries[n] == expected[i].run.entries[n]) << "run " << i << " entry " << n;
    }
    const auto hashes = VerifyChain(decoded[i], expected[i].parent_hash);
    ASSERT_THAT(hashes, IsOk());
    EXPECT_EQ(*hashes, expected[i].hashes);
    EXPECT_EQ(decoded[i].last, (EntryName{expected[i].run.parent.device, expected[i].run.entries.back().seq,
                                          First8(expected[i].hashes.back())}));
  }
}

// Each entry brings four codes, as cheaply as codes can be had.
TEST(BatchTest, ABatchIsFullWhereItsReaderWouldRefuseMoreCodes) {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kBatchTextsMax + 8; ++i) codes.push_back(absl::StrCat("c", i));
  const CodeBook book(Hash{}, codes);
  motcua::Run run{{DeviceId{1}, 0, 0}, {}};
  for (std::size_t i = 0; i + 3 < codes.size(); i += 4) {
    Entry& entry = run.entries.emplace_back();
    entry.device = DeviceId{1};
    entry.seq = static_cast<Seq>(run.entries.size());
    entry.body = AddBody{{codes[i], Day{18500}, codes[i + 3], codes[i + 1], codes[i + 2]}, 1, {}, {}};
  }
  const EncodedBatch batch = EncodeBatch({run}, {ChainRoot(DeviceId{1})}, book, kBatchBytesMax);
  EXPECT_FALSE(batch.complete);
  EXPECT_EQ(batch.entries, kBatchTextsMax / 4);
  EXPECT_LT(batch.bytes.size(), kBatchBytesMax);
  const auto decoded = DecodeBatch(batch.bytes, book);
  ASSERT_THAT(decoded, IsOk());
  EXPECT_EQ(decoded->front().run.entries.size(), batch.entries);
}

TEST(BatchTest, EntriesOfEveryKindComeBackExactly) {
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    RandomEntries random(seed);
    const CodeBook book = random.Book();
    const auto runs = random.Runs(5, 12);
    const EncodedBatch batch = Encode(runs, book);
    const auto decoded = DecodeBatch(batch.bytes, book);
    ASSERT_THAT(decoded, IsOk());
    ExpectSame(*decoded, Prefix(runs, batch.entries));
    if (HasFatalFailure()) return;
  }
}

TEST(BatchTest, ABatchNeverExceedsItsBoundAndCarriesAPrefix) {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    RandomEntries random(seed);
    const CodeBook book = random.Book();
    const auto runs = random.Runs(6, 60);
    std::size_t given = 0;
    for (const HashedRun& run : runs) given += run.run.entries.size();
    for (std::size_t bytes_max :
         {std::size_t{1}, kBatchBytesMin, std::size_t{1000}, std::size_t{5000}, kBatchBytesMax}) {
      const EncodedBatch batch = Encode(runs, book, bytes_max);
      ASSERT_GE(batch.entries, 1u);
      if (batch.entries > 1) {
        ASSERT_LE(batch.bytes.size(), bytes_max);
      }
      EXPECT_EQ(batch.complete, batch.entries == given);
      const auto decoded = DecodeBatch(batch.bytes, book);
      ASSERT_THAT(decoded, IsOk());
      ExpectSame(*decoded, Prefix(runs, batch.entries));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(BatchTest, OneMoreEntryWouldNotHaveFitted) {
  RandomEntries random(7);
  const CodeBook book = random.Book();
  const std::vector<HashedRun> run = {random.RandomRun(300)};
  for (std::size_t bytes_max : {600u, 2000u, 3001u}) {
    const EncodedBatch batch = Encode(run, book, bytes_max);
    ASSERT_FALSE(batch.complete);
    EXPECT_GT(Encode(Prefix(run, batch.entries + 1), book).bytes.size(), bytes_max);
    // And what was cut off left no trace: the same entries alone give the same bytes.
    EXPECT_EQ(Encode(Prefix(run, batch.entries), book).bytes, batch.bytes);
  }
}

TEST(BatchTest, TheLargestEntryTravelsWhateverTheBound) {
  HashedRun run;
  run.parent_hash = ChainRoot(DeviceId{9});
  run.run.parent = {DeviceId{9}, 0, 0};
  Entry entry = RandomEntries(1).RandomEntry(DeviceId{9}, 1);
  SubmitBody body;
  body.period = "vpcp/2020-9M";
  for (uint32_t i = 0; i < kNamesMax; ++i) body.covers.push_back({DeviceId{i}, kSeqMax, ~uint64_t{0}});
  body.reasons.push_back({"late_causes", std::string(kNoteBytesMax, 'x')});
  entry.note.clear();
  entry.body = body;
  ASSERT_THAT(CheckBounds(entry), IsOk());
  run.run.entries = {entry};
  run.hashes = {Chain().Next(run.parent_hash, entry)};
  const EncodedBatch batch = Encode({run}, CodeBook(), kBatchBytesMin);
  EXPECT_TRUE(batch.complete);
  const auto decoded = DecodeBatch(batch.bytes, CodeBook());
  ASSERT_THAT(decoded, IsOk());
  ExpectSame(*decoded, {run});
}

TEST(BatchTest, WithoutACatalogEveryCodeIsSpelledOut) {
  RandomEntries random(3);
  const std::vector<HashedRun> runs = {random.RandomRun(40)};
  const EncodedBatch batch = Encode(runs, CodeBook());
  const auto decoded = DecodeBatch(batch.bytes, CodeBook());
  ASSERT_THAT(decoded, IsOk());
  ExpectSame(*decoded, runs);
}

TEST(BatchTest, RunsWithoutEntriesAndNoRunsAreNoBytes) {
  EXPECT_TRUE(EncodeBatch({}, {}, CodeBook(), kBatchBytesMax).bytes.empty());
  const EncodedBatch batch = EncodeBatch({motcua::Run{}}, {Hash{}}, CodeBook(), kBatchBytesMax);
  EXPECT_TRUE(batch.bytes.empty());
  EXPECT_TRUE(batch.complete);
  const auto decoded = DecodeBatch("", CodeBook());
  ASSERT_THAT(decoded, IsOk());
  EXPECT_TRUE(decoded->empty());
}

TEST(BatchTest, MoreRunsOrEntriesThanOneBatchMayDescribeGoIntoTheNext) {
  std::vector<HashedRun> runs;
  for (uint32_t i = 0; i <= kBatchRunsMax; ++i) {
    HashedRun run;
    run.run.parent = {DeviceId{i}, 0, 0};
    run.parent_hash = ChainRoot(DeviceId{i});
    Entry entry;
    entry.device = DeviceId{i};
    entry.seq = 1;
    entry.body = SawBody{};
    run.run.entries = {entry};
    run.hashes = {Chain().Next(run.parent_hash, entry)};
    runs.push_back(run);
  }
  const EncodedBatch batch = Encode(runs, CodeBook());
  EXPECT_EQ(batch.entries, kBatchRunsMax);
  EXPECT_FALSE(batch.complete);
  EXPECT_THAT(DecodeBatch(batch.bytes, CodeBook()), IsOk());

  motcua::Run line{{DeviceId{1}, 0, 0}, {}};
  for (Seq seq = 1; seq <= kBatchEntriesMax + 5; ++seq) {
    Entry entry;
    entry.device = DeviceId{1};
    entry.seq = seq;
    entry.body = SawBody{};
    line.entries.push_back(entry);
  }
  const EncodedBatch many = EncodeBatch({line}, {ChainRoot(DeviceId{1})}, CodeBook(), kBatchBytesMax);
  EXPECT_LE(many.entries, kBatchEntriesMax);
  EXPECT_FALSE(many.complete);
  EXPECT_THAT(DecodeBatch(many.bytes, CodeBook()), IsOk());
}

TEST(CodeBookTest, NumbersAreTheCatalogsOrderAndZeroIsEmpty) {
  const CodeBook book(Sha256("c"), {"00019", "1.001193", "counter", "1.001193", "", "received"});
  EXPECT_EQ(book.size(), 5u);
  EXPECT_EQ(book.NumberOf(""), 0u);
  EXPECT_EQ(book.NumberOf("00019"), 1u);
  EXPECT_EQ(book.NumberOf("1.001193"), 2u);
  EXPECT_EQ(book.NumberOf("received"), 4u);
  EXPECT_EQ(book.code(4), "received");
  EXPECT_EQ(book.NumberOf("unheard_of"), book.size());
  EXPECT_EQ(book.catalog(), Sha256("c"));
}

}  // namespace
}  // namespace motcua
