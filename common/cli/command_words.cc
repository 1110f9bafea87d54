#include "common/cli/command_words.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/base/language.h"
#include "common/base/utf8.h"

namespace motcua {
namespace {

constexpr int kHelpColumn = 30;  // where explanations begin

std::string TwoColumns(const std::string& left, const std::string& right) {
  std::string out = absl::StrCat("  ", left);
  if (DisplayWidth(out) >= kHelpColumn) absl::StrAppend(&out, "\n");
  const std::string last_line = out.substr(out.rfind('\n') + 1);
  out.append(static_cast<std::size_t>(kHelpColumn - DisplayWidth(last_line)), ' ');
  return absl::StrCat(out, right, "\n");
}

// CLI11's layout with our words; columns are counted as a terminal shows them, which std::setw does not.
class HelpPage : public CLI::Formatter {
 public:
  HelpPage() {
    label("Usage", Say("Cách dùng", "Usage"));
    label("OPTIONS", Say("TÙY CHỌN", "OPTIONS"));
    label("SUBCOMMAND", Say("LỆNH", "COMMAND"));
    label("Positionals", Say("Tham số", "Arguments"));
    label("REQUIRED", Say("(bắt buộc)", "(required)"));
    label("Needs", Say("cùng với", "together with"));
    label("Excludes", Say("không cùng", "not with"));
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return CLI::Formatter::make_group(group == "Options" ? Say("Tùy chọn", "Options") : group, is_positional,
                                      std::move(options));
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override {
    return absl::StrReplaceAll(CLI::Formatter::make_subcommands(app, mode),
                               {{"\nSubcommands:\n", Say("\nLệnh:\n", "\nCommands:\n")}});
  }
  std::string make_description(const CLI::App* app) const override { return app->get_description() + "\n"; }
  // An option group: its description and its options, without CLI11's own heading.
  std::string make_expanded(const CLI::App* group) const override {
    std::string out = absl::StrCat("\n", group->get_description(), ":\n");
    for (const CLI::Option* option : group->get_options({}))
      absl::StrAppend(&out, make_option(option, false));
    return out;
  }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return TwoColumns(make_option_name(option, is_positional) + make_option_opts(option),
                      make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return TwoColumns(command->get_display_name(true), command->get_description());
  }
};

// The text between `open` and `close`, empty when they are not there.
std::string Between(const std::string& text, absl::string_view open, absl::string_view close) {
  const std::size_t from = text.find(open.data(), 0, open.size());
  if (from == std::string::npos) return "";
  const std::size_t begin = from + open.size();
  const std::size_t end = text.find(close.data(), begin, close.size());
  return end == std::string::npos ? "" : text.substr(begin, end - begin);
}

std::string WhatIsMissing(const CLI::App& app, const std::string& what) {
  if (absl::StartsWith(what, "A subcommand")) {
    const std::vector<std::string> rest = app.remaining(/*recurse=*/true);
    if (rest.empty()) return Say("thiếu tên lệnh", "a command is missing");
    return Say(absl::StrCat("không có lệnh \"", rest.front(), "\""),
               absl::StrCat("there is no command \"", rest.front(), "\""));
  }
  const std::string list = absl::StrReplaceAll(Between(what, "[", "]"), {{",", ", "}});
  if (absl::StartsWith(what, "Exactly 1"))
    return Say(absl::StrCat("hãy cho đúng một trong ", list), absl::StrCat("give exactly one of ", list));
  if (absl::StartsWith(what, "At least 1"))
    return Say(absl::StrCat("hãy cho ít nhất một trong ", list), absl::StrCat("give at least one of ", list));
  const std::string name(absl::StripSuffix(what, " is required"));
  return Say(absl::StrCat("thiếu ", name), absl::StrCat(name, " is missing"));
}

std::string WhatDoesNotFit(const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  if (absl::StrContains(what, "At Most"))
    return Say(absl::StrCat(name, " chỉ được dùng một lần"), absl::StrCat(name, " may be given once only"));
  return Say(absl::StrCat(name, " cần một giá trị"), absl::StrCat(name, " needs a value"));
}

// CLI11 keeps what is wrong only as an English sentence.
std::string WhatIsWrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::string what = error.what();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return WhatIsMissing(app, what);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return WhatDoesNotFit(what);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::string rest = absl::StrJoin(app.remaining(/*recurse=*/true), " ");
    return Say(absl::StrCat("thừa hoặc gõ sai \"", rest, "\""),
               absl::StrCat("\"", rest, "\" is not understood"));
  }
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr)
    return absl::StrReplaceAll(what, {{" requires ", Say(" phải đi cùng ", " needs ")}});
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr)
    return absl::StrReplaceAll(what, {{" excludes ", Say(" không đi cùng ", " does not go with ")}});
  return what;  // our own validators'
}

// "motcua-hub token create": as far as the command line named it.
std::string CommandName(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* at = &app; at != nullptr;) {
    const std::vector<CLI::App*> parsed = at->get_subcommands();
    const auto next = std::find_if(parsed.begin(), parsed.end(),
                                   [](const CLI::App* command) { return !command->get_name().empty(); });
    at = next == parsed.end() ? nullptr : *next;
    if (at != nullptr) absl::StrAppend(&name, " ", at->get_name());
  }
  return name;
}

[[noreturn]] void RefuseNumber(const std::string& flag, const std::string& vi, const std::string& en) {
  throw CLI::ValidationError(flag, Say(vi, en));
}

int64_t ReadNumber(const std::string& flag, const std::string& text, int64_t least, int64_t most) {
  const bool has_sign = absl::StartsWith(text, "-") || absl::StartsWith(text, "+");
  const absl::string_view digits = absl::string_view(text).substr(has_sign ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != absl::string_view::npos) {
    RefuseNumber(flag, absl::StrCat("\"", text, "\" không phải số nguyên viết liền như 1234"),
                 absl::StrCat("\"", text, "\" is not a plain whole number like 1234"));
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number))
    RefuseNumber(flag, absl::StrCat(text, " quá lớn"), absl::StrCat(text, " is too large"));
  if (number < least || number > most) {
    RefuseNumber(flag, absl::StrCat(text, " không nằm trong khoảng ", least, " đến ", most),
                 absl::StrCat(text, " is not from ", least, " to ", most));
  }
  return number;
}

}  // namespace

void SpeakCurrentLanguage(CLI::App* app) {
  app->formatter(std::make_shared<HelpPage>());
  app->set_help_flag("-h,--help", Say("In phần hướng dẫn này", "Print this help"));
}

std::string UsageSentence(const CLI::App& app, const CLI::ParseError& error) {
  const std::string wrong = WhatIsWrong(app, error);
  const std::string name = CommandName(app);
  return Say(absl::StrCat("Sai cách dùng: ", wrong, "; hãy xem ", name, " --help.\n"),
             absl::StrCat("Wrong usage: ", wrong, "; see ", name, " --help.\n"));
}

std::string LanguageFlag(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--lang" && i + 1 < arguments.size()) return arguments[i + 1];
    if (absl::StartsWith(arguments[i], "--lang=")) return arguments[i].substr(7);
  }
  return "";
}

void AddCommonArguments(CLI::App* command, const std::string& data_help, CommonArguments* arguments) {
  if (!data_help.empty()) {
    command->add_option("--data", arguments->data, data_help)
        ->option_text(Say("DIR (bắt buộc)", "DIR (required)"));
  }
  command->add_flag("--json", arguments->json,
                    Say("In kết quả là một đối tượng JSON", "Print the answer as one JSON object"));
  AddChoice(command, "--lang", &arguments->language, {"vi", "en"}, Say("Ngôn ngữ", "Language"));
}

void NeedData(const CommonArguments& arguments) {
  if (arguments.data.empty()) throw CLI::RequiredError("--data");
}

CLI::Option* AddChoice(CLI::App* command, const std::string& flag, std::string* choice,
                       const std::vector<std::string>& choices, const std::string& help) {
  const auto check = [choices](std::string& text) -> std::string {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return "";
    const std::string list = absl::StrJoin(choices, ", ");
    return Say(absl::StrCat("\"", text, "\" không có trong ", list),
               absl::StrCat("\"", text, "\" is none of ", list));
  };
  return command->add_option(flag, *choice, help)
      ->type_name(absl::StrJoin(choices, "|"))
      ->check(CLI::Validator(check, ""));
}

CLI::Option* AddNumber(CLI::App* command, const std::string& flag, std::optional<int64_t>* number,
                       const std::string& help, int64_t least, int64_t most) {
  return command
      ->add_option_function<std::string>(
          flag, [=](const std::string& text) { *number = ReadNumber(flag, text, least, most); }, help)
      ->type_name("N");
}

CLI::Validator NotBlank() {
  const auto check = [](std::string& text) -> std::string {
    if (!absl::StripAsciiWhitespace(text).empty()) return "";
    return Say("không được để trống", "must not be empty");
  };
  return CLI::Validator(check, "");
}

void AgreeOnFormat(const CommonArguments& arguments, const std::string& format) {
  if (!arguments.json || format.empty() || format == "json") return;
  throw CLI::ExcludesError("--json", "--format " + format);
}

}  // namespace motcua
