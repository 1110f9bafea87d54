#include "agent/core/desk_bundle.h"

#include <algorithm>

#include "agent/core/outgoing.h"
#include "common/base/language.h"
#include "common/sync/batch.h"

namespace motcua {
namespace {

// What the desk was last told (Bundle::base).
Hash BaseOf(const AgentState& state) { return state.receipt.empty() ? Hash{} : Sha256(state.receipt); }

// Fills one bundle, request by request, pretending that the hub took each before the next is written.
class Exporter {
 public:
  Exporter(Desk& desk, const BundleExportOptions& options) : desk_(desk), log_(desk.log()), options_(options) {
    if (!options.all) hub_.holds = log_.HubHolds();
    hub_.answered = true;  // a stick begins others' lines anew; what the hub has aside of them does no harm
  }

  BundleExport Export() {
    Begin();
    while (AddRequest()) {
    }
    exported_.left_out = CountLacking(log_, hub_);
    return std::move(exported_);
  }

 private:
  void Begin() {
    Bundle& bundle = exported_.bundle;
    bundle.device = log_.identity().device;
    bundle.unit = log_.identity().unit;
    bundle.created_ms = desk_.clock().WallMs();
    bundle.base = BaseOf(log_.state());
    if (desk_.catalog() != nullptr) bundle.catalog = desk_.catalog()->version();
  }

  // False when nothing is left, or no room. The first request is written in any case: the answer to it is how other
  // desks' entries and a new catalog come.
  bool AddRequest() {
    std::vector<ExchangeRequest>& requests = exported_.bundle.requests;
    const Outgoing outgoing = ChooseOutgoing(log_, hub_, kBatchEntriesMax);
    const EncodedBatch batch = EncodeBatch(outgoing.runs, outgoing.parent_hashes, CodeBook(), kBatchBytesMax);
    if (batch.entries == 0 && !requests.empty()) return false;
    Note(outgoing, batch.entries);
    requests.push_back(RequestWith(batch.bytes, outgoing.proof));
    bytes_ += BundleBytesOf(requests.back());
    return batch.entries > 0 && requests.size() < kBundleExchangesMax && bytes_ < kBundleContentBytesMax;
  }

  // What went into the batch, the hub will hold, or keep aside until the rest of it comes.
  void Note(const Outgoing& outgoing, std::size_t entries) {
    for (std::size_t i = 0; i < outgoing.runs.size() && entries > 0; ++i) {
      const Run& run = outgoing.runs[i];
      const std::size_t taken = std::min(entries, run.entries.size());
      entries -= taken;
      for (std::size_t n = 0; n < taken; ++n)
        exported_.bundle.entries += run.entries[n].kind() == EntryKind::kSaw ? 0 : 1;
      const Seq last = run.entries[taken - 1].seq;
      hub_.holds.push_back(log_.ledger().NameAt(log_.ledger().tree().Normalize(outgoing.lines[i], last)));
    }
  }

  ExchangeRequest RequestWith(const std::string& batch, const std::string& proof) const {
    const DeskLog::Unsent after = log_.UnsentBehind(hub_.holds);
    ExchangeRequest request;
    request.device = log_.identity().device;
    request.unit = log_.identity().unit;
    request.locator = log_.ledger().Locator(log_.own_end());
    request.ends = log_.ledger().Ends();
    // What is not named comes again, and is known.
    if (request.ends.size() > kEndsMax) request.ends.resize(kEndsMax);
    request.newest_receipt = proof;
    request.batch = batch;
    request.waiting = after.waiting;
    request.oldest_waiting_s = after.oldest_clock_s;
    request.agent_time_ms = exported_.bundle.created_ms;
    request.agent_version = options_.agent_version;
    return request;
  }

  Desk& desk_;
  const DeskLog& log_;
  const BundleExportOptions& options_;
  HubState hub_;
  std::size_t bytes_ = 0;
  BundleExport exported_;
};

// There is none: the session of a bundle asks nothing.
class NoLine final : public HubLink {
 public:
  absl::StatusOr<ExchangeResponse> Exchange(const ExchangeRequest&, int64_t) override {
    return absl::UnavailableError("no line");
  }
  int64_t bytes_sent() const override { return 0; }
  int64_t bytes_received() const override { return 0; }
  void Reconnect() override {}
};

absl::Status CheckForThisDesk(const DeskIdentity& identity, const BundleReceipt& receipt) {
  MOTCUA_RETURN_IF_ERROR(CheckBundleReceipt(receipt));
  if (receipt.device == identity.device && receipt.unit == identity.unit) return absl::OkStatus();
  const std::string theirs = FormatDevice(receipt.device);
  const std::string ours = FormatDevice(identity.device);
  return absl::PermissionDeniedError(
      Say(absl::StrCat("Tệp xác nhận này của máy ", theirs, " (đơn vị ", receipt.unit, "), còn máy này là ", ours,
                       "; hãy đọc tệp ở đúng máy đó."),
          absl::StrCat("This receipt file is for machine ", theirs, " (unit ", receipt.unit, ") and this machine is ",
                       ours, "; read it on the machine it is for.")));
}

// Whether an exchange that the file does not know of has told the desk more. Clocks decide only when the file does
// not answer what the desk asked last.
bool IsOlder(const AgentState& state, const BundleReceipt& receipt) {
  if (state.receipt.empty() || BaseOf(state) == receipt.base) return false;
  const absl::StatusOr<Receipt> latest = DecodeReceipt(state.receipt);
  return latest.ok() && receipt.responses.back().receipt.hub_time_ms < latest->hub_time_ms;
}

// The hub holds entries of this machine that this folder does not: the bundle was written by its later or other self.
// Read here, the answer would say of nothing on this line that the hub holds it, not even of what it held before.
bool HoldsWhatTheHubNames(const DeskLog& log, const BundleReceipt& receipt) {
  return std::all_of(receipt.responses.begin(), receipt.responses.end(), [&](const ExchangeResponse& response) {
    return response.common.seq == 0 || log.ledger().Holds(response.common);
  });
}

// The hub answered for a desk that held more than this one does.
absl::Status AnswersAnotherPast() {
  return absl::FailedPreconditionError(
      Say("Tệp xác nhận này trả lời một gói mà máy này không còn nhớ (máy đã được khôi phục từ bản cũ?) nên không nhận "
          "thêm gì; hãy xuất gói mới.",
          "This receipt file answers a bundle that this machine no longer knows (was it restored from an older copy?) "
          "and nothing more was taken; export a new bundle."));
}

}  // namespace

absl::StatusOr<BundleExport> ExportBundle(Desk& desk, const BundleExportOptions& options) {
  BundleExport exported = Exporter(desk, options).Export();
  MOTCUA_RETURN_IF_ERROR(CheckBundle(exported.bundle));
  return exported;
}

BundleApplied ApplyBundleReceipt(Desk* desk, const ReceiptVerifier* verifier, const BundleReceipt& receipt) {
  BundleApplied applied;
  applied.result.status = CheckForThisDesk(desk->log().identity(), receipt);
  if (!applied.result.status.ok()) return applied;
  applied.older = IsOlder(desk->log().state(), receipt);
  if (applied.older) {
    applied.synced = desk->log().state().last_sync.synced;
    applied.result.waiting = desk->Status().waiting;
    return applied;
  }
  if (!HoldsWhatTheHubNames(desk->log(), receipt)) {
    applied.result.status = AnswersAnotherPast();
    return applied;
  }
  NoLine line;
  SyncSession session(desk, &line, verifier, {});
  // The receipt alone does not tell whether this desk wrote the bundle: a folder set back to between the two has the
  // same one.
  const bool answers_this = receipt.base == BaseOf(desk->log().state());
  applied.result = session.TakeAnswers(receipt);
  if (absl::IsDataLoss(applied.result.status) && !answers_this) applied.result.status = AnswersAnotherPast();
  applied.synced = applied.result.status.ok() && desk->log().state().last_sync.synced;
  return applied;
}

}  // namespace motcua
