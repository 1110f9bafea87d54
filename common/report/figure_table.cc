#include "common/report/figure_table.h"

#include <algorithm>

#include "common/base/invariant.h"
#include "common/report/measures.h"

namespace motcua {
namespace {

int64_t SaturatingTimes(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

Amount& AtIn(std::vector<Amount>& amounts, const Measure* measure) {
  for (Amount& amount : amounts) {
    if (amount.measure == measure) return amount;
  }
  return amounts.emplace_back(Amount{measure, 0, false});
}

}  // namespace

void Total::Add(const Total& part, int64_t coefficient) {
  value = SaturatingAdd(value, SaturatingTimes(part.value, coefficient));
  known |= part.known;
  provisional |= part.provisional;
}

Amount& PairFigures::At(const Measure* measure) { return AtIn(amounts, measure); }

Total Evaluate(const Catalog& catalog, const LinearForm& form, const PairFigures& pair) {
  Total sum;
  if (form.carried_over != 0) sum.Add(pair.carried_over, form.carried_over);
  const Measure* first = catalog.data().measures.data();
  for (const Amount& amount : pair.amounts) {
    const int sign = form.signs[static_cast<std::size_t>(amount.measure - first)];
    if (sign != 0) sum.Add({amount.value, true, amount.provisional}, sign);
  }
  return sum;
}

std::size_t FigureTable::KeyHash::operator()(const Key& key) const {
  const std::size_t a = std::hash<const void*>()(key.procedure);
  const std::size_t b = std::hash<const void*>()(key.channel);
  return (a * 0x9E3779B97F4A7C15u) ^ (b * 0xC2B2AE3D27D4EB4Fu) ^ (key.group * 8 + static_cast<std::size_t>(key.weekday));
}

std::size_t FigureTable::GroupIndex(const UnitKind* kind) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i].kind == kind) return i;
  }
  groups_.push_back({kind, false, 0, 0});
  return groups_.size() - 1;
}

void FigureTable::MarkData(std::size_t group) {
  groups_[group].has_data = true;
  groups_[group].units_with_data = groups_[group].units;  // a unit's own table: one unit
}

std::size_t FigureTable::PairIndex(std::size_t group, const Procedure* procedure, const Channel* channel, int weekday) {
  const auto [at, added] = index_.try_emplace({group, procedure, channel, weekday}, pairs_.size());
  if (added) {
    PairFigures& pair = pairs_.emplace_back();
    pair.group = group;
    pair.procedure = procedure;
    pair.channel = channel;
    pair.weekday = weekday;
  }
  return at->second;
}

Amount& FigureTable::OnceAt(const Measure* measure) { return AtIn(once_, measure); }

void FigureTable::Add(const FigureTable& other) {
  std::vector<std::size_t> group_here;
  for (const Group& group : other.groups_) {
    group_here.push_back(GroupIndex(group.kind));
    Group& ours = groups_[group_here.back()];
    ours.has_data |= group.has_data;
    ours.units += group.units;
    ours.units_with_data += group.units_with_data;
  }
  for (const PairFigures& theirs : other.pairs_) {
    PairFigures& ours =
        pairs_[PairIndex(group_here[theirs.group], theirs.procedure, theirs.channel, theirs.weekday)];
    ours.moves |= theirs.moves;
    ours.carried_over.Add(theirs.carried_over);
    for (const Amount& amount : theirs.amounts) {
      Amount& sum = ours.At(amount.measure);
      sum.value = SaturatingAdd(sum.value, amount.value);
      sum.provisional |= amount.provisional;
    }
  }
}

bool FigureTable::GroupPasses(const Group& group, Selections selections) const {
  return std::all_of(selections.begin(), selections.end(),
                     [&](const Selection* selection) { return selection->PassesKind(group.kind); });
}

bool FigureTable::Passes(const PairFigures& pair, Selections selections) const {
  const UnitKind* kind = groups_[pair.group].kind;
  return std::all_of(selections.begin(), selections.end(), [&](const Selection* selection) {
    return selection->all() ||
           (selection->PassesKind(kind) && selection->Passes(pair.procedure, pair.channel, pair.weekday));
  });
}

bool FigureTable::HasData(Selections selections) const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return group.has_data && GroupPasses(group, selections); });
}

Total FigureTable::Sum(const LinearForm& form, Selections selections) const {
  if (form.base != nullptr && form.base->once) {
    for (const Amount& amount : once_) {
      if (amount.measure == form.base) return {amount.value, true, amount.provisional};
    }
    return {};
  }
  Total sum;
  for (const PairFigures& pair : pairs_) {
    if (Passes(pair, selections)) sum.Add(motcua::Evaluate(*catalog_, form, pair));
  }
  if (form.zero_without_entries) sum.known = HasData(selections);
  return sum;
}

std::vector<int64_t> FigureTable::ByProcedure(const LinearForm& form, const Selection& selection) const {
  const std::vector<Procedure>& procedures = catalog_->data().procedures;
  std::vector<int64_t> sums(procedures.size());
  const Selection* const selections[] = {&selection};
  for (const PairFigures& pair : pairs_) {
    if (pair.procedure == nullptr || !Passes(pair, selections)) continue;
    int64_t& sum = sums[static_cast<std::size_t>(pair.procedure - procedures.data())];
    sum = SaturatingAdd(sum, motcua::Evaluate(*catalog_, form, pair).value);
  }
  return sums;
}

Total FigureTable::Count(const LinearForm& form, Selections selections) const {
  std::unordered_map<const Procedure*, Total> sums;
  for (const PairFigures& pair : pairs_) {
    if (pair.procedure != nullptr && Passes(pair, selections)) {
      sums[pair.procedure].Add(motcua::Evaluate(*catalog_, form, pair));
    }
  }
  Total count;
  count.known = HasData(selections);
  for (const auto& [procedure, sum] : sums) {  // a count and an or: the order does not matter
    count.value += sum.value > 0 ? 1 : 0;
    count.provisional |= sum.provisional;
  }
  return count;
}

Total FigureTable::Evaluate(const Term& term, Resolver& resolver, Selections selections) const {
  MOTCUA_INVARIANT(term.row.empty() && term.count != Count::kUnits, "the form knows its rows and units");
  constexpr std::size_t kSelectionsMax = 8;
  MOTCUA_INVARIANT(selections.size() < kSelectionsMax, "row, column, field and what a rule narrows to");
  const Selection* narrowed[kSelectionsMax];
  std::size_t count = 0;
  for (const Selection* selection : selections) {
    if (!selection->all()) narrowed[count++] = selection;
  }
  const Selection& own = resolver.Of(term.filter);
  if (!own.all()) narrowed[count++] = &own;
  const LinearForm& form = resolver.Of(term.measure);
  return term.count == Count::kProcedures ? Count(form, {narrowed, count}) : Sum(form, {narrowed, count});
}

Total FigureTable::Evaluate(const Quantity& quantity, Resolver& resolver, Selections selections) const {
  Total sum;
  for (const Term& term : quantity.terms) sum.Add(Evaluate(term, resolver, selections), term.coefficient);
  return sum;
}

bool FigureTable::Observed(const Measure* stock, Selections selections) const {
  const auto is_it = [&](const Amount& amount) { return amount.measure == stock; };
  return std::any_of(once_.begin(), once_.end(), is_it) ||
         std::any_of(pairs_.begin(), pairs_.end(), [&](const PairFigures& pair) {
           return Passes(pair, selections) && std::any_of(pair.amounts.begin(), pair.amounts.end(), is_it);
         });
}

}  // namespace motcua
