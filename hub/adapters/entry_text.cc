#include "hub/adapters/entry_text.h"

#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/report/period_words.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

Json ValueAsJson(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

std::string NamesText(const std::vector<EntryName>& names) {
  std::string text;
  for (const EntryName& name : names) absl::StrAppend(&text, text.empty() ? "" : " ", FormatEntryName(name));
  return text;
}

}  // namespace

const char* KindName(EntryKind kind) {
  switch (kind) {
    case EntryKind::kAdd:
      return "add";
    case EntryKind::kRestate:
      return "restate";
    case EntryKind::kSaw:
      return "saw";
    case EntryKind::kExclude:
      return "exclude";
    case EntryKind::kImport:
      return "import";
    case EntryKind::kSubmit:
      return "submit";
    case EntryKind::kReview:
      return "review";
    case EntryKind::kPeriod:
      return "period";
  }
  return "";
}

std::string KindForPeople(EntryKind kind) {
  switch (kind) {
    case EntryKind::kAdd:
      return Say("cộng", "add");
    case EntryKind::kRestate:
      return Say("ấn định", "restate");
    case EntryKind::kSaw:
      return Say("đã nhận", "saw");
    case EntryKind::kExclude:
      return Say("loại hoặc tính lại", "exclude or include");
    case EntryKind::kImport:
      return Say("nhập tệp", "import");
    case EntryKind::kSubmit:
      return Say("nộp", "submit");
    case EntryKind::kReview:
      return Say("đóng danh sách rẽ nhánh", "fork closed");
    case EntryKind::kPeriod:
      return Say("quyết định về kỳ", "period");
  }
  return "";
}

const char* FateName(UnitLedger::FateKind fate) {
  switch (fate) {
    case UnitLedger::FateKind::kCounted:
      return "counted";
    case UnitLedger::FateKind::kStanding:
      return "standing";
    case UnitLedger::FateKind::kSuperseded:
      return "superseded";
    case UnitLedger::FateKind::kExcluded:
      return "excluded";
  }
  return "";
}

std::string FateForPeople(UnitLedger::FateKind fate) {
  switch (fate) {
    case UnitLedger::FateKind::kCounted:
      return Say("được tính", "counted");
    case UnitLedger::FateKind::kStanding:
      return Say("còn hiệu lực, nhưng ô đang lấy số ấn định khác", "stands, but the cell shows another restatement");
    case UnitLedger::FateKind::kSuperseded:
      return Say("đã có số ấn định thay", "superseded");
    case UnitLedger::FateKind::kExcluded:
      return Say("không tính", "excluded");
  }
  return "";
}

void DescribeBody(const Entry& entry, Json& json) {
  json["cell"] = entry.cell() == nullptr ? "" : FormatCell(*entry.cell());
  json["delta"] = nullptr;
  json["value"] = nullptr;
  json["shown"] = nullptr;
  json["first"] = "";
  json["last"] = "";
  json["detail"] = "";
  if (const auto* add = std::get_if<AddBody>(&entry.body)) {
    json["delta"] = add->delta;
    if (add->typed) json["value"] = *add->typed;
    if (add->shown) json["shown"] = *add->shown;
  } else if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
    json["value"] = ValueAsJson(restate->value);
    json["shown"] = ValueAsJson(restate->shown);
  } else if (const auto* exclude = std::get_if<ExcludeBody>(&entry.body)) {
    json["first"] = FormatEntryName(exclude->first);
    json["last"] = FormatEntryName(exclude->last);
    json["detail"] = exclude->lifts ? "include" : "exclude";
  } else if (const auto* import = std::get_if<ImportBody>(&entry.body)) {
    json["detail"] = absl::StrCat(import->file_name, ", ", import->rows);
  } else if (const auto* submit = std::get_if<SubmitBody>(&entry.body)) {
    json["detail"] = absl::StrCat(submit->period, submit->nothing_to_report ? ", nothing to report" : "");
  } else if (const auto* saw = std::get_if<SawBody>(&entry.body)) {
    json["detail"] = NamesText(saw->ends);
  } else if (const auto* review = std::get_if<ReviewBody>(&entry.body)) {
    json["detail"] = absl::StrCat(FormatEntryName(review->fork), " ", NamesText(review->branches));
  } else if (const auto* period = std::get_if<PeriodBody>(&entry.body)) {
    json["detail"] = absl::StrCat(PeriodActName(period->act), " ", period->period, " ", period->area, " ", period->revision);
  }
}

std::string WhatItSays(const Entry& entry) {
  if (const auto* add = std::get_if<AddBody>(&entry.body))
    return absl::StrCat(add->delta >= 0 ? "+" : "", GroupedNumber(add->delta));
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
    if (const auto* number = std::get_if<int64_t>(&restate->value)) return absl::StrCat("= ", GroupedNumber(*number));
    const auto* text = std::get_if<std::string>(&restate->value);
    return absl::StrCat("= ", text == nullptr ? "–" : *text);
  }
  if (const auto* exclude = std::get_if<ExcludeBody>(&entry.body)) {
    return absl::StrCat(exclude->lifts ? Say("tính lại ", "include ") : Say("loại ", "exclude "),
                        FormatEntryName(exclude->first), " … ", FormatEntryName(exclude->last));
  }
  if (const auto* import = std::get_if<ImportBody>(&entry.body)) {
    const auto rows = static_cast<int64_t>(import->rows);
    return absl::StrCat(import->file_name, ", ", Say(GroupedNumber(rows) + " dòng", Counted(rows, "row", "rows")));
  }
  if (const auto* submit = std::get_if<SubmitBody>(&entry.body)) {
    return absl::StrCat(submit->period, submit->nothing_to_report ? Say(", không có số liệu", ", nothing to report") : "");
  }
  if (const auto* saw = std::get_if<SawBody>(&entry.body)) return NamesText(saw->ends);
  if (const auto* review = std::get_if<ReviewBody>(&entry.body))
    return absl::StrCat(FormatEntryName(review->fork), ": ", NamesText(review->branches));
  const auto* period = std::get_if<PeriodBody>(&entry.body);
  return period == nullptr ? std::string() : PeriodActForPeople(*period);
}

}  // namespace motcua
