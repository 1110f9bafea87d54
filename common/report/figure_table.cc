#include "common/report/figure_table.h"

#include <algorithm>

#include "common/report/measures.h"

namespace motcua {
namespace {

bool Allows(const std::vector<std::string>& list, absl::string_view code) {
  return list.empty() || std::find(list.begin(), list.end(), code) != list.end();
}

int64_t SaturatingTimes(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

}  // namespace

void Total::Add(const Total& part, int64_t coefficient) {
  value = SaturatingAdd(value, SaturatingTimes(part.value, coefficient));
  known |= part.known;
  provisional |= part.provisional;
}

Amount& PairFigures::At(const Measure* measure) {
  for (Amount& amount : amounts) {
    if (amount.measure == measure) return amount;
  }
  return amounts.emplace_back(Amount{measure, 0, false});
}

LinearForm Expand(const Catalog& catalog, const std::string& measure) {
  LinearForm form;
  for (const SignedMeasure& part : PartsOf(measure)) {
    if (part.measure == kCarriedOver) {
      form.carried_over += part.sign;
    } else if (const Measure* base = catalog.FindMeasure(part.measure); base != nullptr) {
      form.parts.emplace_back(base, part.sign);
    }
  }
  return form;
}

Total Evaluate(const LinearForm& form, const PairFigures& pair) {
  Total sum;
  if (form.carried_over != 0) sum.Add(pair.carried_over, form.carried_over);
  for (const Amount& amount : pair.amounts) {
    for (const auto& [measure, sign] : form.parts) {
      if (measure == amount.measure) sum.Add({amount.value, true, amount.provisional}, sign);
    }
  }
  return sum;
}

std::size_t FigureTable::KeyHash::operator()(const Key& key) const {
  const std::size_t a = std::hash<const void*>()(key.procedure);
  const std::size_t b = std::hash<const void*>()(key.channel);
  return (a * 0x9E3779B97F4A7C15u) ^ (b * 0xC2B2AE3D27D4EB4Fu) ^ key.level;
}

std::size_t FigureTable::LevelIndex(const std::string& level) {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    if (levels_[i].level == level) return i;
  }
  levels_.push_back({level, false});
  return levels_.size() - 1;
}

std::size_t FigureTable::PairIndex(std::size_t level, const Procedure* procedure, const Channel* channel) {
  const auto [at, added] = index_.try_emplace({level, procedure, channel}, pairs_.size());
  if (added) {
    PairFigures& pair = pairs_.emplace_back();
    pair.level = level;
    pair.procedure = procedure;
    pair.channel = channel;
  }
  return at->second;
}

void FigureTable::Add(const FigureTable& other) {
  std::vector<std::size_t> level_here;
  for (const Level& level : other.levels_) {
    level_here.push_back(LevelIndex(level.level));
    if (level.has_data) MarkData(level_here.back());
  }
  for (const PairFigures& theirs : other.pairs_) {
    PairFigures& ours = pairs_[PairIndex(level_here[theirs.level], theirs.procedure, theirs.channel)];
    ours.moves |= theirs.moves;
    ours.carried_over.Add(theirs.carried_over);
    for (const Amount& amount : theirs.amounts) {
      Amount& sum = ours.At(amount.measure);
      sum.value = SaturatingAdd(sum.value, amount.value);
      sum.provisional |= amount.provisional;
    }
  }
}

bool FigureTable::LevelPasses(const Level& level, Filters filters) const {
  return std::all_of(filters.begin(), filters.end(),
                     [&](const Filter* filter) { return Allows(filter->levels, level.level); });
}

bool FigureTable::Passes(const PairFigures& pair, Filters filters) const {
  const absl::string_view field = pair.procedure == nullptr ? "" : absl::string_view(pair.procedure->field);
  const absl::string_view procedure = pair.procedure == nullptr ? "" : absl::string_view(pair.procedure->code);
  const absl::string_view channel = pair.channel == nullptr ? "" : absl::string_view(pair.channel->code);
  return LevelPasses(levels_[pair.level], filters) &&
         std::all_of(filters.begin(), filters.end(), [&](const Filter* filter) {
           return Allows(filter->channels, channel) && Allows(filter->fields, field) &&
                  Allows(filter->procedures, procedure);
         });
}

Total FigureTable::Sum(const std::string& measure, Filters filters) const {
  const LinearForm form = Expand(*catalog_, measure);
  Total sum;
  for (const PairFigures& pair : pairs_) {
    if (Passes(pair, filters)) sum.Add(motcua::Evaluate(form, pair));
  }
  const Measure* base = catalog_->FindMeasure(measure);
  const bool zero_without_entries =
      measure != kCarriedOver &&
      (base == nullptr || base->nature() == MeasureNature::kCounter || CountsZeroUnobserved(measure));
  if (zero_without_entries) {
    sum.known = std::any_of(levels_.begin(), levels_.end(),
                            [&](const Level& level) { return level.has_data && LevelPasses(level, filters); });
  }
  return sum;
}

Total FigureTable::Evaluate(const Quantity& quantity, Filters filters) const {
  Total sum;
  std::vector<const Filter*> narrowed(filters.begin(), filters.end());
  narrowed.push_back(nullptr);
  for (const Term& term : quantity.terms) {
    narrowed.back() = &term.filter;
    sum.Add(Sum(term.measure, narrowed), term.coefficient);
  }
  return sum;
}

bool FigureTable::Observed(const std::string& measure, Filters filters) const {
  const Measure* base = catalog_->FindMeasure(measure);
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const PairFigures& pair) {
    return Passes(pair, filters) && std::any_of(pair.amounts.begin(), pair.amounts.end(), [&](const Amount& amount) {
             return amount.measure == base;
           });
  });
}

}  // namespace motcua
