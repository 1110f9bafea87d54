#include "common/report/unit_figures.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "common/report/measures.h"

namespace motcua {
namespace {

// Looks a code up in the catalog once and then by hash; most facts repeat the codes of the fact before.
template <typename T>
class Interned {
 public:
  template <typename Find>
  const T* Get(absl::string_view code, const Find& find) {
    const std::string_view key(code.data(), code.size());
    if (last_ != nullptr && key == last_key_) return last_;
    const auto at = known_.find(key);
    if (at != known_.end()) {
      last_key_ = at->first;
      last_ = at->second;
      return last_;
    }
    const T* found = find(code);
    if (found != nullptr) {
      known_.emplace(found->code, found);  // the catalog's own text: the fact's does not outlive the visit
      last_key_ = found->code;
      last_ = found;
    }
    return found;
  }

 private:
  std::unordered_map<std::string_view, const T*> known_;
  std::string_view last_key_;
  const T* last_ = nullptr;
};

}  // namespace

class UnitReader {
 public:
  UnitReader(const Catalog& catalog, const Unit& unit, Day from, Day to, UnitFigures::Stocks stocks)
      : catalog_(catalog), from_(from), to_(to), stocks_(stocks), figures_(&catalog, &unit) {}

  void Take(const Fact& fact) {
    const MeasureFacts* measure = MeasureOf(fact.measure);
    if (measure == nullptr || fact.value == nullptr || fact.day > to_) return;
    const Procedure* procedure = nullptr;
    const Channel* channel = nullptr;
    if (!PlaceOf(fact, *measure->measure, &procedure, &channel)) return;
    if (fact.day >= from_) {
      figures_.has_data_ = true;
      figures_.provisional_ |= fact.provisional;
    }
    if (const int64_t* number = std::get_if<int64_t>(fact.value); number != nullptr) {
      TakeNumber(fact, *measure, *number, figures_.table_.PairIndex(0, procedure, channel));
    } else if (const std::string* text = std::get_if<std::string>(fact.value); text != nullptr) {
      TakeText({measure->measure, procedure, channel, fact.day, *text});
    }
  }

  UnitFigures Finish() {
    if (figures_.has_data_) figures_.table_.MarkData(0);
    for (std::size_t pair = 0; pair < progress_.size(); ++pair) SettleOpenings(pair);
    std::sort(figures_.opening_checks_.begin(), figures_.opening_checks_.end(), ByPlace<OpeningCheck>);
    std::sort(figures_.texts_.begin(), figures_.texts_.end(), ByPlace<TextFigure>);
    return std::move(figures_);
  }

 private:
  struct MeasureFacts {
    const Measure* measure;
    int stock_sign;
    bool opening;
  };
  struct Observation {
    Day day;
    int64_t value;
    bool provisional;
  };
  // What a pair needs beside its figures while the facts come in.
  struct Progress {
    Day first_day = kDayMax;
    std::vector<Observation> openings;
    std::vector<std::pair<const Measure*, Day>> stock_days;
  };
  struct Move {
    std::size_t pair;
    Day day;
    int64_t delta;
  };

  template <typename T>
  static bool ByPlace(const T& a, const T& b) {
    const auto place = [](const T& x) {
      return std::make_tuple(x.procedure == nullptr ? std::string_view() : std::string_view(x.procedure->code),
                             x.channel == nullptr ? std::string_view() : std::string_view(x.channel->code), x.day);
    };
    return place(a) < place(b);
  }

  const MeasureFacts* MeasureOf(absl::string_view code) {
    const Measure* measure = measures_.Get(code, [&](absl::string_view c) { return catalog_.FindMeasure(c); });
    if (measure == nullptr) return nullptr;
    const auto [at, added] = measure_facts_.try_emplace(
        measure, MeasureFacts{measure, StockSign(measure->code), measure->code == kOpening});
    return &at->second;
  }

  // Desk-wide measures have no place; for others a code that the catalog does not know leaves the fact out.
  bool PlaceOf(const Fact& fact, const Measure& measure, const Procedure** procedure, const Channel** channel) {
    if (measure.desk_wide) return true;
    *procedure = procedures_.Get(fact.procedure, [&](absl::string_view c) { return catalog_.FindProcedure(c); });
    *channel = channels_.Get(fact.channel, [&](absl::string_view c) { return catalog_.FindChannel(c); });
    return *procedure != nullptr && *channel != nullptr;
  }

  void TakeNumber(const Fact& fact, const MeasureFacts& measure, int64_t number, std::size_t index) {
    if (index >= progress_.size()) progress_.resize(index + 1);
    PairFigures& pair = figures_.table_.PairAt(index);
    Progress& progress = progress_[index];
    progress.first_day = std::min(progress.first_day, fact.day);
    if (measure.measure->nature() == MeasureNature::kRegister) {
      if (measure.opening) {
        pair.moves = pair.carried_over.known = true;
        progress.openings.push_back({fact.day, number, fact.provisional});
      }
      TakeStock(fact, *measure.measure, number, &pair, &progress);
      return;
    }
    if (measure.stock_sign != 0) {
      pair.moves = pair.carried_over.known = true;
      Total move;
      move.Add({number, true, fact.provisional}, measure.stock_sign);
      moves_.push_back({index, fact.day, move.value});
      if (fact.day < from_) pair.carried_over.Add(move);
    }
    if (fact.day < from_) return;
    Amount& amount = pair.At(measure.measure);
    amount.value = SaturatingAdd(amount.value, number);
    amount.provisional |= fact.provisional;
  }

  void TakeStock(const Fact& fact, const Measure& measure, int64_t number, PairFigures* pair, Progress* progress) {
    if (fact.day < from_ && stocks_ == UnitFigures::Stocks::kInPeriod) return;
    auto at = std::find_if(progress->stock_days.begin(), progress->stock_days.end(),
                           [&](const auto& seen) { return seen.first == &measure; });
    if (at == progress->stock_days.end()) {
      progress->stock_days.emplace_back(&measure, kDayMin);
      at = progress->stock_days.end() - 1;
    }
    if (fact.day < at->second) return;
    at->second = fact.day;
    Amount& amount = pair->At(&measure);
    amount.value = number;
    amount.provisional = fact.provisional;
  }

  void TakeText(const TextFigure& text) {
    if (text.day < from_ && !text.measure->until_changed && stocks_ == UnitFigures::Stocks::kInPeriod) return;
    for (TextFigure& seen : figures_.texts_) {
      if (seen.measure != text.measure || seen.procedure != text.procedure || seen.channel != text.channel) continue;
      if (seen.day <= text.day) seen = text;
      return;
    }
    figures_.texts_.push_back(text);
  }

  // The first opening begins the stock when nothing was recorded on an earlier day; any other one inside the
  // period is held against what the ledger says.
  void SettleOpenings(std::size_t index) {
    Progress& progress = progress_[index];
    if (progress.openings.empty()) return;
    PairFigures& pair = figures_.table_.PairAt(index);
    std::sort(progress.openings.begin(), progress.openings.end(),
              [](const Observation& a, const Observation& b) { return a.day < b.day; });
    const Observation& first = progress.openings.front();
    const bool begins = first.day == progress.first_day;
    if (begins) pair.carried_over.Add({first.value, true, first.provisional});
    for (std::size_t i = begins ? 1 : 0; i < progress.openings.size(); ++i) {
      const Observation& opening = progress.openings[i];
      if (opening.day < from_) continue;
      int64_t before = begins ? first.value : 0;
      for (const Move& move : moves_) {
        if (move.pair == index && move.day < opening.day) before = SaturatingAdd(before, move.delta);
      }
      figures_.opening_checks_.push_back({pair.procedure, pair.channel, opening.day, before, opening.value});
    }
  }

  const Catalog& catalog_;
  const Day from_;
  const Day to_;
  const UnitFigures::Stocks stocks_;
  UnitFigures figures_;
  Interned<Measure> measures_;
  Interned<Procedure> procedures_;
  Interned<Channel> channels_;
  std::unordered_map<const Measure*, MeasureFacts> measure_facts_;
  std::vector<Progress> progress_;  // by pair
  std::vector<Move> moves_;
};

UnitFigures::UnitFigures(const Catalog* catalog, const Unit* unit) : unit_(unit), table_(catalog) {
  const UnitKind* kind = catalog->KindOf(*unit);
  table_.LevelIndex(kind == nullptr ? std::string() : kind->level);
}

absl::StatusOr<UnitFigures> UnitFigures::Read(const Catalog& catalog, const FactSource& facts, const Unit& unit,
                                              Day from, Day to, Stocks stocks) {
  UnitReader reader(catalog, unit, from, to, stocks);
  MOTCUA_RETURN_IF_ERROR(
      facts.ForEachFact(unit.code, kDayMin, to, [&](const Fact& fact) { reader.Take(fact); }));
  return reader.Finish();
}

void UnitFigures::MarkNothingToReport() { table_.MarkData(0); }

int64_t UnitFigures::Sum(const std::string& measure, const Filter& filter) const {
  const Filter* const filters[] = {&filter};
  return table_.Sum(measure, filters).value;
}

int64_t UnitFigures::Evaluate(const Quantity& quantity, const Filter& filter) const {
  const Filter* const filters[] = {&filter};
  return table_.Evaluate(quantity, filters).value;
}

bool UnitFigures::Observed(const std::string& measure, const Filter& filter) const {
  const Filter* const filters[] = {&filter};
  return table_.Observed(measure, filters);
}

std::set<std::string> UnitFigures::Channels() const {
  std::set<std::string> channels;
  for (const PairFigures& pair : table_.pairs()) {
    if (pair.channel != nullptr) channels.insert(pair.channel->code);
  }
  return channels;
}

std::set<std::string> UnitFigures::Fields() const {
  std::set<std::string> fields;
  for (const PairFigures& pair : table_.pairs()) {
    if (pair.procedure != nullptr) fields.insert(pair.procedure->field);
  }
  return fields;
}

}  // namespace motcua
