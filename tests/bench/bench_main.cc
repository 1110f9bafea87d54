// motcua-bench: figures and ratios of the main paths on this machine. Ratios travel, absolute times do not.
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "CLI/CLI.hpp"
#include "tests/bench/ingest_bench.h"
#include "tests/bench/report_bench.h"

namespace {

// A folder beside the place people choose with TMPDIR, removed again whatever happens.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& under) {
    std::string path = under + "/motcua-bench.XXXXXX";
    if (mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ProgramFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }

void PrintLines(const nlohmann::ordered_json& value, const std::string& name) {
  if (!value.is_object()) {
    std::cout << name << " = " << value.dump() << "\n";
    return;
  }
  for (const auto& [key, inner] : value.items()) PrintLines(inner, name.empty() ? key : name + "." + key);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures the main paths on this machine.");
  app.require_subcommand(1);
  motcua::bench::IngestOptions options;
  options.programs = ProgramFolder();
  const char* tmpdir = std::getenv("TMPDIR");
  std::string under = tmpdir != nullptr ? tmpdir : "/tmp";
  bool json = false;
  CLI::App* ingest = app.add_subcommand("ingest", "The same entries through plain SQLite, the hub and gRPC.");
  ingest->add_option("--units", options.units, "Communes in the catalog")
      ->check(CLI::Range(1, 60000))
      ->capture_default_str();
  ingest->add_option("--batches", options.batches, "Batches of 200 entries")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  ingest->add_option("--folder", under, "Where scratch databases are made; on the disk to measure")
      ->capture_default_str();
  ingest->add_flag("--json", json, "One JSON object instead of lines");
  ingest->footer("Example: motcua-bench ingest --units 3300 --batches 1000 --json");
  motcua::bench::ReportBenchOptions report_options;
  CLI::App* report = app.add_subcommand("report", "Every form for a year of daily entries of 22 units.");
  report->add_option("--catalogs", report_options.catalogs, "The folder of catalog folders")->capture_default_str();
  report->add_option("--catalog", report_options.catalog, "One of them; all by default");
  report->add_option("--units", report_options.units, "Recording units")->check(CLI::Range(1, 1000))->capture_default_str();
  report->add_flag("--locks", report_options.locks, "Every period submitted, and locked when it is over");
  report->add_option("--cells", report_options.cells_per_day, "Cells a unit records each day")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  report->add_option("--folder", under, "Where scratch databases are made; on the disk to measure")->capture_default_str();
  report->add_flag("--json", json, "One JSON object instead of lines");
  report->footer("Example: motcua-bench report --catalog cuchi-2020");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const ScratchFolder scratch(under);
  if (scratch.path().empty()) {
    std::cerr << "Cannot make a folder in " << under << ": choose another with --folder.\n";
    return 1;
  }
  options.folder = scratch.path();
  report_options.folder = scratch.path();
  const auto figures = report->parsed() ? motcua::bench::RunReportBench(report_options) : motcua::bench::RunIngestBench(options);
  if (!figures.ok()) {
    std::cerr << figures.status().message() << "\n";
    return 1;
  }
  if (json) {
    std::cout << figures->dump(2) << "\n";
  } else {
    PrintLines(*figures, "");
  }
  return 0;
}
