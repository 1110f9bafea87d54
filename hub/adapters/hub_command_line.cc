#include "hub/adapters/hub_command_line.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/cli/command_words.h"

namespace motcua {
namespace {

class CommandLine {
 public:
  CommandLine() : app_("", "motcua-hub") {
    app_.description(Say("Máy chủ tổng hợp: nhận lượt ghi của các bàn tiếp nhận, tổng hợp và lập báo cáo.",
                         "The hub: takes the entries of the desks, consolidates them and makes reports."));
    SpeakCurrentLanguage(&app_);
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("motcua-hub 0.1.0"),
                          Say("In phiên bản", "Print the version"));
    AddCommonArguments(&app_, DataHelp(), &common_);
    app_.footer(Footer("init --data /var/lib/motcua --catalog deploy/catalog/badinh-2020"));
    AddSetup();
    AddDevices();
    AddReports();
    AddPeriods();
    AddOperations();
    AddConflicts();
    AddLedger();
    AddBackups();
    AddBundle();
  }

  ReadCommandLine Read(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    std::ostringstream out;
    try {
      CheckText(arguments);
      app_.parse(arguments);
      if (options_.command != "catalog check") NeedData(common_);
      AgreeOnFormat(common_, options_.format);
    } catch (const CLI::Success& success) {  // help, version
      app_.exit(success, out, out);
      return {std::nullopt, {kExitDone, out.str(), ""}};
    } catch (const CLI::ParseError& error) {
      return {std::nullopt, {kExitUsage, "", UsageSentence(app_, error)}};
    }
    options_.data = common_.data;
    options_.json = common_.json;
    return {options_, {}};
  }

 private:
  static std::string DataHelp() { return Say("Thư mục dữ liệu của máy chủ", "The hub's data folder"); }
  static std::string Footer(const std::string& example) {
    return absl::StrCat(Say("Ví dụ:\n", "Example:\n"), "  motcua-hub ", example);
  }

  // Commands travel to a serving hub as text.
  static void CheckText(const std::vector<std::string>& arguments) {
    if (std::all_of(arguments.begin(), arguments.end(),
                    [](const std::string& text) { return IsValidUtf8(text); }))
      return;
    throw CLI::ParseError(Say("có chữ không phải UTF-8", "a text is not UTF-8"), kExitUsage);
  }

  CLI::App* Add(CLI::App* parent, const std::string& name, const std::string& what,
                const std::string& example, const std::string& data_help = DataHelp()) {
    CLI::App* command = parent->add_subcommand(name, what);
    AddCommonArguments(command, data_help, &common_);
    command->footer(Footer(example));
    const std::string full = parent == &app_ ? name : absl::StrCat(parent->get_name(), " ", name);
    command->callback([this, full] { options_.command = full; });
    return command;
  }
  CLI::App* Add(const std::string& name, const std::string& what, const std::string& example) {
    return Add(&app_, name, what, example);
  }
  CLI::App* Group(const std::string& name, const std::string& what, const std::string& example) {
    CLI::App* group = app_.add_subcommand(name, what);
    group->fallthrough();  // what stands before the second word is the program's own
    group->footer(Footer(example));
    group->require_subcommand(1);
    return group;
  }

  // A text with something in it.
  static CLI::Option* Text(CLI::App* command, const std::string& name, std::string* text,
                           const std::string& type, const std::string& help) {
    return command->add_option(name, *text, help)->check(NotBlank())->type_name(type);
  }
  CLI::Option* Unit(CLI::App* command) {
    return Text(command, "--unit", &options_.unit, "CODE", Say("Mã đơn vị", "Unit code"));
  }
  CLI::Option* DayOf(CLI::App* command, const std::string& name, std::string* day, const std::string& help) {
    return Text(command, name, day, "YYYY-MM-DD", help)->required();
  }
  CLI::Option* Revision(CLI::App* command) {
    CLI::Option* seal = Text(command, "--seal", &options_.seal, "HEX",
                             Say("Dấu của bản chốt, khi có nhiều bản cùng số (xem period list --json)",
                                 "The revision's seal, when several bear its number (see period list --json)"));
    CLI::Option* revision = AddNumber(
        command, "--revision", &options_.revision,
        Say("Bản đã chốt; 0 là số liệu hiện hành", "A locked revision; 0 is the living figures"), 0, 1'000'000);
    seal->needs(revision);
    return revision;
  }
  void Note(CLI::App* command) {
    Text(command, "--note", &options_.note, "TEXT", Say("Lý do, được lưu lại", "The reason, which is kept"))
        ->required();
    command->add_option("--by", options_.author, Say("Người quyết định", "Who decided"))->type_name("PERSON");
  }
  void Out(CLI::App* command) {
    Text(command, "--out", &options_.out, "FILE",
         Say("Ghi vào tệp thay vì màn hình", "Write to a file instead of the screen"));
  }

  void AddSetup() {
    CLI::App* init = Add("init", Say("Tạo máy chủ tổng hợp mới", "Make a new hub"),
                         "init --data /var/lib/motcua --catalog deploy/catalog/badinh-2020");
    Text(init, "--catalog", &options_.path, "PATH",
         Say("Tệp hoặc thư mục danh mục", "Catalog file or folder"))
        ->required();
    CLI::App* serve = Add("serve", Say("Phục vụ các bàn tiếp nhận", "Serve the desks"),
                          "serve --data /var/lib/motcua --grpc 0.0.0.0:7443");
    Text(serve, "--grpc", &options_.grpc, "HOST:PORT",
         Say("Địa chỉ cho các bàn tiếp nhận, mặc định 127.0.0.1:7443",
             "Address for the desks, 127.0.0.1:7443 by default"));
    Text(serve, "--http", &options_.http, "HOST:PORT",
         Say("Địa chỉ cho trình duyệt (phiên bản này chưa có trang web)",
             "Address for browsers (this version has no web pages)"));
    Text(serve, "--store", &options_.store, "URL",
         Say("Cơ sở dữ liệu khác (phiên bản này chỉ có SQLite)",
             "Another database (this version has SQLite only)"));
    CLI::App* catalog = Group("catalog", Say("Kiểm tra và áp dụng danh mục", "Check and apply a catalog"),
                              "catalog check deploy/catalog/badinh-2020");
    const std::string path = Say("Tệp hoặc thư mục danh mục", "Catalog file or folder");
    CLI::App* check =
        Add(catalog, "check", Say("Kiểm tra danh mục, không áp dụng", "Check a catalog without applying it"),
            "catalog check deploy/catalog/badinh-2020", "");
    Text(check, "path", &options_.path, "", path)->required();
    CLI::App* apply =
        Add(catalog, "apply", Say("Áp dụng phiên bản danh mục mới", "Apply a new catalog version"),
            "catalog apply --data /var/lib/motcua deploy/catalog/badinh-2020");
    Text(apply, "path", &options_.path, "", path)->required();
  }

  void AddDevices() {
    CLI::App* token = Group("token", Say("Tạo mã ghi danh dùng một lần", "Make one-time codes"),
                            "token create --data /var/lib/motcua --unit 00019");
    CLI::App* create = Add(token, "create", Say("Tạo mã; mã ở dòng cuối", "Make a code; it is the last line"),
                           "token create --data /var/lib/motcua --unit 00019 --ttl 48h");
    CLI::Option* unit = Unit(create);
    Text(create, "--ttl", &options_.ttl, "48h",
         Say("Thời hạn, ví dụ 30m, 48h, 7d; mặc định 48h",
             "How long it holds, as 30m, 48h or 7d; 48h by default"));
    AddChoice(create, "--role", &options_.role, {"desk", "supervisor", "viewer"},
              Say("Vai trò của thiết bị, mặc định desk", "The device's role, desk by default"));
    Text(create, "--replaces", &options_.device, "DEVICE",
         Say("Thiết bị được thay máy", "The device whose machine is replaced"));
    create->callback([this, unit] {
      if (options_.role != "viewer" && unit->count() == 0) throw CLI::RequiredError("--unit");
      options_.command = "token create";
    });
    CLI::App* device = Group("device", Say("Liệt kê và thu hồi thiết bị", "List and revoke devices"),
                             "device list --data /var/lib/motcua");
    Add(device, "list", Say("Liệt kê thiết bị đã ghi danh", "List enrolled devices"),
        "device list --data /var/lib/motcua --json");
    CLI::App* revoke =
        Add(device, "revoke", Say("Thu hồi thiết bị, có hiệu lực ngay", "Revoke a device, at once"),
            "device revoke --data /var/lib/motcua 3f2a90c1");
    Text(revoke, "device", &options_.device, "", Say("Mã thiết bị", "The device's number"))->required();
    Text(revoke, "--certificate", &options_.certificate, "SERIAL",
         Say("Chỉ thu hồi một chứng thư của thiết bị (một bản sao), xem device list --json",
             "Revoke one certificate of the device only (one copy of it), see device list --json"));
  }

  void AddReports() {
    AddReport();
    CLI::App* facts = Add(
        "facts", Say("Liệt kê số liệu tổng hợp", "List facts"),
        "facts --data /var/lib/motcua --unit 001 --from 2019-12-15 --to 2020-08-31 --by unit --format csv");
    Unit(facts)->required();
    DayOf(facts, "--from", &options_.from, Say("Từ ngày", "First day"));
    DayOf(facts, "--to", &options_.to, Say("Đến hết ngày", "Last day"));
    facts
        ->add_option("--by", options_.by,
                     Say("Các chiều: unit, day, procedure, field, channel, cách nhau dấu phẩy",
                         "Dimensions: unit, day, procedure, field, channel, with commas"))
        ->type_name("LIST");
    facts
        ->add_option(
            "--measure", options_.measures,
            Say("Các chỉ tiêu, cách nhau dấu phẩy; mặc định tất cả", "Measures, with commas; all by default"))
        ->type_name("LIST");
    AddChoice(facts, "--format", &options_.format, {"csv", "json"},
              Say("Dạng kết quả, mặc định csv", "Form of the answer, csv by default"));
    Out(facts);
    AddCheck();
  }

  void AddCheck() {
    CLI::App* check =
        Add("check", Say("Kiểm tra số liệu của một kỳ, hoặc của một biểu giấy", "Check a period's figures, or those of a paper form"),
            "check --data /var/lib/motcua --unit 001 --period badinh-2020/2020-9M --json\n"
            "  motcua-hub check --data /var/lib/motcua --form badinh-2020 --values figures.csv --strict");
    CLI::Option* unit = Unit(check);
    CLI::Option* period = Text(check, "--period", &options_.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"));
    CLI::Option* form = Text(check, "--form", &options_.form, "ID", Say("Mã biểu mẫu của số liệu gõ từ giấy", "Form of figures typed from paper"));
    CLI::Option* values = Text(check, "--values", &options_.values, "FILE",
                               Say("Số liệu gõ từ biểu giấy: row,column,value", "Figures typed from a paper form: row,column,value"));
    check->add_flag("--strict", options_.strict,
                    Say("Mã thoát 1 khi có điểm chưa khớp", "Exit code 1 when something does not add up"));
    form->needs(values)->excludes(unit)->excludes(period);
    values->needs(form);
    check->callback([this, unit, period, form] {
      if (form->count() == 0 && unit->count() == 0) throw CLI::RequiredError("--unit");
      if (form->count() == 0 && period->count() == 0) throw CLI::RequiredError("--period");
      options_.command = "check";
    });
  }

  void AddReport() {
    CLI::App* report = Add("report", Say("Lập báo cáo theo biểu mẫu", "Make a report"),
                           "report --data /var/lib/motcua --form vpcp-06 --unit 001 --period 2020-9M");
    Text(report, "--form", &options_.form, "ID", Say("Mã biểu mẫu", "Form id"))->required();
    CLI::Option* unit = Unit(report);
    CLI::Option* period = Text(report, "--period", &options_.period, "ID",
                               Say("Kỳ báo cáo của lịch biểu đó", "Period of the form's calendar"));
    report->add_flag("--rows", options_.rows,
                     Say("Chỉ liệt kê các dòng của biểu mẫu", "Only list the form's rows"));
    report->add_flag("--compare-rates", options_.compare_rates,
                     Say("In các cách tính khác của cùng một tỷ lệ", "Print the other definitions of each rate beside it"));
    AddChoice(report, "--format", &options_.format, {"table", "csv", "json", "xlsx"},
              Say("Dạng kết quả, mặc định table", "Form of the answer, table by default"));
    Revision(report);
    Out(report);
    report->callback([this, unit, period] {
      if (!options_.rows && unit->count() == 0) throw CLI::RequiredError("--unit");
      if (!options_.rows && period->count() == 0) throw CLI::RequiredError("--period");
      options_.command = "report";
    });
  }

  // `period WORD CALENDAR/ID --unit CODE`.
  CLI::App* OfPeriod(CLI::App* group, const std::string& word, const std::string& what, const std::string& more,
                     bool unit_required = false) {
    CLI::App* command = Add(group, word, what,
                            absl::StrCat("period ", word, " --data /var/lib/motcua vpcp/2020-9M --unit 001",
                                         more.empty() ? "" : " ", more));
    Text(command, "period", &options_.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"))->required();
    Unit(command)->required(unit_required);
    return command;
  }

  void AddPeriods() {
    CLI::App* period = Group("period", Say("Theo dõi, chốt và điều chỉnh kỳ báo cáo", "Follow, lock and amend periods"),
                             "period status --data /var/lib/motcua vpcp/2020-9M");
    CLI::App* list = Add(period, "list", Say("Các kỳ và những bản đã chốt", "Periods and their locked revisions"),
                         "period list --data /var/lib/motcua vpcp");
    Text(list, "period", &options_.period, "CALENDAR[/ID]", Say("Lịch báo cáo, hoặc một kỳ", "Calendar, or one period"));
    OfPeriod(period, "status", Say("Đơn vị nào đã nộp, đang chờ, chưa bắt đầu", "Who has submitted, waits, has not started"),
             "--json");
    const std::string note = "--note \"đủ đơn vị\"";
    CLI::App* lock = OfPeriod(period, "lock", Say("Chốt kỳ với số đơn vị đã khai", "Lock with declared coverage"), note);
    lock->add_flag("--accept-missing", options_.accept_missing,
                   Say("Chốt dù còn đơn vị chưa nộp", "Lock although units have not submitted"));
    Note(lock);
    CLI::App* unlock = OfPeriod(period, "unlock", Say("Mở lại kỳ đã chốt đến một lúc", "Unlock until a time"),
                                "--until \"2020-09-20 17:00\" --note \"nộp bổ sung\"");
    Text(unlock, "--until", &options_.until, "TIME",
         Say("Đến lúc nào, giờ Việt Nam: 2020-09-20, \"2020-09-20 17:00\" hoặc 48h",
             "Until when, in Vietnam's time: 2020-09-20, \"2020-09-20 17:00\" or 48h"))
        ->required();
    Note(unlock);
    OfPeriod(period, "amendments", Say("Những gì khác bản chốt mới nhất, và do đâu", "What differs from the newest revision, and why"),
             "--json");
    CLI::App* accept = OfPeriod(period, "accept-amendments",
                                Say("Nhận tất cả điều chỉnh đã xem làm bản mới", "Accept all amendments shown as a new revision"),
                                "--shown 1a2b3c4d --note \"số đến muộn\"");
    accept
        ->add_option_function<std::string>(
            "--shown", [this](const std::string& text) { options_.shown = text; },
            Say("Mã in cuối period amendments; nếu nay khác thì không ghi",
                "The code that period amendments ends with; if it differs by now nothing is written"))
        ->type_name("DIGEST");
    Note(accept);
    AddObligations(period);
  }

  void AddObligations(CLI::App* period) {
    CLI::App* exempt = OfPeriod(period, "exempt", Say("Miễn cho một đơn vị nộp kỳ này", "Let a unit owe nothing for the period"),
                                "--note \"giải thể\"", true);
    exempt->add_flag("--lift", options_.lift, Say("Thôi miễn", "It owes the period again"));
    Note(exempt);
    CLI::App* decide = OfPeriod(period, "decide",
                                Say("Quyết định một lần nộp chưa rõ là đúng hạn hay muộn",
                                    "Decide whether a submission whose times leave it open was on time"),
                                "--on-time yes --note \"có dấu bưu điện\"", true);
    AddChoice(decide, "--on-time", &options_.on_time, {"yes", "no"}, Say("Đúng hạn hay không", "On time or not"))->required();
    Note(decide);
  }

  void AddOperations() {
    CLI::App* restate = Add(
        "restate", Say("Ấn định số của cả đơn vị", "Say what the whole unit's number is"),
        "restate --data /var/lib/motcua --unit 00019 --day 2020-08-31 --procedure 1.001193 --channel counter "
        "--measure received --set 25 --note \"đếm lại sổ\"");
    Unit(restate)->required();
    DayOf(restate, "--day", &options_.day, Say("Ngày phát sinh", "Business day"));
    restate->add_option("--procedure", options_.procedure, Say("Mã thủ tục", "Procedure code"))
        ->type_name("P");
    restate->add_option("--channel", options_.channel, Say("Hình thức tiếp nhận", "Channel"))->type_name("C");
    Text(restate, "--measure", &options_.measure, "M", Say("Chỉ tiêu", "Measure"))->required();
    Note(restate);
    AddValue(restate);
    AddPaper();
    AddExclude("exclude", Say("Loại các lượt ghi khỏi số liệu", "Take entries out of what counts"));
    AddExclude("include", Say("Tính lại các lượt ghi đã loại", "Take excluded entries back in"));
    Add("status", Say("Tình trạng máy chủ", "The hub's state"), "status --data /var/lib/motcua --json");
  }

  void AddPaper() {
    CLI::App* record = Add(
        "record",
        Say("Ghi thay một đơn vị báo cáo trên giấy", "Record for a unit that reports on paper"),
        "record --data /var/lib/motcua --unit 00019 --day 2020-03-31 --from 2020-01-01 --procedure 1.001193 "
        "--channel counter --measure received --set 120 --note \"báo cáo giấy quý I\"");
    Unit(record)->required();
    DayOf(record, "--day", &options_.day, Say("Ngày phát sinh; với --from là ngày cuối của số lũy kế",
                                              "Business day; with --from the last one of a cumulative figure"));
    record->add_option("--procedure", options_.procedure, Say("Mã thủ tục", "Procedure code"))->type_name("P");
    record->add_option("--channel", options_.channel, Say("Hình thức tiếp nhận", "Channel"))->type_name("C");
    Text(record, "--measure", &options_.measure, "M", Say("Chỉ tiêu", "Measure"))->required();
    Text(record, "--from", &options_.from, "DAY",
         Say("Ngày đầu của số lũy kế; phần chênh với số đã biết được ghi vào --day",
             "The first day of a cumulative figure; the difference to what is known is recorded on --day"));
    CLI::Option_group* value = record->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
    AddNumber(value, "--add", &options_.add, Say("Cộng thêm vào ngày đó", "Add to that day"));
    AddNumber(value, "--set", &options_.set, Say("Số trên giấy", "The figure on paper"));
    value
        ->add_option_function<std::string>(
            "--set-text", [this](const std::string& text) { options_.set_text = text; },
            Say("Lựa chọn hoặc nội dung chữ", "A choice or text"))
        ->type_name("T");
    value->require_option(1);
    Note(record);
  }

  // The number or text that is to stand, and what the person saw when deciding.
  void AddValue(CLI::App* command) {
    CLI::Option_group* value =
        command->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
    AddNumber(value, "--set", &options_.set, Say("Số của cả đơn vị", "The unit's number"));
    value
        ->add_option_function<std::string>(
            "--set-text", [this](const std::string& text) { options_.set_text = text; },
            Say("Lựa chọn hoặc nội dung chữ của cả đơn vị", "The unit's choice or text"))
        ->type_name("T");
    value->require_option(1);
    command
        ->add_option_function<std::string>(
            "--shown", [this](const std::string& text) { options_.shown = text; },
            Say("Số đã nhìn thấy (\"\" là trống); nếu nay khác thì không ghi",
                "The value that was seen (\"\" is blank); if it differs by now nothing is written"))
        ->type_name("VALUE");
  }

  void AddConflicts() {
    CLI::App* conflict =
        Group("conflict", Say("Xem và giải quyết những điểm cần người quyết định", "See and settle what a person must decide"),
              "conflict list --data /var/lib/motcua");
    CLI::App* list = Add(conflict, "list",
                         Say("Mâu thuẫn, chồng lấn, số âm, ô do nhiều nhánh cùng ghi, tệp nhập nhiều lần",
                             "Conflicts, overlaps, negative counts, cells written on several lines, repeated imports"),
                         "conflict list --data /var/lib/motcua --unit 00019 --period vpcp/2020-08 --json");
    CLI::Option* unit = Unit(list);
    Text(list, "--period", &options_.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"));
    list->add_flag("--decided", options_.decided,
                   Say("Thay vào đó: các quyết định của một đơn vị, máy nào đã nhận và ai đã xác nhận",
                       "Instead: a unit's decisions, which devices hold them and who has acknowledged them"));
    list->callback([this, unit] {
      if (options_.decided && unit->count() == 0) throw CLI::RequiredError("--unit");
      options_.command = "conflict list";
    });
    CLI::App* resolve =
        Add(conflict, "resolve", Say("Quyết định số của một ô", "Decide a cell's number"),
            "conflict resolve --data /var/lib/motcua 00019/2020-08-31/1.001193/counter/received --set 25 --shown 30 "
            "--note \"đếm lại sổ\"");
    Text(resolve, "cell", &options_.cell, "",
         Say("Ô số liệu: đơn-vị/ngày/thủ-tục/hình-thức/chỉ-tiêu, phần trống để trống",
             "The cell: unit/day/procedure/channel/measure, empty parts stay empty"))
        ->required();
    Note(resolve);
    AddValue(resolve);
    CLI::App* close = Add(conflict, "close",
                          Say("Đóng danh sách các ô do nhiều nhánh của một thiết bị, hoặc của máy chủ, cùng ghi",
                              "Close the list of cells written on several lines of one device, or of the hub"),
                          "conflict close --data /var/lib/motcua --unit 00019 --fork 3f2a90c1-17-9be0aa01c2d3e4f5 "
                          "--note \"đã đối chiếu sổ\"");
    Unit(close)->required();
    Text(close, "--fork", &options_.fork, "ENTRY",
         Say("Lượt ghi chung cuối cùng, xem conflict list", "The last common entry, see conflict list"))
        ->required();
    Note(close);
  }

  void AddExclude(const std::string& name, const std::string& what) {
    CLI::App* command =
        Add(name, what,
            absl::StrCat(name,
                         " --data /var/lib/motcua --unit 00019 --entries "
                         "3f2a90c1-17-9be0aa01c2d3e4f5..3f2a90c1-20-0cc175b9c0f1b6a8 --note \"nhập trùng\""));
    Unit(command)->required();
    Text(command, "--entries", &options_.entries, "FIRST..LAST",
         Say("Lượt ghi đầu và lượt ghi cuối", "The first and the last entry"))
        ->required();
    Note(command);
  }

  void AddLedger() {
    CLI::App* ledger = Group("ledger", Say("Xem và đối chiếu nhật ký lượt ghi", "Show and verify the ledger"),
                             "ledger verify --data /var/lib/motcua");
    CLI::App* show = Add(ledger, "show",
                         Say("Từng lượt ghi với người ghi, giờ ghi và có được tính hay không",
                             "Every entry with author, time and fate"),
                         "ledger show --data /var/lib/motcua --unit 00019 --json");
    CLI::Option* unit = Unit(show);
    CLI::Option* device =
        Text(show, "--device", &options_.device, "DEVICE", Say("Mã thiết bị", "The device's number"));
    CLI::Option* cell = Text(show, "--cell", &options_.cell, "UNIT/DAY/PROCEDURE/CHANNEL/MEASURE",
                             Say("Một ô số liệu", "One cell"));
    CLI::Option* form = Text(show, "--form", &options_.form, "ID",
                             Say("Các lượt ghi đứng sau một số trong biểu; cùng --row, --column, --period và --unit",
                                 "The entries behind a printed figure; with --row, --column, --period and --unit"));
    CLI::Option* row = Text(show, "--row", &options_.row, "ROW", Say("Dòng của biểu", "The form's row"));
    CLI::Option* column = Text(show, "--column", &options_.column, "COLUMN", Say("Cột của biểu", "The form's column"));
    CLI::Option* period = Text(show, "--period", &options_.period, "ID", Say("Kỳ báo cáo", "Period"));
    form->needs(row)->needs(column)->needs(period)->needs(unit)->excludes(device)->excludes(cell);
    Revision(show)->needs(form);
    row->needs(form);
    column->needs(form);
    period->needs(form);
    show->callback([this, unit, device, cell] {
      if (unit->count() + device->count() + cell->count() == 0)
        throw CLI::RequiredError::Option(1, 0, 0, "--unit,--device,--cell");
      options_.command = "ledger show";
    });
    Add(ledger, "verify", Say("Đối chiếu nhật ký với mọi số liệu", "Check the log and every fact against it"),
        "ledger verify --data /var/lib/motcua");
  }

  void AddBackups() {
    CLI::App* backup = Add("backup",
                           Say("Sao lưu toàn bộ máy chủ vào một tệp, kể cả khi đang phục vụ",
                               "Back the whole hub up to one file, also while it serves"),
                           "backup --data /var/lib/motcua --out /mnt/usb/hub-2020-11-20.db");
    Text(backup, "--out", &options_.path, "FILE",
         Say("Tệp sao lưu; có khóa của máy chủ trong đó, hãy cất kỹ",
             "The backup's file; it holds the hub's keys, keep it safe"))
        ->required();
    CLI::App* restore = Add("restore",
                            Say("Khôi phục máy chủ từ bản sao lưu và nêu những gì chỉ máy chủ cũ có",
                                "Restore the hub from a backup and name what only the present one had"),
                            "restore --data /var/lib/motcua /mnt/usb/hub-2020-11-20.db");
    Text(restore, "file", &options_.path, "", Say("Tệp sao lưu", "The backup's file"))->required();
    Add("doctor",
        Say("Kiểm tra máy chủ: dữ liệu, ổ đĩa, giờ, khóa, chứng thư; mã thoát 1 khi cần người xử lý",
            "Examine the hub: data, disk, clock, keys, certificate; exit code 1 when somebody must act"),
        "doctor --data /var/lib/motcua --json");
  }

  void AddBundle() {
    const std::string example = "bundle import --data /var/lib/motcua /media/usb/ban1.motcua --receipt "
                                "/media/usb/ban1.receipt";
    CLI::App* bundle = Group("bundle",
                             Say("Nhận gói của bàn tiếp nhận không có mạng (USB)",
                                 "Take the bundle of a desk without a line (USB stick)"),
                             example);
    CLI::App* import = Add(bundle, "import",
                           Say("Nhận lượt ghi trong gói và viết tệp xác nhận mang về bàn tiếp nhận; nhận lại "
                               "nhiều lần cũng như một lần",
                               "Take a bundle's entries and write the receipt file to carry back; taking it again "
                               "does nothing more"),
                           example);
    Text(import, "file", &options_.path, "", Say("Tệp gói", "The bundle"))->required();
    Text(import, "--receipt", &options_.receipt, "FILE",
         Say("Tệp xác nhận để bàn tiếp nhận đọc lại", "The receipt file for the desk to read"))
        ->required();
    CLI::Option* take =
        import->add_flag("--take-revoked", options_.take_revoked,
                         Say("Vẫn nhận lượt ghi của máy đã bị thu hồi; cần --note",
                             "Take the entries of a revoked machine all the same; needs --note"));
    CLI::Option* note = Text(import, "--note", &options_.note, "TEXT",
                             Say("Lý do, được lưu cùng thiết bị", "The reason, kept with the device"));
    import->add_option("--by", options_.author, Say("Người quyết định", "Who decided"))->type_name("PERSON");
    take->needs(note);
    note->needs(take);
    import->callback([this] {
      if (options_.path == options_.receipt) {
        throw CLI::ValidationError("--receipt", Say("phải là tệp khác với gói", "must be another file than the bundle"));
      }
      options_.command = "bundle import";
    });
  }

  HubOptions options_;
  CommonArguments common_;
  CLI::App app_;
};

}  // namespace

ReadCommandLine ReadHubCommandLine(const std::vector<std::string>& arguments) {
  return CommandLine().Read(arguments);
}

}  // namespace motcua
