// Catalog::Build: check everything, then index everything. After the checks the indexes can trust that every
// reference leads somewhere, so lookups need no error paths.
#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "common/base/hash.h"
#include "common/catalog/catalog.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

template <typename T, typename Key>
void Index(const std::vector<T>& items, Key key, std::map<std::string, std::size_t, std::less<>>* index) {
  for (std::size_t i = 0; i < items.size(); ++i) index->emplace(items[i].*key, i);
}

// Units, procedures, channels, measures in the order written; a code that returns (another version of a unit,
// one text for two kinds) is listed where it first stands.
std::vector<std::string> CodesOf(const CatalogData& data) {
  std::vector<std::string> codes;
  std::set<absl::string_view> seen;
  const auto add = [&](const std::string& code) {
    if (!code.empty() && seen.insert(code).second) codes.push_back(code);
  };
  for (const Unit& unit : data.units) add(unit.code);
  for (const Procedure& procedure : data.procedures) add(procedure.code);
  for (const Channel& channel : data.channels) add(channel.code);
  for (const Measure& measure : data.measures) add(measure.code);
  return codes;
}

// Indices of the units, oldest validity first: a multimap keeps equal keys in the order of insertion.
std::vector<std::size_t> UnitsByAge(const std::vector<Unit>& units) {
  std::vector<std::size_t> order(units.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return units[a].valid_from < units[b].valid_from; });
  return order;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Catalog>> Catalog::Build(CatalogData data, std::string canonical) {
  const std::vector<std::string> faults = FaultsOf(data);
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));

  const std::shared_ptr<Catalog> catalog(new Catalog);
  catalog->data_ = std::move(data);
  catalog->canonical_ = std::move(canonical);
  catalog->version_ = Sha256(catalog->canonical_);
  catalog->codes_ = CodesOf(catalog->data_);
  const CatalogData& own = catalog->data_;
  Index(own.unit_kinds, &UnitKind::id, &catalog->unit_kinds_);
  Index(own.fields, &Field::id, &catalog->fields_);
  Index(own.procedures, &Procedure::code, &catalog->procedures_);
  Index(own.channels, &Channel::code, &catalog->channels_);
  Index(own.measures, &Measure::code, &catalog->measures_);
  Index(own.calendars, &Calendar::id, &catalog->calendars_);
  Index(own.rates, &Rate::id, &catalog->rates_);
  Index(own.forms, &Form::id, &catalog->forms_);
  for (const std::size_t i : UnitsByAge(own.units)) {
    catalog->units_.emplace(own.units[i].code, i);
    if (!own.units[i].parent.empty()) catalog->children_.emplace(own.units[i].parent, i);
  }
  return std::shared_ptr<const Catalog>(catalog);
}

}  // namespace motcua
