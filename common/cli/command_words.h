// What CLI11 says by itself, in the current language: the parts of a help page, and one sentence for a
// command line that cannot be read. Both programs build their options with these, so that they answer alike.
//
// Threads: one, while the command line is read.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace motcua {

// Help in the current language. Call it before commands are added: they take it over.
void SpeakCurrentLanguage(CLI::App* app);

// "Wrong usage: --measure is missing; see motcua-agent record --help." and a line end. `app` is the whole
// program.
std::string UsageSentence(const CLI::App& app, const CLI::ParseError& error);

// The value of --lang, empty without one. It is looked for before anything is parsed, because help and errors
// are built in that language.
std::string LanguageFlag(const std::vector<std::string>& arguments);

// What every command has. Each may stand before or behind the command's name.
struct CommonArguments {
  std::string data;
  bool json = false;
  std::string language;
};
// `data_help` empty: the command needs no data folder.
void AddCommonArguments(CLI::App* command, const std::string& data_help, CommonArguments* arguments);
// Throws CLI::ParseError when the folder was not named.
void NeedData(const CommonArguments& arguments);

// One of `choices`.
CLI::Option* AddChoice(CLI::App* command, const std::string& flag, std::string* choice,
                       const std::vector<std::string>& choices, const std::string& help);
// A whole decimal number within [least, most] and nothing else: CLI11 alone would read 010 as eight.
CLI::Option* AddNumber(CLI::App* command, const std::string& flag, std::optional<int64_t>* number,
                       const std::string& help, int64_t least = std::numeric_limits<int64_t>::min(),
                       int64_t most = std::numeric_limits<int64_t>::max());
// Refuses a text without anything in it, which in a script is a variable that was never set.
CLI::Validator NotBlank();

// --format of report and facts; throws when --json asks for something else.
void AgreeOnFormat(const CommonArguments& arguments, const std::string& format);

}  // namespace motcua
