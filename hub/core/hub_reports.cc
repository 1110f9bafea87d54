// What is read of periods and their revisions: reports, status, lists.
#include <algorithm>

#include "common/base/language.h"
#include "common/report/period_words.h"
#include "hub/core/hub.h"
#include "hub/core/hub_facts.h"

namespace motcua {
namespace {

absl::Status NoRevision(const PeriodLocks& locks, const std::string& period, const ReportOrder& order) {
  const std::string asked = absl::StrCat(period, " ", order.unit);
  if (!locks.locked()) {
    return absl::NotFoundError(
        Say(absl::StrCat("Kỳ ", period, " của ", order.unit, " chưa chốt nên không có bản ", order.revision, "."),
            absl::StrCat("Period ", period, " of ", order.unit, " is not locked and has no revision ", order.revision,
                         ".")));
  }
  return absl::NotFoundError(Say(absl::StrCat("Kỳ ", period, " của ", order.unit, " không có bản ", order.revision,
                                              order.seal.empty() ? "" : absl::StrCat(" mang dấu ", order.seal),
                                              "; bản mới nhất là ", locks.newest().number, "."),
                                 absl::StrCat("Period ", period, " of ", order.unit, " has no revision ",
                                              order.revision,
                                              order.seal.empty() ? "" : absl::StrCat(" with the seal ", order.seal),
                                              "; the newest is ", locks.newest().number, ".")));
}

// A hub that lost data may have given one number twice; both were printed, and neither moves.
absl::Status SeveralOfOneNumber(const std::vector<const Revision*>& found) {
  std::string list;
  for (const Revision* revision : found) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", RevisionSeal(*revision), " (", FormatTimeInVietnam(revision->at_s),
                    ")");
  }
  const std::size_t count = found.size();
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Máy chủ từng mất dữ liệu nên có ", count, " bản mang số này: ", list, "; hãy nêu rõ bằng --seal."),
          absl::StrCat("This hub once lost data, so ", count, " revisions bear this number: ", list,
                       "; say which one with --seal.")));
}

absl::StatusOr<Revision> Pick(const PeriodLocks& locks, const std::string& period, const ReportOrder& order) {
  std::vector<const Revision*> found;
  for (const Revision& revision : locks.revisions) {
    const bool meant = RevisionSeal(revision).compare(0, order.seal.size(), order.seal) == 0;
    if (revision.number == order.revision && meant) found.push_back(&revision);
  }
  if (found.empty()) return NoRevision(locks, period, order);
  if (found.size() > 1) return SeveralOfOneNumber(found);
  return *found.front();
}

// The period of the calendar that ends the day before this one begins.
const Period* PeriodBefore(const Calendar& calendar, const Period& period) {
  const auto before = std::find_if(calendar.periods.begin(), calendar.periods.end(),
                                   [&](const Period& other) { return other.to + 1 == period.from; });
  return before == calendar.periods.end() ? nullptr : &*before;
}

}  // namespace

// A revision may print a form that the catalog of today no longer has; its calendar is then named with the period.
absl::StatusOr<std::string> Hub::PeriodOf(const ReportOrder& order) {
  const std::size_t slash = order.period.find('/');
  const Form* form = shelf_.current()->FindForm(order.form);
  if (form == nullptr && slash == std::string::npos) return FindFormNamed(*shelf_.current(), order.form).status();
  const std::string calendar = form == nullptr ? order.period.substr(0, slash) : form->calendar;
  return absl::StrCat(calendar, "/", order.period.substr(slash == std::string::npos ? 0 : slash + 1));
}

absl::Status Hub::ReadRevision(const ReportOrder& order, const RevisionReader& read) {
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const std::string period, PeriodOf(order));
  MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(period, order.unit));
  MOTCUA_ASSIGN_OR_RETURN(const Revision picked, Pick(locks, period, order));
  MOTCUA_ASSIGN_OR_RETURN(const Revision revision, book.Whole(picked));
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, shelf_.Open(revision.catalog));
  MOTCUA_ASSIGN_OR_RETURN(const FrozenFacts facts, book.Facts(revision));
  return read(*catalog, facts, revision);
}

absl::Status Hub::WithRevision(const ReportOrder& order, const RevisionReader& read) {
  MutexLock lock(&mutex_);
  return ReadRevision(order, read);
}

absl::Status Hub::ReadLiving(const ReportOrder& order, const Calendar& calendar,
                             const std::function<absl::Status(const Report&)>& read) {
  const std::shared_ptr<const Catalog> catalog = shelf_.current();
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(
      const Period* period,
      FindPeriodNamed(*catalog, calendar.id, order.period.substr(order.period.find('/') + 1)));
  // What the period before was closed with, where that still can be read.
  std::optional<FrozenFacts> closed;
  FrozenClosing closing;
  std::shared_ptr<const Catalog> closed_catalog;
  if (const Period* before = PeriodBefore(calendar, *period); before != nullptr) {
    const std::string name = absl::StrCat(calendar.id, "/", before->id);
    MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(name, order.unit));
    const absl::StatusOr<Revision> whole =
        locks.locked() ? book.Whole(locks.newest()) : absl::StatusOr<Revision>(absl::NotFoundError(""));
    if (whole.ok()) {
      MOTCUA_ASSIGN_OR_RETURN(closed_catalog, shelf_.Open(whole->catalog));
      MOTCUA_ASSIGN_OR_RETURN(closed, book.Facts(*whole));
      closing = {closed_catalog.get(), &*closed, before->id, static_cast<int>(whole->number)};
    }
  }
  MOTCUA_ASSIGN_OR_RETURN(Report report, MakeReport(*catalog, facts, order.form, order.unit, order.period,
                                                    {order.compare_rates, closed ? &closing : nullptr}));
  MOTCUA_ASSIGN_OR_RETURN(report.lock, StandingLock(absl::StrCat(calendar.id, "/", period->id), order.unit));
  return read(report);
}

// The newest revision as a living report speaks of it. One that is not whole is told without what differs.
absl::StatusOr<std::optional<LockLine>> Hub::StandingLock(const std::string& period, const std::string& unit) {
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(period, unit));
  std::optional<LockLine> line;
  if (!locks.locked()) return line;
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  line = DescribeRevision(locks.newest(), *shelf_.current());
  const absl::StatusOr<int64_t> changed =
      AmendmentFinder(parts_.store, &ids_, &shelf_, &facts).CountCells(locks.newest());
  if (!changed.ok() && !absl::IsFailedPrecondition(changed.status())) return changed.status();
  line->cells_changed = changed.value_or(0);
  if (locks.OpenAt(parts_.clock->WallSeconds())) line->open_until_s = locks.unlocked_until_s;
  return line;
}

absl::Status Hub::WithReport(const ReportOrder& order, const std::function<absl::Status(const Report&)>& read) {
  MutexLock lock(&mutex_);
  if (order.revision == 0) {
    MOTCUA_ASSIGN_OR_RETURN(const Form* form, FindFormNamed(*shelf_.current(), order.form));
    return ReadLiving(order, *shelf_.current()->FindCalendar(form->calendar), read);
  }
  return ReadRevision(order, [&](const Catalog& catalog, const FactSource& facts,
                                 const Revision& revision) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(Report report, MakeReport(catalog, facts, order.form, order.unit, order.period,
                                                      {.compare_rates = order.compare_rates}));
    report.revision = static_cast<int>(revision.number);
    report.lock = DescribeRevision(revision, catalog);
    return read(report);
  });
}

absl::StatusOr<PeriodStatus> Hub::PeriodStatusOf(const std::string& period, const std::string& unit) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(shelf_.current(), period, unit));
  PeriodStatus status;
  status.period = there.name;
  status.unit = unit;
  status.unit_name = there.area->name;
  status.from = there.period->from;
  status.to = there.period->to;
  status.due = there.period->due;
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  UnitPeriods periods(parts_.store, &ids_, &shelf_);
  for (const Unit* owing : there.units) {
    UnitStatus of{owing->code, owing->name, owing->contact, {}};
    MOTCUA_ASSIGN_OR_RETURN(of.there, periods.Read({owing->code, there.name, status.from, status.to, status.due}, facts));
    status.expected += of.there.state == UnitState::kExempt ? 0 : 1;
    status.exempt += of.there.state == UnitState::kExempt ? 1 : 0;
    status.submitted += IsSubmitted(of.there.state) ? 1 : 0;
    status.units.push_back(std::move(of));
  }
  MOTCUA_ASSIGN_OR_RETURN(status.lock, StandingLock(there.name, unit));
  return status;
}

absl::StatusOr<std::vector<ListedPeriod>> Hub::ListPeriods(const std::string& calendar_or_period) {
  MutexLock lock(&mutex_);
  const std::shared_ptr<const Catalog> catalog = shelf_.current();
  const std::size_t slash = calendar_or_period.find('/');
  const std::string calendar_id = calendar_or_period.substr(0, slash);
  const std::string period_id = slash == std::string::npos ? "" : calendar_or_period.substr(slash + 1);
  if (!calendar_id.empty() && catalog->FindCalendar(calendar_id) == nullptr)
    return FindPeriodNamed(*catalog, calendar_id, period_id).status();
  if (!period_id.empty()) MOTCUA_RETURN_IF_ERROR(FindPeriodNamed(*catalog, calendar_id, period_id).status());
  PeriodBook book(parts_.store, &ids_, &shelf_);
  std::vector<ListedPeriod> list;
  for (const Calendar& calendar : catalog->data().calendars) {
    if (!calendar_id.empty() && calendar.id != calendar_id) continue;
    for (const Period& period : calendar.periods) {
      if (!period_id.empty() && period.id != period_id) continue;
      ListedPeriod& listed = list.emplace_back();
      listed = {absl::StrCat(calendar.id, "/", period.id), period.name.Text(), period.from, period.to, period.due, {}};
      MOTCUA_ASSIGN_OR_RETURN(auto locks, book.Locks(listed.period));
      for (auto& [unit, of] : locks) {
        if (!of.locked()) continue;
        const Unit* named = catalog->FindUnit(unit);
        const int64_t open_s = of.OpenAt(parts_.clock->WallSeconds()) ? of.unlocked_until_s : 0;
        listed.locks.push_back({unit, named == nullptr ? unit : named->name, std::move(of.revisions), open_s});
      }
    }
  }
  return list;
}

}  // namespace motcua
