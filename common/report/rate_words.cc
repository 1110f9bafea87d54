#include "common/report/rate_words.h"

#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/measures.h"
#include "common/report/note_book.h"

namespace motcua {
namespace {

// The names of the things listed, "Trực tiếp, Bưu chính công ích"; a code without one stands for itself.
template <typename T>
std::string Names(const std::vector<std::string>& codes, const std::vector<T>& known, const std::string T::*code) {
  return absl::StrJoin(codes, ", ", [&](std::string* out, const std::string& wanted) {
    const T* found = nullptr;
    for (const T& one : known) found = one.*code == wanted ? &one : found;
    absl::StrAppend(out, found == nullptr ? wanted : found->name.Text());
  });
}

std::string Weekdays(const std::vector<int>& weekdays) {
  static constexpr std::array<absl::string_view, 7> kVi = {"thứ Hai", "thứ Ba",  "thứ Tư",  "thứ Năm",
                                                           "thứ Sáu", "thứ Bảy", "Chủ nhật"};
  static constexpr std::array<absl::string_view, 7> kEn = {"Mondays", "Tuesdays",  "Wednesdays", "Thursdays",
                                                           "Fridays", "Saturdays", "Sundays"};
  return absl::StrJoin(weekdays, ", ", [](std::string* out, int day) {
    const std::size_t at = static_cast<std::size_t>(day - 1) % kVi.size();
    absl::StrAppend(out, Say(std::string(kVi[at]), std::string(kEn[at])));
  });
}

// " [Trực tuyến một phần; thủ tục online_3]": what a term is narrowed to, or nothing.
std::string Narrowing(const Catalog& catalog, const Filter& filter) {
  const CatalogData& data = catalog.data();
  std::vector<std::string> parts;
  const auto add = [&](const std::vector<std::string>& list, const std::string& before, std::string words) {
    if (!list.empty()) parts.push_back(before + std::move(words));
  };
  add(filter.levels, Say("cấp ", "level "), absl::StrJoin(filter.levels, ", "));
  add(filter.unit_kinds, "", Names(filter.unit_kinds, data.unit_kinds, &UnitKind::id));
  add(filter.channels, "", Names(filter.channels, data.channels, &Channel::code));
  add(filter.fields, Say("lĩnh vực ", "field "), Names(filter.fields, data.fields, &Field::id));
  add(filter.procedures, Say("thủ tục ", "procedure "), Names(filter.procedures, data.procedures, &Procedure::code));
  add(filter.procedure_properties, Say("thủ tục ", "procedures "), absl::StrJoin(filter.procedure_properties, ", "));
  add(filter.field_properties, Say("lĩnh vực ", "fields "), absl::StrJoin(filter.field_properties, ", "));
  add(filter.fields_offering, Say("lĩnh vực có thủ tục ", "fields with procedures "),
      absl::StrJoin(filter.fields_offering, ", "));
  add(filter.with_dossiers_by, Say("thủ tục có hồ sơ qua ", "procedures with dossiers by "),
      Names(filter.with_dossiers_by, data.channels, &Channel::code));
  if (!filter.weekdays.empty()) parts.push_back(Weekdays(filter.weekdays));
  return parts.empty() ? "" : absl::StrCat(" [", absl::StrJoin(parts, "; "), "]");
}

std::string WhatCounts(const Catalog& catalog, const Term& term) {
  if (term.count == Count::kUnits && term.measure.empty()) return Say("số đơn vị", "units");
  const std::string name = MeasureName(catalog, term.measure);
  if (term.count == Count::kProcedures) return Say(absl::StrCat("số thủ tục có ", name), absl::StrCat("procedures with ", name));
  if (term.count == Count::kUnits && !term.answer.empty()) {
    const std::string answer = WordsOf(*catalog.FindMeasure(term.measure), term.answer);
    return Say(absl::StrCat("số đơn vị ", name, ": ", answer), absl::StrCat("units with ", name, ": ", answer));
  }
  if (term.count == Count::kUnits) return Say(absl::StrCat("số đơn vị có ", name), absl::StrCat("units with ", name));
  return name;
}

// "(Trả trước hạn + Trả đúng hạn)": the quantity with the measures' names.
std::string InWords(const Catalog& catalog, const Quantity& quantity) {
  std::string words;
  for (const Term& term : quantity.terms) {
    const bool first = words.empty();
    absl::StrAppend(&words, first ? (term.coefficient < 0 ? "−" : "") : (term.coefficient < 0 ? " − " : " + "));
    if (std::abs(term.coefficient) != 1) absl::StrAppend(&words, std::abs(term.coefficient), " × ");
    absl::StrAppend(&words, WhatCounts(catalog, term), Narrowing(catalog, term.filter));
  }
  return quantity.terms.size() > 1 ? absl::StrCat("(", words, ")") : words;
}

}  // namespace

std::string RateInWords(const Catalog& catalog, const Rate& rate) {
  return absl::StrCat(rate.name.Text(), " (", rate.id, " v", rate.version, ") = ", InWords(catalog, rate.numerator),
                      " / ", InWords(catalog, rate.denominator));
}

}  // namespace motcua
