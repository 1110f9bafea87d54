// Runs of other devices on their way back.
#include "hub/adapters/sqlite_hub_rows.h"
#include "hub/adapters/sqlite_hub_store.h"

namespace motcua {
namespace {

int64_t Stored(uint64_t h8) { return static_cast<int64_t>(h8); }
uint64_t Read(const Query& query, int column) { return static_cast<uint64_t>(query.Int(column)); }

StagedRunRow StagedRunFrom(const Query& query, uint32_t unit) {
  const DeviceId device{static_cast<uint32_t>(query.Int(2))};
  const auto parent_seq = static_cast<Seq>(query.Int(3));
  StagedRunRow row;
  row.id = static_cast<uint32_t>(query.Int(0));
  row.unit = unit;
  row.sender = DeviceId{static_cast<uint32_t>(query.Int(1))};
  row.parent = {device, parent_seq, Read(query, 4)};
  row.first = {device, parent_seq + 1, Read(query, 5)};
  row.last_hash = HashFrom(query.Bytes(7));
  row.last = {device, static_cast<Seq>(query.Int(6)), First8(row.last_hash)};
  row.bytes = query.Int(8);
  row.touched_s = query.Int(9);
  return row;
}

}  // namespace

absl::StatusOr<std::vector<StagedRunRow>> SqliteHubStore::StagedRunsOf(uint32_t unit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kStagedRuns));
  Query query(*statement, unit);
  std::vector<StagedRunRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back(StagedRunFrom(query, unit));
  }
}

absl::StatusOr<uint32_t> SqliteHubStore::AddStagedRun(const StagedRunRow& row) {
  MOTCUA_RETURN_IF_ERROR(Run(HubSql::kAddStagedRun, row.unit, row.sender.value, row.parent.device.value,
                             row.parent.seq, Stored(row.parent.h8), Stored(row.first.h8), row.last.seq,
                             Blob(AsBytes(row.last_hash)), row.bytes, row.touched_s));
  return static_cast<uint32_t>(database_->last_insert_id());
}

absl::Status SqliteHubStore::PutStagedRun(const StagedRunRow& row) {
  return Run(HubSql::kPutStagedRun, row.last.seq, Blob(AsBytes(row.last_hash)), row.bytes, row.touched_s,
             row.id);
}

absl::Status SqliteHubStore::AddStagedPiece(const StagedPieceRow& row) {
  return Run(HubSql::kAddStagedPiece, row.run, row.first, row.catalog, Blob(row.bytes));
}

absl::StatusOr<StagedPieceRow> SqliteHubStore::StagedPiece(uint32_t run, Seq first) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kStagedPiece));
  Query query(*statement, run, first);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (!row) {
    return absl::DataLossError(Say(
        "Cơ sở dữ liệu của máy chủ tổng hợp thiếu một phần lượt ghi gửi trả; hãy khôi phục từ bản sao lưu.",
        "The hub's database lacks a part of entries that came back; restore from a backup."));
  }
  return StagedPieceRow{run, first, static_cast<uint32_t>(query.Int(0)), std::string(query.Bytes(1))};
}

absl::Status SqliteHubStore::RemoveStagedRun(uint32_t run) {
  MOTCUA_RETURN_IF_ERROR(Run(HubSql::kRemoveStagedPieces, run));
  return Run(HubSql::kRemoveStagedRun, run);
}

}  // namespace motcua
