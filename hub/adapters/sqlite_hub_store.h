// The embedded HubStore: one SQLite file, one connection. See hub_store.h for the promises and common/sqlite
// for what makes them true (WAL, synchronous=FULL, one writer).
//
// Every statement is prepared on first use and kept. Threads: one.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "hub/adapters/sqlite_hub_statements.h"
#include "hub/core/hub_store.h"

namespace motcua {

class SqliteHubStore final : public HubStore {
 public:
  // kFailedPrecondition: from a newer version. kDataLoss: damaged, or not a database.
  static absl::StatusOr<std::unique_ptr<SqliteHubStore>> Open(const std::string& path,
                                                              DatabaseOptions options);

  // For tests and maintenance: limits, checkpoints, integrity.
  Database& database() { return *database_; }

  absl::Status Begin() override;
  absl::StatusOr<UnitRow> BeginUnit(uint32_t unit) override;
  absl::Status Commit() override;
  void Rollback() override;

  absl::StatusOr<std::string> Meta(const std::string& key) override;
  absl::Status PutMeta(const std::string& key, absl::string_view value) override;
  absl::Status ForEachCode(const std::function<void(CodeKind, uint32_t, const std::string&)>& visit) override;
  absl::Status AddCode(CodeKind kind, uint32_t id, const std::string& text) override;
  absl::Status AddCatalog(const CatalogRow& row) override;
  absl::StatusOr<CatalogRow> NewestCatalog() override;
  absl::StatusOr<CatalogRow> FindCatalog(const Hash& version) override;
  absl::StatusOr<CatalogRow> FindCatalog(uint32_t number) override;

  absl::StatusOr<UnitRow> Unit(uint32_t unit) override;
  absl::Status PutUnit(const UnitRow& row) override;
  absl::StatusOr<std::vector<UnitRow>> Units() override;
  absl::StatusOr<std::vector<LineRow>> LinesOf(uint32_t unit) override;
  absl::StatusOr<uint32_t> AddLine(const LineRow& row) override;
  absl::Status MoveEnd(uint32_t line, Seq end_seq, const Hash& end_hash) override;
  absl::Status AddSegment(const SegmentRow& row) override;
  absl::StatusOr<SegmentRow> SegmentAt(uint32_t line, Seq seq) override;
  absl::Status ForEachSegment(uint32_t line,
                              const std::function<absl::Status(const SegmentRow&)>& visit) override;
  absl::Status AddSpan(const SpanRow& row) override;
  absl::StatusOr<std::vector<SpanRow>> SpansOf(uint32_t line, Seq from) override;
  absl::Status PutSkeleton(const SkeletonRow& row) override;
  absl::StatusOr<std::vector<SkeletonRow>> SkeletonOf(uint32_t line) override;
  absl::Status PutReview(const SkeletonRow& row) override;
  absl::StatusOr<std::vector<SkeletonRow>> ReviewsOf(uint32_t line) override;
  absl::Status AddHeld(uint32_t line, Seq seq) override;
  absl::StatusOr<std::vector<Seq>> HeldOf(uint32_t line) override;
  absl::Status RemoveHeld(uint32_t line) override;
  absl::Status AddImport(const ImportRow& row) override;
  absl::StatusOr<std::vector<ImportRow>> ImportsOf(uint32_t line) override;
  absl::StatusOr<std::vector<ImportRow>> ImportsOf(const Hash& digest) override;
  absl::Status MarkDoubled(uint32_t unit, const Hash& digest) override;
  absl::StatusOr<std::vector<DoubledRow>> Doubled() override;
  absl::Status AddSubmission(const SubmissionRow& row) override;
  absl::StatusOr<std::vector<SubmissionRow>> SubmissionsOf(uint32_t line) override;
  absl::Status AddPeriod(const PeriodRow& row) override;
  absl::StatusOr<std::vector<PeriodRow>> PeriodsOf(uint32_t line) override;
  absl::StatusOr<std::vector<PeriodRow>> Periods(const std::string& period) override;
  absl::Status PutFrozen(const Hash& digest, absl::string_view bytes) override;
  absl::StatusOr<std::string> Frozen(const Hash& digest) override;

  absl::StatusOr<std::vector<StagedRunRow>> StagedRunsOf(uint32_t unit) override;
  absl::StatusOr<uint32_t> AddStagedRun(const StagedRunRow& row) override;
  absl::Status PutStagedRun(const StagedRunRow& row) override;
  absl::Status AddStagedPiece(const StagedPieceRow& row) override;
  absl::StatusOr<StagedPieceRow> StagedPiece(uint32_t run, Seq first) override;
  absl::Status RemoveStagedRun(uint32_t run) override;

  absl::StatusOr<std::optional<CellRow>> Cell(CellTable table, uint64_t key) override;
  absl::Status PutCell(CellTable table, uint64_t key, const CellRow& row) override;
  absl::Status RemoveCells(CellTable table, uint64_t begin, uint64_t end) override;
  absl::Status ForEachCell(CellTable table, uint64_t begin, uint64_t end,
                           const std::function<void(uint64_t, const CellRow&)>& visit) override;
  absl::Status ForEachValue(
      CellTable table, uint64_t begin, uint64_t end,
      const std::function<void(uint64_t, const Value&, uint32_t flags)>& visit) override;
  absl::Status ForEachOpenCell(CellTable table, uint64_t begin, uint64_t end,
                               const std::function<void(uint64_t, const CellRow&)>& visit) override;
  absl::StatusOr<bool> AnyCell(CellTable table, uint64_t begin, uint64_t end) override;
  absl::Status AddToRollup(uint64_t key, int64_t value, int64_t units) override;
  absl::Status ForEachRollup(uint64_t begin, uint64_t end,
                             const std::function<void(uint64_t, const RollupRow&)>& visit) override;
  absl::Status RemoveRollups() override;

  absl::StatusOr<DeviceRow> Device(DeviceId device) override;
  absl::Status PutDevice(const DeviceRow& row) override;
  absl::StatusOr<std::vector<DeviceRow>> Devices() override;
  absl::StatusOr<CertificateRow> Certificate(const std::string& serial) override;
  absl::Status PutCertificate(const CertificateRow& row) override;
  absl::StatusOr<std::vector<CertificateRow>> CertificatesOf(DeviceId device) override;
  absl::StatusOr<HeartbeatRow> Heartbeat(DeviceId device) override;
  absl::Status PutHeartbeat(DeviceId device, const HeartbeatRow& row) override;
  absl::Status AddDeviceNote(const DeviceNoteRow& row) override;
  absl::StatusOr<std::vector<DeviceNoteRow>> DeviceNotes(DeviceId device) override;
  absl::StatusOr<TokenRow> Token(const Hash& secret_hash) override;
  absl::Status PutToken(const TokenRow& row) override;

 private:
  explicit SqliteHubStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::StatusOr<Statement*> Use(HubSql sql);
  template <typename... Args>
  absl::Status Run(HubSql sql, const Args&... args) {
    MOTCUA_ASSIGN_OR_RETURN(Statement * statement, Use(sql));
    return statement->Run(args...);
  }
  absl::Status VisitCells(HubSql sql, uint64_t begin, uint64_t end,
                          const std::function<void(uint64_t, const CellRow&)>& visit);
  absl::StatusOr<std::vector<SkeletonRow>> SkeletonRows(HubSql sql, uint32_t line);
  absl::StatusOr<CatalogRow> OneCatalog(Query& query);

  std::unique_ptr<Database> database_;
  std::array<Statement, static_cast<std::size_t>(HubSql::kCount)>
      statements_;  // after database_: finalised before it closes
  std::optional<Transaction> transaction_;
};

}  // namespace motcua
