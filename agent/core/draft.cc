#include "agent/core/draft.h"

#include <algorithm>
#include <iterator>

#include "common/base/language.h"
#include "common/base/planted_bug.h"

namespace motcua {
namespace {

int64_t NumberOr0(const Value& value) {
  const int64_t* number = std::get_if<int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

std::string ForPeople(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return Say("(trống)", "(blank)");
  if (const int64_t* number = std::get_if<int64_t>(&value)) return GroupedNumber(*number);
  return std::get<std::string>(value);
}

absl::Status CheckSize(const Value& value) {
  const int64_t* number = std::get_if<int64_t>(&value);
  if (number == nullptr || (-kTypedNumberMax <= *number && *number <= kTypedNumberMax))
    return absl::OkStatus();
  return absl::InvalidArgumentError(Say(absl::StrCat("Số ", *number, " quá lớn; hãy xem lại."),
                                        absl::StrCat("The number ", *number, " is too large; check it.")));
}

absl::Status ShownMoved(const Value& shown, const Value& now) {
  return absl::AbortedError(
      Say(absl::StrCat("Số đã hiện là ", ForPeople(shown), " nhưng nay là ", ForPeople(now),
                       "; chưa ghi gì, hãy xem lại rồi nhập lại."),
          absl::StrCat("The number shown was ", ForPeople(shown), " and is now ", ForPeople(now),
                       "; nothing was written, look again and type it anew.")));
}

absl::Status RestatementStands() {
  return absl::FailedPreconditionError(
      Say("Ô này đã được ấn định số của cả đơn vị nên không đặt lại phần của riêng máy này được; hãy cộng "
          "thêm (--add) "
          "hoặc nhờ người phụ trách ấn định lại (restate).",
          "The whole unit's number has been restated here, so this machine's own part cannot be set; add to "
          "it (--add) "
          "or have a supervisor restate it."));
}

absl::Status OwnPartBelowZero(const Cell& cell, int64_t own_part, int64_t delta) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Phần của máy này ở ô ", FormatCell(cell), " là ", GroupedNumber(own_part), ", cộng ",
                       GroupedNumber(delta), " sẽ thành số âm; hãy xem lại."),
          absl::StrCat("This machine's own part of ", FormatCell(cell), " is ", GroupedNumber(own_part),
                       "; adding ", GroupedNumber(delta), " would make it negative; check the number.")));
}

absl::Status TotalBelowZero(const Cell& cell, int64_t total, int64_t delta) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Số của cả đơn vị ở ô ", FormatCell(cell), " là ", GroupedNumber(total), ", cộng ",
                       GroupedNumber(delta), " sẽ thành số âm; hãy xem lại."),
          absl::StrCat("The whole unit's number of ", FormatCell(cell), " is ", GroupedNumber(total),
                       "; adding ", GroupedNumber(delta), " would make it negative; check the number.")));
}

}  // namespace

CellView ViewCell(const DeskLog& log, const Cell& cell, MeasureNature nature) {
  const UnitLedger& ledger = log.ledger();
  const std::vector<Posting> postings = ledger.PostingsOf(cell);
  const CellState state = FoldCell(postings, ledger.causality(), nature);
  CellView view;
  view.counter = nature == MeasureNature::kCounter;
  if (view.counter) view.own_part = OwnPart(postings, ledger.causality(), ledger.tree(), log.own_position());
  view.value = state.value;
  view.restated = state.winner.has_value();
  view.provisional = state.provisional;
  view.conflict = state.conflict;
  view.overlap = state.overlap;
  return view;
}

absl::StatusOr<const Measure*> Draft::CheckCell(const Cell& cell) const {
  MOTCUA_RETURN_IF_ERROR(catalog_.CheckCell(cell));
  return catalog_.FindMeasure(cell.measure);
}

CellView& Draft::ViewOf(const Cell& cell, MeasureNature nature) {
  auto view = views_.find(cell);
  if (view == views_.end()) view = views_.emplace(cell, ViewCell(log_, cell, nature)).first;
  return view->second;
}

absl::Status Draft::CheckAdd(const Cell& cell, const CellView& view, int64_t delta) const {
  if (delta >= 0) return absl::OkStatus();
  if (view.own_part + delta < 0) return OwnPartBelowZero(cell, view.own_part, delta);
  const int64_t total = NumberOr0(view.value);
  if (SaturatingAdd(total, delta) < 0) return TotalBelowZero(cell, total, delta);
  return absl::OkStatus();
}

absl::Status Draft::Put(EntryBody body, const Remark& remark) {
  Entry entry;
  entry.device = log_.identity().device;
  entry.seq = 1;  // the real one is given when it is written
  entry.role = log_.identity().role;
  entry.author = remark.author;
  entry.note = remark.note;
  entry.body = std::move(body);
  MOTCUA_RETURN_IF_ERROR(CheckBounds(entry));
  entries_.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status Draft::PutFirst(EntryBody body, const Remark& remark) {
  MOTCUA_RETURN_IF_ERROR(Put(std::move(body), remark));
  std::rotate(entries_.begin(), std::prev(entries_.end()), entries_.end());
  return absl::OkStatus();
}

absl::Status Draft::Add(const Cell& cell, int64_t delta, const Remark& remark) {
  MOTCUA_ASSIGN_OR_RETURN(const Measure* measure, CheckCell(cell));
  if (measure->nature() == MeasureNature::kRegister) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Chỉ tiêu ", cell.measure,
                         " là số quan sát được, không cộng dồn; hãy dùng --set (hoặc --set-text)."),
            absl::StrCat("Measure ", cell.measure,
                         " is an observation and is not added up; use --set (or --set-text).")));
  }
  MOTCUA_RETURN_IF_ERROR(CheckSize(Value(delta)));
  CellView& view = ViewOf(cell, measure->nature());
  MOTCUA_RETURN_IF_ERROR(CheckAdd(cell, view, delta));
  MOTCUA_RETURN_IF_ERROR(Put(AddBody{cell, delta, std::nullopt, std::nullopt}, remark));
  view.own_part = SaturatingAdd(view.own_part, delta);
  view.value = SaturatingAdd(NumberOr0(view.value), delta);
  return absl::OkStatus();
}

absl::Status Draft::Set(const Cell& cell, const Value& value, const std::optional<Value>& shown,
                        const Remark& remark) {
  MOTCUA_ASSIGN_OR_RETURN(const Measure* measure, CheckCell(cell));
  if (measure->nature() == MeasureNature::kRegister) return Restate(cell, value, shown, remark);
  MOTCUA_RETURN_IF_ERROR(catalog_.CheckValue(*measure, value));
  MOTCUA_RETURN_IF_ERROR(CheckSize(value));
  CellView& view = ViewOf(cell, measure->nature());
  if (view.restated) return RestatementStands();
  if (shown && *shown != Value(view.own_part)) return ShownMoved(*shown, Value(view.own_part));
  const int64_t typed = NumberOr0(value);
  const int64_t delta = typed - view.own_part;
  MOTCUA_RETURN_IF_ERROR(CheckAdd(cell, view, delta));
  MOTCUA_RETURN_IF_ERROR(Put(AddBody{cell, delta, typed, view.own_part}, remark));
  view.own_part = typed;
  view.value = SaturatingAdd(NumberOr0(view.value), delta);
  return absl::OkStatus();
}

absl::Status Draft::Restate(const Cell& cell, const Value& value, const std::optional<Value>& shown,
                            const Remark& remark) {
  MOTCUA_ASSIGN_OR_RETURN(const Measure* measure, CheckCell(cell));
  if (measure->nature() == MeasureNature::kCounter && log_.identity().role < Role::kSupervisor) {
    return absl::PermissionDeniedError(
        Say("Chỉ máy của người phụ trách (supervisor) mới ấn định được số của cả đơn vị; hãy dùng record, "
            "hoặc xin mã "
            "ghi danh với vai trò supervisor.",
            "Only a supervisor's machine may restate the whole unit's number; use record, or ask for an "
            "enrolment code "
            "with the role supervisor."));
  }
  MOTCUA_RETURN_IF_ERROR(catalog_.CheckValue(*measure, value));
  MOTCUA_RETURN_IF_ERROR(CheckSize(value));
  CellView& view = ViewOf(cell, measure->nature());
  if (shown && *shown != view.value) return ShownMoved(*shown, view.value);
  MOTCUA_RETURN_IF_ERROR(Put(RestateBody{cell, value, view.value}, remark));
  view.value = value;
  view.restated = true;
  restates_ = true;
  return absl::OkStatus();
}

std::vector<Entry> Draft::Finish() const {
  const UnitLedger& ledger = log_.ledger();
  const Context known = log_.Known();
  const auto is_known = [&](Position at) {
    return known.Includes(ledger.tree(), at) || ledger.tree().IsAncestorOrSelf(at, log_.own_position());
  };
  const std::vector<Position> restatements = ledger.OfKind(EntryKind::kRestate);
  const bool arrived = !std::all_of(restatements.begin(), restatements.end(), is_known);

  std::vector<EntryName> news;
  if ((restates_ || arrived) && !(restates_ && MOTCUA_PLANTED(kRestateWithoutSaw))) {
    for (const EntryName& end : ledger.Ends()) {
      absl::StatusOr<Position> at = ledger.Find(end);
      if (at.ok() && !is_known(*at)) news.push_back(end);
    }
  }
  std::vector<Entry> entries;
  for (std::size_t from = 0; from < news.size(); from += kNamesMax) {
    const std::size_t to = std::min(news.size(), from + kNamesMax);
    entries.emplace_back().body = SawBody{
        {news.begin() + static_cast<std::ptrdiff_t>(from), news.begin() + static_cast<std::ptrdiff_t>(to)}};
  }
  entries.insert(entries.end(), entries_.begin(), entries_.end());
  return entries;
}

}  // namespace motcua
