// What the hub decides about periods: locks, accepted amendments, unlocks, exemptions, what counts as on time. Each is
// an entry in the log of every unit it concerns, written in one transaction.
#include <algorithm>

#include "common/base/language.h"
#include "common/ledger/canonical.h"
#include "common/report/period_words.h"
#include "hub/core/hub.h"
#include "hub/core/hub_facts.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status NotLocked(const PeriodOrder& order) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Kỳ ", order.period, " của ", order.unit, " chưa chốt; hãy chốt bằng period lock."),
          absl::StrCat("Period ", order.period, " of ", order.unit, " is not locked; lock it with period lock.")));
}

absl::Status StillMissing(const LockLine& declared) {
  std::string list;
  for (const Coverage::Missing& unit : declared.missing)
    absl::StrAppend(&list, list.empty() ? "" : ", ", unit.name, " (", unit.unit, ")");
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Chưa chốt: mới có ", declared.units_submitted, " trên ", declared.units_expected,
                       " đơn vị nộp; còn thiếu ", list, "; chờ nộp, hoặc chốt với --accept-missing."),
          absl::StrCat("Not locked: ", declared.units_submitted, " of ", declared.units_expected,
                       " units have submitted; missing are ", list, "; wait for them, or lock with --accept-missing.")));
}

absl::Status NothingDiffers(uint32_t revision) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Không có gì khác bản ", revision, "; không ghi gì."),
          absl::StrCat("Nothing differs from revision ", revision, "; nothing was written.")));
}

// A prefix of fewer characters would fit amendments that nobody was shown.
constexpr std::size_t kShownCharsMin = 8;

absl::Status ShownTooShort() {
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Mã --shown phải có ít nhất ", kShownCharsMin, " ký tự; hãy chép đúng mã của period amendments."),
          absl::StrCat("--shown takes at least ", kShownCharsMin, " characters of the code; copy it from period amendments.")));
}

absl::Status ShownDiffers(const Hash& digest) {
  const std::string code = ToHex(AsBytes(digest)).substr(0, 16);
  return absl::AbortedError(
      Say(absl::StrCat("Các điều chỉnh nay đã khác (", code, "); hãy xem lại bằng period amendments."),
          absl::StrCat("The amendments have changed since (", code, "); look again with period amendments.")));
}

absl::Status UntilIsPast(int64_t until_s) {
  const std::string when = FormatTimeInVietnam(until_s);
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Hạn mở lại ", when, " đã qua; hãy nêu một lúc sau bây giờ."),
          absl::StrCat("The time ", when, " is past; unlock until a later one.")));
}

std::string NameOf(const Catalog& catalog, const std::string& code) {
  const Unit* unit = catalog.FindUnit(code);
  return unit == nullptr ? code : unit->name;
}

// As many entries as the ends need, alike but for `covers`.
std::vector<PeriodBody> BodiesOf(const Revision& revision, const RevisionPart& part, std::size_t units) {
  std::vector<PeriodBody> bodies;
  PeriodBody body;
  body.act = revision.act;
  body.period = revision.period;
  body.area = revision.area;
  body.revision = revision.number;
  body.frozen = {revision.catalog, part.state,        static_cast<uint32_t>(units), {},
                 part.figures,     revision.coverage, revision.shown};
  std::size_t from = 0;
  do {
    const std::size_t to = std::min(part.covers.size(), from + kNamesMax);
    body.frozen.covers.assign(part.covers.begin() + static_cast<std::ptrdiff_t>(from),
                              part.covers.begin() + static_cast<std::ptrdiff_t>(to));
    bodies.push_back(body);
    from = to;
  } while (from < part.covers.size());
  return bodies;
}

}  // namespace

LockLine DescribeRevision(const Revision& revision, const Catalog& catalog) {
  LockLine line;
  line.revision = static_cast<int>(revision.number);
  line.at_s = revision.at_s;
  line.author = revision.author;
  line.note = revision.note;
  for (const auto& [unit, part] : revision.parts) {
    line.units_expected += IsSubmitted(part.state) || IsMissing(part.state) ? 1 : 0;
    line.units_submitted += IsSubmitted(part.state) ? 1 : 0;
    if (IsMissing(part.state)) line.missing.push_back({unit, NameOf(catalog, unit), UnitStateName(part.state)});
  }
  return line;
}

// Writes what `decide` asks for, by unit in their order, in one transaction; what it reads it reads inside.
absl::Status Hub::DecideInLogs(const PeriodOrder& order,
                               const std::function<absl::Status(int64_t now_s, PeriodBodies*)>& decide) {
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  const IngestServices services = Services();
  PeriodBodies bodies;
  MOTCUA_RETURN_IF_ERROR(decide(services.now_s, &bodies));
  for (const auto& [unit, of_unit] : bodies) {
    MOTCUA_ASSIGN_OR_RETURN(const uint32_t id, ids_.Get(CodeKind::kUnit, unit));
    MOTCUA_ASSIGN_OR_RETURN(const UnitRow row, parts_.store->Unit(id));
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, id));
    Ingest ingest(services, unit, row, &log);
    for (const PeriodBody& body : of_unit) {
      MOTCUA_RETURN_IF_ERROR(ingest.Decide(body, order.note, order.author).status());
    }
    MOTCUA_RETURN_IF_ERROR(ingest.Finish());
  }
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  for (const auto& [unit, of_unit] : bodies) written_.insert(unit);
  return absl::OkStatus();
}

// The next revision of what the units' logs say now. Its figures are stored piece by piece beside the entries.
absl::StatusOr<Revision> Hub::Freeze(const PeriodArea& there, Revision revision) {
  revision.period = there.name;
  revision.area = there.area->code;
  revision.catalog = there.catalog->version();
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  PeriodBook book(parts_.store, &ids_, &shelf_);
  for (const std::string& unit : there.frozen) {
    RevisionPart& part = revision.parts[unit];
    if (there.Owes(unit)) {
      MOTCUA_ASSIGN_OR_RETURN(part.state, facts.StateOf(unit, there.name, there.period->from, there.period->to));
    }
    MOTCUA_ASSIGN_OR_RETURN(part.covers, book.EndsToCover(unit));
    MOTCUA_ASSIGN_OR_RETURN(std::vector<FrozenFact> said, FactsUpTo(facts, unit, there.period->to));
    const FrozenFigures figures = motcua::Freeze(&said);
    part.figures = figures.digest;
    MOTCUA_RETURN_IF_ERROR(parts_.store->PutFrozen(figures.digest, EncodeList(figures)));
    for (const FrozenPart& piece : figures.parts)
      MOTCUA_RETURN_IF_ERROR(parts_.store->PutFrozen(piece.digest, piece.bytes));
  }
  revision.coverage = CoverageSeal(revision);
  return revision;
}

absl::StatusOr<Revision> Hub::WriteRevision(const PeriodOrder& order, const PeriodArea& there, const Revision& next,
                                            const std::function<absl::Status(const Revision&)>& check) {
  Revision made;
  MOTCUA_RETURN_IF_ERROR(DecideInLogs(order, [&](int64_t now_s, PeriodBodies* bodies)
                                                 ABSL_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
    Revision revision = next;
    revision.at_s = now_s;
    MOTCUA_ASSIGN_OR_RETURN(made, Freeze(there, std::move(revision)));
    MOTCUA_RETURN_IF_ERROR(check(made));
    for (const auto& [unit, part] : made.parts) (*bodies)[unit] = BodiesOf(made, part, there.units.size());
    return absl::OkStatus();
  }));
  made.author = order.author;
  made.note = order.note;
  return made;
}

// An act about a revision that stands, in the logs of all its units.
absl::Status Hub::WriteAct(const PeriodOrder& order, const Revision& revision, PeriodAct act, int64_t until_s) {
  return DecideInLogs(order, [&](int64_t, PeriodBodies* bodies) {
    PeriodBody body;
    body.act = act;
    body.period = revision.period;
    body.area = revision.area;
    body.revision = revision.number;
    body.until_s = until_s;
    for (const auto& [unit, part] : revision.parts) (*bodies)[unit] = {body};
    return absl::OkStatus();
  });
}

absl::StatusOr<LockAnswer> Hub::LockPeriod(const PeriodOrder& order, bool accept_missing) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(shelf_.current(), order.period, order.unit));
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(there.name, order.unit));
  LockAnswer answer{there.name, order.unit, {}, false, false};
  if (locks.locked()) {
    answer.lock = DescribeRevision(locks.newest(), *there.catalog);
    answer.relocked = locks.OpenAt(parts_.clock->WallSeconds());
    answer.already = !answer.relocked;
    if (answer.relocked) MOTCUA_RETURN_IF_ERROR(WriteAct(order, locks.newest(), PeriodAct::kRelock, 0));
    return answer;
  }
  Revision first;
  first.number = 1;
  MOTCUA_ASSIGN_OR_RETURN(const Revision made, WriteRevision(order, there, first, [&](const Revision& declared) {
    const LockLine line = DescribeRevision(declared, *there.catalog);
    return line.missing.empty() || accept_missing ? absl::OkStatus() : StillMissing(line);
  }));
  answer.lock = DescribeRevision(made, *there.catalog);
  return answer;
}

absl::StatusOr<LockAnswer> Hub::UnlockPeriod(const PeriodOrder& order, int64_t until_s) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(shelf_.current(), order.period, order.unit));
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(there.name, order.unit));
  if (!locks.locked()) return NotLocked(order);
  if (until_s <= parts_.clock->WallSeconds()) return UntilIsPast(until_s);
  MOTCUA_RETURN_IF_ERROR(WriteAct(order, locks.newest(), PeriodAct::kUnlock, until_s));
  LockAnswer answer{there.name, order.unit, DescribeRevision(locks.newest(), *there.catalog), false, false};
  answer.lock.open_until_s = until_s;
  return answer;
}

absl::StatusOr<Amendments> Hub::FindAmendments(const PeriodOrder& order) {
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(shelf_.current(), order.period, order.unit));
  PeriodBook book(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodLocks locks, book.LocksOf(there.name, order.unit));
  if (!locks.locked()) return NotLocked(order);
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  return AmendmentFinder(parts_.store, &ids_, &shelf_, &facts).Find(locks.newest());
}

absl::StatusOr<Amendments> Hub::AmendmentsOf(const std::string& period, const std::string& unit) {
  MutexLock lock(&mutex_);
  return FindAmendments({period, unit, {}, {}});
}

absl::StatusOr<LockAnswer> Hub::AcceptAmendments(const PeriodOrder& order, const std::optional<std::string>& shown) {
  MutexLock lock(&mutex_);
  if (shown && shown->size() < kShownCharsMin) return ShownTooShort();
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, FindPeriodArea(shelf_.current(), order.period, order.unit));
  MOTCUA_ASSIGN_OR_RETURN(const Amendments found, FindAmendments(order));
  if (found.none()) return NothingDiffers(found.base.number);
  const std::string digest = ToHex(AsBytes(found.digest));
  if (shown && digest.compare(0, shown->size(), *shown) != 0) return ShownDiffers(found.digest);
  Revision next;
  next.number = found.base.number + 1;
  next.act = PeriodAct::kAccept;
  next.shown = found.digest;
  MOTCUA_ASSIGN_OR_RETURN(const Revision made,
                          WriteRevision(order, there, next, [](const Revision&) { return absl::OkStatus(); }));
  return LockAnswer{there.name, order.unit, DescribeRevision(made, *there.catalog), false, false};
}

absl::StatusOr<PeriodArea> Hub::OwingUnit(const PeriodOrder& order) {
  MOTCUA_ASSIGN_OR_RETURN(PeriodArea there, FindPeriodArea(shelf_.current(), order.period, order.unit));
  if (there.Owes(order.unit)) return there;
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Đơn vị ", order.unit, " chỉ tổng hợp, không nộp kỳ nào; hãy nêu đơn vị trực thuộc."),
          absl::StrCat("Unit ", order.unit, " only consolidates and owes no period; name one of its units.")));
}

absl::StatusOr<bool> Hub::ExemptUnit(const PeriodOrder& order, bool exempt) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, OwingUnit(order));
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const UnitState state,
                          facts.StateOf(order.unit, there.name, there.period->from, there.period->to));
  if ((state == UnitState::kExempt) == exempt) return false;
  PeriodBody body;
  body.act = exempt ? PeriodAct::kExempt : PeriodAct::kOblige;
  body.period = there.name;
  body.area = order.unit;
  MOTCUA_RETURN_IF_ERROR(DecideInLogs(order, [&](int64_t, PeriodBodies* bodies) {
    (*bodies)[order.unit] = {body};
    return absl::OkStatus();
  }));
  return true;
}

absl::StatusOr<UnitPeriod> Hub::JudgeSubmission(const PeriodOrder& order, bool on_time) {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const PeriodArea there, OwingUnit(order));
  const UnitPeriods::Question question{order.unit, there.name, there.period->from, there.period->to, there.period->due};
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  MOTCUA_ASSIGN_OR_RETURN(const UnitPeriod before, UnitPeriods(parts_.store, &ids_, &shelf_).Read(question, facts));
  if (before.on_time != OnTime::kClaimed && !before.on_time_decided) {
    return absl::FailedPreconditionError(
        Say(absl::StrCat("Không có gì phải quyết định: lần nộp kỳ ", there.name, " của ", order.unit,
                         before.first ? " đã rõ là đúng hạn hay muộn." : " chưa có."),
            absl::StrCat("There is nothing to decide: the submission of ", there.name, " by ", order.unit,
                         before.first ? " is clearly on time or late." : " has not come.")));
  }
  PeriodBody body;
  body.act = on_time ? PeriodAct::kOnTime : PeriodAct::kLate;
  body.period = there.name;
  body.area = order.unit;
  body.submission = before.first->name;
  MOTCUA_RETURN_IF_ERROR(DecideInLogs(order, [&](int64_t, PeriodBodies* bodies) {
    (*bodies)[order.unit] = {body};
    return absl::OkStatus();
  }));
  return UnitPeriods(parts_.store, &ids_, &shelf_).Read(question, facts);
}

}  // namespace motcua
