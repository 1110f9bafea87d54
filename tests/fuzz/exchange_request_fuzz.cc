// A request as it comes over the wire, to a real hub that knows a few devices.
//
//   input := repairs:byte ExchangeRequest          (proto/motcua/v1/sync.proto)
//
// Repairs: stand-ins for names and devices are resolved, an empty unit is filled in, and the batch's chain is made to
// fit, so that what is inside the batch meets the ingest. Nothing is stored when the hub says no; whatever it takes
// leaves facts that agree with the log, is in its receipt, and is known when it comes again.
#include <google/protobuf/stubs/logging.h>

#include <algorithm>

#include "common/base/language.h"
#include "common/rpc/wire.h"
#include "tests/fuzz/batch_columns.h"
#include "tests/fuzz/fuzz.h"
#include "tests/hub/core/hub_world.h"

namespace motcua {
namespace {

template <typename T>
T Must(absl::StatusOr<T> result) {
  MOTCUA_INVARIANT(result.ok(), "a step that prepares the hub works");
  return *std::move(result);
}

// A unit with two desks and a copy of one, a desk of another unit, a desk that was revoked, and an entry of the hub.
class Ministry {
 public:
  Ministry()
      : world(7),
        desk(&world, world.Enroll("U1"), "U1", Role::kDesk, 1),
        other(&world, world.Enroll("U1", Role::kSupervisor), "U1", Role::kSupervisor, 2),
        far(&world, world.Enroll("U3"), "U3", Role::kDesk, 3),
        revoked(world.Enroll("U2")) {
    MOTCUA_INVARIANT(world.hub().RevokeDevice(revoked).ok(), "a device is revoked");
    for (int i = 0; i < 3; ++i) desk.Add(desk.At("received", i), 4 + i);
    MOTCUA_INVARIANT(desk.Sync().ok(), "a desk syncs");
    TestDesk copy = desk.Copy(4);
    desk.Add(desk.At("visits"), 2);
    copy.Add(copy.At("visits"), 3);
    other.Restate(other.At("suspended"), int64_t{9});
    far.Add(far.At("received"), 1);
    MOTCUA_INVARIANT(desk.Sync().ok() && other.Sync().ok() && far.Sync().ok(), "desks sync");
    MOTCUA_INVARIANT(copy.Sync().ok(), "a copy syncs");
    Must(world.hub().Restate(desk.At("received"), int64_t{20}, std::nullopt, "counted", "An"));
    const UnitLedger ledger = Must(world.hub().LoadLedger("U1"));
    ledger.ForEach([&](Position at, const EntryName& name, const Entry&) { held.Add(name, ledger.HashAt(at)); });
    held.devices = {kHubDevice, desk.device(), other.device(), far.device(), revoked};
    world.Backup();
    before = Must(world.hub().Status());
  }

  // The device a request comes from: the one it names when that one is enrolled.
  bool Enrolled(DeviceId device) const {
    return std::find(held.devices.begin() + 1, held.devices.end(), device) != held.devices.end();
  }
  bool Unchanged() {
    const HubStatus now = Must(world.hub().Status());
    return now.entries == before.entries && now.lines == before.lines && now.held == before.held &&
           now.exclusions == before.exclusions && now.forks == before.forks;
  }

  HubWorld world;
  TestDesk desk, other, far;
  DeviceId revoked;
  HeldNames held;
  HubStatus before;
};

Ministry& TheMinistry() {
  static Ministry* ministry = new Ministry;
  return *ministry;
}

void Repair(ExchangeRequest* request, Ministry& ministry) {
  if (request->device.value < ministry.held.devices.size())
    request->device = ministry.held.devices[request->device.value];
  if (request->unit.empty()) request->unit = "U1";
  for (EntryName& name : request->locator) name = ministry.held.Resolve(name);
  for (EntryName& name : request->ends) name = ministry.held.Resolve(name);
  const std::shared_ptr<const Catalog> catalog = ministry.world.hub().catalog();
  const bool with_codes = request->catalog == catalog->version();
  const CodeBook book = with_codes ? CodeBook(catalog->version(), catalog->codes()) : CodeBook();
  request->batch = RepairBatch(request->batch, book, ministry.held);
}

bool TakesBatches(Verdict verdict) {
  return verdict == Verdict::kAppend || verdict == Verdict::kDuplicate || verdict == Verdict::kRegressed ||
         verdict == Verdict::kForked;
}

void CheckAnswer(const ExchangeResponse& response, Ministry& ministry) {
  const v1::ExchangeResponse message = ToWire(response);
  MOTCUA_INVARIANT(message.ByteSizeLong() <= kResponseBytesMax, "an answer keeps its bound");
  // Signatures of this hub are its own; everything else must pass a desk's reader.
  MOTCUA_INVARIANT(FromWire(message).ok(), "a desk can read the answer");
  if (TakesBatches(response.verdict)) {
    MOTCUA_INVARIANT(ministry.world.signer.Verify(ReceiptPayload(response.receipt), response.receipt.signature),
                     "what was taken comes with a receipt");
  }
}

// What was taken is in the facts, on the disk, and known when it comes again.
void CheckTaken(const ExchangeRequest& request, Ministry& ministry) {
  const HubStatus taken = Must(ministry.world.hub().Status());
  MOTCUA_INVARIANT(taken.entries >= ministry.before.entries, "nothing goes");
  MOTCUA_INVARIANT(ministry.world.Findings().empty(), "facts agree with the log");
  const std::string facts = ministry.world.Facts();
  MOTCUA_INVARIANT(HubWorld::Facts(*ministry.world.WhatIsStored()) == facts, "what is answered is what is stored");
  const auto again = ministry.world.hub().Exchange(request, request.device);
  MOTCUA_INVARIANT(again.ok() && TakesBatches(again->verdict), "a repeat is answered kindly");
  MOTCUA_INVARIANT(Must(ministry.world.hub().Status()).entries == taken.entries, "a repeat stores nothing");
  MOTCUA_INVARIANT(ministry.world.Facts() == facts, "a repeat changes no number");
  MOTCUA_INVARIANT(ministry.world.Findings().empty(), "facts agree with the log after a repeat");
}

void Exchange(const ExchangeRequest& request, Ministry& ministry) {
  const DeviceId caller = ministry.Enrolled(request.device) ? request.device : ministry.desk.device();
  const absl::StatusOr<ExchangeResponse> response = ministry.world.hub().Exchange(request, caller);
  if (response.ok()) CheckAnswer(*response, ministry);
  if (ministry.Unchanged()) return;
  MOTCUA_INVARIANT(response.ok() && TakesBatches(response->verdict), "nothing is stored when the hub says no");
  CheckTaken(request, ministry);
  ministry.world.RestoreBackup();
}

std::string Seed(const ExchangeRequest& request, bool repairs) {
  return std::string(1, repairs ? '\1' : '\0') + ToWire(request).SerializeAsString();
}

// What closes the fork of the two copies, as the hub would write it.
ReviewBody ReviewOf(const UnitLedger& ledger) {
  const Fork fork = ledger.LoadForks().all().front();
  ReviewBody review{ledger.NameAt(fork.point), {}};
  for (const Position& branch : fork.branches) review.branches.push_back(ledger.NameAt(branch));
  std::sort(review.branches.begin(), review.branches.end());
  return review;
}

// What a hub may say of a period without figures; what is frozen has to be what `ledger verify` computes.
std::vector<PeriodBody> DecisionsOf(const EntryName& submission) {
  return {{PeriodAct::kExempt, "year/2020", "U1", 0, {}, 0, {}},
          {PeriodAct::kUnlock, "year/2020", "U1", 1, {}, 1583373600, {}},
          {PeriodAct::kOnTime, "year/2020", "U1", 0, {}, 0, submission}};
}

// A desk returns decisions that the hub once wrote and has lost, with the receipt that proves them.
ExchangeRequest DecisionsReturned(Ministry& ministry) {
  UnitLedger once = Must(ministry.world.hub().LoadLedger("U1"));
  Run run;
  for (const EntryName& end : once.Ends()) {
    if (end.device == kHubDevice) run.parent = end;
  }
  Entry review;
  review.device = kHubDevice;
  review.seq = run.parent.seq + 1;
  review.role = Role::kHub;
  review.note = "đã xem";
  review.body = ReviewOf(once);
  run.entries = {review};
  for (const PeriodBody& body : DecisionsOf(std::get<ReviewBody>(review.body).fork)) {
    run.entries.push_back(review);
    run.entries.back().seq = review.seq + static_cast<Seq>(run.entries.size()) - 1;
    run.entries.back().body = body;
  }
  const Hash parent_hash = once.HashAt(Must(once.Find(run.parent)));
  EntryName end = run.parent;
  for (const Entry& entry : run.entries) end = Must(once.Append(end, entry));
  Receipt receipt;
  receipt.unit = "U1";
  receipt.ends = once.Ends();
  receipt.signature = ministry.world.signer.Sign(ReceiptPayload(receipt));
  TestDesk desk = ministry.desk.Copy(13);
  ExchangeRequest request = desk.Request();
  request.newest_receipt = EncodeReceipt(receipt);
  request.batch =
      EncodeBatch({run}, {parent_hash}, CodeBook(desk.catalog_->version(), desk.catalog_->codes()), kBatchBytesMax).bytes;
  return request;
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  Ministry& ministry = TheMinistry();
  std::vector<std::string> seeds;
  TestDesk first = ministry.desk.Copy(11);
  seeds.push_back(Seed(first.Request(), false));
  // Entries of every kind a desk writes, behind the end; both as they are and with the batch to be repaired.
  first.Saw();
  first.Add(first.At("received", 1), 5);
  first.Restate(first.At("suspended", 2), int64_t{3});
  first.Restate(first.At("remark"), std::string("chậm"));
  first.Add(first.At("unknown"), 1);
  first.Write(ImportBody{Sha256("file"), 1, "march.csv"});
  first.Write(SubmitBody{"year/2020", first.ledger().Ends(), Sha256("totals"), false, "An", "1", {{"rule", "why"}}});
  first.Write(ExcludeBody{false, first.end(), first.end()});
  first.Write(ReviewOf(Must(ministry.world.hub().LoadLedger("U1"))));
  PeriodBody lock{PeriodAct::kLock, "year/2020", "U1", 1, {}, 0, {}};
  lock.frozen = {first.catalog_->version(), UnitState::kSubmitted, 1, {first.end()}, {}, {}, {}};
  first.Write(lock);
  for (const bool repairs : {false, true}) seeds.push_back(Seed(first.Request(), repairs));
  // The same spelled out, so that the input does not depend on the catalog.
  ExchangeRequest spelled = first.Request();
  const CodeBook numbers(first.catalog_->version(), first.catalog_->codes());
  std::vector<Run> runs;
  std::vector<Hash> parents;
  for (const DecodedRun& run : Must(DecodeBatch(spelled.batch, numbers))) {
    runs.push_back(run.run);
    runs.back().parent.h8 = 2;  // stands for a name the hub holds
    parents.push_back(Hash{});
  }
  spelled.batch = EncodeBatch(runs, parents, CodeBook(), kBatchBytesMax).bytes;
  spelled.catalog = Hash{};
  spelled.device = DeviceId{1};
  spelled.unit.clear();
  seeds.push_back(Seed(spelled, true));
  // A supervisor's restatement, a copy that forks off the middle, a desk that lost its end, one that is not ours.
  TestDesk supervisor = ministry.other.Copy(12);
  supervisor.Saw();
  supervisor.Restate(supervisor.At("received"), int64_t{7});
  seeds.push_back(Seed(supervisor.Request(), true));
  ExchangeRequest lost = first.Request();
  lost.batch.clear();
  lost.locator.erase(lost.locator.begin());
  seeds.push_back(Seed(lost, false));
  seeds.push_back(Seed(DecisionsReturned(ministry), false));
  ExchangeRequest revoked;
  revoked.device = DeviceId{4};
  seeds.push_back(Seed(revoked, true));
  return seeds;
}

}  // namespace motcua

int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace motcua;
  static const bool silent = (google::protobuf::SetLogHandler(nullptr), true);
  if (size == 0 || !silent) return 0;
  const ScopedLanguage language(Language::kEnglish);
  v1::ExchangeRequest message;
  if (!message.ParseFromArray(data + 1, static_cast<int>(size - 1))) return 0;
  absl::StatusOr<ExchangeRequest> request = FromWire(message);
  if (!request.ok()) {
    MOTCUA_INVARIANT(absl::IsInvalidArgument(request.status()), "a request that cannot be read is invalid");
    return 0;
  }
  const std::string sent = ToWire(*request).SerializeAsString();
  v1::ExchangeRequest message_again;
  MOTCUA_INVARIANT(message_again.ParseFromString(sent), "what is sent can be parsed");
  const absl::StatusOr<ExchangeRequest> again = FromWire(message_again);
  MOTCUA_INVARIANT(again.ok() && ToWire(*again).SerializeAsString() == sent, "a request keeps its form");
  if ((data[0] & 1) != 0) Repair(&*request, TheMinistry());
  Exchange(*request, TheMinistry());
  return 0;
}
