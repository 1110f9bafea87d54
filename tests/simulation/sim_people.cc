// What people do: at desks, and at the hub.
#include "agent/core/csv_import.h"
#include "tests/simulation/sim_catalog.h"
#include "tests/simulation/sim_world.h"
#include "tests/simulation/violation.h"

namespace motcua {

Cell SimWorld::AnyCell(const SimDesk& desk) {
  static const char* const kMeasures[] = {"received", "received", "refused", "suspended", "remark", "late"};
  Cell cell;
  cell.unit = desk.identity.unit;
  cell.day = kSimDay + static_cast<int32_t>(Below(2));
  cell.measure = kMeasures[Below(6)];
  if (cell.measure == "remark") return cell;
  const uint64_t procedure = Below(12);
  cell.procedure = procedure == 0 ? "P3" : procedure < 4 ? "P2" : "P1";
  cell.channel = Chance(80) ? "counter" : "online_full";
  return cell;
}

// What an answer promises: the entries are there, and after an error none is.
void SimWorld::AfterWriting(SimDesk& desk, const absl::Status& status, std::size_t expected, const char* what) {
  trace_.Line(desk.Label(), " ", what, ": ", status.ToString(), " end ",
              FormatEntryName(desk.desk().log().own_end()));
  CheckStatus(status, what);
  const Bits held_before = desk.held;
  const std::size_t written = judge_.DeskSees(desk);
  if (written != (status.ok() ? expected : 0))
    Accuse("I3 once each", desk.Label(), " ", what, " answered ", status.ToString(), " and wrote ", written);
  ProbeDesk(desk, held_before);
  AfterDesk(desk);
}

void SimWorld::RecordOne(SimDesk& desk) {
  const Cell cell = AnyCell(desk);
  RecordRequest request;
  request.day = cell.day;
  request.day_confirmed = true;
  request.procedure = cell.procedure;
  request.channel = cell.channel;
  request.measure = cell.measure;
  request.remark.author = Chance(50) ? "An" : "Binh";
  const bool counter = cell.measure != "suspended" && cell.measure != "remark";
  request.adds = counter && Chance(70);
  const auto number = static_cast<int64_t>(Below(30));
  request.value = request.adds && Chance(20) ? -number : number;
  if (cell.measure == "remark") request.value = absl::StrCat("text ", number);
  if (!counter && Chance(10)) request.value = std::monostate{};
  const bool restates = desk.identity.role == Role::kSupervisor && Chance(35);
  request.adds = request.adds && !restates;
  const absl::StatusOr<RecordAnswer> answer = restates ? desk.desk().Restate(request) : desk.desk().Record(request);
  AfterWriting(desk, answer.status(), 1, restates ? "restates" : request.adds ? "adds" : "sets");
  // Whoever says what the unit's number is has seen all that the machine shows, so that is the number then.
  const bool whole = answer.ok() && (restates || (!request.adds && !answer->view.counter));
  if (whole && answer->view.value != request.value) {
    Accuse("a restatement stands", desk.Label(), " restated ", FormatCell(answer->cell), " to ",
           FormatValue(request.value), " and shows ", FormatValue(answer->view.value));
  }
}

void SimWorld::ImportFile(SimDesk& desk) {
  ImportRequest request;
  request.bytes = "day,procedure,channel,measure,action,value,note\n";
  const uint64_t rows = 1 + Below(4);
  for (uint64_t row = 0; row < rows; ++row) {
    absl::StrAppend(&request.bytes, FormatDay(kSimDay + static_cast<int32_t>(Below(2))), ",P", 1 + Below(2),
                    ",counter,received,add,", Below(9), ",\n");
  }
  request.file_name = "night.csv";
  request.day_confirmed = true;
  request.author = "Chi";
  const absl::StatusOr<ImportAnswer> answer = ImportCsv(desk.desk(), request);
  AfterWriting(desk, answer.status(), rows + 1, "imports");
}

void SimWorld::SubmitPeriod(SimDesk& desk) {
  SubmitRequest request;
  request.period = "year/2020";
  request.signer = "Dung";
  const absl::StatusOr<SubmitAnswer> answer = desk.desk().Submit(request);
  AfterWriting(desk, answer.status(), 1, "submits");
}

void SimWorld::AcknowledgeDecisions(SimDesk& desk) {
  const bool any = !desk.desk().Status().decisions.empty();
  const absl::StatusOr<AcknowledgeAnswer> answer = desk.desk().Acknowledge({"Em", ""});
  if (answer.ok() ? !any || !desk.desk().Status().decisions.empty() : any && absl::IsNotFound(answer.status())) {
    Accuse("decisions", desk.Label(), " acknowledges: ", answer.status().ToString(), any ? "" : " where none waited");
  }
  if (answer.ok()) {
    mix_.Met(Fault::kReview);
    ++counts_.of(Scene::kAcknowledged);
  }
  AfterWriting(desk, answer.status(), 0, "acknowledges");
}

void SimWorld::PersonActs(SimDesk& desk) {
  BeginProbe(desk.disk, Fault::kDeskCrash);
  if (mix_.Strikes(Fault::kReview, 30)) return AcknowledgeDecisions(desk);
  const uint64_t choice = Below(100);
  if (choice < 6) return ImportFile(desk);
  if (choice < 9) return SubmitPeriod(desk);
  RecordOne(desk);
}

void SimWorld::OperatorRestates(const std::string& unit) {
  SimDesk* desk = AnyDesk();
  if (desk == nullptr) return;
  Cell cell = AnyCell(*desk);
  cell.unit = unit;
  Value value = static_cast<int64_t>(Below(50));
  if (cell.measure == "remark") value = std::string("the hub's text");
  const absl::StatusOr<EntryName> name = hub_.hub().Restate(cell, value, std::nullopt, "checked", "op");
  trace_.Line("operator restates ", FormatCell(cell), ": ", name.status().ToString());
  CheckStatus(name.status(), "an operator's restatement");
  if (name.ok()) judge_.HubPromised(unit, *name);
  judge_.HubSees(hub_, unit);
}

void SimWorld::OperatorExcludes(const std::string& unit) {
  const UnitBook& book = judge_.book(unit);
  const std::vector<std::size_t> held = judge_.HubHeld(unit).Members();
  if (held.empty()) return;
  const BookEntry& last = book.at(held[Below(held.size())]);
  const std::vector<std::size_t> path = last.path.Members();
  const BookEntry& first = book.at(path[path.size() - 1 - Below(std::min<std::size_t>(path.size(), 3))]);
  const bool lifts = Chance(35);
  const absl::StatusOr<Hub::Exclusion> made = hub_.hub().Exclude(unit, first.name, last.name, lifts, "a mistake", "op");
  trace_.Line("operator ", lifts ? "lifts " : "excludes ", FormatEntryName(first.name), " … ",
              FormatEntryName(last.name), ": ", made.status().ToString());
  CheckStatus(made.status(), "an operator's exclusion");
  if (made.ok() && !made->already) judge_.HubPromised(unit, made->entry);
  judge_.HubSees(hub_, unit);
}

// Where copies parted, now and then at an entry where nobody did.
void SimWorld::OperatorClosesList() {
  if (!hub_.up() || NewestKind(hub_.protocol) < EntryKind::kReview) return;
  RandomSource& random = mix_.Of(Fault::kReview);
  std::vector<std::string> forked;
  for (const std::string& each : units_) {
    if (!judge_.book(each).ForkPoints(&judge_.HubHeld(each)).empty()) forked.push_back(each);
  }
  const std::vector<std::string>& among = forked.empty() ? units_ : forked;
  const std::string& unit = among[random.Below(among.size())];
  std::vector<EntryName> points = judge_.book(unit).ForkPoints(&judge_.HubHeld(unit));
  const std::vector<std::size_t> held = judge_.HubHeld(unit).Members();
  if (!held.empty() && (points.empty() || random.Below(10) == 0))
    points = {judge_.book(unit).at(held[random.Below(held.size())]).name};
  if (points.empty()) return;
  const EntryName fork = points[random.Below(points.size())];
  const absl::StatusOr<EntryName> name = hub_.hub().CloseFork(unit, fork, "gone through", "op");
  trace_.Line("operator closes the list of ", FormatEntryName(fork), ": ", name.status().ToString());
  CheckStatus(name.status(), "closing a list");
  judge_.ForkClosed(unit, fork, name.status());
  if (name.ok()) {
    mix_.Met(Fault::kReview);
    ++counts_.of(Scene::kListClosed);
    judge_.HubPromised(unit, *name);
  }
  judge_.HubSees(hub_, unit);
  AfterHub();
}

void SimWorld::OperatorActs() {
  if (!hub_.up()) return;
  const std::string unit = units_[Below(units_.size())];
  const uint64_t choice = Below(100);
  if (choice < 40) {
    OperatorRestates(unit);
  } else if (choice < 80) {
    OperatorExcludes(unit);
  } else if (choice < 90) {
    const int version = 1 + static_cast<int>(Below(kSimCatalogs));
    const absl::StatusOr<bool> applied = hub_.hub().ApplyCatalog(SimCatalog(version));
    trace_.Line("operator applies catalog ", version, ": ", applied.status().ToString());
    CheckStatus(applied.status(), "a catalog");
    if (applied.ok()) {
      for (const std::string& each : units_) judge_.HubSees(hub_, each);
    }
  } else {
    judge_.HubVerifies(hub_);
  }
  AfterHub();
}

}  // namespace motcua
