#include "tests/simulation/explore_hub.h"

#include "common/base/invariant.h"
#include "common/rpc/bundle_wire.h"
#include "common/rpc/wire.h"
#include "common/sync/batch.h"
#include "hub/adapters/sqlite_hub_store.h"
#include "tests/simulation/explore_quick.h"

namespace motcua::explore {
namespace {

constexpr uint64_t kFirstIncarnation = 1;

absl::StatusOr<std::unique_ptr<HubStore>> OpenOnDisk(const std::string& path) {
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  return SqliteHubStore::Open(path, options);
}

std::unique_ptr<Folder<HubStore>> MakeFolder(bool quick) {
  if (quick) return std::make_unique<OpenHubFolder>();
  return std::make_unique<DiskFolder<HubStore>>("hub", OpenOnDisk);
}

}  // namespace

// The program on the database as it lies. The randomness of a process is the incarnation's: a restored hub draws
// other nonces, as it would from the kernel.
struct HubStates::Open {
  explicit Open(HubStates* states, uint64_t incarnation) : random(incarnation) {
    absl::StatusOr<std::unique_ptr<HubStore>> opened = states->folder_->Open();
    status = opened.status();
    if (!status.ok()) return;
    store = *std::move(opened);
    HubParts parts;
    parts.store = store.get();
    parts.clock = &states->clock_;
    parts.random = &random;
    parts.signer = &states->signer_;
    parts.verifier = &states->signer_;
    parts.parse_catalog = ParseScopeCatalog;
    absl::StatusOr<std::unique_ptr<Hub>> made = Hub::Open(std::move(parts));
    status = made.status();
    if (status.ok()) hub = *std::move(made);
  }
  SeededRandom random;
  absl::Status status;
  std::unique_ptr<HubStore> store;
  std::unique_ptr<Hub> hub;
};

HubStates::HubStates(const Scope* scope, EntryBook* book, bool quick)
    : scope_(*scope), book_(*book), folder_(MakeFolder(quick)) {}

HubId HubStates::Fresh() {
  folder_->Lay(std::nullopt);
  {
    absl::StatusOr<std::unique_ptr<HubStore>> store = folder_->Open();
    MOTCUA_INVARIANT(store.ok(), "a fresh database opens");
    MOTCUA_INVARIANT(Hub::Initialise(**store, *ScopeCatalog(), kFirstIncarnation).ok(), "a hub begins");
    for (const Script& script : scope_.scripts) {
      DeviceRow row;
      row.device = script.device;
      row.unit = kUnitCode;
      row.role = script.role_at_hub;
      MOTCUA_INVARIANT((*store)->PutDevice(row).ok(), "a device is enrolled");
    }
  }
  const HubStep step = Settle({});
  MOTCUA_INVARIANT(step.problem.empty(), "a fresh hub is whole");
  return step.after;
}

HubStep HubStates::Run(HubId hub, int64_t cut_at, const Act& act) {
  const HubNode before = nodes_[hub];
  folder_->Lay(before.image);
  int64_t changes = 0;
  {
    Open open(this, before.incarnation);
    MOTCUA_INVARIANT(open.status.ok(), "a database that was looked at opens");
    changes = folder_->changes();
    if (cut_at > 0) folder_->CutPowerAfter(cut_at);
    act(*open.hub);
    changes = folder_->changes() - changes;
  }
  folder_->CutPower(hub * 7919 + static_cast<uint64_t>(cut_at));
  HubStep step = Settle(before.held);
  step.changes = changes;
  return step;
}

HubStep HubStates::Settle(const EntrySet& before) {
  HubStep step;
  const absl::StatusOr<Hash> digest = folder_->Digest();
  if (!digest.ok()) {
    step.problem = absl::StrCat("the hub's database does not open: ", digest.status().message());
    return step;
  }
  const auto [number, fresh] = numbers_.emplace(*digest, static_cast<HubId>(nodes_.size()));
  step.after = number->second;
  if (fresh) {
    nodes_.emplace_back().image = folder_->Keep();
    step.problem = Examine(&nodes_.back());
  }
  if (step.problem.empty() && !Includes(nodes_[step.after].held, before)) {
    step.problem = absl::StrCat("the hub lost ", book_.Show(Minus(before, nodes_[step.after].held)));
  }
  return step;
}

std::string HubStates::Examine(HubNode* node) {
  Open open(this, 0);
  if (!open.status.ok()) return absl::StrCat("the hub's database does not open: ", open.status.message());
  const absl::StatusOr<HubStatus> status = open.hub->Status();
  const absl::StatusOr<UnitLedger> ledger = open.hub->LoadLedger(kUnitCode);
  if (!status.ok() || !ledger.ok()) {
    return absl::StrCat("the hub's log cannot be read: ", status.status().message(), ledger.status().message());
  }
  node->incarnation = status->incarnation;
  node->held = book_.Note(*ledger);
  const std::string problem = book_.Check(node->held, *ledger);
  return problem.empty() ? CheckHub(*open.hub, *ledger) : problem;
}

// What reports read is what the log says.
std::string HubStates::CheckHub(Hub& hub, const UnitLedger& ledger) const {
  const absl::StatusOr<std::vector<std::string>> differences = hub.Verify();
  if (!differences.ok()) return absl::StrCat("ledger verify: ", differences.status().message());
  if (!differences->empty()) return absl::StrCat("ledger verify: ", differences->front());
  for (const Cell& cell : ledger.Cells()) {
    const absl::StatusOr<Value> stored = hub.CellValue(cell);
    const Value folded = ledger.Fold(cell, *NatureIn(cell.measure)).value;
    if (!stored.ok() || *stored != folded) {
      return absl::StrCat("the hub's cell ", FormatCell(cell), " is not the fold of its log");
    }
  }
  return "";
}

// The batch begins behind an entry of its writer's that the hub lacks.
bool HubStates::BeginsBehindAHole(const HubNode& before, const ExchangeRequest& request) const {
  const absl::StatusOr<std::vector<DecodedRun>> runs =
      DecodeBatch(request.batch, CodeBook(ScopeCatalog()->version(), ScopeCatalog()->codes()));
  if (!runs.ok()) return false;
  for (const DecodedRun& run : *runs) {
    if (run.run.parent.device == request.device) return !book_.Has(before.held, run.run.parent);
  }
  return false;
}

// The table of verdict.cc once more, from sets of entries alone. What is not settled by them (a hole, or nothing
// new) stands as it was said. A desk whose own end is held may also return other lines of its device that the hub
// lost; the verdict may then be about these.
Verdict HubStates::Expected(const HubNode& before, const HubNode& after, const ExchangeRequest& request,
                            Verdict said) const {
  bool stored = false;
  bool branched = false;
  for (const uint32_t number : Minus(after.held, before.held)) {
    const Written& written = book_.at(number);
    if (written.name.device != request.device || !book_.Has(before.held, written.parent)) continue;
    stored = true;
    branched = branched || book_.HasChild(before.held, written.parent);
  }
  const EntryName end = request.locator.empty() ? EntryName{request.device, 0, 0} : request.locator.front();
  if (book_.Has(before.held, end)) {
    if (said == Verdict::kGap && BeginsBehindAHole(before, request)) return said;
    if (stored && said == (branched ? Verdict::kForked : Verdict::kAppend)) return said;
    return book_.HasChild(before.held, end) ? Verdict::kRegressed : Verdict::kDuplicate;
  }
  if (!stored) return said;
  return branched ? Verdict::kForked : Verdict::kAppend;
}

std::string HubStates::CheckAnswer(const HubNode& before, const HubNode& after, const ExchangeRequest& request,
                                   const ExchangeResponse& response) const {
  if (response.receipt.ends != book_.EndsOf(after.held)) {
    return "the receipt does not name what the hub durably holds";
  }
  const Verdict expected = Expected(before, after, request, response.verdict);
  if (expected != response.verdict) {
    return absl::StrCat("the verdict is ", VerdictName(response.verdict), " and should be ", VerdictName(expected));
  }
  return "";
}

ReplyId HubStates::NumberReply(const Reply& reply) {
  const std::string bytes =
      reply.ok() ? ToWire(*reply).SerializeAsString() : absl::StrCat("error ", reply.status().ToString());
  const auto [number, fresh] = reply_numbers_.emplace(bytes, static_cast<ReplyId>(replies_.size()));
  if (fresh) replies_.push_back(reply);
  return number->second;
}

QuestionId HubStates::Number(const ExchangeRequest& request) {
  const auto [number, fresh] =
      question_numbers_.emplace(ToWire(request).SerializeAsString(), static_cast<QuestionId>(questions_.size()));
  if (fresh) questions_.push_back(request);
  return number->second;
}

const HubStep& HubStates::Answer(HubId hub, QuestionId question) {
  const auto [known, fresh] = answered_.try_emplace({hub, question});
  if (!fresh) return known->second;
  const ExchangeRequest request = questions_[question];
  Reply reply = absl::UnavailableError("not asked");
  HubStep step = Run(hub, 0, [&](Hub& h) { reply = h.Exchange(request, request.device); });
  step.reply = NumberReply(reply);
  if (step.problem.empty() && reply.ok()) {
    step.problem = CheckAnswer(nodes_[hub], nodes_[step.after], request, *reply);
  } else if (step.problem.empty() && step.after != hub) {
    step.problem = "a refused exchange left something behind";
  }
  return known->second = std::move(step);
}

const HubStep& HubStates::AnswerCut(HubId hub, QuestionId question, int point) {
  const auto [known, fresh] = answered_cut_.try_emplace({hub, question, point});
  if (!fresh) return known->second;
  const ExchangeRequest request = questions_[question];
  const int64_t cut_at = ChangeAt(point, Answer(hub, question).changes);
  return known->second = Run(hub, cut_at, [&](Hub& h) { (void)h.Exchange(request, request.device); });
}

uint32_t HubStates::NumberAnswer(const BundleReceipt& answer) {
  const auto [number, fresh] =
      answer_numbers_.emplace(EncodeBundleReceipt(answer), static_cast<uint32_t>(answers_.size()));
  if (fresh) answers_.push_back(answer);
  return number->second;
}

const HubStep& HubStates::Import(HubId hub, DeskId number, const DeskNode& desk) {
  const auto [known, fresh] = imported_.try_emplace({hub, number});
  if (!fresh) return known->second;
  absl::StatusOr<ImportedBundle> imported = absl::UnavailableError("not asked");
  const Script& who = scope_.scripts[static_cast<std::size_t>(desk.script)];
  const PeerCertificate signer{who.device, kUnitCode, who.role_at_hub, FormatDevice(who.device), 1};
  HubStep step = Run(hub, 0, [&](Hub& h) { imported = h.ImportBundle(*desk.bundle, signer, {}); });
  step.reply = kNoReply;
  if (imported.ok()) {
    step.reply = NumberAnswer(imported->receipt);
    const bool names_held =
        imported->receipt.responses.back().receipt.ends == book_.EndsOf(nodes_[step.after].held);
    if (step.problem.empty() && !names_held) {
      step.problem = "the bundle's receipt does not name what the hub durably holds";
    }
  }
  return known->second = std::move(step);
}

HubId HubStates::Restore(HubId now, HubId old) {
  const auto [known, fresh] = restored_.try_emplace({now, old});
  if (!fresh) return known->second;
  folder_->Lay(nodes_[old].image);
  {
    absl::StatusOr<std::unique_ptr<HubStore>> store = folder_->Open();
    MOTCUA_INVARIANT(store.ok(), "a backup opens");
    const uint64_t incarnation = nodes_[now].incarnation + 1;
    MOTCUA_INVARIANT(Hub::RenewIncarnation(**store, incarnation).ok(), "a restored hub takes a new name");
  }
  return known->second = Settle({}).after;
}

}  // namespace motcua::explore
