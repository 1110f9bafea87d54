#include "common/report/entry_json.h"

#include "common/report/period_words.h"

namespace motcua {

nlohmann::ordered_json ValueJson(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

const char* DecisionName(const Entry& entry) {
  const auto* exclude = std::get_if<ExcludeBody>(&entry.body);
  if (exclude != nullptr) return exclude->lifts ? "include" : "exclude";
  if (const auto* period = std::get_if<PeriodBody>(&entry.body)) return PeriodActName(period->act);
  return entry.kind() == EntryKind::kReview ? "review" : "restate";
}

void FillDecision(const Entry& entry, nlohmann::ordered_json* json) {
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
    (*json)["value"] = ValueJson(restate->value);
  } else if (const auto* exclude = std::get_if<ExcludeBody>(&entry.body)) {
    (*json)["first"] = FormatEntryName(exclude->first);
    (*json)["last"] = FormatEntryName(exclude->last);
  } else if (const auto* review = std::get_if<ReviewBody>(&entry.body)) {
    (*json)["fork"] = FormatEntryName(review->fork);
  } else if (const auto* period = std::get_if<PeriodBody>(&entry.body)) {
    (*json)["period"] = period->period;
    (*json)["area"] = period->area;
    (*json)["revision"] = period->revision;
  }
}

}  // namespace motcua
