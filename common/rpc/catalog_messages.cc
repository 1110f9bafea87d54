#include "common/rpc/catalog_messages.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/rpc/catalog_reader.h"

namespace motcua {
namespace {

using Written = v1::Catalog;  // as opposed to motcua::Catalog, which is what is meant

constexpr int kRateDecimalsDefault = 2;

Count ReadCount(const CatalogReader& at, Written::Term::Count value) {
  if (Written::Term::Count_IsValid(value)) return static_cast<Count>(value);
  at.AddUnreadable("count");
  return Count::kSum;
}

Quantity ReadQuantity(const CatalogReader& at, const Written::Quantity& message) {
  Quantity quantity;
  quantity.source = at.source();
  for (const Written::Term& term : message.term()) {
    quantity.terms.push_back({term.has_coefficient() ? term.coefficient() : 1, term.measure(),
                              ReadFilter(term.filter()), ReadCount(at, term.count()), term.answer(), term.row()});
  }
  return quantity;
}

UnitKind ReadUnitKind(const CatalogReader& at, const Written::UnitKind& message) {
  return {message.id(),      message.level(), ReadLabel(message.name()),
          message.records(), at.source(),     message.consolidates()};
}

Unit ReadUnit(const CatalogReader& at, const Written::Unit& message) {
  Unit unit;
  unit.code = message.code();
  unit.name = message.name();
  unit.kind = message.kind();
  unit.parent = message.parent();
  unit.valid_from = at.ReadDay(message.valid_from(), Written::Unit::kValidFromFieldNumber).value_or(kDayMin);
  unit.valid_to = at.ReadDay(message.valid_to(), Written::Unit::kValidToFieldNumber);
  unit.contact = message.contact();
  unit.source = at.source();
  return unit;
}

Field ReadField(const CatalogReader& at, const Written::Field& message) {
  return {message.id(), ReadLabel(message.name()), at.source(), ReadTexts(message.properties())};
}

Procedure ReadProcedure(const CatalogReader& at, const Written::Procedure& message) {
  Procedure procedure;
  procedure.code = message.code();
  procedure.name = ReadLabel(message.name());
  procedure.field = message.field();
  procedure.levels = ReadTexts(message.levels());
  procedure.valid_from = at.ReadDay(message.valid_from(), Written::Procedure::kValidFromFieldNumber);
  procedure.valid_to = at.ReadDay(message.valid_to(), Written::Procedure::kValidToFieldNumber);
  procedure.properties = ReadTexts(message.properties());
  procedure.source = at.source();
  return procedure;
}

Channel ReadChannel(const CatalogReader& at, const Written::Channel& message) {
  return {message.code(), ReadLabel(message.name()), at.source()};
}

Measure ReadMeasure(const CatalogReader& at, const Written::Measure& message) {
  Measure measure;
  measure.code = message.code();
  measure.name = ReadLabel(message.name());
  measure.unit = ReadLabel(message.unit());
  measure.kind = at.ReadEnum(message.kind(), Written::Measure::KIND_UNSPECIFIED, MeasureKind::kText, "kind");
  measure.desk_wide = message.desk_wide();
  measure.choices = ReadTexts(message.choices());
  measure.until_changed = message.until_changed();
  measure.once = message.once();
  for (const Written::Label& name : message.choice_names()) measure.choice_names.push_back(ReadLabel(name));
  measure.source = at.source();
  return measure;
}

Period ReadPeriod(const CatalogReader& at, const Written::Period& message) {
  Period period;
  period.id = message.id();
  period.name = ReadLabel(message.name());
  const std::optional<Day> from = at.NeedDay(message.from(), Written::Period::kFromFieldNumber);
  const std::optional<Day> to = at.NeedDay(message.to(), Written::Period::kToFieldNumber);
  // A missing day was told; the period then has the other one, so that no second fault follows from it.
  period.from = from.value_or(to.value_or(kDayMin));
  period.to = to.value_or(period.from);
  period.due = at.ReadDay(message.due(), Written::Period::kDueFieldNumber);
  period.stand_alone = message.stand_alone();
  period.source = at.source();
  return period;
}

Calendar ReadCalendar(const CatalogReader& at, const Written::Calendar& message) {
  Calendar calendar;
  calendar.id = message.id();
  calendar.name = ReadLabel(message.name());
  calendar.periods = at.ReadEach(message.period(), Written::Calendar::kPeriodFieldNumber, ReadPeriod);
  calendar.source = at.source();
  return calendar;
}

Rate ReadRate(const CatalogReader& at, const Written::Rate& message) {
  Rate rate;
  rate.id = message.id();
  rate.version = message.version();
  rate.name = ReadLabel(message.name());
  rate.numerator = ReadQuantity(at.Nested(Written::Rate::kNumeratorFieldNumber), message.numerator());
  rate.denominator = ReadQuantity(at.Nested(Written::Rate::kDenominatorFieldNumber), message.denominator());
  rate.family = message.family();
  rate.source = at.source();
  return rate;
}

FormColumn ReadColumn(const CatalogReader& at, const Written::FormColumn& message) {
  using M = Written::FormColumn;
  FormColumn column;
  column.id = message.id();
  column.label = ReadLabel(message.label());
  column.quantity = ReadQuantity(at.Nested(M::kQuantityFieldNumber), message.quantity());
  column.rate = message.rate();
  column.filter = ReadFilter(message.filter());
  column.group = ReadLabel(message.group());
  column.note_quantity = ReadQuantity(at.Nested(M::kNoteQuantityFieldNumber), message.note_quantity());
  column.note_label = ReadLabel(message.note_label());
  column.period = message.period();
  column.target = message.target();
  column.source = at.source();
  return column;
}

FormRow ReadRow(const CatalogReader& at, const Written::FormRow& message) {
  using M = Written::FormRow;
  FormRow row;
  row.id = message.id();
  row.label = ReadLabel(message.label());
  row.indent = message.indent();
  row.quantity = ReadQuantity(at.Nested(M::kQuantityFieldNumber), message.quantity());
  row.rate = message.rate();
  row.filter = ReadFilter(message.filter());
  row.per_field = message.per_field();
  if (message.has_rate_decimals()) row.rate_decimals = message.rate_decimals();
  row.unit = ReadLabel(message.unit());
  row.note = ReadLabel(message.note());
  row.note_measures = ReadTexts(message.note_measures());
  row.note_quantity = ReadQuantity(at.Nested(M::kNoteQuantityFieldNumber), message.note_quantity());
  row.note_label = ReadLabel(message.note_label());
  row.heading = message.heading();
  row.remit_kinds = ReadTexts(message.remit_kinds());
  row.target = message.target();
  row.note_text = message.note_text();
  row.source = at.source();
  return row;
}

ZeroOverZero ReadZeroOverZero(const CatalogReader& at, Written::Form::ZeroOverZero value) {
  if (Written::Form::ZeroOverZero_IsValid(value)) return static_cast<ZeroOverZero>(value);
  at.AddUnreadable("zero_over_zero");
  return ZeroOverZero::kBlank;
}

Form ReadForm(const CatalogReader& at, const Written::Form& message) {
  using M = Written::Form;
  Form form;
  form.id = message.id();
  form.version = message.version();
  form.title = ReadLabel(message.title());
  form.legal_basis = ReadLabel(message.legal_basis());
  form.calendar = message.calendar();
  form.valid_from = at.ReadDay(message.valid_from(), M::kValidFromFieldNumber);
  form.valid_to = at.ReadDay(message.valid_to(), M::kValidToFieldNumber);
  form.rate_decimals = message.has_rate_decimals() ? message.rate_decimals() : kRateDecimalsDefault;
  form.zero_over_zero = ReadZeroOverZero(at, message.zero_over_zero());
  form.columns = at.ReadEach(message.column(), M::kColumnFieldNumber, ReadColumn);
  form.rows = at.ReadEach(message.row(), M::kRowFieldNumber, ReadRow);
  form.source = at.source();
  return form;
}

std::vector<Part> ReadParts(const google::protobuf::RepeatedPtrField<Written::Rule::Part>& messages) {
  std::vector<Part> parts;
  for (const Written::Rule::Part& part : messages) {
    parts.push_back({part.row(), part.column(), part.has_coefficient() ? part.coefficient() : 1});
  }
  return parts;
}

Rule ReadRule(const CatalogReader& at, const Written::Rule& message) {
  using M = Written::Rule;
  Rule rule;
  rule.rule = message.rule();
  rule.version = message.version();
  rule.severity =
      at.ReadEnum(message.severity(), M::SEVERITY_UNSPECIFIED, Severity::kReasonNeeded, "severity");
  rule.scope = at.ReadEnum(message.scope(), M::SCOPE_UNSPECIFIED, RuleScope::kForm, "scope");
  rule.compare = at.ReadEnum(message.compare(), M::COMPARE_UNSPECIFIED, Compare::kRate, "compare");
  rule.left = ReadQuantity(at.Nested(M::kLeftFieldNumber), message.left());
  rule.right = ReadQuantity(at.Nested(M::kRightFieldNumber), message.right());
  rule.when_observed = ReadTexts(message.when_observed());
  rule.left_is_pending_before = message.left_is_pending_before();
  rule.form = message.form();
  rule.row = message.row();
  rule.column = message.column();
  rule.part_rows = ReadTexts(message.part_rows());
  rule.part_columns = ReadTexts(message.part_columns());
  rule.message = ReadLabel(message.message());
  rule.left_part = ReadParts(message.left_part());
  rule.right_part = ReadParts(message.right_part());
  rule.when_left = ReadParts(message.when_left());
  rule.when_right = ReadParts(message.when_right());
  rule.blank_is_zero = message.blank_is_zero();
  rule.source = at.source();
  return rule;
}

template <typename T>
void Append(std::vector<T> more, std::vector<T>* list) {
  for (T& item : more) list->push_back(std::move(item));
}

void AppendId(const CatalogReader& at, const Written& message, CatalogData* data) {
  if (data->id_source.line == 0) data->id_source = at.source();
  if (message.id().empty()) return;
  const CatalogReader place = at.Nested(Written::kIdFieldNumber);
  if (data->id.empty()) {
    data->id = message.id();
    data->id_source = place.source();
  } else if (data->id != message.id()) {
    place.Add(absl::StrCat("Mã danh mục \"", message.id(), "\" khác với \"", data->id, "\" ở ",
                           data->id_source.file, ":", data->id_source.line,
                           "; các tệp của một danh mục phải cùng mã."),
              absl::StrCat("The catalog id \"", message.id(), "\" differs from \"", data->id, "\" at ",
                           data->id_source.file, ":", data->id_source.line,
                           "; the files of one catalog share one id."));
  }
}

}  // namespace

void AppendCatalog(const Written& message, const CatalogPlaces& places, CatalogData* data,
                   std::vector<std::string>* faults) {
  const CatalogReader at(places.file, Written::descriptor(), places.tree, faults);
  AppendId(at, message, data);
  Append(at.ReadEach(message.unit_kind(), Written::kUnitKindFieldNumber, ReadUnitKind), &data->unit_kinds);
  Append(at.ReadEach(message.unit(), Written::kUnitFieldNumber, ReadUnit), &data->units);
  Append(at.ReadEach(message.field(), Written::kFieldFieldNumber, ReadField), &data->fields);
  Append(at.ReadEach(message.procedure(), Written::kProcedureFieldNumber, ReadProcedure), &data->procedures);
  Append(at.ReadEach(message.channel(), Written::kChannelFieldNumber, ReadChannel), &data->channels);
  Append(at.ReadEach(message.measure(), Written::kMeasureFieldNumber, ReadMeasure), &data->measures);
  Append(at.ReadEach(message.calendar(), Written::kCalendarFieldNumber, ReadCalendar), &data->calendars);
  Append(at.ReadEach(message.rate(), Written::kRateFieldNumber, ReadRate), &data->rates);
  Append(at.ReadEach(message.form(), Written::kFormFieldNumber, ReadForm), &data->forms);
  Append(at.ReadEach(message.rule(), Written::kRuleFieldNumber, ReadRule), &data->rules);
}

}  // namespace motcua
