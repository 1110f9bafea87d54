// Folding a unit anew from its log, when the catalog changed what cells are.
#include <set>

#include "hub/core/entry_check.h"
#include "hub/core/fact_key.h"
#include "hub/core/ingest.h"

namespace motcua {

absl::Status Ingest::Rebuild(bool roll_down) {
  const uint64_t begin = OwnerBegin(row_.unit);
  const uint64_t end = OwnerBegin(row_.unit + 1);
  if (roll_down) {
    std::vector<std::pair<uint64_t, Contribution>> old;
    MOTCUA_RETURN_IF_ERROR(services_.store->ForEachValue(
        CellTable::kCounters, begin, end,
        [&](uint64_t key, const Value& value, uint32_t) { old.emplace_back(key, ContributionOf(value)); }));
    for (const auto& [key, contribution] : old)
      MOTCUA_RETURN_IF_ERROR(rollups_.Change(unit_, key, contribution, {}));
  }
  MOTCUA_RETURN_IF_ERROR(services_.store->RemoveCells(CellTable::kCounters, begin, end));
  MOTCUA_RETURN_IF_ERROR(services_.store->RemoveCells(CellTable::kRegisters, begin, end));
  MOTCUA_ASSIGN_OR_RETURN(const Causality causality, log_.LoadCausality());
  row_.held = 0;
  const std::size_t lines = log_.tree().size();  // the hub's log may get one more line while refusing
  for (LineId line = 0; line < lines; ++line) {
    const LineRow row = log_.row(line);
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<Seq> held, services_.store->HeldOf(row.id));
    const std::set<Seq> was_held(held.begin(), held.end());
    MOTCUA_RETURN_IF_ERROR(services_.store->RemoveHeld(row.id));
    const absl::StatusOr<DeviceRow> device = services_.store->Device(row.device);
    if (!device.ok() && !absl::IsNotFound(device.status())) return device.status();
    const std::optional<Role> role = device.ok() ? std::optional<Role>(device->role) : std::nullopt;
    MOTCUA_RETURN_IF_ERROR(
        log_.Read(line, row.fork_seq + 1, row.end_seq, [&](const Entry& entry, const Hash& hash) {
          return RebuildEntry(line, entry, hash, was_held.count(entry.seq) > 0, role, causality);
        }));
  }
  return Finish();
}

absl::Status Ingest::RebuildEntry(LineId line, const Entry& entry, const Hash& hash, bool was_held,
                                  const std::optional<Role>& role, const Causality& causality) {
  const Cell* cell = entry.cell();
  if (cell == nullptr || cell->unit != unit_) return absl::OkStatus();
  // An entry is judged once: when it came, or when the catalog first knew its codes.
  const bool excluded = causality.ExcludedBy({line, entry.seq}).has_value();
  MOTCUA_RETURN_IF_ERROR(TakePosting(line, entry, hash, was_held && !excluded ? role : std::nullopt));
  if (!excluded) return absl::OkStatus();
  MOTCUA_ASSIGN_OR_RETURN(const std::optional<CodedCell> coded, services_.coder->Code(*cell));
  if (coded) cells_.Refold(coded->table(), PackCell(row_.unit, cell->day, *coded));
  return absl::OkStatus();
}

}  // namespace motcua
