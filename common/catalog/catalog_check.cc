#include "common/catalog/catalog_check.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

// "hàng 12" of the other place, for sentences that name two.
std::string Place(const Source& source) {
  return source.file.empty() ? "?" : absl::StrCat(source.file, ":", source.line);
}

// Sentences are put together from names like "thủ tục"; đ is the one first letter of them beyond ASCII.
std::string Capitalised(std::string sentence) {
  if (sentence.starts_with("đ")) return "Đ" + sentence.substr(std::string("đ").size());
  if (!sentence.empty()) sentence[0] = absl::ascii_toupper(static_cast<unsigned char>(sentence[0]));
  return sentence;
}

}  // namespace

void FaultList::Add(const Source& source, const std::string& vi, const std::string& en) {
  faults_.push_back({source.file, source.line, Capitalised(Say(vi, en))});
}

std::vector<std::string> FaultList::Take() {
  std::stable_sort(faults_.begin(), faults_.end());
  faults_.erase(std::unique(faults_.begin(), faults_.end()), faults_.end());
  std::vector<std::string> sentences;
  for (const Fault& fault : faults_) {
    if (sentences.size() == kFaultsMax) {
      const std::size_t left = faults_.size() - kFaultsMax;
      sentences.push_back(Say(absl::StrCat("… và ", left, " lỗi nữa; hãy sửa các lỗi trên trước."),
                              absl::StrCat("… and ", left, " more; mend the ones above first.")));
      break;
    }
    // What came over the wire has no file; the sentence alone must do.
    const std::string place = fault.file.empty() ? "" : absl::StrCat(fault.file, ":", fault.line, ": ");
    sentences.push_back(place + fault.sentence);
  }
  faults_.clear();
  return sentences;
}

void CheckCode(const What& what, const std::string& code, const Source& source, FaultList* faults) {
  if (IsCode(code)) return;
  faults->Add(
      source,
      absl::StrCat("Mã ", what.vi, " \"", code,
                   "\" không hợp lệ: dùng 1 đến 64 ký tự ASCII, không có dấu cách, dấu phẩy, dấu chấm phẩy, "
                   "gạch chéo hay nháy."),
      absl::StrCat("The ", what.en, " code \"", code,
                   "\" is not usable: write 1 to 64 ASCII characters without space, comma, semicolon, slash "
                   "or quotes."));
}

void CheckLabel(const What& what, const std::string& id, const Label& name, const Source& source,
                FaultList* faults) {
  if (!absl::StripAsciiWhitespace(name.vi).empty()) return;
  faults->Add(source, absl::StrCat(what.vi, " \"", id, "\" chưa có tên tiếng Việt; hãy ghi tên."),
              absl::StrCat("The ", what.en, " \"", id, "\" has no Vietnamese name; give it one."));
}

void CheckSpan(const What& what, const std::string& id, std::optional<Day> from, std::optional<Day> to,
               const Source& source, FaultList* faults) {
  if (!from || !to || *from <= *to) return;
  faults->Add(source,
              absl::StrCat(what.vi, " \"", id, "\" hết hiệu lực ", FormatDay(*to), " trước khi bắt đầu ",
                           FormatDay(*from), "."),
              absl::StrCat("The ", what.en, " \"", id, "\" ends on ", FormatDay(*to), " before it begins on ",
                           FormatDay(*from), "."));
}

void AddUnknown(const What& from, const std::string& from_id, const What& to, const std::string& to_id,
                const Source& source, FaultList* faults) {
  faults->Add(
      source,
      absl::StrCat(from.vi, " \"", from_id, "\" nêu ", to.vi, " \"", to_id, "\" không có trong danh mục."),
      absl::StrCat("The ", from.en, " \"", from_id, "\" names an unknown ", to.en, " \"", to_id, "\"."));
}

void AddDuplicate(const What& what, const std::string& id, const Source& first, const Source& source,
                  FaultList* faults) {
  faults->Add(source, absl::StrCat("Trùng ", what.vi, " \"", id, "\": đã có ở ", Place(first), "."),
              absl::StrCat("Duplicate ", what.en, " \"", id, "\": it already stands at ", Place(first), "."));
}

KnownCodes::KnownCodes(const CatalogData& data) {
  for (const UnitKind& kind : data.unit_kinds) kinds.insert(kind.id), levels.insert(kind.level);
  for (const Field& field : data.fields) {
    fields.insert(field.id);
    field_properties.insert(field.properties.begin(), field.properties.end());
  }
  for (const Procedure& procedure : data.procedures) {
    procedures.insert(procedure.code);
    procedure_properties.insert(procedure.properties.begin(), procedure.properties.end());
  }
  for (const Channel& channel : data.channels) channels.insert(channel.code);
  for (const Calendar& calendar : data.calendars) calendars.insert(calendar.id);
  for (const Rate& rate : data.rates) rates.insert(rate.id);
  for (const Form& form : data.forms) forms.insert(form.id);
  for (const Measure& measure : data.measures) measures.emplace(measure.code, &measure);
}

const Measure* KnownCodes::MeasureOf(absl::string_view code) const {
  const auto found = measures.find(code);
  return found == measures.end() ? nullptr : found->second;
}

FigureNature KnownCodes::NatureAt(const FormRow& row, const FormColumn& column) const {
  const Quantity& quantity = QuantityAt(row, column);
  return NatureOf(row, column, quantity.empty() ? nullptr : MeasureOf(quantity.terms[0].measure));
}

std::vector<std::string> FaultsOf(const CatalogData& data) {
  FaultList faults;
  CheckCode({"danh mục", "catalog"}, data.id, data.id_source, &faults);
  const KnownCodes known(data);
  CheckUnits(data, known, &faults);
  CheckLists(data, known, &faults);
  CheckForms(data, known, &faults);
  CheckRules(data, known, &faults);
  return faults.Take();
}

}  // namespace motcua
