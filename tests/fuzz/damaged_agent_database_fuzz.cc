// A desk's database as a damaged disk gives it back.
//
//   input := damage            (damaged_image.h)
//
// The desk opens: over what is left of its log, or over an empty one with the damaged file kept beside it. Either way
// it is the same machine, records on, and finds what it recorded after a restart. A file that no longer says whose it is,
// or of which version, may be refused with a sentence and stays as it is.
#include <filesystem>

#include "agent/adapters/sqlite_agent_store.h"
#include "common/sync/exchange.h"
#include "tests/agent/core/desk_world.h"
#include "tests/fuzz/damaged_image.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

const DeskIdentity& Identity() {
  static const DeskIdentity identity{DeviceId{0x11}, kUnit, Role::kDesk};
  return identity;
}

std::string DatabasePath() { return ScratchFolder() + "/agent/agent.db"; }

// A desk over a file on a disk.
struct Opened {
  TestClock clock;
  SeededRandom random{5};
  std::unique_ptr<SqliteAgentStore> store;
  std::unique_ptr<Desk> desk;

  absl::Status Open(const std::string& path) {
    MOTCUA_ASSIGN_OR_RETURN(store, SqliteAgentStore::Open(path));
    MOTCUA_ASSIGN_OR_RETURN(desk, Desk::Open(Identity(), store.get(), &clock, &random, ParseSmallCatalog));
    return absl::OkStatus();
  }
  absl::Status Record(const std::string& measure, const Value& value) {
    RecordRequest request = DeskWorld::RequestFor(measure);
    request.value = value;
    return desk->Record(request).status();
  }
};

// As after a kill: some of it in the database, some in its log.
DatabaseImage MakeImage() {
  const std::string path = ScratchFolder() + "/image/agent.db";
  std::filesystem::create_directories(ScratchFolder() + "/image");
  {
    Opened first;
    MOTCUA_INVARIANT(first.Open(path).ok(), "a new desk opens");
    StoreWrite write;
    write.catalog = SmallCatalogBytes();
    MOTCUA_INVARIANT(first.store->Apply(write).ok(), "a desk takes a catalog");
  }
  Opened desk;
  MOTCUA_INVARIANT(desk.Open(path).ok(), "a desk opens again");
  for (int64_t i = 1; i <= 20; ++i) {
    MOTCUA_INVARIANT(desk.Record("received", i).ok(), "a desk records");
    MOTCUA_INVARIANT(desk.Record("remark", std::string(100, 'x')).ok(), "a desk records");
  }
  LogPlan plan(&desk.desk->log().ledger());
  Entry other;
  other.device = DeviceId{0x22};
  other.seq = 1;
  other.body = AddBody{DeskWorld::CellOf("received"), 3, {}, {}};
  MOTCUA_INVARIANT(plan.Add({other.device, 0, 0}, other).ok(), "a line of another device");
  AgentState state = desk.desk->log().state();
  Receipt receipt{kUnit, 7, 1583373600000, {desk.desk->log().own_end()}, "s"};
  state.receipt = state.proof = EncodeReceipt(receipt);
  state.hub_common = desk.desk->log().own_end();
  MOTCUA_INVARIANT(desk.desk->log().ApplyExchange(plan, state, std::nullopt, std::nullopt).ok(), "an exchange");
  return ReadImage(path);
}

const DatabaseImage& Image() {
  static const DatabaseImage image = MakeImage();
  return image;
}

// One machine, with a log that stands and grows.
void CheckDesk(Opened& opened) {
  Desk& desk = *opened.desk;
  desk.Show(kDayMin, kDayMax);
  desk.Status();
  desk.log().UnsentBehind(desk.log().HubHolds());
  MOTCUA_INVARIANT(desk.log().identity().device == Identity().device, "the desk is the machine it was");
  if (desk.catalog() == nullptr) return;  // it comes with the next sync
  MOTCUA_INVARIANT(opened.Record("remark", std::string("ghi tiếp")).ok(), "the desk records on");
  const EntryName end = desk.log().own_end();
  const std::size_t entries = desk.log().ledger().entry_count();
  opened.desk.reset();
  opened.store.reset();
  MOTCUA_INVARIANT(opened.Open(DatabasePath()).ok(), "what was mended opens again");
  MOTCUA_INVARIANT(opened.desk->log().own_end() == end, "the end is there after a restart");
  MOTCUA_INVARIANT(opened.desk->log().ledger().entry_count() == entries, "every entry is there after a restart");
}

void CheckSetAside(const std::string& aside) {
  if (aside.empty()) return;
  MOTCUA_INVARIANT(std::filesystem::exists(aside) || std::filesystem::exists(aside + "-wal"),
                   "a damaged file is kept");
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const std::size_t whole = Image().database.size() + Image().wal.size();
  std::vector<std::string> seeds = {CutDamage(UINT32_MAX), CutDamage(0), CutDamage(50), CutDamage(whole - 1),
                                    CutDamage(Image().database.size())};
  // One byte in the header, in each page, and in the log.
  for (std::size_t offset = 20; offset < whole; offset += whole / 24) seeds.push_back(EditDamage(offset, 'U'));
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  const ScopedLanguage language(Language::kEnglish);
  WriteImage(Damage(Image(), AsInput(data, size)), DatabasePath());
  Opened opened;
  const absl::Status status = opened.Open(DatabasePath());
  if (status.ok()) {
    CheckSetAside(opened.store->set_aside());
    CheckDesk(opened);
  } else {
    MOTCUA_INVARIANT(absl::IsFailedPrecondition(status), "a damaged file is set aside, not refused");
    MOTCUA_INVARIANT(!status.message().empty(), "a refusal has a sentence");
  }
  return 0;
}
