#include "common/report/period_words.h"

#include "absl/strings/str_cat.h"
#include "common/base/day.h"
#include "common/base/language.h"

namespace motcua {

const char* UnitStateName(UnitState state) {
  switch (state) {
    case UnitState::kNone:
      return "";
    case UnitState::kNotStarted:
      return "not_started";
    case UnitState::kWaiting:
      return "waiting";
    case UnitState::kOpen:
      return "open";
    case UnitState::kSubmitted:
      return "submitted";
    case UnitState::kSubmittedZero:
      return "submitted_zero";
    case UnitState::kChanged:
      return "changed";
    case UnitState::kExempt:
      return "exempt";
  }
  return "";
}

std::string UnitStateForPeople(UnitState state) {
  switch (state) {
    case UnitState::kNone:
      return "";
    case UnitState::kNotStarted:
      return Say("chưa bắt đầu", "not started");
    case UnitState::kWaiting:
      return Say("đã ghi, chưa gửi đến", "recorded, not arrived");
    case UnitState::kOpen:
      return Say("có số liệu, chưa nộp", "figures, not submitted");
    case UnitState::kSubmitted:
      return Say("đã nộp", "submitted");
    case UnitState::kSubmittedZero:
      return Say("đã nộp: không phát sinh", "submitted: nothing to report");
    case UnitState::kChanged:
      return Say("có ghi thêm sau khi nộp", "changed after submission");
    case UnitState::kExempt:
      return Say("được miễn", "exempt");
  }
  return "";
}

const char* PeriodActName(PeriodAct act) {
  switch (act) {
    case PeriodAct::kLock:
      return "lock";
    case PeriodAct::kAccept:
      return "accept_amendments";
    case PeriodAct::kUnlock:
      return "unlock";
    case PeriodAct::kRelock:
      return "relock";
    case PeriodAct::kExempt:
      return "exempt";
    case PeriodAct::kOblige:
      return "oblige";
    case PeriodAct::kOnTime:
      return "on_time";
    case PeriodAct::kLate:
      return "late";
  }
  return "";
}

std::string PeriodActForPeople(const PeriodBody& body) {
  const std::string vi = absl::StrCat("kỳ ", body.period, " của ", body.area);
  const std::string en = absl::StrCat("period ", body.period, " of ", body.area);
  const auto revision = [&](absl::string_view in_vi, absl::string_view in_en) {
    return Say(absl::StrCat(in_vi, " ", vi, ", bản ", body.revision),
               absl::StrCat(in_en, " ", en, ", revision ", body.revision));
  };
  switch (body.act) {
    case PeriodAct::kLock:
      return revision("chốt", "locked");
    case PeriodAct::kAccept:
      return revision("nhận các điều chỉnh vào", "accepted amendments into");
    case PeriodAct::kUnlock:
      return absl::StrCat(revision("mở lại", "unlocked"),
                          Say(", đến ", ", until "), FormatTimeInVietnam(body.until_s));
    case PeriodAct::kRelock:
      return revision("khóa lại", "locked again");
    case PeriodAct::kExempt:
      return Say(absl::StrCat("miễn ", vi), absl::StrCat("exempted from ", en));
    case PeriodAct::kOblige:
      return Say(absl::StrCat("thôi miễn ", vi), absl::StrCat("no longer exempt from ", en));
    case PeriodAct::kOnTime:
      return Say(absl::StrCat("công nhận nộp đúng hạn ", vi), absl::StrCat("counted as on time: ", en));
    case PeriodAct::kLate:
      return Say(absl::StrCat("xác định nộp muộn ", vi), absl::StrCat("counted as late: ", en));
  }
  return "";
}

bool IsSubmitted(UnitState state) {
  return state == UnitState::kSubmitted || state == UnitState::kSubmittedZero || state == UnitState::kChanged;
}

bool IsMissing(UnitState state) {
  return state == UnitState::kNotStarted || state == UnitState::kWaiting || state == UnitState::kOpen;
}

}  // namespace motcua
