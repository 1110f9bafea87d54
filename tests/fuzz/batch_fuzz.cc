// A batch as it comes from the network, with and without a book of codes.
//
//   input := with_book:byte batch
//
// What decodes is within bounds, encodes again, and decodes to the same entries; its own chain verifies, and one
// changed name does not.
#include <algorithm>

#include "common/base/hash.h"
#include "tests/common/sync/random_entries.h"
#include "tests/fuzz/batch_columns.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

const CodeBook& Book(bool with_codes) {
  static const CodeBook with = RandomEntries(1).Book();
  static const CodeBook without;
  return with_codes ? with : without;
}

// Some hash whose first eight bytes are the parent's.
Hash HashOf(const EntryName& parent) {
  if (parent.seq == 0) return ChainRoot(parent.device);
  Hash hash{};
  for (int i = 0; i < 8; ++i) hash[static_cast<std::size_t>(i)] = static_cast<uint8_t>(parent.h8 >> (56 - 8 * i));
  return hash;
}

void CheckChain(DecodedRun run) {
  const Hash parent_hash = HashOf(run.run.parent);
  const absl::StatusOr<std::vector<Hash>> hashes = VerifyChain(run, parent_hash);
  MOTCUA_INVARIANT(hashes.ok(), "a chain that the writer made verifies");
  MOTCUA_INVARIANT(hashes->size() == run.run.entries.size(), "every entry has a hash");
  run.last.h8 ^= 1;
  MOTCUA_INVARIANT(absl::IsDataLoss(VerifyChain(run, parent_hash).status()), "another last name does not verify");
}

void CheckRoundTrip(const std::vector<DecodedRun>& decoded, const CodeBook& book) {
  std::vector<Run> runs;
  std::vector<Hash> parents;
  for (const DecodedRun& run : decoded) {
    runs.push_back(run.run);
    parents.push_back(HashOf(run.run.parent));
    for (const Entry& entry : run.run.entries) {
      std::string canonical;
      AppendCanonical(entry, &canonical);
      const absl::StatusOr<Entry> parsed = ParseCanonical(canonical);
      MOTCUA_INVARIANT(parsed.ok() && *parsed == entry, "an entry of a batch has a canonical form");
    }
  }
  const EncodedBatch encoded = EncodeBatch(runs, parents, book, kBatchBytesMax);
  MOTCUA_INVARIANT(encoded.bytes.size() <= kBatchBytesMax || encoded.entries == 1, "a batch keeps its bound");
  if (encoded.bytes.size() > kBatchBytesMax) return;
  const absl::StatusOr<std::vector<DecodedRun>> again = DecodeBatch(encoded.bytes, book);
  MOTCUA_INVARIANT(again.ok(), "what the writer wrote decodes");
  std::size_t left = encoded.entries;
  for (std::size_t i = 0; i < again->size(); ++i) {
    const Run& run = (*again)[i].run;
    MOTCUA_INVARIANT(run.parent == runs[i].parent, "runs keep their parents");
    MOTCUA_INVARIANT(run.entries.size() <= runs[i].entries.size() && run.entries.size() <= left, "nothing is added");
    MOTCUA_INVARIANT(std::equal(run.entries.begin(), run.entries.end(), runs[i].entries.begin()),
                     "entries come back as they were");
    left -= run.entries.size();
    CheckChain((*again)[i]);
  }
  MOTCUA_INVARIANT(left == 0, "as many entries come back as were written");
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    RandomEntries random(seed);
    std::vector<Run> runs;
    std::vector<Hash> parents;
    std::vector<HashedRun> written = random.Runs(3, 6);
    if (seed > 10) written = {random.ReviewRun(), random.RandomRun(2)};
    for (const HashedRun& run : written) {
      runs.push_back(run.run);
      parents.push_back(run.parent_hash);
    }
    const bool with_codes = seed % 2 == 0;
    seeds.push_back(std::string(1, with_codes ? '\1' : '\0') +
                    EncodeBatch(runs, parents, Book(with_codes), kBatchBytesMax).bytes);
  }
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  if (size == 0) return 0;
  const CodeBook& book = Book((data[0] & 1) != 0);
  const absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(AsInput(data + 1, size - 1), book);
  if (runs.ok()) {
    CheckRoundTrip(*runs, book);
  } else {
    MOTCUA_INVARIANT(absl::IsInvalidArgument(runs.status()) || absl::IsUnimplemented(runs.status()),
                     "the two ways in which bytes are no batch");
  }
  return 0;
}
