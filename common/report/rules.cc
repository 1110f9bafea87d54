#include "common/report/rules.h"

#include <algorithm>
#include <tuple>

#include "common/base/language.h"
#include "common/report/finding_text.h"

namespace motcua {

UnitRules::UnitRules(const Catalog* catalog) : catalog_(*catalog), resolver_(catalog) {
  for (const Channel& channel : catalog->data().channels) {
    by_channel_.emplace_back(*catalog, Filter{.channels = {channel.code}});
  }
}

void UnitRules::Check(const UnitFigures& figures, const std::string& period, std::vector<Finding>* findings) {
  const std::set<const Channel*> known = figures.Channels();
  for (const Rule& rule : catalog_.data().rules) {
    if (rule.scope == RuleScope::kForm) continue;
    if (rule.left_is_pending_before) {
      CheckOpenings(rule, figures, period, findings);
    } else if (rule.scope == RuleScope::kUnit) {
      CheckWithin(rule, figures, nullptr, resolver_.Of(everything_), period, findings);
    } else {
      for (std::size_t i = 0; i < by_channel_.size(); ++i) {
        const Channel* channel = &catalog_.data().channels[i];
        if (known.contains(channel)) CheckWithin(rule, figures, channel, by_channel_[i], period, findings);
      }
    }
  }
}

void UnitRules::CheckWithin(const Rule& rule, const UnitFigures& figures, const Channel* channel,
                            const Selection& selection, const std::string& period, std::vector<Finding>* findings) {
  const Selection* const selections[] = {&selection};
  const FigureTable& table = figures.table();
  const bool applies =
      rule.when_observed.empty() ||
      std::any_of(rule.when_observed.begin(), rule.when_observed.end(), [&](const std::string& stock) {
        return table.Observed(catalog_.FindMeasure(stock), selections);
      });
  if (!applies) return;
  const int64_t left = table.Evaluate(rule.left, resolver_, selections).value;
  const int64_t right = table.Evaluate(rule.right, resolver_, selections).value;
  if (Holds(rule.compare, left, right)) return;
  Finding finding = FindingOf(rule, figures.unit().code, period, left, right);
  if (channel != nullptr) finding.channel = channel->code;
  finding.message =
      FindingMessage(rule, {figures.unit().name, channel == nullptr ? "" : channel->name.Text()}, finding);
  findings->push_back(std::move(finding));
}

void UnitRules::CheckOpenings(const Rule& rule, const UnitFigures& figures, const std::string& period,
                              std::vector<Finding>* findings) {
  for (const OpeningCheck& opening : figures.opening_checks()) {
    if (Holds(rule.compare, opening.pending_before, opening.observed)) continue;
    Finding finding = FindingOf(rule, figures.unit().code, period, opening.pending_before, opening.observed);
    finding.procedure = opening.procedure->code;
    finding.channel = opening.channel->code;
    finding.message = FindingMessage(
        rule, {figures.unit().name, opening.procedure->name.Text(), opening.channel->name.Text()}, finding);
    findings->push_back(std::move(finding));
  }
}

void SortFindings(std::vector<Finding>* findings) {
  const auto key = [](const Finding& f) { return std::tie(f.unit, f.rule, f.channel, f.procedure, f.row, f.column); };
  std::stable_sort(findings->begin(), findings->end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace motcua
