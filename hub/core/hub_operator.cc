// The hub's own entries on an operator's word, and ledgers read whole.
#include <algorithm>

#include "common/base/language.h"
#include "hub/core/fact_key.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status NotHeld(const EntryName& name, const std::string& unit) {
  return absl::NotFoundError(Say(absl::StrCat("Đơn vị ", unit, " không có lượt ghi ", FormatEntryName(name),
                                              "; xem tên bằng ledger show."),
                                 absl::StrCat("Unit ", unit, " has no entry ", FormatEntryName(name),
                                              "; see ledger show for its name.")));
}

absl::Status NothingExcluded() {
  return absl::FailedPreconditionError(
      Say("Các lượt ghi này đang được tính, không có gì để đưa vào lại; xem ledger show.",
          "These entries count already, there is nothing to take back in; see ledger show."));
}

// A foreign cell never becomes this unit's; there is nothing to take back in.
absl::Status CheckLifting(UnitLog& log, const std::string& unit, Position from, Position to) {
  MOTCUA_ASSIGN_OR_RETURN(const Causality causality, log.LoadCausality());
  bool excluded = false;
  for (Seq seq = from.seq; seq <= to.seq; ++seq) {
    excluded = excluded || causality.ExcludedBy(log.tree().Normalize(to.line, seq)).has_value();
  }
  if (!excluded) return NothingExcluded();
  bool foreign = false;
  MOTCUA_RETURN_IF_ERROR(log.ReadPath(from, to, [&](const Entry& entry, const Hash&) {
    foreign = foreign || (entry.cell() != nullptr && entry.cell()->unit != unit);
    return absl::OkStatus();
  }));
  if (!foreign) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say("Trong các lượt ghi này có ô số liệu của đơn vị khác nên không thể đưa vào lại; hãy ghi ở đơn vị đó.",
          "Among these entries are cells of another unit, which cannot be taken in; record them there."));
}

// An exclusion stands until it is lifted, and a decision about a period until another one: excluding it would say that it
// was done and do nothing.
absl::Status CheckTakingOut(UnitLog& log, Position from, Position to) {
  bool other = false;
  bool about_period = false;
  MOTCUA_RETURN_IF_ERROR(log.ReadPath(from, to, [&](const Entry& entry, const Hash&) {
    other = other || entry.kind() != EntryKind::kExclude;
    about_period = about_period || entry.kind() == EntryKind::kPeriod;
    return absl::OkStatus();
  }));
  if (about_period) {
    return absl::FailedPreconditionError(
        Say("Trong các lượt này có quyết định về kỳ báo cáo, không thể loại; hãy dùng các lệnh period (unlock, "
            "accept-amendments, exempt --lift, decide).",
            "Among these is a decision about a period, which cannot be excluded; use the period commands (unlock, "
            "accept-amendments, exempt --lift, decide)."));
  }
  if (other) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Say("Một lượt loại không thể bị loại; hãy dùng include với các lượt ghi mà nó đã loại.",
          "An exclusion cannot be excluded; use include with the entries that it took out."));
}

// What keeps all of these entries out, when something does: of the first one, as everywhere, the smallest name.
absl::StatusOr<std::optional<EntryName>> TakenOutBy(UnitLog& log, Position from, Position to) {
  MOTCUA_ASSIGN_OR_RETURN(const Causality causality, log.LoadCausality());
  for (Seq seq = from.seq; seq <= to.seq; ++seq) {
    if (!causality.ExcludedBy(log.tree().Normalize(to.line, seq))) return std::optional<EntryName>();
  }
  std::vector<EntryName> names;
  for (const Position& by : causality.ExcludersOf(from)) {
    MOTCUA_ASSIGN_OR_RETURN(const EntryName name, log.NameAt(by));
    names.push_back(name);
  }
  return std::optional<EntryName>(*std::min_element(names.begin(), names.end()));
}

}  // namespace

absl::StatusOr<Value> Hub::ValueOf(const Cell& cell) {
  const uint32_t unit = ids_.Find(CodeKind::kUnit, cell.unit);
  Work work(this);  // a code met for the first time gets its number here, and loses it again
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CodedCell> coded, coder_->Code(cell));
  if (!coded) return shelf_.current()->CheckCell(cell);
  if (unit == 0) return Value{};
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CellRow> row,
                          parts_.store->Cell(coded->table(), PackCell(unit, cell.day, *coded)));
  return row ? row->value : Value{};
}

absl::StatusOr<Value> Hub::CellValue(const Cell& cell) {
  MutexLock lock(&mutex_);
  MOTCUA_RETURN_IF_ERROR(shelf_.current()->CheckCell(cell));
  return ValueOf(cell);
}

absl::StatusOr<EntryName> Hub::Restate(const Cell& cell, const Value& value,
                                       const std::optional<Value>& expected, const std::string& note,
                                       const std::string& author) {
  MutexLock lock(&mutex_);
  MOTCUA_RETURN_IF_ERROR(shelf_.current()->CheckCell(cell));
  const Measure& measure = *shelf_.current()->FindMeasure(cell.measure);
  MOTCUA_RETURN_IF_ERROR(shelf_.current()->CheckValue(measure, value));
  MOTCUA_ASSIGN_OR_RETURN(const Value shown, ValueOf(cell));
  if (expected && *expected != shown) {
    return absl::AbortedError(
        Say(absl::StrCat("Ô số liệu bây giờ là ", FormatValue(shown), "; hãy xem lại rồi ghi lại."),
            absl::StrCat("The cell shows ", FormatValue(shown), " now; look again and repeat.")));
  }
  EntryName name;
  MOTCUA_RETURN_IF_ERROR(WithIngest(cell.unit, [&](Ingest& ingest, UnitLog&) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(name, ingest.Restate(cell, value, shown, note, author));
    return absl::OkStatus();
  }));
  return name;
}

absl::StatusOr<Hub::Exclusion> Hub::Exclude(const std::string& unit, const EntryName& first, const EntryName& last,
                                       bool lifts, const std::string& note, const std::string& author) {
  MutexLock lock(&mutex_);
  if (ids_.Find(CodeKind::kUnit, unit) == 0) return NotHeld(first, unit);
  Exclusion exclusion;
  MOTCUA_RETURN_IF_ERROR(WithIngest(unit, [&](Ingest& ingest, UnitLog& log) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> from, log.Find(first));
    MOTCUA_ASSIGN_OR_RETURN(const std::optional<Position> to, log.Find(last));
    if (!from || from->seq == 0) return NotHeld(first, unit);
    if (!to || to->seq == 0) return NotHeld(last, unit);
    if (!log.tree().IsAncestorOrSelf(*from, *to)) {
      return absl::InvalidArgumentError(
          Say("Lượt ghi cuối không đứng sau lượt ghi đầu trên cùng một nhánh; hãy xem lại hai tên.",
              "The last entry does not stand behind the first on one line; check both names."));
    }
    MOTCUA_RETURN_IF_ERROR(lifts ? CheckLifting(log, unit, *from, *to) : CheckTakingOut(log, *from, *to));
    if (!lifts) {
      MOTCUA_ASSIGN_OR_RETURN(const std::optional<EntryName> by, TakenOutBy(log, *from, *to));
      exclusion = {by.value_or(EntryName{}), by.has_value()};
      if (exclusion.already) return absl::OkStatus();
    }
    MOTCUA_ASSIGN_OR_RETURN(exclusion.entry, ingest.Exclude(first, last, lifts, note, author));
    return absl::OkStatus();
  }));
  return exclusion;
}

absl::StatusOr<UnitLedger> Hub::LedgerOf(uint32_t unit) {
  MOTCUA_ASSIGN_OR_RETURN(const absl::string_view code, ids_.Text(CodeKind::kUnit, unit));
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, unit));
  return ReadLedger(&log, std::string(code));
}

absl::StatusOr<UnitLedger> Hub::LoadLedger(const std::string& unit) {
  MutexLock lock(&mutex_);
  const uint32_t id = ids_.Find(CodeKind::kUnit, unit);
  if (id == 0) return UnitLedger(unit);
  return LedgerOf(id);
}

absl::StatusOr<std::vector<std::string>> Hub::UnitsWithLedger() {
  MutexLock lock(&mutex_);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitRow> rows, parts_.store->Units());
  std::vector<std::string> units;
  for (const UnitRow& row : rows) {
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view code, ids_.Text(CodeKind::kUnit, row.unit));
    units.emplace_back(code);
  }
  std::sort(units.begin(), units.end());
  return units;
}

}  // namespace motcua
