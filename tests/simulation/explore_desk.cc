#include "tests/simulation/explore_desk.h"

#include <algorithm>

#include "agent/adapters/sqlite_agent_store.h"
#include "common/base/invariant.h"
#include "tests/simulation/explore_quick.h"

namespace motcua::explore {
namespace {

// Keeps the first question and answers nothing.
class DeadLine final : public HubLink {
 public:
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest& request, int64_t) override {
    if (!asked_) first_ = request;
    asked_ = true;
    return absl::UnavailableError("the line is dead");
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}
  const ExchangeRequest& first() const { return first_; }

 private:
  bool asked_ = false;
  ExchangeRequest first_;
};

absl::Status SessionOver(Desk& desk, HubLink* link, const ReceiptVerifier& verifier) {
  SyncOptions options;
  options.attempts_max = 1;
  return SyncSession(&desk, link, &verifier, options).Run().status;
}

// Without what a session leaves for people and for the next one's first batch.
AgentState Lasting(AgentState state) {
  state.batch_bytes = 0;
  state.last_sync = {};
  return state;
}

absl::StatusOr<std::unique_ptr<AgentStore>> OpenOnDisk(const std::string& path) {
  MOTCUA_ASSIGN_OR_RETURN(std::unique_ptr<SqliteAgentStore> store, SqliteAgentStore::Open(path, {kFaultVfs}));
  if (!store->set_aside().empty()) return absl::DataLossError("it was set aside as damaged");
  return store;
}

std::unique_ptr<Folder<AgentStore>> MakeFolder(bool quick) {
  if (quick) return std::make_unique<MemoryDeskFolder>();
  return std::make_unique<DiskFolder<AgentStore>>("desk", OpenOnDisk);
}

absl::StatusOr<Bundle> BundleOf(Desk& desk) {
  MOTCUA_ASSIGN_OR_RETURN(BundleExport written, ExportBundle(desk, {}));
  return std::move(written.bundle);
}

uint64_t SeedOf(int slot, int entry) { return 1 + static_cast<uint64_t>(slot * 64 + entry); }

}  // namespace

// The program on the folder as it lies.
struct DeskParts::Open {
  Open(DeskParts* parts, int script, uint64_t randomness) : random(randomness) {
    const Script& who = parts->scope_.scripts[static_cast<std::size_t>(script)];
    absl::StatusOr<std::unique_ptr<AgentStore>> opened = parts->folder_->Open();
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
  std::unique_ptr<AgentStore> store;
  std::unique_ptr<Desk> desk;
};

DeskParts::DeskParts(const Scope* scope, EntryBook* book, bool quick)
    : scope_(*scope), book_(*book), quick_(quick), folder_(MakeFolder(quick)) {}

DeskId DeskParts::Fresh(int script) {
  folder_->Lay(std::nullopt);
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
  folder_->Lay(before.image);
  Ran ran;
  absl::Status said;
  {
    Open open(this, before.script, randomness);
    MOTCUA_INVARIANT(open.status.ok(), "a folder that was looked at opens");
    const int64_t changes = folder_->changes();
    if (cut_at > 0) folder_->CutPowerAfter(cut_at);
    said = act(*open.desk);
    ran.changes = folder_->changes() - changes;
  }
  folder_->CutPower(desk * 7919 + static_cast<uint64_t>(cut_at));
  ran.step = Settle(before.script, before.held);
  ran.step.status = said;
  return ran;
}

std::vector<DeskStep> DeskParts::RunCut(DeskId desk, uint64_t randomness, const Act& act) {
  std::vector<DeskStep> left;
  const Ran uncut = Run(desk, randomness, 0, act);
  if (quick_) {
    DeskStep unchanged;
    unchanged.after = desk;
    unchanged.status = absl::AbortedError("cut");
    return {unchanged, uncut.step};
  }
  for (const int point : {1, 2, 3}) {
    if (uncut.changes == 0) break;
    DeskStep step = Run(desk, randomness, ChangeAt(point, uncut.changes), act).step;
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
  const absl::StatusOr<Hash> digest = folder_->Digest();
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
    DeskLog& log = open.desk->log();
    node.held = book_.Note(log.ledger());
    node.own_end = log.own_end();
    if (problem->empty()) *problem = book_.Check(node.held, log.ledger());
    DeadLine line;
    const AgentState before = Lasting(log.state());
    (void)SessionOver(*open.desk, &line, signer_);
    node.request = line.first();
    node.bundle = BundleOf(*open.desk);
    if (!(Lasting(log.state()) == before) || log.ledger().entry_count() != node.held.size()) {
      *problem = "a question that nobody answered changed the desk";
    }
    if (!log.SaveState(before).ok()) *problem = "the folder cannot be written";
  }
  node.image = folder_->Keep();
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
  const bool restates = what.what == Step::kRestate;
  const absl::StatusOr<RecordAnswer> answer = restates ? desk.Restate(request) : desk.Record(request);
  MOTCUA_RETURN_IF_ERROR(answer.status());
  // Who says what the number is knows everything that the machine holds.
  const bool stated = restates || what.what == Step::kObserve;
  if (stated && answer->view.value != request.value) {
    return absl::InternalError(absl::StrCat("stated was ", what.value, ", shown is ", FormatValue(answer->view.value)));
  }
  return absl::OkStatus();
}

const DeskStep& DeskParts::Record(DeskId desk, int slot, int entry) {
  const auto [known, fresh] = recorded_.try_emplace({desk, slot, entry});
  if (fresh) {
    DeskStep ran = Run(desk, SeedOf(slot, entry), 0, [&](Desk& d) { return RecordEntry(d, entry); }).step;
    if (ran.problem.empty() && absl::IsInternal(ran.status)) ran.problem = std::string(ran.status.message());
    if (ran.problem.empty() && ran.status.ok() && ran.after == desk) ran.problem = "what was confirmed is not there";
    if (ran.problem.empty() && !ran.status.ok() && nodes_[ran.after].held != nodes_[desk].held) ran.problem = "what was refused is there";
    known->second = std::move(ran);
  }
  return known->second;
}

const std::vector<DeskStep>& DeskParts::RecordCut(DeskId desk, int slot, int entry) {
  const auto [known, fresh] = recorded_cut_.try_emplace({desk, slot, entry});
  if (fresh) known->second = RunCut(desk, SeedOf(slot, entry), [&](Desk& d) { return RecordEntry(d, entry); });
  return known->second;
}

DeskStep DeskParts::Sync(DeskId desk, HubLink* link, int64_t cut_at, int64_t* changes) {
  Ran ran = Run(desk, 0, cut_at, [&](Desk& d) { return SessionOver(d, link, signer_); });
  *changes = ran.changes;
  return std::move(ran.step);
}

const DeskStep& DeskParts::TakeAnswer(DeskId desk, uint32_t id, const BundleReceipt& answer) {
  const auto [known, fresh] = answered_.try_emplace({desk, id});
  if (!fresh) return known->second;
  BundleApplied applied;
  DeskStep step = Run(desk, 0, 0, [&](Desk& d) {
                    applied = ApplyBundleReceipt(&d, &signer_, answer);
                    return applied.result.status;
                  }).step;
  const std::string& verdict = applied.result.verdict;  // FORKED when any answer was
  step.copy_told = verdict == VerdictName(Verdict::kForked) || verdict == VerdictName(Verdict::kRegressed);
  step.loss_told = std::any_of(answer.responses.begin(), answer.responses.end(),
                               [](const ExchangeResponse& response) { return response.hub_behind; });
  return known->second = std::move(step);
}

}  // namespace motcua::explore
