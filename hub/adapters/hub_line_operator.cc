// restate, record, exclude, include, conflict: what an operator says about the figures; and status.
#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "hub/adapters/hub_line.h"

namespace motcua {
namespace {

// The number or text that is to stand, and what the person saw when deciding.
void AddValue(HubLine& line, CLI::App* command) {
  CLI::Option_group* value =
      command->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
  AddNumber(value, "--set", &line.options.set, Say("Số của cả đơn vị", "The unit's number"));
  value
      ->add_option_function<std::string>(
          "--set-text", [&line](const std::string& text) { line.options.set_text = text; },
          Say("Lựa chọn hoặc nội dung chữ của cả đơn vị", "The unit's choice or text"))
      ->type_name("T");
  value->require_option(1);
  command
      ->add_option_function<std::string>(
          "--shown", [&line](const std::string& text) { line.options.shown = text; },
          Say("Số đã nhìn thấy (\"\" là trống); nếu nay khác thì không ghi",
              "The value that was seen (\"\" is blank); if it differs by now nothing is written"))
      ->type_name("VALUE");
}

void AddPaper(HubLine& line) {
  CLI::App* record = line.Add(
      "record", Say("Ghi thay một đơn vị báo cáo trên giấy", "Record for a unit that reports on paper"),
      "record --data /var/lib/motcua --unit 00019 --day 2020-03-31 --from 2020-01-01 --procedure 1.001193 "
      "--channel counter --measure received --set 120 --note \"báo cáo giấy quý I\"");
  line.Unit(record)->required();
  line.DayOf(record, "--day", &line.options.day,
             Say("Ngày phát sinh; với --from là ngày cuối của số lũy kế",
                 "Business day; with --from the last one of a cumulative figure"));
  record->add_option("--procedure", line.options.procedure, Say("Mã thủ tục", "Procedure code"))
      ->type_name("P");
  record->add_option("--channel", line.options.channel, Say("Hình thức tiếp nhận", "Channel"))
      ->type_name("C");
  HubLine::Text(record, "--measure", &line.options.measure, "M", Say("Chỉ tiêu", "Measure"))->required();
  HubLine::Text(
      record, "--from", &line.options.from, "DAY",
      Say("Ngày đầu của số lũy kế; phần chênh với số đã biết được ghi vào --day",
          "The first day of a cumulative figure; the difference to what is known is recorded on --day"));
  CLI::Option_group* value =
      record->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
  AddNumber(value, "--add", &line.options.add, Say("Cộng thêm vào ngày đó", "Add to that day"));
  AddNumber(value, "--set", &line.options.set, Say("Số trên giấy", "The figure on paper"));
  value
      ->add_option_function<std::string>(
          "--set-text", [&line](const std::string& text) { line.options.set_text = text; },
          Say("Lựa chọn hoặc nội dung chữ", "A choice or text"))
      ->type_name("T");
  value->require_option(1);
  line.Note(record);
}

void AddExclude(HubLine& line, const std::string& name, const std::string& what) {
  CLI::App* command = line.Add(
      name, what,
      absl::StrCat(name,
                   " --data /var/lib/motcua --unit 00019 --entries "
                   "3f2a90c1-17-9be0aa01c2d3e4f5..3f2a90c1-20-0cc175b9c0f1b6a8 --note \"nhập trùng\""));
  line.Unit(command)->required();
  HubLine::Text(command, "--entries", &line.options.entries, "FIRST..LAST",
                Say("Lượt ghi đầu và lượt ghi cuối", "The first and the last entry"))
      ->required();
  line.Note(command);
}

}  // namespace

void AddOperatorCommands(HubLine& line) {
  CLI::App* restate = line.Add(
      "restate", Say("Ấn định số của cả đơn vị", "Say what the whole unit's number is"),
      "restate --data /var/lib/motcua --unit 00019 --day 2020-08-31 --procedure 1.001193 --channel counter "
      "--measure received --set 25 --note \"đếm lại sổ\"");
  line.Unit(restate)->required();
  line.DayOf(restate, "--day", &line.options.day, Say("Ngày phát sinh", "Business day"));
  restate->add_option("--procedure", line.options.procedure, Say("Mã thủ tục", "Procedure code"))
      ->type_name("P");
  restate->add_option("--channel", line.options.channel, Say("Hình thức tiếp nhận", "Channel"))
      ->type_name("C");
  HubLine::Text(restate, "--measure", &line.options.measure, "M", Say("Chỉ tiêu", "Measure"))->required();
  line.Note(restate);
  AddValue(line, restate);
  AddPaper(line);
  AddExclude(line, "exclude", Say("Loại các lượt ghi khỏi số liệu", "Take entries out of what counts"));
  AddExclude(line, "include", Say("Tính lại các lượt ghi đã loại", "Take excluded entries back in"));
  line.Add("status", Say("Tình trạng máy chủ", "The hub's state"), "status --data /var/lib/motcua --json");
}

void AddConflictCommands(HubLine& line) {
  CLI::App* conflict = line.Group(
      "conflict",
      Say("Xem và giải quyết những điểm cần người quyết định", "See and settle what a person must decide"),
      "conflict list --data /var/lib/motcua");
  CLI::App* list =
      line.Add(conflict, "list",
               Say("Mâu thuẫn, chồng lấn, số âm, ô do nhiều nhánh cùng ghi, tệp nhập nhiều lần",
                   "Conflicts, overlaps, negative counts, cells written on several lines, repeated imports"),
               "conflict list --data /var/lib/motcua --unit 00019 --period vpcp/2020-08 --json");
  CLI::Option* unit = line.Unit(list);
  HubLine::Text(list, "--period", &line.options.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"));
  list->add_flag("--decided", line.options.decided,
                 Say("Thay vào đó: các quyết định của một đơn vị, máy nào đã nhận và ai đã xác nhận",
                     "Instead: a unit's decisions, which devices hold them and who has acknowledged them"));
  list->callback([&line, unit] {
    if (line.options.decided && unit->count() == 0) throw CLI::RequiredError("--unit");
    line.options.command = "conflict list";
  });
  CLI::App* resolve = line.Add(conflict, "resolve", Say("Quyết định số của một ô", "Decide a cell's number"),
                               "conflict resolve --data /var/lib/motcua "
                               "00019/2020-08-31/1.001193/counter/received --set 25 --shown 30 "
                               "--note \"đếm lại sổ\"");
  HubLine::Text(resolve, "cell", &line.options.cell, "",
                Say("Ô số liệu: đơn-vị/ngày/thủ-tục/hình-thức/chỉ-tiêu, phần trống để trống",
                    "The cell: unit/day/procedure/channel/measure, empty parts stay empty"))
      ->required();
  line.Note(resolve);
  AddValue(line, resolve);
  CLI::App* close =
      line.Add(conflict, "close",
               Say("Đóng danh sách các ô do nhiều nhánh của một thiết bị, hoặc của máy chủ, cùng ghi",
                   "Close the list of cells written on several lines of one device, or of the hub"),
               "conflict close --data /var/lib/motcua --unit 00019 --fork 3f2a90c1-17-9be0aa01c2d3e4f5 "
               "--note \"đã đối chiếu sổ\"");
  line.Unit(close)->required();
  HubLine::Text(
      close, "--fork", &line.options.fork, "ENTRY",
      Say("Lượt ghi chung cuối cùng, xem conflict list", "The last common entry, see conflict list"))
      ->required();
  line.Note(close);
}

}  // namespace motcua
