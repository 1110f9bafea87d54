// Fields, procedures, channels, measures and calendars.
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kField{"lĩnh vực", "field"};
constexpr What kProcedure{"thủ tục", "procedure"};
constexpr What kChannel{"hình thức tiếp nhận", "channel"};
constexpr What kMeasure{"chỉ tiêu", "measure"};
constexpr What kChoice{"lựa chọn", "choice"};
constexpr What kCalendar{"lịch báo cáo", "calendar"};
constexpr What kPeriod{"kỳ báo cáo", "period"};

// Codes that mean the same in every catalog, because derived figures are computed from them.
struct StandardMeasure {
  absl::string_view code;
  MeasureKind kind;
  bool desk_wide;
};
constexpr std::array<StandardMeasure, 31> kStandardMeasures = {{
    {"received", MeasureKind::kFlow, false},
    {"resolved_early", MeasureKind::kFlow, false},
    {"resolved_on_time", MeasureKind::kFlow, false},
    {"resolved_late", MeasureKind::kFlow, false},
    {"refused", MeasureKind::kFlow, false},
    {"refused_at_reception", MeasureKind::kFlow, false},
    {"withdrawn", MeasureKind::kFlow, false},
    {"stopped", MeasureKind::kFlow, false},
    {"supplement_repeat", MeasureKind::kFlow, false},
    {"result_by_post", MeasureKind::kFlow, false},
    {"paid_online", MeasureKind::kFlow, false},
    {"paid_online_amount", MeasureKind::kAmount, false},
    {"digitized", MeasureKind::kFlow, false},
    {"entered_in_system", MeasureKind::kFlow, false},
    {"late_cause_line", MeasureKind::kFlow, false},
    {"late_cause_not_closed", MeasureKind::kFlow, false},
    {"late_cause_operation", MeasureKind::kFlow, false},
    {"late_cause_software", MeasureKind::kFlow, false},
    {"late_cause_linked_agency", MeasureKind::kFlow, false},
    {"late_cause_other", MeasureKind::kFlow, false},
    {"opening", MeasureKind::kStock, false},
    {"pending_overdue", MeasureKind::kStock, false},
    {"suspended", MeasureKind::kStock, false},
    {"apology_letter", MeasureKind::kFlow, true},
    {"apology_message", MeasureKind::kFlow, true},
    {"feedback_received", MeasureKind::kFlow, true},
    {"feedback_resolved", MeasureKind::kFlow, true},
    {"survey_satisfied", MeasureKind::kFlow, true},
    {"survey_neutral", MeasureKind::kFlow, true},
    {"survey_unsatisfied", MeasureKind::kFlow, true},
    {"desk_staff", MeasureKind::kStock, true},
}};

void CheckProperties(const What& what, const std::string& id, const std::vector<std::string>& properties,
                     const Source& source, FaultList* faults) {
  constexpr What kProperty{"đặc điểm", "property"};
  std::set<absl::string_view> seen;
  for (const std::string& property : properties) {
    CheckCode(kProperty, property, source, faults);
    if (seen.insert(property).second) continue;
    faults->Add(source, absl::StrCat(what.vi, " \"", id, "\" nêu đặc điểm \"", property, "\" hai lần."),
                absl::StrCat("The ", what.en, " \"", id, "\" names the property \"", property, "\" twice."));
  }
}

void CheckProcedure(const KnownCodes& known, const Procedure& procedure, FaultList* faults) {
  CheckLabel(kProcedure, procedure.code, procedure.name, procedure.source, faults);
  CheckSpan(kProcedure, procedure.code, procedure.valid_from, procedure.valid_to, procedure.source, faults);
  if (!known.fields.contains(procedure.field)) {
    AddUnknown(kProcedure, procedure.code, kField, procedure.field, procedure.source, faults);
  }
  CheckProperties(kProcedure, procedure.code, procedure.properties, procedure.source, faults);
  for (const std::string& level : procedure.levels) {
    if (!known.levels.contains(level)) {
      AddUnknown(kProcedure, procedure.code, {"cấp", "level"}, level, procedure.source, faults);
    }
  }
}

void CheckChoices(const Measure& measure, FaultList* faults) {
  const bool choice = measure.kind == MeasureKind::kChoice;
  if (choice != measure.choices.empty()) {
    std::set<absl::string_view> seen;
    for (const std::string& code : measure.choices) {
      CheckCode(kChoice, code, measure.source, faults);
      if (!seen.insert(code).second) AddDuplicate(kChoice, code, measure.source, measure.source, faults);
    }
    return;
  }
  faults->Add(measure.source,
              choice ? absl::StrCat("Chỉ tiêu \"", measure.code,
                                    "\" là loại lựa chọn nhưng chưa liệt kê lựa chọn nào.")
                     : absl::StrCat("Chỉ tiêu \"", measure.code,
                                    "\" có danh sách lựa chọn nhưng không phải loại lựa chọn."),
              choice ? absl::StrCat("Measure \"", measure.code, "\" is a choice and lists no choices.")
                     : absl::StrCat("Measure \"", measure.code, "\" lists choices and is not a choice."));
}

// Names are what forms print and what people type back from paper, so no two are the same.
void CheckChoiceNames(const Measure& measure, FaultList* faults) {
  if (measure.choice_names.empty()) return;
  if (measure.choice_names.size() != measure.choices.size()) {
    faults->Add(measure.source,
                absl::StrCat("Chỉ tiêu \"", measure.code, "\" có ", measure.choices.size(), " lựa chọn nhưng ",
                             measure.choice_names.size(), " tên; mỗi lựa chọn cần một tên."),
                absl::StrCat("Measure \"", measure.code, "\" has ", measure.choices.size(), " choices and ",
                             measure.choice_names.size(), " names; each choice needs one."));
    return;
  }
  std::set<absl::string_view> seen;
  for (std::size_t i = 0; i < measure.choices.size(); ++i) {
    CheckLabel(kChoice, measure.choices[i], measure.choice_names[i], measure.source, faults);
    if (!seen.insert(measure.choice_names[i].vi).second) {
      AddDuplicate(kChoice, measure.choice_names[i].vi, measure.source, measure.source, faults);
    }
  }
}

// What is counted once for an area is an observation of who consolidates it.
void CheckOnce(const Measure& measure, FaultList* faults) {
  if (!measure.once || (measure.desk_wide && measure.nature() == MeasureNature::kRegister)) return;
  faults->Add(measure.source,
              absl::StrCat("Chỉ tiêu \"", measure.code,
                           "\": once chỉ dùng cho số hiện có, lựa chọn và chữ của cả bộ phận (desk_wide)."),
              absl::StrCat("Measure \"", measure.code, "\": once is for desk-wide stocks, choices and texts only."));
}

void CheckStandard(const Measure& measure, FaultList* faults) {
  if (IsDerivedMeasure(measure.code)) {
    faults->Add(measure.source,
                absl::StrCat("Chỉ tiêu \"", measure.code, "\" được tính tự động; hãy đặt mã khác."),
                absl::StrCat("Measure \"", measure.code, "\" is computed everywhere; choose another code."));
  }
  for (const StandardMeasure& standard : kStandardMeasures) {
    if (standard.code != measure.code) continue;
    if (standard.kind != measure.kind) {
      faults->Add(
          measure.source,
          absl::StrCat("Chỉ tiêu \"", measure.code,
                       "\" có nghĩa chung cho mọi danh mục; hãy giữ đúng loại của nó."),
          absl::StrCat("Measure \"", measure.code, "\" means the same in every catalog; keep its kind."));
    }
    if (standard.desk_wide != measure.desk_wide) {
      faults->Add(measure.source,
                  absl::StrCat("Chỉ tiêu \"", measure.code, "\" ", standard.desk_wide ? "phải" : "không được",
                               " ghi là tính cho cả bộ phận (desk_wide)."),
                  absl::StrCat("Measure \"", measure.code, "\" must ", standard.desk_wide ? "" : "not ",
                               "be desk_wide."));
    }
  }
}

void CheckMeasure(const Measure& measure, FaultList* faults) {
  CheckLabel(kMeasure, measure.code, measure.name, measure.source, faults);
  CheckChoices(measure, faults);
  CheckChoiceNames(measure, faults);
  CheckStandard(measure, faults);
  CheckOnce(measure, faults);
  const bool worded = measure.kind == MeasureKind::kChoice || measure.kind == MeasureKind::kText;
  const bool may_hold = worded || (measure.kind == MeasureKind::kStock && measure.once);
  if (measure.until_changed && !may_hold) {
    faults->Add(
        measure.source,
        absl::StrCat("Chỉ tiêu \"", measure.code,
                     "\": until_changed chỉ dùng cho loại lựa chọn, chữ và số hiện có đếm một lần (once)."),
        absl::StrCat("Measure \"", measure.code,
                     "\": until_changed is for choices, texts and stocks counted once only."));
  }
}

void CheckPeriod(const Calendar& calendar, const Period& period, FaultList* faults) {
  const std::string id = absl::StrCat(calendar.id, "/", period.id);
  CheckLabel(kPeriod, id, period.name, period.source, faults);
  CheckSpan(kPeriod, id, period.from, period.to, period.source, faults);
  if (!period.due || *period.due >= period.to) return;
  faults->Add(period.source,
              absl::StrCat("Kỳ báo cáo \"", id, "\" phải nộp ", FormatDay(*period.due),
                           " trước ngày cuối kỳ ", FormatDay(period.to), "."),
              absl::StrCat("Period \"", id, "\" is due on ", FormatDay(*period.due), ", before its last day ",
                           FormatDay(period.to), "."));
}

// Cumulative periods of one reporting year begin on one day (6 months inside 9 months). Stand-alone ones are added up
// by readers, so no day lies in two of them. Anything else is mostly a slip in a date.
void CheckOverlap(const Calendar& calendar, const Period& a, const Period& b, FaultList* faults) {
  if (a.stand_alone != b.stand_alone || a.to < a.from || b.to < b.from) return;
  if (a.to < b.from || b.to < a.from) return;
  if (a.stand_alone) {
    faults->Add(b.source,
                absl::StrCat("Hai kỳ riêng \"", calendar.id, "/", b.id, "\" và \"", a.id,
                             "\" chồng lên nhau; hãy xem lại ngày đầu và ngày cuối."),
                absl::StrCat("The stand-alone periods \"", calendar.id, "/", b.id, "\" and \"", a.id,
                             "\" overlap; check their first and last days."));
  } else if (a.from != b.from) {
    faults->Add(b.source,
                absl::StrCat("Kỳ báo cáo \"", calendar.id, "/", b.id, "\" và \"", a.id,
                             "\" cùng lũy kế mà bắt đầu khác ngày; hãy ghi cùng ngày đầu hoặc ghi stand_alone."),
                absl::StrCat("Periods \"", calendar.id, "/", b.id, "\" and \"", a.id,
                             "\" overlap and are cumulative but begin on different days; give them one first day or mark one stand_alone."));
  }
}

void CheckCalendar(const Calendar& calendar, FaultList* faults) {
  CheckLabel(kCalendar, calendar.id, calendar.name, calendar.source, faults);
  CheckIds(kPeriod, calendar.periods, &Period::id, faults);
  const std::vector<Period>& periods = calendar.periods;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    CheckPeriod(calendar, periods[i], faults);
    for (std::size_t j = 0; j < i; ++j) CheckOverlap(calendar, periods[j], periods[i], faults);
  }
}

}  // namespace

void CheckLists(const CatalogData& data, const KnownCodes& known, FaultList* faults) {
  CheckIds(kField, data.fields, &Field::id, faults);
  CheckIds(kProcedure, data.procedures, &Procedure::code, faults);
  CheckIds(kChannel, data.channels, &Channel::code, faults);
  CheckIds(kMeasure, data.measures, &Measure::code, faults);
  CheckIds(kCalendar, data.calendars, &Calendar::id, faults);
  for (const Field& field : data.fields) {
    CheckLabel(kField, field.id, field.name, field.source, faults);
    CheckProperties(kField, field.id, field.properties, field.source, faults);
  }
  for (const Procedure& procedure : data.procedures) CheckProcedure(known, procedure, faults);
  for (const Channel& channel : data.channels) {
    CheckLabel(kChannel, channel.code, channel.name, channel.source, faults);
  }
  for (const Measure& measure : data.measures) CheckMeasure(measure, faults);
  for (const Calendar& calendar : data.calendars) CheckCalendar(calendar, faults);
}

}  // namespace motcua
