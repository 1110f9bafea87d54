#include "hub/core/cell_writer.h"

#include <algorithm>

#include "common/ledger/canonical.h"
#include "hub/core/fact_key.h"

namespace motcua {
namespace {

// Sums are kept by steps only while they are far from the edge of 64 bits; beyond it folding saturates.
constexpr int64_t kPlainMax = int64_t{1} << 60;
// So many numbers of a batch on top of that are still far from the edge, however large each is.
constexpr std::size_t kPlainAddsMax = 256;
static_assert(kPlainMax + static_cast<int64_t>(kPlainAddsMax) * kNumberMax < int64_t{1} << 62);

bool FromPaper(const StoredPosting& posting) { return posting.role == Role::kHub && !posting.restates; }

// Whether the hub added something from paper and somebody else added too.
bool PaperBesideDesks(const std::vector<StoredPosting>& postings) {
  bool paper = false, desks = false;
  for (const StoredPosting& posting : postings) (FromPaper(posting) ? paper : desks) = true;
  return paper && desks;
}

uint32_t FlagsOf(const CellState& state) {
  return (state.known ? kCellKnown : 0u) | (state.provisional ? kCellProvisional : 0u) |
         (state.conflict ? kCellConflict : 0u) | (state.overlap ? kCellOverlap : 0u);
}

}  // namespace

absl::StatusOr<CellRow> FoldRow(std::vector<Posting> postings, const Causality& causality, const Forks& forks,
                                CellTable table) {
  const bool counter = table == CellTable::kCounters;
  const CellState state =
      FoldCell(postings, causality, counter ? MeasureNature::kCounter : MeasureNature::kRegister);
  CellRow row;
  row.value = state.value;
  row.flags = FlagsOf(state);
  for (const Posting& posting : postings) {
    if (posting.restates) row.flags |= kCellRestated;
    if (causality.ExcludedBy(posting.at)) row.flags |= kCellExcluded;
  }
  if (!forks.OpenFor(PlacesThatCount(postings, state)).empty()) row.flags |= kCellForked;
  return row;
}

absl::Status CellWriter::RefoldWhere(uint32_t unit, const std::function<bool(uint32_t flags)>& wanted) {
  for (const CellTable table : {CellTable::kCounters, CellTable::kRegisters}) {
    MOTCUA_RETURN_IF_ERROR(store_.ForEachValue(table, OwnerBegin(unit), OwnerBegin(unit + 1),
                                               [&](uint64_t key, const Value&, uint32_t flags) {
                                                 if (wanted(flags)) Refold(table, key);
                                               }));
  }
  return absl::OkStatus();
}

absl::Status CellWriter::RefoldByKnowledge(uint32_t unit) {
  return RefoldWhere(unit, [](uint32_t flags) { return (flags & (kCellRestated | kCellOverlap)) != 0; });
}

absl::Status CellWriter::RefoldAll(uint32_t unit) {
  return RefoldWhere(unit, [](uint32_t) { return true; });
}

absl::Status CellWriter::RefoldForked(uint32_t unit) {
  for (const CellTable table : {CellTable::kCounters, CellTable::kRegisters}) {
    MOTCUA_RETURN_IF_ERROR(store_.ForEachOpenCell(table, OwnerBegin(unit), OwnerBegin(unit + 1),
                                                  [&](uint64_t key, const CellRow& row) {
                                                    if ((row.flags & kCellForked) != 0) Refold(table, key);
                                                  }));
  }
  return absl::OkStatus();
}

absl::Status CellWriter::Write() {
  // The lines and reviews are those of this transaction by now.
  MOTCUA_ASSIGN_OR_RETURN(Forks forks, log_.LoadForks());
  forks_.emplace(std::move(forks));
  std::stable_sort(added_.begin(), added_.end(), [](const Added& a, const Added& b) {
    return std::pair(a.table, a.key) < std::pair(b.table, b.key);
  });
  for (std::size_t begin = 0; begin < added_.size();) {
    const Added& first = added_[begin];
    std::size_t end = begin + 1;
    while (end < added_.size() && added_[end].key == first.key && added_[end].table == first.table) ++end;
    const bool refold = !refold_.empty() && refold_.erase({first.table, first.key}) > 0;
    MOTCUA_RETURN_IF_ERROR(WriteCell(first.table, first.key, begin, end, refold));
    begin = end;
  }
  for (const auto& [table, key] : refold_) MOTCUA_RETURN_IF_ERROR(WriteCell(table, key, 0, 0, true));
  added_.clear();
  refold_.clear();
  return absl::OkStatus();
}

absl::StatusOr<bool> CellWriter::AddsPlainly(const CellRow& row, std::size_t begin, std::size_t end) const {
  if ((row.flags & (kCellRestated | kCellExcluded)) != 0 || end - begin > kPlainAddsMax) return false;
  const auto* value = std::get_if<int64_t>(&row.value);
  if (value != nullptr && (*value > kPlainMax || *value < -kPlainMax)) return false;
  if (log_.HubWrites()) {
    // Only such a unit has anything from paper. The row bears the new postings already.
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<StoredPosting> postings, ReadPostings(row.postings));
    if (PaperBesideDesks(postings)) return false;
  }
  for (std::size_t i = begin; i < end; ++i) {
    const StoredPosting& posting = added_[i].posting;
    if (posting.restates) return false;
    if (!forks_->any()) continue;
    MOTCUA_ASSIGN_OR_RETURN(const LineId line, log_.LocalOf(posting.line));
    if (forks_->Concern(line)) return false;
  }
  return true;
}

absl::Status CellWriter::WriteCell(CellTable table, uint64_t key, std::size_t begin, std::size_t end,
                                   bool refold) {
  MOTCUA_ASSIGN_OR_RETURN(std::optional<CellRow> stored, store_.Cell(table, key));
  if (!stored && begin == end) return absl::OkStatus();
  CellRow row = stored ? *std::move(stored) : CellRow{};
  const Contribution before = ContributionOf(row.value);
  for (std::size_t i = begin; i < end; ++i) AppendPosting(added_[i].posting, &row.postings);
  bool plain = table == CellTable::kCounters && !refold;
  if (plain) {
    MOTCUA_ASSIGN_OR_RETURN(plain, AddsPlainly(row, begin, end));
  }
  if (plain) {
    const auto* value = std::get_if<int64_t>(&row.value);
    int64_t sum = value == nullptr ? 0 : *value;
    for (std::size_t i = begin; i < end; ++i) sum += added_[i].posting.delta;
    row.value = sum;
    row.flags = kCellKnown | (sum < 0 ? kCellProvisional : 0u) | (row.flags & kCellForked);
  } else {
    MOTCUA_RETURN_IF_ERROR(Fold(table, &row, refold));
  }
  MOTCUA_RETURN_IF_ERROR(store_.PutCell(table, key, row));
  if (table == CellTable::kRegisters) return absl::OkStatus();
  return rollups_.Change(unit_, key, before, ContributionOf(row.value));
}

// Adds of desks alone make a sum, whoever knew whom; only then is the unit's history of saws and exclusions left unread.
absl::StatusOr<const Causality*> CellWriter::CausalityFor(const std::vector<StoredPosting>& postings,
                                                          const CellRow& row, bool refold) {
  const bool sums = !refold && (row.flags & kCellExcluded) == 0 &&
                    std::none_of(postings.begin(), postings.end(),
                                 [](const StoredPosting& posting) { return posting.restates; });
  if (sums && !PaperBesideDesks(postings)) {
    if (!nothing_known_) nothing_known_.emplace(&log_.tree());
    return &*nothing_known_;
  }
  if (!causality_) {
    MOTCUA_ASSIGN_OR_RETURN(Causality loaded, log_.LoadCausality());
    causality_ = std::move(loaded);
  }
  return &*causality_;
}

absl::Status CellWriter::Fold(CellTable table, CellRow* row, bool refold) {
  MOTCUA_ASSIGN_OR_RETURN(std::vector<StoredPosting> stored, ReadPostings(row->postings));
  MOTCUA_ASSIGN_OR_RETURN(const Causality* const causality, CausalityFor(stored, *row, refold));
  std::vector<Posting> postings;
  postings.reserve(stored.size());
  for (StoredPosting& posting : stored) {
    MOTCUA_ASSIGN_OR_RETURN(const Position at, log_.PlaceOf(posting.line, posting.seq));
    postings.push_back({at,
                        {log_.row(at.line).device, posting.seq, posting.h8},
                        posting.role,
                        posting.restates,
                        posting.delta,
                        std::move(posting.value)});
  }
  MOTCUA_ASSIGN_OR_RETURN(CellRow folded, FoldRow(std::move(postings), *causality, *forks_, table));
  row->value = std::move(folded.value);
  row->flags = folded.flags;
  return absl::OkStatus();
}

}  // namespace motcua
