#include "tests/common/ledger/random_entry.h"

#include <algorithm>
#include <set>

#include "common/ledger/canonical.h"

namespace motcua {
namespace {

std::string RandomCode(RandomSource& random) {
  std::string code;
  for (uint64_t i = 1 + random.Below(12); i > 0; --i) code.push_back("abcxyz0189._-:"[random.Below(14)]);
  return code;
}

std::string RandomText(RandomSource& random, uint64_t characters_max) {
  static const char* const kCharacters[] = {"a", "Z", " ", "9", "ế", "đ", "Ữ", "\n", "€", "𝕄", "/", "\""};
  std::string text;
  for (uint64_t i = random.Below(characters_max); i > 0; --i) text += kCharacters[random.Below(12)];
  return text;
}

// Small numbers mostly, and the bounds at times.
int64_t RandomNumber(RandomSource& random) {
  switch (random.Below(6)) {
    case 0: return kNumberMax;
    case 1: return -kNumberMax;
    case 2: return 0;
    default: return static_cast<int64_t>(random.Below(2000)) - 1000;
  }
}

Cell RandomCell(RandomSource& random) {
  const Day day{static_cast<int32_t>(random.Below(static_cast<uint64_t>(kDayMax.number - kDayMin.number + 1))) + kDayMin.number};
  const bool desk_wide = random.Below(3) == 0;
  return {RandomCode(random), day, desk_wide ? "" : RandomCode(random), desk_wide ? "" : RandomCode(random), RandomCode(random)};
}

Value RandomValue(RandomSource& random) {
  switch (random.Below(3)) {
    case 0: return {};
    case 1: return RandomNumber(random);
    default: return RandomText(random, 40);
  }
}

EntryName RandomName(RandomSource& random) {
  return {DeviceId{static_cast<uint32_t>(random.Below(5))}, static_cast<Seq>(1 + random.Below(100000)), random.Next64()};
}

std::vector<EntryName> RandomNames(RandomSource& random) {
  std::set<EntryName> names;
  for (uint64_t i = random.Below(8); i > 0; --i) names.insert(RandomName(random));
  return {names.begin(), names.end()};
}

Hash RandomHash(RandomSource& random) {
  Hash hash;
  random.Fill(hash);
  return hash;
}

AddBody RandomAdd(RandomSource& random) {
  AddBody add{RandomCell(random), RandomNumber(random), {}, {}};
  if (random.Below(2) == 0) add.typed = RandomNumber(random);
  if (random.Below(2) == 0) add.shown = RandomNumber(random);
  return add;
}

ExcludeBody RandomExclude(RandomSource& random) {
  const EntryName first = RandomName(random);
  return {random.Below(2) == 0, first, {first.device, first.seq + static_cast<Seq>(random.Below(5)), random.Next64()}};
}

SubmitBody RandomSubmit(RandomSource& random) {
  SubmitBody submit;
  submit.period = RandomCode(random) + "/" + RandomCode(random);
  submit.covers = RandomNames(random);
  submit.totals = RandomHash(random);
  submit.nothing_to_report = random.Below(2) == 0;
  submit.signer = RandomText(random, 20);
  submit.document = RandomText(random, 20);
  for (uint64_t i = random.Below(4); i > 0; --i) submit.reasons.push_back({RandomCode(random), RandomText(random, 30)});
  return submit;
}

ReviewBody RandomReview(RandomSource& random) {
  ReviewBody review;
  review.fork = random.Below(4) == 0 ? EntryName{DeviceId{random.Next32()}, 0, 0} : RandomName(random);
  review.fork.seq = std::min(review.fork.seq, kSeqMax - 1);
  std::set<EntryName> branches;
  for (uint64_t i = 2 + random.Below(4); i > 0; --i)
    branches.insert({review.fork.device, review.fork.seq + 1, random.Next64()});
  review.branches.assign(branches.begin(), branches.end());
  return review;
}

PeriodBody RandomPeriod(RandomSource& random) {
  PeriodBody period;
  period.act = static_cast<PeriodAct>(1 + random.Below(static_cast<uint64_t>(kPeriodActLast)));
  period.period = RandomCode(random) + "/" + RandomCode(random);
  period.area = RandomCode(random);
  if (period.act <= PeriodAct::kRelock) period.revision = static_cast<uint32_t>(1 + random.Below(kRevisionMax));
  if (period.act == PeriodAct::kUnlock) period.until_s = static_cast<int64_t>(random.Below(kClockSecondsMax));
  if (period.judges()) period.submission = RandomName(random);
  if (!period.freezes()) return period;
  period.frozen.catalog = RandomHash(random);
  period.frozen.state = static_cast<UnitState>(random.Below(1 + static_cast<uint64_t>(kUnitStateLast)));
  period.frozen.units = static_cast<uint32_t>(random.Below(kPeriodUnitsMax + uint64_t{1}));
  period.frozen.covers = RandomNames(random);
  period.frozen.figures = RandomHash(random);
  period.frozen.coverage = RandomHash(random);
  if (period.act == PeriodAct::kAccept) period.frozen.shown = RandomHash(random);
  return period;
}

EntryBody RandomBody(RandomSource& random) {
  switch (random.Below(8)) {
    case 0: return RandomAdd(random);
    case 1: return RestateBody{RandomCell(random), RandomValue(random), RandomValue(random)};
    case 2: return SawBody{RandomNames(random)};
    case 3: return RandomExclude(random);
    case 4: return ImportBody{RandomHash(random), static_cast<uint32_t>(random.Below(kSeqMax)), RandomText(random, 30)};
    case 5: return RandomReview(random);
    case 6: return RandomPeriod(random);
    default: return RandomSubmit(random);
  }
}

}  // namespace

Entry RandomEntry(RandomSource& random) {
  Entry entry;
  entry.device.value = random.Next32();
  entry.seq = static_cast<Seq>(1 + random.Below(kSeqMax));
  entry.role = static_cast<Role>(1 + random.Below(3));
  entry.clock_s = static_cast<int64_t>(random.Below(4'000'000'000)) - 1'000'000'000;
  if (random.Below(2) == 0) entry.nonce = random.Next64();
  if (random.Below(2) == 0) entry.author = RandomText(random, 20);
  if (random.Below(2) == 0) entry.note = RandomText(random, 60);
  entry.body = RandomBody(random);
  return entry;
}

}  // namespace motcua
