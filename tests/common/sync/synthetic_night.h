// A typical desk's entries, made up deterministically: 120 procedures with skew, 4 channels, 6 measures,
// three people taking turns, seconds to minutes between entries, mostly today and sometimes yesterday. The
// size test and motcua-bench measure with it.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/ledger/unit_ledger.h"
#include "common/sync/code_book.h"

namespace motcua {

struct SyntheticCodes {
  std::vector<std::string> units;
  std::vector<std::string> procedures;
  std::vector<std::string> channels = {"counter", "online_partial", "online_full", "post"};
  std::vector<std::string> measures = {"received",      "resolved_early", "resolved_on_time",
                                       "resolved_late", "withdrawn",      "result_by_post"};

  SyntheticCodes(std::size_t unit_count, std::size_t procedure_count) {
    for (std::size_t i = 0; i < unit_count; ++i) units.push_back(absl::StrCat(10000 + i));
    // Codes as the national list writes them: ministry, then a running number.
    for (std::size_t i = 0; i < procedure_count; ++i) {
      procedures.push_back(absl::StrCat(1 + i % 3, ".", 100000 + i * 37 % 99991));
    }
  }
  // In the catalog's order: units, procedures, channels, measures.
  std::vector<std::string> All() const {
    std::vector<std::string> all = units;
    for (const auto* part : {&procedures, &channels, &measures})
      all.insert(all.end(), part->begin(), part->end());
    return all;
  }
};

class SyntheticDesk {
 public:
  SyntheticDesk(const SyntheticCodes* codes, std::size_t unit, DeviceId device, uint64_t seed)
      : codes_(*codes),
        unit_(codes->units[unit]),
        end_{device, 0, 0},
        end_hash_(ChainRoot(device)),
        random_(seed) {}

  // What the saw of each night names: the ends of the three other logs of the unit. Until told, ends made up.
  void Learn(std::vector<EntryName> ends) { known_ = std::move(ends); }

  // The next `count` entries as one run: first what a restarted process writes (a nonce), somewhere in the
  // middle a saw (not in a run of one).
  Run Night(std::size_t count) {
    Run run{end_, {}};
    run.entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      run.entries.push_back(i > 0 && i == count / 2 ? Saw() : Add());
      if (i == 0) run.entries.back().nonce = random_.Next64();
      end_hash_ = chain_.Next(end_hash_, run.entries.back());
    }
    end_.h8 = First8(end_hash_);
    return run;
  }

  const EntryName& end() const { return end_; }
  const Hash& end_hash() const { return end_hash_; }
  const std::string& unit() const { return unit_; }

 private:
  Entry Begin() {
    Entry entry;
    entry.device = end_.device;
    entry.seq = ++end_.seq;
    // Rows of one form follow within seconds, dossiers within minutes.
    clock_s_ += 2 + static_cast<int64_t>(random_.Below(random_.Below(3) == 0 ? 400 : 40));
    entry.clock_s = clock_s_;
    if (random_.Below(12) == 0) author_ = random_.Below(3);
    static const char* const kAuthors[] = {"Nguyễn Thị Hồng Nhung", "Trần Văn Bình", "Lê Hoàng Phương Anh"};
    entry.author = kAuthors[author_];
    return entry;
  }

  Entry Add() {
    Entry entry = Begin();
    // Multiplying two uniform draws makes the first tenth of the procedures about a third of the entries.
    const double skewed = Uniform() * Uniform();
    AddBody body;
    body.cell.unit = unit_;
    body.cell.day = DayInVietnam(clock_s_) - (random_.Below(15) == 0 ? 1 : 0);
    body.cell.procedure =
        codes_.procedures[static_cast<std::size_t>(skewed * static_cast<double>(codes_.procedures.size()))];
    body.cell.channel = codes_.channels[random_.Below(codes_.channels.size())];
    body.cell.measure = codes_.measures[random_.Below(codes_.measures.size())];
    body.delta = 1 + static_cast<int64_t>(random_.Below(random_.Below(10) == 0 ? 200 : 12));
    entry.body = std::move(body);
    return entry;
  }

  Entry Saw() {
    Entry entry = Begin();
    SawBody body{known_};
    for (uint32_t i = 0; i < 3 && known_.empty(); ++i) {
      body.ends.push_back(
          {DeviceId{i * 0x30000000}, 1 + static_cast<Seq>(random_.Below(5000)), random_.Next64()});
    }
    entry.body = std::move(body);
    return entry;
  }

  double Uniform() { return static_cast<double>(random_.Next32()) / 4294967296.0; }

  const SyntheticCodes& codes_;
  std::string unit_;
  EntryName end_;
  Hash end_hash_;
  std::vector<EntryName> known_;
  SeededRandom random_;
  Chain chain_;
  int64_t clock_s_ = 1600000000;
  uint64_t author_ = 0;
};

}  // namespace motcua
