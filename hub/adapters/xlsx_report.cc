#include "hub/adapters/xlsx_report.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>

#include <xlsxwriter.h>

#include "common/base/input_file.h"
#include "common/base/language.h"
#include "common/report/figure_text.h"
#include "common/report/report_layout.h"
#include "common/report/text_layout.h"

namespace motcua {
namespace {

constexpr std::size_t kWorkbookBytesMax = std::size_t{64} << 20;
constexpr std::size_t kSheetNameMax = 31;       // Excel's own
constexpr int64_t kExactInExcel = int64_t{1} << 53;  // its numbers are doubles
// Widths are in letters, as Excel measures them. A form of many columns shares its page with narrower texts.
constexpr std::size_t kFewColumns = 3;
constexpr double kLabelWidth = 52;
constexpr double kLabelWidthOfMany = 30;
constexpr double kFigureWidth = 13;
constexpr double kFigureWidthOfMany = 10;
constexpr double kTextFigureWidth = 28;
constexpr double kNoteWidth = 48;
constexpr double kNoteWidthOfMany = 34;
constexpr double kItemWidth = 8;
constexpr double kUnitWidth = 11;
constexpr double kLineHeight = 16;  // points, of 11 point letters

// A file of its own in the folder for temporary files, gone when this is.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::error_code error;
    path_ = (std::filesystem::temp_directory_path(error) / "motcua-report-XXXXXX").string();
    const int file = error ? -1 : mkstemp(path_.data());
    made_ = file >= 0;
    if (made_) close(file);
  }
  ~TemporaryFile() {
    if (made_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

// Excel forbids some characters in the name of a sheet.
std::string SheetName(const std::string& form) {
  std::string name = form.substr(0, kSheetNameMax);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return absl::string_view("[]:*?/\\'").find(c) != absl::string_view::npos; }, '-');
  return name;
}

double AsDouble(const std::string& plain) {
  double value = 0;
  std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return value;
}

// "0.00" with as many digits as the form prints.
std::string DecimalFormat(const std::string& plain) {
  const std::size_t point = plain.find('.');
  return point == std::string::npos ? "0" : absl::StrCat("0.", std::string(plain.size() - point - 1, '0'));
}

class SheetWriter {
 public:
  SheetWriter(const Report& report, lxw_workbook* book)
      : report_(report), form_(*report.form), book_(book), sheet_(workbook_add_worksheet(book, SheetName(form_.id).c_str())) {
    for (const ReportRow& row : report.rows) {
      has_items_ = has_items_ || !ItemOf(row).empty();
      has_units_ = has_units_ || !row.unit_label.empty();
      has_notes_ = has_notes_ || !NotesOf(row).empty();
    }
    label_ = has_items_ ? 1 : 0;
    unit_ = label_ + 1;
    first_ = static_cast<lxw_col_t>(unit_ + (has_units_ ? 1 : 0));
    last_ = static_cast<lxw_col_t>(first_ + form_.columns.size() - 1 + (has_notes_ ? 1 : 0));
  }

  void Write() {
    SetUpPage();
    WriteTitle();
    WriteHeadings();
    for (const ReportRow& row : report_.rows) WriteRow(row);
    WriteFooter();
  }

 private:
  struct Look {
    bool bold = false;
    bool border = false;
    bool wrap = false;
    bool filled = false;
    int align = LXW_ALIGN_LEFT;
    int size = 11;
    int indent = 0;
    std::string number = {};
    auto operator<=>(const Look&) const = default;
  };

  lxw_format* Format(const Look& look) {
    lxw_format*& format = formats_[look];
    if (format != nullptr) return format;
    format = workbook_add_format(book_);
    format_set_font_name(format, "Times New Roman");  // what official documents are set in
    format_set_font_size(format, look.size);
    format_set_align(format, static_cast<uint8_t>(look.align));
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (look.bold) format_set_bold(format);
    if (look.border) format_set_border(format, LXW_BORDER_THIN);
    if (look.wrap) format_set_text_wrap(format);
    if (look.filled) format_set_bg_color(format, 0xEDEDED);
    if (look.indent > 0) format_set_indent(format, static_cast<uint8_t>(std::min(look.indent, 15)));
    if (!look.number.empty()) format_set_num_format(format, look.number.c_str());
    return format;
  }

  lxw_col_t NoteColumn() const { return last_; }
  lxw_col_t FigureColumn(std::size_t i) const { return static_cast<lxw_col_t>(first_ + i); }

  double FigureWidth(std::size_t column) const {
    const bool text = std::any_of(report_.rows.begin(), report_.rows.end(), [&](const ReportRow& row) {
      return row.figures[column].kind == Figure::Kind::kText;
    });
    return text ? kTextFigureWidth : few_ ? kFigureWidth : kFigureWidthOfMany;
  }
  double LabelWidth() const { return few_ ? kLabelWidth : kLabelWidthOfMany; }
  double NoteWidth() const { return few_ ? kNoteWidth : kNoteWidthOfMany; }

  double TotalWidth() const {
    double width =
        LabelWidth() + (has_items_ ? kItemWidth : 0) + (has_units_ ? kUnitWidth : 0) + (has_notes_ ? NoteWidth() : 0);
    for (std::size_t i = 0; i < form_.columns.size(); ++i) width += FigureWidth(i);
    return width;
  }

  void SetUpPage() {
    worksheet_set_landscape(sheet_);
    worksheet_set_paper(sheet_, 9);  // A4
    worksheet_fit_to_pages(sheet_, 1, 0);
    worksheet_set_margins(sheet_, 0.5, 0.5, 0.6, 0.6);
    worksheet_set_footer(sheet_, absl::StrCat("&L", ReportCode(report_), "&R&P/&N").c_str());
    if (has_items_) worksheet_set_column(sheet_, 0, 0, kItemWidth, nullptr);
    worksheet_set_column(sheet_, label_, label_, LabelWidth(), nullptr);
    if (has_units_) worksheet_set_column(sheet_, unit_, unit_, kUnitWidth, nullptr);
    for (std::size_t i = 0; i < form_.columns.size(); ++i) {
      worksheet_set_column(sheet_, FigureColumn(i), FigureColumn(i), FigureWidth(i), nullptr);
    }
    if (has_notes_) worksheet_set_column(sheet_, NoteColumn(), NoteColumn(), NoteWidth(), nullptr);
  }

  // Rows do not grow with their text everywhere, merged ones nowhere: each gets the height that its lines need.
  static int LinesOf(const std::string& text, double width) {
    return static_cast<int>(Wrap(text, std::max(1, static_cast<int>(width))).size());
  }
  void SetHeight(lxw_row_t row, int lines, int size = 11) {
    worksheet_set_row(sheet_, row, std::min(400.0, std::max(1, lines) * kLineHeight * size / 11.0 + 2), nullptr);
  }

  void Span(lxw_col_t first, lxw_col_t last, const std::string& text, const Look& look, double width) {
    SetHeight(row_, LinesOf(text, width * 11.0 / look.size), look.size);
    if (first == last) {
      worksheet_write_string(sheet_, row_, first, text.c_str(), Format(look));
    } else {
      worksheet_merge_range(sheet_, row_, first, row_, last, text.c_str(), Format(look));
    }
    ++row_;
  }
  void Across(const std::string& text, const Look& look) { Span(0, last_, text, look, TotalWidth()); }

  void WriteTitle() {
    Across(report_.unit_name, {.bold = true, .wrap = true});
    if (!form_.legal_basis.Text().empty()) Across(form_.legal_basis.Text(), {.wrap = true});
    ++row_;
    Across(form_.title.Text(), {.bold = true, .wrap = true, .align = LXW_ALIGN_CENTER, .size = 14});
    Across(absl::StrCat(Say("Kỳ báo cáo ", "Period "), report_.period->name.Text(), Say(", từ ngày ", ", from "),
                        FormatDayForPeople(report_.period->from), Say(" đến ngày ", " to "),
                        FormatDayForPeople(report_.period->to)),
           {.wrap = true, .align = LXW_ALIGN_CENTER});
    Across(CoverageLine(report_), {.wrap = true, .align = LXW_ALIGN_CENTER});
    ++row_;
  }

  // A heading over one column or several, in `rows` rows.
  void Heading(lxw_row_t top, lxw_row_t bottom, lxw_col_t first, lxw_col_t last, const std::string& text) {
    lxw_format* format =
        Format({.bold = true, .border = true, .wrap = true, .filled = true, .align = LXW_ALIGN_CENTER});
    if (top == bottom && first == last) {
      worksheet_write_string(sheet_, top, first, text.c_str(), format);
    } else {
      worksheet_merge_range(sheet_, top, first, bottom, last, text.c_str(), format);
    }
  }

  void WriteHeadings() {
    const auto& columns = form_.columns;
    const bool grouped =
        std::any_of(columns.begin(), columns.end(), [](const FormColumn& column) { return !column.group.vi.empty(); });
    const lxw_row_t top = row_;
    const lxw_row_t bottom = row_ + (grouped ? 1 : 0);
    if (has_items_) Heading(top, bottom, 0, 0, ItemHeading());
    Heading(top, bottom, label_, label_, LabelHeading());
    if (has_units_) Heading(top, bottom, unit_, unit_, UnitHeading());
    for (const auto& [first, last] : HeadingGroups(form_)) {
      const std::string group = columns[first].group.Text();
      if (!group.empty()) Heading(top, top, FigureColumn(first), FigureColumn(last), group);
      for (std::size_t i = first; i <= last; ++i) {
        Heading(group.empty() ? top : bottom, bottom, FigureColumn(i), FigureColumn(i), columns[i].label.Text());
      }
    }
    if (has_notes_) Heading(top, bottom, NoteColumn(), NoteColumn(), NotesHeading());
    int lines = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) lines = std::max(lines, LinesOf(columns[i].label.Text(), FigureWidth(i) - 1));
    SetHeight(top, grouped ? 1 : lines);
    if (grouped) SetHeight(bottom, lines);
    row_ = bottom + 1;
    if (columns.size() > 1) WriteColumnIds();
    worksheet_repeat_rows(sheet_, top, row_ - 1);
    worksheet_freeze_panes(sheet_, row_, first_);
  }

  // The official table numbers its columns; scripts and telephone calls name figures by them.
  void WriteColumnIds() {
    lxw_format* format = Format({.border = true, .align = LXW_ALIGN_CENTER, .size = 9});
    for (lxw_col_t column = 0; column <= last_; ++column) worksheet_write_blank(sheet_, row_, column, format);
    for (std::size_t i = 0; i < form_.columns.size(); ++i) {
      worksheet_write_string(sheet_, row_, FigureColumn(i), absl::StrCat("(", form_.columns[i].id, ")").c_str(), format);
    }
    ++row_;
  }

  void WriteRow(const ReportRow& row) {
    const Look text = {.bold = row.indent == 0, .border = true, .wrap = true};
    // Bold letters are wider.
    int lines = std::max(LinesOf(row.label, LabelWidth() * (text.bold ? 0.9 : 1.0) - 2 * row.indent),
                         LinesOf(NotesOf(row), NoteWidth()));
    for (std::size_t i = 0; i < row.figures.size(); ++i) {
      if (row.figures[i].kind == Figure::Kind::kText) lines = std::max(lines, LinesOf(row.figures[i].text, FigureWidth(i)));
    }
    SetHeight(row_, lines);
    if (has_items_) {
      // A number stands at the first of its rows only.
      const std::string item = ItemOf(row) == last_item_ ? std::string() : ItemOf(row);
      last_item_ = ItemOf(row);
      worksheet_write_string(sheet_, row_, 0, item.c_str(), Format(text));
    }
    Look label = text;
    label.indent = row.indent;
    worksheet_write_string(sheet_, row_, label_, row.label.c_str(), Format(label));
    if (has_units_) worksheet_write_string(sheet_, row_, unit_, row.unit_label.c_str(), Format({.border = true}));
    for (std::size_t i = 0; i < row.figures.size(); ++i) WriteFigure(row.figures[i], FigureColumn(i), text.bold);
    if (has_notes_) {
      worksheet_write_string(sheet_, row_, NoteColumn(), NotesOf(row).c_str(), Format({.border = true, .wrap = true}));
    }
    ++row_;
  }

  void WriteFigure(const Figure& figure, lxw_col_t column, bool bold) {
    Look look = {.bold = bold, .border = true, .align = LXW_ALIGN_RIGHT};
    const bool rate = figure.kind == Figure::Kind::kRate && figure.rate.denominator != 0;
    // Beyond 2^53 a double would print other digits than the report.
    const bool number = figure.kind == Figure::Kind::kNumber && std::abs(figure.number) <= kExactInExcel;
    if (number || rate) {
      look.number = number ? "#,##0" : DecimalFormat(figure.text);
      const double value = number ? static_cast<double>(figure.number) : AsDouble(figure.text);
      worksheet_write_number(sheet_, row_, column, value, Format(look));
      return;
    }
    const std::string text = PeopleText(figure, form_.zero_over_zero);
    if (figure.kind == Figure::Kind::kText) {
      look.wrap = true;
      look.align = LXW_ALIGN_LEFT;
    }
    if (text.empty()) {
      worksheet_write_blank(sheet_, row_, column, Format(look));
    } else {
      worksheet_write_string(sheet_, row_, column, text.c_str(), Format(look));
    }
  }

  void WriteFooter() {
    ++row_;
    for (const std::string& line : FooterLines(report_)) Across(line, {.wrap = true, .size = 10});
    if (report_.findings.empty()) return;
    ++row_;
    Across(absl::StrCat(Say("Chưa khớp", "Does not add up"), ":"), {.bold = true, .size = 10});
    for (const Finding& finding : report_.findings) Across(finding.message, {.wrap = true, .size = 10});
  }

  const Report& report_;
  const Form& form_;
  const bool few_ = form_.columns.size() <= kFewColumns;
  lxw_workbook* book_;
  lxw_worksheet* sheet_;
  std::map<Look, lxw_format*> formats_;
  bool has_items_ = false;
  bool has_units_ = false;
  bool has_notes_ = false;
  lxw_col_t label_ = 0;
  lxw_col_t unit_ = 0;
  lxw_col_t first_ = 0;  // of the figures
  lxw_col_t last_ = 0;   // of the table
  lxw_row_t row_ = 0;
  std::string last_item_;
};

void SetProperties(const Report& report, lxw_workbook* book) {
  std::string title = report.form->title.Text();
  std::string subject = SubjectLine(report);
  lxw_doc_properties properties = {};
  properties.title = title.data();
  properties.subject = subject.data();
  // A day of the report's own, so that printing it again gives the same file. It must not be 0, which means "now".
  constexpr int64_t kDayS = 86400;
  properties.created = static_cast<time_t>(int64_t{report.period->to.number} * kDayS + kDayS / 2);
  workbook_set_properties(book, &properties);
}

absl::Status NotWritten(absl::string_view why) {
  return absl::UnavailableError(
      Say(absl::StrCat("Không ghi được tệp XLSX tạm (", why, "); hãy giải phóng chỗ trong thư mục tạm rồi chạy lại."),
          absl::StrCat("A temporary XLSX file cannot be written (", why, "); make room in the temporary folder and repeat.")));
}

}  // namespace

absl::StatusOr<std::string> ReportAsXlsx(const Report& report) {
  const TemporaryFile file;
  if (!file.made()) return NotWritten(file.path());
  lxw_workbook* book = workbook_new(file.path().c_str());
  if (book == nullptr) return NotWritten(file.path());
  SetProperties(report, book);
  SheetWriter(report, book).Write();
  if (const lxw_error error = workbook_close(book); error != LXW_NO_ERROR) return NotWritten(lxw_strerror(error));
  return ReadInputFile(file.path(), kWorkbookBytesMax);
}

}  // namespace motcua
