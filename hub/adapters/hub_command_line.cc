#include "hub/adapters/hub_command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/language.h"

namespace motcua {
namespace {

class CommandLine {
 public:
  CommandLine() : app_("", "motcua-hub") {
    app_.description(Say("Máy chủ tổng hợp: nhận lượt ghi của các bàn tiếp nhận, tổng hợp và lập báo cáo.",
                         "The hub: takes the entries of the desks, consolidates them and makes reports."));
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("motcua-hub 0.1.0"));
    app_.add_option("--data", options_.data, Say("Thư mục dữ liệu của máy chủ", "The hub's data folder"))
        ->type_name("DIR");
    app_.add_option("--lang", language_, Say("Ngôn ngữ: vi hoặc en", "Language: vi or en"))
        ->check(CLI::IsMember({"vi", "en"}));
    app_.add_flag("--json", options_.json, Say("In ra một đối tượng JSON", "Print one JSON object"));
    AddSetup();
    AddDevices();
    AddReports();
    AddOperations();
    AddLedger();
  }

  ReadCommandLine Read(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    std::ostringstream out;
    try {
      app_.parse(arguments);
    } catch (const CLI::Success& success) {  // help, version
      app_.exit(success, out, out);
      return {std::nullopt, {kExitDone, out.str(), ""}};
    } catch (const CLI::ParseError& error) {
      return {std::nullopt,
              {kExitUsage, "",
               absl::StrCat(Say("Lệnh gõ chưa đúng: ", "Wrong usage: "), error.what(),
                            Say(". Xem cách dùng với --help.\n", ". See --help.\n"))}};
    }
    return {options_, {}};
  }

 private:
  CLI::App* Add(CLI::App* parent, const std::string& name, const std::string& what,
                const std::string& example) {
    CLI::App* command = parent->add_subcommand(name, what);
    command->fallthrough();  // --data, --json and --lang may stand anywhere
    if (!example.empty()) command->footer(absl::StrCat(Say("Ví dụ: ", "Example: "), "motcua-hub ", example));
    const std::string full = parent == &app_ ? name : absl::StrCat(parent->get_name(), " ", name);
    if (!example.empty()) command->callback([this, full] { options_.command = full; });
    return command;
  }
  CLI::App* Add(const std::string& name, const std::string& what, const std::string& example) {
    return Add(&app_, name, what, example);
  }
  CLI::App* Group(const std::string& name, const std::string& what) {
    CLI::App* group = Add(&app_, name, what, "");
    group->require_subcommand(1);
    return group;
  }

  CLI::Option* Unit(CLI::App* command) {
    return command->add_option("--unit", options_.unit, Say("Mã đơn vị", "Unit code"))->type_name("CODE");
  }
  void Note(CLI::App* command) {
    command->add_option("--note", options_.note, Say("Lý do, được lưu lại", "The reason, which is kept"))
        ->required();
    command->add_option("--by", options_.author, Say("Người quyết định", "Who decided"));
  }
  void Out(CLI::App* command) {
    command->add_option("--out", options_.out, Say("Ghi vào tệp thay vì màn hình", "Write to a file instead"))
        ->type_name("FILE");
  }

  void AddSetup() {
    CLI::App* init = Add("init", Say("Tạo máy chủ tổng hợp mới", "Make a new hub"),
                         "init --data /var/lib/motcua --catalog deploy/catalog/badinh-2020");
    init->add_option("--catalog", options_.path, Say("Tệp hoặc thư mục danh mục", "Catalog file or folder"))
        ->required()
        ->type_name("PATH");
    CLI::App* serve = Add("serve", Say("Phục vụ các bàn tiếp nhận", "Serve the desks"),
                          "serve --data /var/lib/motcua --grpc 0.0.0.0:7443");
    serve->add_option("--grpc", options_.grpc, Say("Địa chỉ cho các bàn tiếp nhận", "Address for desks"))
        ->type_name("HOST:PORT");
    serve->add_option("--http", options_.http, Say("Địa chỉ cho trình duyệt", "Address for browsers"))
        ->type_name("HOST:PORT");
    serve->add_option("--store", options_.store, Say("Cơ sở dữ liệu khác", "Another database"))
        ->type_name("URL");
    CLI::App* catalog = Group("catalog", Say("Danh mục", "The catalog"));
    CLI::App* check =
        Add(catalog, "check", Say("Kiểm tra danh mục, không áp dụng", "Check a catalog without applying it"),
            "catalog check deploy/catalog/badinh-2020");
    check->add_option("path", options_.path, Say("Tệp hoặc thư mục", "File or folder"))->required();
    CLI::App* apply =
        Add(catalog, "apply", Say("Áp dụng phiên bản danh mục mới", "Apply a new catalog version"),
            "catalog apply --data /var/lib/motcua deploy/catalog/badinh-2020");
    apply->add_option("path", options_.path, Say("Tệp hoặc thư mục", "File or folder"))->required();
  }

  void AddDevices() {
    CLI::App* token = Group("token", Say("Mã ghi danh dùng một lần", "One-time codes"));
    CLI::App* create = Add(token, "create", Say("Tạo mã; mã ở dòng cuối", "Make a code; it is the last line"),
                           "token create --data /var/lib/motcua --unit 00019 --ttl 48h");
    Unit(create)->required();
    create->add_option("--ttl", options_.ttl,
                       Say("Thời hạn: 30m, 48h, 7d", "How long it holds: 30m, 48h, 7d"));
    create->add_option("--role", options_.role, Say("Vai trò của thiết bị", "The device's role"))
        ->check(CLI::IsMember({"desk", "supervisor", "viewer"}));
    create
        ->add_option("--replaces", options_.device,
                     Say("Thiết bị được thay máy", "The device whose machine is replaced"))
        ->type_name("DEVICE");
    CLI::App* device = Group("device", Say("Thiết bị đã ghi danh", "Enrolled devices"));
    Add(device, "list", Say("Liệt kê thiết bị", "List devices"), "device list --data /var/lib/motcua --json");
    CLI::App* revoke =
        Add(device, "revoke", Say("Thu hồi thiết bị, có hiệu lực ngay", "Revoke a device, at once"),
            "device revoke --data /var/lib/motcua 3f2a90c1");
    revoke->add_option("device", options_.device, Say("Số của thiết bị", "The device's number"))->required();
  }

  void AddReports() {
    CLI::App* report = Add("report", Say("Lập báo cáo theo biểu mẫu", "Make a report"),
                           "report --data /var/lib/motcua --form vpcp-06 --unit 001 --period 2020-9M");
    report->add_option("--form", options_.form, Say("Mã biểu mẫu", "Form id"))->required();
    CLI::Option* unit = Unit(report);
    CLI::Option* period = report->add_option("--period", options_.period, Say("Kỳ báo cáo", "Period"));
    CLI::Option* rows = report->add_flag(
        "--rows", options_.rows, Say("Chỉ liệt kê các dòng của biểu mẫu", "Only list the form's rows"));
    report->add_option("--format", options_.format, "table | csv | json | xlsx")
        ->check(CLI::IsMember({"table", "csv", "json", "xlsx"}));
    report->add_option("--revision", options_.revision,
                       Say("Bản đã chốt; 0 là số liệu đang sống", "A locked revision; 0 is the living one"));
    Out(report);
    report->callback([this, unit, period, rows] {
      if (rows->count() == 0 && (unit->count() == 0 || period->count() == 0))
        throw CLI::RequiredError("--unit, --period");
      options_.command = "report";
    });
    CLI::App* facts = Add(
        "facts", Say("Liệt kê số liệu tổng hợp", "List facts"),
        "facts --data /var/lib/motcua --unit 001 --from 2019-12-15 --to 2020-08-31 --by unit --format csv");
    Unit(facts)->required();
    facts->add_option("--from", options_.from, Say("Từ ngày", "First day"))->required()->type_name("DAY");
    facts->add_option("--to", options_.to, Say("Đến ngày", "Last day"))->required()->type_name("DAY");
    facts->add_option("--by", options_.by, "unit,day,procedure,field,channel");
    facts->add_option("--measure", options_.measures,
                      Say("Các chỉ tiêu, cách nhau dấu phẩy", "Measures, with commas"));
    facts->add_option("--format", options_.format, "csv | json")->check(CLI::IsMember({"csv", "json"}));
    Out(facts);
    CLI::App* check = Add("check", Say("Kiểm tra số liệu của một kỳ", "Check a period's figures"),
                          "check --data /var/lib/motcua --unit 001 --period badinh-2020/2020-9M --json");
    Unit(check)->required();
    check->add_option("--period", options_.period, Say("LỊCH/KỲ", "CALENDAR/ID"))->required();
    check->add_flag("--strict", options_.strict,
                    Say("Kết thúc bằng 1 khi có phát hiện", "End with 1 when there is a finding"));
  }

  void AddOperations() {
    CLI::App* restate = Add(
        "restate", Say("Ghi lại số của cả đơn vị", "Restate a unit's number"),
        "restate --data /var/lib/motcua --unit 00019 --day 2020-08-31 --procedure 1.001193 --channel counter "
        "--measure received --set 25 --note \"đếm lại sổ\"");
    Unit(restate)->required();
    restate->add_option("--day", options_.day, Say("Ngày phát sinh", "Business day"))->required();
    restate->add_option("--procedure", options_.procedure, Say("Mã thủ tục", "Procedure"));
    restate->add_option("--channel", options_.channel, Say("Hình thức tiếp nhận", "Channel"));
    restate->add_option("--measure", options_.measure, Say("Chỉ tiêu", "Measure"))->required();
    CLI::Option* set = restate->add_option("--set", options_.set, Say("Số", "Number"))->type_name("N");
    restate->add_option("--set-text", options_.set_text, Say("Chữ", "Text"))->excludes(set);
    Note(restate);
    for (const char* name : {"exclude", "include"}) {
      const bool lifts = absl::string_view(name) == "include";
      CLI::App* command = Add(
          name,
          lifts ? Say("Tính lại các lượt ghi đã loại", "Take excluded entries back in")
                : Say("Loại các lượt ghi khỏi số liệu", "Take entries out of what counts"),
          absl::StrCat(name,
                       " --data /var/lib/motcua --unit 00019 --entries "
                       "3f2a90c1-17-9be0aa01c2d3e4f5..3f2a90c1-20-0cc175b9c0f1b6a8 --note \"nhập trùng\""));
      Unit(command)->required();
      command->add_option("--entries", options_.entries, Say("Lượt ghi đầu..cuối", "FIRST..LAST"))
          ->required();
      Note(command);
    }
    Add("status", Say("Tình trạng máy chủ", "The hub's state"), "status --data /var/lib/motcua --json");
  }

  void AddLedger() {
    CLI::App* ledger = Group("ledger", Say("Nhật ký lượt ghi", "The ledger of entries"));
    CLI::App* show =
        Add(ledger, "show", Say("Từng lượt ghi với người ghi và số phận", "Every entry with author and fate"),
            "ledger show --data /var/lib/motcua --unit 00019 --json");
    CLI::Option* unit = Unit(show);
    CLI::Option* device = show->add_option("--device", options_.device, Say("Số của thiết bị", "Device"));
    CLI::Option* cell =
        show->add_option("--cell", options_.cell, Say("Ô số liệu", "unit/day/procedure/channel/measure"));
    show->callback([this, unit, device, cell] {
      if (unit->count() + device->count() + cell->count() == 0)
        throw CLI::RequiredError("--unit, --device, --cell");
      options_.command = "ledger show";
    });
    Add(ledger, "verify", Say("Đối chiếu nhật ký và mọi số liệu", "Check the log and every fact against it"),
        "ledger verify --data /var/lib/motcua");
  }

  HubOptions options_;
  std::string language_;
  CLI::App app_;
};

}  // namespace

std::string LanguageFlag(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].rfind("--lang=", 0) == 0) return arguments[i].substr(7);
  }
  return "";
}

ReadCommandLine ReadHubCommandLine(const std::vector<std::string>& arguments) {
  return CommandLine().Read(arguments);
}

}  // namespace motcua
