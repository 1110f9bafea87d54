#include "common/report/figure_text.h"

#include "common/base/language.h"

namespace motcua {
namespace {

std::string NotApplicable(ZeroOverZero print) {
  switch (print) {
    case ZeroOverZero::kBlank: return "";
    case ZeroOverZero::kDash: return "–";
    case ZeroOverZero::kZero: return "0";
    case ZeroOverZero::kHundred: return "100";
  }
  return "";
}

}  // namespace

std::string PlainText(const Figure& figure) {
  switch (figure.kind) {
    case Figure::Kind::kNumber: return absl::StrCat(figure.number);
    case Figure::Kind::kRate: return figure.rate.denominator == 0 ? "n/a" : figure.text;
    case Figure::Kind::kText:
    case Figure::Kind::kDecimal: return figure.text;
    case Figure::Kind::kUnknown:
    case Figure::Kind::kNotInRemit: return "";
  }
  return "";
}

std::string PeopleText(const Figure& figure, ZeroOverZero zero_over_zero) {
  if (figure.kind == Figure::Kind::kNumber) return GroupedNumber(figure.number);
  if (figure.kind == Figure::Kind::kDecimal) return LocalizedDecimal(figure.text);
  if (figure.kind != Figure::Kind::kRate) return PlainText(figure);
  return figure.rate.denominator == 0 ? NotApplicable(zero_over_zero) : LocalizedDecimal(figure.text);
}

std::string NoteOf(const Figure& figure) {
  if (figure.kind != Figure::Kind::kRate) return figure.note;
  const RateFigure& rate = figure.rate;
  const std::string from = absl::StrCat(GroupedNumber(rate.numerator), " / ", GroupedNumber(rate.denominator), ", ",
                                        rate.definition, ", ", rate.units_with_data);
  const std::string words = Say(absl::StrCat(from, " trên ", rate.units_expected, " đơn vị"),
                                absl::StrCat(from, " of ", Counted(rate.units_expected, "unit", "units")));
  return figure.note.empty() ? words : absl::StrCat(words, ". ", figure.note);
}

std::string RemitNote() { return Say("Không thuộc thẩm quyền báo cáo", "Not in our remit"); }

std::string SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kReasonNeeded: return "reason_needed";
  }
  return "error";
}

}  // namespace motcua
