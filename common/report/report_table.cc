// The form as a person reads it in a terminal: a title, the figures in columns under merged headings, what is to be
// said beside them, and below what the numbers rest on and what does not add up.
#include <algorithm>

#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/report/figure_text.h"
#include "common/report/report.h"
#include "common/report/report_layout.h"
#include "common/report/text_layout.h"

namespace motcua {
namespace {

constexpr int kGap = 2;              // between columns
constexpr int kIndent = 2;           // per level of a row
constexpr int kTextWidthMin = 20;      // of labels and notes that need more
constexpr int kHeadingWidthMax = 16;  // of a figure's column where there is room
constexpr int kTextFigureWidthMax = 40;
constexpr int kFormColumnsWithNotesBeside = 2;  // wider forms put their notes below
constexpr int kFormColumnsWithRoom = 4;         // of more, or under merged headings, each is as narrow as its words let it

class TableWriter {
 public:
  explicit TableWriter(const Report& report) : report_(report), form_(*report.form) {
    notes_beside_ = form_.columns.size() <= kFormColumnsWithNotesBeside && HasNotes();
    Measure();
  }

  std::string Write() {
    WriteTitle();
    WriteHeader();
    for (const ReportRow& row : report_.rows) WriteRow(row);
    Line(RuleLine(table_width_));
    WriteNotesBelow();
    WriteFooter();
    return std::move(out_);
  }

 private:
  std::string CellText(const Figure& figure) const { return PeopleText(figure, form_.zero_over_zero); }
  void Line(std::string line) { AppendLine(std::move(line), &out_); }
  void Paragraph(const std::string& text, int hanging) { AppendWrapped(text, kTableWidth, hanging, &out_); }

  bool HasNotes() const {
    return std::any_of(report_.rows.begin(), report_.rows.end(), [](const ReportRow& row) {
      return std::any_of(row.figures.begin(), row.figures.end(), [](const Figure& f) { return !NoteOf(f).empty(); });
    });
  }

  // Figures get what they need, the label what is left, and notes beside it share that fairly.
  void Measure() {
    MeasureFigures();
    int taken = 0;
    for (const int width : widths_) taken += width + kGap;
    int label = DisplayWidth(LabelHeading());
    int notes = DisplayWidth(NotesHeading());
    for (const ReportRow& row : report_.rows) {
      label = std::max(label, row.indent * kIndent + DisplayWidth(row.label));
      notes = std::max(notes, DisplayWidth(NotesOf(row)));
      unit_width_ = std::max(unit_width_, DisplayWidth(row.unit_label));
      item_width_ = std::max(item_width_, DisplayWidth(ItemOf(row)));
    }
    if (item_width_ > 0) item_width_ = std::max(item_width_, DisplayWidth(ItemHeading()));
    if (item_width_ > 0) taken += item_width_ + kGap;
    if (unit_width_ > 0) unit_width_ = std::max(unit_width_, DisplayWidth(UnitHeading()));
    if (unit_width_ > 0) taken += unit_width_ + kGap;
    ShareWidth(kTableWidth - taken, label, notes);
    table_width_ = taken + label_width_ + (notes_beside_ ? kGap + notes_width_ : 0);
  }

  // Headings are wrapped at words: a column is as wide as its longest word, its widest figure and its share of the
  // heading above it ask for.
  void MeasureFigures() {
    const auto& columns = form_.columns;
    const bool merged = std::any_of(columns.begin(), columns.end(), [](const FormColumn& c) { return !c.group.vi.empty(); });
    const bool few = static_cast<int>(columns.size()) <= (merged ? kFormColumnsWithNotesBeside : kFormColumnsWithRoom);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string label = columns[i].label.Text();
      int width = few ? std::min(DisplayWidth(label), kHeadingWidthMax) : DisplayWidth(columns[i].id) + 2;
      width = std::max(width, LongestWord(label));
      for (const ReportRow& row : report_.rows) width = std::max(width, FigureWidth(row.figures[i]));
      widths_.push_back(width);
    }
    for (const auto& [first, last] : HeadingGroups(form_)) {
      widths_[last] += std::max(0, LongestWord(columns[first].group.Text()) - SpanWidth(first, last));
    }
  }

  // Numbers are never wrapped, texts are.
  int FigureWidth(const Figure& figure) const {
    const int width = DisplayWidth(CellText(figure));
    return figure.kind == Figure::Kind::kText ? std::min(width, kTextFigureWidthMax) : width;
  }

  void ShareWidth(int left, int label, int notes) {
    if (!notes_beside_) {
      label_width_ = std::min(label, std::max(kTextWidthMin, left));
      return;
    }
    left -= kGap;
    label_width_ = std::min(label, std::max({kTextWidthMin, left / 2, left - notes}));
    notes_width_ = std::min(notes, std::max(kTextWidthMin, left - label_width_));
  }

  void WriteTitle() {
    Paragraph(form_.title.Text(), 0);
    if (!form_.legal_basis.Text().empty()) Paragraph(form_.legal_basis.Text(), 0);
    Paragraph(SubjectLine(report_), 0);
    Paragraph(CoverageLine(report_), 0);
    Line("");
  }

  int SpanWidth(std::size_t first, std::size_t last) const {
    int width = 0;
    for (std::size_t i = first; i <= last; ++i) width += widths_[i] + (i > first ? kGap : 0);
    return width;
  }

  // The columns before the figures: number, label, unit of counting.
  std::string Lead(absl::string_view item, absl::string_view label, absl::string_view unit) const {
    std::string lead = item_width_ > 0 ? PadRight(item, item_width_ + kGap) : std::string();
    lead += PadRight(label, label_width_);
    if (unit_width_ > 0) lead += PadRight("", kGap) + PadRight(unit, unit_width_);
    return lead;
  }

  void WriteGroups() {
    std::vector<std::vector<std::string>> texts;  // wrapped heading per span
    std::vector<int> spans;
    std::size_t lines = 0;
    for (const auto& [first, last] : HeadingGroups(form_)) {
      const std::string& group = form_.columns[first].group.Text();
      spans.push_back(SpanWidth(first, last));
      texts.push_back(group.empty() ? std::vector<std::string>() : Wrap(group, spans.back()));
      lines = std::max(lines, texts.back().size());
    }
    if (lines == 0) return;
    for (std::size_t line = 0; line <= lines; ++line) {
      std::string text = Lead("", "", "");
      for (std::size_t i = 0; i < spans.size(); ++i) {
        const std::size_t blank = lines - texts[i].size();
        const bool under = line == lines && !texts[i].empty();
        const std::string part = line == lines || line < blank ? "" : texts[i][line - blank];
        text += PadRight("", kGap) + (under ? RuleLine(spans[i]) : Centered(part, spans[i]));
      }
      Line(text);
    }
  }

  void WriteHeader() {
    WriteGroups();
    std::vector<std::vector<std::string>> headings;
    std::size_t lines = 1;
    for (std::size_t i = 0; i < form_.columns.size(); ++i) {
      headings.push_back(Wrap(form_.columns[i].label.Text(), widths_[i]));
      if (form_.columns.size() > 1) headings.back().push_back(absl::StrCat("(", form_.columns[i].id, ")"));
      lines = std::max(lines, headings.back().size());
    }
    for (std::size_t line = 0; line < lines; ++line) {
      const bool bottom = line + 1 == lines;
      std::string text = bottom ? Lead(ItemHeading(), LabelHeading(), UnitHeading()) : Lead("", "", "");
      for (std::size_t i = 0; i < headings.size(); ++i) {
        const std::size_t blank = lines - headings[i].size();
        text += PadRight("", kGap) + PadLeft(line < blank ? "" : headings[i][line - blank], widths_[i]);
      }
      if (notes_beside_ && bottom) text += PadRight("", kGap) + NotesHeading();
      Line(text);
    }
    Line(RuleLine(table_width_));
  }

  void WriteRow(const ReportRow& row) {
    // A number stands at the first of its rows only.
    const std::string item = ItemOf(row) == last_item_ ? std::string() : ItemOf(row);
    last_item_ = ItemOf(row);
    const int indent = std::min(row.indent * kIndent, label_width_ / 2);
    const std::vector<std::string> label = Wrap(row.label, label_width_ - indent);
    std::vector<std::vector<std::string>> cells;
    std::vector<std::string> notes;
    if (const std::string text = NotesOf(row); notes_beside_ && !text.empty()) notes = Wrap(text, notes_width_);
    std::size_t lines = std::max(label.size(), notes.size());
    for (std::size_t i = 0; i < row.figures.size(); ++i) {
      cells.push_back(Wrap(CellText(row.figures[i]), widths_[i]));
      lines = std::max(lines, cells.back().size());
    }
    for (std::size_t line = 0; line < lines; ++line) {
      std::string text = Lead(line == 0 ? item : "", PadRight("", indent) + (line < label.size() ? label[line] : ""),
                              line == 0 ? row.unit_label : "");
      for (std::size_t i = 0; i < cells.size(); ++i) {
        text += PadRight("", kGap) + PadLeft(line < cells[i].size() ? cells[i][line] : "", widths_[i]);
      }
      if (line < notes.size()) text += PadRight("", kGap) + notes[line];
      Line(text);
    }
  }

  void WriteNotesBelow() {
    if (notes_beside_ || !HasNotes()) return;
    Line(absl::StrCat(NotesHeading(), ":"));
    for (const ReportRow& row : report_.rows) {
      for (std::size_t i = 0; i < row.figures.size(); ++i) {
        if (NoteOf(row.figures[i]).empty()) continue;
        Paragraph(absl::StrCat("- ", row.label, " (", form_.columns[i].id, "): ", NoteOf(row.figures[i])), 2);
      }
    }
  }

  void WriteFooter() {
    for (const std::string& line : FooterLines(report_)) Paragraph(line, 2);
    Line("");
    out_ += FindingsAsText(report_.findings);
  }

  const Report& report_;
  const Form& form_;
  bool notes_beside_ = false;
  std::vector<int> widths_;
  int item_width_ = 0;
  int label_width_ = 0;
  int unit_width_ = 0;
  int notes_width_ = 0;
  int table_width_ = 0;
  std::string last_item_;
  std::string out_;
};

std::string SeverityForPeople(Severity severity) {
  switch (severity) {
    case Severity::kError: return Say("Sai", "Wrong");
    case Severity::kWarning: return Say("Cần xem lại", "Look again");
    case Severity::kReasonNeeded: return Say("Cần nêu lý do", "Reason needed");
  }
  return "";
}

}  // namespace

std::string ReportAsTable(const Report& report) { return TableWriter(report).Write(); }

std::string FindingsAsText(const std::vector<Finding>& findings) {
  if (findings.empty()) return Say("Các số liệu khớp nhau.\n", "Everything adds up.\n");
  std::string out = Say(absl::StrCat("Chưa khớp: ", findings.size(), " điểm.\n"),
                        absl::StrCat("Does not add up: ", Counted(static_cast<int64_t>(findings.size()), "point", "points"), ".\n"));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    AppendWrapped(absl::StrCat(i + 1, ". ", SeverityForPeople(finding.severity), " – ", finding.message, " [",
                               finding.rule, "]"),
                  kTableWidth, 3, &out);
  }
  return out;
}

}  // namespace motcua
