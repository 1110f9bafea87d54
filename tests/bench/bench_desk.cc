#include "tests/bench/bench_desk.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "tests/bench/bench_catalog.h"

namespace motcua::bench {
namespace {

int64_t Packed(uint64_t owner, Day day, uint64_t procedure, uint64_t channel, uint64_t measure) {
  const auto days = static_cast<uint64_t>(day.number - kDayMin.number);
  return static_cast<int64_t>(owner << 46 | days << 30 | procedure << 16 | channel << 10 | measure);
}

std::string NamesAsBytes(const std::vector<EntryName>& names) {
  std::string bytes;
  ByteWriter out(&bytes);
  for (const EntryName& name : names) {
    out.Fixed32(name.device.value);
    out.Varint(name.seq);
    out.Fixed64(name.h8);
  }
  return bytes;
}

}  // namespace

void BenchDesk::Learn(std::vector<EntryName> ends) {
  std::sort(ends.begin(), ends.end());
  others_ = ends;
  desk_.Learn(std::move(ends));
}

BenchDesk::Night BenchDesk::Next(std::size_t entries, const CodeBook& book) {
  Night night;
  if (entries > 0) {
    Hash hash = desk_.end_hash();
    const Run run = desk_.Night(entries);
    night.request.batch = EncodeBatch({run}, {hash}, book, kBatchBytesMax).bytes;
    Chain chain;
    for (const Entry& entry : run.entries) {
      hash = chain.Next(hash, entry);
      names_.push_back({device_, entry.seq, First8(hash)});
    }
    night.plain = Plain(run.entries, book);
  }
  night.end = end();
  night.request.catalog = book.catalog();
  night.request.device = device_;
  night.request.unit = unit();
  night.request.locator = Locator();
  night.request.ends = others_;
  if (!names_.empty()) night.request.ends.push_back(end());
  std::sort(night.request.ends.begin(), night.request.ends.end());
  night.request.agent_time_ms = 1'600'000'000'000;
  night.request.agent_version = "0.1.0";
  return night;
}

std::vector<EntryName> BenchDesk::Locator() const {
  std::vector<EntryName> locator;
  if (names_.empty()) return locator;
  locator.push_back(names_.back());
  for (std::size_t behind = 1; behind < names_.size(); behind *= 2)
    locator.push_back(names_[names_.size() - 1 - behind]);
  return locator;
}

std::vector<PlainEntry> BenchDesk::Plain(const std::vector<Entry>& entries, const CodeBook& book) const {
  const auto number = [&](const std::string& code, const std::string& first) {
    return code.empty() ? 0 : uint64_t{1} + book.NumberOf(code) - book.NumberOf(first);
  };
  const uint64_t province = codes_.units.size() + unit_ % kProvinces;
  std::vector<PlainEntry> plain;
  plain.reserve(entries.size());
  for (const Entry& entry : entries) {
    PlainEntry& row = plain.emplace_back();
    row.log_key = static_cast<int64_t>(uint64_t{device_.value} << 32 | entry.seq);
    row.shape = static_cast<int64_t>(entry.kind()) << 2 | static_cast<int64_t>(entry.role);
    row.author = static_cast<int64_t>(entry.author.size() % 3);
    row.clock_s = entry.clock_s;
    if (const auto* saw = std::get_if<SawBody>(&entry.body)) row.body = NamesAsBytes(saw->ends);
    const Cell* cell = entry.cell();
    if (cell == nullptr) continue;
    row.has_cell = true;
    const uint64_t procedure = number(cell->procedure, codes_.procedures.front());
    const uint64_t channel = number(cell->channel, codes_.channels.front());
    const uint64_t measure = number(cell->measure, codes_.measures.front());
    row.cell = Packed(unit_, cell->day, procedure, channel, measure);
    row.rollup = Packed(province, cell->day, procedure, channel, measure);
    row.delta = std::get<AddBody>(entry.body).delta;
  }
  return plain;
}

}  // namespace motcua::bench
