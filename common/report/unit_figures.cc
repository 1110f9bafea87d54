#include "common/report/unit_figures.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "common/report/measures.h"

namespace motcua {
namespace {

// Looks a code up in the catalog once: by the number its source knows it by, else by hash.
template <typename T>
class Interned {
 public:
  template <typename Find>
  const T* Get(absl::string_view code, uint32_t number, const Find& find) {
    if (number == 0) return ByText(code, find);
    if (number >= by_number_.size()) by_number_.resize(number + 1);
    Known& known = by_number_[number];
    if (!known.looked_up) known = {true, find(code)};
    return known.found;
  }

 private:
  struct Known {
    bool looked_up = false;
    const T* found = nullptr;
  };

  template <typename Find>
  const T* ByText(absl::string_view code, const Find& find) {
    const auto at = by_text_.find(std::string_view(code.data(), code.size()));
    if (at != by_text_.end()) return at->second;
    const T* found = find(code);
    if (found != nullptr) by_text_.emplace(found->code, found);  // the catalog's own text: the fact's does not outlive the visit
    return found;
  }

  std::vector<Known> by_number_;
  std::unordered_map<std::string_view, const T*> by_text_;
};

struct MeasureFacts {
  const Measure* measure = nullptr;
  int stock_sign = 0;
  bool opening = false;
};

// What a fact names, looked up in the catalog.
struct Named {
  const MeasureFacts* measure = nullptr;
  const Procedure* procedure = nullptr;
  const Channel* channel = nullptr;
};

class FactNames {
 public:
  explicit FactNames(const Catalog& catalog) : catalog_(catalog), measure_facts_(catalog.data().measures.size()) {}

  // False when the fact cannot count: a code the catalog does not know. Desk-wide measures have no place.
  bool Find(const Fact& fact, Named* named) {
    named->measure = MeasureOf(fact);
    if (named->measure == nullptr || fact.value == nullptr) return false;
    if (named->measure->measure->desk_wide) {
      named->procedure = nullptr;
      named->channel = nullptr;
      return true;
    }
    named->procedure = procedures_.Get(fact.procedure, fact.procedure_number, [&](absl::string_view c) { return catalog_.FindProcedure(c); });
    named->channel = channels_.Get(fact.channel, fact.channel_number, [&](absl::string_view c) { return catalog_.FindChannel(c); });
    return named->procedure != nullptr && named->channel != nullptr;
  }

 private:
  const MeasureFacts* MeasureOf(const Fact& fact) {
    const Measure* measure = measures_.Get(fact.measure, fact.measure_number, [&](absl::string_view c) { return catalog_.FindMeasure(c); });
    if (measure == nullptr) return nullptr;
    MeasureFacts& facts = measure_facts_[static_cast<std::size_t>(measure - catalog_.data().measures.data())];
    if (facts.measure == nullptr) facts = {measure, StockSign(measure->code), measure->code == kOpening};
    return &facts;
  }

  const Catalog& catalog_;
  Interned<Measure> measures_;
  Interned<Procedure> procedures_;
  Interned<Channel> channels_;
  std::vector<MeasureFacts> measure_facts_;  // by the measure's place in the catalog
};

}  // namespace

class UnitReader {
 public:
  UnitReader(const Catalog& catalog, const Unit& unit, Window window, Reading reading)
      : from_(window.from), to_(window.to), reading_(reading), figures_(&catalog, &unit) {}

  void Take(const Fact& fact, const Named& named) {
    if (fact.day > to_) return;
    if (fact.day >= from_) {
      figures_.has_data_ = true;
      figures_.provisional_ |= fact.provisional;
    }
    if (const int64_t* number = std::get_if<int64_t>(fact.value); number != nullptr) {
      if (named.measure->measure->once) {
        TakeOnce(fact, *named.measure->measure, *number);
      } else {
        TakeNumber(fact, *named.measure, *number, PairOf(named));
      }
    } else if (const std::string* text = std::get_if<std::string>(fact.value); text != nullptr) {
      TakeText({named.measure->measure, named.procedure, named.channel, fact.day, *text});
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
  struct Observation {
    Day day;
    int64_t value;
    bool provisional;
  };
  struct Move {
    Day day;
    int64_t delta;
  };
  // What a pair needs beside its figures while the facts come in.
  struct Progress {
    Day first_day = kDayMax;
    std::vector<Observation> openings;
    std::vector<std::pair<const Measure*, Day>> stock_days;
    std::vector<Move> moves;
    std::array<std::size_t, 8> by_weekday{};  // the pairs of its flows, by weekday; 0: not there yet
  };

  template <typename T>
  static bool ByPlace(const T& a, const T& b) {
    const auto place = [](const T& x) {
      return std::make_tuple(x.procedure == nullptr ? std::string_view() : std::string_view(x.procedure->code),
                             x.channel == nullptr ? std::string_view() : std::string_view(x.channel->code), x.day);
    };
    return place(a) < place(b);
  }

  // Most facts stand where the fact before stood.
  std::size_t PairOf(const Named& named) {
    if (!has_last_ || named.procedure != last_procedure_ || named.channel != last_channel_) {
      last_pair_ = figures_.table_.PairIndex(0, named.procedure, named.channel);
      last_procedure_ = named.procedure;
      last_channel_ = named.channel;
      has_last_ = true;
    }
    return last_pair_;
  }

  // Where a flow is added: beside its pair's own figures when weekdays are kept apart.
  PairFigures& FlowsOf(const Fact& fact, std::size_t index) {
    if (!reading_.by_weekday) return figures_.table_.PairAt(index);
    const int weekday = WeekdayOf(fact.day);
    std::size_t& place = progress_[index].by_weekday[static_cast<std::size_t>(weekday)];
    if (place == 0) {
      const PairFigures& pair = figures_.table_.PairAt(index);
      place = figures_.table_.PairIndex(0, pair.procedure, pair.channel, weekday);  // never the first: that is `pair`
    }
    return figures_.table_.PairAt(place);
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
      progress.moves.push_back({fact.day, move.value});
      if (fact.day < from_) pair.carried_over.Add(move);
    }
    if (fact.day < from_) return;
    Amount& amount = FlowsOf(fact, index).At(measure.measure);
    amount.value = SaturatingAdd(amount.value, number);
    amount.provisional |= fact.provisional;
  }

  // What is counted once for an area is the unit's own figure, of the period or held until changed.
  void TakeOnce(const Fact& fact, const Measure& measure, int64_t number) {
    if (fact.day < from_ && !measure.until_changed && reading_.stocks == Stocks::kInPeriod) return;
    const auto [seen, first] = once_days_.emplace(&measure, fact.day);
    if (!first && fact.day < seen->second) return;
    seen->second = fact.day;
    Amount& amount = figures_.table_.OnceAt(&measure);
    amount.value = number;
    amount.provisional = fact.provisional;
  }

  void TakeStock(const Fact& fact, const Measure& measure, int64_t number, PairFigures* pair, Progress* progress) {
    if (fact.day < from_ && reading_.stocks == Stocks::kInPeriod) return;
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
    if (text.day < from_ && !text.measure->until_changed && reading_.stocks == Stocks::kInPeriod) return;
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
      for (const Move& move : progress.moves) {
        if (move.day < opening.day) before = SaturatingAdd(before, move.delta);
      }
      figures_.opening_checks_.push_back({pair.procedure, pair.channel, opening.day, before, opening.value});
    }
  }

  const Day from_;
  const Day to_;
  const Reading reading_;
  UnitFigures figures_;
  std::vector<Progress> progress_;  // by pair
  std::map<const Measure*, Day> once_days_;
  bool has_last_ = false;
  const Procedure* last_procedure_ = nullptr;
  const Channel* last_channel_ = nullptr;
  std::size_t last_pair_ = 0;
};

UnitFigures::UnitFigures(const Catalog* catalog, const Unit* unit) : unit_(unit), table_(catalog) {
  table_.CountUnit(table_.GroupIndex(catalog->KindOf(*unit)));
}

absl::StatusOr<UnitFigures> UnitFigures::Read(const Catalog& catalog, const FactSource& facts, const Unit& unit,
                                              Day from, Day to, Reading reading) {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<UnitFigures> figures, ReadEach(catalog, facts, unit, {{from, to}}, reading));
  return std::move(figures.front());
}

absl::StatusOr<std::vector<UnitFigures>> UnitFigures::ReadEach(const Catalog& catalog, const FactSource& facts,
                                                               const Unit& unit, const std::vector<Window>& windows,
                                                               Reading reading) {
  std::vector<UnitReader> readers;
  Day last = kDayMin;
  for (const Window& window : windows) {
    readers.emplace_back(catalog, unit, window, reading);
    last = std::max(last, window.to);
  }
  FactNames names(catalog);
  Named named;
  MOTCUA_RETURN_IF_ERROR(facts.ForEachFact(unit.code, kDayMin, last, [&](const Fact& fact) {
    if (!names.Find(fact, &named)) return;
    for (UnitReader& reader : readers) reader.Take(fact, named);
  }));
  std::vector<UnitFigures> figures;
  for (UnitReader& reader : readers) figures.push_back(reader.Finish());
  return figures;
}

void UnitFigures::MarkNothingToReport() { table_.MarkData(0); }

int64_t UnitFigures::Sum(const std::string& measure, const Filter& filter) const {
  const Selection selection(table_.catalog(), filter);
  const Selection* const selections[] = {&selection};
  return table_.Sum(Expand(table_.catalog(), measure), selections).value;
}

int64_t UnitFigures::Evaluate(const Quantity& quantity, const Filter& filter) const {
  Resolver resolver(&table_.catalog());
  const Selection* const selections[] = {&resolver.Of(filter)};
  return table_.Evaluate(quantity, resolver, selections).value;
}

bool UnitFigures::Observed(const std::string& measure, const Filter& filter) const {
  const Selection selection(table_.catalog(), filter);
  const Selection* const selections[] = {&selection};
  return table_.Observed(table_.catalog().FindMeasure(measure), selections);
}

std::set<const Channel*> UnitFigures::Channels() const {
  std::set<const Channel*> channels;
  for (const PairFigures& pair : table_.pairs()) {
    if (pair.channel != nullptr) channels.insert(pair.channel);
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
