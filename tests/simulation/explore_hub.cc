#include "tests/simulation/explore_hub.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/base/invariant.h"
#include "common/rpc/wire.h"
#include "tests/simulation/explore_digest.h"
#include "tests/simulation/fault_vfs.h"

namespace motcua::explore {
namespace {

constexpr char kFile[] = "hub.db";
constexpr uint64_t kFirstIncarnation = 1;

DatabaseOptions StoreOptions() {
  DatabaseOptions options;
  options.vfs = kFaultVfs;
  return options;
}

}  // namespace

// The program on the database as it lies. The randomness of a process is the incarnation's: a restored hub draws
// other nonces, as it would from the kernel.
struct HubStates::Open {
  explicit Open(HubStates* states, uint64_t incarnation) : random(incarnation) {
    absl::StatusOr<std::unique_ptr<SqliteHubStore>> opened =
        SqliteHubStore::Open(states->disk_.Path(kFile), StoreOptions());
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
  std::unique_ptr<SqliteHubStore> store;
  std::unique_ptr<Hub> hub;
};

HubStates::HubStates(const Scope* scope, EntryBook* book) : scope_(*scope), book_(*book) { RegisterFaultVfs(); }

HubId HubStates::Fresh() {
  disk_.Put({});
  {
    absl::StatusOr<std::unique_ptr<SqliteHubStore>> store = SqliteHubStore::Open(disk_.Path(kFile), StoreOptions());
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

HubStates::Ran HubStates::Run(HubId hub, int64_t cut_at, const Act& act) {
  const HubNode before = nodes_[hub];
  disk_.Put(images_.Get(before.image));
  Ran ran;
  {
    Open open(this, before.incarnation);
    MOTCUA_INVARIANT(open.status.ok(), "a database that was looked at opens");
    const int64_t changes = disk_.changes();
    if (cut_at > 0) disk_.CutPowerAfter(cut_at);
    act(*open.hub);
    ran.changes = disk_.changes() - changes;
    disk_.KillProcesses();
  }
  SeededRandom fate(hub * 7919 + static_cast<uint64_t>(cut_at));
  disk_.Restart(&fate);
  ran.step = Settle(before.held);
  return ran;
}

HubStep HubStates::Settle(const EntrySet& before) {
  HubStep step;
  const absl::StatusOr<Hash> digest = DigestOfDatabase(disk_.Path(kFile));
  if (!digest.ok()) {
    step.problem = absl::StrCat("the hub's database does not open: ", digest.status().message());
    return step;
  }
  const auto [number, fresh] = numbers_.emplace(*digest, static_cast<HubId>(nodes_.size()));
  step.after = number->second;
  if (fresh) nodes_.push_back(Examine(&step.problem));
  if (step.problem.empty() && !Includes(nodes_[step.after].held, before)) {
    step.problem = absl::StrCat("the hub lost ", book_.Show(Minus(before, nodes_[step.after].held)));
  }
  return step;
}

HubNode HubStates::Examine(std::string* problem) {
  HubNode node;
  {
    Open open(this, 0);
    if (!open.status.ok()) {
      *problem = absl::StrCat("the hub's database does not open: ", open.status.message());
      return node;
    }
    const absl::StatusOr<HubStatus> status = open.hub->Status();
    const absl::StatusOr<UnitLedger> ledger = open.hub->LoadLedger(kUnitCode);
    if (!status.ok() || !ledger.ok()) {
      *problem = absl::StrCat("the hub's log cannot be read: ", status.status().message(), ledger.status().message());
      return node;
    }
    node.incarnation = status->incarnation;
    node.held = book_.Note(*ledger);
    *problem = book_.Check(node.held, *ledger);
    if (problem->empty()) *problem = CheckHub(*open.hub, *ledger);
  }
  node.image = images_.Put(disk_.Copy());
  return node;
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

// The table of verdict.cc once more, from sets of entries alone. What is not settled by them (a hole, or nothing
// new) stands as it was said. A desk whose own end is held may also return other lines of its device that the hub
// lost; the verdict may then be about these.
Verdict HubStates::Expected(const HubNode& before, const HubNode& after, const DeskNode& desk, Verdict said) const {
  const DeviceId device = scope_.scripts[static_cast<std::size_t>(desk.script)].device;
  bool stored = false;
  bool branched = false;
  for (const uint32_t number : Minus(after.held, before.held)) {
    const Written& written = book_.at(number);
    if (written.name.device != device || !book_.Has(before.held, written.parent)) continue;
    stored = true;
    branched = branched || book_.HasChild(before.held, written.parent);
  }
  EntryName end = desk.own_end;
  end.device = device;
  if (book_.Has(before.held, end)) {
    if (stored && said == (branched ? Verdict::kForked : Verdict::kAppend)) return said;
    return book_.HasChild(before.held, end) ? Verdict::kRegressed : Verdict::kDuplicate;
  }
  if (!stored) return said;
  return branched ? Verdict::kForked : Verdict::kAppend;
}

std::string HubStates::CheckAnswer(const HubNode& before, const HubNode& after, const DeskNode& desk,
                                   const ExchangeResponse& response) const {
  if (response.receipt.ends != book_.EndsOf(after.held)) {
    return "the receipt does not name what the hub durably holds";
  }
  const Verdict expected = Expected(before, after, desk, response.verdict);
  if (expected != response.verdict) {
    return absl::StrCat("the verdict is ", VerdictName(response.verdict), " and should be ", VerdictName(expected));
  }
  return "";
}

ReplyId HubStates::Number(const Reply& reply) {
  const std::string bytes =
      reply.ok() ? ToWire(*reply).SerializeAsString() : absl::StrCat("error ", reply.status().ToString());
  const auto [number, fresh] = reply_numbers_.emplace(bytes, static_cast<ReplyId>(replies_.size()));
  if (fresh) replies_.push_back(reply);
  return number->second;
}

const HubStep& HubStates::Answer(HubId hub, DeskId number, const DeskNode& desk) {
  const auto [known, fresh] = answered_.try_emplace({hub, number});
  if (!fresh) return known->second;
  Reply reply = absl::UnavailableError("not asked");
  HubStep step = Run(hub, 0, [&](Hub& h) { reply = h.Exchange(desk.request, desk.request.device); }).step;
  step.reply = Number(reply);
  if (reply.ok()) {
    step.verdict = reply->verdict;
    step.hub_behind = reply->hub_behind;
    if (step.problem.empty()) step.problem = CheckAnswer(nodes_[hub], nodes_[step.after], desk, *reply);
  } else if (step.problem.empty() && step.after != hub) {
    step.problem = "a refused exchange left something behind";
  }
  return known->second = std::move(step);
}

const std::vector<HubStep>& HubStates::AnswerCut(HubId hub, DeskId number, const DeskNode& desk) {
  const auto [known, fresh] = answered_cut_.try_emplace({hub, number});
  if (!fresh) return known->second;
  const Act ask = [&](Hub& h) { (void)h.Exchange(desk.request, desk.request.device); };
  std::vector<HubStep> left;
  for (const int64_t cut : CutsOf(Run(hub, 0, ask).changes)) {
    HubStep step = Run(hub, cut, ask).step;
    const bool again = std::any_of(left.begin(), left.end(), [&](const HubStep& other) {
      return other.after == step.after && other.problem == step.problem;
    });
    if (!again) left.push_back(std::move(step));
  }
  return known->second = std::move(left);
}

HubId HubStates::Restore(HubId now, HubId old) {
  const auto [known, fresh] = restored_.try_emplace({now, old});
  if (!fresh) return known->second;
  disk_.Put(images_.Get(nodes_[old].image));
  {
    absl::StatusOr<std::unique_ptr<SqliteHubStore>> store = SqliteHubStore::Open(disk_.Path(kFile), StoreOptions());
    MOTCUA_INVARIANT(store.ok(), "a backup opens");
    std::string incarnation;
    ByteWriter(&incarnation).Fixed64(nodes_[now].incarnation + 1);
    MOTCUA_INVARIANT((*store)->PutMeta("incarnation", incarnation).ok(), "a restored hub takes a new name");
  }
  return known->second = Settle({}).after;
}

}  // namespace motcua::explore
