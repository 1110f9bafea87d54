#include "common/report/selection.h"

#include <algorithm>
#include <set>

#include "common/report/figure_table.h"
#include "common/report/measures.h"

namespace motcua {
namespace {

template <typename T>
std::size_t PlaceOf(const std::vector<T>& list, const T* item) {
  return static_cast<std::size_t>(item - list.data());
}

bool Has(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

bool Carries(const std::vector<std::string>& properties, const std::vector<std::string>& wanted) {
  return std::any_of(properties.begin(), properties.end(),
                     [&](const std::string& property) { return Has(wanted, property); });
}

}  // namespace

Selection::Selection(const Catalog& catalog, const Filter& filter, const FigureTable* area) : data_(catalog.data()) {
  if (filter.NarrowsUnits()) {
    for (const UnitKind& kind : data_.unit_kinds) {
      kinds_.push_back((filter.levels.empty() || Has(filter.levels, kind.level)) &&
                       (filter.unit_kinds.empty() || Has(filter.unit_kinds, kind.id)));
    }
  }
  if (filter.NarrowsProcedures()) NarrowProcedures(filter, area);
  if (!filter.channels.empty()) {
    for (const Channel& channel : data_.channels) channels_.push_back(Has(filter.channels, channel.code));
  }
  for (const int weekday : filter.weekdays) weekdays_ |= 1u << weekday;
  all_ = kinds_.empty() && procedures_.empty() && channels_.empty() && weekdays_ == 0;
}

void Selection::NarrowProcedures(const Filter& filter, const FigureTable* area) {
  std::set<std::string> offering;  // fields
  for (const Procedure& procedure : data_.procedures) {
    if (Carries(procedure.properties, filter.fields_offering)) offering.insert(procedure.field);
  }
  std::set<std::string> watched;
  for (const Field& field : data_.fields) {
    if (Carries(field.properties, filter.field_properties)) watched.insert(field.id);
  }
  for (const Procedure& procedure : data_.procedures) {
    procedures_.push_back(
        (filter.fields.empty() || Has(filter.fields, procedure.field)) &&
        (filter.procedures.empty() || Has(filter.procedures, procedure.code)) &&
        (filter.procedure_properties.empty() || Carries(procedure.properties, filter.procedure_properties)) &&
        (filter.field_properties.empty() || watched.contains(procedure.field)) &&
        (filter.fields_offering.empty() || offering.contains(procedure.field)));
  }
  if (filter.with_dossiers_by.empty() || area == nullptr) return;
  Filter by;
  by.channels = filter.with_dossiers_by;
  const std::vector<int64_t> received = area->ByProcedure(Expand(area->catalog(), "received"), Selection(area->catalog(), by));
  for (std::size_t i = 0; i < received.size(); ++i) procedures_[i] = procedures_[i] && received[i] > 0;
}

bool Selection::PassesKind(const UnitKind* kind) const {
  return kinds_.empty() || kinds_[PlaceOf(data_.unit_kinds, kind)];
}

bool Selection::Passes(const Procedure* procedure, const Channel* channel, int weekday) const {
  return (procedures_.empty() || (procedure != nullptr && procedures_[PlaceOf(data_.procedures, procedure)])) &&
         (channels_.empty() || (channel != nullptr && channels_[PlaceOf(data_.channels, channel)])) &&
         (weekdays_ == 0 || (weekdays_ >> weekday & 1u) != 0);
}

LinearForm Expand(const Catalog& catalog, const std::string& measure) {
  LinearForm form;
  form.base = catalog.FindMeasure(measure);
  form.signs.resize(catalog.data().measures.size());
  for (const SignedMeasure& part : PartsOf(measure)) {
    if (part.measure == kCarriedOver) {
      form.carried_over += part.sign;
    } else if (const Measure* base = catalog.FindMeasure(part.measure); base != nullptr) {
      int8_t& sign = form.signs[PlaceOf(catalog.data().measures, base)];
      sign = static_cast<int8_t>(sign + part.sign);
    }
  }
  form.zero_without_entries =
      measure != kCarriedOver && (form.base == nullptr || form.base->nature() == MeasureNature::kCounter ||
                                  CountsZeroUnobserved(measure));
  return form;
}

const Selection& Resolver::Of(const Filter& filter) {
  std::unique_ptr<Selection>& known = selections_[&filter];
  if (known == nullptr) known = std::make_unique<Selection>(catalog_, filter, area_);
  return *known;
}

const LinearForm& Resolver::Of(const std::string& measure) {
  const auto found = forms_.find(measure);
  if (found != forms_.end()) return found->second;
  return forms_.emplace(measure, Expand(catalog_, measure)).first->second;
}

}  // namespace motcua
