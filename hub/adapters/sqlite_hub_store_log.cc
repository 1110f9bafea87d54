// Units, lines, segments and what stands beside them.
#include "hub/adapters/sqlite_hub_rows.h"
#include "hub/adapters/sqlite_hub_store.h"

namespace motcua {
namespace {

UnitRow UnitFrom(const Query& query) {
  return {static_cast<uint32_t>(query.Int(0)), static_cast<uint32_t>(query.Int(1)), query.Int(2),
          query.Int(3), query.Int(4)};
}

SegmentRow SegmentFrom(const Query& query) {
  SegmentRow row;
  row.line = LineOfKey(query.Int(0));
  row.first = SeqOfKey(query.Int(0));
  row.last = static_cast<Seq>(query.Int(1));
  row.catalog = static_cast<uint32_t>(query.Int(2));
  row.received_s = query.Int(3);
  row.parent_hash = HashFrom(query.Bytes(4));
  row.end_hash = HashFrom(query.Bytes(5));
  row.bytes = std::string(query.Bytes(6));
  return row;
}

absl::StatusOr<std::vector<ImportRow>> ImportsFrom(Query& query) {
  std::vector<ImportRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({LineOfKey(query.Int(0)), SeqOfKey(query.Int(0)), HashFrom(query.Bytes(2)),
                    static_cast<uint32_t>(query.Int(1)), std::string(query.Text(3))});
  }
}

}  // namespace

absl::StatusOr<UnitRow> SqliteHubStore::Unit(uint32_t unit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kUnit));
  Query query(*statement, unit);
  MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
  if (row) return UnitFrom(query);
  UnitRow fresh;
  fresh.unit = unit;
  return fresh;
}

absl::StatusOr<std::vector<UnitRow>> SqliteHubStore::Units() {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kUnits));
  Query query(*statement);
  std::vector<UnitRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back(UnitFrom(query));
  }
}

absl::Status SqliteHubStore::PutUnit(const UnitRow& row) {
  return Run(HubSql::kPutUnit, row.unit, row.hub_line, row.held, row.dangling, row.exclusions);
}

absl::StatusOr<std::vector<LineRow>> SqliteHubStore::LinesOf(uint32_t unit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kLines));
  Query query(*statement, unit);
  std::vector<LineRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({static_cast<uint32_t>(query.Int(0)), unit, DeviceId{static_cast<uint32_t>(query.Int(1))},
                    static_cast<uint32_t>(query.Int(2)), static_cast<Seq>(query.Int(3)),
                    static_cast<Seq>(query.Int(4)), HashFrom(query.Bytes(5))});
  }
}

absl::StatusOr<uint32_t> SqliteHubStore::AddLine(const LineRow& row) {
  MOTCUA_RETURN_IF_ERROR(Run(HubSql::kAddLine, row.unit, row.device.value, row.parent, row.fork_seq,
                             row.end_seq, Blob(AsBytes(row.end_hash))));
  return static_cast<uint32_t>(database_->last_insert_id());
}

absl::Status SqliteHubStore::MoveEnd(uint32_t line, Seq end_seq, const Hash& end_hash) {
  return Run(HubSql::kMoveEnd, end_seq, Blob(AsBytes(end_hash)), line);
}

absl::Status SqliteHubStore::AddSegment(const SegmentRow& row) {
  return Run(HubSql::kAddSegment, PlaceKey(row.line, row.first), row.last, row.catalog, row.received_s,
             Blob(AsBytes(row.parent_hash)), Blob(AsBytes(row.end_hash)), Blob(row.bytes));
}

absl::StatusOr<SegmentRow> SqliteHubStore::SegmentAt(uint32_t line, Seq seq) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kSegmentAt));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, seq));
  MOTCUA_ASSIGN_OR_RETURN(const bool found, query.Next());
  SegmentRow row;
  if (found) row = SegmentFrom(query);
  if (row.last >= seq) return row;
  return absl::DataLossError(
      Say(absl::StrCat("Nhật ký của máy chủ tổng hợp thiếu lượt ghi ", seq, " của nhánh ", line,
                       "; hãy khôi phục từ bản sao lưu."),
          absl::StrCat("The hub's log lacks entry ", seq, " of line ", line, "; restore from a backup.")));
}

absl::Status SqliteHubStore::ForEachSegment(uint32_t line,
                                            const std::function<absl::Status(const SegmentRow&)>& visit) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kSegments));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return absl::OkStatus();
    MOTCUA_RETURN_IF_ERROR(visit(SegmentFrom(query)));
  }
}

absl::Status SqliteHubStore::AddSpan(const SpanRow& row) {
  return Run(HubSql::kAddSpan, PlaceKey(row.line, row.first), row.last, row.day_first.number, row.day_last.number,
             row.decides);
}

absl::StatusOr<std::vector<SpanRow>> SqliteHubStore::SpansOf(uint32_t line, Seq from) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kSpans));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX), from);
  std::vector<SpanRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({line, SeqOfKey(query.Int(0)), static_cast<Seq>(query.Int(1)), Day{static_cast<int32_t>(query.Int(2))},
                    Day{static_cast<int32_t>(query.Int(3))}, query.Int(4) != 0});
  }
}

absl::Status SqliteHubStore::PutSkeleton(const SkeletonRow& row) {
  return Run(HubSql::kPutSkeleton, PlaceKey(row.line, row.seq), row.dangling, Blob(row.bytes));
}

absl::StatusOr<std::vector<SkeletonRow>> SqliteHubStore::SkeletonRows(HubSql sql, uint32_t line) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(sql));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  std::vector<SkeletonRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({line, SeqOfKey(query.Int(0)), query.Int(1) != 0, std::string(query.Bytes(2))});
  }
}

absl::StatusOr<std::vector<SkeletonRow>> SqliteHubStore::SkeletonOf(uint32_t line) {
  return SkeletonRows(HubSql::kSkeletons, line);
}

absl::Status SqliteHubStore::PutReview(const SkeletonRow& row) {
  return Run(HubSql::kPutReview, PlaceKey(row.line, row.seq), row.dangling, Blob(row.bytes));
}

absl::StatusOr<std::vector<SkeletonRow>> SqliteHubStore::ReviewsOf(uint32_t line) {
  return SkeletonRows(HubSql::kReviews, line);
}

absl::Status SqliteHubStore::AddHeld(uint32_t line, Seq seq) {
  return Run(HubSql::kAddHeld, PlaceKey(line, seq));
}

absl::StatusOr<std::vector<Seq>> SqliteHubStore::HeldOf(uint32_t line) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kHeld));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  std::vector<Seq> seqs;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return seqs;
    seqs.push_back(SeqOfKey(query.Int(0)));
  }
}

absl::Status SqliteHubStore::RemoveHeld(uint32_t line) {
  return Run(HubSql::kRemoveHeld, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
}

absl::Status SqliteHubStore::AddImport(const ImportRow& row) {
  return Run(HubSql::kAddImport, PlaceKey(row.line, row.seq), row.rows, Blob(AsBytes(row.digest)),
             row.file_name);
}

absl::StatusOr<std::vector<ImportRow>> SqliteHubStore::ImportsOf(uint32_t line) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kImports));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  return ImportsFrom(query);
}

absl::StatusOr<std::vector<ImportRow>> SqliteHubStore::ImportsOf(const Hash& digest) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kImportsOfDigest));
  Query query(*statement, Blob(AsBytes(digest)));
  return ImportsFrom(query);
}

absl::Status SqliteHubStore::MarkDoubled(uint32_t unit, const Hash& digest) {
  return Run(HubSql::kMarkDoubled, unit, Blob(AsBytes(digest)));
}

absl::StatusOr<std::vector<DoubledRow>> SqliteHubStore::Doubled() {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kDoubled));
  Query query(*statement);
  std::vector<DoubledRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({static_cast<uint32_t>(query.Int(0)), HashFrom(query.Bytes(1))});
  }
}

absl::Status SqliteHubStore::AddSubmission(const SubmissionRow& row) {
  return Run(HubSql::kAddSubmission, PlaceKey(row.line, row.seq), row.nothing_to_report, row.period,
             row.signer);
}

absl::StatusOr<std::vector<SubmissionRow>> SqliteHubStore::SubmissionsOf(uint32_t line) {
  MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(HubSql::kSubmissions));
  Query query(*statement, PlaceKey(line, 0), PlaceKey(line, UINT32_MAX));
  std::vector<SubmissionRow> rows;
  while (true) {
    MOTCUA_ASSIGN_OR_RETURN(const bool row, query.Next());
    if (!row) return rows;
    rows.push_back({line, SeqOfKey(query.Int(0)), std::string(query.Text(2)), query.Int(1) != 0,
                    std::string(query.Text(3))});
  }
}

}  // namespace motcua
