// Random entries of every kind, within bounds and up to them, for the batch codec's property tests.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/ledger/unit_ledger.h"
#include "common/sync/code_book.h"

namespace motcua {

// A run together with what its writer knows: the parent's hash, and every entry's.
struct HashedRun {
  Run run;
  Hash parent_hash{};
  std::vector<Hash> hashes;
};

class RandomEntries {
 public:
  explicit RandomEntries(uint64_t seed) : random_(seed) {}

  // Codes 0 … 39 of the pool are in the book, the others are not.
  CodeBook Book() const {
    std::vector<std::string> codes;
    for (int i = 0; i < 40; ++i) codes.push_back(PoolCode(i));
    return CodeBook(Sha256("catalog"), codes);
  }

  std::vector<HashedRun> Runs(std::size_t runs_max, std::size_t entries_max) {
    std::vector<HashedRun> runs(1 + Below(runs_max));
    for (HashedRun& run : runs) run = RandomRun(1 + Below(entries_max));
    return runs;
  }

  HashedRun RandomRun(std::size_t entries) {
    HashedRun result;
    const DeviceId device{Below(4) == 0 ? 0 : random_.Next32()};
    result.parent_hash = ChainRoot(device);
    result.run.parent = {device, 0, 0};
    if (Below(2) == 0) {
      random_.Fill(result.parent_hash);
      result.run.parent = {device, static_cast<Seq>(1 + Below(kSeqMax - entries)),
                           First8(result.parent_hash)};
    }
    Chain chain;
    Hash hash = result.parent_hash;
    for (std::size_t i = 1; i <= entries; ++i) {
      result.run.entries.push_back(RandomEntry(device, static_cast<Seq>(result.run.parent.seq + i)));
      hash = chain.Next(hash, result.run.entries.back());
      result.hashes.push_back(hash);
    }
    return result;
  }

  Entry RandomEntry(DeviceId device, Seq seq) {
    Entry entry;
    entry.device = device;
    entry.seq = seq;
    entry.role = static_cast<Role>(1 + Below(3));
    entry.clock_s = Clock();
    if (Below(5) == 0) entry.nonce = random_.Next64();
    if (Below(2) == 0)
      entry.author =
          Below(20) == 0 ? Text(kAuthorBytesMax) : std::string(1, static_cast<char>('a' + Below(3)));
    if (Below(6) == 0) entry.note = Text(Below(8) == 0 ? kNoteBytesMax : 30);
    entry.body = RandomBody();
    return entry;
  }

  uint64_t Below(uint64_t bound) { return random_.Below(bound); }

  // The first entries of a hub's log, by which it closes a fork and locks a period.
  HashedRun ReviewRun() {
    HashedRun run{{{kHubDevice, 0, 0}, {}}, ChainRoot(kHubDevice), {}};
    Entry& entry = run.run.entries.emplace_back(RandomEntry(kHubDevice, 1));
    entry.role = Role::kHub;
    entry.body = RandomReview();
    run.hashes = {Chain().Next(run.parent_hash, entry)};
    Entry lock = RandomEntry(kHubDevice, 2);
    lock.role = Role::kHub;
    lock.body = RandomPeriod();
    run.hashes.push_back(Chain().Next(run.hashes.back(), lock));
    run.run.entries.push_back(std::move(lock));
    return run;
  }

 private:
  static std::string PoolCode(int i) { return "code." + std::to_string(i * 7919 % 1000); }

  EntryBody RandomBody() {
    switch (Below(12)) {
      case 0:
      case 1:
        return RestateBody{RandomCell(), RandomValue(), RandomValue()};
      case 2:
        return SawBody{Names()};
      case 3: {
        const EntryName a = Name();
        const EntryName b{a.device, static_cast<Seq>(a.seq + Below(kSeqMax - a.seq + 1)), random_.Next64()};
        return ExcludeBody{Below(2) == 0, a, b};
      }
      case 4:
        return ImportBody{RandomHash(), static_cast<uint32_t>(Below(uint64_t{kSeqMax} + 1)), Text(40)};
      case 5:
        return RandomSubmit();
      case 6:
        return RandomReview();
      case 7:
        return RandomPeriod();
      default: {
        AddBody add{RandomCell(), Number(), {}, {}};
        if (Below(3) == 0) add.typed = Number();
        if (Below(3) == 0) add.shown = Number();
        return add;
      }
    }
  }

  SubmitBody RandomSubmit() {
    SubmitBody body;
    body.period = "vpcp/2020-9M";
    body.covers = Names();
    body.totals = RandomHash();
    body.nothing_to_report = Below(2) == 0;
    body.signer = Text(30);
    body.document = Text(30);
    for (uint64_t i = Below(4); i > 0; --i)
      body.reasons.push_back({PoolCode(static_cast<int>(Below(60))), Text(60)});
    return body;
  }

  ReviewBody RandomReview() {
    ReviewBody body;
    body.fork = Below(4) == 0 ? EntryName{DeviceId{random_.Next32()}, 0, 0} : Name();
    body.fork.seq = std::min(body.fork.seq, kSeqMax - 1);
    const std::size_t count = Below(20) == 0 ? kNamesMax : 2 + Below(3);
    for (std::size_t i = 0; i < count; ++i)
      body.branches.push_back({body.fork.device, body.fork.seq + 1, i << 56 | random_.Next64() >> 8});
    return body;
  }

  PeriodBody RandomPeriod() {
    PeriodBody body;
    body.act = static_cast<PeriodAct>(1 + Below(static_cast<uint64_t>(kPeriodActLast)));
    body.period = "vpcp/2020-9M";
    body.area = "001";
    if (body.act <= PeriodAct::kRelock) body.revision = static_cast<uint32_t>(1 + Below(kRevisionMax));
    if (body.act == PeriodAct::kUnlock) body.until_s = static_cast<int64_t>(Below(kClockSecondsMax));
    if (body.judges()) body.submission = Name();
    if (!body.freezes()) return body;
    body.frozen = {RandomHash(),
                   static_cast<UnitState>(Below(1 + static_cast<uint64_t>(kUnitStateLast))),
                   static_cast<uint32_t>(Below(kPeriodUnitsMax + uint64_t{1})),
                   Names(),
                   RandomHash(),
                   RandomHash(),
                   RandomHash()};
    return body;
  }

  Cell RandomCell() {
    Cell cell;
    cell.unit = Code();
    cell.day =
        Below(3) == 0
            ? Day{kDayMin.number +
                  static_cast<int32_t>(Below(static_cast<uint64_t>(kDayMax.number - kDayMin.number) + 1))}
            : Day{18500 + static_cast<int32_t>(Below(3))};
    if (Below(4) != 0) cell.procedure = Code();
    if (Below(4) != 0) cell.channel = Code();
    cell.measure = Code();
    return cell;
  }

  std::string Code() {
    if (Below(30) == 0) return std::string(64, static_cast<char>('A' + Below(26)));
    return PoolCode(static_cast<int>(Below(60)));
  }

  Value RandomValue() {
    switch (Below(3)) {
      case 0:
        return std::monostate();
      case 1:
        return Number();
      default:
        return Text(Below(20) == 0 ? kTextValueBytesMax : 20);
    }
  }

  int64_t Number() {
    switch (Below(8)) {
      case 0:
        return kNumberMax;
      case 1:
        return -kNumberMax;
      case 2:
        return static_cast<int64_t>(Below(static_cast<uint64_t>(kNumberMax)));
      default:
        return static_cast<int64_t>(Below(40)) - 5;
    }
  }

  int64_t Clock() {
    switch (Below(12)) {
      case 0:
        return kClockSecondsMin;
      case 1:
        return kClockSecondsMax;
      default:
        return 1600000000 + static_cast<int64_t>(Below(100000));
    }
  }

  EntryName Name() {
    return {DeviceId{random_.Next32()}, static_cast<Seq>(1 + Below(Below(5) == 0 ? kSeqMax : 1000)),
            random_.Next64()};
  }

  std::vector<EntryName> Names() {
    std::vector<EntryName> names(Below(20) == 0 ? kNamesMax : Below(5));
    for (EntryName& name : names) name = Name();
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  Hash RandomHash() {
    Hash hash;
    random_.Fill(hash);
    return hash;
  }

  std::string Text(std::size_t bytes_max) {
    static const std::string kLetters = "chậm do lỗi đường truyền ";
    std::string text;
    while (text.size() + kLetters.size() <= bytes_max && Below(10) != 0) text += kLetters;
    return text;
  }

  SeededRandom random_;
};

}  // namespace motcua
