#include "common/report/fact_source.h"

namespace motcua {

absl::StatusOr<UnitState> FactSource::StateOf(const std::string& unit, const std::string& period, Day first,
                                              Day last) const {
  MOTCUA_ASSIGN_OR_RETURN(const Submission submission, SubmissionOf(unit, period));
  if (submission == Submission::kSubmitted) return UnitState::kSubmitted;
  if (submission == Submission::kNothingToReport) return UnitState::kSubmittedZero;
  MOTCUA_ASSIGN_OR_RETURN(const bool any, HasEntries(unit, first, last));
  return any ? UnitState::kOpen : UnitState::kNotStarted;
}

}  // namespace motcua
