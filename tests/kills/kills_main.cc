// kill_harness: real agents and a real hub, killed at random moments while they work. Ends with 0 when
// nothing that was confirmed is lost and nothing is there twice; otherwise says what is wrong, the seed, and
// where the folders are.
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "tests/kills/storm.h"

namespace motcua::kills {
namespace {

std::string Listed(const std::map<std::string, int64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) absl::StrAppend(&text, text.empty() ? "" : ", ", name, " ", count);
  return text;
}

void PrintSummary(const Storm& storm, const Book& book, uint64_t seed, int64_t took_ms) {
  const Book::Totals totals = book.totals();
  std::cout << "seed " << seed << ": " << storm.kills_total() << " killed (" << Listed(storm.kills()) << "), "
            << storm.stops() << " stopped, weather changed " << storm.weather_changes() << " times, "
            << storm.looks() << " looks, " << storm.backups_restored() << " backups restored elsewhere, "
            << storm.copies() << " copies, "
            << took_ms / 1000 << " s\n"
            << "done: " << Listed(storm.done()) << "\n"
            << "numbers and exclusions: " << totals.entries << " held; commands confirmed "
            << totals.confirmed << ", refused " << totals.refused << ", killed before they answered "
            << totals.not_known_came + totals.not_known_gone << " (" << totals.not_known_came
            << " came all the same), restored away " << book.gone() << "\n";
}

// Kills that hit nothing worth killing show nothing.
bool SomethingWasTested(const Storm& storm, const Book& book, int64_t kills) {
  if (kills < 100) return true;
  std::vector<const char*> commands = {"record", "import", "sync", "hub", "serve"};
  if (kills >= 1000) {
    for (const char* command : {"bundle export", "bundle import", "bundle receipt", "acknowledge", "backup",
                                "conflict close", "conflict resolve", "desk backup", "desk restate",
                                "desk restore", "enroll", "exclude", "hub restore", "include", "restate"}) {
      commands.push_back(command);
    }
  }
  for (const char* command : commands) {
    if (storm.kills().count(command) == 0) return false;
  }
  const Book::Totals totals = book.totals();
  // Of two hundred kills perhaps none hits a program between its commit and its answer.
  return totals.confirmed > kills / 10 && totals.not_known_gone > 0 && (kills < 1000 || totals.not_known_came > 0);
}

int RunStorm(const SceneOptions& where, const StormOptions& options) {
  Scene scene(where);
  std::string complaint;
  if (!scene.MakeHub(&complaint)) {
    std::cerr << "cannot make a hub: " << complaint;
    return 1;
  }
  Book book;
  Storm storm(&scene, &book, options);
  const int64_t from_us = NowUs();
  const std::vector<std::string> findings = storm.Run();
  PrintSummary(storm, book, options.seed, (NowUs() - from_us) / 1000);
  for (const std::string& finding : findings) std::cout << "WRONG " << finding << "\n";
  if (!findings.empty()) return 1;
  if (SomethingWasTested(storm, book, options.kills)) return 0;
  std::cout << "WRONG too little was confirmed or killed: this shows nothing\n";
  return 1;
}

}  // namespace
}  // namespace motcua::kills

int main(int argc, char** argv) {
  CLI::App app("Kills real agents and a real hub while they work, and looks for what is lost or doubled.");
  motcua::kills::SceneOptions scene;
  motcua::kills::StormOptions storm;
  scene.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  scene.catalog = MOTCUA_SOURCE_DIR "/deploy/catalog/badinh-2020";
  app.add_option("--kills", storm.kills, "How many")->capture_default_str();
  app.add_option("--seed", storm.seed, "Draws commands and moments")->capture_default_str();
  app.add_option("--units", scene.units, "Communes")->check(CLI::Range(1, 5))->capture_default_str();
  app.add_option("--desks", scene.desks_per_unit, "Desks of each")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  app.add_option("--at-once", storm.at_once, "Commands at the same time")
      ->check(CLI::Range(1, 6))
      ->capture_default_str();
  app.add_option("--look-every", storm.look_every, "Kills between two looks")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--programs", scene.programs, "Folder of motcua-hub and motcua-agent")
      ->capture_default_str();
  app.footer("Example: kill_harness --kills 2000 --seed 7");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const char* tmpdir = std::getenv("TMPDIR");
  scene.home = std::string(tmpdir != nullptr ? tmpdir : "/tmp") + "/motcua-kills.XXXXXX";
  if (mkdtemp(scene.home.data()) == nullptr) {
    std::cerr << "Cannot make a folder " << scene.home << ": choose another place with TMPDIR.\n";
    return 1;
  }
  const int code = motcua::kills::RunStorm(scene, storm);
  if (code == 0) {
    std::filesystem::remove_all(scene.home);
  } else {
    std::cout << "left for a look: " << scene.home << "\n"
              << "again: kill_harness --kills " << storm.kills << " --seed " << storm.seed << "\n";
  }
  return code;
}
