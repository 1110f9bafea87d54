#include "agent/core/desk_log.h"

#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/base/planted_bug.h"
#include "common/sync/exchange.h"

namespace motcua {
namespace {

absl::Status OfAnotherDevice(const AgentState& state, const DeskIdentity& identity) {
  const std::string stored = FormatDevice(state.device);
  const std::string own = FormatDevice(identity.device);
  return absl::FailedPreconditionError(
      Say(absl::StrCat("Số liệu trong thư mục này là của máy ", stored, ", còn chứng thư là của máy ",
                       own, "; hãy dùng đúng thư mục dữ liệu."),
          absl::StrCat("The data in this folder belongs to device ", stored,
                       " and the certificate to device ", own, "; use the data folder that belongs to it.")));
}

absl::Status LoadFailed(absl::string_view what) {
  return absl::DataLossError(Say(absl::StrCat("Lượt ghi đã lưu không đọc lại được: ", what),
                                 absl::StrCat("A stored entry cannot be read back: ", what)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DeskLog>> DeskLog::Load(const DeskIdentity& identity, AgentStore* store) {
  std::unique_ptr<DeskLog> log(new DeskLog(identity, store));
  MOTCUA_ASSIGN_OR_RETURN(log->state_, store->LoadState());
  const bool fresh = log->state_.unit.empty();
  if (!fresh && (log->state_.device != identity.device || log->state_.unit != identity.unit)) {
    return OfAnotherDevice(log->state_, identity);
  }
  MOTCUA_RETURN_IF_ERROR(log->LoadEntries());
  const EntryName& end = log->own_end();
  if (fresh || end.device != identity.device || !log->ledger_.Holds(end)) {
    MOTCUA_RETURN_IF_ERROR(log->BeginState());
  }
  MOTCUA_ASSIGN_OR_RETURN(log->own_position_, log->ledger_.Find(log->own_end()));
  return log;
}

// What a new store remembers. One that forgot its state still has its log: the own end is the newest of this
// device's, so that nothing of it is written over again on another line.
absl::Status DeskLog::BeginState() {
  AgentState state;
  state.device = identity_.device;
  state.unit = identity_.unit;
  state.own_end = EntryName{identity_.device, 0, 0};
  state.hub_common = state.own_end;
  for (const EntryName& end : ledger_.Ends()) {
    if (end.device == identity_.device && end.seq > state.own_end.seq) state.own_end = end;
  }
  return SaveState(state);
}

absl::Status DeskLog::LoadEntries() {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<StoredLine> lines, store_.LoadLines());
  EntryName parent;
  LineId current = kNoLine;
  return store_.ForEachEntry([&](Position at, absl::string_view canonical) -> absl::Status {
    if (at.line != current) {
      if (at.line >= lines.size()) return LoadFailed(absl::StrCat("line ", at.line));
      const StoredLine& line = lines[at.line];
      parent = line.parent == kNoLine ? EntryName{line.device, 0, 0}
                                      : ledger_.NameAt({line.parent, line.fork_seq});
      current = at.line;
    }
    absl::StatusOr<Entry> entry = ParseCanonical(canonical);
    if (!entry.ok()) return LoadFailed(entry.status().message());
    absl::StatusOr<EntryName> name = ledger_.Append(parent, *entry);
    if (!name.ok()) return LoadFailed(name.status().message());
    parent = *name;
    return absl::OkStatus();
  });
}

Context DeskLog::Known() const { return own_end().seq == 0 ? Context() : ledger_.KnownAt(own_end()); }

absl::Status DeskLog::AppendOwn(std::vector<Entry> entries) {
  LogPlan plan(&ledger_);
  AgentState state = state_;
  for (Entry& entry : entries) {
    entry.device = identity_.device;
    entry.seq = state.own_end.seq + 1;
    MOTCUA_ASSIGN_OR_RETURN(state.own_end, plan.Add(state.own_end, std::move(entry)));
  }
  return ApplyExchange(plan, state, std::nullopt, std::nullopt);
}

absl::Status DeskLog::ApplyExchange(LogPlan& plan, const AgentState& state,
                                    std::optional<std::string> catalog,
                                    std::optional<std::string> catalog_partial) {
  StoreWrite write;
  write.lines = plan.lines();
  write.entries = plan.TakeStored();
  write.state = state;
  write.catalog = std::move(catalog);
  write.catalog_partial = std::move(catalog_partial);
  if (MOTCUA_PLANTED(kMarkBeforeCommit)) {
    MoveMemory(plan.planned(), state);
    return store_.Apply(write);
  }
  MOTCUA_RETURN_IF_ERROR(store_.Apply(write));
  MoveMemory(plan.planned(), state);
  return absl::OkStatus();
}

absl::Status DeskLog::SaveState(const AgentState& state) {
  StoreWrite write;
  write.state = state;
  MOTCUA_RETURN_IF_ERROR(store_.Apply(write));
  state_ = state;
  return absl::OkStatus();
}

void DeskLog::MoveMemory(const std::vector<PlannedEntry>& planned, const AgentState& state) {
  for (const PlannedEntry& entry : planned) {
    absl::StatusOr<EntryName> name = ledger_.Append(entry.parent, entry.entry);
    MOTCUA_INVARIANT(name.ok() && *name == entry.name, "what the plan checked the ledger takes");
    absl::StatusOr<Position> at = ledger_.Find(entry.name);
    MOTCUA_INVARIANT(at.ok() && *at == entry.at, "the store's line numbers are the ledger's");
  }
  state_ = state;
  own_position_ = Position{};
  if (own_end().seq == 0) return;
  absl::StatusOr<Position> at = ledger_.Find(own_end());
  MOTCUA_INVARIANT(at.ok(), "the own end is held");
  own_position_ = *at;
}

Position DeskLog::OwnPositionAt(Seq seq) const { return ledger_.tree().Normalize(own_position_.line, seq); }

Entry DeskLog::OwnEntryAt(Seq seq) const { return ledger_.EntryAt(OwnPositionAt(seq)); }

std::vector<EntryName> DeskLog::HubHolds() const {
  std::vector<EntryName> names;
  if (absl::StatusOr<Receipt> receipt = DecodeReceipt(state_.receipt);
      !state_.receipt.empty() && receipt.ok()) {
    names = receipt->ends;
  }
  names.push_back(state_.hub_common);
  return names;
}

DeskLog::Unsent DeskLog::UnsentBehind(const std::vector<EntryName>& hub_ends) const {
  Unsent unsent;
  const LogTree& tree = ledger_.tree();
  for (const EntryName& end : hub_ends) {
    absl::StatusOr<Position> at = ledger_.Find(end);
    if (end.seq == 0 || end.device != identity_.device || !at.ok()) continue;
    // The newest entry of the own path at or before `end`: being an ancestor holds up to it and not behind.
    Seq low = unsent.hub_holds;
    Seq high = std::min(end.seq, own_end().seq);
    while (low < high) {
      const Seq middle = low + (high - low + 1) / 2;
      if (tree.IsAncestorOrSelf(OwnPositionAt(middle), *at)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    unsent.hub_holds = low;
  }
  for (Seq seq = unsent.hub_holds + 1; seq <= own_end().seq; ++seq) {
    const Entry entry = OwnEntryAt(seq);
    unsent.acknowledgements += IsAcknowledgement(entry) ? 1 : 0;
    if (entry.kind() == EntryKind::kSaw) continue;
    if (unsent.waiting++ == 0) unsent.oldest_clock_s = entry.clock_s;
    unsent.oldest_clock_s = std::min(unsent.oldest_clock_s, entry.clock_s);
  }
  return unsent;
}

}  // namespace motcua
