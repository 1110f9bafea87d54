// Whatever a person types, help and refusals are whole sentences in their language: no word of CLI11's own.
#include "common/cli/command_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "common/base/language.h"

namespace motcua {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandWordsTest : public testing::Test {
 protected:
  // A program with one command, and what it says to `arguments`: a sentence, a help page or nothing.
  static std::string Answer(Language language, std::vector<std::string> arguments) {
    const ScopedLanguage scope(language);
    CLI::App app("", "desk");
    SpeakCurrentLanguage(&app);
    app.require_subcommand(1);
    CommonArguments common;
    AddCommonArguments(&app, "where", &common);
    CLI::App* record = app.add_subcommand("record", "does");
    AddCommonArguments(record, "where", &common);
    std::optional<int64_t> number, small;
    std::string text, format, kind;
    CLI::Option_group* value = record->add_option_group("value", "these");
    AddNumber(value, "--add", &number, "n");
    AddNumber(value, "--small", &small, "n", 1, 9);
    value->require_option(1);
    CLI::Option* from = record->add_option("--from", text, "f")->check(NotBlank());
    CLI::Option* to = record->add_option("--to", text, "t");
    from->needs(to);
    record->add_option("--day", text, "d")->excludes(from);
    AddChoice(record, "--format", &format, {"csv", "json"}, "form");
    std::reverse(arguments.begin(), arguments.end());
    std::ostringstream out;
    try {
      app.parse(arguments);
      NeedData(common);
      AgreeOnFormat(common, format);
    } catch (const CLI::Success& help) {
      app.exit(help, out, out);
      return out.str();
    } catch (const CLI::ParseError& error) {
      return UsageSentence(app, error);
    }
    return number ? std::to_string(*number) : "";
  }
  static std::string English(std::vector<std::string> arguments) {
    return Answer(Language::kEnglish, std::move(arguments));
  }
  static std::string Vietnamese(std::vector<std::string> arguments) {
    return Answer(Language::kVietnamese, std::move(arguments));
  }
};

TEST_F(CommandWordsTest, CommonArgumentsStandBeforeOrBehindTheCommand) {
  EXPECT_EQ(English({"--data", "d", "record", "--add", "5"}), "5");
  EXPECT_EQ(English({"record", "--add", "-5", "--data", "d", "--lang", "vi"}), "-5");
}

TEST_F(CommandWordsTest, NumbersAreDecimalAndWithinTheirRange) {
  EXPECT_EQ(English({"record", "--data", "d", "--add", "010"}), "10");
  EXPECT_EQ(English({"record", "--data", "d", "--add", "+7"}), "7");
  for (const char* wrong : {"", " 5", "1.234", "1,5", "0x10", "5e3", "-"}) {
    EXPECT_THAT(English({"record", "--data", "d", "--add", wrong}), HasSubstr("is not a plain whole number"))
        << wrong;
  }
  EXPECT_THAT(English({"record", "--data", "d", "--add", "99999999999999999999"}), HasSubstr("too large"));
  EXPECT_THAT(English({"record", "--data", "d", "--small", "10"}), HasSubstr("10 is not from 1 to 9"));
}

TEST_F(CommandWordsTest, HelpIsInTheLanguageOfTheReader) {
  const std::string help = Vietnamese({"record", "--help"});
  for (const char* part :
       {"Cách dùng: desk record", "Tùy chọn:", "DIR (bắt buộc)", "In phần hướng dẫn này", "csv|json"})
    EXPECT_THAT(help, HasSubstr(part));
  for (const char* part : {"Usage", "OPTIONS", "REQUIRED", "Option Group", "following", "Print this"})
    EXPECT_THAT(help, Not(HasSubstr(part)));
  EXPECT_THAT(Vietnamese({"--help"}), HasSubstr("\nLệnh:\n"));
}

// Errors: one sentence, the reason in the reader's language, and where to look.

TEST_F(CommandWordsTest, EveryRefusalIsOneSentenceThatSaysWhereToLook) {
  struct Case {
    std::vector<std::string> arguments;
    std::string vietnamese, english;
  };
  const std::vector<std::string> good = {"record", "--data", "d", "--add", "1"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), good.begin(), good.end());
    return more;
  };
  const std::vector<Case> cases = {
      {{}, "thiếu tên lệnh; hãy xem desk --help", "a command is missing; see desk --help"},
      {{"recrod"}, "không có lệnh \"recrod\"", "there is no command \"recrod\""},
      {{"record", "--add", "1"},
       "thiếu --data; hãy xem desk record --help",
       "--data is missing; see desk record --help"},
      {{"record", "--data", "d"},
       "hãy cho đúng một trong --add, --small",
       "give exactly one of --add, --small"},
      {with({"--small", "2"}), "hãy cho đúng một trong --add, --small", "give exactly one of --add, --small"},
      {with({"--add", "2"}), "--add chỉ được dùng một lần", "--add may be given once only"},
      {with({"--bogus"}), "thừa hoặc gõ sai \"--bogus\"", "\"--bogus\" is not understood"},
      {with({"--from", "x"}), "--from phải đi cùng --to", "--from needs --to"},
      {with({"--from", "x", "--to", "y", "--day", "z"}), "--from không đi cùng --day",
       "--from does not go with --day"},
      {with({"--from", " ", "--to", "y"}), "--from: không được để trống", "--from: must not be empty"},
      {with({"--format", "pdf"}), "--format: \"pdf\" không có trong csv, json",
       "--format: \"pdf\" is none of csv, json"},
      {with({"--format", "csv", "--json"}), "--json không đi cùng --format csv",
       "--json does not go with --format csv"},
      {with({"--to"}), "--to cần một giá trị", "--to needs a value"},
  };
  for (const Case& c : cases) {
    const std::string vietnamese = Vietnamese(c.arguments);
    EXPECT_THAT(vietnamese, HasSubstr("Sai cách dùng: " + c.vietnamese));
    EXPECT_EQ(std::count(vietnamese.begin(), vietnamese.end(), '\n'), 1) << vietnamese;
    EXPECT_THAT(English(c.arguments), HasSubstr("Wrong usage: " + c.english));
  }
}

}  // namespace
}  // namespace motcua
