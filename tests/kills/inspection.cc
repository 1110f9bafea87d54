#include "tests/kills/inspection.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace motcua::kills {
namespace {

using Json = nlohmann::json;

constexpr int kSyncsMax = 8;
constexpr std::size_t kBackupsKept = 4;
constexpr const char* kDistrict = "001";
constexpr const char* kMeasures = "received,resolved_on_time,pending_overdue";

}  // namespace

std::vector<std::string> Inspection::Look() {
  findings_.clear();
  ReadLists();
  SyncAll();
  if (!findings_.empty()) return findings_;
  for (const std::string& unit : scene_.units()) LookAtUnit(unit);
  LookAtRollups();
  LookAtMatters();
  const Scene::Ran verify = scene_.Run(scene_.AtHub({"ledger", "verify"}));
  if (verify.exit_code != 0) {
    findings_.push_back(absl::StrCat("ledger verify: ", verify.exit_code, " ", verify.out, verify.err));
  }
  for (const Backup& backup : backups_) LookAtBackup(backup);
  backups_.clear();
  return findings_;
}

void Inspection::LookAtBackup(const Backup& backup) {
  ++backups_restored_;
  const std::string folder = backup.file + "-restored";
  const std::size_t before = findings_.size();
  if (backup.desk == kOperator) {
    LookAtHubBackup(backup, folder);
  } else {
    LookAtDeskBackup(backup, folder);
  }
  if (findings_.size() != before) return;
  std::filesystem::remove_all(folder);
  Keep(backup);
}

// The newest takes the oldest's place.
void Inspection::Keep(const Backup& backup) {
  std::vector<std::string>& kept =
      backup.desk == kOperator ? known_.hub_backups : known_.desk_backups[backup.desk];
  kept.push_back(backup.file);
  if (kept.size() <= kBackupsKept) return;
  std::filesystem::remove(kept.front());
  kept.erase(kept.begin());
}

// What restores of the hub since the last look took away.
void Inspection::ReadLists() {
  std::string complaint;
  for (const std::string& list : scene_.NewLists(&complaint)) book_.RestoredAway(list);
  if (!complaint.empty()) findings_.push_back(complaint);
}

void Inspection::LookAtHubBackup(const Backup& backup, const std::string& folder) {
  const Scene::Ran restored = scene_.Run(scene_.AtHubFolder(folder, {"restore", backup.file}));
  const Scene::Ran verify = scene_.Run(scene_.AtHubFolder(folder, {"ledger", "verify"}));
  if (restored.exit_code != 0 || verify.exit_code != 0) {
    findings_.push_back(absl::StrCat("backup ", backup.file, ": restore ", restored.exit_code, " ",
                                     restored.err, ", verify ", verify.exit_code, " ", verify.out,
                                     verify.err));
    return;
  }
  for (const auto& [unit, promised] : backup.promised) {
    const Json ledger = Ask(scene_.AtHubFolder(folder, {"ledger", "show", "--unit", unit, "--json"}));
    if (!ledger.is_object()) return;
    for (const std::string& finding : Book::CompareBackup(promised, ledger["entries"])) {
      findings_.push_back(absl::StrCat("backup ", backup.file, ", unit ", unit, ": ", finding));
    }
  }
}

// On a machine with the desk's identity and nothing else; it is looked at and never records.
void Inspection::LookAtDeskBackup(const Backup& backup, const std::string& folder) {
  std::filesystem::create_directory(folder);
  DeskPlace machine = scene_.desks()[static_cast<std::size_t>(backup.desk)];
  std::filesystem::copy(machine.folder + "/identity", folder + "/identity",
                        std::filesystem::copy_options::recursive);
  machine.folder = folder;
  const Scene::Ran restored = scene_.Run(scene_.AtDesk(machine, {"restore", backup.file}));
  if (restored.exit_code != 0) {
    findings_.push_back(
        absl::StrCat("backup ", backup.file, ": restore ", restored.exit_code, " ", restored.err));
    return;
  }
  const Json status = Ask(scene_.AtDesk(machine, {"status", "--json"}));
  if (!status.is_object()) return;
  const int64_t seq = SeqOf(status["end"]);
  if (seq < backup.promised_seq) {
    findings_.push_back(absl::StrCat("backup ", backup.file, " ends with entry ", seq, ", ",
                                     backup.promised_seq, " was confirmed before it began"));
  }
}

void Inspection::SyncAll() {
  // The first round brings everything up, the second everything down.
  for (int round = 0; round < 2; ++round) {
    for (const DeskPlace& desk : scene_.desks()) {
      if (!desk.away) SyncUntilDone(desk);
    }
  }
}

void Inspection::SyncUntilDone(const DeskPlace& desk) {
  Scene::Ran sync;
  for (int i = 0; i < kSyncsMax; ++i) {
    sync = scene_.Run(scene_.AtDesk(desk, {"sync", "--json"}));
    if (sync.exit_code != 0) continue;
    const Json said = Json::parse(sync.out, nullptr, /*allow_exceptions=*/false);
    if (said.is_object() && said["synced"] == true && said["waiting"] == 0) {
      for (const Json& end : said["receipt"]["ends"]) book_.Promised(desk.unit, end);
      return;
    }
  }
  findings_.push_back(
      absl::StrCat(desk.name, " does not get through in quiet: ", sync.exit_code, " ", sync.out, sync.err));
}

void Inspection::LookAtUnit(const std::string& unit) {
  const Json ledger = Ask(scene_.AtHub({"ledger", "show", "--unit", unit, "--json"}));
  if (!ledger.is_object()) return;
  for (const std::string& finding : book_.Compare(unit, ledger["entries"])) {
    findings_.push_back(absl::StrCat("unit ", unit, ": ", finding));
  }
  const Figures facts = FactsOf(unit);
  Figures counted;
  for (const auto& [cell, value] : facts) {
    if (book_.restated().count(cell) == 0 && !absl::EndsWith(cell, kStock)) counted[cell] = value;
  }
  CompareFigures(absl::StrCat("hub, unit ", unit, " against the sums of the book"), book_.Sums(unit),
                 counted);
  for (const DeskPlace& desk : scene_.desks()) {
    if (desk.unit == unit && !desk.away) LookAtDesk(desk, facts);
  }
}

void Inspection::LookAtDesk(const DeskPlace& desk, const Figures& at_hub) {
  const Json shown = Ask(scene_.AtDesk(desk, {"show", "--from", kFirstDay, "--to", kLastDay, "--json"}));
  if (!shown.is_object()) return;
  Figures figures;
  for (const Json& cell : shown["cells"]) {
    if (cell["unit_total"].is_number()) figures[cell["cell"]] = cell["unit_total"];
  }
  CompareFigures(absl::StrCat(desk.name, " against the hub"), at_hub, figures);
}

// A district's flows are the sums of its units'.
void Inspection::LookAtRollups() {
  Figures parts;
  for (const std::string& unit : scene_.units()) {
    for (const auto& [cell, value] : FactsOf(unit)) {
      parts[absl::StrCat(kDistrict, cell.substr(unit.size()))] += value;
    }
  }
  CompareFigures("the district against its units", parts, FactsOf(kDistrict));
}

// Who holds the same must be told of the same (I1).
void Inspection::LookAtMatters() {
  known_.open_cells.clear();
  known_.forks.clear();
  for (const std::string& unit : scene_.units()) {
    const Json list = Ask(scene_.AtHub({"conflict", "list", "--unit", unit, "--json"}));
    if (!list.is_object()) return;
    std::set<std::string> cells;
    std::set<std::string> forks;
    for (const Json& matter : list["matters"]) {
      const std::string kind = matter["kind"];
      if (kind == "conflict" || kind == "overlap") cells.insert(matter["cell"]);
      if (kind == "fork") forks.insert(matter["fork"]);
    }
    for (const DeskPlace& desk : scene_.desks()) {
      if (desk.unit == unit && !desk.away) CompareMatters(desk, cells, forks);
    }
    known_.open_cells.insert(known_.open_cells.end(), cells.begin(), cells.end());
    for (const std::string& fork : forks) known_.forks.push_back({unit, fork});
  }
}

void Inspection::CompareMatters(const DeskPlace& desk, const std::set<std::string>& cells,
                                const std::set<std::string>& forks) {
  const Json status = Ask(scene_.AtDesk(desk, {"status", "--json"}));
  if (!status.is_object()) return;
  std::set<std::string> cells_here;
  std::set<std::string> forks_here;
  for (const Json& cell : status["conflict_cells"]) cells_here.insert(cell);
  for (const Json& fork : status["forks"]) forks_here.insert(fork["fork"]);
  if (cells_here != cells) {
    findings_.push_back(absl::StrCat(desk.name, " shows the conflicts ", absl::StrJoin(cells_here, " "),
                                     "; the hub ", absl::StrJoin(cells, " ")));
  }
  if (forks_here != forks) {
    findings_.push_back(absl::StrCat(desk.name, " shows the forks ", absl::StrJoin(forks_here, " "),
                                     "; the hub ", absl::StrJoin(forks, " ")));
  }
}

Inspection::Figures Inspection::FactsOf(const std::string& unit) {
  Figures figures;
  const Json facts = Ask(scene_.AtHub({"facts", "--unit", unit, "--from", kFirstDay, "--to", kLastDay, "--by",
                                       "day,procedure,channel", "--measure", kMeasures, "--format", "json"}));
  if (!facts.is_object()) return figures;
  for (const Json& row : facts["rows"]) {
    const std::vector<std::string> parts = {unit, row["day"], row["procedure"], row["channel"],
                                            row["measure"]};
    figures[absl::StrJoin(parts, "/")] = row["value"];
  }
  return figures;
}

void Inspection::CompareFigures(const std::string& where, const Figures& expected, const Figures& found) {
  for (const auto& [cell, value] : expected) {
    const auto there = found.find(cell);
    if (there == found.end()) {
      findings_.push_back(absl::StrCat(where, ": ", cell, " is missing, ", value, " expected"));
    } else if (there->second != value) {
      findings_.push_back(absl::StrCat(where, ": ", cell, " is ", there->second, ", ", value, " expected"));
    }
  }
  for (const auto& [cell, value] : found) {
    if (expected.count(cell) == 0) {
      findings_.push_back(absl::StrCat(where, ": ", cell, " is ", value, ", nothing expected"));
    }
  }
}

Json Inspection::Ask(const std::vector<std::string>& words) {
  const Scene::Ran ran = scene_.Run(words);
  Json said = Json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  if (ran.exit_code == 0 && said.is_object()) return said;
  findings_.push_back(absl::StrCat(absl::StrJoin(words, " "), ": ", ran.exit_code, " ", ran.err));
  return nullptr;
}

}  // namespace motcua::kills
