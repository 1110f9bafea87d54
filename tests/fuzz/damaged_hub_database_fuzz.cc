// A hub's database as a damaged disk gives it back.
//
//   input := damage            (damaged_image.h)
//
// The hub opens or says in a sentence why not; what it then does, checking itself and answering a desk, may fail with
// a sentence too. A log it calls whole reads back whole.
#include <filesystem>

#include "common/base/language.h"
#include "tests/fuzz/damaged_image.h"
#include "tests/fuzz/fuzz.h"
#include "tests/hub/core/hub_world.h"

namespace motcua {
namespace {

std::string DatabasePath() { return ScratchFolder() + "/hub/hub.db"; }

// A hub that has met two desks and a copy of one, and the next night of the first.
struct Before {
  Before() : world(7), desk(&world, world.Enroll("U1"), "U1", Role::kDesk, 1) {
    TestDesk other(&world, world.Enroll("U2"), "U2", Role::kSupervisor, 2);
    for (int i = 0; i < 10; ++i) desk.Add(desk.At("received", i), 4 + i);
    other.Restate(other.At("suspended"), int64_t{9});
    MOTCUA_INVARIANT(desk.Sync().ok() && other.Sync().ok(), "desks sync");
    // What comes now stays in the database's log.
    MOTCUA_INVARIANT(world.store().database().Checkpoint().ok(), "a checkpoint");
    TestDesk copy = desk.Copy(4);
    desk.Add(desk.At("visits"), 2);
    copy.Add(copy.At("visits"), 3);
    MOTCUA_INVARIANT(desk.Sync().ok() && copy.Sync().ok(), "copies sync");
    MOTCUA_INVARIANT(world.hub().Restate(desk.At("received"), int64_t{20}, std::nullopt, "counted", "An").ok(),
                     "the hub restates");
    image = ReadImage(world.database());
    desk.Add(desk.At("received", 3), 1);
    night = desk.Request();
  }
  HubWorld world;
  TestDesk desk;
  DatabaseImage image;
  ExchangeRequest night;
};

Before& TheHub() {
  static Before* before = new Before;
  return *before;
}

HubParts Parts(HubStore* store) {
  Before& before = TheHub();
  HubParts parts;
  parts.store = store;
  parts.clock = &before.world.clock;
  parts.random = &before.world.random;
  parts.signer = &before.world.signer;
  parts.verifier = &before.world.signer;
  parts.receipt_key = std::string(32, 'k');
  parts.issuer = &before.world.issuer;
  parts.parse_catalog = ParseTestCatalog;
  return parts;
}

// nullopt: it could not be checked. True: checked, and nothing found.
std::optional<bool> Clean(Hub& hub) {
  const absl::StatusOr<std::vector<std::string>> findings = hub.Verify();
  if (!findings.ok()) return std::nullopt;
  return findings->empty();
}

void ReadEverything(Hub& hub, bool clean) {
  (void)hub.Status();
  (void)hub.ListDevices();
  const absl::StatusOr<std::vector<std::string>> units = hub.UnitsWithLedger();
  if (!units.ok()) return;
  for (const std::string& unit : *units) {
    const absl::StatusOr<UnitLedger> ledger = hub.LoadLedger(unit);
    MOTCUA_INVARIANT(ledger.ok() || !clean, "a log that verified reads back");
  }
  (void)hub.WithFacts([&](const Catalog& catalog, const FactSource& facts) {
    for (const Unit& unit : catalog.data().units)
      MOTCUA_RETURN_IF_ERROR(facts.ForEachFact(unit.code, kDayMin, kDayMax, [](const Fact&) {}));
    return absl::OkStatus();
  });
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const DatabaseImage& image = TheHub().image;
  const std::size_t whole = image.database.size() + image.wal.size();
  std::vector<std::string> seeds = {CutDamage(UINT32_MAX), CutDamage(0), CutDamage(50), CutDamage(whole - 1),
                                    CutDamage(image.database.size())};
  for (std::size_t offset = 20; offset < whole; offset += whole / 40) seeds.push_back(EditDamage(offset, 'U'));
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  const ScopedLanguage language(Language::kEnglish);
  WriteImage(Damage(TheHub().image, AsInput(data, size)), DatabasePath());
  const absl::StatusOr<std::unique_ptr<SqliteHubStore>> store = SqliteHubStore::Open(DatabasePath(), {});
  if (!store.ok()) {
    MOTCUA_INVARIANT(!store.status().message().empty(), "a refusal has a sentence");
    return 0;
  }
  const absl::StatusOr<std::unique_ptr<Hub>> hub = Hub::Open(Parts(store->get()));
  if (!hub.ok()) {
    MOTCUA_INVARIANT(!hub.status().message().empty(), "a refusal has a sentence");
    return 0;
  }
  const std::optional<bool> clean = Clean(**hub);
  ReadEverything(**hub, clean.value_or(false));
  const absl::StatusOr<ExchangeResponse> night = (*hub)->Exchange(TheHub().night, TheHub().desk.device());
  // What was whole stays whole with what comes on top of it.
  if (clean.value_or(false) && night.ok())
    MOTCUA_INVARIANT(Clean(**hub).value_or(false), "taking a batch breaks nothing");
  return 0;
}
