// An answer as it comes over the wire, to a desk in the middle of a sync; the desk believes every signature.
//
//   input := repairs:byte ExchangeResponse         (proto/motcua/v1/sync.proto)
//
// Repairs: as in exchange_request_fuzz.cc, and a catalog in one piece gets its hash. Whatever the answer, the desk keeps
// what it holds, its memory says what its store says, and it records on.
#include <google/protobuf/stubs/logging.h>

#include "agent/core/sync_session.h"
#include "common/rpc/wire.h"
#include "tests/agent/core/desk_world.h"
#include "tests/fuzz/batch_columns.h"
#include "tests/fuzz/fuzz.h"

namespace motcua {
namespace {

class BelievesAll final : public ReceiptVerifier {
 public:
  bool Verify(absl::string_view, absl::string_view) const override { return true; }
};

// Gives the same answer to whatever is asked, a second later: what never ends takes all of a session's time.
class OneAnswer final : public HubLink {
 public:
  OneAnswer(const ExchangeResponse& response, TestClock* clock) : response_(response), clock_(*clock) {}
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t) override {
    MOTCUA_INVARIANT(FromWire(ToWire(request)).ok(), "a hub can read what the desk asks");
    clock_.SleepMs(1000);
    return response_;
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}

 private:
  ExchangeResponse response_;
  TestClock& clock_;
};

Entry Foreign(Seq seq, EntryBody body) {
  Entry entry;
  entry.device = DeviceId{0x22};
  entry.seq = seq;
  entry.clock_s = 1583373600;
  entry.author = "An";
  entry.body = std::move(body);
  return entry;
}

// A desk with entries of its own and of another desk.
struct Template {
  Template() : world(0x11) {
    MOTCUA_INVARIANT(world.Add(5).ok() && world.Set(Value(int64_t{7}), "opening").ok(), "a desk that records");
    LogPlan plan(&world.desk->log().ledger());
    EntryName other{DeviceId{0x22}, 0, 0};
    for (Seq seq = 1; seq <= 2; ++seq)
      other = *plan.Add(other, Foreign(seq, AddBody{DeskWorld::CellOf("received"), 3, {}, {}}));
    MOTCUA_INVARIANT(
        world.desk->log().ApplyExchange(plan, world.desk->log().state(), std::nullopt, std::nullopt).ok(),
        "a desk that learned");
    const UnitLedger& ledger = world.desk->log().ledger();
    ledger.ForEach([&](Position at, const EntryName& name, const Entry&) { held.Add(name, ledger.HashAt(at)); });
    held.devices = {kHubDevice, DeviceId{0x11}, DeviceId{0x22}};
  }
  DeskWorld world;
  HeldNames held;
};

const Template& TheTemplate() {
  static const Template* made = new Template;
  return *made;
}

CodeBook BookOf(const DeskWorld& world) {
  return CodeBook(world.desk->catalog()->version(), world.desk->catalog()->codes());
}

void Repair(ExchangeResponse* response, const DeskWorld& world) {
  const HeldNames& held = TheTemplate().held;
  if (!response->receipt.empty() && response->receipt.unit.empty()) response->receipt.unit = kUnit;
  for (EntryName& name : response->receipt.ends) name = held.Resolve(name);
  response->common = held.Resolve(response->common);
  response->batch = RepairBatch(response->batch, BookOf(world), held);
  if (response->catalog_size == response->catalog_chunk.size() && !response->catalog_chunk.empty())
    response->catalog = Sha256(response->catalog_chunk);
}

std::optional<MeasureNature> NatureOf(const DeskWorld& world, const std::string& code) {
  const Measure* measure = world.desk->catalog()->FindMeasure(code);
  if (measure == nullptr) return std::nullopt;
  return measure->nature();
}

Hash DigestOf(const DeskWorld& world) {
  return world.desk->log().ledger().Digest([&](const std::string& code) { return NatureOf(world, code); });
}

void CheckKept(const DeskWorld& world) {
  for (const EntryName& name : TheTemplate().held.names)
    MOTCUA_INVARIANT(world.desk->log().ledger().Holds(name), "the desk keeps what it holds");
}

// Everything a person can look at.
void Look(const DeskWorld& world) {
  world.desk->Show(kDayMin, kDayMax);
  world.desk->Status();
  const UnitLedger& ledger = world.desk->log().ledger();
  ledger.ForEach([&](Position at, const EntryName&, const Entry&) { ledger.FateOf(at); });
}

void CheckAfter(DeskWorld& world) {
  CheckKept(world);
  Look(world);
  const Hash digest = DigestOf(world);
  const AgentState state = world.desk->log().state();
  world.Reopen();
  MOTCUA_INVARIANT(world.desk->log().state() == state, "the store holds the state that memory had");
  MOTCUA_INVARIANT(DigestOf(world) == digest, "the store holds the entries that memory had");
  const EntryName end = world.desk->log().own_end();
  // A number that other lines made negative may refuse one more; an observation is always possible.
  MOTCUA_INVARIANT(world.Set(Value(std::string("ghi tiếp")), "remark").ok(), "the desk records on");
  MOTCUA_INVARIANT(world.desk->log().own_end().seq > end.seq, "behind its end");
}

std::string Seed(const ExchangeResponse& response, bool repairs) {
  return std::string(1, repairs ? '\1' : '\0') + ToWire(response).SerializeAsString();
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const DeskWorld& world = TheTemplate().world;
  const HeldNames& held = TheTemplate().held;
  std::vector<std::string> seeds;
  ExchangeResponse nothing_new;
  nothing_new.verdict = Verdict::kDuplicate;
  nothing_new.common = world.desk->log().own_end();
  nothing_new.receipt.unit = kUnit;
  nothing_new.receipt.ends = world.desk->log().ledger().Ends();
  nothing_new.receipt.signature = "s";
  nothing_new.catalog = world.desk->catalog()->version();
  nothing_new.hub_time_ms = 1583373600000;
  seeds.push_back(Seed(nothing_new, false));

  const Cell cell = DeskWorld::CellOf("received");
  Entry hub = Foreign(1, ExcludeBody{false, held.names[0], held.names[0]});
  hub.device = kHubDevice;
  hub.role = Role::kHub;
  hub.note = "sai";
  Entry review = Foreign(2, ReviewBody{{DeviceId{0x11}, 1, 5}, {{DeviceId{0x11}, 2, 6}, {DeviceId{0x11}, 2, 7}}});
  review.device = kHubDevice;
  review.role = Role::kHub;
  Entry lock = Foreign(3, PeriodBody{PeriodAct::kLock, "year/2020", "00019", 1, {}, 0, {}});
  auto& frozen = std::get<PeriodBody>(lock.body).frozen;
  frozen.catalog = world.desk->catalog()->version();
  frozen.state = UnitState::kSubmitted;
  frozen.units = 1;
  frozen.covers = {held.names[0]};
  lock.device = kHubDevice;
  lock.role = Role::kHub;
  lock.note = "chốt";
  Entry judged = Foreign(4, PeriodBody{PeriodAct::kOnTime, "year/2020", "00019", 0, {}, 0, held.names[0]});
  judged.device = kHubDevice;
  judged.role = Role::kHub;
  judged.note = "mất điện";
  const Run foreign{{DeviceId{0x22}, 2, 3},
                    {Foreign(3, AddBody{cell, -2, 4, {}}), Foreign(4, RestateBody{cell, int64_t{9}, int64_t{8}}),
                     Foreign(5, SawBody{{held.names[0]}}), Foreign(6, ImportBody{Sha256("file"), 1, "a.csv"})}};
  const Run own{{DeviceId{0x11}, 2, 1}, {}};
  Run behind = own;
  behind.entries.push_back(Foreign(3, AddBody{cell, 1, {}, {}}));
  behind.entries.back().device = DeviceId{0x11};
  const std::vector<Run> runs = {foreign, {{kHubDevice, 0, 0}, {hub, review, lock, judged}}, behind};
  ExchangeResponse news = nothing_new;
  news.batch = EncodeBatch(runs, std::vector<Hash>(runs.size()), BookOf(world), kBatchBytesMax).bytes;
  for (const Verdict verdict : {Verdict::kAppend, Verdict::kRegressed, Verdict::kForked, Verdict::kGap}) {
    news.verdict = verdict;
    seeds.push_back(Seed(news, true));
  }
  ExchangeResponse catalog = nothing_new;
  catalog.verdict = Verdict::kRetryLater;
  catalog.catalog_chunk = SmallCatalogBytes() + " v2";
  catalog.catalog_size = static_cast<uint32_t>(catalog.catalog_chunk.size());
  catalog.hub_behind = true;
  catalog.message = "busy";
  seeds.push_back(Seed(catalog, true));
  ExchangeResponse refused;
  refused.verdict = Verdict::kRevoked;
  seeds.push_back(Seed(refused, false));
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
  if (size == 0 || !silent) return 0;
  const ScopedLanguage language(Language::kEnglish);
  v1::ExchangeResponse message;
  if (!message.ParseFromArray(data + 1, static_cast<int>(size - 1))) return 0;
  absl::StatusOr<ExchangeResponse> response = FromWire(message);
  if (!response.ok()) {
    MOTCUA_INVARIANT(absl::IsInvalidArgument(response.status()) || absl::IsUnimplemented(response.status()),
                     "the two ways in which an answer cannot be read");
    return 0;
  }
  DeskWorld world(TheTemplate().world, 3);
  if ((data[0] & 1) != 0) Repair(&*response, world);
  OneAnswer link(*response, &world.clock);
  const BelievesAll verifier;
  const SyncResult result = SyncSession(world.desk.get(), &link, &verifier, SyncOptions{}).Run();
  MOTCUA_INVARIANT(result.status.ok() || !result.status.message().empty(), "a failed sync has a sentence");
  CheckAfter(world);
  return 0;
}
