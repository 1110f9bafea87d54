#include "common/report/csv.h"
#include "common/report/figure_text.h"
#include "common/report/report.h"

namespace motcua {

std::string ReportAsCsv(const Report& report) {
  std::string out;
  AppendCsvRow({"row", "column", "value", "label", "note"}, &out);
  for (const ReportRow& row : report.rows) {
    for (std::size_t column = 0; column < row.figures.size(); ++column) {
      const Figure& figure = row.figures[column];
      AppendCsvRow({row.id, report.form->columns[column].id, PlainText(figure), row.label, figure.note}, &out);
    }
  }
  return out;
}

}  // namespace motcua
