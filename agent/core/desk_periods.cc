#include "agent/core/desk_periods.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/language.h"

namespace motcua {
namespace {

struct Known {
  DeskPeriod period;
  Context first;   // what revision 1 covers
  Context newest;
};
using ByLock = std::map<std::pair<std::string, std::string>, Known>;  // period, area

void Cover(const UnitLedger& ledger, const std::vector<EntryName>& covers, Context* context) {
  for (const EntryName& name : covers) {
    const absl::StatusOr<Position> at = ledger.Find(name);
    if (at.ok() && at->seq > 0) context->Raise(ledger.tree(), *at);
  }
}

// In the order of the hub's log: a revision's parts follow each other, and a later act undoes an unlock.
void Take(const UnitLedger& ledger, const Entry& entry, Known* known) {
  const auto& body = std::get<PeriodBody>(entry.body);
  DeskPeriod& period = known->period;
  if (body.act > PeriodAct::kRelock) return;
  period.open_until_s = body.act == PeriodAct::kUnlock ? body.until_s : 0;
  if (!body.freezes() || body.revision < period.revision) return;
  if (body.revision > period.revision) known->newest = Context();
  period.revision = body.revision;
  period.at_s = entry.clock_s;
  Cover(ledger, body.frozen.covers, &known->newest);
  if (body.revision == 1) Cover(ledger, body.frozen.covers, &known->first);
}

void CountAmendments(const UnitLedger& ledger, ByLock* locks) {
  ledger.ForEach([&](Position at, const EntryName&, const Entry& entry) {
    const Cell* cell = entry.cell();
    if (cell == nullptr || cell->unit != ledger.unit()) return;
    for (auto& [key, known] : *locks) {
      if (cell->day < known.period.from || cell->day > known.period.to) continue;
      if (known.first.Includes(ledger.tree(), at)) continue;
      if (ledger.causality().ExcludedBy(at).has_value()) continue;
      ++(known.newest.Includes(ledger.tree(), at) ? known.period.accepted : known.period.amendments);
    }
  });
}

const Period* FindIn(const Catalog& catalog, const std::string& period) {
  const auto parts = SplitPeriod(period);
  return parts.ok() ? catalog.FindPeriod(parts->first, parts->second) : nullptr;
}

}  // namespace

std::vector<DeskPeriod> LockedPeriods(const DeskLog& log, const Catalog& catalog, bool counts) {
  const UnitLedger& ledger = log.ledger();
  ByLock locks;
  for (const Position& at : ledger.OfKind(EntryKind::kPeriod)) {
    if (ledger.tree().line(at.line).device != kHubDevice) continue;
    const Entry entry = ledger.EntryAt(at);
    const auto& body = std::get<PeriodBody>(entry.body);
    const Period* period = FindIn(catalog, body.period);
    if (period == nullptr) continue;
    Known& known = locks[{body.period, body.area}];
    known.period.period = body.period;
    known.period.area = body.area;
    known.period.from = period->from;
    known.period.to = period->to;
    Take(ledger, entry, &known);
  }
  std::erase_if(locks, [](const auto& lock) { return lock.second.period.revision == 0; });
  if (counts && !locks.empty()) CountAmendments(ledger, &locks);
  std::vector<DeskPeriod> periods;
  for (auto& [key, known] : locks) periods.push_back(std::move(known.period));
  return periods;
}

std::string AmendmentNotice(const DeskPeriod& period) {
  return Say(absl::StrCat("Kỳ ", period.period, " của ", period.area, " đã chốt ở bản ", period.revision,
                          ": số liệu này không mất, được gửi lên làm điều chỉnh chờ chấp nhận."),
             absl::StrCat("Period ", period.period, " of ", period.area, " is locked at revision ", period.revision,
                          ": this is not lost, it goes up as an amendment to be accepted."));
}

std::string AmendmentCount(const DeskPeriod& period) {
  if (period.amendments == 0 && period.accepted == 0) return "";
  const auto amendments = static_cast<int64_t>(period.amendments);
  const auto accepted = static_cast<int64_t>(period.accepted);
  return Say(absl::StrCat("Kỳ ", period.period, " của ", period.area, " (bản ", period.revision, "): ",
                          GroupedNumber(amendments), " lượt ghi sau khi chốt đang chờ chấp nhận, ",
                          GroupedNumber(accepted), " lượt đã vào bản ", period.revision, "."),
             absl::StrCat("Period ", period.period, " of ", period.area, " (revision ", period.revision, "): ",
                          Counted(amendments, "entry", "entries"), " after the lock waiting to be accepted, ",
                          GroupedNumber(accepted), " accepted as of revision ", period.revision, "."));
}

}  // namespace motcua
