#include "hub/core/rollups.h"

#include <algorithm>

#include "hub/core/fact_key.h"

namespace motcua {

absl::StatusOr<const std::vector<uint32_t>*> Rollups::ScopesAbove(const std::string& unit, Day day) {
  if (unit != unit_) {
    scopes_.clear();
    unit_ = unit;
  }
  const auto known = scopes_.find(day.number);
  if (known != scopes_.end()) return &known->second;
  std::vector<uint32_t> scopes;
  if (const Unit* own = catalog_.FindUnit(unit, day); own != nullptr) {
    const UnitKind* kind = catalog_.KindOf(*own);
    for (const std::string& code : catalog_.SelfAndAncestors(unit, day)) {
      if (code == unit) continue;  // its own cells say it all
      MOTCUA_ASSIGN_OR_RETURN(const uint32_t scope, ids_.Scope(code, kind->level));
      scopes.push_back(scope);
    }
  }
  return &scopes_.emplace(day.number, std::move(scopes)).first->second;
}

absl::Status Rollups::Change(const std::string& unit, uint64_t key, const Contribution& before,
                             const Contribution& now) {
  const int64_t value = now.value - before.value;
  const int64_t units = now.units - before.units;
  if (value == 0 && units == 0) return absl::OkStatus();
  const uint64_t within_owner = key & (OwnerBegin(1) - 1);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<uint32_t>* scopes, ScopesAbove(unit, UnpackCounter(key).day));
  for (const uint32_t scope : *scopes) steps_.push_back({OwnerBegin(scope) | within_owner, value, units});
  return absl::OkStatus();
}

void Rollups::Coalesce() {
  std::sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (kept > 0 && steps_[kept - 1].key == steps_[i].key) {
      steps_[kept - 1].value += steps_[i].value;
      steps_[kept - 1].units += steps_[i].units;
    } else {
      steps_[kept++] = steps_[i];
    }
  }
  steps_.resize(kept);
}

absl::Status Rollups::Flush(HubStore& store) {
  Coalesce();
  for (const Step& step : steps_) {
    if (step.value == 0 && step.units == 0) continue;
    MOTCUA_RETURN_IF_ERROR(store.AddToRollup(step.key, step.value, step.units));
  }
  steps_.clear();
  return absl::OkStatus();
}

std::map<uint64_t, RollupRow> Rollups::Sums() const {
  std::map<uint64_t, RollupRow> sums;
  for (const Step& step : steps_) {
    RollupRow& sum = sums[step.key];
    sum.value += step.value;
    sum.units += step.units;
  }
  std::erase_if(sums, [](const auto& sum) { return sum.second.units == 0; });
  return sums;
}

}  // namespace motcua
