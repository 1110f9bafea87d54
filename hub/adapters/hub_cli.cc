#include "hub/adapters/hub_cli.h"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/base/input_file.h"
#include "common/report/typed_figures.h"
#include "common/base/language.h"
#include "common/base/log.h"
#include "common/base/output_file.h"
#include "common/cli/command_words.h"
#include "common/rpc/catalog_text.h"
#include "common/rpc/channel.h"
#include "common/sync/bundle_file.h"
#include "hub/adapters/grpc_admin.h"
#include "hub/adapters/hub_commands.h"
#include "hub/adapters/hub_folder.h"
#include "hub/adapters/hub_serve.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

absl::StatusOr<std::shared_ptr<const Catalog>> ReadCatalog(const std::string& path) {
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<CatalogFile> files, ReadCatalogFiles(path));
  return LoadCatalog(files);
}

std::string DescribeCatalog(const Catalog& catalog, const HubOptions& options) {
  const CatalogData& data = catalog.data();
  const std::string version = ToHex(AsBytes(catalog.version())).substr(0, 16);
  if (options.json) {
    const Json json = {{"catalog", data.id},
                       {"catalog_version", version},
                       {"units", data.units.size()},
                       {"procedures", data.procedures.size()},
                       {"measures", data.measures.size()},
                       {"forms", data.forms.size()}};
    return json.dump(2) + "\n";
  }
  const auto count = [](const auto& list, const char* vi, const char* one, const char* many) {
    const auto size = static_cast<int64_t>(list.size());
    return Say(absl::StrCat(GroupedNumber(size), " ", vi), Counted(size, one, many));
  };
  return absl::StrCat(Say("Danh mục ", "Catalog "), data.id, " ", version, ": ",
                      count(data.units, "đơn vị", "unit", "units"), ", ",
                      count(data.procedures, "thủ tục", "procedure", "procedures"), ", ",
                      count(data.measures, "chỉ tiêu", "measure", "measures"), ", ",
                      count(data.forms, "biểu mẫu", "form", "forms"), ".\n");
}

absl::StatusOr<CommandResult> CheckCatalog(const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, ReadCatalog(options.path));
  return CommandResult{kExitDone, DescribeCatalog(*catalog, options), ""};
}

absl::StatusOr<CommandResult> Initialise(const HubOptions& options) {
  MOTCUA_ASSIGN_OR_RETURN(const std::shared_ptr<const Catalog> catalog, ReadCatalog(options.path));
  SystemRandom random;
  MOTCUA_RETURN_IF_ERROR(HubFolder::Initialise(options.data, *catalog, random.Next64()));
  if (options.json) return CommandResult{kExitDone, DescribeCatalog(*catalog, options), ""};
  return CommandResult{kExitDone,
                       absl::StrCat(Say("Đã tạo máy chủ tổng hợp trong ", "Made a hub in "), options.data,
                                    ". ", DescribeCatalog(*catalog, options)),
                       ""};
}

// The arguments for a hub in another process: its working folder is not ours, and the file to write is ours.
std::vector<std::string> ForwardedArguments(std::vector<std::string> arguments, const HubOptions& options) {
  std::vector<std::string> forwarded;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--out" && i + 1 < arguments.size()) {
      ++i;
    } else if (arguments[i].rfind("--out=", 0) != 0) {
      const bool path = options.command == "catalog apply" && arguments[i] == options.path;
      std::error_code ignored;
      forwarded.push_back(path ? std::filesystem::absolute(options.path, ignored).string()
                               : std::move(arguments[i]));
    }
  }
  // The serving hub alone can make a backup, so it writes the file.
  if (options.command == "backup") {
    std::error_code ignored;
    forwarded.push_back("--out");
    forwarded.push_back(std::filesystem::absolute(options.path, ignored).string());
  }
  return forwarded;
}

absl::StatusOr<CommandResult> RunInHub(const std::vector<std::string>& arguments, const HubOptions& options) {
  // Read here, with the rights and from the folder of whoever typed.
  std::string input;
  if (options.command == "bundle import") {
    MOTCUA_ASSIGN_OR_RETURN(input, ReadInputFile(options.path, kBundleBytesMax));
    if (input.size() > kBundleBytesMax) return ReadBundleFile(BundleFileKind::kBundle, input).status();
  }
  if (options.command == "check" && !options.values.empty()) {
    MOTCUA_ASSIGN_OR_RETURN(input, ReadInputFile(options.values, kTypedFiguresBytesMax));
  }
  absl::StatusOr<HubFolder> folder = HubFolder::Lock(options.data);
  if (absl::IsAborted(folder.status())) {
    return ForwardCommand(options.data, ForwardedArguments(arguments, options), CurrentLanguage(), input);
  }
  MOTCUA_RETURN_IF_ERROR(folder.status());
  MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<RunningHub> running, OpenHub(*folder));
  return running->hub->RunCommand(arguments, input, CurrentLanguage());
}

absl::StatusOr<CommandResult> RunCommandLine(const std::vector<std::string>& arguments,
                                             const HubOptions& options, std::ostream& out) {
  if (options.format == "xlsx" && options.out.empty()) {
    return CommandResult{kExitUsage, "",
                         Say("Dạng xlsx cần --out TỆP để biết ghi vào đâu.\n",
                             "The format xlsx needs --out FILE to know where to write.\n")};
  }
  if (options.command == "catalog check") return CheckCatalog(options);
  if (options.command == "init") return Initialise(options);
  if (options.command == "restore") return RestoreCommand(options);
  if (options.command == "serve") return ServeHub(options, out);
  return RunInHub(arguments, options);
}

// What the hub took stays taken when the file for the desk cannot be written.
CommandResult WithReceiptWritten(CommandResult result, const HubOptions& options) {
  if (result.exit_code != kExitDone) return result;
  const absl::Status written = WriteOutputFile(options.receipt, result.file, options.data);
  if (written.ok()) return result;
  return RefusedBy(Annotate(written, Say("Đã nhận lượt ghi nhưng chưa viết được tệp xác nhận, hãy chạy lại lệnh này",
                                         "The entries were taken and the receipt file was not written, run this "
                                         "command again")));
}

}  // namespace

int RunHubProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  SetProcessLanguage(LanguageFromEnvironment(LanguageFlag(arguments), std::getenv("LANG")));
  LogTo("", LogLevel::kError);  // what goes wrong is said once, as the command's own sentence
  SendGrpcLogToOurs();
  const ReadCommandLine read = ReadHubCommandLine(arguments);
  CommandResult result = read.answer;
  if (read.options) {
    absl::StatusOr<CommandResult> ran = RunCommandLine(arguments, *read.options, out);
    result = ran.ok() ? *std::move(ran) : RefusedBy(ran.status());
    if (!read.options->receipt.empty()) result = WithReceiptWritten(std::move(result), *read.options);
    if (result.exit_code != kExitUsage && !read.options->out.empty() && !result.out.empty()) {
      const absl::Status written = WriteOutputFile(read.options->out, result.out, read.options->data);
      if (!written.ok()) result = RefusedBy(written);
      result.out.clear();
    }
  }
  out << result.out << std::flush;
  err << result.err << std::flush;
  return result.exit_code;
}

}  // namespace motcua
