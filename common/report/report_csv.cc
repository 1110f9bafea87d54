#include "common/report/csv.h"
#include "common/report/figure_text.h"
#include "common/report/report.h"

namespace motcua {

namespace {

// A row is one line, so that who reads the file back can say in which line something is wrong.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

}  // namespace

std::string ReportAsCsv(const Report& report) {
  std::string out;
  AppendCsvRow({"row", "column", "value", "label", "note"}, &out);
  for (const ReportRow& row : report.rows) {
    for (std::size_t column = 0; column < row.figures.size(); ++column) {
      const Figure& figure = row.figures[column];
      const std::string note = figure.kind == Figure::Kind::kNotInRemit ? RemitNote() : NoteOf(figure);
      AppendCsvRow({row.id, report.form->columns[column].id, OneLine(PlainText(figure)), OneLine(row.label), OneLine(note)},
                   &out);
    }
  }
  return out;
}

}  // namespace motcua
