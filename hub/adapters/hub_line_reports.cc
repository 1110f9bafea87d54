// report, facts, check: what is read off the figures.
#include "common/base/language.h"
#include "hub/adapters/hub_line.h"

namespace motcua {
namespace {

void AddCheck(HubLine& line) {
  CLI::App* check =
      line.Add("check",
               Say("Kiểm tra số liệu của một kỳ, hoặc của một biểu giấy",
                   "Check a period's figures, or those of a paper form"),
               "check --data /var/lib/motcua --unit 001 --period badinh-2020/2020-9M --json\n"
               "  motcua-hub check --data /var/lib/motcua --form badinh-2020 --values figures.csv --strict");
  CLI::Option* unit = line.Unit(check);
  CLI::Option* period =
      HubLine::Text(check, "--period", &line.options.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"));
  CLI::Option* form =
      HubLine::Text(check, "--form", &line.options.form, "ID",
                    Say("Mã biểu mẫu của số liệu gõ từ giấy", "Form of figures typed from paper"));
  CLI::Option* values = HubLine::Text(
      check, "--values", &line.options.values, "FILE",
      Say("Số liệu gõ từ biểu giấy: row,column,value", "Figures typed from a paper form: row,column,value"));
  check->add_flag("--strict", line.options.strict,
                  Say("Mã thoát 1 khi có điểm chưa khớp", "Exit code 1 when something does not add up"));
  form->needs(values)->excludes(unit)->excludes(period);
  values->needs(form);
  check->callback([&line, unit, period, form] {
    if (form->count() == 0 && unit->count() == 0) throw CLI::RequiredError("--unit");
    if (form->count() == 0 && period->count() == 0) throw CLI::RequiredError("--period");
    line.options.command = "check";
  });
}

void AddReport(HubLine& line) {
  CLI::App* report = line.Add("report", Say("Lập báo cáo theo biểu mẫu", "Make a report"),
                              "report --data /var/lib/motcua --form vpcp-06 --unit 001 --period 2020-9M");
  HubLine::Text(report, "--form", &line.options.form, "ID", Say("Mã biểu mẫu", "Form id"))->required();
  CLI::Option* unit = line.Unit(report);
  CLI::Option* period = HubLine::Text(report, "--period", &line.options.period, "ID",
                                      Say("Kỳ báo cáo của lịch biểu đó", "Period of the form's calendar"));
  report->add_flag("--rows", line.options.rows,
                   Say("Chỉ liệt kê các dòng của biểu mẫu", "Only list the form's rows"));
  report->add_flag(
      "--compare-rates", line.options.compare_rates,
      Say("In các cách tính khác của cùng một tỷ lệ", "Print the other definitions of each rate beside it"));
  AddChoice(report, "--format", &line.options.format, {"table", "csv", "json", "xlsx"},
            Say("Dạng kết quả, mặc định table", "Form of the answer, table by default"));
  line.Revision(report);
  line.Out(report);
  report->callback([&line, unit, period] {
    if (!line.options.rows && unit->count() == 0) throw CLI::RequiredError("--unit");
    if (!line.options.rows && period->count() == 0) throw CLI::RequiredError("--period");
    line.options.command = "report";
  });
}

}  // namespace

void AddReportCommands(HubLine& line) {
  AddReport(line);
  CLI::App* facts = line.Add(
      "facts", Say("Liệt kê số liệu tổng hợp", "List facts"),
      "facts --data /var/lib/motcua --unit 001 --from 2019-12-15 --to 2020-08-31 --by unit --format csv");
  line.Unit(facts)->required();
  line.DayOf(facts, "--from", &line.options.from, Say("Từ ngày", "First day"));
  line.DayOf(facts, "--to", &line.options.to, Say("Đến hết ngày", "Last day"));
  facts
      ->add_option("--by", line.options.by,
                   Say("Các chiều: unit, day, procedure, field, channel, cách nhau dấu phẩy",
                       "Dimensions: unit, day, procedure, field, channel, with commas"))
      ->type_name("LIST");
  facts
      ->add_option(
          "--measure", line.options.measures,
          Say("Các chỉ tiêu, cách nhau dấu phẩy; mặc định tất cả", "Measures, with commas; all by default"))
      ->type_name("LIST");
  AddChoice(facts, "--format", &line.options.format, {"csv", "json"},
            Say("Dạng kết quả, mặc định csv", "Form of the answer, csv by default"));
  line.Out(facts);
  AddCheck(line);
}

}  // namespace motcua
