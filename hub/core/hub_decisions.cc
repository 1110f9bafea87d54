// What was decided in a unit, and how far it has come: which desks hold it, and who acknowledged it there.
#include <algorithm>
#include <tuple>

#include "common/base/bytes.h"
#include "common/ledger/entry_parts.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

struct Acknowledgement {
  EntryName name;
  Entry entry;
  Context context;
};

// One device of the unit: what it holds and what was acknowledged there.
struct Desk {
  DeviceRow device;
  std::vector<Context> held;
  std::vector<Acknowledgement> acknowledged;  // the earliest first
};

// A context of nothing but the paths to `ends`.
Context PathsTo(const UnitLedger& ledger, const std::vector<EntryName>& ends) {
  Context held;
  for (const EntryName& end : ends) {
    const absl::StatusOr<Position> at = ledger.Find(end);
    if (at.ok() && at->seq > 0) held.Raise(ledger.tree(), *at);
  }
  return held;
}

Desk ReadDesk(const UnitLedger& ledger, const DeviceRow& device, const HeartbeatRow& heartbeat,
              const std::vector<EntryName>& ends, const std::vector<Position>& saws) {
  Desk desk;
  desk.device = device;
  ByteReader named(heartbeat.held);
  desk.held.push_back(PathsTo(ledger, ReadNames(named, kEndsMax)));
  for (const EntryName& end : ends) {
    if (end.device == device.device) desk.held.push_back(ledger.KnownAt(end));
  }
  for (const Position& at : saws) {
    const EntryName name = ledger.NameAt(at);
    Entry entry = ledger.EntryAt(at);
    if (name.device != device.device || !IsAcknowledgement(entry)) continue;
    desk.acknowledged.push_back({name, std::move(entry), ledger.KnownAt(name)});
  }
  std::sort(desk.acknowledged.begin(), desk.acknowledged.end(),
            [](const Acknowledgement& a, const Acknowledgement& b) {
              return std::tie(a.entry.clock_s, a.name) < std::tie(b.entry.clock_s, b.name);
            });
  return desk;
}

DecisionHolder Holder(const UnitLedger& ledger, const Desk& desk, Position decision) {
  DecisionHolder holder;
  holder.device = desk.device.device;
  holder.name = desk.device.name;
  const auto includes = [&](const Context& context) { return context.Includes(ledger.tree(), decision); };
  holder.holds = std::any_of(desk.held.begin(), desk.held.end(), includes);
  const auto first = std::find_if(desk.acknowledged.begin(), desk.acknowledged.end(),
                                  [&](const Acknowledgement& known) { return includes(known.context); });
  if (first == desk.acknowledged.end()) return holder;
  holder.holds = true;
  holder.acknowledged = first->name;
  holder.author = first->entry.author;
  holder.note = first->entry.note;
  holder.clock_s = first->entry.clock_s;
  return holder;
}

// A decision about cells is of the days of those cells; a closed list is of all days.
bool InPeriod(const UnitLedger& ledger, const Entry& entry, const MatterFilter& filter) {
  const auto inside = [&](const Cell* cell) {
    return cell != nullptr && filter.first <= cell->day && cell->day <= filter.last;
  };
  if (entry.kind() == EntryKind::kRestate) return inside(entry.cell());
  const auto* exclude = std::get_if<ExcludeBody>(&entry.body);
  if (exclude == nullptr || (filter.first == kDayMin && filter.last == kDayMax)) return true;
  const absl::StatusOr<Position> last = ledger.Find(exclude->last);
  for (Seq seq = exclude->first.seq; last.ok() && seq <= exclude->last.seq; ++seq) {
    const Entry covered = ledger.EntryAt(ledger.tree().Normalize(last->line, seq));
    if (inside(covered.cell())) return true;
  }
  return !last.ok();
}

}  // namespace

absl::StatusOr<std::vector<Decision>> Hub::Decisions(const MatterFilter& filter) {
  MutexLock lock(&mutex_);
  std::vector<Decision> decisions;
  const uint32_t unit = ids_.Find(CodeKind::kUnit, filter.unit);
  if (unit == 0) return decisions;
  MOTCUA_ASSIGN_OR_RETURN(const UnitLedger ledger, LedgerOf(unit));
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<DeviceRow> rows, parts_.store->Devices());
  const std::vector<EntryName> ends = ledger.Ends();
  const std::vector<Position> saws = ledger.OfKind(EntryKind::kSaw);
  std::vector<Desk> desks;
  for (const DeviceRow& row : rows) {
    if (row.unit != filter.unit || row.state == DeviceState::kRevoked) continue;
    MOTCUA_ASSIGN_OR_RETURN(const HeartbeatRow heartbeat, parts_.store->Heartbeat(row.device));
    desks.push_back(ReadDesk(ledger, row, heartbeat, ends, saws));
  }
  for (const EntryKind kind : {EntryKind::kRestate, EntryKind::kExclude, EntryKind::kReview, EntryKind::kPeriod}) {
    for (const Position& at : ledger.OfKind(kind)) {
      Decision decision{ledger.NameAt(at), ledger.EntryAt(at), {}};
      if (!IsDecision(decision.content) || ledger.causality().ExcludedBy(at).has_value() ||
          !InPeriod(ledger, decision.content, filter)) continue;
      for (const Desk& desk : desks) {
        if (desk.device.device == decision.entry.device) continue;
        decision.devices.push_back(Holder(ledger, desk, at));
      }
      decisions.push_back(std::move(decision));
    }
  }
  std::sort(decisions.begin(), decisions.end(), [](const Decision& a, const Decision& b) {
    return std::tie(a.content.clock_s, a.entry) < std::tie(b.content.clock_s, b.entry);
  });
  return decisions;
}

}  // namespace motcua
