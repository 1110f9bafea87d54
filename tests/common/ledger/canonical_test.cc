// Canonical bytes and the chain over them. The format is permanent: the golden entries below were encoded from the
// grammar in canonical.h by a program of their own, and must come out the same for ever. Faults it should
// survive: any byte altered, the tail missing or more behind it, lengths and counts that lie, a longer way to
// write a number, entries of a newer version.
#include "common/ledger/canonical.h"

#include <numeric>

#include "absl/strings/escaping.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "tests/common/ledger/desks.h"
#include "tests/common/ledger/random_entry.h"

namespace motcua {
namespace {

constexpr DeviceId kDevice{0x3f2a90c1};
constexpr EntryName kSomeName{DeviceId{0x11}, 300, 1};

std::string Bytes(const Entry& entry) {
  std::string bytes;
  AppendCanonical(entry, &bytes);
  return bytes;
}

Hash Counting(uint8_t from) {
  Hash hash;
  std::iota(hash.begin(), hash.end(), from);
  return hash;
}

Entry Entry1(Seq seq, Role role, int64_t clock_s, EntryBody body) {
  Entry entry;
  entry.device = kDevice;
  entry.seq = seq;
  entry.role = role;
  entry.clock_s = clock_s;
  entry.body = std::move(body);
  return entry;
}

// One entry of each kind, a chain of eight.
std::vector<Entry> GoldenEntries() {
  const Cell stock{"00019", Day{18505}, "", "", "opening"};
  std::vector<Entry> entries = {
      Entry1(1, Role::kDesk, 1598860800, AddBody{CounterCell(), 25, 30, 5}),
      Entry1(2, Role::kSupervisor, 1598860861, RestateBody{stock, int64_t{-7}, std::string("x")}),
      Entry1(3, Role::kDesk, -1, SawBody{{{kHubDevice, 4, 0x1122334455667788}, kSomeName}}),
      Entry1(4, Role::kHub, 0, ExcludeBody{true, {DeviceId{0x11}, 299, 2}, kSomeName}),
      Entry1(5, Role::kDesk, 1598860900, ImportBody{Counting(0), 128, "tháng 8.csv"}),
      Entry1(6, Role::kDesk, 1598861000,
             SubmitBody{"vpcp/2020-08", {kSomeName}, Counting(32), true, "Trần Thị Bình", "12/BC", {{"late_causes", "mất mạng"}}}),
      Entry1(7, Role::kHub, 1598861100,
             ReviewBody{kSomeName, {{DeviceId{0x11}, 301, 5}, {DeviceId{0x11}, 301, 0xfedcba9876543210}}}),
      Entry1(8, Role::kHub, 1598861200,
             PeriodBody{PeriodAct::kAccept,
                        "vpcp/2020-08",
                        "001",
                        2,
                        {Counting(0), UnitState::kChanged, 121, {kSomeName}, Counting(32), Counting(64), Counting(96)},
                        0,
                        {}}),
  };
  entries[0].nonce = 0x0123456789abcdef;
  entries[0].author = "Nguyễn Văn An";
  entries[1].note = "đếm lại";
  entries[3].note = "nhập hai lần";
  entries[6].author = "Lê Văn Cường";
  entries[6].note = "đã đối chiếu sổ";
  return entries;
}

struct Golden {
  const char* bytes;
  const char* hash;
};
constexpr char kGoldenRoot[] = "46bfd58c00dd26bbc8d8d46ed2372027e63652cfcdd87f3babf530c44ad248ec";
constexpr Golden kGolden[] = {
    {"0101013f2a90c10180b8e5f40b030123456789abcdef104e677579e1bb856e2056c4836e20416e05303030313992a10208312e30303131"
     "393307636f756e74657208726563656976656432033c0a",
     "eeb85516ba9b62f90d4318e01f5abba5304570a84f82492d221c682a84a0f396"},
    {"0102023f2a90c102fab8e5f40b040cc491e1babf6d206ce1baa16905303030313992a1020000076f70656e696e67010d020178",
     "d4971ff8f4de9f98942f56b70e35a0238d73ed0761de3f31ad6a72ac656a5a9d"},
    {"0103013f2a90c1030100020000000004112233445566778800000011ac020000000000000001",
     "d3f4fa6cfc3f0607ffecc00184e81f15cb421ad6ebde506f2ca6b3619e2dbce6"},
    {"0104033f2a90c1040004106e68e1baad7020686169206ce1baa76e0100000011ab02000000000000000200000011ac02000000000000000"
     "1",
     "fd56bf9ce2d4675335f957145939f8875b2634c80f589349a17d47a08996483d"},
    {"0105013f2a90c105c8b9e5f40b00000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f80010c7468c3a16e672"
     "0382e637376",
     "734d7563c183b382f81d6c3ba59c6e82ae6adfea96f9f3dbd38bc2d5947eca7c"},
    {"0106013f2a90c10690bbe5f40b000c767063702f323032302d30380100000011ac020000000000000001202122232425262728292a2b2c2"
     "d2e2f303132333435363738393a3b3c3d3e3f01125472e1baa76e205468e1bb8b2042c3ac6e680531322f4243010b6c6174655f63617573"
     "65730c6de1baa574206de1baa16e67",
     "10b559c7631929b3a6da895f29e25229a7a22e4ad027c0da27256c65799acfc9"},
    {"0107033f2a90c107d8bce5f40b06114cc3aa2056c4836e2043c6b0e1bb9d6e6718c491c3a320c491e1bb916920636869e1babf752073e1"
     "bb9500000011ac0200000000000000010200000011ad02000000000000000500000011ad02fedcba9876543210",
     "2e6ec11931876ad82fccb737385b607a1a63cd648b327105c8b3cd0083a91506"},
    {"0108033f2a90c108a0bee5f40b00020c767063702f323032302d30380330303102000102030405060708090a0b0c0d0e0f10111213141516"
     "1718191a1b1c1d1e1f06790100000011ac020000000000000001202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d"
     "3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475"
     "767778797a7b7c7d7e7f",
     "6af30c814288ea809aa1b393170cb6e5ac27997944c14cacfbc015025c5e5a2e"},
};

TEST(CanonicalTest, GoldenBytesAndChainOfEveryKindNeverChange) {
  const std::vector<Entry> entries = GoldenEntries();
  ASSERT_EQ(entries.size(), std::size(kGolden));
  Hash hash = ChainRoot(kDevice);
  EXPECT_EQ(ToHex(AsBytes(hash)), kGoldenRoot);
  Chain chain;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(absl::BytesToHexString(Bytes(entries[i])), kGolden[i].bytes) << "kind " << i + 1;
    hash = chain.Next(hash, entries[i]);
    EXPECT_EQ(ToHex(AsBytes(hash)), kGolden[i].hash) << "kind " << i + 1;
  }
}

TEST(CanonicalTest, GoldenBytesReadBackAsTheEntriesTheyWere) {
  const std::vector<Entry> entries = GoldenEntries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const absl::StatusOr<Entry> entry = ParseCanonical(absl::HexStringToBytes(kGolden[i].bytes));
    ASSERT_THAT(entry, IsOk());
    EXPECT_EQ(*entry, entries[i]);
  }
}

TEST(CanonicalTest, ChainOfBytesIsTheChainOfTheEntry) {
  Chain chain;
  const Hash root = ChainRoot(kDevice);
  for (const Entry& entry : GoldenEntries()) EXPECT_EQ(chain.Next(root, entry), chain.NextCanonical(root, Bytes(entry)));
}

TEST(CanonicalTest, DevicesHaveChainsOfTheirOwn) { EXPECT_NE(ChainRoot(DeviceId{1}), ChainRoot(DeviceId{2})); }

TEST(CanonicalTest, RandomEntriesReadBackEqual) {
  SeededRandom random(1);
  for (int i = 0; i < 5000; ++i) {
    const Entry entry = RandomEntry(random);
    ASSERT_THAT(CheckBounds(entry), IsOk()) << "entry " << i;
    const absl::StatusOr<Entry> again = ParseCanonical(Bytes(entry));
    ASSERT_THAT(again, IsOk()) << "entry " << i;
    ASSERT_EQ(*again, entry) << "entry " << i;
  }
}

TEST(CanonicalTest, LargestEntriesWithinBoundsFit) {
  Entry restate = Entry1(kSeqMax, Role::kHub, kClockSecondsMax, {});
  restate.nonce = UINT64_MAX;
  restate.author = std::string(kAuthorBytesMax, 'a');
  restate.note = std::string(kNoteBytesMax, 'n');
  const std::string code(64, 'c');
  restate.body = RestateBody{{code, kDayMax, code, code, code}, std::string(kTextValueBytesMax, 'v'), std::string(kTextValueBytesMax, 's')};
  Entry saw = restate;
  SawBody body;
  for (std::size_t i = 0; i < kNamesMax; ++i) body.ends.push_back({DeviceId{static_cast<uint32_t>(i)}, kSeqMax, UINT64_MAX});
  saw.body = body;
  for (const Entry& entry : {restate, saw}) {
    ASSERT_THAT(CheckBounds(entry), IsOk());
    const absl::StatusOr<Entry> again = ParseCanonical(Bytes(entry));
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(*again, entry);
  }
}

// ---- errors

// Whatever is accepted is the one way to write what it says: no two byte strings are the same entry.
void ExpectUnique(const std::string& bytes) {
  const absl::StatusOr<Entry> entry = ParseCanonical(bytes);
  if (entry.ok()) {
    ASSERT_EQ(absl::BytesToHexString(Bytes(*entry)), absl::BytesToHexString(bytes));
  } else {
    ASSERT_TRUE(absl::IsInvalidArgument(entry.status()) || absl::IsUnimplemented(entry.status())) << entry.status();
  }
}

TEST(CanonicalTest, EveryValueOfEveryByteIsRefusedOrMeansExactlyItself) {
  for (const Golden& golden : kGolden) {
    const std::string bytes = absl::HexStringToBytes(golden.bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (int value = 0; value < 256; ++value) {
        std::string altered = bytes;
        altered[at] = static_cast<char>(value);
        ExpectUnique(altered);
      }
    }
  }
}

TEST(CanonicalTest, RandomDamageIsRefusedOrMeansExactlyItself) {
  SeededRandom random(2);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = Bytes(RandomEntry(random));
    for (uint64_t times = 1 + random.Below(3); times > 0; --times) {
      const std::size_t at = random.Below(bytes.size());
      switch (random.Below(3)) {
        case 0: bytes[at] = static_cast<char>(random.Below(256)); break;
        case 1: bytes.erase(at, 1); break;
        default: bytes.insert(at, 1, static_cast<char>(random.Below(256))); break;
      }
    }
    ExpectUnique(bytes);
  }
}

TEST(CanonicalTest, EveryTruncationAndEveryTailIsRefused) {
  for (const Golden& golden : kGolden) {
    const std::string bytes = absl::HexStringToBytes(golden.bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(ParseCanonical(bytes.substr(0, size)), StatusIs(absl::StatusCode::kInvalidArgument)) << size;
    }
    EXPECT_THAT(ParseCanonical(bytes + '\0'), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(CanonicalTest, NewerFormatAndNewerKindAreUnimplementedWhateverFollows) {
  std::string bytes = absl::HexStringToBytes(kGolden[0].bytes);
  bytes[0] = 2;
  EXPECT_THAT(ParseCanonical(bytes), StatusIs(absl::StatusCode::kUnimplemented));
  bytes[0] = 1;
  for (int kind = 9; kind < 256; ++kind) {
    bytes[1] = static_cast<char>(kind);
    EXPECT_THAT(ParseCanonical(bytes), StatusIs(absl::StatusCode::kUnimplemented)) << kind;
  }
  EXPECT_THAT(ParseCanonical("\x01\x09"), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(CanonicalTest, FormatAndKindZeroWereNeverWritten) {
  std::string bytes = absl::HexStringToBytes(kGolden[0].bytes);
  bytes[1] = 0;
  EXPECT_THAT(ParseCanonical(bytes), StatusIs(absl::StatusCode::kInvalidArgument));
  bytes[1] = 1;
  bytes[0] = 0;
  EXPECT_THAT(ParseCanonical(bytes), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CanonicalTest, FlagForAnEmptyTextIsRefused) {
  const Entry plain = Entry1(1, Role::kDesk, 0, AddBody{CounterCell(), 1, {}, {}});
  std::string bytes = Bytes(plain);
  constexpr std::size_t kFlagsAt = 1 + 1 + 1 + 4 + 1 + 1;
  for (uint8_t flag : {2, 4}) {
    std::string flagged = bytes;
    flagged[kFlagsAt] = static_cast<char>(flag);
    flagged.insert(kFlagsAt + 1, 1, '\0');  // an empty text
    EXPECT_THAT(ParseCanonical(flagged), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(CanonicalTest, CountOfNamesThatAreNotThereIsRefusedBeforeAllocating) {
  std::string bytes = Bytes(Entry1(1, Role::kDesk, 0, SawBody{}));
  bytes.pop_back();
  ByteWriter(&bytes).Varint(uint64_t{1} << 60);
  EXPECT_THAT(ParseCanonical(bytes), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CanonicalTest, OversizeIsRefused) {
  EXPECT_THAT(ParseCanonical("\x01\x01" + std::string(kEntryBytesMax, 'x')), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace motcua
