#include "tests/simulation/explore_quick.h"

#include <algorithm>

#include "agent/adapters/agent_state_codec.h"
#include "common/base/bytes.h"
#include "common/base/invariant.h"
#include "tests/hub/core/faulty_store.h"

namespace motcua::explore {
namespace {

constexpr std::size_t kSeats = 2048;  // each some 200 KiB

class MemoryDeskStore final : public AgentStore {
 public:
  explicit MemoryDeskStore(DeskContent* content) : content_(*content) {}

  absl::StatusOr<AgentState> LoadState() override { return content_.state; }
  absl::StatusOr<std::string> LoadCatalog() override { return content_.catalog; }
  absl::StatusOr<std::string> LoadCatalogPartial() override { return content_.catalog_partial; }
  absl::StatusOr<std::vector<StoredLine>> LoadLines() override { return content_.lines; }
  absl::Status ForEachEntry(const std::function<absl::Status(Position, absl::string_view)>& visit) override {
    for (const auto& [at, bytes] : content_.entries) MOTCUA_RETURN_IF_ERROR(visit(at, bytes));
    return absl::OkStatus();
  }
  absl::Status Apply(const StoreWrite& write) override {
    for (const StoredLine& line : write.lines) {
      if (line.id >= content_.lines.size()) content_.lines.resize(line.id + 1);
      content_.lines[line.id] = line;
    }
    for (const StoredEntry& entry : write.entries) {
      MOTCUA_INVARIANT(content_.entries.emplace(entry.at, entry.canonical).second, "an entry is stored once");
    }
    if (write.state) content_.state = *write.state;
    if (write.catalog) content_.catalog = *write.catalog;
    if (write.catalog_partial) content_.catalog_partial = *write.catalog_partial;
    return absl::OkStatus();
  }

 private:
  DeskContent& content_;
};

// What is committed here stays in the one transaction underneath, which the folder ends.
class UncommittedStore final : public FaultyStore {
 public:
  explicit UncommittedStore(SqliteHubStore* inner) : FaultyStore(inner), inner_(*inner) {}

  absl::Status Begin() override {
    begun_ = true;
    return inner_.database().Execute("SAVEPOINT step");
  }
  absl::StatusOr<UnitRow> BeginUnit(uint32_t unit) override {
    MOTCUA_RETURN_IF_ERROR(Begin());
    return inner_.Unit(unit);
  }
  absl::Status Commit() override {
    begun_ = false;
    return inner_.database().Execute("RELEASE step");
  }
  void Rollback() override {
    if (!begun_) return;
    begun_ = false;
    MOTCUA_INVARIANT(inner_.database().Execute("ROLLBACK TO step; RELEASE step").ok(), "a step is undone");
  }

 private:
  SqliteHubStore& inner_;
  bool begun_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AgentStore>> MemoryDeskFolder::Open() {
  return std::unique_ptr<AgentStore>(std::make_unique<MemoryDeskStore>(&content_));
}

absl::StatusOr<Hash> MemoryDeskFolder::Digest() {
  std::string bytes;
  ByteWriter writer(&bytes);
  for (const auto& [key, value] : EncodeAgentState(content_.state)) {
    if (MattersToOutcomes("meta", key)) writer.Text(value);
  }
  writer.Text(content_.catalog);
  writer.Text(content_.catalog_partial);
  for (const StoredLine& line : content_.lines) {
    writer.Varint(line.parent);
    writer.Varint(line.end_seq);
    writer.Raw(AsBytes(line.end_hash));
  }
  for (const auto& [at, entry] : content_.entries) {
    writer.Varint(at.line);
    writer.Text(entry);
  }
  return Sha256(bytes);
}

uint32_t MemoryDeskFolder::Keep() {
  kept_.push_back(content_);
  for (const auto& [at, entry] : content_.entries) bytes_kept_ += entry.size();
  return static_cast<uint32_t>(kept_.size() - 1);
}

struct OpenHubFolder::Seat {
  explicit Seat(std::size_t number) : disk(absl::StrCat("hub", number)) {}

  void Sit(const FaultDisk::Image& files) {
    digest.reset();
    store.reset();
    disk.Put(files);
    DatabaseOptions options;
    options.vfs = kFaultVfs;
    absl::StatusOr<std::unique_ptr<SqliteHubStore>> opened = SqliteHubStore::Open(disk.Path("data.db"), options);
    MOTCUA_INVARIANT(opened.ok(), "a kept database opens");
    store = *std::move(opened);
    absl::StatusOr<TableDigest> read = TableDigest::Of(store->database());
    MOTCUA_INVARIANT(read.ok(), "a kept database can be read");
    digest.emplace(*std::move(read));
  }

  FaultDisk disk;
  std::unique_ptr<SqliteHubStore> store;
  std::optional<TableDigest> digest;
  std::optional<uint32_t> image;
  uint64_t used = 0;
};

OpenHubFolder::OpenHubFolder() { RegisterFaultVfs(); }
OpenHubFolder::~OpenHubFolder() = default;

OpenHubFolder::Seat* OpenHubFolder::SeatOf(std::optional<uint32_t> image) {
  if (image) {
    if (const auto sits = seat_of_.find(*image); sits != seat_of_.end()) return sits->second;
  }
  if (seats_.size() < kSeats) seats_.push_back(std::make_unique<Seat>(seats_.size()));
  const auto oldest = std::min_element(seats_.begin(), seats_.end(),
                                       [](const auto& a, const auto& b) { return a->used < b->used; });
  if ((*oldest)->image) seat_of_.erase(*(*oldest)->image);
  (*oldest)->Sit(image ? images_.Get(*image) : FaultDisk::Image{});
  (*oldest)->image = image;
  if (image) seat_of_[*image] = oldest->get();
  return oldest->get();
}

void OpenHubFolder::Undo() {
  if (current_ != nullptr) current_->store->Rollback();
}

void OpenHubFolder::Lay(std::optional<uint32_t> image) {
  Undo();
  current_ = SeatOf(image);
  current_->used = ++uses_;
}

absl::StatusOr<std::unique_ptr<HubStore>> OpenHubFolder::Open() {
  if (!current_->store->database().in_transaction()) MOTCUA_RETURN_IF_ERROR(current_->store->Begin());
  return std::unique_ptr<HubStore>(std::make_unique<UncommittedStore>(current_->store.get()));
}

absl::StatusOr<Hash> OpenHubFolder::Digest() { return current_->digest->Now(); }

uint32_t OpenHubFolder::Keep() {
  SqliteHubStore& store = *current_->store;
  if (store.database().in_transaction()) MOTCUA_INVARIANT(store.Commit().ok(), "a step is committed");
  MOTCUA_INVARIANT(store.database().Checkpoint().ok(), "the log goes into the file");
  if (current_->image) seat_of_.erase(*current_->image);
  current_->image = images_.Put(current_->disk.Copy());
  seat_of_[*current_->image] = current_;
  return *current_->image;
}

}  // namespace motcua::explore
