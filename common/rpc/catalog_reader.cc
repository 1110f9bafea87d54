#include "common/rpc/catalog_reader.h"

#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/sync/limits.h"

namespace motcua {

std::string FaultAt(const Source& source, const std::string& vi, const std::string& en) {
  const std::string place = source.file.empty() ? "" : absl::StrCat(source.file, ":", source.line, ": ");
  return place + Say(vi, en);
}

absl::Status CatalogTooLarge() {
  const std::size_t mebibytes = kCatalogBytesMax / (1024 * 1024);
  return absl::ResourceExhaustedError(
      Say(absl::StrCat("Danh mục lớn hơn ", mebibytes, " MiB; hãy bỏ bớt phần không dùng."),
          absl::StrCat("The catalog is larger than ", mebibytes, " MiB; leave out what is not used.")));
}

CatalogReader CatalogReader::Nested(int field_number, int index) const {
  CatalogReader nested = *this;
  const google::protobuf::FieldDescriptor* field = type_->FindFieldByNumber(field_number);
  nested.type_ = field->message_type();  // null for a scalar, which has nothing nested
  if (tree_ == nullptr) return nested;
  const int line = tree_->GetLocation(field, index).line;  // counted from 0; -1: not written
  if (line >= 0) nested.source_.line = line + 1;
  nested.tree_ = nested.type_ == nullptr ? nullptr : tree_->GetTreeForNested(field, index);
  return nested;
}

std::optional<Day> CatalogReader::ReadDay(const std::string& text, int field_number) const {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Day> day = ParseDay(text);
  if (day.ok()) return *day;
  Nested(field_number)
      .Add(absl::StrCat("\"", text, "\" không phải là ngày; hãy viết NĂM-THÁNG-NGÀY, ví dụ 2020-08-31."),
           absl::StrCat("\"", text, "\" is not a day; write YYYY-MM-DD, for example 2020-08-31."));
  return std::nullopt;
}

std::optional<Day> CatalogReader::NeedDay(const std::string& text, int field_number) const {
  if (!text.empty()) return ReadDay(text, field_number);
  AddUnreadable(type_->FindFieldByNumber(field_number)->name().c_str());
  return std::nullopt;
}

void CatalogReader::Add(const std::string& vi, const std::string& en) const {
  faults_->push_back(FaultAt(source_, vi, en));
}

void CatalogReader::AddUnreadable(const char* field) const {
  Add(absl::StrCat("Thiếu trường \"", field, "\" hoặc giá trị của nó không dùng được; hãy ghi lại."),
      absl::StrCat("The field \"", field, "\" is missing or has a value that cannot be used; write it."));
}

Label ReadLabel(const v1::Catalog::Label& message) { return {message.vi(), message.en()}; }

std::vector<std::string> ReadTexts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

Filter ReadFilter(const v1::Catalog::Filter& message) {
  Filter filter;
  filter.levels = ReadTexts(message.levels());
  filter.fields = ReadTexts(message.fields());
  filter.procedures = ReadTexts(message.procedures());
  filter.channels = ReadTexts(message.channels());
  filter.unit_kinds = ReadTexts(message.unit_kinds());
  filter.procedure_properties = ReadTexts(message.procedure_properties());
  filter.field_properties = ReadTexts(message.field_properties());
  filter.fields_offering = ReadTexts(message.fields_offering());
  filter.with_dossiers_by = ReadTexts(message.with_dossiers_by());
  filter.weekdays = {message.weekdays().begin(), message.weekdays().end()};
  return filter;
}

}  // namespace motcua
