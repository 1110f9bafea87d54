// Opening, and the small calls of the hub. The exchange, devices, the catalog and verification have files of
// their own.
#include "hub/core/hub.h"

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "hub/core/fact_key.h"
#include "hub/core/hub_facts.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

constexpr char kIncarnationKey[] = "incarnation";
// Cells say whether copies of a device both wrote them.
constexpr char kCellsKnowPaperKey[] = "cells_know_paper";

absl::Status PutIncarnation(HubStore& store, uint64_t incarnation) {
  std::string bytes;
  ByteWriter(&bytes).Fixed64(incarnation);
  return store.PutMeta(kIncarnationKey, bytes);
}

}  // namespace

absl::Status Hub::Initialise(HubStore& store, const Catalog& catalog, uint64_t incarnation) {
  MOTCUA_RETURN_IF_ERROR(store.Begin());
  StoreTransaction transaction(&store);
  if (store.Meta(kIncarnationKey).ok()) {
    return absl::AlreadyExistsError(Say("Thư mục dữ liệu này đã được khởi tạo; hãy chọn thư mục khác.",
                                        "This data folder has been initialised already; choose another."));
  }
  MOTCUA_RETURN_IF_ERROR(PutIncarnation(store, incarnation));
  MOTCUA_RETURN_IF_ERROR(store.PutMeta(kCellsKnowPaperKey, "1"));
  MOTCUA_RETURN_IF_ERROR(store.AddCatalog({1, catalog.version(), catalog.canonical()}));
  return transaction.Commit();
}

absl::Status Hub::RenewIncarnation(HubStore& store, uint64_t incarnation) {
  MOTCUA_RETURN_IF_ERROR(store.Begin());
  StoreTransaction transaction(&store);
  MOTCUA_RETURN_IF_ERROR(PutIncarnation(store, incarnation));
  return transaction.Commit();
}

Hub::Hub(HubParts parts)
    : parts_(std::move(parts)), ids_(parts_.store), shelf_(parts_.store, parts_.parse_catalog) {}

absl::StatusOr<std::unique_ptr<Hub>> Hub::Open(HubParts parts) {
  std::unique_ptr<Hub> hub(new Hub(std::move(parts)));
  MutexLock lock(&hub->mutex_);
  MOTCUA_RETURN_IF_ERROR(hub->Load());
  return hub;
}

absl::Status Hub::Load() {
  MOTCUA_ASSIGN_OR_RETURN(const std::string incarnation, parts_.store->Meta(kIncarnationKey));
  incarnation_ = ByteReader(incarnation).Fixed64();
  MOTCUA_RETURN_IF_ERROR(ids_.Load());
  MOTCUA_RETURN_IF_ERROR(shelf_.Load());
  ResetCoder();
  return CatchUp();
}

// A database of an older program is brought up to what this one says of cells; killed half-way, it begins again.
absl::Status Hub::CatchUp() {
  const absl::Status done = parts_.store->Meta(kCellsKnowPaperKey).status();
  if (!absl::IsNotFound(done)) return done;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitRow> units, parts_.store->Units());
  for (const UnitRow& row : units) {
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, row.unit));
    // What cells did not say before: that copies both wrote them, and that paper and a desk both did.
    if (!Forks(&log.tree()).any() && !log.HubWrites()) continue;
    MOTCUA_ASSIGN_OR_RETURN(const absl::string_view unit, ids_.Text(CodeKind::kUnit, row.unit));
    MOTCUA_RETURN_IF_ERROR(
        WithIngest(std::string(unit), [](Ingest& ingest, UnitLog&) { return ingest.RefoldAll(); }));
  }
  Work work(this);
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  MOTCUA_RETURN_IF_ERROR(parts_.store->PutMeta(kCellsKnowPaperKey, "1"));
  return work.Commit();
}

void Hub::ResetCoder() { coder_ = std::make_unique<CellCoder>(shelf_.current(), &ids_); }

IngestServices Hub::Services() {
  IngestServices services;
  services.store = parts_.store;
  services.ids = &ids_;
  services.shelf = &shelf_;
  services.coder = coder_.get();
  services.random = parts_.random;
  services.now_s = parts_.clock->WallSeconds();
  services.written = &written_;
  return services;
}

CommandResult Hub::RunCommand(const std::vector<std::string>& arguments, const std::string& input,
                              Language language) {
  std::function<CommandResult(Hub&, const std::vector<std::string>&, const std::string&, Language)> commands;
  {
    MutexLock lock(&mutex_);
    commands = parts_.commands;
  }
  const ScopedLanguage scope(language);
  if (commands) return commands(*this, arguments, input, language);
  return {1, "",
          Say("Máy chủ này không nhận lệnh qua đường này.", "This hub takes no commands this way.") + "\n"};
}

std::shared_ptr<const Catalog> Hub::catalog() {
  MutexLock lock(&mutex_);
  return shelf_.current();
}

absl::Status Hub::WithFacts(const std::function<absl::Status(const Catalog&, const FactSource&)>& read) {
  MutexLock lock(&mutex_);
  const std::shared_ptr<const Catalog> catalog = shelf_.current();
  return read(*catalog, HubFacts(parts_.store, &ids_, &shelf_));
}

absl::Status Hub::WithIngest(const std::string& unit,
                             const std::function<absl::Status(Ingest&, UnitLog&)>& act) {
  Work work(this);
  MOTCUA_ASSIGN_OR_RETURN(const UnitRow row, work.BeginUnit(unit));
  MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, row.unit));
  Ingest ingest(Services(), unit, row, &log);
  MOTCUA_RETURN_IF_ERROR(act(ingest, log));
  MOTCUA_RETURN_IF_ERROR(ingest.Finish());
  MOTCUA_RETURN_IF_ERROR(work.Commit());
  if (ingest.wrote_hub_log()) written_.insert(unit);
  return absl::OkStatus();
}

absl::Status Hub::WithStore(const std::function<absl::Status()>& act) {
  MutexLock lock(&mutex_);
  return act();
}

absl::StatusOr<HubStatus> Hub::Status() {
  MutexLock lock(&mutex_);
  HubStatus status;
  status.incarnation = incarnation_;
  status.catalog = shelf_.current()->version();
  status.catalog_id = shelf_.current()->data().id;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceRow> devices, parts_.store->Devices());
  status.devices = static_cast<int64_t>(devices.size());
  for (const DeviceRow& device : devices)
    status.devices_revoked += device.state == DeviceState::kRevoked ? 1 : 0;
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitRow> units, parts_.store->Units());
  for (const UnitRow& unit : units) {
    ++status.units;
    status.held += unit.held;
    status.exclusions += unit.exclusions;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<LineRow> lines, parts_.store->LinesOf(unit.unit));
    std::set<DeviceId> begun;
    for (const LineRow& line : lines) {
      ++status.lines;
      status.entries += line.end_seq - line.fork_seq;
      // Copies that parted before the first entry have lines of their own without a parent.
      const bool first = line.parent == kNoLine && begun.insert(line.device).second;
      status.forks += first ? 0 : 1;
    }
  }
  return status;
}

}  // namespace motcua
