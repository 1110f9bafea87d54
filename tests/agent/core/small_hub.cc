#include "tests/agent/core/small_hub.h"

#include <algorithm>

namespace motcua {
namespace {

EntryName ParentName(const UnitLedger& ledger, Position first) {
  if (first.seq == 1) return {ledger.tree().line(first.line).device, 0, 0};
  return ledger.NameAt({first.line, first.seq - 1});
}

// Another device's entries are taken only as far as this hub once signed that it held them.
bool ForeignRunsProven(const ExchangeRequest& request, const std::vector<DecodedRun>& runs) {
  std::vector<EntryName> proven;
  if (!request.newest_receipt.empty()) {
    const absl::StatusOr<Receipt> proof = DecodeReceipt(request.newest_receipt);
    if (proof.ok()) proven = proof->ends;
  }
  return std::all_of(runs.begin(), runs.end(), [&](const DecodedRun& run) {
    return run.last.device == request.device ||
           std::count(proven.begin(), proven.end(), run.last) > 0;
  });
}

}  // namespace

absl::StatusOr<ExchangeResponse> SmallHub::Exchange(const ExchangeRequest& request, int64_t deadline_ms) {
  EXPECT_GT(deadline_ms, 0);
  requests.push_back(request);
  deadlines_ms.push_back(deadline_ms);
  if (clock != nullptr) clock->SleepMs(call_ms);
  if (before) MOTCUA_RETURN_IF_ERROR(before(request));
  sent_ += static_cast<int64_t>(request.batch.size()) + 10;
  ExchangeResponse response;
  if (request.protocol > protocol) {
    response.verdict = Verdict::kTooNew;
    return response;
  }
  if (forgotten_catalog && request.catalog == *forgotten_catalog) {
    response.verdict = Verdict::kRetryLater;
    AnswerCatalog(request, &response);
    return response;
  }
  const CodeBook book = request.catalog == Hash{}
                            ? CodeBook()
                            : CodeBook(request.catalog, (*ParseSmallCatalog(SmallCatalogBytes()))->codes());
  Store(request, book, &response);
  if (foreign_refused) return absl::PermissionDeniedError("entries of another device");
  Answer(request, book, &response);
  AnswerCatalog(request, &response);
  verdicts.push_back(response.verdict);
  if (lose_replies > 0) {
    --lose_replies;
    return absl::DeadlineExceededError("the line went down");
  }
  received_ += static_cast<int64_t>(response.batch.size()) + 10;
  if (tamper) tamper(&response);
  return response;
}

void SmallHub::Store(const ExchangeRequest& request, const CodeBook& book, ExchangeResponse* response) {
  std::vector<DecodedRun> runs;
  if (!request.batch.empty()) {
    auto decoded = DecodeBatch(request.batch, book);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    runs = *std::move(decoded);
  }
  const auto foreign = [&](const DecodedRun& run) { return run.last.device != request.device; };
  foreign_runs += static_cast<int>(std::count_if(runs.begin(), runs.end(), foreign));
  if (!ForeignRunsProven(request, runs)) {
    foreign_refused = true;
    return;
  }
  JudgeInput input;
  input.locator = request.locator;
  input.device = request.device;
  input.holds = [&](const EntryName& name) { return ledger.Holds(name); };
  input.has_successor = [&](const EntryName& name) {
    if (name.seq > 0) return ledger.tree().HasSuccessor(*ledger.Find(name));
    for (LineId id = 0; id < ledger.tree().size(); ++id) {
      if (ledger.tree().line(id).device == name.device) return true;
    }
    return false;
  };
  for (const DecodedRun& decoded : runs) {
    if (decoded.run.parent.device != request.device) continue;
    input.batch_parent = decoded.run.parent;
    UnitLedger scratch(kUnit);
    Hash hash = decoded.run.parent.seq == 0 || !ledger.Holds(decoded.run.parent)
                    ? ChainRoot(request.device)
                    : ledger.HashAt(*ledger.Find(decoded.run.parent));
    Chain chain;
    for (const Entry& entry : decoded.run.entries) {
      hash = chain.Next(hash, entry);
      input.batch_names.push_back({request.device, entry.seq, First8(hash)});
    }
    break;
  }
  const Judgement judgement = Judge(input);
  response->verdict = judgement.verdict;
  // Evidence of what this hub once held: the receipt, and the ends the agent holds.
  if (!request.newest_receipt.empty()) {
    const absl::StatusOr<Receipt> proof = DecodeReceipt(request.newest_receipt);
    ASSERT_TRUE(proof.ok()) << proof.status();
    for (const EntryName& end : proof->ends) response->hub_behind |= !ledger.Holds(end);
  }
  if (response->verdict != Verdict::kGap) {
    for (const DecodedRun& decoded : runs) {
      EntryName parent = decoded.run.parent;
      for (const Entry& entry : decoded.run.entries) {
        auto name = ledger.Append(parent, entry);
        ASSERT_TRUE(name.ok()) << name.status();
        parent = *name;
      }
    }
  }
  response->common = judgement.common;
  for (const EntryName& name : request.locator) {
    if (name.seq > response->common.seq && ledger.Holds(name)) response->common = name;
  }
}

void SmallHub::Answer(const ExchangeRequest& request, const CodeBook& book, ExchangeResponse* response) {
  response->receipt = {kUnit, 7, 1000, ledger.Ends(), ""};
  response->receipt.signature = signer.Sign(ReceiptPayload(response->receipt));
  response->hub_time_ms = request.agent_time_ms + 5000;
  response->batch_bytes_max = batch_bytes_max;
  std::vector<Run> runs;
  std::vector<Hash> hashes;
  // What the agent sent just now it holds already.
  std::vector<EntryName> theirs = request.ends;
  for (const UnitLedger::LineRange& range : ledger.Lacking(theirs)) {
    Run run{ParentName(ledger, {range.line, range.first}), {}};
    hashes.push_back(run.parent.seq == 0 ? ChainRoot(run.parent.device)
                                         : ledger.HashAt({range.line, range.first - 1}));
    for (Seq seq = range.first; seq <= range.last; ++seq) {
      run.entries.push_back(ledger.EntryAt({range.line, seq}));
      if (run.entries.back().kind() <= NewestKind(request.protocol) || sends_unknown_kinds) continue;
      run.entries.pop_back();
      break;
    }
    if (run.entries.empty()) {
      hashes.pop_back();
      continue;
    }
    runs.push_back(std::move(run));
  }
  const EncodedBatch batch =
      EncodeBatch(runs, hashes, book, std::min(request.batch_bytes_max, batch_bytes_max));
  response->batch = batch.bytes;
  response->more = !batch.complete;
}

void SmallHub::AnswerCatalog(const ExchangeRequest& request, ExchangeResponse* response) const {
  response->catalog = Sha256(catalog_bytes);
  if (request.catalog == response->catalog) return;
  const std::size_t offset = request.catalog_wanted == response->catalog
                                 ? std::min<std::size_t>(request.catalog_offset, catalog_bytes.size())
                                 : 0;
  response->catalog_chunk = catalog_bytes.substr(offset, chunk_bytes);
  response->catalog_size = static_cast<uint32_t>(catalog_bytes.size());
}

}  // namespace motcua
