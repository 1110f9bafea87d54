// DeskFacts: the known cells of the desk's own unit, folded from its own log, for the same reports and rules
// that the hub prints. Other units have no facts here.
//
// Threads: one. Lifetime: log and catalog must outlive it.
#pragma once

#include "agent/core/desk_log.h"
#include "common/catalog/catalog.h"
#include "common/report/fact_source.h"

namespace motcua {

class DeskFacts final : public FactSource {
 public:
  DeskFacts(const DeskLog* log, const Catalog* catalog) : log_(*log), catalog_(*catalog) {}

  absl::Status ForEachFact(const std::string& unit, Day first, Day last,
                           const std::function<void(const Fact&)>& visit) const override;
  absl::StatusOr<bool> HasEntries(const std::string& unit, Day first, Day last) const override;
  // Numbers submitted by one desk weigh more than another's "nothing to report", whichever came first.
  absl::StatusOr<Submission> SubmissionOf(const std::string& unit, const std::string& period) const override;

 private:
  const DeskLog& log_;
  const Catalog& catalog_;
};

}  // namespace motcua
