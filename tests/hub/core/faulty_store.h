// FaultyStore stands between a hub and its store: it counts the calls, and the one it is told to fail answers
// an error without doing anything. Reads fail like writes: a disk that is dying fails anywhere.
#pragma once

#include <utility>

#include "hub/core/hub_store.h"

namespace motcua {

class FaultyStore : public HubStore {
 public:
  explicit FaultyStore(HubStore* inner) : inner_(*inner) {}

  // The n-th call from now (1: the next) answers `status`, and so does every call after it while `for_good`.
  void FailAt(int n, absl::Status status, bool for_good = false) {
    fail_in_ = n;
    status_ = std::move(status);
    for_good_ = for_good;
  }
  void Mend() { fail_in_ = 0; }
  bool failed() const { return fail_in_ < 0; }
  int calls() const { return calls_; }
  int segment_reads() const { return segment_reads_; }

  absl::Status Begin() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Begin();
  }
  absl::StatusOr<UnitRow> BeginUnit(uint32_t unit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.BeginUnit(unit);
  }
  absl::Status Commit() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Commit();
  }
  void Rollback() override { inner_.Rollback(); }

  absl::StatusOr<std::string> Meta(const std::string& key) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Meta(key);
  }
  absl::Status PutMeta(const std::string& key, absl::string_view value) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutMeta(key, value);
  }
  absl::Status ForEachCode(
      const std::function<void(CodeKind, uint32_t, const std::string&)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachCode(visit);
  }
  absl::Status AddCode(CodeKind kind, uint32_t id, const std::string& text) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddCode(kind, id, text);
  }
  absl::Status AddCatalog(const CatalogRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddCatalog(row);
  }
  absl::StatusOr<CatalogRow> NewestCatalog() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.NewestCatalog();
  }
  absl::StatusOr<CatalogRow> FindCatalog(const Hash& version) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.FindCatalog(version);
  }
  absl::StatusOr<CatalogRow> FindCatalog(uint32_t number) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.FindCatalog(number);
  }

  absl::StatusOr<UnitRow> Unit(uint32_t unit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Unit(unit);
  }
  absl::Status PutUnit(const UnitRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutUnit(row);
  }
  absl::StatusOr<std::vector<UnitRow>> Units() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Units();
  }
  absl::StatusOr<std::vector<LineRow>> LinesOf(uint32_t unit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.LinesOf(unit);
  }
  absl::StatusOr<uint32_t> AddLine(const LineRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddLine(row);
  }
  absl::Status MoveEnd(uint32_t line, Seq end_seq, const Hash& end_hash) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.MoveEnd(line, end_seq, end_hash);
  }
  absl::Status AddSegment(const SegmentRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddSegment(row);
  }
  absl::StatusOr<SegmentRow> SegmentAt(uint32_t line, Seq seq) override {
    ++segment_reads_;
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.SegmentAt(line, seq);
  }
  absl::Status ForEachSegment(uint32_t line,
                              const std::function<absl::Status(const SegmentRow&)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachSegment(line, visit);
  }
  absl::Status AddSpan(const SpanRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddSpan(row);
  }
  absl::StatusOr<std::vector<SpanRow>> SpansOf(uint32_t line, Seq from) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.SpansOf(line, from);
  }
  absl::Status PutSkeleton(const SkeletonRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutSkeleton(row);
  }
  absl::StatusOr<std::vector<SkeletonRow>> SkeletonOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.SkeletonOf(line);
  }
  absl::Status PutReview(const SkeletonRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutReview(row);
  }
  absl::StatusOr<std::vector<SkeletonRow>> ReviewsOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ReviewsOf(line);
  }
  absl::Status AddHeld(uint32_t line, Seq seq) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddHeld(line, seq);
  }
  absl::StatusOr<std::vector<Seq>> HeldOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.HeldOf(line);
  }
  absl::Status RemoveHeld(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.RemoveHeld(line);
  }
  absl::Status AddImport(const ImportRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddImport(row);
  }
  absl::StatusOr<std::vector<ImportRow>> ImportsOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ImportsOf(line);
  }
  absl::StatusOr<std::vector<ImportRow>> ImportsOf(const Hash& digest) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ImportsOf(digest);
  }
  absl::Status MarkDoubled(uint32_t unit, const Hash& digest) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.MarkDoubled(unit, digest);
  }
  absl::StatusOr<std::vector<DoubledRow>> Doubled() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Doubled();
  }
  absl::Status AddSubmission(const SubmissionRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddSubmission(row);
  }
  absl::Status AddPeriod(const PeriodRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddPeriod(row);
  }
  absl::StatusOr<std::vector<PeriodRow>> PeriodsOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PeriodsOf(line);
  }
  absl::StatusOr<std::vector<PeriodRow>> Periods(const std::string& period) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Periods(period);
  }
  absl::Status PutFrozen(const Hash& digest, absl::string_view bytes) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutFrozen(digest, bytes);
  }
  absl::StatusOr<std::string> Frozen(const Hash& digest) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Frozen(digest);
  }
  absl::StatusOr<std::vector<SubmissionRow>> SubmissionsOf(uint32_t line) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.SubmissionsOf(line);
  }

  absl::StatusOr<std::vector<StagedRunRow>> StagedRunsOf(uint32_t unit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.StagedRunsOf(unit);
  }
  absl::StatusOr<uint32_t> AddStagedRun(const StagedRunRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddStagedRun(row);
  }
  absl::Status PutStagedRun(const StagedRunRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutStagedRun(row);
  }
  absl::Status AddStagedPiece(const StagedPieceRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddStagedPiece(row);
  }
  absl::StatusOr<StagedPieceRow> StagedPiece(uint32_t run, Seq first) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.StagedPiece(run, first);
  }
  absl::Status RemoveStagedRun(uint32_t run) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.RemoveStagedRun(run);
  }

  absl::StatusOr<std::optional<CellRow>> Cell(CellTable table, uint64_t key) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Cell(table, key);
  }
  absl::Status PutCell(CellTable table, uint64_t key, const CellRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutCell(table, key, row);
  }
  absl::Status RemoveCells(CellTable table, uint64_t begin, uint64_t end) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.RemoveCells(table, begin, end);
  }
  absl::Status ForEachCell(CellTable table, uint64_t begin, uint64_t end,
                           const std::function<void(uint64_t, const CellRow&)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachCell(table, begin, end, visit);
  }
  absl::Status ForEachValue(
      CellTable table, uint64_t begin, uint64_t end,
      const std::function<void(uint64_t, const Value&, uint32_t flags)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachValue(table, begin, end, visit);
  }
  absl::Status ForEachOpenCell(CellTable table, uint64_t begin, uint64_t end,
                               const std::function<void(uint64_t, const CellRow&)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachOpenCell(table, begin, end, visit);
  }
  absl::StatusOr<bool> AnyCell(CellTable table, uint64_t begin, uint64_t end) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AnyCell(table, begin, end);
  }
  absl::Status AddToRollup(uint64_t key, int64_t value, int64_t units) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddToRollup(key, value, units);
  }
  absl::Status ForEachRollup(uint64_t begin, uint64_t end,
                             const std::function<void(uint64_t, const RollupRow&)>& visit) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.ForEachRollup(begin, end, visit);
  }
  absl::Status RemoveRollups() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.RemoveRollups();
  }

  absl::StatusOr<DeviceRow> Device(DeviceId device) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Device(device);
  }
  absl::Status PutDevice(const DeviceRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutDevice(row);
  }
  absl::StatusOr<std::vector<DeviceRow>> Devices() override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Devices();
  }
  absl::StatusOr<CertificateRow> Certificate(const std::string& serial) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Certificate(serial);
  }
  absl::Status PutCertificate(const CertificateRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutCertificate(row);
  }
  absl::StatusOr<std::vector<CertificateRow>> CertificatesOf(DeviceId device) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.CertificatesOf(device);
  }
  absl::StatusOr<HeartbeatRow> Heartbeat(DeviceId device) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Heartbeat(device);
  }
  absl::Status PutHeartbeat(DeviceId device, const HeartbeatRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutHeartbeat(device, row);
  }
  absl::Status AddDeviceNote(const DeviceNoteRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.AddDeviceNote(row);
  }
  absl::StatusOr<std::vector<DeviceNoteRow>> DeviceNotes(DeviceId device) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.DeviceNotes(device);
  }
  absl::StatusOr<TokenRow> Token(const Hash& secret_hash) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.Token(secret_hash);
  }
  absl::Status PutToken(const TokenRow& row) override {
    MOTCUA_RETURN_IF_ERROR(Meet());
    return inner_.PutToken(row);
  }

 private:
  absl::Status Meet() {
    ++calls_;
    if (fail_in_ < 0 && for_good_) return status_;
    if (fail_in_ <= 0 || --fail_in_ > 0) return absl::OkStatus();
    fail_in_ = -1;
    return status_;
  }

  HubStore& inner_;
  int calls_ = 0;
  int segment_reads_ = 0;
  int fail_in_ = 0;  // 0: no fault is set; −1: it has happened
  bool for_good_ = false;
  absl::Status status_;
};

}  // namespace motcua
