// Units without an agent: the hub operator records what their paper says, in the hub's own log of the unit. The entry
// is the hub's, which is how everybody sees that the unit did not write it itself.
#include "common/base/language.h"
#include "hub/core/hub.h"
#include "hub/core/hub_facts.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

absl::Status HasDevice(const std::string& unit, Day day, const DeviceRow& device) {
  const std::string name = absl::StrCat(FormatDevice(device.device), device.name.empty() ? "" : " ", device.name);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Ngày ", FormatDayForPeople(day), " đơn vị ", unit, " đã có máy ", name,
                       " ghi số liệu nên không ghi thay từ giấy được; hãy ghi ở máy đó, hoặc ấn định bằng restate."),
          absl::StrCat("On ", FormatDay(day), " unit ", unit, " has a device of its own, ", name,
                       ", so nothing is recorded for it from paper; record it there, or use restate.")));
}

absl::Status WrongMeasure(const Measure& measure) {
  const bool counter = measure.nature() == MeasureNature::kCounter;
  return absl::InvalidArgumentError(
      counter ? Say(absl::StrCat("Chỉ tiêu ", measure.code, " được cộng dồn; hãy dùng --add, hoặc --set với --from."),
                    absl::StrCat("Measure ", measure.code, " is added up; use --add, or --set with --from."))
              : Say(absl::StrCat("Chỉ tiêu ", measure.code, " là số quan sát được; hãy dùng --set hoặc --set-text, không có --from."),
                    absl::StrCat("Measure ", measure.code, " is observed; use --set or --set-text, without --from.")));
}

absl::Status CheckShape(const PaperRecord& record, const Measure& measure) {
  const bool counter = measure.nature() == MeasureNature::kCounter;
  if (record.observed.has_value() == counter || (record.from && !record.cumulative)) return WrongMeasure(measure);
  if (record.cumulative.value_or(0) < 0) {
    return absl::InvalidArgumentError(
        Say("Số trên giấy không thể âm; hãy xem lại.", "A figure on paper is not below zero; check it."));
  }
  if (record.from && *record.from > record.cell.day) {
    return absl::InvalidArgumentError(Say("Ngày --from phải không sau ngày --day.", "--from must not be after --day."));
  }
  return absl::OkStatus();
}

absl::Status TooFew(const PaperRecord& record, int64_t known) {
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Giấy ghi ", GroupedNumber(*record.cumulative), " nhưng đã biết ", GroupedNumber(known),
                       ", và ô của ngày này sẽ thành số âm; hãy đối chiếu rồi sửa từng ngày bằng restate."),
          absl::StrCat("The paper says ", GroupedNumber(*record.cumulative), " and ", GroupedNumber(known),
                       " are known, so this day would fall below zero; compare them and restate the days.")));
}

}  // namespace

// Whoever holds a device writes the days from its enrolment on; a revoked one wrote until it was last seen.
absl::Status Hub::CheckNoDevice(const std::string& unit, Day day) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceRow> devices, parts_.store->Devices());
  for (const DeviceRow& device : devices) {
    if (device.unit != unit || day < DayInVietnam(device.enrolled_s)) continue;
    if (device.state == DeviceState::kActive) return HasDevice(unit, day, device);
    MOTCUA_ASSIGN_OR_RETURN(const HeartbeatRow heartbeat, parts_.store->Heartbeat(device.device));
    if (heartbeat.seen_ms != 0 && day <= DayInVietnam(heartbeat.seen_ms / 1000)) return HasDevice(unit, day, device);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Hub::KnownBetween(const Cell& cell, Day first, Day last) {
  int64_t known = 0;
  const HubFacts facts(parts_.store, &ids_, &shelf_);
  MOTCUA_RETURN_IF_ERROR(facts.ForEachFact(cell.unit, first, last, [&](const Fact& fact) {
    const bool same = fact.procedure == cell.procedure && fact.channel == cell.channel && fact.measure == cell.measure;
    const int64_t* number = same ? std::get_if<int64_t>(fact.value) : nullptr;
    if (number != nullptr) known = SaturatingAdd(known, *number);
  }));
  return known;
}

absl::StatusOr<PaperAnswer> Hub::RecordFromPaper(const PaperRecord& record) {
  MutexLock lock(&mutex_);
  const Catalog& catalog = *shelf_.current();
  MOTCUA_RETURN_IF_ERROR(catalog.CheckCell(record.cell));
  const Measure& measure = *catalog.FindMeasure(record.cell.measure);
  MOTCUA_RETURN_IF_ERROR(CheckShape(record, measure));
  MOTCUA_RETURN_IF_ERROR(CheckNoDevice(record.cell.unit, record.cell.day));
  MOTCUA_ASSIGN_OR_RETURN(const Value shown, ValueOf(record.cell));
  PaperAnswer answer;
  EntryBody body = RestateBody{record.cell, record.observed.value_or(Value{}), shown};
  if (record.observed) {
    MOTCUA_RETURN_IF_ERROR(catalog.CheckValue(measure, *record.observed));
  } else {
    const Day first = record.cumulative ? record.from.value_or(record.cell.day) : record.cell.day;
    MOTCUA_ASSIGN_OR_RETURN(answer.known_before, KnownBetween(record.cell, first, record.cell.day));
    answer.difference = record.cumulative ? *record.cumulative - answer.known_before : record.add.value_or(0);
    const int64_t* today = std::get_if<int64_t>(&shown);
    const int64_t becomes = SaturatingAdd(today == nullptr ? 0 : *today, answer.difference);
    if (becomes < 0 && record.cumulative) return TooFew(record, answer.known_before);
    MOTCUA_RETURN_IF_ERROR(catalog.CheckValue(measure, becomes));
    // Said again; only a first zero says something: that there were none.
    if (answer.difference == 0 && today != nullptr) return answer;
    body = AddBody{record.cell, answer.difference, record.cumulative, {}};
    if (record.cumulative) std::get<AddBody>(body).shown = answer.known_before;
  }
  MOTCUA_RETURN_IF_ERROR(WithIngest(record.cell.unit, [&](Ingest& ingest, UnitLog&) -> absl::Status {
    MOTCUA_ASSIGN_OR_RETURN(answer.entry, ingest.WriteCell(std::move(body), record.note, record.author));
    return absl::OkStatus();
  }));
  return answer;
}

}  // namespace motcua
