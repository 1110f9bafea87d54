#include "common/report/typed_figures.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/language.h"
#include "common/report/csv_reader.h"
#include "common/report/rules.h"

namespace motcua {
namespace {

constexpr std::size_t kFaultsListedMax = 100;
constexpr std::size_t kRateDigitsMax = 18;    // what a 64-bit number holds
constexpr std::size_t kRateDecimalsMax = 10;  // as many as forms print
enum Column : std::size_t { kRow, kColumn, kValue, kLabel, kNote };
constexpr std::array<absl::string_view, 5> kColumnNames = {"row", "column", "value", "label", "note"};
constexpr char kHeaderExample[] = "row,column,value";

std::string AtLine(std::size_t line, const absl::Status& fault) {
  return Say(absl::StrCat("dòng ", line, ": ", fault.message()), absl::StrCat("line ", line, ": ", fault.message()));
}

absl::Status Fault(std::string vi, std::string en) {
  return absl::InvalidArgumentError(Say(std::move(vi), std::move(en)));
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

absl::StatusOr<Figure> ReadNumber(const std::string& value) {
  Figure figure;
  figure.kind = Figure::Kind::kNumber;
  if (IsDigits(value) && absl::SimpleAtoi(value, &figure.number)) return figure;
  if (value.size() > 1 && value[0] == '-' && IsDigits(absl::string_view(value).substr(1))) {
    return Fault(absl::StrCat(Quoted(value), " là số âm; số đếm không âm, hãy xem lại."),
                 absl::StrCat(Quoted(value), " is negative; counts are not, check it."));
  }
  return Fault(absl::StrCat(Quoted(value), " không phải là số nguyên; hãy viết chỉ bằng chữ số, ví dụ 1234, hoặc để trống."),
               absl::StrCat(Quoted(value), " is not a whole number; write digits alone, like 1234, or leave it blank."));
}

absl::StatusOr<Figure> ReadRate(const std::string& value) {
  Figure figure;
  if (value == "n/a") return figure;
  const std::size_t point = value.find('.');
  const absl::string_view whole = absl::string_view(value).substr(0, point);
  const absl::string_view behind = point == std::string::npos ? "" : absl::string_view(value).substr(point + 1);
  const bool good = IsDigits(whole) && (point == std::string::npos || IsDigits(behind)) &&
                    whole.size() + behind.size() <= kRateDigitsMax && behind.size() <= kRateDecimalsMax;
  if (!good) {
    return Fault(absl::StrCat(Quoted(value), " không phải là tỷ lệ; hãy viết như 99.72, hoặc để trống."),
                 absl::StrCat(Quoted(value), " is not a rate; write it like 99.72, or leave it blank."));
  }
  figure.kind = Figure::Kind::kDecimal;
  figure.text = value;
  return figure;
}

// By its code, or by its name in either language.
bool IsChoice(const Measure& measure, absl::string_view text) {
  return std::any_of(measure.choices.begin(), measure.choices.end(), [&](const std::string& code) { return code == text; }) ||
         std::any_of(measure.choice_names.begin(), measure.choice_names.end(),
                     [&](const Label& label) { return label.vi == text || label.en == text; });
}

// Of several units a report writes "unit: answer; unit: answer".
bool AreChoices(const Measure& measure, const std::string& value) {
  for (const absl::string_view one : absl::StrSplit(value, "; ")) {
    const std::size_t colon = one.rfind(": ");
    if (colon == absl::string_view::npos || !IsChoice(measure, one.substr(colon + 2))) return false;
  }
  return true;
}

absl::StatusOr<Figure> ReadChoice(const Measure& measure, const std::string& value) {
  Figure figure;
  figure.kind = Figure::Kind::kText;
  figure.text = value;
  if (IsChoice(measure, value) || (!measure.once && AreChoices(measure, value))) return figure;
  std::vector<std::string> known = measure.choices;
  for (const Label& label : measure.choice_names) known.push_back(label.Text());
  const std::string list = absl::StrJoin(known, ", ");
  return Fault(absl::StrCat(Quoted(value), " không phải là lựa chọn; hãy dùng một trong: ", list, "."),
               absl::StrCat(Quoted(value), " is not a choice; use one of: ", list, "."));
}

class TypedReader {
 public:
  TypedReader(const Catalog& catalog, const Form& form) : catalog_(catalog), form_(form) {
    for (const FormRow& row : form.rows) rows_.emplace(row.id, &row);
    for (std::size_t i = 0; i < form.columns.size(); ++i) columns_.emplace(form.columns[i].id, i);
  }

  absl::StatusOr<Report> Read(absl::string_view csv) {
    CsvReader reader(csv);
    if (!reader.Next()) return NoHeader(Say("tệp không có dòng nào", "the file has no lines"));
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<std::string> names, reader.Fields());
    MOTCUA_RETURN_IF_ERROR(ReadHeader(names));
    while (reader.Next()) {
      const absl::StatusOr<std::vector<std::string>> fields = reader.Fields();
      absl::Status taken = fields.status();
      if (fields.ok()) taken = Take(*fields, reader.line());
      if (!taken.ok()) AddFault(AtLine(reader.line(), taken));
    }
    if (faults_ > 0) return Refused();
    return MakeTyped();
  }

 private:
  struct Typed {
    std::size_t line;
    Figure figure;
  };

  static absl::Status NoHeader(const std::string& what) {
    return Fault(absl::StrCat("dòng 1: tiêu đề (header) không đúng: ", what, "; hãy dùng các cột ", kHeaderExample, "."),
                 absl::StrCat("line 1: the header is wrong: ", what, "; use the columns ", kHeaderExample, "."));
  }

  absl::Status ReadHeader(const std::vector<std::string>& names) {
    width_ = names.size();
    at_.fill(-1);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto known = std::find(kColumnNames.begin(), kColumnNames.end(), names[i]);
      if (known == kColumnNames.end()) {
        return NoHeader(Say(absl::StrCat("không có cột ", Quoted(names[i])), absl::StrCat("there is no column ", Quoted(names[i]))));
      }
      int& at = at_[static_cast<std::size_t>(known - kColumnNames.begin())];
      if (at >= 0) {
        return NoHeader(Say(absl::StrCat("cột ", names[i], " có hai lần"), absl::StrCat("the column ", names[i], " stands twice")));
      }
      at = static_cast<int>(i);
    }
    for (const Column needed : {kRow, kColumn, kValue}) {
      if (at_[needed] >= 0) continue;
      return NoHeader(Say(absl::StrCat("thiếu cột ", kColumnNames[needed]), absl::StrCat("the column ", kColumnNames[needed], " is missing")));
    }
    return absl::OkStatus();
  }

  absl::Status Take(const std::vector<std::string>& fields, std::size_t line) {
    if (fields.size() != width_) {
      return Fault(absl::StrCat("có ", fields.size(), " ô nhưng tiêu đề có ", width_, " cột; hãy để mỗi cột một ô."),
                   absl::StrCat("the row has ", fields.size(), " fields and the header ", width_, " columns; write one field per column."));
    }
    const std::string& row_id = fields[static_cast<std::size_t>(at_[kRow])];
    const std::string& column_id = fields[static_cast<std::size_t>(at_[kColumn])];
    const FormRow* row = FindRow(row_id);
    if (row == nullptr) {
      if (IsOtherRate(row_id)) return absl::OkStatus();  // said again beside the rate itself
      return Fault(absl::StrCat("biểu ", form_.id, " không có hàng ", Quoted(row_id), "; xem report --rows."),
                   absl::StrCat("form ", form_.id, " has no row ", Quoted(row_id), "; see report --rows."));
    }
    const auto column = columns_.find(column_id);
    if (column == columns_.end()) {
      return Fault(absl::StrCat("biểu ", form_.id, " không có cột ", Quoted(column_id), "; các cột là ", ColumnIds(), "."),
                   absl::StrCat("form ", form_.id, " has no column ", Quoted(column_id), "; its columns are ", ColumnIds(), "."));
    }
    MOTCUA_ASSIGN_OR_RETURN(Figure figure, ReadFigure(*row, form_.columns[column->second], fields[static_cast<std::size_t>(at_[kValue])]));
    if (at_[kNote] >= 0) figure.note = fields[static_cast<std::size_t>(at_[kNote])];
    const auto [first, fresh] = typed_.emplace(std::pair(row_id, column->second), Typed{line, std::move(figure)});
    if (fresh) return absl::OkStatus();
    return Fault(absl::StrCat("hàng ", row_id, " cột ", column_id, " đã có ở dòng ", first->second.line, "; hãy giữ một dòng."),
                 absl::StrCat("row ", row_id, " column ", column_id, " already stands in line ", first->second.line, "; keep one of them."));
  }

  absl::StatusOr<Figure> ReadFigure(const FormRow& row, const FormColumn& column, const std::string& value) const {
    if (value.empty() || column.target) return Figure();
    switch (catalog_.NatureAt(row, column)) {
      case FigureNature::kNumber: return ReadNumber(value);
      case FigureNature::kRate: return ReadRate(value);
      case FigureNature::kChoice: return ReadChoice(*catalog_.WordsAt(row, column), value);
      case FigureNature::kText: break;
      case FigureNature::kNothing:
        return Fault(absl::StrCat("hàng ", row.id, " là tiêu đề, không có số liệu; hãy để trống."),
                     absl::StrCat("row ", row.id, " is a heading and has no figures; leave it blank."));
    }
    Figure figure;
    figure.kind = Figure::Kind::kText;
    figure.text = value;
    return figure;
  }

  // A written row, or the repeat of one for a field.
  const FormRow* FindRow(const std::string& id) const {
    const auto found = rows_.find(id);
    if (found != rows_.end()) return found->second;
    const std::size_t slash = id.rfind('/');
    if (slash == std::string::npos || catalog_.FindField(id.substr(slash + 1)) == nullptr) return nullptr;
    const auto stem = rows_.find(id.substr(0, slash));
    return stem != rows_.end() && stem->second->per_field ? stem->second : nullptr;
  }

  bool IsOtherRate(const std::string& id) const {
    const std::size_t at = id.rfind('@');
    return at != std::string::npos && catalog_.FindRate(id.substr(at + 1)) != nullptr &&
           FindRow(id.substr(0, at)) != nullptr;
  }

  std::string ColumnIds() const {
    return absl::StrJoin(form_.columns, ", ", [](std::string* out, const FormColumn& column) { out->append(column.id); });
  }

  void AddFault(std::string sentence) {
    if (++faults_ <= kFaultsListedMax) listed_.push_back(std::move(sentence));
  }

  absl::Status Refused() const {
    std::vector<std::string> lines = listed_;
    if (faults_ > listed_.size()) {
      const std::size_t more = faults_ - listed_.size();
      lines.push_back(Say(absl::StrCat("… và ", more, " lỗi nữa."), absl::StrCat("… and ", more, " more.")));
    }
    return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
  }

  // In the order of the form; of the fields only those that were typed.
  Report MakeTyped() const {
    Report report;
    report.form = &form_;
    for (const FormRow& row : form_.rows) {
      report.rows.push_back(RowOf(row, row.id, row.label.Text()));
      if (!row.per_field) continue;
      for (const Field& field : catalog_.data().fields) {
        const std::string id = absl::StrCat(row.id, "/", field.id);
        const auto first = typed_.lower_bound({id, 0});
        if (first != typed_.end() && first->first.first == id) report.rows.push_back(RowOf(row, id, field.name.Text()));
      }
    }
    return report;
  }

  ReportRow RowOf(const FormRow& form_row, const std::string& id, const std::string& label) const {
    ReportRow row{id, label, form_row.indent, form_row.unit.Text(), {}};
    for (std::size_t column = 0; column < form_.columns.size(); ++column) {
      const auto typed = typed_.find({id, column});
      row.figures.push_back(typed == typed_.end() ? Figure() : typed->second.figure);
    }
    return row;
  }

  const Catalog& catalog_;
  const Form& form_;
  std::map<std::string, const FormRow*, std::less<>> rows_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::array<int, kColumnNames.size()> at_{};
  std::size_t width_ = 0;
  std::map<std::pair<std::string, std::size_t>, Typed> typed_;  // by row and column
  std::vector<std::string> listed_;
  std::size_t faults_ = 0;
};

}  // namespace

absl::StatusOr<Report> ReadTypedFigures(const Catalog& catalog, const Form& form, absl::string_view csv) {
  if (csv.size() > kTypedFiguresBytesMax) {
    constexpr std::size_t kKib = kTypedFiguresBytesMax / 1024;
    return Fault(absl::StrCat("Tệp số liệu lớn hơn ", kKib, " KiB; hãy xem lại có đúng tệp không."),
                 absl::StrCat("The file of figures is larger than ", kKib, " KiB; check that it is the right one."));
  }
  return TypedReader(catalog, form).Read(csv);
}

std::vector<Finding> CheckTyped(const Catalog& catalog, const Report& typed) {
  std::vector<Finding> findings;
  CheckForm(catalog, typed, &findings);
  SortFindings(&findings);
  return findings;
}

}  // namespace motcua
