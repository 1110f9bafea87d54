#include "hub/adapters/hub_line.h"

#include "absl/strings/str_cat.h"
#include "common/base/language.h"

namespace motcua {
namespace {

std::string Footer(const std::string& example) {
  return absl::StrCat(Say("Ví dụ:\n", "Example:\n"), "  motcua-hub ", example);
}

}  // namespace

HubLine::HubLine() : app("", "motcua-hub") {
  app.description(Say("Máy chủ tổng hợp: nhận lượt ghi của các bàn tiếp nhận, tổng hợp và lập báo cáo.",
                      "The hub: takes the entries of the desks, consolidates them and makes reports."));
  SpeakCurrentLanguage(&app);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("motcua-hub 0.1.0"),
                       Say("In phiên bản", "Print the version"));
  AddCommonArguments(&app, DataHelp(), &common);
  app.footer(Footer("init --data /var/lib/motcua --catalog deploy/catalog/badinh-2020"));
}

std::string HubLine::DataHelp() { return Say("Thư mục dữ liệu của máy chủ", "The hub's data folder"); }

CLI::App* HubLine::Add(CLI::App* parent, const std::string& name, const std::string& what,
                       const std::string& example, const std::string& data_help) {
  CLI::App* command = parent->add_subcommand(name, what);
  AddCommonArguments(command, data_help, &common);
  command->footer(Footer(example));
  const std::string full = parent == &app ? name : absl::StrCat(parent->get_name(), " ", name);
  command->callback([this, full] { options.command = full; });
  return command;
}

CLI::App* HubLine::Add(const std::string& name, const std::string& what, const std::string& example) {
  return Add(&app, name, what, example);
}

CLI::App* HubLine::Group(const std::string& name, const std::string& what, const std::string& example) {
  CLI::App* group = app.add_subcommand(name, what);
  group->fallthrough();  // what stands before the second word is the program's own
  group->footer(Footer(example));
  group->require_subcommand(1);
  return group;
}

CLI::Option* HubLine::Text(CLI::App* command, const std::string& name, std::string* text,
                           const std::string& type, const std::string& help) {
  return command->add_option(name, *text, help)->check(NotBlank())->type_name(type);
}

CLI::Option* HubLine::Unit(CLI::App* command) {
  return Text(command, "--unit", &options.unit, "CODE", Say("Mã đơn vị", "Unit code"));
}

CLI::Option* HubLine::DayOf(CLI::App* command, const std::string& name, std::string* day,
                            const std::string& help) {
  return Text(command, name, day, "YYYY-MM-DD", help)->required();
}

CLI::Option* HubLine::Revision(CLI::App* command) {
  CLI::Option* seal = Text(command, "--seal", &options.seal, "HEX",
                           Say("Dấu của bản chốt, khi có nhiều bản cùng số (xem period list --json)",
                               "The revision's seal, when several bear its number (see period list --json)"));
  CLI::Option* revision = AddNumber(
      command, "--revision", &options.revision,
      Say("Bản đã chốt; 0 là số liệu hiện hành", "A locked revision; 0 is the living figures"), 0, 1'000'000);
  seal->needs(revision);
  return revision;
}

void HubLine::Note(CLI::App* command) {
  Text(command, "--note", &options.note, "TEXT", Say("Lý do, được lưu lại", "The reason, which is kept"))
      ->required();
  command->add_option("--by", options.author, Say("Người quyết định", "Who decided"))->type_name("PERSON");
}

void HubLine::Out(CLI::App* command) {
  Text(command, "--out", &options.out, "FILE",
       Say("Ghi vào tệp thay vì màn hình", "Write to a file instead of the screen"));
}

}  // namespace motcua
