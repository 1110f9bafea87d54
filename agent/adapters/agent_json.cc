#include "agent/adapters/agent_json.h"

#include <nlohmann/json.hpp>

#include "common/report/entry_json.h"
#include "common/report/figure_text.h"
#include "common/report/period_words.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

std::string Print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void AddCell(const Cell& cell, Json* json) {
  (*json)["cell"] = FormatCell(cell);
  (*json)["day"] = FormatDay(cell.day);
  (*json)["procedure"] = cell.procedure;
  (*json)["channel"] = cell.channel;
  (*json)["measure"] = cell.measure;
}

void AddView(const CellView& view, Json* json) {
  // An observation has no own part: it is the whole unit's.
  (*json)["own_part"] = view.counter ? Json(view.own_part) : Json(nullptr);
  (*json)["unit_total"] = ValueJson(view.value);
  (*json)["restated"] = view.restated;
  (*json)["provisional"] = view.provisional;
  (*json)["conflict"] = view.conflict;
  (*json)["overlap"] = view.overlap;
}

Json NamesJson(const std::vector<EntryName>& names) {
  Json list = Json::array();
  for (const EntryName& name : names) list.push_back(FormatEntryName(name));
  return list;
}

Json ReceiptJson(const Receipt& receipt) {
  if (receipt.empty()) return nullptr;
  return {{"unit", receipt.unit},
          {"incarnation", absl::StrCat(absl::Hex(receipt.incarnation, absl::kZeroPad16))},
          {"hub_time", FormatTimeRfc3339(receipt.hub_time_ms / 1000)},
          {"hub_time_ms", receipt.hub_time_ms},
          {"ends", NamesJson(receipt.ends)},
          {"signature", ToHex(receipt.signature)}};
}

Json NextSyncJson(const std::optional<NextSync>& next) {
  if (!next) return nullptr;  // nobody serves this folder
  return {{"at", FormatTimeRfc3339(next->at_s)}, {"cause", next->cause}, {"failures", next->failures}};
}

Json DecisionsJson(const std::vector<DeskDecision>& decisions) {
  Json list = Json::array();
  for (const DeskDecision& decision : decisions) {
    const Entry& entry = decision.content;
    Json json = {{"entry", FormatEntryName(decision.entry)},
                 {"kind", DecisionName(entry)},
                 {"cell", entry.cell() == nullptr ? "" : FormatCell(*entry.cell())},
                 {"value", nullptr},
                 {"first", ""},
                 {"last", ""},
                 {"fork", ""},
                 {"period", ""},
                 {"area", ""},
                 {"revision", 0},
                 {"role", entry.role == Role::kHub ? "hub" : "supervisor"},
                 {"device", FormatDevice(entry.device)},
                 {"author", entry.author},
                 {"time", FormatTimeRfc3339(entry.clock_s)},
                 {"note", entry.note}};
    FillDecision(entry, &json);
    list.push_back(std::move(json));
  }
  return list;
}

Json PeriodsJson(const std::vector<DeskPeriod>& periods) {
  Json list = Json::array();
  for (const DeskPeriod& period : periods) {
    list.push_back({{"period", period.period},
                    {"area", period.area},
                    {"revision", period.revision},
                    {"locked", FormatTimeRfc3339(period.at_s)},
                    {"open_until", period.open_until_s == 0 ? "" : FormatTimeRfc3339(period.open_until_s)},
                    {"amendments", period.amendments},
                    {"accepted", period.accepted}});
  }
  return list;
}

// Of the locks that what was written falls into.
Json LocksJson(const std::vector<DeskPeriod>& locks) {
  Json list = Json::array();
  for (const DeskPeriod& lock : locks)
    list.push_back({{"period", lock.period}, {"area", lock.area}, {"revision", lock.revision}});
  return list;
}

Json ForksJson(const std::vector<DeskFork>& forks) {
  Json list = Json::array();
  for (const DeskFork& fork : forks) {
    Json cells = Json::array();
    for (const Cell& cell : fork.cells) cells.push_back(FormatCell(cell));
    list.push_back({{"fork", FormatEntryName(fork.fork)},
                    {"branches", NamesJson(fork.branches)},
                    {"cells", std::move(cells)}});
  }
  return list;
}

Json FindingsJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"rule", finding.rule}, {"severity", SeverityName(finding.severity)}, {"message", finding.message}});
  }
  return list;
}

Json SyncJson(const SyncResult& result) {
  return {{"pushed", result.pushed},
          {"pulled", result.pulled},
          {"waiting", result.waiting},
          {"exchanges", result.exchanges},
          {"bytes_sent", result.bytes_sent},
          {"bytes_received", result.bytes_received},
          {"hub_time_offset_ms", result.hub_time_offset_ms},
          {"receipt", ReceiptJson(result.receipt)},
          {"verdict", result.verdict},
          {"synced", result.status.ok()},
          {"catalog_changed", result.catalog_changed},
          {"notices", result.notices},
          {"error", std::string(result.status.message())}};
}

}  // namespace

std::string RecordAsJson(const RecordAnswer& answer) {
  Json json;
  json["entry"] = FormatEntryName(answer.entry);
  AddCell(answer.cell, &json);
  AddView(answer.view, &json);
  json["amends"] = LocksJson(answer.locks);
  return Print(json);
}

std::string AcknowledgeAsJson(const AcknowledgeAnswer& answer) {
  return Print({{"entry", FormatEntryName(answer.entry)}, {"acknowledged", DecisionsJson(answer.acknowledged)}});
}

std::string ImportAsJson(const ImportAnswer& answer, const std::string& file_name) {
  return Print({{"file", file_name},
                {"rows", answer.rows},
                {"written", answer.written},
                {"last_entry", answer.written ? FormatEntryName(answer.last) : std::string()},
                {"digest", ToHex(AsBytes(answer.digest))},
                {"amends", LocksJson(answer.locks)}});
}

std::string ShowAsJson(const ShowAnswer& answer) {
  Json cells = Json::array();
  for (const ShownCell& shown : answer.cells) {
    Json json;
    AddCell(shown.cell, &json);
    AddView(shown.view, &json);
    json["in_catalog"] = shown.in_catalog;
    cells.push_back(std::move(json));
  }
  Json excluded = Json::array();
  for (const ExcludedEntry& entry : answer.excluded) {
    excluded.push_back({{"entry", FormatEntryName(entry.entry)},
                        {"about", entry.cell ? FormatCell(*entry.cell) : std::string()},
                        {"author", entry.author},
                        {"reason", entry.reason}});
  }
  return Print({{"cells", std::move(cells)}, {"excluded", std::move(excluded)}});
}

std::string SubmitAsJson(const SubmitAnswer& answer) {
  Json lacks = Json::array();
  for (DeviceId device : answer.lacks) lacks.push_back(FormatDevice(device));
  return Print({{"entry", FormatEntryName(answer.entry)},
                {"period", answer.period},
                {"covers", NamesJson(answer.covers)},
                {"lacks", std::move(lacks)},
                {"totals", ToHex(AsBytes(answer.totals))},
                {"findings", FindingsJson(answer.findings)},
                {"amends", LocksJson(answer.locks)}});
}

std::string BundleExportAsJson(const BundleExport& exported, const std::string& file, std::size_t bytes) {
  const Bundle& bundle = exported.bundle;
  return Print({{"file", file},
                {"device", FormatDevice(bundle.device)},
                {"unit", bundle.unit},
                {"created", FormatTimeRfc3339(bundle.created_ms / 1000)},
                {"entries", bundle.entries},
                {"batches", bundle.requests.size()},
                {"bytes", bytes},
                {"left_out", exported.left_out}});
}

std::string BundleReceiptAsJson(const BundleApplied& applied, const std::string& file) {
  const SyncResult& result = applied.result;
  return Print({{"file", file},
                {"pushed", result.pushed},
                {"pulled", result.pulled},
                {"waiting", result.waiting},
                {"receipt", ReceiptJson(result.receipt)},
                {"verdict", result.verdict},
                {"synced", applied.synced},
                {"older", applied.older},
                {"catalog_changed", result.catalog_changed},
                {"notices", result.notices},
                {"error", std::string(result.status.message())}});
}

std::string SyncAsJson(const SyncResult& result) { return Print(SyncJson(result)); }

std::string StatusAsJson(const FolderIdentity& identity, const Desk& desk,
                         const std::optional<NextSync>& next) {
  const DeskStatus status = desk.Status();
  const AgentState& state = desk.log().state();
  Json conflicts = Json::array();
  for (const Cell& cell : status.conflicts) conflicts.push_back(FormatCell(cell));
  absl::StatusOr<Receipt> receipt = DecodeReceipt(state.receipt);
  const std::string catalog =
      desk.catalog() == nullptr ? std::string() : ToHex(AsBytes(desk.catalog()->version()));
  return Print({{"unit", identity.desk.unit},
                {"unit_name", identity.unit_name},
                {"device", FormatDevice(identity.desk.device)},
                {"role", identity.desk.role == Role::kSupervisor ? "supervisor" : "desk"},
                {"hub", identity.hub_address},
                {"end", FormatEntryName(state.own_end)},
                {"entries", status.entries},
                {"receipt", receipt.ok() ? ReceiptJson(*receipt) : Json(nullptr)},
                {"waiting", status.waiting},
                {"excluded", status.excluded},
                {"conflicts", status.conflicts.size()},
                {"conflict_cells", std::move(conflicts)},
                {"forks", ForksJson(status.forks)},
                {"periods", PeriodsJson(status.periods)},
                {"decisions", DecisionsJson(status.decisions)},
                {"clock_offset_ms", state.clock_offset_ms},
                {"catalog_version", catalog},
                {"last_sync",
                 {{"at", state.last_sync.at_s == 0 ? "" : FormatTimeRfc3339(state.last_sync.at_s)},
                  {"synced", state.last_sync.synced},
                  {"verdict", state.last_sync.verdict},
                  {"error", state.last_sync.sentence.Text()}}},
                {"next_sync", NextSyncJson(next)}});
}

std::string EnrollAsJson(const FolderIdentity& identity, const SyncResult& first_sync) {
  return Print({{"device", FormatDevice(identity.desk.device)},
                {"unit", identity.desk.unit},
                {"unit_name", identity.unit_name},
                {"role", identity.desk.role == Role::kSupervisor ? "supervisor" : "desk"},
                {"sync", SyncJson(first_sync)}});
}

}  // namespace motcua
