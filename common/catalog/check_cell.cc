// What may be recorded: cells and values against the catalog, each refusal one sentence for the person
// typing.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/catalog/catalog.h"
#include "common/ledger/canonical.h"

namespace motcua {
namespace {

absl::Status Unknown(absl::string_view what_vi, absl::string_view what_en, const std::string& code) {
  return absl::NotFoundError(
      Say(absl::StrCat("Danh mục không có ", what_vi, " \"", code, "\"; hãy xem lại mã."),
          absl::StrCat("The catalog has no ", what_en, " \"", code, "\"; check the code.")));
}

// "từ 15/12/2019 đến 31/08/2020", with either side left out when it is open.
std::string Span(std::optional<Day> from, std::optional<Day> to) {
  std::vector<std::string> parts;
  if (from && *from != kDayMin) parts.push_back(Say("từ ", "from ") + FormatDayForPeople(*from));
  if (to) parts.push_back(Say("đến hết ", "to ") + FormatDayForPeople(*to));
  return absl::StrJoin(parts, " ");
}

absl::Status CheckUnit(const Catalog& catalog, const Cell& cell, const Measure* measure) {
  const Unit* newest = catalog.FindUnit(cell.unit);
  if (newest == nullptr) return Unknown("đơn vị", "unit", cell.unit);
  const Unit* unit = catalog.FindUnit(cell.unit, cell.day);
  const std::string day = FormatDayForPeople(cell.day);
  if (unit == nullptr) {
    const std::string span = Span(newest->valid_from, newest->valid_to);
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Ngày ", day, " nằm ngoài thời gian hoạt động của đơn vị ", cell.unit, " (", span,
                         "); hãy xem lại ngày phát sinh."),
            absl::StrCat("The day ", day, " lies outside the validity of unit ", cell.unit, " (", span,
                         "); check the business day.")));
  }
  const UnitKind& kind = *catalog.KindOf(*unit);
  if (kind.records) return absl::OkStatus();
  if (kind.consolidates && (measure == nullptr || measure->once)) return absl::OkStatus();
  if (kind.consolidates) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Đơn vị ", cell.unit, " (", unit->name, ") chỉ ghi những gì đếm một lần cho cả địa bàn, ",
                         cell.measure, " không phải; hãy ghi ở đơn vị trực thuộc."),
            absl::StrCat("Unit ", cell.unit, " (", unit->name, ") records only what is counted once for its area, ",
                         cell.measure, " is not; record at one of its units.")));
  }
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Đơn vị ", cell.unit, " (", unit->name,
                       ") chỉ tổng hợp, không ghi số liệu; hãy ghi ở đơn vị trực thuộc."),
          absl::StrCat("Unit ", cell.unit, " (", unit->name,
                       ") only consolidates and records nothing; record at one of its units.")));
}

absl::Status CheckProcedure(const Catalog& catalog, const Cell& cell) {
  const Procedure* procedure = catalog.FindProcedure(cell.procedure);
  if (procedure == nullptr) return Unknown("thủ tục", "procedure", cell.procedure);
  if ((procedure->valid_from && cell.day < *procedure->valid_from) ||
      (procedure->valid_to && *procedure->valid_to < cell.day)) {
    const std::string day = FormatDayForPeople(cell.day);
    const std::string span = Span(procedure->valid_from, procedure->valid_to);
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Thủ tục ", cell.procedure, " không có hiệu lực vào ngày ", day, " (", span,
                         "); hãy chọn thủ tục khác hoặc xem lại ngày."),
            absl::StrCat("Procedure ", cell.procedure, " is not valid on ", day, " (", span,
                         "); choose another procedure or check the day.")));
  }
  const UnitKind& kind = *catalog.KindOf(*catalog.FindUnit(cell.unit, cell.day));
  const std::vector<std::string>& levels = procedure->levels;
  if (levels.empty() || std::find(levels.begin(), levels.end(), kind.level) != levels.end())
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Thủ tục ", cell.procedure, " không thuộc thẩm quyền của đơn vị ", cell.unit,
                       "; hãy chọn thủ tục của cấp mình."),
          absl::StrCat("Procedure ", cell.procedure, " is not in the remit of unit ", cell.unit,
                       "; choose one of its own level.")));
}

absl::Status CheckDeskWide(const Cell& cell) {
  if (cell.procedure.empty() && cell.channel.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Chỉ tiêu ", cell.measure,
                       " tính cho cả bộ phận; hãy bỏ trống thủ tục và hình thức tiếp nhận."),
          absl::StrCat("Measure ", cell.measure, " is desk-wide; leave procedure and channel empty.")));
}

absl::Status CheckPerProcedure(const Catalog& catalog, const Cell& cell) {
  if (cell.procedure.empty() || cell.channel.empty()) {
    return absl::InvalidArgumentError(Say(
        absl::StrCat("Chỉ tiêu ", cell.measure, " cần cả thủ tục và hình thức tiếp nhận; hãy nêu cả hai."),
        absl::StrCat("Measure ", cell.measure, " needs both a procedure and a channel; name both.")));
  }
  if (catalog.FindChannel(cell.channel) == nullptr)
    return Unknown("hình thức tiếp nhận", "channel", cell.channel);
  return CheckProcedure(catalog, cell);
}

absl::Status CheckText(const Measure& measure, const std::string& text) {
  if (measure.kind == MeasureKind::kChoice) {
    const std::vector<std::string>& choices = measure.choices;
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return absl::OkStatus();
    const std::string list = absl::StrJoin(choices, ", ");
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Chỉ tiêu ", measure.code, " chỉ nhận một trong: ", list, "."),
            absl::StrCat("Measure ", measure.code, " takes one of: ", list, ".")));
  }
  if (text.size() <= kTextValueBytesMax && IsValidUtf8(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Nội dung của ", measure.code, " phải là UTF-8, dài không quá ", kTextValueBytesMax,
                       " byte."),
          absl::StrCat("The text of ", measure.code, " must be UTF-8 of at most ", kTextValueBytesMax,
                       " bytes.")));
}

}  // namespace

absl::Status Catalog::CheckCell(const Cell& cell) const {
  const Measure* measure = FindMeasure(cell.measure);
  MOTCUA_RETURN_IF_ERROR(CheckUnit(*this, cell, measure));
  if (measure == nullptr && IsDerivedMeasure(cell.measure)) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Chỉ tiêu ", cell.measure,
                         " được tính tự động, không nhập; hãy nhập các chỉ tiêu thành phần."),
            absl::StrCat("Measure ", cell.measure,
                         " is computed and cannot be typed; record what it is made of.")));
  }
  if (measure == nullptr) return Unknown("chỉ tiêu", "measure", cell.measure);
  return measure->desk_wide ? CheckDeskWide(cell) : CheckPerProcedure(*this, cell);
}

absl::Status Catalog::CheckValue(const Measure& measure, const Value& value) const {
  const bool worded = measure.kind == MeasureKind::kChoice || measure.kind == MeasureKind::kText;
  if (std::holds_alternative<std::monostate>(value)) {
    if (measure.nature() == MeasureNature::kRegister) return absl::OkStatus();
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Chỉ tiêu ", measure.code, " cần một số; không có thì ghi 0."),
            absl::StrCat("Measure ", measure.code, " needs a number; write 0 for none.")));
  }
  if (const std::string* text = std::get_if<std::string>(&value); text != nullptr && worded) {
    return CheckText(measure, *text);
  }
  if (const int64_t* number = std::get_if<int64_t>(&value); number != nullptr && !worded && *number >= 0) {
    return absl::OkStatus();
  }
  if (worded) {
    return absl::InvalidArgumentError(
        Say(absl::StrCat("Chỉ tiêu ", measure.code, " nhận chữ; hãy dùng --set-text."),
            absl::StrCat("Measure ", measure.code, " takes text; use --set-text.")));
  }
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Chỉ tiêu ", measure.code, " nhận số nguyên không âm; hãy xem lại."),
          absl::StrCat("Measure ", measure.code, " takes a whole number that is not negative; check it.")));
}

absl::StatusOr<Value> ReadValueOf(const Measure& measure, const std::string& text) {
  if (text.empty()) return Value{};
  if (measure.kind == MeasureKind::kChoice || measure.kind == MeasureKind::kText) return Value{text};
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return Value{number};
  return absl::InvalidArgumentError(
      Say(absl::StrCat(Quoted(text), " không phải là số nguyên; hãy viết chỉ bằng chữ số, ví dụ 1234."),
          absl::StrCat(Quoted(text), " is not a whole number; write it in digits alone, like 1234.")));
}

}  // namespace motcua
