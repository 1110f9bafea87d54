// Verification: the log's chains, and every stored fact against a fold of the log in memory.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "common/base/language.h"
#include "hub/core/cell_writer.h"
#include "hub/core/fact_key.h"
#include "hub/core/hub.h"
#include "hub/core/hub_work.h"

namespace motcua {
namespace {

using CellRows = std::map<uint64_t, CellRow>;

// Postings in a fixed order: the stored one is that of arrival, which a fold does not depend on.
std::string SortedPostings(absl::string_view bytes) {
  absl::StatusOr<std::vector<StoredPosting>> postings = ReadPostings(bytes);
  if (!postings.ok()) return std::string(bytes);
  std::sort(postings->begin(), postings->end(), [](const StoredPosting& a, const StoredPosting& b) {
    return std::pair(a.line, a.seq) < std::pair(b.line, b.seq);
  });
  std::string sorted;
  for (const StoredPosting& posting : *postings) AppendPosting(posting, &sorted);
  return sorted;
}

// The hub's ids of the ledger's lines: both number them in the order of the stored lines.
absl::StatusOr<CellRow> ExpectedRow(const UnitLedger& ledger, const Forks& forks, const UnitLog& log,
                                    const Cell& cell, CellTable table) {
  const std::vector<Posting> postings = ledger.PostingsOf(cell);
  MOTCUA_ASSIGN_OR_RETURN(CellRow row, FoldRow(postings, ledger.causality(), forks, table));
  std::string bytes;
  for (const Posting& posting : postings) {
    StoredPosting stored;
    stored.line = log.row(posting.at.line).id;
    stored.seq = posting.at.seq;
    stored.role = posting.role;
    stored.restates = posting.restates;
    stored.delta = posting.delta;
    stored.h8 = posting.restates ? posting.name.h8 : 0;
    stored.value = posting.value;
    AppendPosting(stored, &bytes);
  }
  row.postings = SortedPostings(bytes);
  return row;
}

// What stands in the unit's logs of periods: the rows by which it is found, and what its locks froze.
class PeriodVerifier {
 public:
  PeriodVerifier(HubStore* store, CatalogShelf* shelf, std::string unit, std::vector<std::string>* findings)
      : store_(*store), shelf_(*shelf), unit_(std::move(unit)), findings_(*findings) {}

  absl::Status Check(const UnitLedger& ledger, const UnitLog& log) {
    std::map<std::pair<uint32_t, Seq>, std::string> stored;
    for (LineId line = 0; line < log.tree().size(); ++line) {
      MOTCUA_ASSIGN_OR_RETURN(std::vector<PeriodRow> rows, store_.PeriodsOf(log.row(line).id));
      for (PeriodRow& row : rows) stored.emplace(std::pair(row.line, row.seq), std::move(row.entry));
    }
    // Entries of one revision whose ends did not fit into one are one part.
    std::map<std::tuple<std::string, std::string, uint32_t, Hash>, PeriodBody::Frozen> parts;
    for (const Position& at : ledger.OfKind(EntryKind::kPeriod)) {
      if (ledger.tree().line(at.line).device != kHubDevice) continue;
      const Entry entry = ledger.EntryAt(at);
      std::string bytes;
      AppendCanonical(entry, &bytes);
      const auto row = stored.find({log.row(at.line).id, at.seq});
      if (row == stored.end() || row->second != bytes) NotIndexed(ledger.NameAt(at));
      if (row != stored.end()) stored.erase(row);
      const auto& body = std::get<PeriodBody>(entry.body);
      if (!body.freezes()) continue;
      auto [part, fresh] = parts.try_emplace({body.period, body.area, body.revision, body.frozen.coverage}, body.frozen);
      if (!fresh) {
        part->second.covers.insert(part->second.covers.end(), body.frozen.covers.begin(), body.frozen.covers.end());
      }
    }
    for (const auto& [place, bytes] : stored) NotIndexed({kHubDevice, place.second, 0});
    for (const auto& [key, frozen] : parts) {
      MOTCUA_RETURN_IF_ERROR(CheckFigures(ledger, std::get<0>(key), std::get<1>(key), std::get<2>(key), frozen));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckFigures(const UnitLedger& ledger, const std::string& period, const std::string& area,
                            uint32_t revision, const PeriodBody::Frozen& frozen) {
    const absl::StatusOr<std::shared_ptr<const Catalog>> catalog = shelf_.Open(frozen.catalog);
    if (absl::IsFailedPrecondition(catalog.status())) return absl::OkStatus();  // lost with a hub; the lock says so itself
    MOTCUA_RETURN_IF_ERROR(catalog.status());
    const absl::StatusOr<PeriodArea> there = FindPeriodArea(*catalog, period, area);
    if (!there.ok()) return Differ(period, area, revision);
    MOTCUA_ASSIGN_OR_RETURN(const UnitLedger covered, CoveredPart(ledger, frozen.covers));
    std::vector<FrozenFact> facts = FoldFacts(covered, **catalog, there->period->to);
    const FrozenFigures figures = Freeze(&facts);
    if (figures.digest != frozen.figures) return Differ(period, area, revision);
    // What is stored of it must be what it says it is; it may be missing, then the log gives it.
    bool intact = IsIntact(figures.digest);
    for (const FrozenPart& piece : figures.parts) intact = intact && IsIntact(piece.digest);
    return intact ? absl::OkStatus() : Differ(period, area, revision);
  }

  bool IsIntact(const Hash& digest) {
    const absl::Status read = ReadFrozen(store_, digest).status();
    return read.ok() || absl::IsNotFound(read);
  }

  absl::Status Differ(const std::string& period, const std::string& area, uint32_t revision) {
    findings_.push_back(
        Say(absl::StrCat("Đơn vị ", unit_, ": số liệu đã chốt của kỳ ", period, " (", area, "), bản ", revision,
                         ", khác với nhật ký."),
            absl::StrCat("Unit ", unit_, ": the frozen figures of period ", period, " (", area, "), revision ", revision,
                         ", differ from the log.")));
    return absl::OkStatus();
  }

  void NotIndexed(const EntryName& name) {
    findings_.push_back(Say(absl::StrCat("Đơn vị ", unit_, ": quyết định về kỳ ", FormatEntryName(name),
                                         " lưu khác với nhật ký."),
                            absl::StrCat("Unit ", unit_, ": the decision ", FormatEntryName(name),
                                         " about a period is stored differently from the log.")));
  }

  HubStore& store_;
  CatalogShelf& shelf_;
  const std::string unit_;
  std::vector<std::string>& findings_;
};

// A number that no code has stands in a damaged row; it is shown as it is.
std::string CodeOrNumber(const CodeIds& ids, CodeKind kind, uint32_t number) {
  const absl::StatusOr<absl::string_view> code = ids.Text(kind, number);
  return code.ok() ? std::string(*code) : absl::StrCat("#", number);
}

std::string Show(const CellRow* row) {
  return row == nullptr ? Say("không có", "none")
                        : absl::StrCat(FormatValue(row->value), " [", row->flags, "]");
}

}  // namespace

// Compares one unit with its log; roll-ups gather what it contributes.
class UnitVerifier {
 public:
  UnitVerifier(HubStore* store, CodeIds* ids, CellCoder* coder, std::string unit, uint32_t id,
               std::vector<std::string>* findings)
      : store_(*store), ids_(*ids), coder_(*coder), unit_(std::move(unit)), id_(id), findings_(*findings) {}

  absl::Status Check(const UnitLedger& ledger, const UnitLog& log, Rollups& rollups) {
    const Forks forks = ledger.LoadForks();
    for (const Cell& cell : ledger.Cells()) {
      if (cell.unit != unit_) continue;
      MOTCUA_ASSIGN_OR_RETURN(const std::optional<CodedCell> coded, coder_.Code(cell));
      if (!coded) continue;
      MOTCUA_ASSIGN_OR_RETURN(CellRow row, ExpectedRow(ledger, forks, log, cell, coded->table()));
      const uint64_t key = PackCell(id_, cell.day, *coded);
      if (coded->table() == CellTable::kCounters) {
        MOTCUA_RETURN_IF_ERROR(rollups.Change(unit_, key, {}, ContributionOf(row.value)));
      }
      expected_[coded->table()].emplace(key, std::move(row));
    }
    MOTCUA_RETURN_IF_ERROR(Compare(CellTable::kCounters));
    return Compare(CellTable::kRegisters);
  }

 private:
  absl::Status Compare(CellTable table) {
    CellRows& expected = expected_[table];
    MOTCUA_RETURN_IF_ERROR(store_.ForEachCell(
        table, OwnerBegin(id_), OwnerBegin(id_ + 1), [&](uint64_t key, const CellRow& stored) {
          const auto found = expected.find(key);
          CellRow sorted = stored;
          sorted.postings = SortedPostings(stored.postings);
          const bool same = found != expected.end() && found->second == sorted;
          if (!same) Report(table, key, &stored, found == expected.end() ? nullptr : &found->second);
          if (found != expected.end()) expected.erase(found);
        }));
    for (const auto& [key, row] : expected) Report(table, key, nullptr, &row);
    return absl::OkStatus();
  }

  void Report(CellTable table, uint64_t key, const CellRow* stored, const CellRow* folded) {
    const FactKey at = table == CellTable::kCounters ? UnpackCounter(key) : UnpackRegister(key);
    const std::string cell =
        FormatCell({unit_, at.day, CodeOrNumber(ids_, CodeKind::kProcedure, at.procedure),
                    CodeOrNumber(ids_, CodeKind::kChannel, at.channel),
                    CodeOrNumber(ids_, CodeKind::kMeasure, at.measure)});
    findings_.push_back(
        Say(absl::StrCat("Ô ", cell, ": lưu ", Show(stored), ", tính từ nhật ký ", Show(folded), "."),
            absl::StrCat("Cell ", cell, ": stored ", Show(stored), ", by the log ", Show(folded), ".")));
  }

  HubStore& store_;
  CodeIds& ids_;
  CellCoder& coder_;
  std::string unit_;
  uint32_t id_;
  std::vector<std::string>& findings_;
  std::map<CellTable, CellRows> expected_;
};

namespace {

// What runs are said to be about, against their entries.
absl::Status CheckSpans(HubStore& store, UnitLog* log, const std::string& unit, std::vector<std::string>& findings) {
  for (LineId line = 0; line < log->tree().size(); ++line) {
    const uint32_t id = log->row(line).id;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SpanRow> spans, store.SpansOf(id, 0));
    for (const SpanRow& span : spans) {
      std::vector<Entry> entries;
      const bool inside = log->row(line).fork_seq < span.first && span.first <= span.last && span.last <= log->row(line).end_seq;
      if (inside) {
        MOTCUA_RETURN_IF_ERROR(log->Read(line, span.first, span.last, [&](const Entry& entry, const Hash&) {
          entries.push_back(entry);
          return absl::OkStatus();
        }));
      }
      if (inside && SpanOf(id, entries) == span) continue;
      findings.push_back(Say(absl::StrCat("Đơn vị ", unit, ": các ngày lưu cho lượt ", span.first, "–", span.last, " của nhánh ",
                                          id, " không khớp với nhật ký."),
                             absl::StrCat("Unit ", unit, ": the days stored for entries ", span.first, "–", span.last,
                                          " of line ", id, " do not match the log.")));
    }
  }
  return absl::OkStatus();
}

absl::Status CompareRollups(HubStore& store, const CodeIds& ids, std::map<uint64_t, RollupRow> expected,
                            std::vector<std::string>& findings) {
  const auto report = [&](uint64_t key, const RollupRow& stored, const RollupRow& summed) {
    const FactKey at = UnpackCounter(key);
    const std::string where =
        absl::StrCat(CodeOrNumber(ids, CodeKind::kScope, at.owner), " ", FormatDay(at.day), " ",
                     CodeOrNumber(ids, CodeKind::kProcedure, at.procedure), " ",
                     CodeOrNumber(ids, CodeKind::kChannel, at.channel), " ",
                     CodeOrNumber(ids, CodeKind::kMeasure, at.measure));
    findings.push_back(Say(absl::StrCat("Tổng ", where, ": lưu ", stored.value, " của ", stored.units,
                                        " đơn vị, cộng lại ", summed.value, " của ", summed.units, "."),
                           absl::StrCat("Roll-up ", where, ": stored ", stored.value, " of ", stored.units,
                                        " units, summed ", summed.value, " of ", summed.units, ".")));
  };
  MOTCUA_RETURN_IF_ERROR(
      store.ForEachRollup(0, OwnerBegin(kOwnersMax + 1), [&](uint64_t key, const RollupRow& stored) {
        const auto found = expected.find(key);
        if (found == expected.end()) return report(key, stored, {});
        if (!(found->second == stored)) report(key, stored, found->second);
        expected.erase(found);
      }));
  for (const auto& [key, summed] : expected) report(key, {}, summed);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> Hub::Verify() {
  MutexLock lock(&mutex_);
  std::vector<std::string> findings;
  Work work(this);  // numbers that only this check asks for are forgotten again
  MOTCUA_RETURN_IF_ERROR(work.Begin());
  Rollups rollups(shelf_.current().get(), &ids_);
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<UnitRow> units, parts_.store->Units());
  for (const UnitRow& row : units) {
    const std::string unit = CodeOrNumber(ids_, CodeKind::kUnit, row.unit);
    const absl::StatusOr<UnitLedger> ledger = LedgerOf(row.unit);
    if (!ledger.ok()) {
      findings.push_back(absl::StrCat(Say("Đơn vị ", "Unit "), unit, ": ", ledger.status().message()));
      continue;
    }
    MOTCUA_ASSIGN_OR_RETURN(UnitLog log, UnitLog::Load(parts_.store, &shelf_, row.unit));
    if (ledger->tree().size() != log.tree().size() || ledger->Ends() != log.Ends()) {
      findings.push_back(Say(absl::StrCat("Đơn vị ", unit, ": các nhánh lưu không khớp với nhật ký."),
                             absl::StrCat("Unit ", unit, ": the stored lines do not match the log.")));
      continue;
    }
    UnitVerifier verifier(parts_.store, &ids_, coder_.get(), unit, row.unit, &findings);
    MOTCUA_RETURN_IF_ERROR(verifier.Check(*ledger, log, rollups));
    MOTCUA_RETURN_IF_ERROR(PeriodVerifier(parts_.store, &shelf_, unit, &findings).Check(*ledger, log));
    MOTCUA_RETURN_IF_ERROR(CheckSpans(*parts_.store, &log, unit, findings));
  }
  MOTCUA_RETURN_IF_ERROR(CompareRollups(*parts_.store, ids_, rollups.Sums(), findings));
  return findings;
}

}  // namespace motcua
