#include "tests/simulation/explore_desk.h"

#include <algorithm>

#include "common/base/invariant.h"
#include "common/rpc/wire.h"
#include "tests/simulation/explore_digest.h"
#include "tests/simulation/fault_vfs.h"

namespace motcua::explore {
namespace {

constexpr char kFile[] = "agent.db";

// Says one answer, then nothing more; keeps the first question.
class OneReplyLink final : public HubLink {
 public:
  explicit OneReplyLink(const Reply* reply) : reply_(reply) {}
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t) override {
    if (asked_++ > 0 || reply_ == nullptr) {
      if (asked_ == 1) first_ = request;
      return absl::UnavailableError("the line is cut");
    }
    first_ = request;
    return *reply_;
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}
  const ExchangeRequest& first() const { return first_; }

 private:
  const Reply* reply_;
  int asked_ = 0;
  ExchangeRequest first_;
};

SyncResult SessionOver(Desk& desk, OneReplyLink& link, const ReceiptVerifier& verifier) {
  SyncOptions options;
  options.attempts_max = 1;
  return SyncSession(&desk, &link, &verifier, options).Run();
}

uint64_t SeedOf(int slot, int entry) { return 1 + static_cast<uint64_t>(slot * 64 + entry); }

}  // namespace

std::set<int64_t> CutsOf(int64_t changes) {
  if (changes == 0) return {};
  return {1, (changes + 1) / 2, changes};
}

// The program on the folder as it lies.
struct DeskParts::Open {
  Open(DeskParts* parts, int script, uint64_t randomness) : random(randomness) {
    const Script& who = parts->scope_.scripts[static_cast<std::size_t>(script)];
    absl::StatusOr<std::unique_ptr<SqliteAgentStore>> opened =
        SqliteAgentStore::Open(parts->disk_.Path(kFile), {kFaultVfs});
    status = opened.status();
    if (!status.ok()) return;
    store = *std::move(opened);
    absl::StatusOr<std::unique_ptr<Desk>> made = Desk::Open({who.device, kUnitCode, who.role}, store.get(),
                                                            &parts->clock_, &random, ParseScopeCatalog);
    status = made.status();
    if (status.ok()) desk = *std::move(made);
  }
  SeededRandom random;
  absl::Status status;
  std::unique_ptr<SqliteAgentStore> store;
  std::unique_ptr<Desk> desk;
};

DeskParts::DeskParts(const Scope* scope, EntryBook* book) : scope_(*scope), book_(*book) { RegisterFaultVfs(); }

DeskId DeskParts::Fresh(int script) {
  disk_.Put({});
  {
    Open open(this, script, 0);
    MOTCUA_INVARIANT(open.status.ok(), "a fresh folder opens");
  }
  const DeskStep step = Settle(script, {});
  MOTCUA_INVARIANT(step.problem.empty(), "a fresh folder is whole");
  return step.after;
}

DeskParts::Ran DeskParts::Run(DeskId desk, uint64_t randomness, int64_t cut_at, const Act& act) {
  const DeskNode before = nodes_[desk];
  disk_.Put(images_.Get(before.image));
  Ran ran;
  absl::Status said;
  {
    Open open(this, before.script, randomness);
    MOTCUA_INVARIANT(open.status.ok(), "a folder that was looked at opens");
    const int64_t changes = disk_.changes();
    if (cut_at > 0) disk_.CutPowerAfter(cut_at);
    said = act(*open.desk);
    ran.changes = disk_.changes() - changes;
    disk_.KillProcesses();
  }
  SeededRandom fate(desk * 7919 + static_cast<uint64_t>(cut_at));
  disk_.Restart(&fate);
  ran.step = Settle(before.script, before.held);
  ran.step.status = said;
  return ran;
}

std::vector<DeskStep> DeskParts::RunCut(DeskId desk, uint64_t randomness, const Act& act) {
  std::vector<DeskStep> left;
  for (const int64_t cut : CutsOf(Run(desk, randomness, 0, act).changes)) {
    DeskStep step = Run(desk, randomness, cut, act).step;
    const bool again = std::any_of(left.begin(), left.end(), [&](const DeskStep& known) {
      return known.after == step.after && known.problem == step.problem;
    });
    if (!again) left.push_back(std::move(step));
  }
  return left;
}

// Numbers what lies on the disk after a restart.
DeskStep DeskParts::Settle(int script, const EntrySet& before) {
  DeskStep step;
  const absl::StatusOr<Hash> digest = DigestOfDatabase(disk_.Path(kFile));
  if (!digest.ok()) {
    step.problem = absl::StrCat("the folder does not open: ", digest.status().message());
    return step;
  }
  const auto [number, fresh] = numbers_.emplace(std::pair(script, *digest), static_cast<DeskId>(nodes_.size()));
  step.after = number->second;
  if (fresh) nodes_.push_back(Examine(script, &step.problem));
  if (step.problem.empty() && !Includes(nodes_[step.after].held, before)) {
    step.problem = absl::StrCat("the desk lost ", book_.Show(Minus(before, nodes_[step.after].held)));
  }
  return step;
}

DeskNode DeskParts::Examine(int script, std::string* problem) {
  DeskNode node;
  node.script = script;
  {
    Open open(this, script, 0);
    if (!open.status.ok()) {
      *problem = absl::StrCat("the folder does not open: ", open.status.message());
      return node;
    }
    if (!open.store->set_aside().empty()) *problem = "the folder was set aside as damaged";
    DeskLog& log = open.desk->log();
    node.held = book_.Note(log.ledger());
    node.own_end = log.own_end();
    if (problem->empty()) *problem = book_.Check(node.held, log.ledger());
    OneReplyLink link(nullptr);
    (void)SessionOver(*open.desk, link, signer_);
    node.request = link.first();
    AgentState state = log.state();
    state.batch_bytes = 0;
    state.last_sync = {};
    if (!log.SaveState(state).ok()) *problem = "the folder cannot be written";
  }
  node.image = images_.Put(disk_.Copy());
  return node;
}

absl::Status DeskParts::RecordEntry(Desk& desk, int entry) const {
  const Step& what = scope_.entry(entry);
  const Cell cell = what.what == Step::kObserve ? StockCell() : FlowCell();
  RecordRequest request;
  request.day = cell.day;
  request.procedure = cell.procedure;
  request.channel = cell.channel;
  request.measure = cell.measure;
  request.adds = what.what == Step::kAdd;
  request.value = what.value;
  request.remark = {"Lan", NoteOf(entry)};
  if (what.what == Step::kRestate) return desk.Restate(request).status();
  return desk.Record(request).status();
}

absl::Status DeskParts::TakeReply(Desk& desk, const Reply& reply) {
  OneReplyLink link(&reply);
  return SessionOver(desk, link, signer_).status;
}

const DeskStep& DeskParts::Record(DeskId desk, int slot, int entry) {
  const auto [known, fresh] = recorded_.try_emplace({desk, slot, entry});
  if (fresh) {
    DeskStep ran = Run(desk, SeedOf(slot, entry), 0, [&](Desk& d) { return RecordEntry(d, entry); }).step;
    if (ran.problem.empty() && ran.status.ok() && ran.after == desk) ran.problem = "what was confirmed is not there";
    if (ran.problem.empty() && !ran.status.ok() && ran.after != desk) ran.problem = "what was refused is there";
    known->second = std::move(ran);
  }
  return known->second;
}

const std::vector<DeskStep>& DeskParts::RecordCut(DeskId desk, int slot, int entry) {
  const auto [known, fresh] = recorded_cut_.try_emplace({desk, slot, entry});
  if (fresh) known->second = RunCut(desk, SeedOf(slot, entry), [&](Desk& d) { return RecordEntry(d, entry); });
  return known->second;
}

const DeskStep& DeskParts::Receive(DeskId desk, ReplyId id, const Reply& reply) {
  const auto [known, fresh] = received_.try_emplace({desk, id});
  if (fresh) known->second = Run(desk, 0, 0, [&](Desk& d) { return TakeReply(d, reply); }).step;
  return known->second;
}

const std::vector<DeskStep>& DeskParts::ReceiveCut(DeskId desk, ReplyId id, const Reply& reply) {
  const auto [known, fresh] = received_cut_.try_emplace({desk, id});
  if (fresh) known->second = RunCut(desk, 0, [&](Desk& d) { return TakeReply(d, reply); });
  return known->second;
}

}  // namespace motcua::explore
