#include "agent/adapters/agent_cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/adapters/agent_commands.h"
#include "agent/adapters/agent_serve.h"
#include "common/base/language.h"
#include "common/cli/command_words.h"

namespace motcua {
namespace {

// "500ms", "60s", "5m", "1h"; a bare number is seconds.
int64_t ReadDuration(const std::string& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(digits);
  int64_t number = 0;
  const int64_t factor = unit == "ms"                  ? 1
                         : unit == "s" || unit.empty() ? 1000
                         : unit == "m"                 ? 60'000
                         : unit == "h"                 ? 3'600'000
                                                       : 0;
  if (factor == 0 || !absl::SimpleAtoi(text.substr(0, digits), &number) || number <= 0 ||
      number > 1'000'000) {
    throw CLI::ValidationError("--timeout",
                               Say("hãy viết như 60s, 5m hoặc 500ms", "write it as 60s, 5m or 500ms"));
  }
  return number * factor;
}

class Cli {
 public:
  Cli(std::ostream& out, std::ostream& err) : err_(err) {
    common_.out = &out;
    common_.err = &err;
    app_.description(
        Say("Ghi số liệu Một cửa tại bàn tiếp nhận và gửi về máy chủ tổng hợp khi có mạng.",
            "Records the numbers of a one-stop desk and sends them to the hub when there is a line."));
    SpeakCurrentLanguage(&app_);
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("motcua-agent ") + kAgentVersion,
                          Say("In phiên bản", "Print the version"));
    AddCommonArguments(&app_, DataHelp(), &arguments_);
    app_.footer(
        Say("Ví dụ:\n", "Example:\n") + "  motcua-agent status --data ./ban1\n" +
        Say("Mỗi lệnh có --help riêng với ví dụ.", "Every command has its own --help with an example."));
    AddEnroll();
    AddRecord();
    AddRestate();
    AddAcknowledge();
    AddImport();
    AddShow();
    AddCheck();
    AddReport();
    AddSubmit();
    AddSync();
    AddStatus();
    AddServe();
    AddBackups();
    AddDoctor();
    AddBundle();
  }

  int Run(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    try {
      app_.parse(arguments);
      NeedData(arguments_);
      AgreeOnFormat(arguments_, report_.format);
    } catch (const CLI::Success& help) {
      return app_.exit(help, *common_.out, err_);
    } catch (const CLI::ParseError& error) {
      err_ << UsageSentence(app_, error);
      return kExitUsage;
    }
    common_.data = arguments_.data;
    common_.json = arguments_.json;
    return chosen_();
  }

 private:
  static std::string DataHelp() {
    return Say("Thư mục dữ liệu của máy này", "The data folder of this machine");
  }

  CLI::App* Add(const std::string& name, const std::string& help, const std::string& example,
                std::function<int()> action) {
    CLI::App* command = app_.add_subcommand(name, help);
    AddCommonArguments(command, DataHelp(), &arguments_);
    command->footer(Say("Ví dụ:\n  motcua-agent ", "Example:\n  motcua-agent ") + name + " --data ./ban1 " +
                    example);
    command->callback([this, action = std::move(action)] { chosen_ = action; });
    return command;
  }

  void AddEnroll() {
    CLI::App* command = Add("enroll",
                            Say("Ghi danh máy này với máy chủ tổng hợp bằng mã dùng một lần",
                                "Enrol this machine at a hub with a one-time code"),
                            "--hub hub.example.vn:7443 --token 0F3KQ-… --name \"Bàn 1\"",
                            [this] { return RunEnroll(common_, enroll_); });
    command->add_option("--hub", enroll_.hub, Say("Địa chỉ máy chủ tổng hợp", "Address of the hub"))
        ->required()
        ->type_name("HOST:PORT");
    command->add_option("--token", enroll_.token, Say("Mã ghi danh dùng một lần", "The one-time code"))
        ->required()
        ->type_name("CODE");
    command->add_option("--name", enroll_.name, Say("Tên gọi của máy", "How people call the machine"))
        ->type_name("TEXT");
  }

  void AddCellOptions(CLI::App* command) {
    command
        ->add_option("--day", record_.day,
                     Say("Ngày phát sinh, mặc định hôm nay", "Business day, today by default"))
        ->check(NotBlank())
        ->type_name("YYYY-MM-DD");
    command->add_flag("--day-confirmed", record_.day_confirmed,
                      Say("Đúng là ngày sau hôm nay", "A day after today is meant"));
    command->add_option("--procedure", record_.procedure, Say("Mã thủ tục", "Procedure code"))
        ->type_name("P");
    command->add_option("--channel", record_.channel, Say("Hình thức tiếp nhận", "Channel"))->type_name("C");
    command->add_option("--measure", record_.measure, Say("Chỉ tiêu", "Measure"))->required()->type_name("M");
    command->add_option("--by", record_.by, Say("Người ghi", "Who records"))->type_name("PERSON");
    command->add_option("--note", record_.note, Say("Ghi chú", "Note"))->type_name("TEXT");
  }

  // Not beside --add, which is right whatever the number was.
  void AddShown(CLI::App* command, const std::string& help) {
    command
        ->add_option_function<std::string>(
            "--shown", [this](const std::string& text) { record_.shown = text; }, help)
        ->type_name("VALUE");
  }

  void AddSetText(CLI::Option_group* value) {
    value
        ->add_option_function<std::string>(
            "--set-text", [this](const std::string& text) { record_.set_text = text; },
            Say("Lựa chọn hoặc nội dung chữ của cả đơn vị", "The unit's choice or text"))
        ->type_name("T");
  }

  void AddRecord() {
    CLI::App* command =
        Add("record", Say("Ghi một con số", "Record a number"),
            "--day 2020-08-31 --procedure 1.001193 --channel counter --measure received --add 3",
            [this] { return RunRecord(common_, record_); });
    AddCellOptions(command);
    CLI::Option_group* value =
        command->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
    AddNumber(value, "--add", &record_.add,
              Say("Cộng thêm vào phần của máy này", "Add to this machine's own part"));
    AddNumber(value, "--set", &record_.set,
              Say("Đặt phần của máy này (hoặc số quan sát của cả đơn vị)",
                  "Set this machine's own part (or the unit's observation)"));
    AddSetText(value);
    value->require_option(1);
    AddShown(command, Say("Phần của máy này (hoặc số quan sát) đã nhìn thấy, \"\" là trống; nếu nay khác thì không ghi",
                          "The own part (or the observation) that was seen, \"\" is blank; if it differs by now nothing "
                          "is written"));
    command->get_option("--shown")->excludes(value->get_option("--add"));
  }

  void AddRestate() {
    CLI::App* command = Add(
        "restate",
        Say("Ấn định số của cả đơn vị (người phụ trách)", "Say what the whole unit's number is (supervisor)"),
        "--day 2020-08-31 --procedure 1.001193 --channel counter --measure received --set 25",
        [this] { return RunRestate(common_, record_); });
    AddCellOptions(command);
    CLI::Option_group* value =
        command->add_option_group("value", Say("Cho đúng một trong", "Give exactly one of"));
    AddNumber(value, "--set", &record_.set, Say("Số của cả đơn vị", "The unit's number"));
    AddSetText(value);
    value->add_flag("--blank", record_.blank, Say("Rút lại số quan sát", "Take an observation back"));
    value->require_option(1);
    AddShown(command, Say("Số của cả đơn vị đã nhìn thấy, \"\" là trống; nếu nay khác thì không ghi",
                          "The unit's value that was seen, \"\" is blank; if it differs by now nothing is written"));
  }

  void AddAcknowledge() {
    CLI::App* command = Add("acknowledge",
                            Say("Xác nhận đã xem các quyết định được gửi về máy này",
                                "Say that the decisions that came to this machine were seen"),
                            "--by \"Nguyễn Văn A\"", [this] { return RunAcknowledge(common_, acknowledge_); });
    command->add_option("--by", acknowledge_.by, Say("Người xác nhận", "Who has seen them"))->type_name("PERSON");
    command->add_option("--note", acknowledge_.note, Say("Ghi chú", "Note"))->type_name("TEXT");
  }

  void AddImport() {
    CLI::App* command = Add(
        "import",
        Say("Nhập một tệp CSV: tất cả các dòng hoặc không dòng nào", "Import a CSV file: all rows or none"),
        "thang8.csv --dry-run", [this] { return RunImport(common_, import_); });
    command
        ->add_option("file", import_.file,
                     Say("Tệp có các cột day,procedure,channel,measure,action,value,note",
                         "File with the columns day,procedure,channel,measure,action,value,note"))
        ->required()
        ->type_name("FILE.csv");
    command->add_flag("--dry-run", import_.dry_run,
                      Say("Chỉ kiểm tra, không ghi", "Check only, write nothing"));
    command->add_flag(
        "--again", import_.again,
        Say("Tệp đã nhập rồi, vẫn tính thêm lần nữa", "The file was imported before and is to count again"));
    command->add_flag("--day-confirmed", import_.day_confirmed,
                      Say("Đúng là có ngày sau hôm nay", "Days after today are meant"));
    command->add_option("--by", import_.by, Say("Người nhập", "Who imports"))->type_name("PERSON");
  }

  void AddShow() {
    CLI::App* command = Add(
        "show",
        Say("Xem số liệu của máy này và cả đơn vị", "Show the numbers of this machine and the whole unit"),
        "--from 2020-08-01 --to 2020-08-31", [this] { return RunShow(common_, show_); });
    CLI::Option* day =
        command
            ->add_option("--day", show_.day, Say("Một ngày, mặc định hôm nay", "One day, today by default"))
            ->check(NotBlank())
            ->type_name("YYYY-MM-DD");
    CLI::Option* from = command->add_option("--from", show_.from, Say("Từ ngày", "First day"))
                            ->check(NotBlank())
                            ->type_name("YYYY-MM-DD")
                            ->excludes(day);
    CLI::Option* to = command->add_option("--to", show_.to, Say("Đến hết ngày", "Last day"))
                          ->check(NotBlank())
                          ->type_name("YYYY-MM-DD")
                          ->excludes(day);
    from->needs(to);
    to->needs(from);
  }

  void AddCheck() {
    CLI::App* command =
        Add("check", Say("Kiểm tra số liệu một kỳ, không cần mạng", "Check a period's numbers, offline"),
            "--period vpcp/2020-9M", [this] { return RunCheck(common_, check_); });
    command->add_option("--period", check_.period, Say("Kỳ báo cáo", "Period"))
        ->required()
        ->type_name("CALENDAR/ID");
    command->add_flag("--strict", check_.strict,
                      Say("Mã thoát 1 khi có điểm chưa khớp", "Exit code 1 when something does not add up"));
  }

  void AddReport() {
    CLI::App* command =
        Add("report", Say("Lập biểu của đơn vị mình", "Fill a form for the own unit"),
            "--form vpcp-06 --period 2020-9M --format csv", [this] { return RunReport(common_, report_); });
    command->add_option("--form", report_.form, Say("Biểu mẫu", "Form"))->required()->type_name("ID");
    command
        ->add_option("--period", report_.period,
                     Say("Kỳ báo cáo của lịch biểu đó", "Period of the form's calendar"))
        ->required()
        ->type_name("ID");
    command->add_flag("--compare-rates", report_.compare_rates,
                      Say("In các cách tính khác của cùng một tỷ lệ", "Print the other definitions of each rate beside it"));
    AddChoice(command, "--format", &report_.format, {"table", "csv", "json"},
              Say("Dạng kết quả, mặc định table", "Form of the answer, table by default"));
    command
        ->add_option("--out", report_.out_file,
                     Say("Ghi vào tệp thay vì màn hình", "Write to a file instead of the screen"))
        ->check(NotBlank())
        ->type_name("FILE");
  }

  void AddSubmit() {
    CLI::App* command = Add("submit", Say("Nộp số liệu một kỳ", "Submit a period"),
                            "--period vpcp/2020-9M --signer \"Nguyễn Văn A\"",
                            [this] { return RunSubmit(common_, submit_); });
    command->add_option("--period", submit_.period, Say("Kỳ báo cáo", "Period"))
        ->required()
        ->type_name("CALENDAR/ID");
    command->add_flag("--nothing-to-report", submit_.nothing_to_report,
                      Say("Kỳ này không phát sinh", "There was nothing in this period"));
    command->add_option("--signer", submit_.signer, Say("Người ký", "Who signs"))->type_name("TEXT");
    command->add_option("--document", submit_.document, Say("Số, ký hiệu văn bản", "Document number"))
        ->type_name("TEXT");
    command
        ->add_option_function<std::vector<std::string>>(
            "--reason", [this](const std::vector<std::string>& reasons) { TakeReasons(reasons); },
            Say("Lý do cho một điểm chưa khớp", "The reason for something that does not add up"))
        ->type_name("RULE=TEXT")
        ->allow_extra_args(false);
  }

  void TakeReasons(const std::vector<std::string>& reasons) {
    for (const std::string& reason : reasons) {
      const std::size_t equals = reason.find('=');
      if (equals == std::string::npos || equals == 0 || equals + 1 == reason.size())
        throw CLI::ValidationError("--reason", Say("hãy viết RULE=TEXT", "write RULE=TEXT"));
      submit_.reasons.push_back({reason.substr(0, equals), reason.substr(equals + 1)});
    }
  }

  void AddSync() {
    CLI::App* command =
        Add("sync",
            Say("Gửi và nhận số liệu với máy chủ tổng hợp; mã thoát 3: chưa nối được, không mất gì",
                "Exchange with the hub; exit code 3: not reached, nothing lost"),
            "--timeout 5m", [this] { return RunSync(common_, sync_); });
    command
        ->add_option_function<std::string>(
            "--timeout", [this](const std::string& text) { sync_.timeout_ms = ReadDuration(text); },
            Say("Thời gian tối đa, mặc định 60s", "Time at most, 60s by default"))
        ->type_name("60s");
    AddNumber(
        command, "--batch-bytes-max", &sync_.batch_bytes_max,
        Say("Gói lớn nhất (byte), cho đường truyền rất yếu", "Largest batch in bytes, for very thin lines"),
        kBatchBytesMin, kBatchBytesMax);
  }

  void AddStatus() {
    Add("status", Say("Tình trạng của máy này", "How this machine stands"), "--json",
        [this] { return RunStatus(common_); });
  }

  void AddServe() {
    CLI::App* command =
        Add("serve",
            Say("Chạy thường trực và tự đồng bộ: mỗi đêm, sau khi ghi, khi có mạng trở lại",
                "Stay and sync by itself: every night, after recording, when the network is back"),
            "", [this] { return RunServe(common_, serve_); });
    command
        ->add_option("--http", serve_.http,
                     Say("Địa chỉ cho trình duyệt (phiên bản này chưa có trang web)",
                         "Address for the browser (this version has no web page)"))
        ->type_name("HOST:PORT");
    command
        ->add_option_function<std::string>(
            "--timeout", [this](const std::string& text) { serve_.timeout_ms = ReadDuration(text); },
            Say("Thời gian tối đa của một lần đồng bộ, mặc định 60s", "Time at most for one sync, 60s by default"))
        ->type_name("60s");
  }

  void AddDoctor() {
    Add("doctor",
        Say("Kiểm tra máy này: số liệu, ổ đĩa, giờ, khóa, chứng thư; mã thoát 1 khi cần người xử lý",
            "Examine this machine: data, disk, clock, keys, certificate; exit code 1 when somebody must act"),
        "--json", [this] { return RunDoctor(common_); });
  }

  void AddBackups() {
    CLI::App* backup = Add("backup", Say("Sao lưu số liệu của máy này vào một tệp", "Back this machine's data up to a file"),
                           "--out /media/usb/ban1.db", [this] { return RunBackup(common_, file_); });
    backup->add_option("--out", file_, Say("Tệp sao lưu", "The backup's file"))
        ->check(NotBlank())
        ->required()
        ->type_name("FILE");
    CLI::App* restore =
        Add("restore",
            Say("Đưa bản sao lưu vào thay số liệu của máy này; số liệu đang có được cất đi",
                "Put a backup in the place of this machine's data, which is set aside"),
            "/media/usb/ban1.db", [this] { return RunRestore(common_, file_); });
    restore->add_option("file", file_, Say("Tệp sao lưu", "The backup's file"))
        ->check(NotBlank())
        ->required()
        ->type_name("FILE");
  }

  void AddBundle() {
    CLI::App* group = app_.add_subcommand(
        "bundle", Say("Đồng bộ bằng USB khi không có mạng", "Sync by USB stick when there is no line"));
    group->fallthrough();  // what stands before the second word is the program's own
    group->require_subcommand(1);
    group->footer(Say("Ví dụ:\n", "Example:\n") +
                  "  motcua-agent bundle export --data ./ban1 --out /media/usb/ban1.motcua\n"
                  "  motcua-agent bundle receipt --data ./ban1 /media/usb/ban1.receipt");
    const auto add = [&](const std::string& name, const std::string& help, const std::string& example,
                         std::function<int()> action) {
      CLI::App* command = group->add_subcommand(name, help);
      AddCommonArguments(command, DataHelp(), &arguments_);
      command->footer(Say("Ví dụ:\n  motcua-agent bundle ", "Example:\n  motcua-agent bundle ") + name +
                      " --data ./ban1 " + example);
      command->callback([this, action = std::move(action)] { chosen_ = action; });
      return command;
    };
    CLI::App* exported = add("export",
                             Say("Viết những gì máy chủ còn thiếu vào một tệp có chữ ký",
                                 "Write what the hub lacks into a signed file"),
                             "--out /media/usb/ban1.motcua", [this] { return RunBundleExport(common_, bundle_); });
    exported->add_option("--out", bundle_.out_file, Say("Tệp gói", "The bundle"))
        ->required()
        ->check(NotBlank())
        ->type_name("FILE");
    exported->add_flag("--all", bundle_.all,
                       Say("Mọi lượt ghi máy này giữ, kể cả phần máy chủ đã xác nhận",
                           "Every entry this machine holds, also those the hub has confirmed"));
    CLI::App* receipt = add("receipt",
                            Say("Đọc tệp xác nhận mà máy chủ đã viết", "Read the receipt file that the hub wrote"),
                            "/media/usb/ban1.receipt", [this] { return RunBundleReceipt(common_, file_); });
    receipt->add_option("file", file_, Say("Tệp xác nhận", "The receipt file"))
        ->required()
        ->type_name("FILE");
  }

  std::ostream& err_;
  CommonOptions common_;
  CommonArguments arguments_;
  EnrollOptions enroll_;
  RecordOptions record_;
  AcknowledgeOptions acknowledge_;
  ImportOptions import_;
  ShowOptions show_;
  CheckOptions check_;
  ReportOptions report_;
  SubmitRequest submit_;
  SyncCommandOptions sync_;
  ServeOptions serve_;
  std::string file_;
  BundleExportCommand bundle_;
  std::function<int()> chosen_;
  CLI::App app_{"", "motcua-agent"};
};

}  // namespace

int RunAgent(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  SetProcessLanguage(LanguageFromEnvironment(LanguageFlag(arguments), std::getenv("LANG")));
  return Cli(out, err).Run(arguments);
}

}  // namespace motcua
