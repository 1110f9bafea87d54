// The answering half of an exchange: whether the hub has lost something, the receipt, and what the desk lacks.
#include <algorithm>

#include "common/base/planted_bug.h"
#include "hub/core/hub_exchanger.h"

namespace motcua {

// Each name is looked for once and in order, so that neighbours of one stored run are found by reading it
// once.
absl::Status Hub::Exchanger::FindNamed() {
  std::vector<EntryName> names = request_.ends;
  if (proof_) names.insert(names.end(), proof_->ends.begin(), proof_->ends.end());
  names.push_back(response_.common);
  std::sort(names.begin(), names.end());
  for (const EntryName& name : names) {
    if (named_.contains(name)) continue;
    MOTCUA_ASSIGN_OR_RETURN(named_[name], log_->Find(name));
  }
  return absl::OkStatus();
}

// The hub has lost data when its own signature, or another's end that only the hub can have given, says so.
void Hub::Exchanger::NoteLoss() {
  const auto lost = [&](const EntryName& name) { return !named_.at(name); };
  const auto foreign_and_lost = [&](const EntryName& end) {
    return end.device != request_.device && lost(end);
  };
  response_.hub_behind = (proof_ && std::any_of(proof_->ends.begin(), proof_->ends.end(), lost)) ||
                         std::any_of(request_.ends.begin(), request_.ends.end(), foreign_and_lost);
}

void Hub::Exchanger::Sign() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Receipt& receipt = response_.receipt;
  receipt.unit = device_.unit;
  receipt.incarnation = hub_.incarnation_;
  receipt.hub_time_ms = response_.hub_time_ms;
  receipt.ends = log_->Ends();
  // Where a line is cut, the receipt names the cut too, so that the desk can prove the part it has.
  for (const EntryName& cut : cuts_) {
    if (receipt.ends.size() >= kEndsMax) break;
    receipt.ends.insert(std::upper_bound(receipt.ends.begin(), receipt.ends.end(), cut), cut);
  }
  if (MOTCUA_PLANTED(kReceiptTooHigh) && !request_.locator.empty()) {
    receipt.ends.push_back(request_.locator.front());
    std::sort(receipt.ends.begin(), receipt.ends.end());
    receipt.ends.erase(std::unique(receipt.ends.begin(), receipt.ends.end()), receipt.ends.end());
  }
  receipt.signature = hub_.parts_.signer->Sign(ReceiptPayload(receipt));
}

Context Hub::Exchanger::HeldByAgent() const {
  Context held;
  const auto raise = [&](const EntryName& name) {
    if (const std::optional<Position>& at = named_.at(name)) held.Raise(log_->tree(), *at);
  };
  for (const EntryName& end : request_.ends) raise(end);
  raise(response_.common);
  return held;
}

// How far the agent's program knows each line: a kind that came with a newer protocol ends what is sent of it, and
// only the hub's own log has one. The agent's own end does not wait for that; the rest comes after an upgrade.
absl::StatusOr<std::vector<Seq>> Hub::Exchanger::KnownThrough() const ABSL_NO_THREAD_SAFETY_ANALYSIS {
  const bool older = NewestKind(request_.protocol) < EntryKind::kReview;  // kPeriod came with it
  std::vector<Seq> through;
  for (LineId line = 0; line < log_->tree().size(); ++line) {
    const LineRow& row = log_->row(line);
    through.push_back(row.end_seq);
    if (!older || row.device != kHubDevice) continue;
    const LineId parent = log_->tree().line(line).parent;
    if (parent != kNoLine && through[parent] < row.fork_seq) {
      through.back() = row.fork_seq;  // what it forks off is not sent
      continue;
    }
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<SkeletonRow> reviews, hub_.parts_.store->ReviewsOf(row.id));
    if (!reviews.empty()) through.back() = reviews.front().seq - 1;
    MOTCUA_ASSIGN_OR_RETURN(const std::vector<PeriodRow> periods, hub_.parts_.store->PeriodsOf(row.id));
    if (!periods.empty()) through.back() = std::min(through.back(), periods.front().seq - 1);
  }
  return through;
}

// Whole lines in the order in which the hub met them, so that parents come before children.
absl::Status Hub::Exchanger::FillBatch() {
  const Context held = HeldByAgent();
  MOTCUA_ASSIGN_OR_RETURN(const std::vector<Seq> through, KnownThrough());
  // An old program never gets the ends of these lines, so every receipt names what it gets instead.
  for (LineId line = 0; line < log_->tree().size(); ++line) {
    const LineRow& row = log_->row(line);
    if (through[line] >= row.end_seq || through[line] <= row.fork_seq) continue;
    MOTCUA_ASSIGN_OR_RETURN(const EntryName last, log_->NameAt({line, through[line]}));
    cuts_.insert(last);
  }
  const std::size_t bytes_max = std::clamp(request_.batch_bytes_max, kBatchBytesMin, kBatchBytesMax);
  // More entries than can fit are not read: an entry takes five bytes and more.
  const std::size_t entries_max = bytes_max / 4;
  std::vector<Run> runs;
  std::vector<Hash> parents;
  std::vector<LineId> lines;
  std::size_t entries = 0;
  for (LineId line = 0; line < log_->tree().size() && !response_.more; ++line) {
    const LineRow& row = log_->row(line);
    const Seq first = std::max(held.KnownOf(line), row.fork_seq) + 1;
    if (first > through[line]) continue;
    if (entries >= entries_max || runs.size() >= kBatchRunsMax) {
      response_.more = true;
      break;
    }
    const Seq last =
        static_cast<Seq>(std::min<std::size_t>(through[line], first + (entries_max - entries) - 1));
    response_.more = last < through[line];
    const Position before = log_->tree().Normalize(line, first - 1);
    MOTCUA_ASSIGN_OR_RETURN(const Hash parent, log_->HashAt(before, row.device));
    Run run{{row.device, first - 1, first == 1 ? 0 : First8(parent)}, {}};
    MOTCUA_RETURN_IF_ERROR(log_->Read(line, first, last, [&](const Entry& entry, const Hash&) {
      run.entries.push_back(entry);
      return absl::OkStatus();
    }));
    entries += run.entries.size();
    runs.push_back(std::move(run));
    parents.push_back(parent);
    lines.push_back(line);
  }
  if (runs.empty()) return absl::OkStatus();
  EncodedBatch encoded = EncodeBatch(runs, parents, *book_.book, bytes_max);
  response_.batch = std::move(encoded.bytes);
  response_.more = response_.more || !encoded.complete;
  // The newest entry of the last run that went along, unless it is its line's end.
  std::size_t left = encoded.entries;
  std::size_t i = 0;
  for (; left > runs[i].entries.size(); ++i) left -= runs[i].entries.size();
  const Seq newest = runs[i].parent.seq + static_cast<Seq>(left);
  if (newest < log_->row(lines[i]).end_seq) {
    MOTCUA_ASSIGN_OR_RETURN(const EntryName cut, log_->NameAt({lines[i], newest}));
    cuts_.insert(cut);
  }
  return absl::OkStatus();
}

}  // namespace motcua
